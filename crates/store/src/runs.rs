//! Bulk work that outlives the program: what was accepted, what was planned for each customer, and what became of it.

mod reads; // for who looks

use domain::{
    customer::ServiceType,
    wire::{
        BulkRow, DisconnectPolicy, PrunedRow, RunState, Warning,
        problem::{Code, Problem},
    },
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Store, StoreError,
    database::transaction,
    engine::Tx,
    pushed::owe_ends,
    sql::{ROWS_IN_ONE, sql},
};
pub use reads::{StoredItem, StoredOutcome, StoredRun};

/// A run that is accepted. From then on it is carried out, whatever happens to the program.
#[derive(Clone, Debug)]
pub struct NewRun {
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
    /// What is worth knowing of it.
    pub warnings: Vec<Warning>,
    /// The start of NetPilot that is at work on it.
    pub owner: String,
    /// Those that are to be worked on.
    pub items: Vec<NewItem>,
    /// Those for whom there is nothing to do, or nothing that can be done.
    pub settled: Vec<ItemOutcome>,
    /// Customers whose sessions must end for what will be written.
    pub owed: Vec<String>,
    /// Accounts that are to go, as they are told of where nobody gets to it.
    pub pruned: Vec<PrunedRow>,
}

/// A customer to work on.
#[derive(Clone, Debug)]
pub struct NewItem {
    /// Their place in the request.
    pub position: usize,
    /// Who.
    pub customer_id: String,
    /// What their row will be if all goes well.
    pub planned: BulkRow,
}

/// What became of one customer.
#[derive(Clone, Debug)]
pub struct ItemOutcome {
    /// Their place in the request.
    pub position: usize,
    /// What to tell of it.
    pub row: BulkRow,
    /// How often they were worked on.
    pub attempts: usize,
}

/// How a run ends.
#[derive(Clone, Debug)]
pub struct RunEnd {
    /// Done, cancelled or failed.
    pub state: RunState,
    /// Why it failed as a whole.
    pub problem: Option<Problem>,
    /// What is worth knowing of it.
    pub warnings: Vec<Warning>,
    /// Accounts that went with it.
    pub pruned: Vec<PrunedRow>,
}

/// A claim that was not renewed for so long is nobody's any more.
const CLAIM_MS: i64 = 15_000;

impl Store {
    /// Accepts a run, with all that is planned.
    ///
    /// # Errors
    /// The database refused: then there is no run, and nothing may be begun.
    pub async fn accept_run(&self, run: &NewRun, now_ms: i64) -> Result<(), StoreError> {
        let accept =
            "INSERT INTO run (id, kind, router_id, service_type, disconnect, operator_id, operator_name, state,
                                       warnings, pruned, total, created_ms, owner, claimed_ms)
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $13, $10, $11, $12, $11)";
        let total = run.items.len() + run.settled.len();
        transaction!(self, |tx| {
            sql(accept)
                .bind(&run.id)
                .bind(&run.kind)
                .bind(&run.router_id)
                .bind(run.service.name())
                .bind(json(&run.disconnect))
                .bind(&run.operator_id)
                .bind(&run.operator_name)
                .bind(json(&RunState::Running))
                .bind(json(&run.warnings))
                .bind(number(total))
                .bind(now_ms)
                .bind(&run.owner)
                .bind(json(&run.pruned))
                .run(&mut *tx)
                .await?;
            for items in run.items.chunks(ROWS_IN_ONE) {
                sql("INSERT INTO run_item (run_id, position, customer_id, planned, attempts) VALUES ")
                    .rows(items, |NewItem { position, customer_id, planned }| {
                        let place = number(*position).into();
                        [(&run.id).into(), place, customer_id.into(), json(planned).into(), 1.into()]
                    })
                    .run(&mut *tx)
                    .await?;
            }
            insert_outcomes(tx, &run.id, &run.settled, now_ms).await?;
            owe_ends(tx, &run.router_id, run.service, &run.owed, now_ms).await
        })
    }

    /// Keeps what became of customers of a run, as long as it is ours. Says whether it is.
    ///
    /// # Errors
    /// The database refused.
    pub async fn record_outcomes(
        &self,
        run_id: &str,
        owner: &str,
        outcomes: &[ItemOutcome],
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        transaction!(self, |tx| {
            let ours = is_ours(tx, run_id, owner).await?;
            if ours {
                insert_outcomes(tx, run_id, outcomes, now_ms).await?;
            }
            Ok(ours)
        })
    }

    /// Ends a run, as long as it is ours. What was planned is not needed any more.
    ///
    /// # Errors
    /// The database refused.
    pub async fn end_run(&self, run_id: &str, owner: &str, end: &RunEnd, now_ms: i64) -> Result<(), StoreError> {
        let RunEnd { state, problem, warnings, pruned } = end;
        let update = "UPDATE run SET state = $3, problem = $4, warnings = $5, pruned = $6, ended_ms = $7
                      WHERE id = $1 AND owner = $2";
        transaction!(self, |tx| {
            let row = sql(update).bind(run_id).bind(owner).bind(json(state)).bind(problem.as_ref().map(json));
            let ended = row.bind(json(warnings)).bind(json(pruned)).bind(now_ms).run(&mut *tx).await?;
            if ended > 0 {
                sql("DELETE FROM run_item WHERE run_id = $1").bind(run_id).run(tx).await?;
            }
            Ok(())
        })
    }

    /// Asks a run to end early. Says whether it is at work.
    ///
    /// # Errors
    /// The database refused.
    pub async fn ask_to_cancel(&self, run_id: &str) -> Result<bool, StoreError> {
        let ask = "UPDATE run SET cancel_asked = $2 WHERE id = $1 AND state = $3";
        transaction!(self, |tx| {
            let asked = sql(ask).bind(run_id).bind(true).bind(json(&RunState::Running)).run(tx).await?;
            Ok(asked > 0)
        })
    }

    /// Takes over the runs that nobody is at work on: those whose claim is old, and where no other program can be at
    /// work every one that is not ours. Gives their ids, the oldest first.
    ///
    /// # Errors
    /// The database refused.
    pub async fn take_over_runs(&self, router_id: &str, owner: &str, now_ms: i64) -> Result<Vec<String>, StoreError> {
        let take = "UPDATE run SET owner = $2, claimed_ms = $3
                    WHERE router_id = $1 AND state = $4 AND owner <> $2 AND claimed_ms < $5
                    RETURNING id, created_ms";
        let attempt = "UPDATE run_item SET attempts = attempts + 1
                       WHERE run_id = $1 AND NOT EXISTS (SELECT 1 FROM run_outcome
                             WHERE run_outcome.run_id = run_item.run_id AND run_outcome.position = run_item.position)";
        let claimed_before = if self.engine.is_ours_alone() { i64::MAX } else { now_ms - CLAIM_MS };
        transaction!(self, |tx| {
            let row = sql(take).bind(router_id).bind(owner).bind(now_ms);
            let row = row.bind(json(&RunState::Running)).bind(claimed_before);
            let mut taken: Vec<(String, i64)> = row.all(&mut *tx).await?;
            taken.sort_by(|one, other| (one.1, &one.0).cmp(&(other.1, &other.0)));
            for (id, _) in &taken {
                sql(attempt).bind(id).run(&mut *tx).await?;
            }
            Ok(taken.into_iter().map(|(id, _)| id).collect())
        })
    }

    /// Says that we are still at work on our runs. Gives those of them that somebody wants to end early.
    ///
    /// # Errors
    /// The database refused.
    pub async fn renew_claims(&self, owner: &str, now_ms: i64) -> Result<Vec<String>, StoreError> {
        let ours: Vec<(String, bool)> = sql("SELECT id, cancel_asked FROM run WHERE owner = $1 AND state = $2")
            .bind(owner)
            .bind(json(&RunState::Running))
            .all(&self.engine)
            .await?;
        if ours.is_empty() {
            return Ok(Vec::new());
        }
        let renew = "UPDATE run SET claimed_ms = $2 WHERE owner = $1 AND state = $3";
        transaction!(self, |tx| {
            sql(renew).bind(owner).bind(now_ms).bind(json(&RunState::Running)).run(tx).await?;
            Ok(())
        })?;
        Ok(ours.into_iter().filter(|(_, asked)| *asked).map(|(id, _)| id).collect())
    }

    /// Ends every run that is at work: the database is a copy, and what the runs were about is past.
    pub(crate) async fn give_up_runs(&self) -> Result<(), StoreError> {
        let detail = "The database was restored from a backup that was made while this run was at work. Plan again.";
        let problem = Problem { outcome_unknown: true, ..Problem::new(Code::Cancelled, detail) };
        let end = "UPDATE run SET state = $1, problem = $2, ended_ms = claimed_ms WHERE state = $3";
        transaction!(self, |tx| {
            let row = sql(end).bind(json(&RunState::Failed)).bind(json(&problem)).bind(json(&RunState::Running));
            row.run(&mut *tx).await?;
            sql("DELETE FROM run_item").run(tx).await?;
            Ok(())
        })
    }

    /// Runs of ours that are at work by what is stored, the oldest first.
    ///
    /// # Errors
    /// The database refused.
    pub async fn runs_of(&self, owner: &str) -> Result<Vec<String>, StoreError> {
        let ours = "SELECT id FROM run WHERE owner = $1 AND state = $2 ORDER BY created_ms, id";
        let ours: Vec<(String,)> = sql(ours).bind(owner).bind(json(&RunState::Running)).all(&self.engine).await?;
        Ok(ours.into_iter().map(|(id,)| id).collect())
    }

    /// Forgets runs that ended before a time, the oldest first and at most so many in one step. Says how many.
    ///
    /// # Errors
    /// The database refused.
    pub async fn forget_runs(&self, ended_before_ms: i64, at_most: i64) -> Result<u64, StoreError> {
        let forget = "DELETE FROM run WHERE id IN
                          (SELECT id FROM run WHERE ended_ms < $1 ORDER BY created_ms, id LIMIT $2)";
        transaction!(self, |tx| sql(forget).bind(ended_before_ms).bind(at_most).run(tx).await)
    }
}

async fn is_ours(tx: &mut Tx, run_id: &str, owner: &str) -> Result<bool, StoreError> {
    let ours = "SELECT EXISTS (SELECT 1 FROM run WHERE id = $1 AND owner = $2)";
    let (ours,): (bool,) = sql(ours).bind(run_id).bind(owner).one(tx).await?;
    Ok(ours)
}

/// The first outcome of a customer is the one that counts.
async fn insert_outcomes(tx: &mut Tx, run_id: &str, outcomes: &[ItemOutcome], now_ms: i64) -> Result<(), StoreError> {
    for outcomes in outcomes.chunks(ROWS_IN_ONE) {
        sql("INSERT INTO run_outcome (run_id, position, outcome, word, attempts, done_ms) VALUES ")
            .rows(outcomes, |ItemOutcome { position, row, attempts }| {
                let (place, attempts) = (number(*position).into(), number(*attempts).into());
                [run_id.into(), place, json(row).into(), row.word().into(), attempts, now_ms.into()]
            })
            .then(" ON CONFLICT (run_id, position) DO NOTHING")
            .run(&mut *tx)
            .await?;
    }
    Ok(())
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("reports are plain data")
}

fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

/// A place or a count, far below what a column takes.
fn number(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}
