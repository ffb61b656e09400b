//! Desired - observed = plan. A plan is plain data: it can be read before anything is written, and nothing is left to
//! decide while it is carried out.

mod compare; // how one customer compares, property by property
mod find; // whose a row is, and what cannot be meant
mod fingerprint; // a plan as text, to know it again
mod prune; // accounts of ours that nobody is listed for
mod steps; // one profile, one account
mod turns; // who writes before whom

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use crate::{
    customer::{Customer, Password, ServiceType},
    profile::{Profile, profile_name},
    row::{Property, Row, Want},
    wire::{
        ActionTaken, ChangeKind, DisconnectPolicy, EndingSession, FieldChange, ObjectChange,
        problem::{Code, Problem},
    },
};
pub use compare::compare;
use find::Accounts;
pub use prune::{Prune, Removal};

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
    /// Whether sessions of theirs must end for something that was written earlier.
    pub owes_end: bool,
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
    /// Names of all packages that are sold, whether or not a row has them.
    pub sold: Vec<String>,
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
    /// An earlier change did not reach it.
    Owed,
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
    /// Whether the router shows stars for passwords: then what we last wrote is all that can be compared.
    pub hides_passwords: bool,
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
    /// Its comment in the end, our marker in it.
    pub comment: String,
    /// What is written, but for the password.
    pub writes: Vec<Write>,
    /// The password, where it has to be written.
    pub password: Option<NewPassword>,
    /// Why sessions of theirs must end, whether or not somebody is online.
    pub cause: Option<Cause>,
    /// The names that they are online by, the old one and the new one.
    pub online_as: Vec<String>,
    /// Sessions that must end for the change to reach the customer.
    pub ends: Vec<Ending>,
    /// A name that the account takes before anything else is written, where customers swap names.
    pub aside: Option<String>,
    /// Accounts are written turn by turn: one that takes a name comes after the one that gives it up.
    pub turn: usize,
}

/// A password to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewPassword {
    /// The one we were given or keep.
    Given(Password),
    /// One made for this account.
    Generated(Password),
}

/// Compares what should be with what is. Total and deterministic; nothing foreign is ever touched. Carried out whole,
/// a second plan of the same is empty.
pub fn plan(desired: &Desired, observed: &Observed) -> SyncPlan {
    let accounts = Accounts::of(observed);
    let wanted = possible(desired, observed);
    let places = turns::places(&wanted, &accounts);
    let mut profiles = Profiles::of(observed);
    let rows = wanted.into_iter().zip(places).map(|(intent, place)| {
        let (intent, place) = (intent?, place?);
        let profile = profiles.index_of(&intent.profile);
        Ok(steps::account(desired, intent, &place, profile, &profiles.steps[profile], &accounts))
    });
    let rows = rows.collect();
    let hides_passwords = observed.accounts.iter().any(steps::hides_password);
    SyncPlan { profiles: profiles.steps, rows, hides_passwords }
}

/// Rows that can be meant, whatever accounts there are.
fn possible<'a>(desired: &'a Desired, observed: &Observed) -> Vec<Result<&'a Intent, Problem>> {
    let duplicates = duplicates(desired);
    let collisions = find::collisions(desired);
    let pools: HashSet<&str> = observed.pools.iter().map(String::as_str).collect();
    let check = |row: &'a Result<Intent, Problem>| {
        let intent = row.as_ref().map_err(Clone::clone)?;
        find::refuse_duplicate(intent, &duplicates)?;
        find::refuse_collision(intent, &collisions)?;
        find::refuse_missing_pool(&intent.profile, &pools)?;
        Ok(intent)
    };
    desired.rows.iter().map(check).collect()
}

impl SyncPlan {
    /// Whether there is nothing to do: nothing to write, and nobody online who may not be, or with what they had before.
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

    /// The same, more exactly: what people call the change that matters most of it.
    pub fn kind(&self, step: &AccountStep) -> ChangeKind {
        let writes = |property: Property| step.writes.iter().any(|write| write.property == property);
        match self.action(step) {
            ActionTaken::Created => ChangeKind::Create,
            ActionTaken::Unchanged => ChangeKind::Unchanged,
            _ if writes(Property::Disabled) && step.customer.status.enabled() => ChangeKind::Enable,
            _ if writes(Property::Disabled) => ChangeKind::Disable,
            _ if writes(Property::Name) => ChangeKind::Rename,
            _ => ChangeKind::Update,
        }
    }

    /// The rows in the order in which they can be written: those of one turn together.
    pub fn turns(&self) -> Vec<Vec<usize>> {
        let last = self.rows.iter().flatten().map(|step| step.turn).max();
        let mut turns = vec![Vec::new(); last.map_or(0, |last| last + 1)];
        for (at, step) in self.rows.iter().enumerate().filter_map(|(at, row)| Some((at, row.as_ref().ok()?))) {
            turns[step.turn].push(at);
        }
        turns
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

    /// Whether somebody is online who may not be, or not with what they have.
    fn cuts_off(&self) -> bool {
        self.ends.iter().any(|ending| matches!(ending.because_of, Cause::Change(Property::Disabled) | Cause::Owed))
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
    /// RouterOS's name of the property, `earlier-change` or `asked`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Change(property) => property.name(),
            Self::Owed => "earlier-change",
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
struct Profiles<'a> {
    rows: HashMap<&'a str, &'a Row>,
    steps: Vec<ProfileStep>,
    by_name: HashMap<String, usize>,
}

impl<'a> Profiles<'a> {
    fn of(observed: &'a Observed) -> Self {
        let named = |row: &'a Row| Some((row.get(Property::Name)?, row));
        let rows = observed.profiles.iter().filter_map(named).collect();
        Self { rows, steps: Vec::new(), by_name: HashMap::new() }
    }

    fn index_of(&mut self, profile: &Profile) -> usize {
        if let Some(index) = self.by_name.get(&profile.name) {
            return *index;
        }
        self.steps.push(steps::profile(profile, self.rows.get(profile.name.as_str()).copied()));
        self.by_name.insert(profile.name.clone(), self.steps.len() - 1);
        self.steps.len() - 1
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

/// Whether one profile alone can be written.
///
/// # Errors
/// Another package that is sold comes to the same name, or the router lacks its pool.
pub fn check_profile(
    profile: &Profile,
    service: ServiceType,
    sold: &[String],
    observed: &Observed,
) -> Result<(), Problem> {
    let name = &profile.package.name;
    let is_same = |other: &&String| *other != name && profile_name(other, service) == profile.name;
    if let Some(other) = sold.iter().find(is_same) {
        return Err(find::collide(&format!("{name:?} and {other:?}"), &profile.name));
    }
    find::refuse_missing_pool(profile, &observed.pools.iter().map(String::as_str).collect())
}

/// Plans one profile alone, as `POST /profiles` does.
pub fn plan_profile(profile: &Profile, observed: &Observed) -> ProfileStep {
    steps::profile(profile, steps::profile_row(profile, observed))
}
