//! One profile, one account: what has to be written, and whom it concerns.

use super::{
    AccountStep, Cause, Desired, Ending, Intent, NewPassword, Observed, ProfileStep, Pushed, Target, Write,
    find::Accounts, turns::Place,
};
use crate::{
    account::account_properties,
    profile::Profile,
    row::{Property, Row, Want},
    wire::{DisconnectPolicy, FieldChange},
};

/// A profile of the derived name is ours by name, also where somebody made it by hand.
pub(super) fn profile(profile: &Profile, existing: Option<&Row>) -> ProfileStep {
    ProfileStep { name: profile.name.clone(), target: target(existing), writes: writes(&profile.properties, existing) }
}

/// The row of a profile.
pub(super) fn profile_row<'a>(profile: &Profile, observed: &'a Observed) -> Option<&'a Row> {
    observed.profiles.iter().find(|row| row.get(Property::Name) == Some(&profile.name))
}

pub(super) fn account(
    desired: &Desired,
    intent: &Intent,
    place: &Place<'_>,
    profile: usize,
    profile_step: &ProfileStep,
    accounts: &Accounts<'_>,
) -> AccountStep {
    let customer = &intent.customer;
    let Place { existing, after, aside, turn } = place;
    let existing = *existing;
    let properties = account_properties(customer, &intent.profile.name, desired.service, existing);
    let writes = writes(&properties, existing);
    let old_name = existing.and_then(|row| row.get(Property::Name)).unwrap_or(customer.username.as_str());
    let unnoticed = || unnoticed_by_sessions(writes.iter().chain(&profile_step.writes)).map(Cause::Change);
    // Also where the account is disabled already: an earlier sync may not have been able to end the session.
    let barred = (!customer.status.enabled()).then_some(Cause::Change(Property::Disabled));
    let needed = || barred.or_else(unnoticed).or_else(|| intent.owes_end.then_some(Cause::Owed));
    let cause = match desired.disconnect {
        DisconnectPolicy::Never => None,
        DisconnectPolicy::Always => needed().or(Some(Cause::Asked)),
        DisconnectPolicy::Auto => needed(),
    };
    // Whoever is online by a name that somebody else still has is that somebody.
    let new_name = after.is_none().then_some(customer.username.as_str()).filter(|name| *name != old_name);
    let names: Vec<&str> = [Some(old_name), new_name].into_iter().flatten().collect();
    let ending = |because_of| {
        let sessions = accounts.sessions_of(&names);
        sessions.into_iter().map(move |session| Ending { session, because_of })
    };
    AccountStep {
        customer: customer.clone(),
        service: desired.service,
        profile,
        target: target(existing),
        comment: comment(&properties),
        password: password(intent, existing, accounts),
        cause,
        ends: cause.into_iter().flat_map(ending).collect(),
        online_as: names.into_iter().map(str::to_owned).collect(),
        writes,
        aside: aside.clone(),
        turn: *turn,
    }
}

fn comment(properties: &[(Property, Want)]) -> String {
    let comment = properties.iter().find_map(|(property, want)| match (property, want) {
        (Property::Comment, Want::Is(comment)) => Some(comment.clone()),
        _ => None,
    });
    comment.unwrap_or_default()
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
    let differing = properties.iter().filter(|(property, want)| !holds(*property, want, existing));
    let write = |(property, want): &(Property, Want)| Write {
        property: *property,
        want: want.clone(),
        before: existing.and_then(|row| row.get(*property)).map(str::to_owned),
    };
    differing.map(write).collect()
}

/// Whether a row is as it should be in this. What is not set needs no clearing on a row that does not exist yet.
pub(super) fn holds(property: Property, want: &Want, existing: Option<&Row>) -> bool {
    match existing {
        None => *want == Want::Cleared,
        Some(row) => property.holds(row.get(property), want),
    }
}

/// A session keeps what it dialled in with until it ends. Of several reasons, a new name says least.
fn unnoticed_by_sessions<'a>(writes: impl Iterator<Item = &'a Write>) -> Option<Property> {
    let unnoticed = writes.map(|write| write.property).filter(|property| property.needs_redial());
    unnoticed.min_by_key(|property| u8::from(*property == Property::Name))
}

fn password(intent: &Intent, existing: Option<&Row>, accounts: &Accounts<'_>) -> Option<NewPassword> {
    let wanted = intent.customer.password.clone();
    let Some(row) = existing else {
        let generated = || NewPassword::Generated(intent.fallback_password.clone());
        return Some(wanted.map_or_else(generated, NewPassword::Given));
    };
    let same = password_is_same(intent, row, accounts) == Some(true);
    wanted.filter(|_| !same).map(NewPassword::Given)
}

/// Whether the router holds the wanted password; `None` where nobody can tell, or nobody knows which is wanted.
pub(super) fn password_is_same(intent: &Intent, row: &Row, accounts: &Accounts<'_>) -> Option<bool> {
    let wanted = intent.customer.password.as_ref()?;
    // Where passwords are shown, one that is not there is an empty one.
    let shown = readable_password(row).or_else(|| accounts.shows_passwords().then_some(""));
    match (shown, intent.pushed) {
        (Some(have), _) => Some(have == wanted.expose()),
        (None, Pushed::Same) => Some(true),
        (None, Pushed::Other) => Some(false),
        (None, Pushed::Never) => None,
    }
}

/// A user without the policy `sensitive` sees stars or nothing.
pub(super) fn readable_password(row: &Row) -> Option<&str> {
    row.raw("password").filter(|password| !password.chars().all(|c| c == '*'))
}

pub(super) fn hides_password(row: &Row) -> bool {
    row.raw("password").is_some_and(|password| !password.is_empty()) && readable_password(row).is_none()
}
