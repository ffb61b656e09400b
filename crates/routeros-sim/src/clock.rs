//! The router's time: how long since, and which date it is.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::version::Version;

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
}
