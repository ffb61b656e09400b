//! Durations: what people type in, and how a router says it back.

use std::{fmt::Write, time::Duration};

const UNITS: [(u64, char); 4] = [(604_800, 'w'), (86_400, 'd'), (3_600, 'h'), (60, 'm')];

/// Reads `1w2d3h4m5s`, `1:00:00`, `1d02:15:30`, `170ms` or plain seconds.
pub(crate) fn parse(raw: &[u8]) -> Option<Duration> {
    let text = std::str::from_utf8(raw).ok()?;
    if text.is_empty() {
        return None;
    }
    let mut total = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        if rest.contains(':') && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b':') {
            return total.checked_add(clock(rest)?);
        }
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let number: u64 = rest[..digits].parse().ok()?;
        let unit_len = rest[digits..].find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len() - digits);
        total = total.checked_add(span(number, &rest[digits..digits + unit_len])?)?;
        rest = &rest[digits + unit_len..];
    }
    Some(total)
}

/// As a router prints it: zero parts left out, `0s` for nothing.
pub(crate) fn print(duration: Duration) -> String {
    let mut seconds = duration.as_secs();
    let mut out = String::new();
    for (size, unit) in UNITS {
        if seconds >= size {
            write!(out, "{}{unit}", seconds / size).expect("writing to a String cannot fail");
            seconds %= size;
        }
    }
    if seconds > 0 {
        write!(out, "{seconds}s").expect("writing to a String cannot fail");
    }
    if duration.subsec_millis() > 0 {
        write!(out, "{}ms", duration.subsec_millis()).expect("writing to a String cannot fail");
    }
    if out.is_empty() { "0s".to_owned() } else { out }
}

/// An uptime: whole seconds only.
pub(crate) fn print_seconds(duration: Duration) -> String {
    print(Duration::from_secs(duration.as_secs()))
}

fn span(number: u64, unit: &str) -> Option<Duration> {
    if unit == "ms" {
        return Some(Duration::from_millis(number));
    }
    let seconds = match unit {
        "" | "s" => 1,
        _ => UNITS.iter().find(|(_, letter)| unit.chars().eq([*letter]))?.0,
    };
    number.checked_mul(seconds).map(Duration::from_secs)
}

fn clock(text: &str) -> Option<Duration> {
    let parts: Vec<u64> = text.split(':').map(str::parse).collect::<Result<_, _>>().ok()?;
    let seconds = match parts[..] {
        [hours, minutes] if minutes < 60 => hours.checked_mul(3_600)?.checked_add(minutes * 60)?,
        [hours, minutes, seconds] if minutes < 60 && seconds < 60 => {
            hours.checked_mul(3_600)?.checked_add(minutes * 60 + seconds)?
        }
        _ => return None,
    };
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_comes_back_as_a_router_prints_it() {
        for (typed, printed) in [
            ("86400", "1d"),
            ("1800", "30m"),
            ("1:00:00", "1h"),
            ("1d02:15:30", "1d2h15m30s"),
            ("0", "0s"),
            ("90s", "1m30s"),
            ("3w", "3w"),
            ("13s560ms", "13s560ms"),
        ] {
            assert_eq!(parse(typed.as_bytes()).map(print).as_deref(), Some(printed), "{typed}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for typed in ["", "none", "soon", "5x", "1:99:00", "m", "99999999999999999999", "18446744073709551615w"] {
            assert_eq!(parse(typed.as_bytes()), None, "{typed}");
        }
    }
}
