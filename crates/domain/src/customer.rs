//! Who pays us, and how their account is told from others.

mod name; // their username and id
mod password; // what they dial in with
mod setting; // what was said of a property, silence included
mod member; // the rule for each member of a body
mod form; // what the console asks for besides
mod details; // what no router needs

use std::{fmt, net::Ipv4Addr, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::wire::{CustomerBody, problem::Problem};

pub use details::{CUSTOMER_TYPES, Details};
pub(crate) use member::no_control_characters;
pub use name::{CustomerId, Username};
pub use password::Password;
pub use setting::Setting;

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

/// Whether the customer may be online.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CustomerStatus {
    /// May be online.
    Active,
    /// Cut off for now.
    Suspended,
    /// No customer any more.
    Inactive,
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

    /// The same within a sentence.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pppoe => "PPPoE",
            Self::Hotspot => "hotspot",
        }
    }

    /// The one that this is not.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Pppoe => Self::Hotspot,
            Self::Hotspot => Self::Pppoe,
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

impl CustomerStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Inactive];

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
        Ok(Self {
            name: member::name(body)?.to_owned(),
            id: member::id(body)?,
            password: member::password(body)?.cloned(),
            package: body.service_package.clone().unwrap_or_default(),
            status: member::status(body)?,
            username: member::username(body)?,
            mac_address: member::mac_address(body)?,
            ip_address: member::ip_address(body)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::problem::Code;

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
