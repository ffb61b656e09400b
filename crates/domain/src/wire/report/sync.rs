//! What a sync did, or would do.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Explained, RouterSaid, Warning};
use crate::{
    customer::{Password, ServiceType},
    wire::problem::Code,
};

/// A profile made, changed, or found as it should be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreatedProfile {
    /// In words.
    pub message: String,
    /// The package's name.
    pub package: String,
    /// Which service.
    pub service_type: ServiceType,
    /// What we want the profile to be.
    pub profile: BTreeMap<String, String>,
    /// What was done.
    pub action: ActionTaken,
    /// Each property that changed.
    pub changes: Vec<FieldChange>,
    /// The speed in true figures; absent where no limit is sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explain: Option<Explained>,
    /// Whether nothing was written.
    pub dry_run: bool,
}

/// What was done to one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActionTaken {
    /// It was not there.
    Created,
    /// It was there and differed.
    Updated,
    /// It was as it should be.
    Unchanged,
    /// Nothing, because of an error.
    None,
}

/// What a plan means for one customer, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// An account is made.
    Create,
    /// It gets another name.
    Rename,
    /// It may dial in again.
    Enable,
    /// It may not dial in any more.
    Disable,
    /// Something else of it changes, or of its profile, or a session ends that may not be.
    Update,
    /// Everything is as it should be.
    Unchanged,
    /// It cannot be planned.
    Problem,
}

/// One property that changes. A password is never shown, only that it changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FieldChange {
    /// A secret.
    Secret {
        /// RouterOS's name of the property.
        field: String,
        /// That it changes.
        changed: bool,
    },
    /// Anything else.
    Value {
        /// RouterOS's name of the property.
        field: String,
        /// What the router held.
        before: Option<String>,
        /// What it holds then.
        after: Option<String>,
    },
}

/// One row of the router that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectChange {
    /// `profile`, `secret` or `hotspot-user`.
    pub object: String,
    /// Its name.
    pub name: String,
    /// `create`, `update` or `rename`.
    pub action: String,
    /// Its properties.
    pub fields: Vec<FieldChange>,
}

/// A live session that has to end for a change to reach the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EndingSession {
    /// The router's id of it.
    pub session_id: String,
    /// Who dialled in.
    pub username: String,
    /// The property whose change it does not notice by itself, by RouterOS's name.
    pub because_of: String,
}

/// What became of one customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncResult {
    /// It went well.
    pub success: bool,
    /// In words.
    pub message: String,
    /// 1 where the account was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<u8>,
    /// 1 where something was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<u8>,
    /// 1 where there was nothing to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unchanged: Option<u8>,
    /// The same in one word.
    pub action: ActionTaken,
    /// Whether it was read back from the router and found as planned.
    pub verified: bool,
    /// Sessions that were ended.
    pub sessions_disconnected: usize,
    /// A password made for this account, shown this once.
    #[serde(serialize_with = "crate::wire::request::expose")]
    pub generated_password: Option<Password>,
    /// What changed on the router.
    pub changes: Vec<ObjectChange>,
    /// Sessions that end for it.
    #[serde(default)]
    pub disconnects: Vec<EndingSession>,
}

/// The answer to a sync of one customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncReport {
    /// In words.
    pub message: String,
    /// What became of it.
    pub result: SyncResult,
    /// The customer's name.
    pub customer: String,
    /// The package's name.
    pub package: String,
    /// Which service.
    pub service_type: ServiceType,
    /// Which router.
    pub router_id: String,
    /// The plan's fingerprint: sent back, exactly this plan is carried out, or refused as stale. Absent once written.
    pub plan_id: Option<String>,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// What is worth knowing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// The answer to a sync of many customers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkReport {
    /// In words.
    pub message: String,
    /// The counts.
    pub summary: BulkSummary,
    /// One row for each customer of the request, in its order.
    pub results: Vec<BulkRow>,
    /// Which service.
    pub service_type: ServiceType,
    /// Which router.
    pub router_id: String,
    /// The plan's fingerprint: sent back, exactly this plan is carried out, or refused as stale. Absent once written.
    pub plan_id: Option<String>,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// Whether some rows failed.
    pub partial: bool,
    /// The run that this was; absent in a dry run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<String>,
    /// The customers to send again.
    pub retry: BulkRetry,
    /// What is worth knowing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// Accounts that went because the list was whole and named nobody for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pruned: Vec<PrunedRow>,
}

/// An account of ours that nobody was listed for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrunedRow {
    /// Its name.
    pub username: String,
    /// Whose it was, by its marker.
    pub customer_id: String,
    /// Whether it was seen to be gone; false in a dry run.
    pub removed: bool,
    /// Sessions that were ended.
    pub sessions_disconnected: usize,
    /// In words.
    pub message: String,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<RowError>,
}

/// The customers whose rows failed, or whose sessions go on.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BulkRetry {
    /// Their ids.
    pub only: Vec<String>,
}

/// Counts of a bulk sync. `created + updated + errors + unchanged + skipped = total`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkSummary {
    /// Rows of the request.
    pub total: usize,
    /// Accounts made.
    pub created: usize,
    /// Accounts changed.
    pub updated: usize,
    /// Rows that failed.
    pub errors: usize,
    /// Rows with nothing to do.
    pub unchanged: usize,
    /// Rows not reached.
    pub skipped: usize,
    /// Sessions ended.
    pub disconnected: usize,
    /// Accounts that nobody was listed for, removed.
    #[serde(default)]
    pub removed: usize,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
}

/// What became of one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkRow {
    /// The customer's name, as sent.
    pub customer: String,
    /// It went well.
    pub success: bool,
    /// In words.
    pub message: String,
    /// The customer's id, as sent.
    pub customer_id: Option<String>,
    /// The username it came to.
    pub username: Option<String>,
    /// What was done.
    pub action: ActionTaken,
    /// What was planned, in a word.
    pub kind: ChangeKind,
    /// What changed on the router.
    pub changes: Vec<ObjectChange>,
    /// Sessions that end for it.
    #[serde(default)]
    pub disconnects: Vec<EndingSession>,
    /// Sessions that were ended.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub sessions_disconnected: usize,
    /// Sessions that should have ended with it and go on as before.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub sessions_left: usize,
    /// Whether a password was made; it is never in this answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub password_generated: bool,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<RowError>,
}

impl BulkRow {
    /// What became of it in a word: created, updated, unchanged, skipped or failed.
    pub fn word(&self) -> &'static str {
        match (&self.error, self.action) {
            (Some(RowError { code: Code::Cancelled, .. }), _) => "skipped",
            (Some(_), _) | (None, ActionTaken::None) => "failed",
            (None, ActionTaken::Created) => "created",
            (None, ActionTaken::Updated) => "updated",
            (None, ActionTaken::Unchanged) => "unchanged",
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out a reference")]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Why a row failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// A code of the catalogue.
    pub code: Code,
    /// Whether trying again can help.
    pub retryable: bool,
    /// The router's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routeros: Option<RouterSaid>,
}
