//! Networks and lists of addresses. What a real router says to a bad one was not captured, except where it is said.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{stored, text};
use crate::{address, refused::Refused, router::Router, schema::Property, table::Value};

/// Reads `10.0.0.1,10.0.0.2`.
pub(super) fn ips(property: &Property, raw: &[u8]) -> Result<Option<Value>, Refused> {
    list(property, raw, |item| {
        let ip = address::parse_ip(item).ok_or_else(|| Refused::invalid_value(property.name))?;
        Ok(ip.to_string())
    })
}

/// Reads `10.0.0.0/8,2001:db8::/32`.
pub(super) fn networks(property: &Property, raw: &[u8]) -> Result<Option<Value>, Refused> {
    list(property, raw, |item| network(item).ok_or_else(|| Refused::invalid_value(property.name)))
}

/// Reads `2001:db8::/56`.
pub(super) fn ipv6_prefix(name: &str, raw: &[u8]) -> Result<String, Refused> {
    let prefix = std::str::from_utf8(raw).ok().filter(|text| text.contains(':')).and_then(parse_network);
    prefix.ok_or_else(|| Refused::invalid_value(name))
}

/// Reads what a queue is for: networks and interfaces. A single address is a network of its own.
pub(super) fn target(router: &Router, property: &Property, raw: &[u8]) -> Result<Option<Value>, Refused> {
    list(property, raw, |item| {
        if let Some(network) = network(item) {
            return Ok(network);
        }
        let interface = super::reference(router, property.name, "/interface", &[], item)?;
        Ok(String::from_utf8_lossy(&router.print_value(&interface, Some("/interface"))).into_owned())
    })
}

fn list(
    property: &Property,
    raw: &[u8],
    one: impl Fn(&[u8]) -> Result<String, Refused>,
) -> Result<Option<Value>, Refused> {
    if raw.is_empty() {
        return Ok(text(property, raw));
    }
    Ok(stored(raw.split(|byte| *byte == b',').map(one).collect::<Result<Vec<_>, _>>()?.join(",")))
}

fn network(raw: &[u8]) -> Option<String> {
    parse_network(std::str::from_utf8(raw).ok()?)
}

/// An address and how many bits of it count; all, if nobody says.
fn parse_network(text: &str) -> Option<String> {
    let (base, bits) = text.split_once('/').map_or((text, None), |(base, bits)| (base, Some(bits)));
    let within = |most: u8| bits.map_or(Some(most), |bits| bits.parse().ok()).filter(|bits| *bits <= most);
    if let Ok(ip) = base.parse::<Ipv4Addr>() {
        return Some(format!("{ip}/{}", within(32)?));
    }
    let ip: Ipv6Addr = base.parse().ok()?;
    Some(format!("{ip}/{}", within(128)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_address_is_a_network_of_its_own() {
        for (typed, kept) in [
            ("10.0.0.5", Some("10.0.0.5/32")),
            ("1.0.1.0/24", Some("1.0.1.0/24")),
            ("2001:db8::/56", Some("2001:db8::/56")),
            ("10.0.0.0/33", None),
            ("ether1", None),
        ] {
            assert_eq!(parse_network(typed).as_deref(), kept, "{typed}");
        }
    }
}
