//! Figures as people read them.

use domain::span::Span;

/// Bytes in decimal units: `175.0 MB`.
#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
pub(crate) fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.95 && unit < UNITS.len() - 1 {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// Memory as a router's makers count it: 2^20 bytes are one MB.
pub(crate) fn memory(bytes: u64) -> String {
    grouped(bytes >> 20)
}

/// A span of time: `6 d 21:40:12`.
pub(crate) fn span(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let clock = format!("{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60);
    if days == 0 { clock } else { format!("{} d {clock}", grouped(days)) }
}

/// A router's uptime in its own spelling, as people read it: `41 d 06:12`. Nothing where it cannot be read.
pub(crate) fn uptime(text: &str) -> Option<String> {
    let mut uptime = span(text.parse::<Span>().ok()?.as_seconds());
    uptime.truncate(uptime.len() - ":00".len());
    Some(uptime)
}

/// A count: `1,204`.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count of rows: `1,204`.
pub(crate) fn count(rows: usize) -> String {
    grouped(rows as u64)
}

/// First letters of a name, for its place in the rail.
pub(crate) fn initials(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter_map(|word| word.chars().next());
    words.take(2).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_keep_one_decimal_and_never_show_a_thousand() {
        let shown = [0, 999, 1000, 175_000_000, 999_949_999, 999_950_000, 1_250_000_000_000].map(bytes);
        assert_eq!(shown, ["0 B", "999 B", "1.0 kB", "175.0 MB", "999.9 MB", "1.0 GB", "1.2 TB"]);
    }

    #[test]
    fn spans_show_days_only_where_there_are_some() {
        assert_eq!(span(5), "00:00:05");
        assert_eq!(span(6 * 86_400 + 21 * 3600 + 40 * 60 + 12), "6 d 21:40:12");
    }

    #[test]
    fn uptime_is_read_from_the_routers_spelling() {
        assert_eq!(uptime("5w6d6h12m33s").as_deref(), Some("41 d 06:12"));
        assert_eq!(uptime("45s").as_deref(), Some("00:00"));
        assert_eq!(uptime("soon"), None);
    }

    #[test]
    fn counts_are_grouped_by_thousands() {
        assert_eq!([0, 999, 1204, 1_234_567].map(grouped), ["0", "999", "1,204", "1,234,567"]);
        assert_eq!(memory(1_073_741_824), "1,024");
    }

    #[test]
    fn initials_are_two_letters_at_most() {
        assert_eq!(["nadia ayu", "admin", "a.b.c", ""].map(initials), ["NA", "A", "AB", ""]);
    }
}
