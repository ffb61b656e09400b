//! Spans of time as RouterOS writes them.

use std::{fmt, str::FromStr};

/// A span in whole seconds. RouterOS prints `1w2d3h4m5s` and also takes `1:00:00` or plain seconds.
///
/// ```
/// use domain::span::Span;
/// let day: Span = "24h".parse()?;
/// assert_eq!(day, Span::seconds(86_400));
/// assert_eq!(day.to_string(), "1d");
/// # Ok::<(), domain::span::NotASpan>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span(u64);

/// Text that is no span of time.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is no span of time; write it like 1d2h or in seconds")]
pub struct NotASpan(String);

const UNITS: [(char, u64); 5] = [('w', 604_800), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

impl Span {
    /// A span of so many seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// How many seconds it has.
    pub const fn as_seconds(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let mut rest = self.0;
        for (unit, seconds) in UNITS {
            if rest >= seconds {
                write!(f, "{}{unit}", rest / seconds)?;
                rest %= seconds;
            }
        }
        Ok(())
    }
}

impl FromStr for Span {
    type Err = NotASpan;

    /// Takes every form seen from a router: `1w2d3h4m5s`, `13s560ms` (cut to seconds), `1d02:15:30`, `1:00:00`,
    /// plain seconds, and `none` as zero.
    fn from_str(text: &str) -> Result<Self, NotASpan> {
        parse(text).map(Self).ok_or_else(|| NotASpan(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<u64> {
    if text == "none" {
        return Some(0);
    }
    let (mut total, mut rest) = (0u64, text);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let number: u64 = rest.get(..digits)?.parse().ok()?;
        let tail = &rest[digits..];
        let (seconds, after) = if tail.is_empty() {
            (number, tail)
        } else if let Some(clock) = tail.strip_prefix(':') {
            (clock_seconds(number, clock)?, "")
        } else if let Some(after) = tail.strip_prefix("ms") {
            (0, after)
        } else {
            let unit = tail.chars().next()?;
            let (_, seconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
            (number.checked_mul(*seconds)?, &tail[unit.len_utf8()..])
        };
        total = total.checked_add(seconds)?;
        rest = after;
    }
    (!text.is_empty()).then_some(total)
}

/// `h:mm:ss` or `h:mm`, of which the hours are read already.
fn clock_seconds(hours: u64, rest: &str) -> Option<u64> {
    let (minutes, seconds) = rest.split_once(':').unwrap_or((rest, "0"));
    let (minutes, seconds): (u64, u64) = (minutes.parse().ok()?, seconds.parse().ok()?);
    hours.checked_mul(3600)?.checked_add(minutes * 60)?.checked_add(seconds)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_spelling_seen_on_routers_is_read() {
        for (text, seconds) in [
            ("0s", 0),
            ("none", 0),
            ("44m55s", 2_695),
            ("1h30m", 5_400),
            ("13s560ms", 13),
            ("170ms", 0),
            ("1d2h", 93_600),
            ("3w", 1_814_400),
            ("1d02:15:30", 94_530),
            ("1:00:00", 3_600),
            ("86400", 86_400),
        ] {
            assert_eq!(text.parse(), Ok(Span::seconds(seconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for text in ["", "abc", "-5", "1x", "99999999999999999999", "18446744073709551615w", "5h:1"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn writing_and_reading_undo_each_other(seconds in 0u64..10_000_000_000) {
            let span = Span::seconds(seconds);
            prop_assert_eq!(span.to_string().parse(), Ok(span));
        }

        #[test]
        fn any_text_is_survived(text in ".{0,30}") {
            let _ = text.parse::<Span>();
        }
    }
}
