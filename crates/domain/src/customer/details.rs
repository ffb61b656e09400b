//! What staff know of a customer that no router needs.

use time::{Date, format_description::well_known::Iso8601};

use super::member::{invalid, no_control_characters, present};
use crate::wire::{CustomerBody, problem::Problem};

/// What a customer may be, as the original names them.
pub const CUSTOMER_TYPES: [&str; 3] = ["Home User", "Business User", "Wireless User"];

/// What staff know of a customer that no router needs.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Details {
    /// One of [`CUSTOMER_TYPES`].
    pub customer_type: Option<String>,
    /// The day they became a customer, `2026-01-05`.
    pub joined: Option<String>,
    /// Where the line ends.
    pub installation_address: Option<String>,
    /// The part of the network they live in.
    pub zone: Option<String>,
    /// The day up to which they have paid, `2026-01-05`.
    pub expiry_date: Option<String>,
    /// What staff want to remember.
    pub notes: Option<String>,
}

impl Details {
    /// The details in a body. One that breaks its rule is as if it had not been said: a sync does not fail by what no
    /// router needs. Of a point in time the day is taken, as the original sends points in time for days.
    pub fn given(body: &CustomerBody) -> Self {
        let body = CustomerBody {
            joined: day(body.joined.as_deref()),
            expiry_date: day(body.expiry_date.as_deref()),
            ..body.clone()
        };
        let usable = |text: Result<Option<&str>, Problem>| text.ok().flatten().map(str::to_owned);
        Self {
            customer_type: usable(customer_type(&body)),
            joined: usable(joined(&body)),
            installation_address: usable(installation_address(&body)),
            zone: usable(zone(&body)),
            expiry_date: usable(expiry_date(&body)),
            notes: usable(notes(&body)),
        }
    }

    /// These, and the older ones where nothing was said.
    #[must_use]
    pub fn or(self, older: Self) -> Self {
        let Self { customer_type, joined, installation_address, zone, expiry_date, notes } = older;
        Self {
            customer_type: self.customer_type.or(customer_type),
            joined: self.joined.or(joined),
            installation_address: self.installation_address.or(installation_address),
            zone: self.zone.or(zone),
            expiry_date: self.expiry_date.or(expiry_date),
            notes: self.notes.or(notes),
        }
    }
}

fn day(text: Option<&str>) -> Option<String> {
    text?.split('T').next().map(str::to_owned)
}

pub(super) fn customer_type(body: &CustomerBody) -> Result<Option<&str>, Problem> {
    match present(body.customer_type.as_deref()) {
        Some(text) if !CUSTOMER_TYPES.contains(&text) => {
            let detail = format!("{text:?} is no type of customer: use {}.", CUSTOMER_TYPES.join(", "));
            Err(invalid("/customerType", detail))
        }
        text => Ok(text),
    }
}

pub(super) fn joined(body: &CustomerBody) -> Result<Option<&str>, Problem> {
    date(body.joined.as_deref(), "/joined")
}

pub(super) fn expiry_date(body: &CustomerBody) -> Result<Option<&str>, Problem> {
    date(body.expiry_date.as_deref(), "/expiryDate")
}

pub(super) fn installation_address(body: &CustomerBody) -> Result<Option<&str>, Problem> {
    lines(body.installation_address.as_deref(), "/installationAddress", 300)
}

pub(super) fn zone(body: &CustomerBody) -> Result<Option<&str>, Problem> {
    line(body.zone.as_deref(), "/zone", 100)
}

pub(super) fn notes(body: &CustomerBody) -> Result<Option<&str>, Problem> {
    lines(body.notes.as_deref(), "/notes", 2000)
}

/// One line of text.
pub(super) fn line<'a>(text: Option<&'a str>, pointer: &str, most: usize) -> Result<Option<&'a str>, Problem> {
    let Some(text) = present(text) else { return Ok(None) };
    no_control_characters(text).map_err(|detail| invalid(pointer, detail))?;
    at_most(text, pointer, most)?;
    Ok(Some(text))
}

/// Text that may have line breaks in it.
fn lines<'a>(text: Option<&'a str>, pointer: &str, most: usize) -> Result<Option<&'a str>, Problem> {
    let Some(text) = present(text) else { return Ok(None) };
    for line in text.split(['\r', '\n', '\t']) {
        no_control_characters(line).map_err(|detail| invalid(pointer, detail))?;
    }
    at_most(text, pointer, most)?;
    Ok(Some(text))
}

/// No more than this many characters.
pub(super) fn at_most(text: &str, pointer: &str, most: usize) -> Result<(), Problem> {
    if text.chars().count() > most {
        return Err(invalid(pointer, format!("More than {most} characters.")));
    }
    Ok(())
}

fn date<'a>(text: Option<&'a str>, pointer: &str) -> Result<Option<&'a str>, Problem> {
    match present(text) {
        Some(text) if !is_date(text) => {
            Err(invalid(pointer, format!("{text:?} is no day of the calendar; write it like 2026-01-05.")))
        }
        text => Ok(text),
    }
}

fn is_date(text: &str) -> bool {
    Date::parse(text, &Iso8601::DATE).is_ok_and(|date| date.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_in_one_way() {
        for text in ["2026-01-05", "2024-02-29", "1999-12-31"] {
            assert!(is_date(text), "{text}");
        }
        for text in
            ["2026-1-5", "20260105", "2026-02-29", "2026-W01-1", "2026-005", "05-01-2026", "soon", "2026-01-05 "]
        {
            assert!(!is_date(text), "{text}");
        }
    }

    #[test]
    fn a_sync_keeps_the_details_that_can_be_used_and_no_others() {
        let body = CustomerBody {
            customer_type: Some("Nobody".to_owned()),
            joined: Some("2026-01-05T09:12:44.000Z".to_owned()),
            expiry_date: Some("tomorrow".to_owned()),
            zone: Some("North".to_owned()),
            notes: Some("x".repeat(2001)),
            installation_address: Some(String::new()),
            ..CustomerBody::default()
        };
        let expected =
            Details { joined: Some("2026-01-05".to_owned()), zone: Some("North".to_owned()), ..Details::default() };
        assert_eq!(Details::given(&body), expected);
        let older = Details { zone: Some("South".to_owned()), notes: Some("dog".to_owned()), ..Details::default() };
        assert_eq!(expected.clone().or(older), Details { notes: Some("dog".to_owned()), ..expected });
    }
}
