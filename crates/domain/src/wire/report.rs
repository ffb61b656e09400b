//! Reports as callers get them.

mod audit; // who did what
mod drift; // where router and store disagree
mod lists; // what is on the router
mod router; // the router itself
mod run; // bulk work
mod sync; // what a sync did

use serde::{Deserialize, Serialize};

use crate::role::{Operator, Permission};
pub use audit::{AuditObject, AuditOutcome, AuditRecord, AuditReport};
pub use drift::{
    DriftAction, DriftCounts, DriftField, DriftOutcome, DriftRecord, DriftReport, DriftResolved, ResolvedReport,
};
pub use lists::{
    AccountFacts, ChangedUser, DeletedUser, DisconnectSummary, Disconnected, DisconnectedMany, DisconnectedOne,
    Explained, ExplainedBurst, OnlineReport, ProfileFacts, ProfilesReport, RawRow, Reappeared, ResetPassword,
    SessionsReport, SyncState, UsersReport,
};
pub use router::{Check, Connection, RouterSaid, TestReport, Warning};
pub use run::{RouterAtWork, RunReport, RunResults, RunRow, RunState, RunsReport};
pub use sync::{
    ActionTaken, BulkReport, BulkRetry, BulkRow, BulkSummary, ChangeKind, CreatedProfile, EndingSession, FieldChange,
    ObjectChange, PrunedRow, RowError, SyncReport, SyncResult,
};

/// The operator of a session and what they may do, as the console and `GET /api/users/me` show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Myself {
    /// Who.
    #[serde(flatten)]
    pub operator: Operator,
    /// What they may do.
    pub permissions: Vec<Permission>,
}
