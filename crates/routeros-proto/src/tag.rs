//! Tags tell the replies of commands in flight apart.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

/// The number of a command in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(u64);

impl Tag {
    /// Reads the value of a `.tag=` word, spelt as we spell it.
    pub fn parse(raw: &[u8]) -> Option<Self> {
        crate::value::number(raw).filter(|_| raw[0] != b'0' || raw.len() == 1).map(Self)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number) = self;
        number.fmt(f)
    }
}

/// Gives out tags, none of them twice.
#[derive(Debug, Default)]
pub struct Tags(AtomicU64);

impl Tags {
    /// A new tag.
    pub fn next_tag(&self) -> Tag {
        Tag(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::Tag;

    #[test]
    fn only_what_we_wrote_is_a_tag() {
        for tag in ["1", "4294967296", "18446744073709551615"] {
            assert_eq!(Tag::parse(tag.as_bytes()).map(|tag| tag.to_string()).as_deref(), Some(tag));
        }
        for odd in [&b""[..], b"+1", b"-1", b" 1", b"007", b"18446744073709551616", b"x"] {
            assert_eq!(Tag::parse(odd), None);
        }
    }
}
