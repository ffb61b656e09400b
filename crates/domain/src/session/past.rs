//! Sessions that were: who was online from when to when, and why it ended.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{customer::ServiceType, timestamp::Timestamp};

/// A session that was, or that still goes on. One that began while nobody watched has its true beginning, for the router
/// tells how long it lasts; one that began and ended meanwhile is not known at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PastSession {
    /// Name the customer dialled in with.
    pub username: String,
    /// The customer, where we knew whose it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// Their name, where we keep them still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// How they got online.
    pub service_type: ServiceType,
    /// The router they were on.
    pub router_id: String,
    /// The address they had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The device they came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller_id: Option<String>,
    /// When it began, by our clock and the router's uptime.
    pub started_at: Timestamp,
    /// When it ended; absent while it goes on. With a gap it is when it was last seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Bytes downloaded, as they were counted last; absent where they never were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_down: Option<u64>,
    /// Bytes uploaded, as they were counted last; absent where they never were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_up: Option<u64>,
    /// Why it ended; absent while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<EndReason>,
    /// Whether nobody watched when it ended, so that it may have lasted longer than is told here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gap: bool,
}

/// Sessions that were, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PastSessions {
    /// Them.
    pub items: Vec<PastSession>,
    /// Leads to older ones; nothing where these are the oldest.
    pub next_cursor: Option<String>,
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndReason {
    /// It ended at the customer's end or on the router, while we watched.
    HungUp,
    /// `NetPilot` ended it.
    Disconnected,
    /// The router started anew.
    RouterRestarted,
    /// It was gone when we looked again.
    Unknown,
}

impl EndReason {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::HungUp, Self::Disconnected, Self::RouterRestarted, Self::Unknown];

    /// How programs write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HungUp => "hung-up",
            Self::Disconnected => "disconnected",
            Self::RouterRestarted => "router-restarted",
            Self::Unknown => "unknown",
        }
    }
}

impl PastSession {
    /// How long it lasted, in seconds; nothing while it goes on.
    pub fn seconds(&self) -> Option<u64> {
        u64::try_from(self.ended_at?.as_unix() - self.started_at.as_unix()).ok()
    }
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Text that names no reason.
#[derive(Debug, thiserror::Error)]
#[error("no session ends for this reason")]
pub struct UnknownEndReason;

impl FromStr for EndReason {
    type Err = UnknownEndReason;

    fn from_str(text: &str) -> Result<Self, UnknownEndReason> {
        Self::ALL.into_iter().find(|reason| reason.name() == text).ok_or(UnknownEndReason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_spelt_alike_on_the_wire_and_on_disk() {
        for reason in EndReason::ALL {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.name());
            assert_eq!(reason.to_string().parse::<EndReason>().unwrap(), reason);
        }
        assert!("".parse::<EndReason>().is_err());
    }

    #[test]
    fn what_is_not_known_is_absent() {
        let session = PastSession {
            username: "ana".to_owned(),
            customer_id: None,
            customer_name: None,
            service_type: ServiceType::Pppoe,
            router_id: "default".to_owned(),
            address: None,
            caller_id: None,
            started_at: Timestamp::from_unix(1_767_604_364),
            ended_at: None,
            bytes_down: None,
            bytes_up: None,
            end_reason: None,
            gap: false,
        };
        let told = serde_json::json!({
            "username": "ana", "serviceType": "pppoe", "routerId": "default", "startedAt": "2026-01-05T09:12:44Z"
        });
        assert_eq!(serde_json::to_value(&session).unwrap(), told);
        assert_eq!(serde_json::from_value::<PastSession>(told).unwrap(), session);
        let ended = PastSession { ended_at: Some(Timestamp::from_unix(1_767_604_370)), gap: true, ..session };
        assert_eq!((ended.seconds(), serde_json::to_value(&ended).unwrap()["gap"].clone()), (Some(6), true.into()));
    }
}
