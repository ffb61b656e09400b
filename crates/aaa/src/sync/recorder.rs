//! What becomes of a run's customers is written down beside the work, some at a time.

use std::{sync::Arc, time::Duration};

use domain::wire::{BulkRow, CustomerBody, problem::Problem};
use store::{ItemOutcome, Store, StoreError};
use tokio::{
    sync::mpsc,
    task::JoinHandle,
    time::{Instant, sleep, timeout_at},
};

use super::{
    carry_out::{Row, Tell},
    report,
};
use crate::{outside::Clock, runs::Progress, trouble};

/// Rows are written when so many wait, or when the first has waited for so long.
const MOST_AT_ONCE: usize = 1000;
const PATIENCE: Duration = Duration::from_millis(100);
/// A store that is busy or full is tried again so often, each time after twice as long.
const TRIES: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// A customer who is worked on.
pub(super) struct Expected {
    /// Their place in the request.
    pub(super) position: usize,
    /// As they were sent.
    pub(super) body: CustomerBody,
    /// What an earlier start of NetPilot had planned for them.
    pub(super) planned: Option<BulkRow>,
    /// How often they were worked on, this time included.
    pub(super) attempts: usize,
}

/// Where outcomes go.
pub(super) struct Ledger {
    pub(super) store: Store,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) run_id: String,
    pub(super) owner: String,
    /// Stopped where nothing more can be written down.
    pub(super) progress: Progress,
    /// By the row of the plan; none for those who have their outcome.
    pub(super) expected: Vec<Option<Expected>>,
}

/// Writes down what it is told.
pub(super) struct Recorder {
    told: Tell,
    writing: JoinHandle<Result<(), Problem>>,
}

impl Recorder {
    pub(super) fn start(ledger: Ledger) -> Self {
        let (told, listens) = mpsc::unbounded_channel();
        Self { told, writing: tokio::spawn(ledger.write(listens)) }
    }

    pub(super) fn told(&self) -> Tell {
        self.told.clone()
    }

    /// Waits until everything it was told is in the store.
    ///
    /// # Errors
    /// It could not be written down.
    pub(super) async fn finish(self) -> Result<(), Problem> {
        drop(self.told);
        self.writing.await.unwrap_or_else(|panicked| {
            tracing::error!(%panicked, "Outcomes could not be written down");
            Err(trouble::internal())
        })
    }
}

impl Ledger {
    async fn write(self, mut listens: mpsc::UnboundedReceiver<(usize, Result<Row, Problem>)>) -> Result<(), Problem> {
        while let Some(first) = listens.recv().await {
            let mut rows = vec![first];
            let until = Instant::now() + PATIENCE;
            while rows.len() < MOST_AT_ONCE
                && let Ok(Some(next)) = timeout_at(until, listens.recv()).await
            {
                rows.push(next);
            }
            let outcomes: Vec<_> = rows.into_iter().filter_map(|(at, row)| self.outcome(at, row)).collect();
            self.record(&outcomes).await?;
        }
        Ok(())
    }

    fn outcome(&self, at: usize, row: Result<Row, Problem>) -> Option<ItemOutcome> {
        let Expected { position, body, planned, attempts } = self.expected.get(at)?.as_ref()?;
        let now = report::row(body, row, false);
        let row = planned.as_ref().map_or_else(|| now.clone(), |planned| report::taken_up(planned, now.clone()));
        Some(ItemOutcome { position: *position, row, attempts: *attempts })
    }

    /// What cannot be written down stops the work: nothing more is begun whose outcome would be lost.
    async fn record(&self, outcomes: &[ItemOutcome]) -> Result<(), Problem> {
        let mut pause = FIRST_PAUSE;
        for tried in 1.. {
            let now = self.clock.now_ms();
            match self.store.record_outcomes(&self.run_id, &self.owner, outcomes, now).await {
                Ok(true) => return Ok(()),
                Ok(false) => {
                    let problem = trouble::taken_over();
                    self.progress.stop(problem.clone());
                    return Err(problem);
                }
                Err(error @ StoreError::Full(_)) if tried < TRIES => {
                    self.progress.stop(trouble::of_store(error));
                }
                // It passes, as a rule; the work need not stop for it.
                Err(error @ (StoreError::Busy(_) | StoreError::Conflict(_))) if tried < TRIES => {
                    drop(trouble::of_store(error));
                }
                Err(error) => {
                    let problem = trouble::of_store(error);
                    self.progress.stop(problem.clone());
                    return Err(problem);
                }
            }
            sleep(pause).await;
            pause *= 2;
        }
        Ok(())
    }
}
