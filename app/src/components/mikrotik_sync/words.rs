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
mod tests {
    use super::super::samples::{change, ending, failed, plan, report, row, wanted};
    use super::super::stage::Sync;
    use super::*;

    fn whom(count: usize) -> Whom {
        Whom { count, ..Whom::default() }
    }

    fn rahim() -> Whom {
        Whom { one: Some("Rahim Uddin".to_owned()), count: 1, ..Whom::default() }
    }

    fn planned(plan: BulkReport) -> Stage {
        let mut sync = Sync::new();
        let turn = sync.plan(Some(wanted())).unwrap();
        sync.planned(turn, Ok(plan));
        sync.stage
    }

    fn done(report: BulkReport) -> Stage {
        let Stage::Planned(report) = planned(report) else { panic!("a plan was made") };
        Stage::Done(report)
    }

    fn mixed() -> BulkReport {
        let redials = BulkRow { disconnects: vec![ending("rate-limit")], ..row("CUS-1", ActionTaken::Updated, vec![]) };
        let suspended = BulkRow { disconnects: vec![ending("disabled")], ..row("CUS-2", ActionTaken::Updated, vec![]) };
        let still_online =
            BulkRow { disconnects: vec![ending("disabled")], ..row("CUS-9", ActionTaken::Updated, vec![]) };
        report(vec![
            redials,
            suspended,
            still_online,
            row("CUS-3", ActionTaken::Created, vec![]),
            row("CUS-4", ActionTaken::Unchanged, vec![]),
            failed("CUS-5", Code::ForeignObject),
        ])
    }

    #[test]
    fn a_plan_is_counted_with_what_customers_notice() {
        let totals = Totals::of(&mixed());
        assert_eq!((totals.create, totals.change, totals.right, totals.impossible), (1, 3, 1, 1));
        assert_eq!(totals.felt(), "1 redials, offline about 5 s. 2 go offline and stay offline. 3 notice nothing.");
        let hotspot = BulkReport { service_type: ServiceType::Hotspot, ..mixed() };
        let felt = Totals::of(&hotspot).felt();
        assert!(
            felt.starts_with("1 is offline until they sign in to the hotspot again. 2 go offline and stay offline."),
            "{felt}"
        );
    }

    #[test]
    fn each_case_has_its_sentence() {
        for (felt, sentence) in [
            (Felt::Nothing, "Rahim notices nothing: no session ends."),
            (Felt::Redial, "Rahim will be offline for about 5 s while the device redials."),
            (Felt::SignIn, "Rahim will be offline until they sign in to the hotspot again."),
            (Felt::CutOff, "Rahim goes offline and stays offline."),
        ] {
            assert_eq!(felt.sentence("Rahim"), sentence);
        }
    }

    #[test]
    fn the_button_says_whom_and_how_many() {
        let of = |stage: &Stage, whom: &Whom| button(stage, whom);
        assert_eq!(of(&planned(plan()), &rahim()), ("Sync Rahim Uddin to the router".to_owned(), Does::Apply));
        assert_eq!(of(&planned(mixed()), &whom(6)), ("Sync 4 customers".to_owned(), Does::Apply));
        assert_eq!(of(&Stage::Planning(None), &whom(1)), ("Sync 1 customer".to_owned(), Does::Wait));
        let right = report(vec![row("CUS-1", ActionTaken::Unchanged, vec![])]);
        assert_eq!(of(&planned(right), &rahim()), ("Plan again".to_owned(), Does::Plan));
        assert_eq!(of(&done(mixed()), &whom(6)), ("Retry 1 failed".to_owned(), Does::Retry));
        assert_eq!(of(&done(plan()), &rahim()), ("Plan again".to_owned(), Does::Plan));
    }

    #[test]
    fn the_header_says_how_the_router_compares() {
        let of = |plan, whom: &Whom| Sign::of_plan(&planned(plan), whom).unwrap().word;
        assert_eq!(of(plan(), &rahim()), "2 fields differ");
        assert_eq!(of(report(vec![row("CUS-1", ActionTaken::Created, vec![])]), &rahim()), "Not on the router");
        assert_eq!(of(report(vec![row("CUS-1", ActionTaken::Unchanged, vec![])]), &rahim()), "In sync");
        assert_eq!(of(report(vec![failed("CUS-1", Code::PoolNotFound)]), &rahim()), "Cannot be synced");
        assert_eq!(of(mixed(), &whom(6)), "5 differ from the router");
        assert_eq!(Sign::of_plan(&Stage::Planning(None), &rahim()), None);
    }

    #[test]
    fn who_gets_online_by_the_other_service_is_left_out_in_words() {
        let others = |count, others| Whom { count, others, ..Whom::default() };
        let said = |whom: &Whom| left_out(whom, ServiceType::Pppoe).unwrap_or_default();
        assert_eq!(said(&others(5, 0)), "");
        assert_eq!(said(&others(3, 2)), "2 of the 5 selected get online by hotspot: choose Hotspot to plan them.");
        assert_eq!(said(&others(4, 1)), "1 of the 5 selected gets online by hotspot: choose Hotspot to plan them.");
        let one = Whom { count: 0, others: 1, ..rahim() };
        let words = "Rahim Uddin gets online by PPPoE. The service is changed in the customer’s form.";
        assert_eq!(left_out(&one, ServiceType::Hotspot).as_deref(), Some(words));
    }

    #[test]
    fn an_outcome_is_one_word_for_each_customer() {
        let words: Vec<_> = mixed().results.iter().map(|row| Sign::of_outcome(row).word).collect();
        assert_eq!(words, ["Done", "Done", "Done", "Done", "Already right", "Failed"]);
        assert_eq!(Sign::of_outcome(&failed("CUS-1", Code::OutcomeUnknown)).word, "Not known");
        assert_eq!(outcome(&mixed()), "4 done, 1 already right, 1 failed.");
        assert_eq!(became(&mixed().results[3]), "The account of Rahim Uddin was made and read back.");
    }

    #[test]
    fn a_session_that_goes_on_is_an_outcome_of_its_own() {
        let changed = vec![change("profile", "update", &[("rate-limit", Some("5M/10M"), Some("5M/20M"))])];
        let left = |sessions_left, changes| BulkRow { sessions_left, ..row("CUS-2", ActionTaken::Updated, changes) };
        assert_eq!(Sign::of_outcome(&left(1, changed.clone())).word, "Written, but still online");
        assert_eq!(
            became(&left(2, changed.clone())),
            "The account of Rahim Uddin is as planned; 2 sessions could not be ended and go on as before. Retry, or \
             end it among the sessions."
        );
        let mut report = report(vec![left(1, changed), failed("CUS-3", Code::RouterTimeout), left(0, vec![])]);
        assert_eq!(outcome(&report), "1 done, 1 written but still online, 1 failed.");
        report.retry.only = vec!["CUS-2".to_owned(), "CUS-3".to_owned()];
        assert_eq!(button(&done(report), &whom(3)), ("Retry 2 unfinished".to_owned(), Does::Retry));
    }

    #[test]
    fn somebody_who_is_cut_off_without_a_write_is_told_so() {
        let cut = BulkRow { disconnects: vec![ending("disabled")], ..row("CUS-1", ActionTaken::Updated, vec![]) };
        let sign = Sign::of_plan(&planned(report(vec![cut.clone()])), &rahim()).unwrap();
        assert_eq!((sign.word.as_str(), Totals::of(&report(vec![cut.clone()])).to_do()), ("Still online", 1));
        assert_eq!(became(&cut), "Rahim Uddin was still online, and is not any more.");
    }

    #[test]
    fn readers_hear_of_quarters_not_of_every_customer() {
        let forty = report(vec![row("CUS-1", ActionTaken::Updated, vec![]); 40]);
        let Stage::Planned(plan) = planned(forty) else { panic!("a plan was made") };
        let at = |done| {
            let stage = Stage::Applying { plan: plan.clone(), run_id: None, done, misses: 0 };
            news(&stage, false)
        };
        assert_eq!(
            [0, 9, 10, 19, 40].map(at),
            ["Syncing.", "Syncing.", "Syncing, 25 % done.", "Syncing, 25 % done.", "Syncing, 100 % done."]
        );
        let overtaken = news(&planned(mixed()), true);
        let expected = "The router has changed since; here is the new plan. \
                        1 to create, 3 to change, 1 already right, 1 cannot be done.";
        assert_eq!(overtaken, expected);
    }

    #[test]
    fn the_routers_words_are_quoted_once() {
        let refused = failed("CUS-1", Code::RouterRejected);
        assert_eq!(router_said(&refused).as_deref(), Some("no such item"));
        let quoted = BulkRow { message: "The router refused: no such item".to_owned(), ..refused };
        assert_eq!(router_said(&quoted), None);
        assert!(advice(Code::RouterTimeout).is_some());
    }
}
