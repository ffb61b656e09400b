//! The router, as a connection test finds it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::timestamp::Timestamp;

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
