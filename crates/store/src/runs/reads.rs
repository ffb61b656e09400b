//! Runs as those see them who look on, or go on with them.

use domain::{
    customer::ServiceType,
    wire::{BulkRow, DisconnectPolicy, PrunedRow, RunState, Warning, problem::Problem},
};
use serde::de::DeserializeOwned;
use sqlx::FromRow;

use super::{number, read};
use crate::{Store, StoreError, sql::sql};

/// A run as it is stored.
#[derive(Clone, Debug)]
pub struct StoredRun {
    /// Its id.
    pub id: String,
    /// What kind of work.
    pub kind: String,
    /// On which router.
    pub router_id: String,
    /// For which service.
    pub service: ServiceType,
    /// What becomes of live sessions.
    pub disconnect: DisconnectPolicy,
    /// Who asked for it, by id.
    pub operator_id: String,
    /// What they are called.
    pub operator_name: String,
    /// Where it stands.
    pub state: RunState,
    /// What is worth knowing of it.
    pub warnings: Vec<Warning>,
    /// Accounts that went with it.
    pub pruned: Vec<PrunedRow>,
    /// Why it failed as a whole.
    pub problem: Option<Problem>,
    /// Whether somebody wants it to end early.
    pub cancel_asked: bool,
    /// When it was accepted, in milliseconds since 1970.
    pub created_ms: i64,
    /// When it ended.
    pub ended_ms: Option<i64>,
    /// How many customers.
    pub total: usize,
    /// How many have an outcome, by its word.
    pub words: Vec<(String, usize)>,
}

/// A customer of a run who is to be worked on.
#[derive(Clone, Debug)]
pub struct StoredItem {
    /// Their place in the request.
    pub position: usize,
    /// Who.
    pub customer_id: String,
    /// What their row will be if all goes well.
    pub planned: BulkRow,
    /// How often they were worked on, this time included.
    pub attempts: usize,
}

/// What became of a customer.
#[derive(Clone, Debug)]
pub struct StoredOutcome {
    /// Their place in the request.
    pub position: usize,
    /// What to tell of it.
    pub row: BulkRow,
    /// How often they were worked on.
    pub attempts: usize,
    /// When it was known, in milliseconds since 1970.
    pub done_ms: i64,
}

#[derive(FromRow)]
struct RunRow {
    id: String,
    kind: String,
    router_id: String,
    service_type: String,
    disconnect: String,
    operator_id: String,
    operator_name: String,
    state: String,
    warnings: String,
    pruned: String,
    problem: Option<String>,
    cancel_asked: bool,
    total: i64,
    created_ms: i64,
    ended_ms: Option<i64>,
}

#[derive(FromRow)]
struct ItemRow {
    position: i64,
    customer_id: String,
    planned: String,
    attempts: i64,
}

#[derive(FromRow)]
struct OutcomeRow {
    position: i64,
    outcome: String,
    attempts: i64,
    done_ms: i64,
}

impl Store {
    /// One run.
    ///
    /// # Errors
    /// The database refused, or the row is damaged.
    pub async fn run(&self, id: &str) -> Result<Option<StoredRun>, StoreError> {
        let row: Option<RunRow> = sql("SELECT * FROM run WHERE id = $1").bind(id).optional(&self.engine).await?;
        match row {
            Some(row) => Ok(Some(self.with_counts(row).await?)),
            None => Ok(None),
        }
    }

    /// The latest runs, those before one (its time and id) where it is given.
    ///
    /// # Errors
    /// The database refused, or a row is damaged.
    pub async fn runs(&self, before: Option<(i64, String)>, at_most: usize) -> Result<Vec<StoredRun>, StoreError> {
        let (time, id) = before.unwrap_or((i64::MAX, String::new()));
        let page = "SELECT * FROM run WHERE created_ms < $1 OR (created_ms = $1 AND id < $2)
                    ORDER BY created_ms DESC, id DESC LIMIT $3";
        let rows: Vec<RunRow> = sql(page).bind(time).bind(id).bind(number(at_most)).all(&self.engine).await?;
        let mut runs = Vec::with_capacity(rows.len());
        for row in rows {
            runs.push(self.with_counts(row).await?);
        }
        Ok(runs)
    }

    /// The customers of a run who have no outcome yet, in the order of the request.
    ///
    /// # Errors
    /// The database refused, or a row is damaged.
    pub async fn open_items(&self, run_id: &str) -> Result<Vec<StoredItem>, StoreError> {
        let open = "SELECT position, customer_id, planned, attempts FROM run_item
                    WHERE run_id = $1 AND NOT EXISTS (SELECT 1 FROM run_outcome
                          WHERE run_outcome.run_id = run_item.run_id AND run_outcome.position = run_item.position)
                    ORDER BY position";
        let rows: Vec<ItemRow> = sql(open).bind(run_id).all(&self.engine).await?;
        let item = |ItemRow { position, customer_id, planned, attempts }: ItemRow| {
            let planned = read_or(&planned, "plan", run_id)?;
            Ok(StoredItem { position: count(position), customer_id, planned, attempts: count(attempts) })
        };
        rows.into_iter().map(item).collect()
    }

    /// What became of the customers of a run from a place on, in the order of the request; only those of one word where
    /// it is named.
    ///
    /// # Errors
    /// The database refused, or a row is damaged.
    pub async fn outcomes(
        &self,
        run_id: &str,
        word: Option<&str>,
        from: usize,
        at_most: usize,
    ) -> Result<Vec<StoredOutcome>, StoreError> {
        let page = "SELECT position, outcome, attempts, done_ms FROM run_outcome
                    WHERE run_id = $1 AND position >= $2 AND ($3 = '' OR word = $3)
                    ORDER BY position LIMIT $4";
        let page = sql(page).bind(run_id).bind(number(from)).bind(word.unwrap_or_default()).bind(number(at_most));
        let rows: Vec<OutcomeRow> = page.all(&self.engine).await?;
        let read = |OutcomeRow { position, outcome, attempts, done_ms }: OutcomeRow| {
            let row = read_or(&outcome, "outcome", run_id)?;
            Ok(StoredOutcome { position: count(position), row, attempts: count(attempts), done_ms })
        };
        rows.into_iter().map(read).collect()
    }

    async fn with_counts(&self, row: RunRow) -> Result<StoredRun, StoreError> {
        let counts = "SELECT word, count(*) FROM run_outcome WHERE run_id = $1 GROUP BY word ORDER BY word";
        let words: Vec<(String, i64)> = sql(counts).bind(&row.id).all(&self.engine).await?;
        let words = words.into_iter().map(|(word, rows)| (word, count(rows))).collect();
        let RunRow { id, kind, router_id, operator_id, operator_name, cancel_asked, created_ms, ended_ms, .. } = row;
        Ok(StoredRun {
            service: row.service_type.parse().map_err(|_| damaged("service type", &id))?,
            disconnect: read_or(&row.disconnect, "disconnect", &id)?,
            state: read_or(&row.state, "state", &id)?,
            warnings: read_or(&row.warnings, "warnings", &id)?,
            pruned: read_or(&row.pruned, "pruned accounts", &id)?,
            problem: row.problem.map(|problem| read_or(&problem, "problem", &id)).transpose()?,
            total: count(row.total),
            id,
            kind,
            router_id,
            operator_id,
            operator_name,
            cancel_asked,
            created_ms,
            ended_ms,
            words,
        })
    }
}

fn read_or<T: DeserializeOwned>(text: &str, what: &str, run_id: &str) -> Result<T, StoreError> {
    read(text).ok_or_else(|| damaged(what, run_id))
}

fn damaged(what: &str, run_id: &str) -> StoreError {
    StoreError::Damaged { what: format!("{what} of run {run_id}") }
}

/// What is counted is never negative.
fn count(number: i64) -> usize {
    usize::try_from(number).unwrap_or_default()
}
