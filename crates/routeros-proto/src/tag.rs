//! Tags tell the replies of commands in flight apart.

use std::fmt;

/// The number of a command in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(u32);

impl Tag {
    /// Reads the value of a `.tag=` word.
    pub fn parse(raw: &[u8]) -> Option<Self> {
        std::str::from_utf8(raw).ok()?.parse().ok().map(Self)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
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
