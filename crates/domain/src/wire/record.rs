//! Customers and packages as our store holds them, and how the router compares.

use serde::{Deserialize, Serialize};

use super::{PackageBody, SyncState, problem::Problem};
use crate::{
    customer::{CustomerStatus, Password, ServiceType},
    timestamp::Timestamp,
};

/// A customer of our store. No answer carries the password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerRecord {
    /// Stable identity.
    pub id: String,
    /// Name of the person or company.
    pub name: String,
    /// Telephone number.
    pub mobile: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Name of the package they bought.
    pub service_package: String,
    /// Whether they may be online.
    pub status: CustomerStatus,
    /// Home User, Business User or Wireless User.
    pub customer_type: Option<String>,
    /// The day they became a customer, `2026-01-05`.
    pub joined: Option<String>,
    /// Where the line ends.
    pub installation_address: Option<String>,
    /// The part of the network they live in.
    pub zone: Option<String>,
    /// The day up to which they have paid, `2026-01-05`.
    pub expiry_date: Option<String>,
    /// What staff want to remember.
    pub notes: Option<String>,
    /// How they get online.
    pub service_type: ServiceType,
    /// Name to dial in with.
    pub pppoe_username: String,
    /// Whether we know the password to dial in with.
    pub has_password: bool,
    /// The one device that may dial in.
    pub mac_address: Option<String>,
    /// The address they always get.
    pub ip_address: Option<String>,
    /// `console` or `api`: who brought them to us.
    pub origin: String,
    /// Grows with every change; an edit of an older one is refused.
    pub version: i64,
}

/// A customer who was just added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddedCustomer {
    /// Them.
    pub customer: CustomerRecord,
    /// The password that was made where none was given, shown this once.
    #[serde(serialize_with = "super::request::expose")]
    pub generated_password: Option<Password>,
}

/// A page of customers that match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomersReport {
    /// Them.
    pub items: Vec<CustomerRecord>,
    /// Where the next page begins; absent on the last one.
    pub next_cursor: Option<String>,
    /// How many match on all pages; absent where they are too many to be counted in time.
    pub total: Option<usize>,
}

/// A package of our store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PackageRecord {
    /// Stable identity; the name may change.
    pub id: String,
    /// What is sold.
    pub package: PackageBody,
    /// How many customers have it.
    pub customers: usize,
    /// `console` or `api`: who brought it to us.
    pub origin: String,
    /// Grows with every change; an edit of an older one is refused.
    pub version: i64,
}

/// A package of our store as somebody wants it, with the version they looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PackageEdit {
    /// Which.
    pub id: String,
    /// As it was when they began; an edit of an older one is refused.
    pub version: i64,
    /// What is sold then.
    pub package: PackageBody,
}

/// What becomes of the account on the router when its customer is deleted here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountFate {
    /// It is removed and its sessions end.
    Remove,
    /// It is disabled and its sessions end.
    Disable,
    /// It stays as it is.
    Leave,
}

impl AccountFate {
    /// Every fate.
    pub const ALL: [Self; 3] = [Self::Remove, Self::Disable, Self::Leave];

    /// The word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Remove => "remove",
            Self::Disable => "disable",
            Self::Leave => "leave",
        }
    }
}

/// A customer that was deleted here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeletedCustomer {
    /// In words, the account's fate included.
    pub message: String,
    /// Which.
    pub id: String,
    /// Sessions that were ended.
    pub sessions_disconnected: usize,
}

/// What a router holds of one customer, against what it should hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// In one word.
    pub state: SyncState,
    /// Why they cannot be compared or synced: a foreign account of that name, a package that does not exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// The profile, then the account; those that can be told.
    pub objects: Vec<ComparedObject>,
    /// When the router was read.
    pub as_of: Timestamp,
}

/// One row of the router against what it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ComparedObject {
    /// `profile`, `secret` or `hotspot-user`.
    pub object: String,
    /// Its name.
    pub name: String,
    /// Whether the router has it.
    pub exists: bool,
    /// Every property that we write.
    pub fields: Vec<ComparedField>,
}

/// One property. A password is only said to be the same or not, or not to be known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ComparedField {
    /// RouterOS's name of it.
    pub field: String,
    /// What it should be; absent where it should not be set, and for a password.
    pub want: Option<String>,
    /// What the router holds; absent where it is not set, and for a password.
    pub have: Option<String>,
    /// Whether both mean the same; absent where nobody can tell.
    pub same: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fate_is_named_as_on_the_wire() {
        for fate in AccountFate::ALL {
            assert_eq!(serde_json::to_value(fate).unwrap(), fate.name());
        }
    }

    #[test]
    fn a_made_password_crosses_the_wire_and_is_not_printed() {
        let customer = serde_json::json!({
            "id": "CUS-1", "name": "Ana", "servicePackage": "Home 10", "status": "Active", "serviceType": "pppoe",
            "pppoeUsername": "ana", "hasPassword": true, "origin": "console", "version": 1
        });
        let told = serde_json::json!({"customer": customer, "generatedPassword": "canary-s3cret"});
        let added: AddedCustomer = serde_json::from_value(told).unwrap();
        assert!(!format!("{added:?}").contains("canary"));
        assert_eq!(serde_json::to_value(&added).unwrap()["generatedPassword"], "canary-s3cret");
        let silent = AddedCustomer { generated_password: None, ..added };
        assert_eq!(serde_json::to_value(&silent).unwrap()["generatedPassword"], serde_json::Value::Null);
    }
}
