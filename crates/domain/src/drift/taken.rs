//! What an account on the router says of its customer.

use crate::{
    account::Marker,
    customer::{Customer, CustomerStatus, Password, ServiceType, Setting},
    profile::Profile,
    row::{Property, Row, Want},
    wire::{
        CustomerBody,
        problem::{Code, Problem},
    },
};

/// The most characters of a name in the console's form.
const LONGEST_NAME: usize = 100;
/// Stands in for the id of somebody who has none yet.
const SOMEBODY: &str = "CUS-0";

/// The values of an account, as those of its customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Whom its comment speaks of, else its username.
    pub name: String,
    /// Its name.
    pub username: String,
    /// The package that comes to its profile.
    pub package: String,
    /// Whether it lets anybody in.
    pub enabled: bool,
    /// Its password, where the router shows it.
    pub password: Option<Password>,
    /// The one device that may dial in. What is no device's stays on the router as it is.
    pub mac_address: Setting<String>,
    /// The address it always gets. What is no address, a pool for one, stays on the router as it is.
    pub ip_address: Setting<String>,
}

impl Taken {
    /// Reads an account. `profiles` are those that our packages come to.
    ///
    /// # Errors
    /// `package-not-found` or `name-collision` where its profile is not that of one package, `validation-failed` where
    /// its name cannot be a username.
    pub fn of(row: &Row, service: ServiceType, profiles: &[Profile]) -> Result<Self, Problem> {
        let username = row.get(Property::Name).unwrap_or_default();
        let plain = CustomerBody {
            id: Some(SOMEBODY.to_owned()),
            name: Some(username.to_owned()),
            pppoe_username: Some(username.to_owned()),
            ..CustomerBody::default()
        };
        Customer::read(&plain)?;
        let (mac, ip) = match service {
            ServiceType::Pppoe => (Property::CallerId, Property::RemoteAddress),
            ServiceType::Hotspot => (Property::MacAddress, Property::Address),
        };
        let mac_address = |mac_address| Customer::read(&CustomerBody { mac_address, ..plain.clone() });
        let ip_address = |ip_address| Customer::read(&CustomerBody { ip_address, ..plain.clone() });
        Ok(Self {
            name: name(row, username, &plain),
            username: username.to_owned(),
            package: package(row.get(Property::Profile).unwrap_or("default"), profiles)?,
            enabled: !row.disabled(),
            password: password(row, &plain),
            mac_address: bound(row, mac, |text| mac_address(text).map(|customer| customer.mac_address)),
            ip_address: bound(row, ip, |text| {
                ip_address(text).map(|customer| match customer.ip_address {
                    Setting::Is(address) => Setting::Is(address.to_string()),
                    Setting::Cleared | Setting::LeftAlone => Setting::LeftAlone,
                })
            }),
        })
    }

    /// The customer's status: theirs, as long as it says the same.
    pub fn status(&self, theirs: Option<CustomerStatus>) -> CustomerStatus {
        match theirs {
            Some(status) if status.enabled() == self.enabled => status,
            _ if self.enabled => CustomerStatus::Active,
            _ => CustomerStatus::Suspended,
        }
    }
}

fn package(profile: &str, profiles: &[Profile]) -> Result<String, Problem> {
    let mut packages = profiles.iter().filter(|of| of.name == profile).map(|of| &of.package.name);
    match (packages.next(), packages.next()) {
        (Some(package), None) => Ok(package.clone()),
        (Some(one), Some(two)) => {
            let detail = format!("The packages {one:?} and {two:?} both come to its profile {profile}; rename one.");
            Err(Problem::new(Code::NameCollision, detail))
        }
        (None, _) => {
            let detail = format!(
                "No package comes to its profile {profile}. Make one that does, or give the account another profile."
            );
            Err(Problem::new(Code::PackageNotFound, detail))
        }
    }
}

fn name(row: &Row, username: &str, plain: &CustomerBody) -> String {
    let told = Marker::name_in(row.get(Property::Comment).unwrap_or_default());
    let told: String = told.chars().take(LONGEST_NAME).collect();
    let told = told.trim();
    match Customer::read(&CustomerBody { name: Some(told.to_owned()), ..plain.clone() }) {
        Ok(customer) => customer.name,
        Err(_) => username.to_owned(),
    }
}

/// Stars are how a router hides one, and what no customer may have is not kept.
fn password(row: &Row, plain: &CustomerBody) -> Option<Password> {
    let password = Password::new(row.raw("password")?);
    Customer::read(&CustomerBody { pppoe_password: Some(password), ..plain.clone() }).ok()?.password
}

fn bound(
    row: &Row,
    property: Property,
    read: impl Fn(Setting<String>) -> Result<Setting<String>, Problem>,
) -> Setting<String> {
    match row.get(property) {
        have if property.holds(have, &Want::Cleared) => Setting::Cleared,
        Some(text) => read(Setting::Is(text.to_owned())).unwrap_or(Setting::LeftAlone),
        None => Setting::Cleared,
    }
}
