//! Who pays us, and how their account is told from others.

use std::{fmt, net::Ipv4Addr, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::wire::{
    CustomerBody,
    problem::{Code, Problem},
};

/// How a customer gets online.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ServiceType {
    /// `PPPoE`: a secret in `/ppp/secret`.
    #[default]
    Pppoe,
    /// Hotspot: a user in `/ip/hotspot/user`.
    Hotspot,
}

/// A name that RouterOS and we agree on: 1 to 64 of letters, digits and `._@+-`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Username(String);

/// Identifies a customer: 1 to 64 of letters, digits and `._-`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CustomerId(String);

/// The password of an account. It cannot be printed; [`Password::expose`] is the only way to the text.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Password(String);

/// Whether the customer may be online.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomerStatus {
    /// May be online.
    Active,
    /// Cut off for now.
    Suspended,
    /// No customer any more.
    Inactive,
}

/// A property that a caller may set, clear, or leave to the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Setting<T> {
    /// Not written; what the router holds is no difference.
    #[default]
    LeftAlone,
    /// To be cleared.
    Cleared,
    /// To be this.
    Is(T),
}

/// Somebody who pays us, with everything an account needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// Stable identity, also in the account's comment.
    pub id: CustomerId,
    /// Name of the person or company.
    pub name: String,
    /// Name of the package they bought.
    pub package: String,
    /// Whether they may be online.
    pub status: CustomerStatus,
    /// Name to dial in with.
    pub username: Username,
    /// Password to dial in with; absent where only the router knows it.
    pub password: Option<Password>,
    /// The one device that may dial in, `AA:BB:CC:DD:EE:FF`.
    pub mac_address: Setting<String>,
    /// The address they always get.
    pub ip_address: Setting<Ipv4Addr>,
}

impl ServiceType {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Pppoe, Self::Hotspot];

    /// How people write it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pppoe => "PPPoE",
            Self::Hotspot => "Hotspot",
        }
    }

    /// How programs write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pppoe => "pppoe",
            Self::Hotspot => "hotspot",
        }
    }
}

impl fmt::Display for ServiceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Text that names no service type.
#[derive(Debug, thiserror::Error)]
#[error("Invalid service type. Must be \"pppoe\" or \"hotspot\"")]
pub struct UnknownServiceType;

impl FromStr for ServiceType {
    type Err = UnknownServiceType;

    fn from_str(text: &str) -> Result<Self, UnknownServiceType> {
        match text {
            "" | "pppoe" => Ok(Self::Pppoe),
            "hotspot" => Ok(Self::Hotspot),
            _ => Err(UnknownServiceType),
        }
    }
}

impl Username {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Username {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if is_name(text, "._@+-") {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("{text:?} is no username: use 1 to 64 letters, digits and . _ @ + -"))
        }
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl CustomerId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CustomerId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if is_name(text, "._-") {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("{text:?} is no customer id: use 1 to 64 letters, digits and . _ -"))
        }
    }
}

impl fmt::Display for CustomerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_name(text: &str, punctuation: &str) -> bool {
    (1..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || punctuation.contains(c))
}

impl Password {
    /// Takes a password. Control characters are refused by [`Customer::read`], not here.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the router and the one answer that shows a generated one.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl CustomerStatus {
    /// Only an active customer's account is enabled.
    pub const fn enabled(self) -> bool {
        matches!(self, Self::Active)
    }

    /// The word on the wire and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Suspended => "Suspended",
            Self::Inactive => "Inactive",
        }
    }
}

impl FromStr for CustomerStatus {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "Active" => Ok(Self::Active),
            "Suspended" => Ok(Self::Suspended),
            "Inactive" => Ok(Self::Inactive),
            other => Err(format!("{other:?} is no status: use Active, Suspended or Inactive")),
        }
    }
}

impl Customer {
    /// Reads what a caller sent. Everything that is wrong is named before anything is written.
    ///
    /// # Errors
    /// `missing-field`, `missing-username` or `validation-failed`, with a pointer into the body.
    pub fn read(body: &CustomerBody) -> Result<Self, Problem> {
        let invalid = |pointer: &str, detail: String| Problem::member(Code::ValidationFailed, pointer, detail);
        let name = present(body.name.as_deref())
            .ok_or_else(|| Problem::member(Code::MissingField, "/name", "The customer has no name."))?;
        let id = present(body.id.as_deref())
            .ok_or_else(|| Problem::member(Code::MissingField, "/id", format!("Customer {name} has no id.")))?;
        no_control_characters(name).map_err(|detail| invalid("/name", detail))?;
        let password = body.pppoe_password.as_ref().filter(|password| !password.expose().is_empty());
        if let Some(password) = password {
            check_password(password).map_err(|detail| invalid("/pppoePassword", detail))?;
        }
        Ok(Self {
            id: id.parse().map_err(|detail| invalid("/id", detail))?,
            name: name.to_owned(),
            package: body.service_package.clone().unwrap_or_default(),
            status: match present(body.status.as_deref()) {
                Some(text) => text.parse().map_err(|detail| invalid("/status", detail))?,
                None => CustomerStatus::Inactive,
            },
            username: username(body, name)?,
            password: password.cloned(),
            mac_address: body
                .mac_address
                .try_map(|text| mac_address(text))
                .map_err(|detail| invalid("/macAddress", detail))?,
            ip_address: body
                .ip_address
                .try_map(|text| ip_address(text))
                .map_err(|detail| invalid("/ipAddress", detail))?,
        })
    }
}

/// The design document's rule: `pppoeUsername`, else the e-mail address.
fn username(body: &CustomerBody, name: &str) -> Result<Username, Problem> {
    let (pointer, text) = match (present(body.pppoe_username.as_deref()), present(body.email.as_deref())) {
        (Some(username), _) => ("/pppoeUsername", username),
        (None, Some(email)) => ("/email", email),
        (None, None) => {
            let detail = format!("Customer {name} has neither a username nor an e-mail address.");
            return Err(Problem::member(Code::MissingUsername, "/pppoeUsername", detail));
        }
    };
    text.parse().map_err(|detail: String| Problem::member(Code::ValidationFailed, pointer, detail))
}

fn present(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

impl<T> Setting<T> {
    /// Whether nothing was said.
    pub const fn is_left_alone(&self) -> bool {
        matches!(self, Self::LeftAlone)
    }

    /// The same setting of a value read.
    fn try_map<U, E>(&self, read: impl Fn(&T) -> Result<U, E>) -> Result<Setting<U>, E> {
        match self {
            Self::LeftAlone => Ok(Setting::LeftAlone),
            Self::Cleared => Ok(Setting::Cleared),
            Self::Is(value) => read(value).map(Setting::Is),
        }
    }
}

impl Serialize for Setting<String> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::LeftAlone | Self::Cleared => serializer.serialize_none(),
            Self::Is(value) => serializer.serialize_str(value),
        }
    }
}

impl<'de> Deserialize<'de> for Setting<String> {
    /// `null` and empty text clear. An absent member is left alone, by the default of whoever has it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?.filter(|text| !text.is_empty());
        Ok(text.map_or(Self::Cleared, Self::Is))
    }
}

fn check_password(password: &Password) -> Result<(), String> {
    let text = password.expose();
    if text.chars().count() > 128 {
        return Err("The password has more than 128 characters.".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("The password has a control character in it.".to_owned());
    }
    if text.chars().all(|c| c == '*') {
        return Err("The password is only stars, which is how a router hides one.".to_owned());
    }
    Ok(())
}

/// Text for a comment on the router: RouterOS keeps any byte, but a line break ends nothing well.
pub(crate) fn no_control_characters(text: &str) -> Result<(), String> {
    match text.chars().find(|c| c.is_control()) {
        Some(c) => Err(format!("{text:?} has the control character {c:?} in it.")),
        None => Ok(()),
    }
}

/// A MAC address with any separator, as `AA:BB:CC:DD:EE:FF`. A multicast or all-zero one belongs to no device.
fn mac_address(text: &str) -> Result<String, String> {
    let wrong = || format!("{text:?} is no MAC address of a device; write it like AA:BB:CC:DD:EE:FF.");
    let digits: String = text.chars().filter(|c| !matches!(c, ':' | '-' | '.')).collect();
    if digits.len() != 12 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    let first = u8::from_str_radix(&digits[..2], 16).map_err(|_| wrong())?;
    if first & 1 == 1 || digits.bytes().all(|byte| byte == b'0') {
        return Err(wrong());
    }
    let pairs: Vec<_> = (0..6).map(|pair| digits[pair * 2..pair * 2 + 2].to_ascii_uppercase()).collect();
    Ok(pairs.join(":"))
}

fn ip_address(text: &str) -> Result<Ipv4Addr, String> {
    let usable = |address: &Ipv4Addr| {
        !address.is_unspecified() && !address.is_broadcast() && !address.is_multicast() && !address.is_loopback()
    };
    text.parse()
        .ok()
        .filter(usable)
        .ok_or_else(|| format!("{text:?} is no address for a customer; write it like 10.10.0.50."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body() -> CustomerBody {
        CustomerBody {
            id: Some("CUS-1".to_owned()),
            name: Some("Test Customer".to_owned()),
            email: Some("test@example.com".to_owned()),
            status: Some("Active".to_owned()),
            pppoe_username: Some("testuser".to_owned()),
            ..CustomerBody::default()
        }
    }

    fn refused(body: &CustomerBody) -> (Code, String) {
        let problem = Customer::read(body).unwrap_err();
        (problem.code, problem.errors[0].pointer.clone().unwrap())
    }

    #[test]
    fn the_username_is_the_given_one_else_the_email() {
        assert_eq!(Customer::read(&body()).unwrap().username.as_str(), "testuser");
        let by_email = CustomerBody { pppoe_username: None, ..body() };
        assert_eq!(Customer::read(&by_email).unwrap().username.as_str(), "test@example.com");
        let neither = CustomerBody { pppoe_username: None, email: Some(String::new()), ..body() };
        assert_eq!(refused(&neither), (Code::MissingUsername, "/pppoeUsername".to_owned()));
    }

    #[test]
    fn names_that_mean_something_to_the_router_are_refused() {
        for name in ["", "a,b", "*1", "=x=y", "?name=", "a b", "a\nb", "a\0", "naïve", &"x".repeat(65)] {
            assert!(name.parse::<Username>().is_err(), "{name:?}");
        }
        for name in ["ana", "a.b_c@d+e-f", "007", &"x".repeat(64)] {
            assert!(name.parse::<Username>().is_ok(), "{name:?}");
        }
    }

    #[test]
    fn addresses_are_left_alone_cleared_or_read() {
        let read = |mac: Setting<&str>, ip: Setting<&str>| {
            let owned = |setting: Setting<&str>| setting.try_map(|text| Ok::<_, ()>((*text).to_owned())).unwrap();
            Customer::read(&CustomerBody { mac_address: owned(mac), ip_address: owned(ip), ..body() })
        };
        let customer = read(Setting::LeftAlone, Setting::Cleared).unwrap();
        assert_eq!((customer.mac_address, customer.ip_address), (Setting::LeftAlone, Setting::Cleared));
        let customer = read(Setting::Is("aa-bb-cc-dd-ee-0f"), Setting::Is("10.10.0.50")).unwrap();
        assert_eq!(customer.mac_address, Setting::Is("AA:BB:CC:DD:EE:0F".to_owned()));
        assert_eq!(customer.ip_address, Setting::Is(Ipv4Addr::new(10, 10, 0, 50)));
        for mac in ["aa:bb", "01:00:5e:00:00:01", "00:00:00:00:00:00", "zz:bb:cc:dd:ee:ff", "aabbccddeeéf"] {
            assert!(read(Setting::Is(mac), Setting::LeftAlone).is_err(), "{mac}");
        }
        for ip in ["0.0.0.0", "256.1.1.1", "010.0.0.1", "::1", "10.0.0.1/24", "255.255.255.255"] {
            assert!(read(Setting::LeftAlone, Setting::Is(ip)).is_err(), "{ip}");
        }
    }

    #[test]
    fn a_password_cannot_be_printed_nor_be_stars() {
        let secret = CustomerBody { pppoe_password: Some(Password::new("s3cret")), ..body() };
        assert!(!format!("{:?}", Customer::read(&secret).unwrap()).contains("s3cret"));
        let stars = CustomerBody { pppoe_password: Some(Password::new("*****")), ..body() };
        assert_eq!(refused(&stars), (Code::ValidationFailed, "/pppoePassword".to_owned()));
    }

    #[test]
    fn an_unknown_status_is_named_and_an_absent_one_is_not_active() {
        let odd = CustomerBody { status: Some("active".to_owned()), ..body() };
        assert_eq!(refused(&odd), (Code::ValidationFailed, "/status".to_owned()));
        let absent = CustomerBody { status: None, ..body() };
        assert!(!Customer::read(&absent).unwrap().status.enabled());
    }
}
