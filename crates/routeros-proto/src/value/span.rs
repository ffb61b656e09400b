//! Spans of time.

use std::{fmt, time::Duration};

use super::{Value, number};
use crate::Charset;

/// A span of time to the millisecond, spelt `1w2d3h4m5s6ms` with zero parts left out. What consoles and scripts print
/// (`1d02:15:30`, `00:00:10`) and plain seconds are read too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span(Duration);

const UNITS: [(&str, u64); 6] =
    [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

impl Span {
    /// How long it is.
    pub const fn duration(self) -> Duration {
        self.0
    }
}

impl From<Duration> for Span {
    /// What is finer than a millisecond is cut.
    fn from(duration: Duration) -> Self {
        Self(Duration::new(duration.as_secs(), duration.subsec_millis() * 1_000_000))
    }
}

impl Value for Span {
    fn read(raw: &[u8], _: Charset) -> Option<Self> {
        let (mut millis, mut rest) = (0_u64, raw);
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let digits = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
            let (figure, tail) = rest.split_at(digits);
            if tail.is_empty() || tail[0] == b':' {
                return Some(Self::millis(millis.checked_add(clock(rest)?.checked_mul(1_000)?)?));
            }
            let letters = tail.iter().position(|byte| !byte.is_ascii_lowercase()).unwrap_or(tail.len());
            let (name, after) = tail.split_at(letters);
            let (_, unit) = UNITS.iter().find(|(unit, _)| unit.as_bytes() == name)?;
            millis = millis.checked_add(number(figure)?.checked_mul(*unit)?)?;
            rest = after;
        }
        Some(Self::millis(millis))
    }
}

impl Span {
    const fn millis(millis: u64) -> Self {
        Self(Duration::from_millis(millis))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(duration) = self;
        let mut rest = duration.as_millis();
        if rest == 0 {
            return f.write_str("0s");
        }
        for (name, unit) in UNITS {
            if rest >= u128::from(unit) {
                write!(f, "{}{name}", rest / u128::from(unit))?;
                rest %= u128::from(unit);
            }
        }
        Ok(())
    }
}

/// Seconds of `5`, `15:30` (minutes and seconds) or `02:15:30`.
fn clock(raw: &[u8]) -> Option<u64> {
    let mut parts = raw.split(|byte| *byte == b':');
    let first = number(parts.next()?)?;
    parts.try_fold(first, |seconds, part| seconds.checked_mul(60)?.checked_add(number(part)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seconds(raw: &str) -> Option<f64> {
        Span::read(raw.as_bytes(), Charset::default()).map(|span| span.duration().as_secs_f64())
    }

    /// Spellings seen in home-assistant's fixtures and in configurations.
    #[test]
    fn every_spelling_seen_is_read() {
        for (raw, expected) in [
            ("0s", 0.0),
            ("44m55s", 2_695.0),
            ("1h30m", 5_400.0),
            ("5h49m36s", 20_976.0),
            ("170ms", 0.17),
            ("13s560ms", 13.56),
            ("52m6s30ms", 3_126.03),
            ("1d2h", 93_600.0),
            ("3w", 1_814_400.0),
            ("1d02:15:30", 94_530.0),
            ("1:00:00", 3_600.0),
            ("10", 10.0),
        ] {
            assert_eq!(seconds(raw), Some(expected), "{raw}");
        }
        for raw in ["", "none", "1x", "h", "1::", "-1s", "99999999999999999999w"] {
            assert_eq!(seconds(raw), None, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(millis in 0_u64..10_000_000_000_000) {
            let span = Span::from(Duration::from_millis(millis));
            prop_assert_eq!(Span::read(span.to_string().as_bytes(), Charset::default()), Some(span));
        }
    }
}
