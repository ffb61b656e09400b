//! Addresses and the ranges of pools.

use std::net::{IpAddr, Ipv4Addr};

use crate::refused::Refused;

/// Reads an IPv4 address.
pub(crate) fn parse_ip(raw: &[u8]) -> Option<Ipv4Addr> {
    std::str::from_utf8(raw).ok()?.parse().ok()
}

/// Reads a MAC address in any of the three separators a router takes, and prints it in capitals.
pub(crate) fn parse_mac(raw: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(raw).ok()?;
    let bytes: Vec<&str> = text.split([':', '-', '.']).collect();
    let is_byte = |byte: &&str| byte.len() == 2 && byte.bytes().all(|digit| digit.is_ascii_hexdigit());
    (bytes.len() == 6 && bytes.iter().all(is_byte)).then(|| bytes.join(":").to_uppercase())
}

/// Reads `10.0.0.2-10.0.0.254,10.1.0.0/24` as first and last addresses.
///
/// # Errors
/// In the words of `/ip/pool`.
pub(crate) fn parse_ranges(raw: &[u8]) -> Result<Vec<(u32, u32)>, Refused> {
    raw.split(|byte| *byte == b',').map(parse_range).collect()
}

/// Whether an address is in a list of addresses and prefixes, `10.0.0.0/8,fd00::/8`. An empty list holds them all.
pub(crate) fn is_in_list(list: &[u8], address: IpAddr) -> bool {
    let list = String::from_utf8_lossy(list);
    list.is_empty() || list.split(',').any(|prefix| is_in_prefix(prefix.trim(), address))
}

fn is_in_prefix(prefix: &str, address: IpAddr) -> bool {
    let (base, bits) = prefix.split_once('/').unwrap_or((prefix, "128"));
    let (Ok(base), Ok(bits)) = (base.parse::<IpAddr>(), bits.parse::<u32>()) else {
        return false;
    };
    match (base, address) {
        (IpAddr::V4(base), IpAddr::V4(address)) => {
            let host = u32::MAX.checked_shr(bits).unwrap_or(0);
            u32::from(base) | host == u32::from(address) | host
        }
        (IpAddr::V6(base), IpAddr::V6(address)) => {
            let host = u128::MAX.checked_shr(bits).unwrap_or(0);
            u128::from(base) | host == u128::from(address) | host
        }
        _ => false,
    }
}

fn parse_range(raw: &[u8]) -> Result<(u32, u32), Refused> {
    let malformed = || Refused::argument("value of range expects range of ip addresses");
    let text = std::str::from_utf8(raw).map_err(|_| malformed())?;
    let ip = |text: &str| text.parse::<Ipv4Addr>().ok().map(u32::from);
    if let Some((first, last)) = text.split_once('-') {
        let first = ip(first).ok_or_else(malformed)?;
        let last = ip(last).ok_or_else(|| Refused::argument("value of range must have ip address after '-'"))?;
        return if first <= last { Ok((first, last)) } else { Err(malformed()) };
    }
    if let Some((base, bits)) = text.split_once('/') {
        let base = ip(base).ok_or_else(malformed)?;
        let bits: u32 = bits.parse().ok().filter(|bits| *bits <= 32).ok_or_else(malformed)?;
        let host = u32::MAX.checked_shr(bits).unwrap_or(0);
        return Ok((base & !host, base | host));
    }
    ip(text).map(|only| (only, only)).ok_or_else(malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_in_three_spellings() {
        let read = parse_ranges(b"10.0.0.2-10.0.0.9,10.1.0.0/24,10.2.0.1").unwrap();
        assert_eq!(read.iter().map(|(first, last)| last - first + 1).collect::<Vec<_>>(), [8, 256, 1]);
    }

    #[test]
    fn a_bad_range_is_refused_in_the_pools_words() {
        let message = |raw: &[u8]| parse_ranges(raw).unwrap_err().message;
        assert_eq!(message(b""), "value of range expects range of ip addresses");
        assert_eq!(message(b"10.0.0.2-x"), "value of range must have ip address after '-'");
    }

    #[test]
    fn an_address_is_looked_for_in_a_list_of_prefixes() {
        let holds = |list: &str, address: &str| is_in_list(list.as_bytes(), address.parse().unwrap());
        assert!(holds("", "10.1.2.3"));
        assert!(holds("192.168.0.0/16,10.1.2.3", "10.1.2.3"));
        assert!(holds("10.0.0.0/8", "10.200.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("0.0.0.0/0", "11.0.0.1") && !holds("0.0.0.0/0", "fd00::1"));
        assert!(holds("10.0.0.0/8,fd00::/8", "fd12::1") && !holds("fd00::/8", "fe80::1"));
        assert!(!holds("nonsense", "10.1.2.3"));
    }

    #[test]
    fn a_mac_is_printed_in_capitals() {
        assert_eq!(parse_mac(b"aa-bb-cc-dd-ee-0f").as_deref(), Some("AA:BB:CC:DD:EE:0F"));
        assert_eq!(parse_mac(b"aa:bb:cc"), None);
    }
}
