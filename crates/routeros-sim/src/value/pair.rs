//! Upload and download with a slash between them. One value stands for both.

use crate::{duration, rate::parse_rate, refused::Refused, schema::Half};

/// Reads `20M/20M` and its like, as the half wants it.
///
/// A real router names the half in its refusal: `upload-max-limit`. Only for `max-limit` below `limit-at` was that
/// captured; here the argument is named.
pub(super) fn read(name: &str, half: Half, raw: &[u8]) -> Result<String, Refused> {
    let text = std::str::from_utf8(raw).map_err(|_| Refused::invalid_value(name))?;
    let (up, down) = text.split_once('/').unwrap_or((text, text));
    Ok(format!("{}/{}", one(name, half, up)?, one(name, half, down)?))
}

fn one(name: &str, half: Half, text: &str) -> Result<String, Refused> {
    let invalid = || Refused::invalid_value(name);
    match half {
        Half::Rate => parse_rate(text).map(|rate| rate.to_string()).ok_or_else(invalid),
        Half::Time => duration::parse(text.as_bytes()).map(duration::print).ok_or_else(|| Refused::invalid_time(name)),
        Half::Priority => match text.parse() {
            Ok(priority @ 1..=8_u8) => Ok(priority.to_string()),
            Ok(_) => Err(Refused::argument(format!("value of {name} out of range (1..8)"))),
            Err(_) => Err(invalid()),
        },
        Half::Size => match text.parse::<f64>() {
            Ok(size) if (0.0..=10.0).contains(&size) => Ok(text.to_owned()),
            _ => Err(invalid()),
        },
        Half::OneOf(words) => super::one_of(name, words, text.as_bytes()).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_stands_for_both_directions() {
        assert_eq!(read("max-limit", Half::Rate, b"20M").unwrap(), "20000000/20000000");
        assert_eq!(read("burst-time", Half::Time, b"10/10").unwrap(), "10s/10s");
        assert_eq!(read("bucket-size", Half::Size, b"0.1/0.1").unwrap(), "0.1/0.1");
        assert_eq!(read("queue", Half::OneOf(&["default", "default-small"]), b"default").unwrap(), "default/default");
    }

    #[test]
    fn a_bad_half_is_refused() {
        let refusal = |half, raw: &[u8]| read("x", half, raw).unwrap_err().message;
        assert_eq!(refusal(Half::Rate, b"1M/fast"), "invalid value for argument x");
        assert_eq!(refusal(Half::Priority, b"8/9"), "value of x out of range (1..8)");
        assert_eq!(refusal(Half::Time, b"soon"), "invalid time value for argument x");
    }
}
