//! What is on the router, and what became of one thing there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::RowError;
use crate::{
    customer::{Password, ServiceType},
    rate_limit::Rates,
    session::Session,
    timestamp::Timestamp,
};

/// A row as RouterOS prints it, with our typed members beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RawRow<T> {
    /// Our words.
    pub netpilot: T,
    /// The router's: `.id`, kebab-case, strings.
    #[serde(flatten)]
    pub row: BTreeMap<String, String>,
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

/// Who is online, as much of it as a page begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OnlineReport {
    /// When this was read.
    pub as_of: Timestamp,
    /// How many are online by this service.
    pub total: usize,
    /// How many of them match.
    pub matching: usize,
    /// A page of those, by username.
    pub sessions: Vec<Session>,
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

/// An account that was enabled, disabled or given a new password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangedUser {
    /// In words.
    pub message: String,
    /// Its name.
    pub username: String,
    /// Which service.
    pub service_type: ServiceType,
    /// Whether it lets nobody in.
    pub disabled: bool,
    /// Whose it is, by its marker.
    pub customer_id: String,
    /// Sessions that were ended.
    pub sessions_disconnected: usize,
}

/// An account with a new password: the only answer that shows one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResetPassword {
    /// Which account.
    #[serde(flatten)]
    pub user: ChangedUser,
    /// The password.
    #[serde(serialize_with = "crate::wire::request::expose_one")]
    pub password: Password,
    /// Whether we made it.
    pub generated: bool,
}

/// What became of many sessions that were to end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DisconnectedMany {
    /// In words.
    pub message: String,
    /// Which service.
    pub service_type: ServiceType,
    /// The counts.
    pub summary: DisconnectSummary,
    /// One for each.
    pub results: Vec<DisconnectedOne>,
}

/// Counts of sessions that were to end. `removed + errors = total`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DisconnectSummary {
    /// Sessions that were meant.
    pub total: usize,
    /// Those that were seen to be gone.
    pub removed: usize,
    /// The others.
    pub errors: usize,
}

/// What became of one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DisconnectedOne {
    /// The router's id of it.
    pub session_id: String,
    /// Whose it was, where it was there.
    pub username: Option<String>,
    /// Whether it was seen to be gone.
    pub success: bool,
    /// In words.
    pub message: String,
    /// What the customer did then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Reappeared>,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<RowError>,
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
