//! Points in time, as they cross HTTP: RFC 3339 in UTC, to the second.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(OffsetDateTime);

impl Timestamp {
    /// Seconds since 1970, as a clock or the store hands them in. Out of range reads as 1970.
    pub fn from_unix(seconds: i64) -> Self {
        Self(OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH))
    }

    /// Seconds since 1970.
    pub fn as_unix(self) -> i64 {
        self.0.unix_timestamp()
    }

    /// The same, `seconds` earlier.
    #[must_use]
    pub fn earlier_by(self, seconds: u64) -> Self {
        Self::from_unix(self.as_unix().saturating_sub_unsigned(seconds))
    }

    /// The time of day in UTC, `14:03:22`.
    pub fn clock(self) -> String {
        let (hour, minute, second) = self.0.time().as_hms();
        format!("{hour:02}:{minute:02}:{second:02}")
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

/// Text that is no point in time.
#[derive(Debug, thiserror::Error)]
#[error("this is no point in time like 2026-01-05T09:12:44Z")]
pub struct NotATime(#[source] time::error::Parse);

impl FromStr for Timestamp {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let at = OffsetDateTime::parse(text, &Rfc3339).map_err(NotATime)?;
        Ok(Self::from_unix(at.unix_timestamp()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn it_is_written_in_utc_to_the_second_and_read_back() {
        let at = Timestamp::from_unix(1_767_604_364);
        assert_eq!(serde_json::to_string(&at).unwrap(), "\"2026-01-05T09:12:44Z\"");
        assert_eq!(serde_json::from_str::<Timestamp>("\"2026-01-05T16:12:44.9+07:00\"").unwrap(), at);
        assert_eq!(at.clock(), "09:12:44");
    }
}
