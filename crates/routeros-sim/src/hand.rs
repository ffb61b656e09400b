//! Somebody works on the router beside its API: in `WinBox`, or at a customer's end.

use std::collections::BTreeMap;

use crate::{
    Refused, Service,
    router::{Router, menu_at},
    rules,
    table::print_id,
    world,
};

/// One thing that somebody does. The same rules hold as for the API.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "control", derive(serde::Deserialize), serde(deny_unknown_fields, rename_all = "kebab-case"))]
pub enum Hand {
    /// A row is added.
    Add {
        /// `/ppp/secret`.
        menu: String,
        /// Names and values.
        set: BTreeMap<String, String>,
    },
    /// A row is changed.
    Edit {
        /// `/ppp/secret`.
        menu: String,
        /// Its `.id` or name.
        id: String,
        /// Names and values.
        set: BTreeMap<String, String>,
    },
    /// A row is removed.
    Remove {
        /// `/ppp/secret`.
        menu: String,
        /// Its `.id` or name.
        id: String,
    },
    /// A customer comes online.
    DialIn {
        /// How.
        service: Service,
        /// The name of the secret or hotspot user.
        user: String,
    },
    /// A customer hangs up and stays away.
    HangUp {
        /// How they were online.
        service: Service,
        /// The name of the secret or hotspot user.
        user: String,
    },
}

impl Hand {
    /// Does it.
    ///
    /// # Errors
    /// The router's refusal.
    pub(crate) fn work(&self, router: &mut Router) -> Result<(), Refused> {
        match self {
            Self::Add { menu, set } => add(router, menu, &arguments(set)).map(drop),
            Self::Edit { menu, id, set } => edit(router, menu, id, &arguments(set)),
            Self::Remove { menu, id } => remove(router, menu, id),
            Self::DialIn { service, user } => world::dial_in(router, *service, user.as_bytes()).map(drop),
            Self::HangUp { service, user } => {
                world::hang_up(router, *service, user.as_bytes());
                Ok(())
            }
        }
    }
}

pub(crate) fn add(router: &mut Router, menu: &str, set: &rules::Arguments<'_>) -> Result<String, Refused> {
    rules::add(router, menu_at(menu)?, set).map(print_id)
}

pub(crate) fn edit(
    router: &mut Router,
    menu: &str,
    id_or_name: &str,
    set: &rules::Arguments<'_>,
) -> Result<(), Refused> {
    let menu = menu_at(menu)?;
    let ids = rules::find(router, menu, id_or_name.as_bytes())?;
    rules::set(router, menu, &ids, set)
}

pub(crate) fn remove(router: &mut Router, menu: &str, id_or_name: &str) -> Result<(), Refused> {
    let menu = menu_at(menu)?;
    let ids = rules::find(router, menu, id_or_name.as_bytes())?;
    rules::remove(router, menu, &ids)
}

fn arguments(set: &BTreeMap<String, String>) -> Vec<(&str, &[u8])> {
    set.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
}
