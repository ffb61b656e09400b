//! Which rows match what somebody typed.

use domain::{session::Session, wire::RawRow};

/// Whether a session has the text in its username, customer, address, device or package.
/// A MAC address is found whatever separators it is typed with.
pub(crate) fn matches(row: &RawRow<Session>, text: &str) -> bool {
    let needle = text.trim().to_lowercase();
    let has = |value: Option<&str>| value.is_some_and(|value| value.to_lowercase().contains(&needle));
    let Session { username, customer_name, package, .. } = &row.netpilot;
    has(Some(username))
        || has(customer_name.as_deref())
        || has(package.as_deref())
        || has(row.row.get("address").map(String::as_str))
        || device(row).is_some_and(|mac| has(Some(mac)) || is_mac_part(&needle, mac))
}

/// The MAC address a session comes from.
pub(crate) fn device(row: &RawRow<Session>) -> Option<&str> {
    ["caller-id", "mac-address"].into_iter().find_map(|name| row.row.get(name)).map(String::as_str)
}

fn is_mac_part(needle: &str, mac: &str) -> bool {
    let wanted = digits(needle);
    let typed_as_mac = needle.chars().all(|c| c.is_ascii_hexdigit() || ":-.".contains(c)) && !is_ip_part(needle);
    typed_as_mac && wanted.len() >= 2 && digits(mac).contains(&wanted)
}

fn is_ip_part(needle: &str) -> bool {
    needle.contains('.') && needle.split('.').all(|part| part.is_empty() || part.parse::<u8>().is_ok())
}

fn digits(mac: &str) -> String {
    mac.chars().filter(char::is_ascii_hexdigit).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use domain::{customer::ServiceType, timestamp::Timestamp};

    use super::*;

    fn rahim() -> RawRow<Session> {
        let netpilot = Session {
            key: "default/pppoe/*1".to_owned(),
            username: "rahim-0172".to_owned(),
            service_type: ServiceType::Pppoe,
            customer_id: Some("CUS-1".to_owned()),
            customer_name: Some("Rahim Uddin".to_owned()),
            package: Some("Home 10".to_owned()),
            started_at: Timestamp::from_unix(0),
            uptime_seconds: 1,
            bytes_down: None,
            bytes_up: None,
            rate_limit: None,
            matches_package: None,
            random_mac: false,
            router_id: "default".to_owned(),
        };
        let row = [("address", "10.20.6.102"), ("caller-id", "D0:D0:4B:00:10:2A")];
        RawRow { netpilot, row: row.map(|(name, value)| (name.to_owned(), value.to_owned())).into() }
    }

    #[test]
    fn any_of_its_words_finds_a_session() {
        for text in ["", " RAHIM ", "uddin", "home", "20.6", "d0:d0", "d0-d0-4b", "d0d0.4b00.102a", "D0D04B"] {
            assert!(matches(&rahim(), text), "{text:?}");
        }
        for text in ["karim", "10.2.", "d0:d1", "home 20", "rahim uddin home"] {
            assert!(!matches(&rahim(), text), "{text:?}");
        }
    }

    #[test]
    fn part_of_an_address_is_not_taken_for_a_device() {
        assert!(!matches(&rahim(), "00.10"));
        assert!(matches(&rahim(), "00-10"));
    }
}
