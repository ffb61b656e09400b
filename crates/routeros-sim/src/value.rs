//! What is typed into an argument becomes a stored value, or a refusal.

use std::{borrow::Cow, sync::LazyLock};

use crate::{
    address, duration, rate,
    refused::Refused,
    router::{Clearing, Router},
    schema::{Kind, Presence, Property},
    table::{Value, parse_id},
    who,
};

mod net;
mod pair;

/// The time zones that RouterOS 7.22.3 knows.
static ZONES: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("schema/zones.txt").lines().collect());

/// Reads `raw` for a property. `None` clears it.
///
/// # Errors
/// The value does not fit, in the router's words.
pub(crate) fn read(router: &Router, property: &Property, raw: &[u8]) -> Result<Option<Value>, Refused> {
    let value = read_kind(router, property, raw)?;
    Ok(value.filter(|value| !is_unset(property, value)))
}

fn is_unset(property: &Property, value: &Value) -> bool {
    matches!((property.presence, value), (Presence::Unless(word), Value::Bytes(bytes)) if bytes == word.as_bytes())
}

fn read_kind(router: &Router, property: &Property, raw: &[u8]) -> Result<Option<Value>, Refused> {
    let name = property.name;
    match property.kind {
        Kind::Text | Kind::Live(_) => Ok(text(property, raw)),
        Kind::RateLimit => rate_limit(property, raw),
        Kind::Bool => boolean(name, raw).map(stored),
        Kind::OneOf(words) => one_of(name, words, raw).map(stored),
        Kind::SomeOf(words) => some_of(name, words, raw).map(stored),
        Kind::Zone => one_of(name, &ZONES, raw).map(stored),
        Kind::Reference { menu, words } => reference(router, name, menu, words, raw).map(Some),
        Kind::Duration(words) => time(name, words, raw).map(stored),
        Kind::Durations => times(property, raw),
        Kind::Number { min, max, words } => number(name, (min, max), words, raw).map(stored),
        Kind::Ip { inner } => match address::parse_ip(raw) {
            Some(ip) => Ok(stored(ip.to_string())),
            None => Err(Refused::invalid_value(inner)),
        },
        Kind::Ips => net::ips(property, raw),
        Kind::Networks => net::networks(property, raw),
        Kind::Ipv6Prefix => net::ipv6_prefix(name, raw).map(stored),
        Kind::IpOrPool => ip_or_pool(router, raw).map(Some),
        Kind::OptionalIp => optional_ip(router.clearing, name, raw),
        Kind::Mac => mac(router.clearing, name, raw),
        Kind::Pair(half) => pair::read(name, half, raw).map(stored),
        Kind::Target => net::target(router, property, raw),
        Kind::Ranges => address::parse_ranges(raw).map(|_| stored(raw)),
        Kind::Policies => who::read_policies(&router.version, raw).map(stored),
    }
}

/// A value spelt as it is stored, for comparing in queries: `yes` finds `true`.
pub(crate) fn canonical<'a>(property: &Property, raw: &'a [u8]) -> Cow<'a, [u8]> {
    match (property.kind, raw) {
        (Kind::Bool, b"yes") => Cow::Borrowed(b"true"),
        (Kind::Bool, b"no") => Cow::Borrowed(b"false"),
        _ => Cow::Borrowed(raw),
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
    match one_of(name, &["no", "yes", "false", "true"], raw)? {
        "yes" | "true" => Ok("true"),
        _ => Ok("false"),
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

fn some_of(name: &str, words: &[&'static str], raw: &[u8]) -> Result<String, Refused> {
    let one = |item| one_of(name, words, item);
    Ok(raw.split(|byte| *byte == b',').map(one).collect::<Result<Vec<_>, _>>()?.join(","))
}

/// The word meant beside values of another kind: exactly, or the only one that begins so.
fn word<'a>(words: &[&'a str], raw: &[u8]) -> Option<&'a str> {
    let begins = |word: &&&str| !raw.is_empty() && word.as_bytes().starts_with(raw);
    let exact = words.iter().find(|word| word.as_bytes() == raw);
    let only = || words.iter().find(begins).filter(|_| words.iter().filter(begins).count() == 1);
    exact.or_else(only).copied()
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
    if let Some(word) = word(words, raw) {
        return Ok(word.to_owned());
    }
    duration::parse(raw).map(duration::print).ok_or_else(|| Refused::invalid_time(name))
}

fn times(property: &Property, raw: &[u8]) -> Result<Option<Value>, Refused> {
    if raw.is_empty() {
        return Ok(text(property, raw));
    }
    let one = |item| time(property.name, &[], item);
    Ok(stored(raw.split(|byte| *byte == b',').map(one).collect::<Result<Vec<_>, _>>()?.join(",")))
}

fn number(name: &str, (min, max): (u64, u64), words: &[&str], raw: &[u8]) -> Result<String, Refused> {
    if let Some(word) = word(words, raw) {
        return Ok(word.to_owned());
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
