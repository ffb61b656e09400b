//! Figures as people type them. Nothing typed is no figure; anything else that is none is said in words.

use domain::span::Span;

/// `10` or `2.5`.
pub(super) fn decimal(text: &str) -> Result<f64, String> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && text != ".";
    text.parse().ok().filter(|_| plain).ok_or_else(|| "Type a number like 10 or 2.5.".to_owned())
}

/// `8`, at most `most`.
pub(super) fn whole(text: &str, most: u32) -> Result<u32, String> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("Type a whole number like 8.".to_owned());
    }
    text.parse().ok().filter(|number| *number <= most).ok_or_else(|| format!("The most is {most}."))
}

/// `1d2h`, `30m` or seconds.
pub(super) fn seconds(text: &str) -> Result<u64, String> {
    text.parse::<Span>().map(Span::as_seconds).map_err(|_| "Type a time like 1d2h, 30m or seconds.".to_owned())
}

/// A figure of Mbps or money as it is typed: `10`, `2.5`.
pub(super) fn typed(figure: Option<f64>) -> String {
    figure.map(|figure| figure.to_string()).unwrap_or_default()
}

/// A span as it is typed: `30m`.
pub(super) fn typed_span(seconds: Option<u64>) -> String {
    seconds.map(|seconds| Span::seconds(seconds).to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (text, number) in [("10", 10.0), ("2.5", 2.5), (".5", 0.5), ("10.", 10.0), ("0", 0.0)] {
            assert_eq!(decimal(text), Ok(number), "{text}");
        }
        assert_eq!((whole("8", 8), whole("007", 8)), (Ok(8), Ok(7)));
        assert_eq!((seconds("1d2h"), seconds("90"), seconds("0")), (Ok(93_600), Ok(90), Ok(0)));
    }

    #[test]
    fn what_is_no_number_is_refused_and_not_guessed() {
        for text in ["", ".", "-1", "1e3", "inf", "nan", "1,5", "1 000", "10 Mbps", "١٠", "1.2.3"] {
            assert!(decimal(text).is_err(), "{text}");
        }
        for text in ["", "-1", "1.5", "9", "99999999999999999999", "+1"] {
            assert!(whole(text, 8).is_err(), "{text}");
        }
        assert!(seconds("soon").is_err());
    }

    #[test]
    fn what_is_shown_reads_back_as_the_same() {
        for figure in [10.0, 2.5, 0.512, 1_000_000.0] {
            assert_eq!(decimal(&typed(Some(figure))), Ok(figure));
        }
        for span in [0, 90, 1800, 93_600] {
            assert_eq!(seconds(&typed_span(Some(span))), Ok(span));
        }
        assert_eq!((typed(None), typed_span(None)), (String::new(), String::new()));
    }
}
