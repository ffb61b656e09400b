//! Two numbers with a slash, as queues have them.

use std::fmt;

use super::{Value, number};
use crate::Charset;

/// `upload/download` of a customer: bit/s or bytes, as the property says. Routers print plain numbers in queues
/// (`20M/20M` reads `20000000/20000000`), consoles print and take `k`, `M` and `G`: 1000, not 1024.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Pair {
    /// What the customer sends.
    pub up: u64,
    /// What the customer receives.
    pub down: u64,
}

impl Value for Pair {
    fn read(raw: &[u8], _: Charset) -> Option<Self> {
        match raw.iter().position(|byte| *byte == b'/') {
            Some(slash) => Some(Self { up: amount(&raw[..slash])?, down: amount(&raw[slash + 1..])? }),
            None => amount(raw).map(|both| Self { up: both, down: both }),
        }
    }
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { up, down } = self;
        write!(f, "{up}/{down}")
    }
}

fn amount(raw: &[u8]) -> Option<u64> {
    let (digits, unit) = match raw.split_last()? {
        (b'k' | b'K', digits) => (digits, 1_000),
        (b'M', digits) => (digits, 1_000_000),
        (b'G', digits) => (digits, 1_000_000_000),
        _ => (raw, 1),
    };
    number(digits)?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_means_the_same() {
        let read = |raw: &str| Pair::read(raw.as_bytes(), Charset::default());
        let both = Some(Pair { up: 20_000_000, down: 20_000_000 });
        for raw in ["20000000/20000000", "20M/20M", "20000k/20M", "20M"] {
            assert_eq!(read(raw), both, "{raw}");
        }
        assert_eq!(read("5120k/10240k").map(|pair| pair.to_string()), Some("5120000/10240000".to_owned()));
        for raw in ["", "/", "1/", "M/M", "1/2/3", "99999999999G"] {
            assert_eq!(read(raw), None, "{raw}");
        }
    }
}
