//! Where the router and our store disagree, and what became of a choice about it.

use serde::{Deserialize, Serialize};

use super::{ObjectChange, RowError, SyncState};
use crate::{customer::ServiceType, timestamp::Timestamp};

/// Accounts of one service, and customers who should have one: each once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DriftReport {
    /// Which service.
    pub service_type: ServiceType,
    /// Those that were asked for, by username.
    pub items: Vec<DriftRecord>,
    /// Where to go on; nothing, as the list is answered whole.
    pub next_cursor: Option<String>,
    /// How many were asked for.
    pub total: usize,
    /// How many there are of each state, whatever was asked for.
    pub counts: DriftCounts,
    /// Which router.
    pub router_id: String,
    /// When it was read.
    pub as_of: Timestamp,
}

/// How many rows are in each state. Those that are ignored are counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DriftCounts {
    /// The router holds what we mean it to hold.
    pub in_sync: usize,
    /// It holds something else.
    pub differs: usize,
    /// It holds nothing.
    pub missing: usize,
    /// It holds what is not ours.
    pub foreign: usize,
    /// Nobody can compare.
    pub unknown: usize,
    /// Somebody chose not to see them until they change.
    pub ignored: usize,
}

/// One account of the router, one customer of ours, or both where they are each other's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DriftRecord {
    /// The customer's username; the account's name where no customer has it.
    pub username: String,
    /// Which service.
    pub service_type: ServiceType,
    /// Which router.
    pub router_id: String,
    /// How router and store compare.
    pub state: SyncState,
    /// The customer of that username; else whom the account's marker names, also where we do not have them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// What differs, or what a foreign account holds.
    pub fields: Vec<DriftField>,
    /// Whether somebody chose not to see it; it has not changed since.
    pub ignored: bool,
    /// Why the state is what it is, where it does not speak for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What was seen of it, in a hash: sent back with a choice, the choice is about exactly this.
    pub fingerprint: String,
}

/// A property, and what both sides say of it. Of a password both are absent: it only differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriftField {
    /// `profile`, `secret` or `hotspot-user`.
    pub object: String,
    /// RouterOS's name of the property.
    pub field: String,
    /// What we mean it to be.
    pub want: Option<String>,
    /// What the router holds.
    pub have: Option<String>,
}

/// A choice about drift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DriftAction {
    /// The account becomes ours, and its values those of its customer.
    Adopt,
    /// Our intent is written onto the account.
    Overwrite,
    /// It is not shown until it changes.
    Ignore,
    /// The account is deleted and its sessions end.
    Remove,
}

/// What became of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DriftOutcome {
    /// It is ours now.
    Adopted,
    /// It holds what we mean it to hold.
    Overwritten,
    /// It is hidden until it changes.
    Ignored,
    /// It is gone.
    Removed,
    /// There was nothing to do.
    Unchanged,
    /// It could not be done; the error says why.
    Failed,
}

/// What became of one row, in the order of the request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DriftResolved {
    /// Which.
    pub username: String,
    /// Of which service.
    pub service_type: ServiceType,
    /// Whether it went well.
    pub success: bool,
    /// What became of it.
    pub outcome: DriftOutcome,
    /// In words.
    pub message: String,
    /// Whose it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// What changed on the router.
    pub changes: Vec<ObjectChange>,
    /// Sessions that were ended.
    pub sessions_disconnected: usize,
    /// How router and store compare now; absent where the row is gone or could not be read again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<SyncState>,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<RowError>,
}

/// The answer to choices about drift.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResolvedReport {
    /// What was asked for.
    pub action: DriftAction,
    /// One for each row of the request.
    pub items: Vec<DriftResolved>,
    /// How many.
    pub total: usize,
    /// How many of them failed.
    pub failed: usize,
    /// Which router.
    pub router_id: String,
}

impl DriftCounts {
    /// Counts one row.
    pub fn add(&mut self, state: SyncState, ignored: bool) {
        let count = match state {
            _ if ignored => &mut self.ignored,
            SyncState::InSync => &mut self.in_sync,
            SyncState::Differs => &mut self.differs,
            SyncState::Missing => &mut self.missing,
            SyncState::Foreign => &mut self.foreign,
            SyncState::Unknown => &mut self.unknown,
        };
        *count += 1;
    }
}
