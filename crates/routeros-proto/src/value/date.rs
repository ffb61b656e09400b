//! Dates and times of day: the router's local time, without a zone.

use std::fmt;

use super::{Value, number};
use crate::Charset;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Which generation of RouterOS wrote a date. The turn was at about 7.10.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// `may/01/2023`.
    Named,
    /// `2024-12-18`.
    Iso,
}

/// A day, and how it was spelt. 1 and 2 January 1970 mean never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// The year.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
    /// How it was written, and will be.
    pub spelling: Spelling,
}

/// A time of day in seconds since midnight, spelt `10:54:02`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(u32);

/// A day with its time: `2024-12-18 10:54:02` or `may/01/2023 20:52:13`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The day.
    pub date: Date,
    /// The time.
    pub time: TimeOfDay,
}

impl TimeOfDay {
    /// Seconds since midnight.
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

impl Value for Date {
    fn read(raw: &[u8], _: Charset) -> Option<Self> {
        let (year, month, day, spelling) = match raw {
            [year @ .., b'-', m1, m2, b'-', d1, d2] => (year, two(*m1, *m2)?, two(*d1, *d2)?, Spelling::Iso),
            [name @ .., b'/', d1, d2, b'/', y1, y2, y3, y4] => {
                let month = MONTHS.iter().zip(1..).find(|(month, _)| name.eq_ignore_ascii_case(month.as_bytes()))?.1;
                (&[*y1, *y2, *y3, *y4][..], month, two(*d1, *d2)?, Spelling::Named)
            }
            _ => return None,
        };
        let year = number(year).filter(|_| year.len() == 4).and_then(|year| u16::try_from(year).ok())?;
        ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some(Self { year, month, day, spelling })
    }
}

impl Value for TimeOfDay {
    fn read(raw: &[u8], _: Charset) -> Option<Self> {
        let [h1, h2, b':', m1, m2, b':', s1, s2] = *raw else { return None };
        let (hours, minutes, seconds) = (two(h1, h2)?, two(m1, m2)?, two(s1, s2)?);
        let valid = hours < 24 && minutes < 60 && seconds < 60;
        valid.then(|| Self(u32::from(hours) * 3_600 + u32::from(minutes) * 60 + u32::from(seconds)))
    }
}

/// A number of two digits.
fn two(tens: u8, ones: u8) -> Option<u8> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| byte - b'0');
    Some(digit(tens)? * 10 + digit(ones)?)
}

impl Value for Stamp {
    fn read(raw: &[u8], charset: Charset) -> Option<Self> {
        let space = raw.iter().position(|byte| *byte == b' ')?;
        Some(Self { date: Date::read(&raw[..space], charset)?, time: TimeOfDay::read(&raw[space + 1..], charset)? })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, spelling } = *self;
        match (spelling, MONTHS.get(usize::from(month).wrapping_sub(1))) {
            (Spelling::Named, Some(name)) => write!(f, "{name}/{day:02}/{year:04}"),
            _ => write!(f, "{year:04}-{month:02}-{day:02}"),
        }
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(seconds) = self;
        write!(f, "{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { date, time } = self;
        write!(f, "{date} {time}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_generations_are_read_and_written_back() {
        for raw in ["may/01/2023 20:52:13", "2024-12-18 10:54:02", "1970-01-01 00:00:00", "jan/02/1970 00:00:00"] {
            let stamp = Stamp::read(raw.as_bytes(), Charset::default());
            assert_eq!(stamp.map(|stamp| stamp.to_string()).as_deref(), Some(raw));
        }
        for raw in
            ["", "2024-13-01 00:00:00", "xyz/01/2024 00:00:00", "2024-05-17 25:00:00", "2024-5-17 00:00:00", "a b"]
        {
            assert_eq!(Stamp::read(raw.as_bytes(), Charset::default()), None, "{raw}");
        }
    }
}
