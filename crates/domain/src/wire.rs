//! What crosses HTTP: bodies as callers send them, reports as they get them.
//!
//! Names are those of the REST contract (camelCase); server functions carry the same shapes.

pub mod problem;
mod record;
mod report;
mod request;

pub use record::{
    AccountFate, AddedCustomer, ComparedField, ComparedObject, Comparison, CustomerRecord, CustomersReport,
    DeletedCustomer, PackageEdit, PackageRecord,
};
pub use report::{
    AccountFacts, ActionTaken, AuditObject, AuditOutcome, AuditRecord, AuditReport, BulkReport, BulkRetry, BulkRow,
    BulkSummary, ChangeKind, ChangedUser, Check, Connection, CreatedProfile, DeletedUser, DisconnectSummary,
    Disconnected, DisconnectedMany, DisconnectedOne, DriftAction, DriftCounts, DriftField, DriftOutcome, DriftRecord,
    DriftReport, DriftResolved, EndingSession, Explained, ExplainedBurst, FieldChange, Myself, ObjectChange,
    OnlineReport, ProfileFacts, ProfilesReport, PrunedRow, RawRow, Reappeared, ResetPassword, ResolvedReport,
    RouterAtWork, RouterSaid, RowError, RunReport, RunResults, RunRow, RunState, RunsReport, SessionsReport,
    SyncReport, SyncResult, SyncState, TestReport, UsersReport, Warning,
};
pub use request::{CustomerBody, DisconnectPolicy, PackageBody};
