//! Figures as people read them.

use domain::{span::Span, timestamp::Timestamp};

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

/// A speed in decimal units, number and unit: `96.84` and `Mbps`.
#[expect(clippy::cast_precision_loss, reason = "two decimals are shown")]
pub(crate) fn rate(bps: u64) -> (String, &'static str) {
    match bps {
        0..999_500 => (((bps + 500) / 1000).to_string(), "kbps"),
        999_500..995_000_000 => (format!("{:.2}", bps as f64 / 1e6), "Mbps"),
        _ => (format!("{:.2}", bps as f64 / 1e9), "Gbps"),
    }
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

/// What something costs: `1,499` and `1,499.50`, more places where there are more.
pub(crate) fn price(amount: f64) -> String {
    let text = figure(amount);
    let places = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    if places == 1 { format!("{text}0") } else { text }
}

/// A speed that is sold, in Mbps, or another figure with a fraction: `1,000` and `2.5`.
pub(crate) fn figure(figure: f64) -> String {
    let text = figure.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), grouped);
    if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") }
}

/// A day as the wire has it, `2026-12-05`, as people read it: `5 Dec 2026`. Nothing where it is no day.
pub(crate) fn day(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut parts = text.splitn(3, '-').map(str::parse::<usize>);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) = (parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    let month = MONTHS.get(month.checked_sub(1)?)?;
    (1..=31).contains(&day).then(|| format!("{day} {month} {year}"))
}

/// A point in time as people read it, in UTC: `5 Jan 2026 09:12:44`.
pub(crate) fn moment(at: Timestamp) -> String {
    let text = at.to_string();
    let day = text.get(..10).and_then(day).unwrap_or_default();
    format!("{day} {}", at.clock())
}

/// `1 customer`, `12 customers`.
pub(crate) fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
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
    fn a_moment_is_a_day_and_a_time() {
        assert_eq!(moment(Timestamp::from_unix(1_767_604_364)), "5 Jan 2026 09:12:44");
    }

    #[test]
    fn bytes_keep_one_decimal_and_never_show_a_thousand() {
        let shown = [0, 999, 1000, 175_000_000, 999_949_999, 999_950_000, 1_250_000_000_000].map(bytes);
        assert_eq!(shown, ["0 B", "999 B", "1.0 kB", "175.0 MB", "999.9 MB", "1.0 GB", "1.2 TB"]);
    }

    #[test]
    fn speeds_keep_two_decimals_and_the_unit_that_fits() {
        let shown = [0, 499, 880_000, 999_999, 10_110_000, 994_999_999, 1_860_000_000].map(rate);
        let shown = shown.map(|(number, unit)| format!("{number} {unit}"));
        assert_eq!(shown, ["0 kbps", "0 kbps", "880 kbps", "1.00 Mbps", "10.11 Mbps", "995.00 Mbps", "1.86 Gbps"]);
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
    fn prices_and_figures_are_grouped_and_keep_what_is_behind_the_point() {
        assert_eq!(
            [0.0, 499.0, 499.5, 1499.25, 1_234_567.875].map(price),
            ["0", "499", "499.50", "1,499.25", "1,234,567.875"]
        );
        assert_eq!([0.25, 10.0, 2.5, 1000.0, 12_500.75].map(figure), ["0.25", "10", "2.5", "1,000", "12,500.75"]);
    }

    #[test]
    fn days_are_read_and_nonsense_is_not() {
        assert_eq!(day("2026-12-05").as_deref(), Some("5 Dec 2026"));
        for text in ["", "2026-12", "2026-13-01", "2026-00-01", "2026-01-32", "2026-01-0x", "soon"] {
            assert_eq!(day(text), None, "{text:?}");
        }
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(counted(1, "customer", "customers"), "1 customer");
        assert_eq!(counted(1204, "customer", "customers"), "1,204 customers");
    }

    #[test]
    fn initials_are_two_letters_at_most() {
        assert_eq!(["nadia ayu", "admin", "a.b.c", ""].map(initials), ["NA", "A", "AB", ""]);
    }
}
