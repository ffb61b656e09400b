//! Bulk work that goes on after its caller was answered. Runs live in memory: a restart forgets them, and the next plan
//! starts from what the router holds.

use std::{
    collections::VecDeque,
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use domain::wire::{
    BulkReport, RouterAtWork, RunReport, RunState,
    problem::{Code, Problem},
};
use futures_util::FutureExt;

use crate::outside::Clock;

/// How long a run is known after its end.
const KEPT_MS: i64 = 15 * 60 * 1000;
/// Beyond so many, the oldest that ended are forgotten before their time.
const MOST_KEPT: usize = 100;

/// How many rows have their outcome, and how the router bears it; shared by who works and who looks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress(Arc<Told>);

#[derive(Debug, Default)]
struct Told {
    done: AtomicUsize,
    router: Mutex<Option<RouterAtWork>>,
}

/// Runs in the order in which they began.
#[derive(Debug, Default)]
pub(crate) struct Runs(Mutex<VecDeque<Run>>);

#[derive(Debug)]
struct Run {
    id: String,
    total: usize,
    progress: Progress,
    end: Option<End>,
}

#[derive(Debug)]
struct End {
    at_ms: i64,
    outcome: Result<BulkReport, Problem>,
}

impl Progress {
    /// So many rows more.
    pub(crate) fn add(&self, rows: usize) {
        self.0.done.fetch_add(rows, Ordering::Relaxed);
    }

    /// How many commands are in flight at most.
    pub(crate) fn tell_window(&self, width: usize) {
        self.router().get_or_insert_default().window = Some(width);
    }

    /// How busy the router is, in percent of its CPU.
    pub(crate) fn tell_load(&self, percent: u64) {
        self.router().get_or_insert_default().cpu_load = Some(percent);
    }

    fn done(&self) -> usize {
        self.0.done.load(Ordering::Relaxed)
    }

    fn router(&self) -> MutexGuard<'_, Option<RouterAtWork>> {
        self.0.router.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Runs {
    /// A new run, at work on so many rows.
    pub(crate) fn begin(&self, total: usize, progress: Progress, clock: &dyn Clock) -> RunReport {
        let run = Run { id: format!("run_{}", uuid::Uuid::now_v7().simple()), total, progress, end: None };
        let report = run.report();
        let mut runs = self.lock();
        runs.push_back(run);
        forget(&mut runs, clock.now_ms());
        report
    }

    /// Does the work of a run and keeps what became of it, also where the work panics.
    pub(crate) async fn see_through(
        &self,
        run_id: &str,
        clock: &dyn Clock,
        work: impl Future<Output = Result<BulkReport, Problem>>,
    ) {
        let outcome = AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_| {
            tracing::error!(run_id, "A run panicked");
            let detail = "Something went wrong here, maybe after some rows were written. The log says more.";
            Err(Problem { outcome_unknown: true, ..Problem::new(Code::Internal, detail) })
        });
        let mut runs = self.lock();
        if let Some(run) = runs.iter_mut().find(|run| run.id == run_id) {
            run.end = Some(End { at_ms: clock.now_ms(), outcome });
        }
    }

    /// Where a run stands.
    ///
    /// # Errors
    /// There is none of this id, or none any more.
    pub(crate) fn report(&self, run_id: &str, clock: &dyn Clock) -> Result<RunReport, Problem> {
        let mut runs = self.lock();
        forget(&mut runs, clock.now_ms());
        let run = runs.iter().find(|run| run.id == run_id);
        let not_found = || {
            let detail = "There is no such run, or it ended more than 15 minutes ago, or NetPilot was started anew.";
            Problem::new(Code::RunNotFound, detail)
        };
        run.map(Run::report).ok_or_else(not_found)
    }

    /// A panic while somebody held it leaves runs that are still worth looking at.
    fn lock(&self) -> MutexGuard<'_, VecDeque<Run>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Run {
    fn report(&self) -> RunReport {
        let Self { id, total, progress, end } = self;
        let (state, report, problem) = match end {
            None => (RunState::Running, None, None),
            Some(End { outcome: Ok(report), .. }) => (RunState::Done, Some(report.clone()), None),
            Some(End { outcome: Err(problem), .. }) => (RunState::Failed, None, Some(problem.clone())),
        };
        let (done, router) = (progress.done(), *progress.router());
        RunReport { run_id: id.clone(), state, done, total: *total, report, problem, router }
    }
}

/// Those that ended long ago, and the oldest of too many. A run at work is never forgotten.
fn forget(runs: &mut VecDeque<Run>, now_ms: i64) {
    runs.retain(|run| run.end.as_ref().is_none_or(|end| now_ms < end.at_ms + KEPT_MS));
    let mut surplus = runs.len().saturating_sub(MOST_KEPT);
    runs.retain(|run| {
        let goes = surplus > 0 && run.end.is_some();
        surplus -= usize::from(goes);
        !goes
    });
}

#[cfg(test)]
mod tests {
    use std::{future::ready, sync::atomic::AtomicI64};

    use super::*;

    #[derive(Default)]
    struct ByHand(AtomicI64);

    impl Clock for ByHand {
        fn now_ms(&self) -> i64 {
            self.0.load(Ordering::Relaxed)
        }
    }

    fn refused() -> impl Future<Output = Result<BulkReport, Problem>> {
        ready(Err(Problem::new(Code::RouterUnreachable, "No line.")))
    }

    #[tokio::test]
    async fn a_panic_is_a_run_that_failed_with_a_problem() {
        let (runs, clock) = (Runs::default(), ByHand::default());
        let id = runs.begin(3, Progress::default(), &clock).run_id;
        runs.see_through(&id, &clock, async { panic!("a test panics on purpose") }).await;
        let report = runs.report(&id, &clock).unwrap();
        assert_eq!((report.state, report.done, report.total), (RunState::Failed, 0, 3));
        let problem = report.problem.unwrap();
        assert_eq!((problem.code, problem.outcome_unknown), (Code::Internal, true));
        assert!(!problem.detail.contains("on purpose"));
    }

    #[tokio::test]
    async fn a_run_is_known_for_fifteen_minutes_after_its_end_however_long_it_took() {
        let (runs, clock) = (Runs::default(), ByHand::default());
        let id = runs.begin(1, Progress::default(), &clock).run_id;
        clock.0.store(10 * KEPT_MS, Ordering::Relaxed);
        assert_eq!(runs.report(&id, &clock).unwrap().state, RunState::Running);
        runs.see_through(&id, &clock, refused()).await;
        clock.0.store(11 * KEPT_MS - 1, Ordering::Relaxed);
        assert_eq!(runs.report(&id, &clock).unwrap().state, RunState::Failed);
        clock.0.store(11 * KEPT_MS, Ordering::Relaxed);
        assert_eq!(runs.report(&id, &clock).unwrap_err().code, Code::RunNotFound);
    }

    #[tokio::test]
    async fn of_too_many_the_oldest_that_ended_goes_and_none_at_work() {
        let (runs, clock) = (Runs::default(), ByHand::default());
        let begin = || runs.begin(1, Progress::default(), &clock).run_id;
        let (working, ended) = (begin(), begin());
        runs.see_through(&ended, &clock, refused()).await;
        let later: Vec<_> = (2..MOST_KEPT).map(|_| begin()).collect();
        assert!(runs.report(&ended, &clock).is_ok(), "there is room for {MOST_KEPT}");
        begin();
        assert_eq!(runs.report(&ended, &clock).unwrap_err().code, Code::RunNotFound);
        begin();
        assert!([&working, &later[0]].iter().all(|id| runs.report(id, &clock).is_ok()));
    }
}
