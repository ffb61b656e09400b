//! What is typed into an argument becomes a stored value, or a refusal.

use crate::{
    address, duration,
    rate::{self, parse_pair},
    refused::Refused,
    router::{Clearing, Router},
    schema::{Kind, Presence, Property},
    table::{Value, parse_id},
    who,
};

/// Reads `raw` for a property. `None` clears it.
///
/// # Errors
/// The value does not fit, in the router's words.
pub(crate) fn read(router: &Router, property: &Property, raw: &[u8]) -> Result<Option<Value>, Refused> {
    let name = property.name;
    match property.kind {
        Kind::Text | Kind::Live(_) => Ok(text(property, raw)),
        Kind::RateLimit => rate_limit(property, raw),
        Kind::Bool => boolean(name, raw).map(stored),
        Kind::OneOf(words) => one_of(name, words, raw).map(stored),
        Kind::Reference { menu, words } => reference(router, name, menu, words, raw).map(Some),
        Kind::Duration(words) => time(name, words, raw).map(stored),
        Kind::Number { min, max, words } => number(name, (min, max), words, raw).map(stored),
        Kind::Ip { inner } => match address::parse_ip(raw) {
            Some(ip) => Ok(stored(ip.to_string())),
            None => Err(Refused::invalid_value(inner)),
        },
        Kind::IpOrPool => ip_or_pool(router, raw).map(Some),
        Kind::OptionalIp => optional_ip(router.clearing, name, raw),
        Kind::Mac => mac(router.clearing, name, raw),
        Kind::Rates => match std::str::from_utf8(raw).ok().and_then(parse_pair) {
            Some(pair) => Ok(stored(pair.to_string())),
            None => Err(Refused::invalid_value(name)),
        },
        Kind::Ranges => address::parse_ranges(raw).map(|_| stored(raw)),
        Kind::Policies => who::read_policies(raw).map(stored),
    }
}

/// A value spelt as it is stored, for comparing in queries: `yes` finds `true`.
pub(crate) fn canonical(property: &Property, raw: &[u8]) -> Vec<u8> {
    match property.kind {
        Kind::Bool => boolean(property.name, raw).map_or_else(|_| raw.to_vec(), |word| word.as_bytes().to_vec()),
        _ => raw.to_vec(),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape every kind answers in")]
fn stored(value: impl AsRef<[u8]>) -> Option<Value> {
    Some(Value::Bytes(value.as_ref().to_vec()))
}

/// Empty text is unset, unless the menu prints the property even when it is empty.
fn text(property: &Property, raw: &[u8]) -> Option<Value> {
    if raw.is_empty() && property.presence == Presence::Optional { None } else { stored(raw) }
}

fn rate_limit(property: &Property, raw: &[u8]) -> Result<Option<Value>, Refused> {
    if !raw.is_empty() && rate::parse_limit(raw).is_none() {
        // The wording on a real router is unknown.
        return Err(Refused::argument(format!("invalid value of {}", property.name)));
    }
    Ok(text(property, raw))
}

fn boolean(name: &str, raw: &[u8]) -> Result<&'static str, Refused> {
    match raw {
        b"yes" | b"true" => Ok("true"),
        b"no" | b"false" => Ok("false"),
        _ => Err(Refused::no_match(name)),
    }
}

fn one_of(name: &str, words: &[&'static str], raw: &[u8]) -> Result<&'static str, Refused> {
    if let Some(word) = words.iter().find(|word| word.as_bytes() == raw) {
        return Ok(word);
    }
    // Bits that are enumerations take true and false as well.
    match raw {
        b"true" if words.contains(&"yes") => return Ok("yes"),
        b"false" if words.contains(&"no") => return Ok("no"),
        _ => {}
    }
    let mut candidates = words.iter().filter(|word| word.as_bytes().starts_with(raw));
    match (candidates.next(), candidates.next()) {
        (Some(word), None) => Ok(word),
        (Some(_), Some(_)) => Err(Refused::ambiguous(name)),
        (None, _) => Err(Refused::no_match(name)),
    }
}

/// A word or a row: exactly, by id, or by a prefix that fits only one.
fn reference(router: &Router, name: &str, menu: &'static str, words: &[&str], raw: &[u8]) -> Result<Value, Refused> {
    let table = router.table(menu);
    if words.iter().any(|word| word.as_bytes() == raw) {
        return Ok(Value::Bytes(raw.to_vec()));
    }
    if let Some(id) = parse_id(raw).filter(|id| table.get(*id).is_some()) {
        return Ok(Value::Row(id));
    }
    if let Some(id) = table.named(raw).first() {
        return Ok(Value::Row(*id));
    }
    let words = words.iter().filter(|word| word.as_bytes().starts_with(raw));
    let rows = table.beginning(raw).into_iter().map(Value::Row);
    let mut candidates = words.map(|word| Value::Bytes(word.as_bytes().to_vec())).chain(rows);
    match (candidates.next(), candidates.next()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => Err(Refused::ambiguous(name)),
        (None, _) => Err(Refused::no_match(name)),
    }
}

fn time(name: &str, words: &[&str], raw: &[u8]) -> Result<String, Refused> {
    if let Some(word) = words.iter().find(|word| word.as_bytes() == raw) {
        return Ok((*word).to_owned());
    }
    duration::parse(raw).map(duration::print).ok_or_else(|| Refused::invalid_time(name))
}

fn number(name: &str, (min, max): (u64, u64), words: &[&str], raw: &[u8]) -> Result<String, Refused> {
    if let Some(word) = words.iter().find(|word| word.as_bytes() == raw) {
        return Ok((*word).to_owned());
    }
    let number =
        std::str::from_utf8(raw).ok().and_then(rate::parse_rate).ok_or_else(|| Refused::invalid_value(name))?;
    if (min..=max).contains(&number) {
        Ok(number.to_string())
    } else {
        // Not captured on these menus; the usual wording of the console.
        Err(Refused::argument(format!("value of {name} out of range ({min}..{max})")))
    }
}

/// The empty string is the beginning of every pool's name; `unset` is the way to clear.
fn ip_or_pool(router: &Router, raw: &[u8]) -> Result<Value, Refused> {
    if raw.is_empty() {
        return Err(Refused::ambiguous("pool"));
    }
    if let Some(ip) = address::parse_ip(raw) {
        return Ok(Value::Bytes(ip.to_string().into_bytes()));
    }
    reference(router, "pool", "/ip/pool", &[], raw).map_err(|refused| {
        if refused == Refused::no_match("pool") { Refused::invalid_value("address") } else { refused }
    })
}

fn optional_ip(clearing: Clearing, name: &str, raw: &[u8]) -> Result<Option<Value>, Refused> {
    match address::parse_ip(raw) {
        Some(ip) if ip.is_unspecified() => clearing.zeros(name),
        Some(ip) => Ok(stored(ip.to_string())),
        None if raw.is_empty() => clearing.empty(Refused::invalid_value(name)),
        None => Err(Refused::invalid_value(name)),
    }
}

fn mac(clearing: Clearing, name: &str, raw: &[u8]) -> Result<Option<Value>, Refused> {
    let refused = || Refused::argument(format!("invalid value of {name}, mac address required"));
    match address::parse_mac(raw) {
        Some(mac) if mac == "00:00:00:00:00:00" => clearing.zeros(name),
        Some(mac) => Ok(stored(mac)),
        None if raw.is_empty() => clearing.empty(refused()),
        None => Err(refused()),
    }
}

impl Clearing {
    fn zeros(self, name: &str) -> Result<Option<Value>, Refused> {
        match self {
            Self::Zeros | Self::Both => Ok(None),
            Self::Empty | Self::Neither => Err(Refused::invalid_value(name)),
        }
    }

    fn empty(self, refused: Refused) -> Result<Option<Value>, Refused> {
        match self {
            Self::Empty | Self::Both => Ok(None),
            Self::Zeros | Self::Neither => Err(refused),
        }
    }
}
