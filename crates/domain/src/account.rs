//! Customer -> the secret or hotspot user a router should hold, and the mark by which we know it again.

use crate::{
    customer::{Customer, CustomerId, ServiceType},
    profile::put,
    row::{Property, Row, Want},
};

/// RouterOS takes longer comments; 255 bytes is what every version and tool shows whole.
const MAX_COMMENT_BYTES: usize = 255;

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
        let body = comment.strip_prefix("NetPilot Customer: ")?;
        body.match_indices(" (ID: ").find_map(|(at, opening)| {
            let (id, tail) = body[at + opening.len()..].split_once(')')?;
            let ends_well = tail.is_empty() || tail.starts_with(' ');
            Some(Self { id: id.parse().ok().filter(|_| ends_well)?, tail: tail.to_owned() })
        })
    }

    /// The comment of a customer's row, with what staff wrote behind it. The name is cut where it is too long.
    pub fn comment(name: &str, id: &CustomerId, tail: &str) -> String {
        let name: String = name.chars().filter(|c| !matches!(c, '(' | ')')).collect();
        let mut whole = format!("NetPilot Customer:  (ID: {id}){tail}");
        let room = MAX_COMMENT_BYTES.saturating_sub(whole.len());
        let end = (0..=name.len().min(room)).rev().find(|end| name.is_char_boundary(*end)).unwrap_or(0);
        whole.insert_str("NetPilot Customer: ".len(), &name[..end]);
        whole
    }

    /// The marker of a row, if it is ours.
    pub fn of(row: &Row) -> Option<Self> {
        Self::read(row.get(Property::Comment)?)
    }
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
