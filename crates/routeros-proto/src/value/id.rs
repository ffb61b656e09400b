//! The `.id` of a row.

use std::{fmt, str::FromStr};

use super::Value;
use crate::Charset;

/// The `.id` of a row: `*` and up to eight hexadecimal digits. Lists of ids, which RouterOS would take, are refused.
/// A router may give the id of a dynamic row that has gone to another.
///
/// ```
/// use routeros_proto::value::RowId;
/// let id: RowId = "*8000001F".parse()?;
/// assert_eq!(id.to_string(), "*8000001F");
/// assert!("*1,*2".parse::<RowId>().is_err());
/// # Ok::<(), routeros_proto::value::NotARowId>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId(u32);

/// Text that is no `.id`.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is no row id; one looks like *1F")]
pub struct NotARowId(String);

impl FromStr for RowId {
    type Err = NotARowId;

    fn from_str(text: &str) -> Result<Self, NotARowId> {
        digits(text.as_bytes()).map(Self).ok_or_else(|| NotARowId(text.to_owned()))
    }
}

impl Value for RowId {
    #[inline]
    fn read(raw: &[u8], _: Charset) -> Option<Self> {
        digits(raw).map(Self)
    }
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number) = self;
        write!(f, "*{number:X}")
    }
}

fn digits(raw: &[u8]) -> Option<u32> {
    let digits = raw.strip_prefix(b"*").filter(|digits| (1..=8).contains(&digits.len()))?;
    digits.iter().try_fold(0, |number, byte| {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'F' => byte - b'A' + 10,
            _ => return None,
        };
        Some(number << 4 | u32::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_ids_is_no_id() {
        for text in ["*1,*2", "*", "1F", "*g", "*1f", "*123456789", "ether1", ""] {
            assert!(text.parse::<RowId>().is_err(), "{text}");
        }
        assert_eq!("*FFFFFFFE".parse().map(|id: RowId| id.to_string()), Ok("*FFFFFFFE".to_owned()));
    }
}
