//! Values as RouterOS writes them, and as types that write themselves back.

mod date; // dates in both spellings, the time of day
mod id; // `*1F`
mod pair; // `upload/download`
mod password; // what must not be printed
mod span; // `1w2d3h4m5s`

use compact_str::CompactString;

pub use date::{Date, Spelling, Stamp, TimeOfDay};
pub use id::{NotARowId, RowId};
pub use pair::Pair;
pub use password::Password;
pub use span::Span;

use crate::Charset;

/// Text of a value. Short text lies in place, without an allocation.
pub type Text = CompactString;

/// What the value of a property can be read as.
pub trait Value: Sized {
    /// Reads a value. `None` where it is none of these.
    fn read(raw: &[u8], charset: Charset) -> Option<Self>;
}

/// A value, or a word that stands for it: `none`, `auto`, `unlimited`. What is neither is kept as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Or<T> {
    /// The value.
    Is(T),
    /// Anything else that the router says.
    Word(Text),
}

impl<T> Or<T> {
    /// The value, where it is one.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Word(_) => None,
        }
    }
}

impl<T: Value> Value for Or<T> {
    fn read(raw: &[u8], charset: Charset) -> Option<Self> {
        Some(T::read(raw, charset).map_or_else(|| Self::Word(charset.read(raw)), Self::Is))
    }
}

impl<T: std::fmt::Display> std::fmt::Display for Or<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Is(value) => value.fmt(f),
            Self::Word(word) => word.fmt(f),
        }
    }
}

impl Value for Text {
    #[inline]
    fn read(raw: &[u8], charset: Charset) -> Option<Self> {
        Some(charset.read(raw))
    }
}

impl Value for u64 {
    #[inline]
    fn read(raw: &[u8], _: Charset) -> Option<Self> {
        number(raw)
    }
}

/// `true` and `false`; very old versions said `yes` and `no`, and both are taken back.
impl Value for bool {
    #[inline]
    fn read(raw: &[u8], _: Charset) -> Option<Self> {
        match raw {
            b"true" | b"yes" => Some(true),
            b"false" | b"no" => Some(false),
            _ => None,
        }
    }
}

/// How a switch is written.
pub const fn yes_or_no(on: bool) -> &'static str {
    if on { "yes" } else { "no" }
}

/// A whole number in decimal digits and nothing else.
#[inline]
pub(crate) fn number(raw: &[u8]) -> Option<u64> {
    if raw.is_empty() || raw.len() > 20 {
        return None;
    }
    raw.iter().try_fold(0_u64, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: Value>(raw: &str) -> Option<T> {
        T::read(raw.as_bytes(), Charset::default())
    }

    #[test]
    fn switches_are_read_in_both_generations() {
        for (raw, on) in [("true", true), ("yes", true), ("false", false), ("no", false)] {
            assert_eq!(read(raw), Some(on));
            assert_eq!(read(yes_or_no(on)), Some(on));
        }
        assert_eq!(read::<bool>("maybe"), None);
    }

    #[test]
    fn numbers_are_digits_and_never_cut() {
        assert_eq!(read("18446744073709551615"), Some(u64::MAX));
        for raw in ["18446744073709551616", "", "-1", "1k", " 1"] {
            assert_eq!(read::<u64>(raw), None, "{raw}");
        }
    }

    #[test]
    fn a_word_in_the_place_of_a_value_is_kept() {
        assert_eq!(read("1500"), Some(Or::Is(1500_u64)));
        assert_eq!(read::<Or<u64>>("auto").map(|mtu| mtu.to_string()), Some("auto".to_owned()));
    }
}
