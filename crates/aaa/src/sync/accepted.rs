//! A run: accepted in the store before anything is written, worked on, and gone on with by the next start of NetPilot
//! where this one dies.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use domain::{
    role::{Operator, Origin, Role},
    sync::SyncPlan,
    wire::{
        BulkReport, RunReport, RunState,
        problem::{Code, Problem},
    },
};
use futures_util::FutureExt;
use store::{ItemOutcome, NewItem, NewRun, RunEnd, StoredItem, StoredRun};
use tokio::time::sleep;

use super::{
    Asked, Done, Prepared, Request, carry_out, owed, prune,
    recorder::{Expected, Ledger, Recorder},
    report,
};
use crate::{Services, runs::Progress, trouble};

/// A router that cannot be reached when a run is gone on with is tried again, at first after so long, then after twice as
/// long each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// Then its customers have that for an outcome.
const TRIES: u32 = 10;

/// A run that is in the store, and not worked on yet.
pub(super) struct Accepted {
    pub(super) run_id: String,
    prepared: Prepared,
    progress: Progress,
    /// By the row of the plan; none for those who have their outcome.
    expected: Vec<Option<Expected>>,
}

impl Services {
    /// Observes, plans, keeps, and accepts. Nothing was written to the router yet.
    pub(super) async fn accept(&self, operator: &Operator, request: Request, kind: &str) -> Result<Accepted, Problem> {
        let disconnect = request.disconnect;
        let prepared = self.prepare_and_keep(request).await?;
        let run_id = format!("run_{}", uuid::Uuid::now_v7().simple());
        let plan = &prepared.plan;
        let (mut items, mut settled, mut expected) = (Vec::new(), Vec::new(), Vec::new());
        let rows = carry_out::planned(plan).into_iter().zip(&prepared.bodies).enumerate();
        for (position, (planned, body)) in rows {
            let is_open = is_open(plan, position);
            let customer_id = planned.as_ref().ok().map(|row| row.customer.id.to_string());
            let row = report::row(body, planned, false);
            match customer_id {
                Some(customer_id) if is_open => {
                    items.push(NewItem { position, customer_id, planned: row });
                    expected.push(Some(Expected { position, body: body.clone(), planned: None, attempts: 1 }));
                }
                _ => {
                    settled.push(ItemOutcome { position, row, attempts: 0 });
                    expected.push(None);
                }
            }
        }
        let hides_passwords = plan.hides_passwords && !items.is_empty();
        let run = NewRun {
            id: run_id.clone(),
            kind: kind.to_owned(),
            router_id: self.router()?.id.to_owned(),
            service: prepared.service,
            disconnect,
            operator_id: operator.id.clone(),
            operator_name: operator.username.clone(),
            warnings: hides_passwords.then(report::passwords_hidden).into_iter().collect(),
            owner: self.runs.owner.clone(),
            items,
            settled,
            owed: owed(plan),
            pruned: prune::not_reached(&prepared.prune),
        };
        let progress = Progress::default();
        self.runs.begin(&run_id, progress.clone());
        if let Err(error) = self.store.accept_run(&run, self.clock.now_ms()).await {
            self.runs.end(&run_id);
            return Err(trouble::of_store(error));
        }
        Ok(Accepted { run_id, prepared, progress, expected })
    }

    /// Works on a run to its end, also where the work panics.
    pub(super) async fn work(&self, operator: &Operator, accepted: Accepted) -> Result<BulkReport, Problem> {
        let run_id = accepted.run_id.clone();
        let ended = self.work_on(operator, accepted).await;
        // Only now: whoever looks on knows how far it is until the store says that it has ended.
        self.runs.end(&run_id);
        ended?;
        self.bulk_report(&self.stored_run(&run_id).await?).await
    }

    async fn work_on(&self, operator: &Operator, accepted: Accepted) -> Result<(), Problem> {
        let Accepted { run_id, prepared, progress, expected } = accepted;
        let _working = self.runs.working().await;
        let ledger = Ledger {
            store: self.store.clone(),
            clock: Arc::clone(&self.clock),
            run_id: run_id.clone(),
            owner: self.runs.owner.clone(),
            progress: progress.clone(),
            expected,
        };
        let recorder = Recorder::start(ledger);
        let work = self.carry_out(operator, prepared, progress.clone(), Some(recorder.told()));
        let done = AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_| {
            tracing::error!(run_id, "A run panicked");
            let detail = "Something went wrong here, maybe after some rows were written. The log says more.";
            Err(Problem { outcome_unknown: true, ..Problem::new(Code::Internal, detail) })
        });
        let written_down = recorder.finish().await;
        // It is ours to end only where everything is written down; the next start goes on with it else.
        written_down.map_err(|problem| Problem { outcome_unknown: true, ..problem })?;
        let run = self.stored_run(&run_id).await?;
        let end = match &done {
            Ok(Done { pruned, .. }) => RunEnd {
                state: ended_state(&progress),
                problem: None,
                warnings: run.warnings,
                // One that was taken up again prunes nothing, and says so.
                pruned: if pruned.is_empty() { run.pruned } else { pruned.clone() },
            },
            Err(problem) => {
                let open = self.store.open_items(&run_id).await.map_err(trouble::of_store)?;
                self.record_given_up(&run_id, open, problem).await?;
                let (state, problem) = (RunState::Failed, Some(problem.clone()));
                RunEnd { state, problem, warnings: run.warnings, pruned: run.pruned }
            }
        };
        let now = self.clock.now_ms();
        self.store.end_run(&run_id, &self.runs.owner, &end, now).await.map_err(trouble::of_store)?;
        done.map(drop)
    }

    /// Begins to work on a run, for a caller who does not wait.
    pub(super) async fn begin(self: &Arc<Self>, operator: &Operator, accepted: Accepted) -> Result<RunReport, Problem> {
        let report = self.stored_run(&accepted.run_id).await.map(|run| self.told(&run));
        let (services, operator) = (Arc::clone(self), operator.clone());
        // Whatever failed just now: what is accepted is worked on.
        tokio::spawn(async move {
            let run_id = accepted.run_id.clone();
            if let Err(problem) = services.work(&operator, accepted).await {
                tracing::warn!(run_id, %problem, "A run could not be carried out");
            }
        });
        report
    }

    /// Goes on with a run that an earlier start of NetPilot left.
    pub(crate) async fn go_on(self: Arc<Self>, run_id: String) {
        if let Err(problem) = self.try_to_go_on(&run_id).await {
            self.runs.end(&run_id);
            tracing::error!(run_id, %problem, "Could not go on with a run");
        }
    }

    async fn try_to_go_on(&self, run_id: &str) -> Result<(), Problem> {
        let run = self.stored_run(run_id).await?;
        let items = self.store.open_items(run_id).await.map_err(trouble::of_store)?;
        let progress = Progress::default();
        progress.add(run.total - items.len());
        self.runs.begin(run_id, progress.clone());
        if run.cancel_asked {
            self.stop_run(run_id);
        }
        match self.prepare_again(&run, &items, &progress).await {
            Ok(prepared) => {
                let bodies = prepared.bodies.clone();
                let expected = items.into_iter().zip(bodies).map(|(item, body)| {
                    let StoredItem { position, customer_id: _, planned, attempts } = item;
                    Some(Expected { position, body, planned: Some(planned), attempts })
                });
                let expected = expected.collect();
                let accepted = Accepted { run_id: run_id.to_owned(), prepared, progress, expected };
                self.work(&operator_of(&run), accepted).await.map(drop)
            }
            Err(problem) => self.give_up(&run, items, &problem, &progress).await,
        }
    }

    /// Plans what is left of a run from what the router holds now.
    async fn prepare_again(
        &self,
        run: &StoredRun,
        items: &[StoredItem],
        progress: &Progress,
    ) -> Result<Prepared, Problem> {
        let ids = items.iter().map(|item| item.customer_id.clone()).collect();
        let request = Request {
            asked: Asked::Stored { ids, packages: Vec::new() },
            service: run.service,
            disconnect: run.disconnect,
            dry_run: false,
            plan_id: None,
            prune: None,
        };
        let mut pause = FIRST_PAUSE;
        for _ in 1..TRIES {
            if let Some(problem) = progress.stopped() {
                return Err(problem.clone());
            }
            match self.prepare_and_keep(request.clone()).await {
                Err(problem) if problem.code.retryable() => tracing::warn!(run_id = run.id, %problem, "A run waits"),
                prepared => return prepared,
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        self.prepare_and_keep(request).await
    }

    /// Nothing more can be done for a run that broke off. What was written before that, nobody could look at.
    async fn give_up(
        &self,
        run: &StoredRun,
        items: Vec<StoredItem>,
        problem: &Problem,
        progress: &Progress,
    ) -> Result<(), Problem> {
        self.record_given_up(&run.id, items, problem).await?;
        let (warnings, pruned) = (run.warnings.clone(), run.pruned.clone());
        let end = RunEnd { state: ended_state(progress), problem: None, warnings, pruned };
        let (owner, now) = (&self.runs.owner, self.clock.now_ms());
        let ended = self.store.end_run(&run.id, owner, &end, now).await.map_err(trouble::of_store);
        self.runs.end(&run.id);
        ended
    }

    /// Whoever has no outcome yet may have been written or not, and why nobody looked.
    async fn record_given_up(&self, run_id: &str, items: Vec<StoredItem>, problem: &Problem) -> Result<(), Problem> {
        let detail = format!("The work broke off, and nobody could look what was written. {}", problem.detail);
        let problem = &Problem { code: Code::OutcomeUnknown, detail, outcome_unknown: true, ..problem.clone() };
        let outcome = |StoredItem { position, customer_id, planned, attempts }: StoredItem| ItemOutcome {
            position,
            row: report::given_up(&planned, customer_id, problem),
            attempts,
        };
        let outcomes: Vec<_> = items.into_iter().map(outcome).collect();
        let (owner, now) = (&self.runs.owner, self.clock.now_ms());
        self.store.record_outcomes(run_id, owner, &outcomes, now).await.map(drop).map_err(trouble::of_store)
    }
}

/// Whether there is something to do for a row.
fn is_open(plan: &SyncPlan, at: usize) -> bool {
    plan.rows[at].as_ref().is_ok_and(|step| !plan.is_written(step) || !step.ends.is_empty())
}

fn ended_state(progress: &Progress) -> RunState {
    match progress.stopped() {
        Some(Problem { code: Code::Cancelled, .. }) => RunState::Cancelled,
        _ => RunState::Done,
    }
}

/// A run belongs to the product: it goes on with the rights it was accepted with.
fn operator_of(run: &StoredRun) -> Operator {
    Operator {
        id: run.operator_id.clone(),
        username: run.operator_name.clone(),
        email: String::new(),
        role: Role::AdminStaff,
        origin: Origin::default(),
    }
}
