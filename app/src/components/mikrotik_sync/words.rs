//! A plan and its outcome in words and counts.

use domain::{
    customer::ServiceType,
    wire::{
        ActionTaken, BulkReport, BulkRow, CustomerRecord,
        problem::{Code, Problem},
    },
};

use super::super::format;
use super::stage::Stage;

/// Where a customer belongs in a plan or an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    /// It is not done.
    Impossible,
    /// The account is made.
    Create,
    /// Something is changed.
    Change,
    /// There is nothing to do.
    Right,
    /// It was written, and a session that should have ended goes on.
    StillOnline,
}

/// What the customer notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Felt {
    /// Nothing.
    Nothing,
    /// The line drops, and the device dials in again.
    Redial,
    /// They are out until they sign in to the hotspot.
    SignIn,
    /// They are out and stay out.
    CutOff,
}

/// How many customers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) create: usize,
    pub(super) change: usize,
    pub(super) right: usize,
    pub(super) impossible: usize,
    redial: usize,
    sign_in: usize,
    cut_off: usize,
}

/// Who is synced, as far as words need it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Whom {
    /// The one customer's name.
    pub(super) one: Option<String>,
    /// How many.
    pub(super) count: usize,
    /// How many others are selected, who get online by the other service.
    pub(super) others: usize,
}

/// What the one button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    /// Carries out the plan that is shown.
    Apply,
    /// Plans again.
    Plan,
    /// Plans again for those that failed.
    Retry,
    /// Nothing for the moment.
    Wait,
}

/// A state with its shape and its word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sign {
    pub(super) class: &'static str,
    pub(super) word: String,
}

impl Whom {
    pub(super) fn of(selected: &[CustomerRecord], service: ServiceType, is_one: bool) -> Self {
        let who = || selected.iter().filter(|one| one.service_type == service);
        Self {
            one: selected.first().filter(|_| is_one).map(|one| one.name.clone()),
            count: who().count(),
            others: selected.len() - who().count(),
        }
    }

    /// How many are selected, whatever their service.
    pub(super) const fn selected(&self) -> usize {
        self.count + self.others
    }
}

impl Group {
    pub(super) const fn of(row: &BulkRow) -> Self {
        match row.action {
            _ if !row.success => Self::Impossible,
            ActionTaken::None => Self::Impossible,
            _ if row.sessions_left > 0 => Self::StillOnline,
            ActionTaken::Created => Self::Create,
            ActionTaken::Updated => Self::Change,
            ActionTaken::Unchanged => Self::Right,
        }
    }
}

impl Felt {
    /// What a row means for its customer.
    pub(super) fn of(row: &BulkRow, service: ServiceType) -> Self {
        match row.disconnects.as_slice() {
            [] => Self::Nothing,
            ending if ending.iter().any(|session| session.because_of == "disabled") => Self::CutOff,
            _ if service == ServiceType::Hotspot => Self::SignIn,
            _ => Self::Redial,
        }
    }

    /// One sentence for one customer.
    pub(super) fn sentence(self, name: &str) -> String {
        match self {
            Self::Nothing => format!("{name} notices nothing: no session ends."),
            Self::Redial => format!("{name} will be offline for about 5 s while the device redials."),
            Self::SignIn => format!("{name} will be offline until they sign in to the hotspot again."),
            Self::CutOff => format!("{name} goes offline and stays offline."),
        }
    }

    /// A few words in a list.
    pub(super) const fn brief(self) -> &'static str {
        match self {
            Self::Nothing => "Notices nothing",
            Self::Redial => "Redials, 5 s",
            Self::SignIn => "Signs in again",
            Self::CutOff => "Goes offline",
        }
    }
}

impl Totals {
    pub(super) fn of(plan: &BulkReport) -> Self {
        let mut totals = Self::default();
        for row in &plan.results {
            *match Group::of(row) {
                Group::Impossible => &mut totals.impossible,
                Group::Create => &mut totals.create,
                Group::Change | Group::StillOnline => &mut totals.change,
                Group::Right => &mut totals.right,
            } += 1;
            match Felt::of(row, plan.service_type) {
                Felt::Nothing => {}
                Felt::Redial => totals.redial += 1,
                Felt::SignIn => totals.sign_in += 1,
                Felt::CutOff => totals.cut_off += 1,
            }
        }
        totals
    }

    /// Customers with something to write.
    pub(super) const fn to_do(self) -> usize {
        self.create + self.change
    }

    /// `218 redial, each offline about 5 s. 82 notice nothing.`
    pub(super) fn felt(self) -> String {
        let Self { create, change, right, impossible, redial, sign_in, cut_off } = self;
        let nothing = create + change + right + impossible - redial - sign_in - cut_off;
        let said = [
            (redial, "redials, offline about 5 s", "redial, each offline about 5 s"),
            (sign_in, "is offline until they sign in to the hotspot again", "are offline until they sign in again"),
            (cut_off, "goes offline and stays offline", "go offline and stay offline"),
            (nothing, "notices nothing", "notice nothing"),
        ];
        let said = said.into_iter().filter(|(count, ..)| *count > 0);
        let sentence =
            |(count, one, many)| format!("{} {}.", format::count(count), if count == 1 { one } else { many });
        said.map(sentence).collect::<Vec<_>>().join(" ")
    }
}

impl Sign {
    fn new(class: &'static str, word: impl Into<String>) -> Self {
        Self { class, word: word.into() }
    }

    /// How whom we sync compares with the router, once that is known.
    pub(super) fn of_plan(stage: &Stage, whom: &Whom) -> Option<Self> {
        let (Stage::Planned(plan) | Stage::Planning(Some(plan))) = stage else { return None };
        if let (Some(_), [row]) = (&whom.one, plan.results.as_slice()) {
            let fields: usize = row.changes.iter().map(|object| object.fields.len()).sum();
            return Some(match Group::of(row) {
                Group::Impossible => Self::new("dot bad", "Cannot be synced"),
                Group::Create => Self::new("dot off", "Not on the router"),
                Group::Right => Self::new("dot calm", "In sync"),
                // The account is as it should be; only the session is not.
                Group::Change | Group::StillOnline if fields == 0 => Self::new("dot warn", "Still online"),
                Group::Change | Group::StillOnline if fields == 1 => Self::new("dot warn", "1 field differs"),
                Group::Change | Group::StillOnline => Self::new("dot warn", format!("{fields} fields differ")),
            });
        }
        let Totals { create, change, impossible, .. } = Totals::of(plan);
        Some(match create + change + impossible {
            0 => Self::new("dot calm", "In sync"),
            1 => Self::new("dot warn", "1 differs from the router"),
            differ => Self::new("dot warn", format!("{} differ from the router", format::count(differ))),
        })
    }

    /// What became of one customer.
    pub(super) fn of_outcome(row: &BulkRow) -> Self {
        let unknown = row.error.as_ref().is_some_and(|error| error.code == Code::OutcomeUnknown);
        match (row.success, row.action) {
            (false, _) if unknown => Self::new("dot warn", "Not known"),
            (false, _) => Self::new("dot bad", "Failed"),
            (true, ActionTaken::None) => Self::new("dot off", "Not reached"),
            (true, _) if row.sessions_left > 0 => Self::new("dot warn", "Written, but still online"),
            (true, ActionTaken::Unchanged) => Self::new("dot calm", "Already right"),
            (true, ActionTaken::Created | ActionTaken::Updated) => Self::new("dot ok", "Done"),
        }
    }
}

/// The button: what it says and does.
pub(super) fn button(stage: &Stage, whom: &Whom) -> (String, Does) {
    let sync = |count: usize| match &whom.one {
        Some(name) => format!("Sync {name} to the router"),
        None => format!("Sync {}", customers(count)),
    };
    let again = || ("Plan again".to_owned(), Does::Plan);
    match stage {
        Stage::Planning(_) => (sync(whom.count), Does::Wait),
        Stage::Planned(plan) => match Totals::of(plan).to_do() {
            0 => again(),
            count => (sync(count), Does::Apply),
        },
        Stage::Applying { .. } => ("Syncing…".to_owned(), Does::Wait),
        Stage::Done(report) => {
            let all_failed = !report.results.iter().any(|row| Group::of(row) == Group::StillOnline);
            match report.retry.only.len() {
                0 => again(),
                some if all_failed => (format!("Retry {} failed", format::count(some)), Does::Retry),
                some => (format!("Retry {} unfinished", format::count(some)), Does::Retry),
            }
        }
        Stage::Refused(_) => again(),
    }
}

/// What readers are told; it changes a few times in a sync, not with every customer.
pub(super) fn news(stage: &Stage, overtaken: bool) -> String {
    match stage {
        Stage::Planning(_) | Stage::Refused(_) => String::new(),
        Stage::Planned(plan) => {
            let Totals { create, change, right, impossible, .. } = Totals::of(plan);
            let first = if overtaken { format!("{OVERTAKEN} ") } else { String::new() };
            format!(
                "{first}{create} to create, {change} to change, {right} already right, {impossible} cannot be done."
            )
        }
        Stage::Applying { plan, done, .. } => match (done * 4).checked_div(plan.results.len()).unwrap_or(0) {
            0 => "Syncing.".to_owned(),
            quarters => format!("Syncing, {} % done.", quarters * 25),
        },
        Stage::Done(report) => outcome(report),
    }
}

/// Who is left out of a plan for this service, and what to do about it.
pub(super) fn left_out(whom: &Whom, service: ServiceType) -> Option<String> {
    let Whom { one, others, .. } = whom;
    let (by, choose) = (service.other().word(), service.other().label());
    let all = format::count(whom.selected());
    match (one, others) {
        (_, 0) => None,
        (Some(name), _) => Some(format!("{name} gets online by {by}. The service is changed in the customer’s form.")),
        (None, 1) => Some(format!("1 of the {all} selected gets online by {by}: choose {choose} to plan them.")),
        (None, others) => {
            let others = format::count(*others);
            Some(format!("{others} of the {all} selected get online by {by}: choose {choose} to plan them."))
        }
    }
}

/// Said over a plan that replaces one that the router outran.
pub(super) const OVERTAKEN: &str = "The router has changed since; here is the new plan.";

/// `2 done, 1 written but still online, 1 already right, 1 failed.`
pub(super) fn outcome(report: &BulkReport) -> String {
    let count = |group| report.results.iter().filter(|row| Group::of(row) == group).count();
    let parts = [
        (count(Group::Create) + count(Group::Change), "done"),
        (count(Group::StillOnline), "written but still online"),
        (count(Group::Right), "already right"),
        (count(Group::Impossible), "failed"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let text = parts.map(|(number, word)| format!("{} {word}", format::count(number))).collect::<Vec<_>>().join(", ");
    format!("{text}.")
}

/// What became of one customer who is as planned.
pub(super) fn became(row: &BulkRow) -> String {
    let name = &row.customer;
    match Group::of(row) {
        Group::Create => format!("The account of {name} was made and read back."),
        Group::Change if row.changes.is_empty() => format!("{name} was still online, and is not any more."),
        Group::Change => format!("{name} was changed on the router and read back."),
        Group::Right => format!("The router already held everything of {name}; nothing was written."),
        Group::StillOnline => {
            let sessions = match row.sessions_left {
                1 => "a session could not be ended and goes on as before".to_owned(),
                left => format!("{} sessions could not be ended and go on as before", format::count(left)),
            };
            format!("The account of {name} is as planned; {sessions}. Retry, or end it among the sessions.")
        }
        Group::Impossible => row.message.clone(),
    }
}

/// `1 customer`, `3 customers`.
pub(super) fn customers(count: usize) -> String {
    match count {
        1 => "1 customer".to_owned(),
        count => format!("{} customers", format::count(count)),
    }
}

/// What to do about a row that failed, where its own words do not say it.
pub(super) fn advice(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::ForeignObject => "Give the customer another username, or remove that account on the router.",
        Code::MissingUsername => "Add a username.",
        Code::DuplicateUsername => "Give one of them another username.",
        Code::PackageNotFound => "Give the customer a package that exists.",
        Code::RouterRejected | Code::ProfileFailed => "Correct what the router names, then plan again.",
        Code::OutcomeUnknown => "Plan again: the router is read before anything is written.",
        Code::RouterPermission => "Give the router's user that right, then plan again.",
        Code::RouterStorageFull => "Make room on the router's disk, then plan again.",
        code if code.retryable() => "Retry in a moment.",
        _ => return None,
    })
}

/// The router's words, where the sentence does not quote them already.
pub(super) fn router_said(row: &BulkRow) -> Option<String> {
    let said = &row.error.as_ref()?.routeros.as_ref()?.message;
    (!row.message.contains(said.as_str())).then(|| said.clone())
}

/// The same of a problem that stops everything.
pub(super) fn router_said_of(problem: &Problem) -> Option<String> {
    let said = &problem.routeros.as_ref()?.message;
    (!problem.detail.contains(said.as_str())).then(|| said.clone())
}

#[cfg(test)]
mod tests;
