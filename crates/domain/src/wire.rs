//! What crosses HTTP: bodies as callers send them, reports as they get them.
//!
//! Names are those of the REST contract (camelCase); server functions carry the same shapes.

pub mod problem;
mod report;
mod request;

pub use report::{
    AccountFacts, ActionTaken, BulkReport, BulkRetry, BulkRow, BulkSummary, Check, Connection, CreatedProfile,
    DeletedUser, Disconnected, Explained, ExplainedBurst, FieldChange, Myself, ObjectChange, ProfileFacts,
    ProfilesReport, RawRow, Reappeared, RouterSaid, RowError, SessionsReport, SyncReport, SyncResult, SyncState,
    TestReport, UsersReport, Warning,
};
pub use request::{CustomerBody, DisconnectPolicy, PackageBody};
