//! Bulk work: how far it is, and what became of each customer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{BulkReport, BulkRow};
use crate::{timestamp::Timestamp, wire::problem::Problem};

/// One bulk piece of work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunReport {
    /// Which.
    pub run_id: String,
    /// Which kind: `sync`, of customers as a program sent them, `stored`, or `retry`.
    pub kind: String,
    /// Where it stands.
    pub state: RunState,
    /// Who asked for it.
    pub started_by: String,
    /// When.
    pub started_at: Timestamp,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// How many customers came to what: created, updated, unchanged, skipped, failed.
    pub totals: BTreeMap<String, usize>,
    /// Customers with an outcome.
    pub done: usize,
    /// Customers in all.
    pub total: usize,
    /// What became of each, once it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<BulkReport>,
    /// Why it could not go on, where it failed as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// How the router bears it, once it was written to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub router: Option<RouterAtWork>,
}

/// Runs, the latest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunsReport {
    /// One page of them, without their rows.
    pub items: Vec<RunReport>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// What became of the customers of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunResults {
    /// One page of them, in the order of the request.
    pub items: Vec<RunRow>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// How many customers the run has.
    pub total: usize,
}

/// What became of one customer, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunRow {
    /// The row of the report.
    pub row: BulkRow,
    /// How often they were worked on.
    pub attempts: usize,
    /// When it was known.
    pub at: Timestamp,
}

/// How a router bears what is written to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RouterAtWork {
    /// How busy its CPU was when it was last asked, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_load: Option<u64>,
    /// How many commands are in flight at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<usize>,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunState {
    /// At work.
    Running,
    /// Every row has its outcome.
    Done,
    /// Somebody ended it early. Every row has its outcome, and some were not written.
    Cancelled,
    /// It could not go on. Rows may have been written where the problem says that the outcome is unknown.
    Failed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_tells_nothing_of_the_router_is_read_and_one_that_does_says_so() {
        let told = r#"{"runId":"run_1","kind":"sync","state":"running","startedBy":"nadia","startedAt":"2026-01-05T09:12:44Z","totals":{"created":1},"done":1,"total":2}"#;
        let run: RunReport = serde_json::from_str(told).unwrap();
        assert_eq!((run.router, serde_json::to_string(&run).unwrap().as_str()), (None, told));
        let router = Some(RouterAtWork { cpu_load: Some(91), window: Some(8) });
        let told = serde_json::to_value(RunReport { router, ..run }).unwrap();
        assert_eq!(told["router"], serde_json::json!({ "cpuLoad": 91, "window": 8 }));
    }
}
