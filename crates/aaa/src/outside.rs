//! Time and chance are handed in, so that tests can hold both still.

use std::time::{SystemTime, UNIX_EPOCH};

use rand::RngExt;

/// What time it is.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970, UTC.
    fn now_ms(&self) -> i64;
}

/// Bytes that nobody can guess.
pub trait Chance: Send + Sync {
    /// Thirty-two of them.
    fn bytes(&self) -> [u8; 32];
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

/// The machine's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemChance;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}

impl Chance for SystemChance {
    fn bytes(&self) -> [u8; 32] {
        rand::rng().random()
    }
}

/// A password that can be read out on the telephone: no letter that looks like a digit, 60 bits of chance.
pub(crate) fn readable_password(chance: &dyn Chance) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte % 32)]);
    let groups: Vec<String> =
        chance.bytes()[..12].chunks(4).map(|group| group.iter().copied().map(letter).collect()).collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_password_is_three_groups_and_new_each_time() {
        let (one, two) = (readable_password(&SystemChance), readable_password(&SystemChance));
        assert_ne!(one, two);
        assert_eq!(one.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4]);
        assert!(!one.contains(['0', '1', 'l', 'o']), "{one}");
    }
}
