//! Reports as callers get them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{customer::ServiceType, rate_limit::Rates, role::Permission, session::Session, timestamp::Timestamp};

/// A row as RouterOS prints it, with our typed members beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RawRow<T> {
    /// Our words.
    pub netpilot: T,
    /// The router's: `.id`, kebab-case, strings.
    #[serde(flatten)]
    pub row: BTreeMap<String, String>,
}

/// The router's own words about a refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouterSaid {
    /// The command it refused, without its arguments.
    pub command: String,
    /// The category of its answer, where it gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<u8>,
    /// Its message.
    pub message: String,
}

/// One step of reaching a router.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// resolve, tcp, tls, login, rights, version or clock.
    pub name: String,
    /// Whether it went well.
    pub ok: bool,
    /// Whether there was nothing to do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub skipped: bool,
    /// What was found, and what to do where it failed, with the RouterOS command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Policies the router's user has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub have: Option<Vec<String>>,
    /// Policies it lacks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<String>>,
    /// How far the router's clock is from ours, in seconds; positive when it is ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skew_seconds: Option<i64>,
}

/// Something worth knowing that stops nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What it is.
    pub code: String,
    /// In words.
    pub detail: String,
}

/// The answer to a connection test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestReport {
    /// In words.
    pub message: String,
    /// The same, where the original had it.
    pub connection: Connection,
    /// The router's facts, in one row.
    pub system_info: Vec<BTreeMap<String, String>>,
    /// The router's own name.
    pub identity: String,
    /// Which router.
    pub router_id: String,
    /// Whether it may be written to.
    pub read_only: bool,
    /// How long a round trip took, in milliseconds.
    pub latency_ms: u64,
    /// Whether the line is encrypted.
    pub tls: bool,
    /// When this was seen.
    pub as_of: Timestamp,
    /// Every step.
    pub checks: Vec<Check>,
    /// What could be better.
    pub warnings: Vec<Warning>,
}

/// Whether the router answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// It did.
    pub success: bool,
    /// In words.
    pub message: String,
}

/// Whether a router holds what we mean it to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncState {
    /// It does.
    InSync,
    /// It holds something else.
    Differs,
    /// It holds nothing.
    Missing,
    /// It is not ours.
    Foreign,
    /// We have nothing stored to compare with.
    Unknown,
}

/// Our words about an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "four independent facts, each a member of the contract")]
pub struct AccountFacts {
    /// Whether it bears our marker.
    pub managed: bool,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// Whether it may dial in.
    pub enabled: bool,
    /// Whether it is dialled in now.
    pub online: bool,
    /// Whether it has a password. The password itself is never shown.
    pub has_password: bool,
    /// Whether it is what it should be.
    pub sync: SyncState,
    /// Which router.
    pub router_id: String,
}

/// Accounts of one service on a router.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsersReport {
    /// In words.
    pub message: String,
    /// Which service.
    pub service_type: ServiceType,
    /// Rows in this answer.
    pub count: usize,
    /// The rows.
    pub users: Vec<RawRow<AccountFacts>>,
    /// Rows that match.
    pub total: usize,
    /// Where to go on; nothing while lists are answered whole.
    pub next_cursor: Option<String>,
    /// Which router.
    pub router_id: String,
    /// When this was read.
    pub as_of: Timestamp,
    /// Whether it is older than it should be.
    pub stale: bool,
}

/// Sessions on a router.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionsReport {
    /// In words.
    pub message: String,
    /// `pppoe`, `hotspot` or `all`.
    pub service_type: String,
    /// Rows in this answer.
    pub count: usize,
    /// The rows.
    pub sessions: Vec<RawRow<Session>>,
    /// Rows that match.
    pub total: usize,
    /// Where to go on; nothing while lists are answered whole.
    pub next_cursor: Option<String>,
    /// Which router.
    pub router_id: String,
    /// When this was read.
    pub as_of: Timestamp,
    /// Whether it is older than it should be.
    pub stale: bool,
}

/// Our words about a profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileFacts {
    /// Whether it is the profile of a package of ours.
    pub managed: bool,
    /// That package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_name: Option<String>,
    /// Its speed in bit/s; absent where it has no limit or one we cannot read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Explained>,
    /// Accounts that use it.
    pub users: usize,
    /// Whether it is what it should be.
    pub sync: SyncState,
}

/// A rate limit in true figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Explained {
    /// Both directions.
    #[serde(flatten)]
    pub rates: Rates,
    /// The burst above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burst: Option<ExplainedBurst>,
}

/// A burst in true figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedBurst {
    /// Both directions.
    #[serde(flatten)]
    pub rates: Rates,
    /// How long it lasts for a customer who was idle, in seconds.
    pub seconds: f64,
}

/// Profiles of one service on a router.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfilesReport {
    /// In words.
    pub message: String,
    /// Which service.
    pub service_type: ServiceType,
    /// Rows in this answer.
    pub count: usize,
    /// The rows.
    pub profiles: Vec<RawRow<ProfileFacts>>,
    /// Rows that match.
    pub total: usize,
    /// Where to go on; nothing while lists are answered whole.
    pub next_cursor: Option<String>,
    /// Which router.
    pub router_id: String,
    /// When this was read.
    pub as_of: Timestamp,
    /// Whether it is older than it should be.
    pub stale: bool,
}

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
    pub generated_password: Option<String>,
    /// What changed on the router.
    pub changes: Vec<ObjectChange>,
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
    /// A stored plan; none yet.
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
    /// A stored plan; none yet.
    pub plan_id: Option<String>,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// Whether some rows failed.
    pub partial: bool,
    /// The customers to send again.
    pub retry: BulkRetry,
}

/// The customers whose rows failed.
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
    /// What changed on the router.
    pub changes: Vec<ObjectChange>,
    /// Whether a password was made; it is never in this answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub password_generated: bool,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<RowError>,
}

/// Why a row failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// A code of the catalogue.
    pub code: super::problem::Code,
    /// Whether trying again can help.
    pub retryable: bool,
    /// The router's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routeros: Option<RouterSaid>,
}

/// An account that was removed, or would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeletedUser {
    /// In words.
    pub message: String,
    /// Whose.
    pub username: String,
    /// Which service.
    pub service_type: ServiceType,
    /// Whether it is gone; false in a dry run.
    pub deleted: bool,
    /// Sessions that were ended.
    pub sessions_disconnected: usize,
    /// Whether nothing was written.
    pub dry_run: bool,
}

/// A session, or all of a user's, that were ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Disconnected {
    /// In words.
    pub message: String,
    /// The router's id of it; absent when all of a user's were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// Which service.
    pub service_type: ServiceType,
    /// Whose.
    pub username: String,
    /// How many.
    pub removed: usize,
    /// Whether they were seen to be gone.
    pub verified: bool,
    /// What the customer did then.
    pub after: Reappeared,
}

/// What a customer did after the session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reappeared {
    /// A new session was seen within 5 s.
    Reconnected,
    /// None was.
    Away,
    /// Nobody looked.
    Unknown,
}

/// The operator of a session and what they may do, as the console and `GET /api/users/me` show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Myself {
    /// Who.
    #[serde(flatten)]
    pub operator: crate::role::Operator,
    /// What they may do.
    pub permissions: Vec<Permission>,
}
