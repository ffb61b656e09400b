//! The rule of [`Search`] for an index that knows beginnings only: the words under which a customer stands, and the
//! beginnings that a search stands for. It finds whom [`Search::finds`] finds, but for two things. The middle of a MAC
//! address is found from the beginning of one of its pairs on, not from within; and words are told apart by their first
//! [`LONGEST`] bytes.

use std::{collections::BTreeSet, iter};

use super::{LAST_DIGITS, MacPart, Search, Traits, Word, fold, hex, is_gap};

/// More than any word has that somebody types, and far less than PostgreSQL takes into an index.
const LONGEST: usize = 256;

/// Words of the index that begin alike: from `first` on, up to `end`, which is none of them. In the order of their
/// bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Beginning {
    /// The beginning itself.
    pub first: String,
    /// What comes after everything that begins so.
    pub end: String,
}

/// What a word of the index is. It stands before the word, so that none is taken for another.
#[derive(Clone, Copy)]
enum Kind {
    /// The beginning of a word of the name, the username or the package, or of the address.
    Text,
    /// The MAC address.
    Mac,
    /// The MAC address without its first pairs.
    MacPairs,
    /// The digits of the telephone number, or a group of them.
    Number,
    /// The digits of the telephone number, the last one first.
    NumberBackwards,
    /// The package as a whole.
    Package,
}

/// Every word under which a customer is found.
pub fn words<'a>(customer: impl Into<Traits<'a>>) -> BTreeSet<String> {
    let Traits { names, address, mac_address, mobile } = customer.into();
    let [_, _, package] = names;
    let names: Vec<String> = names.into_iter().map(fold).collect();
    let texts = names.iter().flat_map(|name| beginnings_in(name)).chain(iter::once(address));
    let texts = texts.map(|text| Kind::Text.word(text));
    let mac = hex(mac_address);
    let pairs = mac.char_indices().step_by(2).skip(1).map(|(at, _)| Kind::MacPairs.word(&mac[at..]));
    let digits: String = mobile.chars().filter(char::is_ascii_digit).collect();
    let groups = mobile.split(|c: char| !c.is_ascii_digit()).chain(iter::once(digits.as_str()));
    let groups = groups.map(|group| Kind::Number.word(group));
    let others = [Kind::Mac.word(&mac), Kind::NumberBackwards.word(&backwards(&digits)), Kind::Package.word(package)];
    // One that is only its kind says nothing.
    texts.chain(pairs).chain(groups).chain(others).filter(|word| word.len() > 1).collect()
}

/// By what customers are sorted: their name, whatever its letters.
pub fn sort_name(name: &str) -> String {
    cut(&fold(name)).to_owned()
}

/// Those who have this package, and no other.
pub fn of_package(name: &str) -> Beginning {
    let first = Kind::Package.word(name);
    // No name has a control character in it.
    let end = format!("{first}\u{1}");
    Beginning { first, end }
}

impl Search {
    /// For each word that was typed the beginnings, one of which a customer's words have to have. A word without any
    /// finds nobody.
    pub fn beginnings(&self) -> BTreeSet<Vec<Beginning>> {
        self.0.iter().map(Word::beginnings).collect()
    }
}

impl Word {
    fn beginnings(&self) -> Vec<Beginning> {
        let Self { text, mac, digits } = self;
        let mut found = vec![Kind::Text.beginning(text)];
        match mac {
            Some(MacPart::Anywhere(digits)) => {
                found.extend([Kind::Mac, Kind::MacPairs].map(|kind| kind.beginning(digits)));
            }
            Some(MacPart::Beginning(digits)) => found.push(Kind::Mac.beginning(digits)),
            None => {}
        }
        if let Some(digits) = digits {
            found.push(Kind::Number.beginning(digits));
            if digits.len() >= LAST_DIGITS {
                found.push(Kind::NumberBackwards.beginning(&backwards(digits)));
            }
        }
        // It is in nobody's name, and PostgreSQL refuses to look for it.
        found.retain(|beginning| !beginning.first.contains('\0'));
        found
    }
}

impl Kind {
    const fn letter(self) -> char {
        match self {
            Self::Text => 'w',
            Self::Mac => 'm',
            Self::MacPairs => 'n',
            Self::Number => 't',
            Self::NumberBackwards => 'r',
            Self::Package => 'p',
        }
    }

    fn word(self, text: &str) -> String {
        let mut word = String::from(self.letter());
        word.push_str(cut(text));
        word
    }

    fn beginning(self, text: &str) -> Beginning {
        let first = self.word(text);
        let end = after(&first);
        Beginning { first, end }
    }
}

/// What stands after every gap of a text, up to the next space.
fn beginnings_in(text: &str) -> impl Iterator<Item = &str> {
    let after_gaps = text.char_indices().filter(|(_, c)| is_gap(*c)).map(|(at, c)| at + c.len_utf8());
    let word = |from: usize| text[from..].split(char::is_whitespace).next().unwrap_or_default();
    iter::once(0).chain(after_gaps).map(word)
}

/// The first text that does not begin with this one and stands after all that do.
fn after(text: &str) -> String {
    let mut rest = text.to_owned();
    while let Some(last) = rest.pop() {
        if let Some(next) = next(last) {
            rest.push(next);
            break;
        }
    }
    rest
}

/// The next character, which is never half of a UTF-16 pair.
fn next(c: char) -> Option<char> {
    (c..=char::MAX).nth(1)
}

fn backwards(digits: &str) -> String {
    digits.chars().rev().collect()
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn by_index(row: &Traits<'_>, search: &Search) -> bool {
        let words = words(row.clone());
        let begins = |Beginning { first, end }: &Beginning| words.range(first.clone()..end.clone()).next().is_some();
        search.beginnings().iter().all(|word| word.iter().any(begins))
    }

    /// Whether a word was typed that lies in the MAC address, from within a pair on.
    fn lies_within_pairs(row: &Traits<'_>, search: &Search) -> bool {
        let mac = hex(row.mac_address);
        let is_within = |part: &MacPart| match part {
            MacPart::Anywhere(digits) => {
                mac.contains(digits.as_str())
                    && !(0..mac.len()).step_by(2).any(|at| mac[at..].starts_with(digits.as_str()))
            }
            MacPart::Beginning(_) => false,
        };
        search.0.iter().filter_map(|word| word.mac.as_ref()).any(is_within)
    }

    #[derive(Clone, Debug)]
    struct Customer {
        name: String,
        username: String,
        package: String,
        address: String,
        mac: String,
        mobile: String,
    }

    impl Customer {
        fn traits(&self) -> Traits<'_> {
            let Self { name, username, package, address, mac, mobile } = self;
            Traits { names: [name, username, package], address, mac_address: mac, mobile }
        }

        fn all(&self) -> String {
            let Self { name, username, package, address, mac, mobile } = self;
            [name, username, package, address, mac, mobile].map(String::as_str).join(" ")
        }
    }

    /// Few letters, so that much is alike.
    fn customer() -> impl Strategy<Value = Customer> {
        let parts = (
            "[aAbBéÉßΣσς’' .-]{0,8}",
            "[ab01._@+-]{1,6}",
            "(Home|Ab|10|1)( [1a]{1,2})?",
            "(10\\.[01]\\.0\\.1[01]?)?",
            "([0A]{2}(:[01AB]{2}){5})?",
            "(\\+?[01]{2,4}([ /.-]?[01]{2,4}){1,2})?",
        );
        parts.prop_map(|(name, username, package, address, mac, mobile)| Customer {
            name,
            username,
            package,
            address,
            mac,
            mobile,
        })
    }

    /// A customer, and a search for pieces of theirs, spelled otherwise, or for something else.
    fn searched() -> impl Strategy<Value = (Customer, String)> {
        customer().prop_flat_map(|customer| {
            let all: Vec<char> = customer.all().chars().collect();
            let length = all.len();
            let piece = (0..length, 1..10_usize, 0..5_usize).prop_map(move |(from, count, spelling)| {
                let piece: String = all[from..].iter().take(count).collect();
                match spelling {
                    0 => piece.to_uppercase(),
                    1 => piece.to_lowercase(),
                    2 => piece.replace(':', "-"),
                    3 => piece.replace([':', '.', '-'], ""),
                    _ => piece,
                }
            });
            let other = "[aAbBéΣς01:.' +-]{0,5}";
            let words = prop::collection::vec(prop_oneof![4 => piece, 1 => other], 0..3);
            (Just(customer), words.prop_map(|words| words.join(" ")))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn the_index_finds_whom_the_search_finds((customer, q) in searched()) {
            let (row, search) = (customer.traits(), Search::new(&q));
            let (indexed, found) = (by_index(&row, &search), search.finds(row.clone()));
            prop_assert!(found || !indexed, "{q:?} finds too much");
            prop_assert!(indexed || !found || lies_within_pairs(&row, &search), "{q:?} finds too little");
        }

        #[test]
        fn whatever_begins_alike_stands_between_first_and_end(text in "\\PC{1,4}", more in "\\PC{0,3}", other in "\\PC{0,4}") {
            let Beginning { first, end } = Kind::Text.beginning(&text);
            let is_between = |text: &str| first.as_str() <= text && text < end.as_str();
            let (longer, other) = (format!("w{text}{more}"), format!("w{other}"));
            prop_assert!(is_between(&longer));
            prop_assert_eq!(is_between(&other), other.starts_with(&first));
        }
    }

    #[test]
    fn a_customer_stands_under_every_beginning_once() {
        let rahim = Traits {
            names: ["Rahim O’Neil", "rahim-0172", "Home 10"],
            address: "10.1.0.5",
            mac_address: "AA:BB:CC:DD:EE:0F",
            mobile: "+880 171-2",
        };
        let words: Vec<String> = words(rahim).into_iter().collect();
        let expected = [
            "maabbccddee0f",
            "n0f",
            "nbbccddee0f",
            "nccddee0f",
            "nddee0f",
            "nee0f",
            "pHome 10",
            "r2171088",
            "t171",
            "t2",
            "t880",
            "t8801712",
            "w0172",
            "w10",
            "w10.1.0.5",
            "whome",
            "wneil",
            "wo'neil",
            "wrahim",
            "wrahim-0172",
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn a_package_is_found_as_a_whole() {
        let customer = |package| Traits { names: ["", "", package], ..Traits::default() };
        let Beginning { first, end } = of_package("Home 1");
        let has = |package| words(customer(package)).range(first.clone()..end.clone()).next().is_some();
        assert!(has("Home 1"));
        assert!(!has("Home 10") && !has("Home 1 plus") && !has("home 1") && !has("Home"));
    }

    #[test]
    fn words_that_are_too_long_are_told_apart_by_their_beginning() {
        let name = "é".repeat(200);
        let row = Traits { names: [&name, "", ""], ..Traits::default() };
        assert!(words(row.clone()).iter().all(|word| word.len() <= 1 + LONGEST));
        assert!(by_index(&row, &Search::new(&name)) && !by_index(&row, &Search::new("ê")));
        assert_eq!(sort_name(&name).len(), LONGEST);
    }

    #[test]
    fn what_stands_in_no_word_finds_nobody() {
        assert_eq!(Search::new("ana b\0b").beginnings().iter().filter(|word| word.is_empty()).count(), 1);
    }

    #[test]
    fn a_name_is_sorted_whatever_its_letters() {
        assert_eq!(sort_name("O’Brien ÇELİK"), "o'brien çeli\u{307}k");
    }
}
