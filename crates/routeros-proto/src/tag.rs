//! Tags tell the replies of commands in flight apart.

use std::fmt;

/// The number of a command in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(u32);

impl Tag {
    /// Reads the value of a `.tag=` word, spelt as we spell it.
    pub fn parse(raw: &[u8]) -> Option<Self> {
        if raw.is_empty() || raw.len() > 10 || !raw.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let number = raw.iter().fold(0_u64, |number, digit| number * 10 + u64::from(digit - b'0'));
        u32::try_from(number).ok().map(Self)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number) = self;
        number.fmt(f)
    }
}

/// Gives out tags, each once in four thousand million commands.
#[derive(Debug, Default)]
pub struct Tags(u32);

impl Tags {
    /// A tag that is not in use.
    pub fn next_tag(&mut self) -> Tag {
        self.0 = self.0.wrapping_add(1);
        Tag(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Tag;

    #[test]
    fn only_what_we_wrote_is_a_tag() {
        assert_eq!(Tag::parse(b"4294967295").map(|tag| tag.to_string()), Some("4294967295".to_owned()));
        for odd in [&b""[..], b"+1", b"-1", b" 1", b"4294967296", b"12345678901", b"x"] {
            assert_eq!(Tag::parse(odd), None);
        }
    }
}
