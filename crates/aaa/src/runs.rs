//! Bulk work that goes on after its caller was answered, and after a restart. What is accepted is in the store before
//! anything is written to a router; what became of each customer is there as soon as it is known.

mod progress; // how far one is

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use domain::{
    role::{Operator, Permission},
    timestamp::Timestamp,
    wire::{
        BulkReport, RunReport, RunResults, RunRow, RunState, RunsReport,
        problem::{Code, Problem},
    },
};
pub(crate) use progress::Progress;
use store::{StoredOutcome, StoredRun};
use tokio::sync::{RwLock, RwLockReadGuard};

use crate::{
    Services,
    audit::{Act, Told},
    outside::Chance,
    services::check,
    sync::report_of,
    trouble,
};

/// Runs are forgotten so long after their end.
const KEPT_MS: i64 = 30 * 24 * 3600 * 1000;
/// So many at a time.
const FORGOTTEN_AT_ONCE: i64 = 20;
/// How often we say that we are still at work. A claim holds three times as long.
const RENEW_EVERY: Duration = Duration::from_secs(5);
/// After so many renewals we look for what others left, and for what is old.
const LOOK_EVERY: u32 = 12;
/// The most runs or rows in one page.
pub const MOST_IN_A_PAGE: usize = 1000;

/// The runs that this start of NetPilot is at work on.
#[derive(Debug)]
pub(crate) struct Runs {
    /// Names this start.
    pub(crate) owner: String,
    at_work: Mutex<HashMap<String, Progress>>,
    /// Shared by whoever works on one.
    working: RwLock<()>,
}

impl Runs {
    pub(crate) fn new(chance: &dyn Chance) -> Self {
        let owner = BASE64.encode(&chance.bytes()[..9]);
        Self { owner, at_work: Mutex::default(), working: RwLock::default() }
    }

    /// Held while somebody works on a run.
    pub(crate) async fn working(&self) -> RwLockReadGuard<'_, ()> {
        self.working.read().await
    }

    /// Waits until nobody does.
    pub(crate) async fn finish(&self) {
        drop(self.working.write().await);
    }

    pub(crate) fn begin(&self, run_id: &str, progress: Progress) {
        self.lock().insert(run_id.to_owned(), progress);
    }

    pub(crate) fn end(&self, run_id: &str) {
        self.lock().remove(run_id);
    }

    fn is_at_work(&self, run_id: &str) -> bool {
        self.lock().contains_key(run_id)
    }

    fn progress_of(&self, run_id: &str) -> Option<Progress> {
        self.lock().get(run_id).cloned()
    }

    /// A panic while somebody held it leaves a map that is still good.
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Progress>> {
        self.at_work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Services {
    /// Where a run stands, with what became of each customer once it has ended.
    ///
    /// # Errors
    /// The operator may not, or there is no such run.
    pub async fn run(&self, operator: &Operator, run_id: &str) -> Result<RunReport, Problem> {
        check(operator, Permission::Sync)?;
        // Looked at first: what the store says afterwards is no older.
        let progress = self.runs.progress_of(run_id);
        let run = self.stored_run(run_id).await?;
        let report = match run.state {
            RunState::Running => None,
            RunState::Done | RunState::Cancelled | RunState::Failed => Some(self.bulk_report(&run).await?),
        };
        Ok(RunReport { report, ..told(&run, progress.as_ref()) })
    }

    /// The latest runs, without their rows.
    ///
    /// # Errors
    /// The operator may not, or the cursor is none of ours.
    pub async fn runs(&self, operator: &Operator, cursor: Option<&str>, limit: usize) -> Result<RunsReport, Problem> {
        check(operator, Permission::Sync)?;
        let before = cursor.map(|cursor| read_cursor(cursor).ok_or_else(bad_cursor)).transpose()?;
        let limit = limit.clamp(1, MOST_IN_A_PAGE);
        let runs = self.store.runs(before, limit + 1).await.map_err(trouble::of_store)?;
        let next_cursor =
            (runs.len() > limit).then(|| &runs[limit - 1]).map(|run| format!("{}.{}", run.created_ms, run.id));
        Ok(RunsReport { items: runs.iter().take(limit).map(|run| self.told(run)).collect(), next_cursor })
    }

    /// What became of the customers of a run, in the order of the request; those of one outcome where it is named.
    ///
    /// # Errors
    /// The operator may not, there is no such run, or the cursor is none of ours.
    pub async fn run_results(
        &self,
        operator: &Operator,
        run_id: &str,
        outcome: Option<&str>,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<RunResults, Problem> {
        check(operator, Permission::Sync)?;
        let from = cursor.map_or(Ok(0), |cursor| cursor.parse().map_err(|_| bad_cursor()))?;
        let limit = limit.clamp(1, MOST_IN_A_PAGE);
        let run = self.stored_run(run_id).await?;
        let rows = self.store.outcomes(run_id, outcome, from, limit + 1).await.map_err(trouble::of_store)?;
        let next_cursor = rows.get(limit).map(|row| row.position.to_string());
        let row = |StoredOutcome { row, attempts, done_ms, .. }| RunRow { row, attempts, at: time(done_ms) };
        Ok(RunResults { items: rows.into_iter().take(limit).map(row).collect(), next_cursor, total: run.total })
    }

    /// Ends a run early: what is in flight is finished, what was written is seen through, the rest is not begun. One that
    /// has ended stays as it is.
    ///
    /// # Errors
    /// The operator may not, or there is no such run.
    pub async fn cancel_run(&self, operator: &Operator, run_id: &str) -> Result<RunReport, Problem> {
        let act = Act::new("run.cancel", "run", Some(run_id));
        self.audited(operator, Permission::Sync, act, self.end_run_early(operator, run_id), |_| Told::default()).await
    }

    async fn end_run_early(&self, operator: &Operator, run_id: &str) -> Result<RunReport, Problem> {
        let run = self.stored_run(run_id).await?;
        if self.store.ask_to_cancel(run_id).await.map_err(trouble::of_store)? {
            tracing::info!(operator = %operator.username, run_id, "Cancels a run");
            self.stop_run(run_id);
        }
        Ok(self.told(&run))
    }

    /// The run's work ends, if it is at work here.
    pub(crate) fn stop_run(&self, run_id: &str) {
        if let Some(progress) = self.runs.progress_of(run_id) {
            let detail = "The run was cancelled before this customer was written.";
            progress.stop(Problem::new(Code::Cancelled, detail));
        }
    }

    /// Goes on with runs that an earlier start of NetPilot left, or another that died; and does so as long as the server
    /// lives.
    pub async fn tend_runs(self: Arc<Self>) {
        for round in 0_u32.. {
            if round.is_multiple_of(LOOK_EVERY)
                && let Err(problem) = self.look_after_runs().await
            {
                tracing::error!(%problem, "Could not look for runs that were left");
            }
            tokio::time::sleep(RENEW_EVERY).await;
            match self.store.renew_claims(&self.runs.owner, self.clock.now_ms()).await {
                Ok(cancelled) => cancelled.iter().for_each(|run_id| self.stop_run(run_id)),
                Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "Could not renew our claims"),
            }
        }
    }

    async fn look_after_runs(self: &Arc<Self>) -> Result<(), Problem> {
        let now = self.clock.now_ms();
        let Some(router) = &self.router else { return Ok(()) };
        let left = self.store.take_over_runs(router.id, &self.runs.owner, now).await.map_err(trouble::of_store)?;
        // Of ours, those whose work broke off: their outcomes could not be written down, or the store failed in between.
        let ours = self.store.runs_of(&self.runs.owner).await.map_err(trouble::of_store)?;
        let broken_off = ours.into_iter().filter(|run_id| !left.contains(run_id) && !self.runs.is_at_work(run_id));
        for run_id in broken_off.chain(left.iter().cloned()).collect::<Vec<_>>() {
            tracing::info!(run_id, "Goes on with a run that was left");
            self.runs.begin(&run_id, Progress::default());
            tokio::spawn(Arc::clone(self).go_on(run_id));
        }
        self.store.forget_runs(now - KEPT_MS, FORGOTTEN_AT_ONCE).await.map_err(trouble::of_store)?;
        Ok(())
    }

    pub(crate) async fn stored_run(&self, run_id: &str) -> Result<StoredRun, Problem> {
        let run = self.store.run(run_id).await.map_err(trouble::of_store)?;
        let detail = "There is no such run, or it ended more than 30 days ago.";
        run.ok_or_else(|| Problem::new(Code::RunNotFound, detail))
    }

    /// What became of everybody in a run that has ended.
    pub(crate) async fn bulk_report(&self, run: &StoredRun) -> Result<BulkReport, Problem> {
        let rows = self.store.outcomes(&run.id, None, 0, run.total).await.map_err(trouble::of_store)?;
        Ok(report_of(run, rows.into_iter().map(|outcome| outcome.row).collect()))
    }

    /// Where a run stands, its rows left out.
    pub(crate) fn told(&self, run: &StoredRun) -> RunReport {
        told(run, self.runs.progress_of(&run.id).as_ref())
    }
}

fn told(run: &StoredRun, progress: Option<&Progress>) -> RunReport {
    let known: usize = run.words.iter().map(|(_, rows)| rows).sum();
    let progress = progress.filter(|_| run.state == RunState::Running);
    RunReport {
        run_id: run.id.clone(),
        kind: run.kind.clone(),
        state: run.state,
        started_by: run.operator_name.clone(),
        started_at: time(run.created_ms),
        ended_at: run.ended_ms.map(time),
        totals: run.words.iter().cloned().collect(),
        done: progress.map_or(known, Progress::done),
        total: run.total,
        report: None,
        problem: run.problem.clone(),
        router: progress.and_then(Progress::router),
    }
}

fn time(ms: i64) -> Timestamp {
    Timestamp::from_unix(ms / 1000)
}

/// Time and id of the last run of a page.
fn read_cursor(cursor: &str) -> Option<(i64, String)> {
    let (time, id) = cursor.split_once('.')?;
    Some((time.parse().ok()?, id.to_owned()))
}

fn bad_cursor() -> Problem {
    Problem::member(Code::InvalidParameter, "cursor", "This cursor is none of ours: begin without one.")
}
