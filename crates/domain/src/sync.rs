//! Desired - observed = plan. A plan is plain data: it can be read before anything is written, and nothing is left to
//! decide while it is carried out.

mod compare; // how one customer compares, property by property
mod find; // whose a row is, and what cannot be meant
mod fingerprint; // a plan as text, to know it again
mod steps; // one profile, one account

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use crate::{
    customer::{Customer, Password, ServiceType},
    profile::Profile,
    row::{Property, Row, Want},
    wire::{
        ActionTaken, DisconnectPolicy, EndingSession, FieldChange, ObjectChange,
        problem::{Code, Problem},
    },
};
pub use compare::compare;
use find::Accounts;

/// One customer as the router should know them.
#[derive(Clone, Debug)]
pub struct Intent {
    /// Who.
    pub customer: Customer,
    /// What their package comes to on the router.
    pub profile: Profile,
    /// The password for an account that has to be made while nobody gave one. Chance is handed in.
    pub fallback_password: Password,
    /// What we know of the password that was last written for this account.
    pub pushed: Pushed,
}

/// How the wanted password compares with the one last written, by its keyed hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// None was ever written.
    Never,
    /// It is the same.
    Same,
    /// It was another.
    Other,
}

/// What a router should hold. A row that could not be understood keeps its place with its problem.
#[derive(Clone, Debug)]
pub struct Desired {
    /// For which service.
    pub service: ServiceType,
    /// What becomes of live sessions.
    pub disconnect: DisconnectPolicy,
    /// One entry for each row of the request, in its order.
    pub rows: Vec<Result<Intent, Problem>>,
}

/// What a router holds for one service: one print of each menu.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// Profiles.
    pub profiles: Vec<Row>,
    /// Secrets or hotspot users.
    pub accounts: Vec<Row>,
    /// Who is online.
    pub online: Vec<Online>,
    /// Names of the address pools.
    pub pools: Vec<String>,
}

/// A live session, as far as a plan needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Online {
    /// The router's id of it.
    pub id: String,
    /// Who dialled in.
    pub username: String,
}

/// A live session that must end for a change to reach the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Which.
    pub session: Online,
    /// Why.
    pub because_of: Cause,
}

/// Why a live session must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// This property changes, or changed already, and the session does not notice.
    Change(Property),
    /// Somebody wants it, though it would notice everything that changes.
    Asked,
}

/// What a sync would do.
#[derive(Clone, Debug)]
pub struct SyncPlan {
    /// Each profile once, in the order they are first needed. Profiles go first: RouterOS refuses an account that
    /// names a profile it lacks.
    pub profiles: Vec<ProfileStep>,
    /// One entry for each row of the request, in its order.
    pub rows: Vec<Result<AccountStep, Problem>>,
}

/// Where a step writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A new row.
    New,
    /// The row with this `.id`.
    Row(String),
}

/// A property to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// Which.
    pub property: Property,
    /// What it becomes.
    pub want: Want,
    /// What the router held.
    pub before: Option<String>,
}

/// What becomes of one profile.
#[derive(Clone, Debug)]
pub struct ProfileStep {
    /// Its name.
    pub name: String,
    /// Where it is written.
    pub target: Target,
    /// What is written; nothing when it is as it should be.
    pub writes: Vec<Write>,
}

/// What becomes of one customer's account.
#[derive(Clone, Debug)]
pub struct AccountStep {
    /// Whose.
    pub customer: Customer,
    /// For which service.
    pub service: ServiceType,
    /// Its profile, an index into [`SyncPlan::profiles`].
    pub profile: usize,
    /// Where it is written.
    pub target: Target,
    /// What is written, but for the password.
    pub writes: Vec<Write>,
    /// The password, where it has to be written.
    pub password: Option<NewPassword>,
    /// Sessions that must end for the change to reach the customer.
    pub ends: Vec<Ending>,
}

/// A password to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewPassword {
    /// The one we were given or keep.
    Given(Password),
    /// One made for this account.
    Generated(Password),
}

/// Compares what should be with what is. Total and deterministic; nothing foreign is ever touched.
pub fn plan(desired: &Desired, observed: &Observed) -> SyncPlan {
    let accounts = Accounts::of(observed);
    let duplicates = duplicates(desired);
    let collisions = find::collisions(desired);
    let mut profiles = Profiles::default();
    let rows = desired.rows.iter().map(|row| {
        let intent = row.as_ref().map_err(Clone::clone)?;
        find::refuse_duplicate(intent, &duplicates)?;
        find::refuse_collision(intent, &collisions)?;
        find::refuse_missing_pool(intent, observed)?;
        let existing = accounts.of_customer(&intent.customer)?;
        let profile = profiles.index_of(&intent.profile, observed);
        Ok(steps::account(desired, intent, existing, profile, &profiles.steps[profile], &accounts))
    });
    let rows = rows.collect();
    SyncPlan { profiles: profiles.steps, rows }
}

impl SyncPlan {
    /// Whether there is nothing to do: nothing to write, and nobody online who may not be.
    pub fn is_empty(&self) -> bool {
        self.profiles.iter().all(|step| step.writes.is_empty())
            && self.rows.iter().flatten().all(|step| self.is_written(step) && !step.cuts_off())
    }

    /// What a row comes to, its profile included: a customer whose speed changes is updated, also where the account
    /// itself stays as it is, and so is one who is cut off a line that a disabled account still has.
    pub fn action(&self, step: &AccountStep) -> ActionTaken {
        match step.target {
            Target::New => ActionTaken::Created,
            Target::Row(_) if self.is_written(step) && !step.cuts_off() => ActionTaken::Unchanged,
            Target::Row(_) => ActionTaken::Updated,
        }
    }

    /// Whether the router holds everything of a row already, whoever is online.
    pub fn is_written(&self, step: &AccountStep) -> bool {
        let has_row = matches!(step.target, Target::Row(_));
        has_row && step.writes.is_empty() && step.password.is_none() && self.profiles[step.profile].writes.is_empty()
    }

    /// What changes on the router for one row, for people to read.
    pub fn changes(&self, step: &AccountStep) -> Vec<ObjectChange> {
        [self.profiles[step.profile].change(), step.change()].into_iter().flatten().collect()
    }
}

impl ProfileStep {
    /// The change as callers read it; `None` when there is none.
    pub fn change(&self) -> Option<ObjectChange> {
        (!self.writes.is_empty()).then(|| ObjectChange {
            object: "profile".to_owned(),
            name: self.name.clone(),
            action: self.target.verb().to_owned(),
            fields: steps::fields(&self.writes),
        })
    }
}

impl AccountStep {
    /// The change as callers read it; `None` when there is none. A password is only said to change.
    pub fn change(&self) -> Option<ObjectChange> {
        let mut fields = steps::fields(&self.writes);
        if self.password.is_some() {
            fields.push(FieldChange::Secret { field: "password".to_owned(), changed: true });
        }
        let renames = self.writes.iter().any(|write| write.property == Property::Name);
        (!fields.is_empty()).then(|| ObjectChange {
            object: account_word(self.service).to_owned(),
            name: self.customer.username.to_string(),
            action: if renames && self.target != Target::New { "rename" } else { self.target.verb() }.to_owned(),
            fields,
        })
    }

    /// Whether somebody is online who may not be.
    fn cuts_off(&self) -> bool {
        self.ends.iter().any(|ending| ending.because_of == Cause::Change(Property::Disabled))
    }

    /// The sessions that end, as callers read them.
    pub fn disconnects(&self) -> Vec<EndingSession> {
        let told = |Ending { session, because_of }: &Ending| EndingSession {
            session_id: session.id.clone(),
            username: session.username.clone(),
            because_of: because_of.name().to_owned(),
        };
        self.ends.iter().map(told).collect()
    }
}

impl Cause {
    /// RouterOS's name of the property, or `asked`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Change(property) => property.name(),
            Self::Asked => "asked",
        }
    }
}

impl Target {
    const fn verb(&self) -> &'static str {
        match self {
            Self::New => "create",
            Self::Row(_) => "update",
        }
    }
}

impl NewPassword {
    /// The password itself.
    pub const fn password(&self) -> &Password {
        match self {
            Self::Given(password) | Self::Generated(password) => password,
        }
    }
}

/// What callers call an account.
pub(crate) const fn account_word(service: ServiceType) -> &'static str {
    match service {
        ServiceType::Pppoe => "secret",
        ServiceType::Hotspot => "hotspot-user",
    }
}

/// Profiles in the order they are first needed, each planned once.
#[derive(Default)]
struct Profiles {
    steps: Vec<ProfileStep>,
    by_name: BTreeMap<String, usize>,
}

impl Profiles {
    fn index_of(&mut self, profile: &Profile, observed: &Observed) -> usize {
        *self.by_name.entry(profile.name.clone()).or_insert_with(|| {
            self.steps.push(steps::profile(profile, observed));
            self.steps.len() - 1
        })
    }
}

/// How often each username and each customer is named.
fn duplicates(desired: &Desired) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for intent in desired.rows.iter().flatten() {
        for name in find::identities(intent) {
            *counts.entry(name).or_default() += 1;
        }
    }
    counts
}

/// A row that cannot be planned, with the row's own words.
fn refused(code: Code, detail: String) -> Problem {
    Problem::new(code, detail)
}

/// Plans one profile alone, as `POST /profiles` does.
pub fn plan_profile(profile: &Profile, observed: &Observed) -> ProfileStep {
    steps::profile(profile, observed)
}
