//! Which row of the router is whose, and which rows of a request cannot be meant.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Desired, Intent, Observed, Online, refused, steps::readable_password};
use crate::{
    account::Marker,
    customer::Customer,
    profile::{Profile, profile_name},
    row::{Property, Row, Want},
    wire::problem::{Code, Problem},
};

/// A hotspot user of this server may sign in at every one.
const EVERY_SERVER: &str = "all";

/// The accounts of a router, by name and by whose they are.
pub(super) struct Accounts<'a> {
    by_name: HashMap<&'a str, Vec<&'a Row>>,
    by_customer: HashMap<String, Vec<&'a Row>>,
    online: HashMap<&'a str, Vec<&'a Online>>,
    shows_passwords: bool,
}

impl<'a> Accounts<'a> {
    pub(super) fn of(observed: &'a Observed) -> Self {
        let mut accounts = Self {
            by_name: HashMap::new(),
            by_customer: HashMap::new(),
            online: HashMap::new(),
            shows_passwords: observed.accounts.iter().any(|row| readable_password(row).is_some()),
        };
        for row in &observed.accounts {
            if let Some(name) = row.get(Property::Name) {
                accounts.by_name.entry(name).or_default().push(row);
            }
            if let Some(marker) = Marker::of(row) {
                accounts.by_customer.entry(marker.id.to_string()).or_default().push(row);
            }
        }
        for session in &observed.online {
            accounts.online.entry(&session.username).or_default().push(session);
        }
        accounts
    }

    /// The row that bears a customer's marker: the one under their username, if there is one.
    pub(super) fn of_customer(&self, customer: &Customer) -> Result<Option<&'a Row>, Problem> {
        let owned = self.by_customer.get(customer.id.as_str()).map_or(&[][..], Vec::as_slice);
        let is_named = |row: &&&Row| row.get(Property::Name) == Some(customer.username.as_str());
        match (owned.iter().find(is_named), owned) {
            (Some(row), _) | (None, [row]) => Ok(Some(*row)),
            (None, []) => Ok(None),
            (None, rows) => Err(refused(
                Code::AmbiguousName,
                format!("{} accounts on the router claim customer {}; remove the wrong ones.", rows.len(), customer.id),
            )),
        }
    }

    /// The row of somebody else that bears the username which a customer wants for `own`, their row.
    pub(super) fn in_the_way(&self, customer: &Customer, own: Option<&Row>) -> Option<&'a Row> {
        let named = self.by_name.get(customer.username.as_str())?;
        named.iter().copied().find(|row| own.is_none_or(|own| own.id != row.id) && share_a_server(row, own))
    }

    /// Whether the router shows passwords to its user.
    pub(super) const fn shows_passwords(&self) -> bool {
        self.shows_passwords
    }

    /// Whether any row bears this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// Every live session under any of these names, once.
    pub(super) fn sessions_of(&self, names: &[&str]) -> Vec<Online> {
        let names: BTreeSet<_> = names.iter().collect();
        names.into_iter().filter_map(|name| self.online.get(*name)).flatten().map(|online| (*online).clone()).collect()
    }
}

/// A hotspot holds each name once for each server; a new user is one of every server. Secrets have no server.
fn share_a_server(row: &Row, own: Option<&Row>) -> bool {
    let of = |row: &Row| row.raw("server").unwrap_or(EVERY_SERVER).to_owned();
    let (theirs, ours) = (of(row), own.map_or_else(|| EVERY_SERVER.to_owned(), of));
    theirs == EVERY_SERVER || theirs == ours
}

/// A row of the router keeps a name that is not its customer's to take.
pub(super) fn not_ours(row: &Row) -> Problem {
    let username = row.get(Property::Name).unwrap_or_default();
    let why = match Marker::of(row) {
        Some(marker) => format!("It belongs to customer {}.", marker.id),
        None => "It was not made by NetPilot.".to_owned(),
    };
    refused(Code::ForeignObject, format!("The router has an account {username} already. {why} It stays untouched."))
}

/// What must be one of a kind within a request.
pub(super) fn identities(intent: &Intent) -> [String; 2] {
    [format!("name {}", intent.customer.username), format!("customer {}", intent.customer.id)]
}

pub(super) fn refuse_duplicate(intent: &Intent, counts: &HashMap<String, usize>) -> Result<(), Problem> {
    if identities(intent).iter().all(|name| counts.get(name).is_none_or(|count| *count < 2)) {
        return Ok(());
    }
    let Customer { id, username, .. } = &intent.customer;
    Err(refused(Code::DuplicateUsername, format!("{username} or customer {id} is named twice; neither is written.")))
}

/// Profile names that two different packages come to, with the packages.
pub(super) fn collisions(desired: &Desired) -> HashMap<String, String> {
    let mut first: HashMap<&str, &Intent> = HashMap::new();
    let mut collisions = HashMap::new();
    let mut sold: HashMap<String, Vec<&String>> = HashMap::new();
    for package in &desired.sold {
        sold.entry(profile_name(package, desired.service)).or_default().push(package);
    }
    for intent in desired.rows.iter().flatten() {
        let other = first.entry(&intent.profile.name).or_insert(intent);
        if other.profile.package != intent.profile.package {
            let (one, two) = (&other.profile.package.name, &intent.profile.package.name);
            collisions.insert(intent.profile.name.clone(), format!("{one:?} and {two:?}"));
        }
        let name = &intent.profile.package.name;
        if let Some(other) = sold.get(&intent.profile.name).and_then(|sold| sold.iter().find(|sold| **sold != name)) {
            collisions.insert(intent.profile.name.clone(), format!("{name:?} and {other:?}"));
        }
    }
    collisions
}

pub(super) fn refuse_collision(intent: &Intent, collisions: &HashMap<String, String>) -> Result<(), Problem> {
    match collisions.get(&intent.profile.name) {
        None => Ok(()),
        Some(packages) => Err(collide(packages, &intent.profile.name)),
    }
}

/// Two packages come to one profile.
pub(super) fn collide(packages: &str, profile: &str) -> Problem {
    refused(Code::NameCollision, format!("The packages {packages} both come to the profile {profile}; rename one."))
}

/// A pool that the router lacks, named before any write.
pub(super) fn refuse_missing_pool(profile: &Profile, pools: &HashSet<&str>) -> Result<(), Problem> {
    let missing = profile.properties.iter().find_map(|(property, want)| match (property, want) {
        (Property::RemoteAddress | Property::AddressPool, Want::Is(pool)) if !pools.contains(pool.as_str()) => {
            Some(pool)
        }
        _ => None,
    });
    match missing {
        None => Ok(()),
        Some(pool) => {
            let detail = format!("The router has no address pool {pool:?}. Make it there, or take another.");
            Err(refused(Code::PoolNotFound, detail))
        }
    }
}
