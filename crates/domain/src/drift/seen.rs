//! A row as text: what the router holds and what we want of it. It is the same text as long as neither changes, and
//! tells of a password at most that it differs.

use std::collections::HashMap;

use crate::{
    account::account_properties,
    customer::ServiceType,
    row::{Property, Row, Want},
    sync::{AccountStep, Desired, Intent, Observed},
    wire::{SyncState, problem::Problem},
};

const OF_SECRETS: &[Property] = &[
    Property::Name,
    Property::Service,
    Property::Profile,
    Property::Disabled,
    Property::Comment,
    Property::CallerId,
    Property::RemoteAddress,
];
const OF_HOTSPOT_USERS: &[Property] = &[
    Property::Name,
    Property::Profile,
    Property::Disabled,
    Property::Comment,
    Property::MacAddress,
    Property::Address,
];

/// What we look at of an account. Counters and the like, which a router changes by itself, are none of it.
pub(super) const fn properties(service: ServiceType) -> &'static [Property] {
    match service {
        ServiceType::Pppoe => OF_SECRETS,
        ServiceType::Hotspot => OF_HOTSPOT_USERS,
    }
}

/// Whether two readings of an account tell the same of it.
pub fn is_same(one: &Row, other: &Row, service: ServiceType) -> bool {
    let hold_alike = |property: &Property| one.get(*property) == other.get(*property);
    one.id == other.id && properties(service).iter().all(hold_alike)
}

/// The router's profiles by name.
pub(super) struct Profiles<'a>(HashMap<&'a str, &'a Row>);

impl<'a> Profiles<'a> {
    pub(super) fn of(observed: &'a Observed) -> Self {
        let named = |row: &'a Row| Some((row.get(Property::Name)?, row));
        Self(observed.profiles.iter().filter_map(named).collect())
    }
}

pub(super) fn seen(
    desired: &Desired,
    state: SyncState,
    intent: Option<&Intent>,
    planned: &Result<AccountStep, Problem>,
    existing: Option<&Row>,
    profiles: &Profiles<'_>,
) -> String {
    let mut lines = vec![format!("{} {state:?}", desired.service)];
    lines
        .extend(existing.into_iter().flat_map(|row| have("account", row, properties(desired.service).iter().copied())));
    if let Some(Intent { customer, profile, fallback_password: _, pushed: _, owes_end: _ }) = intent {
        lines.push(format!("customer {}", customer.id));
        let wanted = account_properties(customer, &profile.name, desired.service, existing);
        lines.extend(wanted.iter().map(|want| wants("account", want)));
        lines.extend(profile.properties.iter().map(|want| wants("profile", want)));
        let row = profiles.0.get(profile.name.as_str());
        let written = profile.properties.iter().map(|(property, _)| *property);
        lines.extend(row.into_iter().flat_map(|row| have("profile", row, written.clone())));
    }
    match planned {
        Ok(step) if step.password.is_some() => lines.push("password differs".to_owned()),
        Ok(_) => {}
        Err(problem) => lines.push(format!("refused {}", problem.code.name())),
    }
    lines.join("\n")
}

/// Texts are quoted, so that no value can look like another line.
fn have(object: &str, row: &Row, properties: impl Iterator<Item = Property>) -> Vec<String> {
    let line = |property: Property| Some(format!("{object} has {} {:?}", property.name(), row.get(property)?));
    properties.filter_map(line).collect()
}

fn wants(object: &str, (property, want): &(Property, Want)) -> String {
    format!("{object} wants {} {want:?}", property.name())
}
