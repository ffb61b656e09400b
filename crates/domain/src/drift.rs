//! Drift: where a router and our store disagree. Each account and each customer who should have one is one row, in the
//! state that the plan of a sync gives it; what to do about it, somebody chooses.

mod claims; // whose an account is, or could be
mod seen; // a row as text, to know it again
mod taken; // what an account says of its customer

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};

use crate::{
    account::{Marker, is_of_customer},
    customer::ServiceType,
    row::{Property, Row, Want},
    sync::{Desired, Intent, Observed, SyncPlan, account_word, plan},
    wire::{ActionTaken, DisconnectPolicy, DriftField, FieldChange, ObjectChange, SyncState, problem::Problem},
};
pub use seen::is_same;
use seen::{Profiles, seen};
pub use taken::Taken;

/// Whom a wanted row is about, also where nothing else of it could be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// Their id.
    pub customer_id: String,
    /// Their username.
    pub username: String,
}

/// Rows that somebody chose not to see: by username, what was seen of them then.
pub type Ignored = BTreeMap<String, String>;

/// One account of the router, one wanted row, or both where they are each other's.
#[derive(Clone, Debug, PartialEq)]
pub struct DriftRow {
    /// The customer's username; the account's name where no customer has it.
    pub username: String,
    /// How both compare.
    pub state: SyncState,
    /// The wanted row, an index into [`Desired::rows`].
    pub wanted: Option<usize>,
    /// The account, an index into [`Observed::accounts`].
    pub account: Option<usize>,
    /// The customer who has that username; else whom the account's marker names.
    pub customer_id: Option<String>,
    /// What differs; of an account that nobody has the username of, what it holds.
    pub fields: Vec<DriftField>,
    /// Why the state is what it is, where it does not speak for itself.
    pub detail: Option<String>,
    /// Why our intent cannot be written here, not even by choice.
    pub obstacle: Option<Problem>,
    /// What the router holds and what we want of it, as text without any secret.
    pub seen: String,
    /// Whether somebody chose not to see it, and it has not changed since.
    pub ignored: bool,
}

/// Compares what should be with what is, by username. Total and deterministic; `who` has an entry for each row of
/// `desired`. A row is in sync exactly where a sync would write nothing; who is online is no part of it.
pub fn drift(who: &[Who], desired: &Desired, observed: &Observed, ignored: &Ignored) -> Vec<DriftRow> {
    let desired = &Desired { disconnect: DisconnectPolicy::Never, ..desired.clone() };
    let now = plan(desired, observed);
    let claims = claims::claims(who, desired.service, &now, observed);
    let marked = claims::as_if_marked(&claims, desired, observed);
    let chosen = marked.as_ref().map(|marked| plan(desired, marked));
    let ours = who.iter().map(|who| who.customer_id.as_str()).collect();
    let drift = Drift { who, ours, desired, observed, now: &now, chosen: chosen.as_ref().unwrap_or(&now) };
    let profiles = Profiles::of(observed);
    let wanted = claims.iter().enumerate().map(|(wanted, account)| drift.of_wanted(wanted, *account, &profiles));
    let claimed: HashSet<usize> = claims.iter().flatten().copied().collect();
    let alone = (0..observed.accounts.len()).filter(|account| !claimed.contains(account));
    let alone = alone.filter(|account| is_of_customer(&observed.accounts[*account], desired.service));
    let mut rows: Vec<DriftRow> = wanted.chain(alone.map(|account| drift.of_account(account, &profiles))).collect();
    for row in &mut rows {
        row.ignored = row.state != SyncState::InSync && ignored.get(&row.username) == Some(&row.seen);
    }
    rows.sort_by(|a, b| (&a.username, a.wanted, a.account).cmp(&(&b.username, b.wanted, b.account)));
    rows
}

/// What rows are made from.
struct Drift<'a> {
    who: &'a [Who],
    /// Everybody's id.
    ours: HashSet<&'a str>,
    desired: &'a Desired,
    observed: &'a Observed,
    /// What a sync would do.
    now: &'a SyncPlan,
    /// What a sync would do if every account bore the marker of the customer who has its name.
    chosen: &'a SyncPlan,
}

impl Drift<'_> {
    fn of_wanted(&self, wanted: usize, account: Option<usize>, profiles: &Profiles<'_>) -> DriftRow {
        let Self { who, ours: _, desired, observed, now, chosen } = self;
        let existing = account.map(|account| &observed.accounts[account]);
        let intent = desired.rows[wanted].as_ref().ok();
        let planned = &now.rows[wanted];
        let by_choice = &chosen.rows[wanted];
        let state = match (planned, existing) {
            (Ok(step), _) => match now.action(step) {
                ActionTaken::Created => SyncState::Missing,
                ActionTaken::Unchanged => SyncState::InSync,
                ActionTaken::Updated | ActionTaken::None => SyncState::Differs,
            },
            (Err(_), Some(existing)) if Marker::of(existing).is_none() => SyncState::Foreign,
            (Err(_), _) => SyncState::Unknown,
        };
        let fields = by_choice.as_ref().map(|step| fields(&chosen.changes(step)));
        let comment = intent.zip(existing).and_then(|(intent, existing)| comment_by_choice(intent, existing));
        let has_new_comment = planned.is_err() && by_choice.is_ok();
        let comment = comment.filter(|_| has_new_comment).map(|(want, have)| DriftField {
            object: account_word(desired.service).to_owned(),
            field: Property::Comment.name().to_owned(),
            want: Some(want),
            have,
        });
        let refusal = planned.as_ref().err();
        DriftRow {
            username: who[wanted].username.clone(),
            state,
            wanted: Some(wanted),
            account,
            customer_id: Some(who[wanted].customer_id.clone()),
            fields: fields.unwrap_or_default().into_iter().chain(comment).collect(),
            detail: refusal.map(|refusal| detail(refusal, existing, &who[wanted], desired.service)),
            obstacle: by_choice.as_ref().err().cloned(),
            seen: seen(desired, state, intent, planned, existing, profiles),
            ignored: false,
        }
    }

    /// An account whose name no customer has.
    fn of_account(&self, account: usize, profiles: &Profiles<'_>) -> DriftRow {
        let Self { who: _, ours, desired, observed, now: _, chosen: _ } = self;
        let existing = &observed.accounts[account];
        let customer_id = Marker::of(existing).map(|marker| marker.id.to_string());
        let detail = customer_id.as_ref().map(|id| {
            let has_another = ours.contains(id.as_str());
            if has_another { copied(id) } else { leftover(id, desired.service) }
        });
        let state = if customer_id.is_some() { SyncState::Unknown } else { SyncState::Foreign };
        DriftRow {
            username: existing.get(Property::Name).unwrap_or_default().to_owned(),
            state,
            wanted: None,
            account: Some(account),
            customer_id,
            fields: held(existing, desired.service),
            detail,
            obstacle: None,
            seen: seen(desired, state, None, &Err(nobody()), Some(existing), profiles),
            ignored: false,
        }
    }
}

/// What our comment becomes where the account does not bear it yet, and what stands there.
fn comment_by_choice(intent: &Intent, existing: &Row) -> Option<(String, Option<String>)> {
    let customer = &intent.customer;
    let want = Marker::onto(existing, &customer.name, &customer.id);
    let have = existing.get(Property::Comment).map(str::to_owned);
    (have.as_ref() != Some(&want)).then_some((want, have))
}

fn fields(changes: &[ObjectChange]) -> Vec<DriftField> {
    let of_change = |change: &ObjectChange| {
        let object = change.object.clone();
        let of_field = move |field: &FieldChange| match field.clone() {
            FieldChange::Secret { field, changed: _ } => {
                DriftField { object: object.clone(), field, want: None, have: None }
            }
            FieldChange::Value { field, before, after } => {
                DriftField { object: object.clone(), field, want: after, have: before }
            }
        };
        change.fields.iter().map(of_field).collect::<Vec<_>>()
    };
    changes.iter().flat_map(of_change).collect()
}

/// What an account holds of the properties that we would write.
fn held(existing: &Row, service: ServiceType) -> Vec<DriftField> {
    let field = |property: &Property| {
        let have = existing.get(*property).filter(|have| !property.holds(Some(have), &Want::Cleared))?.to_owned();
        let object = account_word(service).to_owned();
        Some(DriftField { object, field: property.name().to_owned(), want: None, have: Some(have) })
    };
    seen::properties(service).iter().filter_map(field).collect()
}

fn detail(refusal: &Problem, existing: Option<&Row>, who: &Who, service: ServiceType) -> String {
    let marker = existing.and_then(Marker::of).filter(|marker| marker.id.as_str() != who.customer_id);
    marker.map_or_else(|| refusal.detail.clone(), |marker| leftover(marker.id.as_str(), service))
}

fn copied(id: &str) -> String {
    format!("It bears the marker of customer {id}, whose account is another.")
}

fn leftover(id: &str, service: ServiceType) -> String {
    format!("It bears the marker of {id}, whom NetPilot does not have as a {} customer.", service.word())
}

/// There is no plan for an account that nobody is wanted for.
fn nobody() -> Problem {
    Problem::new(crate::wire::problem::Code::CustomerNotFound, "No customer has this username.")
}
