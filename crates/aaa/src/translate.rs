//! RouterOS's rows in our words: which menu is which, and what stands in them.

pub(crate) mod prints; // what is asked of accounts and profiles

use std::collections::BTreeMap;

pub(crate) use domain::account::is_of_service;
use domain::{customer::ServiceType, row::Row};
use routeros::{Attributes, Menu, RowId};

/// The menus of one service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Menus {
    pub(crate) accounts: Menu,
    pub(crate) profiles: Menu,
    pub(crate) active: Menu,
    /// The property of an active row that holds the account's name.
    pub(crate) active_user: &'static str,
}

pub(crate) const fn menus(service: ServiceType) -> Menus {
    match service {
        ServiceType::Pppoe => Menus {
            accounts: Menu::PppSecret,
            profiles: Menu::PppProfile,
            active: Menu::PppActive,
            active_user: "name",
        },
        ServiceType::Hotspot => Menus {
            accounts: Menu::HotspotUser,
            profiles: Menu::HotspotUserProfile,
            active: Menu::HotspotActive,
            active_user: "user",
        },
    }
}

/// A row with its id apart.
pub(crate) fn row(attributes: &Attributes) -> Row {
    let values = attributes.iter().filter(|(name, _)| *name != ".id");
    Row {
        id: attributes.get(".id").unwrap_or_default().to_owned(),
        values: values.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
    }
}

/// A row as callers get it: the id with the rest, no secret.
pub(crate) fn raw(row: &Row) -> BTreeMap<String, String> {
    let public =
        row.values.iter().filter(|(name, _)| !matches!(name.as_str(), "password" | "otp-secret" | "totp-secret"));
    let mut raw: BTreeMap<_, _> = public.map(|(name, value)| (name.clone(), value.clone())).collect();
    if !row.id.is_empty() {
        raw.insert(".id".to_owned(), row.id.clone());
    }
    raw
}

/// The id of a row that a router printed. A router that prints something else is not followed.
pub(crate) fn row_id(row: &Row) -> Option<RowId> {
    row.id.parse().ok()
}
