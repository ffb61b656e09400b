//! The router's time: how long since, and which date it is.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::{refused::Refused, router::Router, table::Row, version::Version};

/// Sessions may have begun before the simulator did: its time starts here and not at zero.
const BEFORE: Duration = Duration::from_hours(400 * 24);

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A clock that runs with tokio's, so that tests can stop it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    born: Instant,
    wall: Duration,
}

impl Clock {
    /// A clock that shows this machine's date, in UTC.
    pub(crate) fn start() -> Self {
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self { born: Instant::now(), wall }
    }

    /// Now, on a scale of its own.
    pub(crate) fn now(&self) -> Duration {
        BEFORE + self.born.elapsed()
    }

    /// Seconds since 1970 at a moment of that scale.
    pub(crate) fn unix(&self, at: Duration) -> u64 {
        (self.wall + at).saturating_sub(BEFORE).as_secs()
    }

    /// From here on it is this moment.
    fn turn_to(&mut self, unix: u64) {
        self.wall = (Duration::from_secs(unix) + BEFORE).saturating_sub(self.now());
    }
}

/// Somebody set `/system/clock`: what was typed moves the clock, and is not kept.
#[expect(clippy::unnecessary_wraps, reason = "has the shape of `schema::Changed`")]
pub(crate) fn set(router: &mut Router, row: &mut Row) -> Result<(), Refused> {
    let unix = router.clock.unix(router.clock.now());
    let day = parse_date(row.text("date")).unwrap_or(unix / 86_400);
    let second = parse_time(row.text("time")).unwrap_or(unix % 86_400);
    if (day, second) != (unix / 86_400, unix % 86_400) {
        router.clock.turn_to(day * 86_400 + second);
    }
    row.put("date", None);
    row.put("time", None);
    Ok(())
}

/// What was typed can be read as a date and a time. The refusal's words were not captured.
pub(crate) fn is_a_moment(row: &Row) -> Result<(), Refused> {
    if row.get("date").is_some() && parse_date(row.text("date")).is_none() {
        return Err(Refused::invalid_value("date"));
    }
    if row.get("time").is_some() && parse_time(row.text("time")).is_none() {
        return Err(Refused::invalid_value("time"));
    }
    Ok(())
}

/// Days since 1970 of a date in either spelling.
fn parse_date(text: &str) -> Option<u64> {
    let (year, month, day) = if let Some((year, rest)) = text.split_once('-') {
        let (month, day) = rest.split_once('-')?;
        (year, month.parse().ok()?, day)
    } else {
        let (month, rest) = text.split_once('/')?;
        let (day, year) = rest.split_once('/')?;
        (year, 1 + u64::try_from(MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))?).ok()?, day)
    };
    let wanted = (year.parse().ok()?, month, day.parse().ok()?);
    days_since_1970(wanted).filter(|days| civil(*days) == wanted)
}

/// Seconds since midnight.
fn parse_time(text: &str) -> Option<u64> {
    let parts: Vec<u64> = text.split(':').map(str::parse).collect::<Result<_, _>>().ok()?;
    match parts[..] {
        [hours @ 0..24, minutes @ 0..60, seconds @ 0..60] => Some(hours * 3_600 + minutes * 60 + seconds),
        _ => None,
    }
}

/// `2024-12-18`; `dec/18/2024` before 7.10.
pub(crate) fn print_date(unix: u64, version: &Version) -> String {
    let (year, month, day) = civil(unix / 86_400);
    if version.since(7, 10) {
        return format!("{year}-{month:02}-{day:02}");
    }
    let name = usize::try_from(month - 1).ok().and_then(|month| MONTHS.get(month)).unwrap_or(&"jan");
    format!("{name}/{day:02}/{year}")
}

/// `10:54:02`.
pub(crate) fn print_time(unix: u64) -> String {
    let (hours, minutes, seconds) = (unix / 3_600 % 24, unix / 60 % 60, unix % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}")
}

/// Year, month and day of a day since 1970, by the usual reckoning in eras of 400 years from March on.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day_of_year - (153 * march_month + 2) / 5 + 1)
}

/// The way back. What is no date comes out as another one.
fn days_since_1970((year, month, day): (u64, u64, u64)) -> Option<u64> {
    let year = if month <= 2 { year.checked_sub(1)? } else { year };
    let (era, year_of_era) = (year / 400, year % 400);
    let march_month = (month + 9) % 12;
    let day_of_year = (153 * march_month + 2) / 5 + day.checked_sub(1)?;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era).checked_sub(719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_spelt_as_the_version_spells_them() {
        let unix = 1_682_974_333;
        let at = |version: &str| print_date(unix, &Version::parse(version).unwrap());
        assert_eq!(at("7.22.3"), "2023-05-01");
        assert_eq!(at("7.9"), "may/01/2023");
        assert_eq!(print_time(unix), "20:52:13");
        assert_eq!(print_date(951_782_400, &Version::parse("7.22").unwrap()), "2000-02-29");
        assert_eq!(print_date(0, &Version::parse("6.42").unwrap()), "jan/01/1970");
    }

    #[test]
    fn a_date_is_read_in_both_spellings_if_there_is_such_a_day() {
        for (typed, days) in [
            ("2000-02-29", Some(11_016)),
            ("feb/29/2000", Some(11_016)),
            ("1970-01-01", Some(0)),
            ("2023-02-29", None),
            ("2023-13-01", None),
            ("1969-12-31", None),
            ("soon", None),
        ] {
            assert_eq!(parse_date(typed), days, "{typed}");
        }
        assert_eq!(parse_time("10:54:02"), Some(39_242));
        assert_eq!(parse_time("24:00:00"), None);
    }
}
