//! Where a sync stands, and what leads on: plain data, decided without a browser.

use std::{ops::Deref, sync::Arc};

use domain::{
    customer::ServiceType,
    wire::{
        BulkReport, PackageEdit, RunReport, RunState,
        problem::{Code, Problem},
    },
};

/// How often in a row a run may be asked for in vain: about six seconds without an answer.
const MOST_MISSES: u8 = 20;

/// What is to be synced.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wanted {
    /// Whom.
    pub(super) ids: Vec<String>,
    /// Packages that stand in for the stored ones.
    pub(super) packages: Vec<PackageEdit>,
    /// For which service.
    pub(super) service: ServiceType,
}

/// A report that is shown in several places. It equals only itself, so that comparing costs nothing.
#[derive(Clone, Debug)]
pub(super) struct Report(Arc<BulkReport>);

/// Where a sync stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stage {
    /// The router is being read; the plan before may be looked at meanwhile.
    Planning(Option<Report>),
    /// What would be done.
    Planned(Report),
    /// It is being done.
    Applying {
        /// What is being done.
        plan: Report,
        /// Which run does it, once it has begun.
        run_id: Option<String>,
        /// Customers with an outcome.
        done: usize,
        /// How often in a row nobody answered.
        misses: u8,
    },
    /// What became of each customer.
    Done(Report),
    /// It cannot be planned or done.
    Refused(Problem),
}

/// A sync from its plan to its outcome.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sync {
    /// Where it stands.
    pub(super) stage: Stage,
    /// Whether this plan replaces one that the router outran.
    pub(super) overtaken: bool,
    /// What the plan is of.
    wanted: Option<Wanted>,
    /// Grows with every question; an answer to an older one is dropped.
    turn: u32,
}

/// What an answer leads to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Next {
    /// Nothing.
    Rest,
    /// The run is looked at again.
    Look(String),
    /// The plan is made again.
    PlanAgain(Wanted),
    /// Every customer has an outcome.
    Complete,
}

impl Sync {
    pub(super) const fn new() -> Self {
        Self { stage: Stage::Planning(None), overtaken: false, wanted: None, turn: 0 }
    }

    /// Begins to plan; the number belongs to the answer. Nothing while a plan is being carried out.
    pub(super) fn plan(&mut self, wanted: Option<Wanted>) -> Option<u32> {
        let last = match &self.stage {
            Stage::Applying { .. } => return None,
            Stage::Planning(last) => last.clone(),
            Stage::Planned(plan) => Some(plan.clone()),
            Stage::Done(_) | Stage::Refused(_) => None,
        };
        self.stage = Stage::Planning(last.filter(|_| wanted.is_some()));
        self.overtaken = false;
        self.wanted = wanted;
        self.turn += 1;
        Some(self.turn)
    }

    /// The same where what is wanted changes by itself. An edit that a sync has just kept is wanted no more, and what
    /// became of it stays in sight.
    pub(super) fn follow(&mut self, wanted: Option<Wanted>) -> Option<u32> {
        let kept = |done: &Wanted| Wanted { packages: Vec::new(), ..done.clone() };
        if matches!(self.stage, Stage::Done(_)) && wanted.is_some() && wanted == self.wanted.as_ref().map(kept) {
            self.wanted = wanted;
            return None;
        }
        self.plan(wanted)
    }

    /// What is still to be asked for this number; nothing where somebody changed their mind.
    pub(super) fn still_wanted(&self, turn: u32) -> Option<Wanted> {
        self.wanted.clone().filter(|_| turn == self.turn)
    }

    /// Takes the plan.
    pub(super) fn planned(&mut self, turn: u32, answer: Result<BulkReport, Problem>) {
        if turn == self.turn {
            self.stage = match answer {
                Ok(plan) => Stage::Planned(Report(Arc::new(plan))),
                Err(problem) => Stage::Refused(problem),
            };
        }
    }

    /// Begins to carry out exactly the plan that is shown: its number, what it is of, and its fingerprint.
    pub(super) fn apply(&mut self) -> Option<(u32, Wanted, String)> {
        let Stage::Planned(plan) = &self.stage else { return None };
        let (wanted, plan_id) = (self.wanted.clone()?, plan.plan_id.clone()?);
        self.stage = Stage::Applying { plan: plan.clone(), run_id: None, done: 0, misses: 0 };
        self.turn += 1;
        Some((self.turn, wanted, plan_id))
    }

    /// Takes what is known of the run.
    pub(super) fn heard(&mut self, turn: u32, answer: Result<RunReport, Problem>) -> Next {
        let Stage::Applying { run_id, done, misses, .. } = &mut self.stage else { return Next::Rest };
        if turn != self.turn {
            return Next::Rest;
        }
        match answer {
            Ok(run) if run.state == RunState::Running => {
                (*done, *misses) = (run.done, 0);
                Next::Look(run_id.insert(run.run_id).clone())
            }
            Ok(RunReport { state: RunState::Done | RunState::Cancelled, report: Some(report), .. }) => {
                self.stage = Stage::Done(Report(Arc::new(report)));
                Next::Complete
            }
            Ok(run) => self.refused(run.problem.unwrap_or_else(no_reason)),
            Err(problem) => match run_id {
                Some(run_id) if problem.code.retryable() && *misses < MOST_MISSES => {
                    *misses += 1;
                    Next::Look(run_id.clone())
                }
                _ => self.refused(problem),
            },
        }
    }

    /// A plan that is no longer true is made again; anything else is shown.
    fn refused(&mut self, problem: Problem) -> Next {
        let stale = problem.code == Code::PlanStale;
        self.stage = Stage::Refused(problem);
        match self.wanted.clone() {
            Some(wanted) if stale => Next::PlanAgain(wanted),
            _ => Next::Rest,
        }
    }
}

impl Deref for Report {
    type Target = BulkReport;

    fn deref(&self) -> &BulkReport {
        &self.0
    }
}

impl PartialEq for Report {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

fn no_reason() -> Problem {
    Problem::new(Code::Internal, "The run ended without saying what became of each customer.")
}

#[cfg(test)]
mod tests {
    use domain::timestamp::Timestamp;

    use super::super::samples::{faster, plan, wanted};
    use super::*;

    fn run(state: RunState, done: usize) -> RunReport {
        RunReport {
            run_id: "R1".to_owned(),
            kind: "stored".to_owned(),
            state,
            started_by: "nadia".to_owned(),
            started_at: Timestamp::from_unix(0),
            ended_at: None,
            totals: std::collections::BTreeMap::new(),
            done,
            total: 2,
            report: None,
            problem: None,
            router: None,
        }
    }

    fn planned() -> Sync {
        let mut sync = Sync::new();
        let turn = sync.plan(Some(wanted())).unwrap();
        sync.planned(turn, Ok(plan()));
        sync
    }

    fn applying() -> (Sync, u32) {
        let mut sync = planned();
        let (turn, ..) = sync.apply().unwrap();
        (sync, turn)
    }

    #[test]
    fn only_the_last_answer_counts() {
        let mut sync = Sync::new();
        let first = sync.plan(Some(wanted())).unwrap();
        let second = sync.plan(Some(Wanted { service: ServiceType::Hotspot, ..wanted() })).unwrap();
        assert_eq!(sync.still_wanted(first), None);
        assert_eq!(sync.still_wanted(second).unwrap().service, ServiceType::Hotspot);
        sync.planned(first, Ok(plan()));
        assert_eq!(sync.stage, Stage::Planning(None));
        sync.planned(second, Ok(plan()));
        assert!(matches!(sync.stage, Stage::Planned(_)));
    }

    #[test]
    fn the_plan_before_is_kept_in_sight_but_cannot_be_applied() {
        let mut sync = planned();
        sync.plan(Some(wanted())).unwrap();
        assert!(matches!(sync.stage, Stage::Planning(Some(_))));
        assert_eq!(sync.apply(), None);
        sync.plan(None).unwrap();
        assert_eq!(sync.stage, Stage::Planning(None));
    }

    #[test]
    fn exactly_the_plan_that_is_shown_is_carried_out_once() {
        let mut sync = planned();
        let (_, what, plan_id) = sync.apply().unwrap();
        assert_eq!((what, plan_id.as_str()), (wanted(), "P1"));
        assert_eq!(sync.apply(), None, "a second click does nothing");
        assert_eq!(sync.plan(Some(wanted())), None, "nor does an edit");
    }

    #[test]
    fn a_run_is_watched_until_every_customer_has_an_outcome() {
        let (mut sync, turn) = applying();
        assert_eq!(sync.heard(turn, Ok(run(RunState::Running, 1))), Next::Look("R1".to_owned()));
        assert!(matches!(sync.stage, Stage::Applying { done: 1, .. }));
        let end = RunReport { report: Some(plan()), ..run(RunState::Done, 2) };
        assert_eq!(sync.heard(turn, Ok(end.clone())), Next::Complete);
        assert!(matches!(sync.stage, Stage::Done(_)));
        assert_eq!(sync.heard(turn, Ok(end)), Next::Rest, "completion is told once");
    }

    #[test]
    fn an_edit_that_was_kept_leaves_the_outcome_in_sight() {
        let (mut sync, edited) = (Sync::new(), Wanted { packages: vec![faster()], ..wanted() });
        let turn = sync.plan(Some(edited.clone())).unwrap();
        sync.planned(turn, Ok(plan()));
        let (turn, ..) = sync.apply().unwrap();
        sync.heard(turn, Ok(RunReport { report: Some(plan()), ..run(RunState::Done, 2) }));
        assert_eq!(sync.follow(Some(wanted())), None, "the page read the package again");
        assert!(matches!(sync.stage, Stage::Done(_)));
        assert!(sync.follow(Some(edited)).is_some(), "another edit is planned");
        assert!(sync.follow(Some(wanted())).is_some(), "and so is taking it back");
    }

    #[test]
    fn a_stale_plan_is_made_again_whichever_way_it_is_told() {
        let stale = || Problem::new(Code::PlanStale, "moved");
        let (mut sync, turn) = applying();
        assert_eq!(sync.heard(turn, Err(stale())), Next::PlanAgain(wanted()));
        let (mut sync, turn) = applying();
        let failed = RunReport { problem: Some(stale()), ..run(RunState::Failed, 0) };
        assert_eq!(sync.heard(turn, Ok(failed)), Next::PlanAgain(wanted()));
        assert!(sync.plan(Some(wanted())).is_some());
    }

    #[test]
    fn a_lost_answer_is_asked_for_again_but_not_for_ever() {
        let lost = || Err(Problem::new(Code::Internal, "cannot be reached"));
        let (mut sync, turn) = applying();
        assert_eq!(sync.heard(turn, lost()), Next::Rest, "nobody knows the run's name");
        let (mut sync, turn) = applying();
        sync.heard(turn, Ok(run(RunState::Running, 1)));
        for _ in 0..MOST_MISSES {
            assert_eq!(sync.heard(turn, lost()), Next::Look("R1".to_owned()));
        }
        assert_eq!(sync.heard(turn, lost()), Next::Rest);
        assert!(matches!(sync.stage, Stage::Refused(_)));
    }

    #[test]
    fn a_refusal_says_why() {
        let (mut sync, turn) = applying();
        let problem = Problem::new(Code::RouterReadOnly, "read-only");
        assert_eq!(sync.heard(turn, Err(problem.clone())), Next::Rest);
        assert_eq!(sync.stage, Stage::Refused(problem));
        let (mut sync, turn) = applying();
        sync.heard(turn, Ok(run(RunState::Done, 2)));
        assert_eq!(sync.stage, Stage::Refused(no_reason()));
    }
}
