//! One customer against what the router holds, property by property: what is the same is told as well.

use super::{
    Desired, Intent, Observed, account_word,
    find::Accounts,
    plan,
    steps::{holds, password_is_same, profile_row},
};
use crate::{
    account::account_properties,
    customer::ServiceType,
    row::{Property, Row, Want},
    timestamp::Timestamp,
    wire::{ActionTaken, ComparedField, ComparedObject, Comparison, DisconnectPolicy, SyncState},
};

/// How the router compares with the one row of `desired`. The state is that of the plan: in sync is whoever it would
/// write nothing for. Who is online is no part of it.
pub fn compare(desired: &Desired, observed: &Observed, as_of: Timestamp) -> Comparison {
    let desired = &Desired { disconnect: DisconnectPolicy::Never, ..desired.clone() };
    let plan = plan(desired, observed);
    let state = plan.rows.iter().flatten().next().map_or(SyncState::Unknown, |step| match plan.action(step) {
        ActionTaken::Created => SyncState::Missing,
        ActionTaken::Unchanged => SyncState::InSync,
        ActionTaken::Updated | ActionTaken::None => SyncState::Differs,
    });
    Comparison {
        state,
        problem: plan.rows.iter().find_map(|row| row.as_ref().err().cloned()),
        objects: desired.rows.iter().flatten().flat_map(|intent| objects(intent, desired.service, observed)).collect(),
        as_of,
    }
}

/// The profile, and the account where it is clear which one it is.
fn objects(intent: &Intent, service: ServiceType, observed: &Observed) -> Vec<ComparedObject> {
    let accounts = Accounts::of(observed);
    let account = match accounts.of_customer(&intent.customer) {
        Ok(existing) if accounts.in_the_way(&intent.customer, existing).is_none() => Some(existing),
        _ => None,
    };
    let account = account.map(|existing| account_object(intent, service, existing, &accounts));
    [Some(profile_object(intent, observed)), account].into_iter().flatten().collect()
}

fn profile_object(intent: &Intent, observed: &Observed) -> ComparedObject {
    let existing = profile_row(&intent.profile, observed);
    ComparedObject {
        object: "profile".to_owned(),
        name: intent.profile.name.clone(),
        exists: existing.is_some(),
        fields: fields(&intent.profile.properties, existing),
    }
}

fn account_object(
    intent: &Intent,
    service: ServiceType,
    existing: Option<&Row>,
    accounts: &Accounts<'_>,
) -> ComparedObject {
    let properties = account_properties(&intent.customer, &intent.profile.name, service, existing);
    let mut fields = fields(&properties, existing);
    let same = existing.map_or(Some(false), |row| password_is_same(intent, row, accounts));
    fields.push(ComparedField { field: "password".to_owned(), want: None, have: None, same });
    ComparedObject {
        object: account_word(service).to_owned(),
        name: intent.customer.username.to_string(),
        exists: existing.is_some(),
        fields,
    }
}

fn fields(properties: &[(Property, Want)], existing: Option<&Row>) -> Vec<ComparedField> {
    let field = |(property, want): &(Property, Want)| ComparedField {
        field: property.name().to_owned(),
        want: match want {
            Want::Is(value) => Some(value.clone()),
            Want::Cleared => None,
        },
        have: existing.and_then(|row| row.get(*property)).map(str::to_owned),
        same: Some(holds(*property, want, existing)),
    };
    properties.iter().map(field).collect()
}
