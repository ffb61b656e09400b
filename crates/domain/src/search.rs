//! Who is meant by a few words, typed in a hurry: beginnings of names, of addresses, of numbers. One rule for customers
//! and sessions.

pub mod index; // the same rule for a table of words

use crate::{session::Session, wire::CustomerRecord};

/// Fewer last digits of a telephone number would mean half of all customers.
const LAST_DIGITS: usize = 4;
/// A single hexadecimal digit is no piece of a MAC address.
const MAC_DIGITS: usize = 2;

/// Words to look for, folded. All of them have to mean something.
#[derive(Clone, Debug)]
pub struct Search(Vec<Word>);

#[derive(Clone, Debug)]
struct Word {
    text: String,
    mac: Option<MacPart>,
    /// The word as a piece of a telephone number, where it can be one.
    digits: Option<String>,
}

/// The word as a piece of a MAC address. One with separators can be nothing else and is found anywhere; bare digits may
/// as well be a word or a number and have to begin it.
#[derive(Clone, Debug)]
enum MacPart {
    Anywhere(String),
    Beginning(String),
}

/// What a row can be found by.
#[derive(Clone, Debug, Default)]
pub struct Traits<'a> {
    /// The name of the customer, the username, and the name of the package.
    pub names: [&'a str; 3],
    /// The IP address.
    pub address: &'a str,
    /// The MAC address of the device.
    pub mac_address: &'a str,
    /// The telephone number.
    pub mobile: &'a str,
}

impl Search {
    /// Takes what somebody typed. Nothing finds everybody.
    pub fn new(text: &str) -> Self {
        Self(text.split_whitespace().map(Word::new).collect())
    }

    /// Whether nothing was typed.
    pub fn finds_everybody(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether every word means something of this row.
    pub fn finds<'a>(&self, row: impl Into<Traits<'a>>) -> bool {
        if self.finds_everybody() {
            return true;
        }
        let Traits { names, address, mac_address, mobile } = row.into();
        let (names, mac) = (names.map(fold), hex(mac_address));
        self.0.iter().all(|Word { text, mac: part, digits }| {
            names.iter().any(|name| begins_a_word(name, text))
                || address.starts_with(text)
                || part.as_ref().is_some_and(|part| part.is_of(&mac))
                || digits.as_ref().is_some_and(|digits| is_of_number(mobile, digits))
        })
    }
}

impl<'a> From<&'a CustomerRecord> for Traits<'a> {
    fn from(customer: &'a CustomerRecord) -> Self {
        Self {
            names: [&customer.name, &customer.pppoe_username, &customer.service_package],
            address: customer.ip_address.as_deref().unwrap_or_default(),
            mac_address: customer.mac_address.as_deref().unwrap_or_default(),
            mobile: customer.mobile.as_deref().unwrap_or_default(),
        }
    }
}

impl<'a> From<&'a Session> for Traits<'a> {
    fn from(session: &'a Session) -> Self {
        let Session { username, customer_name, package, address, mac_address, .. } = session;
        Self {
            names: [
                username.as_str(),
                customer_name.as_deref().unwrap_or_default(),
                package.as_deref().unwrap_or_default(),
            ],
            address: address.as_deref().unwrap_or_default(),
            mac_address: mac_address.as_deref().unwrap_or_default(),
            mobile: "",
        }
    }
}

impl Word {
    fn new(word: &str) -> Self {
        let digits: String = word.chars().filter(char::is_ascii_digit).collect();
        Self {
            text: fold(word),
            mac: MacPart::of(word),
            digits: Some(digits).filter(|digits| !digits.is_empty() && word.chars().all(is_of_telephone)),
        }
    }
}

impl MacPart {
    fn of(word: &str) -> Option<Self> {
        let digits = hex(word);
        if digits.len() < MAC_DIGITS || !digits.chars().all(|c| c.is_ascii_hexdigit()) || is_of_ip_address(word) {
            return None;
        }
        Some(if digits.len() < word.len() { Self::Anywhere(digits) } else { Self::Beginning(digits) })
    }

    fn is_of(&self, mac: &str) -> bool {
        match self {
            Self::Anywhere(digits) => mac.contains(digits.as_str()),
            Self::Beginning(digits) => mac.starts_with(digits.as_str()),
        }
    }
}

/// Capital and small letters are one, and so are the two apostrophes.
fn fold(text: &str) -> String {
    text.to_lowercase().replace('’', "'")
}

fn hex(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ':' | '-' | '.')).map(|c| c.to_ascii_lowercase()).collect()
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || c.is_ascii_punctuation()
}

fn begins_a_word(text: &str, word: &str) -> bool {
    let after = |(at, c): (usize, char)| is_gap(c) && text[at + c.len_utf8()..].starts_with(word);
    text.starts_with(word) || text.char_indices().any(after)
}

fn is_of_ip_address(word: &str) -> bool {
    word.contains('.') && word.split('.').all(|part| part.is_empty() || part.parse::<u8>().is_ok())
}

fn is_of_telephone(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | '.' | '/')
}

/// Whether a number, or a group of its digits, begins with these; or ends with them, where they are enough.
fn is_of_number(number: &str, digits: &str) -> bool {
    let whole: String = number.chars().filter(char::is_ascii_digit).collect();
    whole.starts_with(digits)
        || number.split(|c: char| !c.is_ascii_digit()).any(|group| group.starts_with(digits))
        || (digits.len() >= LAST_DIGITS && whole.ends_with(digits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        customer::{CustomerStatus, ServiceType},
        session::fixture::session,
    };

    fn customer(name: &str, username: &str) -> CustomerRecord {
        CustomerRecord {
            id: "CUS-77".to_owned(),
            name: name.to_owned(),
            mobile: Some("+880 1712 553018".to_owned()),
            email: Some("mail@example.com".to_owned()),
            service_package: "Home 10".to_owned(),
            status: CustomerStatus::Active,
            customer_type: None,
            joined: None,
            installation_address: None,
            zone: Some("North".to_owned()),
            expiry_date: None,
            notes: None,
            service_type: ServiceType::Pppoe,
            pppoe_username: username.to_owned(),
            has_password: true,
            mac_address: Some("AA:BB:CC:DD:EE:0F".to_owned()),
            ip_address: Some("10.10.0.50".to_owned()),
            origin: "console".to_owned(),
            version: 1,
        }
    }

    fn rahim_online() -> Session {
        Session {
            customer_id: Some("CUS-1".to_owned()),
            customer_name: Some("Rahim Uddin".to_owned()),
            package: Some("Home 10".to_owned()),
            address: Some("10.20.6.102".to_owned()),
            mac_address: Some("D0:D0:4B:00:10:2A".to_owned()),
            uptime_seconds: 1,
            ..session(1, "rahim-0172")
        }
    }

    fn finds<'a>(row: impl Into<Traits<'a>>, q: &str) -> bool {
        Search::new(q).finds(row)
    }

    #[test]
    fn every_word_begins_a_word_of_the_name_username_or_package() {
        let rahim = customer("Rahim Uddin", "rahim-0172.home");
        for q in
            ["", "  ", "rah", "RAHIM", "udd rah", "rahim-01", "0172", "home", "0172.h", "uddin home", "rah home 10"]
        {
            assert!(finds(&rahim, q), "{q:?}");
        }
        for q in ["ahim", "ddin", "rahim x", "home 20", "ome", "172.h", "rahim uddin uddinn", "north", "mail", "cus-77"]
        {
            assert!(!finds(&rahim, q), "{q:?}");
        }
    }

    #[test]
    fn names_of_every_script_are_found_in_either_case() {
        assert!(finds(&customer("João ÇELİK", "x"), "joão çel"));
        assert!(finds(&customer("ОЛЬГА Иванова", "x"), "ольга ИВАН"));
        assert!(finds(&customer("রহিমা খাতুন", "x"), "খাতু"));
        assert!(finds(&customer("أحمد الزهراني", "x"), "الزه"));
        assert!(!finds(&customer("রহিমা খাতুন", "x"), "তুন"));
        let siobhan = customer("Siobhán O’Brien", "x");
        assert!(finds(&siobhan, "o'brien") && finds(&siobhan, "brien") && finds(&siobhan, "O’B"));
    }

    #[test]
    fn a_session_is_found_by_every_word_of_its_customer_address_and_device() {
        let rahim = rahim_online();
        for q in ["", " RAHIM ", "uddin", "home", "10.20.6", "0172", "rahim uddin home", "10.20 d0:d0 10"] {
            assert!(finds(&rahim, q), "{q:?}");
        }
        for q in ["karim", "ddin", "10.2.", "20.6", "d0:d1", "home 20", "cus-1", "pppoe"] {
            assert!(!finds(&rahim, q), "{q:?}");
        }
        let unknown = Session { customer_name: None, package: None, address: None, mac_address: None, ..rahim };
        assert!(finds(&unknown, "rahim") && !finds(&unknown, "uddin") && !finds(&unknown, "10."));
    }

    #[test]
    fn a_mac_address_is_found_by_its_beginning_and_with_separators_anywhere() {
        let (ana, rahim) = (customer("Xu", "xu"), rahim_online());
        for q in ["aa:bb", "AA-BB-CC", "aabb.ccdd.ee0f", "aabbc", "AA:BB:CC:DD:EE:0F", "bb:cc", "ee-0f", ":0f"] {
            assert!(finds(&ana, q), "{q}");
        }
        for q in ["d0-d0-4b", "d0d0.4b00.102a", "D0D04B", "00-10"] {
            assert!(finds(&rahim, q), "{q}");
        }
        for q in ["ee0f", "aa:bb:cd", "a", "a:", "-", ":", "."] {
            assert!(!finds(&ana, q), "{q}");
        }
    }

    #[test]
    fn part_of_an_address_is_not_taken_for_a_device() {
        assert!(!finds(&rahim_online(), "00.10"));
    }

    #[test]
    fn an_address_is_found_by_its_beginning() {
        let ana = customer("Xu", "xu");
        assert!(finds(&ana, "10.10.0.5") && finds(&ana, "10."));
        assert!(!finds(&ana, "10.0") && !finds(&ana, "0.50"));
        let unbound = CustomerRecord { ip_address: None, mac_address: None, mobile: None, ..ana };
        assert!(!finds(&unbound, "10.") && !finds(&unbound, "aa") && !finds(&unbound, "3018"));
    }

    #[test]
    fn a_telephone_number_is_found_by_its_beginning_its_groups_and_its_last_four_digits_or_more() {
        let ana = customer("Xu", "xu");
        for q in ["+880", "8801712", "+880-1712", "+880 1712 553018", "1712", "5530", "3018", "01712553018"] {
            assert!(finds(&ana, q), "{q}");
        }
        for q in ["018", "712", "53017", "3018x", "+"] {
            assert!(!finds(&ana, q), "{q}");
        }
    }
}
