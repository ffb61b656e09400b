//! Customer -> the secret or hotspot user a router should hold, and the mark by which we know it again.

use crate::{
    customer::{Customer, CustomerId, ServiceType},
    profile::put,
    row::{Property, Row, Want},
};

/// RouterOS takes longer comments; 255 bytes is what every version and tool shows whole.
const MAX_COMMENT_BYTES: usize = 255;
/// What our comments begin with.
const OPENING: &str = "NetPilot Customer: ";
/// The hotspot user that every router has for guests on trial.
const TRIAL: &str = "default-trial";

/// The comment that makes a row ours: `NetPilot Customer: NAME (ID: CUS-1)`, the original NetPilot's own form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// The customer it names.
    pub id: CustomerId,
    /// What staff wrote behind it, kept with its leading blank.
    pub tail: String,
}

impl Marker {
    /// Reads a comment; `None` when the row is not ours.
    ///
    /// ```
    /// use domain::account::Marker;
    /// let marker = Marker::read("NetPilot Customer: Ana (ID: CUS-1) paid till June").unwrap();
    /// assert_eq!((marker.id.as_str(), marker.tail.as_str()), ("CUS-1", " paid till June"));
    /// assert_eq!(Marker::read("Ana, tower 3"), None);
    /// ```
    pub fn read(comment: &str) -> Option<Self> {
        let body = comment.strip_prefix(OPENING)?;
        body.match_indices(" (ID: ").find_map(|(at, opening)| {
            let (id, tail) = body[at + opening.len()..].split_once(')')?;
            let ends_well = tail.is_empty() || tail.starts_with(' ');
            Some(Self { id: id.parse().ok().filter(|_| ends_well)?, tail: tail.to_owned() })
        })
    }

    /// The comment of a customer's row, with what staff wrote behind it. The name is cut where it is too long.
    pub fn comment(name: &str, id: &CustomerId, tail: &str) -> String {
        let name: String = name.chars().filter(|c| !matches!(c, '(' | ')')).collect();
        let mut whole = format!("{OPENING} (ID: {id}){tail}");
        let room = MAX_COMMENT_BYTES.saturating_sub(whole.len());
        let end = (0..=name.len().min(room)).rev().find(|end| name.is_char_boundary(*end)).unwrap_or(0);
        whole.insert_str(OPENING.len(), &name[..end]);
        whole
    }

    /// The marker of a row, if it is ours.
    pub fn of(row: &Row) -> Option<Self> {
        Self::read(row.get(Property::Comment)?)
    }

    /// The comment that makes a row the customer's, whoever wrote it. What staff wrote there stays behind the marker.
    pub fn onto(row: &Row, name: &str, id: &CustomerId) -> String {
        let tail = match (Self::of(row), row.get(Property::Comment)) {
            (Some(marker), _) => marker.tail,
            (None, Some(theirs)) if !theirs.is_empty() => format!(" {theirs}"),
            (None, _) => String::new(),
        };
        Self::comment(name, id, &tail)
    }

    /// Whom a comment speaks of: the name before the mark, or all of a comment without one.
    pub fn name_in(comment: &str) -> &str {
        let marked = Self::read(comment).and_then(|marker| {
            let (name, _) = comment.strip_prefix(OPENING)?.split_once(&format!(" (ID: {})", marker.id))?;
            Some(name)
        });
        marked.unwrap_or(comment).trim()
    }
}

/// Whether a row is of this service: secrets of others (L2TP, OVPN …) are no business of ours.
pub fn is_of_service(row: &Row, service: ServiceType) -> bool {
    service == ServiceType::Hotspot || matches!(row.get(Property::Service), None | Some("pppoe" | "any"))
}

/// Whether a row can be a customer's at all. What the router made by itself never is.
pub fn is_of_customer(row: &Row, service: ServiceType) -> bool {
    let is_trial = service == ServiceType::Hotspot && row.get(Property::Name) == Some(TRIAL);
    is_of_service(row, service) && !is_trial && row.raw("dynamic") != Some("true")
}

/// What a customer's account should be, but for its password.
///
/// `existing` is the row it will be written to: what staff wrote behind the marker stays.
pub fn account_properties(
    customer: &Customer,
    profile: &str,
    service: ServiceType,
    existing: Option<&Row>,
) -> Vec<(Property, Want)> {
    let is = |value: &str| Want::Is(value.to_owned());
    let tail = existing.and_then(Marker::of).map(|marker| marker.tail).unwrap_or_default();
    let mut properties = vec![(Property::Name, is(customer.username.as_str()))];
    if service == ServiceType::Pppoe {
        properties.push((Property::Service, is("pppoe")));
    }
    properties.extend([
        (Property::Profile, is(profile)),
        (Property::Disabled, is(if customer.status.enabled() { "no" } else { "yes" })),
        (Property::Comment, Want::Is(Marker::comment(&customer.name, &customer.id, &tail))),
    ]);
    let (mac, ip) = match service {
        ServiceType::Pppoe => (Property::CallerId, Property::RemoteAddress),
        ServiceType::Hotspot => (Property::MacAddress, Property::Address),
    };
    put(&mut properties, mac, &customer.mac_address);
    put(&mut properties, ip, &customer.ip_address);
    properties
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_exact_form_is_ours() {
        for comment in [
            "NetPilot Customer: Ana (ID: CUS-1)x",
            "NetPilot Customer: Ana (ID: )",
            "NetPilot Customer: Ana (ID: a b)",
            "NetPilot customer: Ana (ID: CUS-1)",
            "x NetPilot Customer: Ana (ID: CUS-1)",
            "",
        ] {
            assert_eq!(Marker::read(comment), None, "{comment}");
        }
        let odd = Marker::read("NetPilot Customer: A (ID: no good) (ID: CUS-2) note").unwrap();
        assert_eq!((odd.id.as_str(), odd.tail.as_str()), ("CUS-2", " note"));
    }

    #[test]
    fn a_row_that_becomes_ours_keeps_what_staff_wrote() {
        let id: CustomerId = "CUS-7".parse().unwrap();
        for (comment, expected) in [
            ("", "NetPilot Customer: Ana (ID: CUS-7)"),
            ("tower 3", "NetPilot Customer: Ana (ID: CUS-7) tower 3"),
            ("NetPilot Customer: Old (ID: CUS-2) roof", "NetPilot Customer: Ana (ID: CUS-7) roof"),
        ] {
            let row = Row { values: [("comment".to_owned(), comment.to_owned())].into(), ..Row::default() };
            assert_eq!(Marker::onto(&row, "Ana", &id), expected);
        }
        assert_eq!(Marker::onto(&Row::default(), "Ana", &id), "NetPilot Customer: Ana (ID: CUS-7)");
    }

    #[test]
    fn a_comment_tells_whom_it_speaks_of() {
        assert_eq!(Marker::name_in("NetPilot Customer: Ana B (ID: CUS-7) roof"), "Ana B");
        assert_eq!(Marker::name_in(" Ana B, tower 3 "), "Ana B, tower 3");
        assert_eq!(Marker::name_in("NetPilot Customer: Ana"), "NetPilot Customer: Ana");
    }

    proptest! {
        /// Whatever a customer is called, we know the row again, and it fits.
        #[test]
        fn a_comment_we_write_is_a_comment_we_know(name in "\\PC{0,300}", tail in "( \\PC{0,40})?") {
            let id: CustomerId = "CUS-7".parse().unwrap();
            let comment = Marker::comment(&name, &id, &tail);
            let fits = comment.len() <= MAX_COMMENT_BYTES;
            prop_assert!(fits);
            prop_assert_eq!(Marker::read(&comment), Some(Marker { id, tail }));
        }
    }
}
