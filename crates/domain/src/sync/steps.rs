//! One profile, one account: what has to be written, and whom it concerns.

use super::{AccountStep, Desired, Intent, NewPassword, Observed, ProfileStep, Pushed, Target, Write, find::Accounts};
use crate::{
    account::account_properties,
    profile::Profile,
    row::{Property, Row, Want},
    wire::{DisconnectPolicy, FieldChange},
};

/// A profile of the derived name is ours by name, also where somebody made it by hand.
pub(super) fn profile(profile: &Profile, observed: &Observed) -> ProfileStep {
    let existing = observed.profiles.iter().find(|row| row.get(Property::Name) == Some(&profile.name));
    ProfileStep { name: profile.name.clone(), target: target(existing), writes: writes(&profile.properties, existing) }
}

pub(super) fn account(
    desired: &Desired,
    intent: &Intent,
    existing: Option<&Row>,
    profile: usize,
    profile_step: &ProfileStep,
    accounts: &Accounts<'_>,
) -> AccountStep {
    let customer = &intent.customer;
    let properties = account_properties(customer, &intent.profile.name, desired.service, existing);
    let writes = writes(&properties, existing);
    let old_name = existing.and_then(|row| row.get(Property::Name)).unwrap_or(customer.username.as_str());
    let ends = match desired.disconnect {
        DisconnectPolicy::Never => false,
        DisconnectPolicy::Always => true,
        DisconnectPolicy::Auto => reaches_live_sessions(&writes) || reaches_live_sessions(&profile_step.writes),
    };
    AccountStep {
        customer: customer.clone(),
        service: desired.service,
        profile,
        target: target(existing),
        writes,
        password: password(intent, existing),
        ends: if ends { accounts.sessions_of(&[old_name, customer.username.as_str()]) } else { Vec::new() },
    }
}

/// What callers read of writes.
pub(super) fn fields(writes: &[Write]) -> Vec<FieldChange> {
    let field = |Write { property, want, before }: &Write| FieldChange::Value {
        field: property.name().to_owned(),
        before: before.clone(),
        after: match want {
            Want::Is(value) => Some(value.clone()),
            Want::Cleared => None,
        },
    };
    writes.iter().map(field).collect()
}

fn target(existing: Option<&Row>) -> Target {
    existing.map_or(Target::New, |row| Target::Row(row.id.clone()))
}

fn writes(properties: &[(Property, Want)], existing: Option<&Row>) -> Vec<Write> {
    let differs = |(property, want): &(Property, Want)| {
        let before = existing.and_then(|row| row.get(*property));
        let write = || Write { property: *property, want: want.clone(), before: before.map(str::to_owned) };
        match existing {
            // What is not set needs no clearing on a row that does not exist yet.
            None => (*want != Want::Cleared).then(write),
            Some(_) => (!property.holds(before, want)).then(write),
        }
    };
    properties.iter().filter_map(differs).collect()
}

/// A session keeps what it dialled in with until it ends, and a disabled customer stays online until then.
fn reaches_live_sessions(writes: &[Write]) -> bool {
    writes.iter().any(|write| match write.property {
        Property::Disabled => write.want == Want::Is("yes".to_owned()),
        property => property.needs_redial(),
    })
}

fn password(intent: &Intent, existing: Option<&Row>) -> Option<NewPassword> {
    let wanted = intent.customer.password.clone();
    let Some(row) = existing else {
        let generated = || NewPassword::Generated(intent.fallback_password.clone());
        return Some(wanted.map_or_else(generated, NewPassword::Given));
    };
    let wanted = wanted?;
    let differs = match readable_password(row) {
        Some(have) => have != wanted.expose(),
        None => intent.pushed != Pushed::Same,
    };
    differs.then_some(NewPassword::Given(wanted))
}

/// A user without the policy `sensitive` sees stars or nothing.
fn readable_password(row: &Row) -> Option<&str> {
    row.raw("password").filter(|password| !password.chars().all(|c| c == '*'))
}
