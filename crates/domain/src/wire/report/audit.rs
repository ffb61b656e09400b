//! Who did what.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::timestamp::Timestamp;

/// One page of the audit, the latest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditReport {
    /// Its rows.
    pub items: Vec<AuditRecord>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// One thing that somebody did, or tried to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditRecord {
    /// Its id.
    pub id: String,
    /// When it came to an end; when it began, where no end is known.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// Their role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The address they called from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What they did: `customer.update`, `session.disconnect`, and so on.
    pub action: String,
    /// To what.
    pub object: AuditObject,
    /// Which customer it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// What it was before; of a record what differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What it was after. A password is only said to have changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// What came of it.
    pub outcome: AuditOutcome,
    /// Why not, by the code of the problem.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The run that it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<String>,
}

/// What was acted on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditObject {
    /// `customer`, `package`, `account`, `profile`, `session`, `router`, `run` or `operator`.
    pub kind: String,
    /// Which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// What came of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuditOutcome {
    /// It was done.
    Done,
    /// They may not.
    Refused,
    /// It could not be done.
    Failed,
    /// It was begun, and nobody knows what came of it: NetPilot ended in the middle, or it is still at work.
    Begun,
}
