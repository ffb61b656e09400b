//! Who is online, and how a live view of it is kept true: a list, then changes.
//!
//! Server and browser run the same [`Sessions::apply`], so that what a viewer sees is what the server knows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{customer::ServiceType, timestamp::Timestamp};
pub use past::{EndReason, PastSession, PastSessions, UnknownEndReason};

/// One customer online, in our words. Directions are the customer's: the router's *rx* is their upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// `<routerId>/<serviceType>/<.id>`: ids of PPP and hotspot rows may be equal.
    pub key: String,
    /// Name the customer dialled in with.
    pub username: String,
    /// How they got online.
    pub service_type: ServiceType,
    /// The customer, where the account bears our marker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// Their name, where we keep them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// Their package, where we keep them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// The address they have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The device they come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mac_address: Option<String>,
    /// When the session began, by our clock and the router's uptime.
    pub started_at: Timestamp,
    /// How long it lasts, in seconds.
    pub uptime_seconds: u64,
    /// Bytes downloaded in this session; absent where the router does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_down: Option<u64>,
    /// Bytes uploaded in this session; absent where the router does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_up: Option<u64>,
    /// Download now in bit/s; absent until it was counted twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_down_bps: Option<u64>,
    /// Upload now in bit/s; absent until it was counted twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_up_bps: Option<u64>,
    /// Over how many milliseconds the rates were measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_window_ms: Option<u64>,
    /// The limit this very session runs under, from its queue; absent where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<String>,
    /// Whether that limit is the package's; absent where either is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matches_package: Option<bool>,
    /// Whether the device hides its real MAC address.
    pub random_mac: bool,
    /// The router they are on.
    pub router_id: String,
}

/// What many sessions carry together, in bit/s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Download.
    pub rate_down_bps: u64,
    /// Upload.
    pub rate_up_bps: u64,
}

/// How a router is, as its watcher sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RouterStatus {
    /// Which router.
    pub router_id: String,
    /// In one word.
    pub state: RouterState,
    /// Since when.
    pub since: Timestamp,
    /// Why, or what happened last, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_load: Option<u64>,
    /// Bytes of memory in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_used: Option<u64>,
    /// RouterOS's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// How long the router has been up, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uptime_seconds: Option<u64>,
}

/// Whether a router answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RouterState {
    /// It does.
    Up,
    /// It does not; what is shown is what it said last.
    Down,
    /// It shows another key than the pinned one, and we do not sign in.
    IdentityChanged,
}

/// What a live view is told. It crosses HTTP as the event's name and, beside it, what the variant holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LiveEvent {
    /// Everything. It comes first, and whenever the viewer cannot be sure.
    Reset(Reset),
    /// Who came, changed, or went.
    Delta(Delta),
    /// What is carried now.
    Traffic(TrafficNews),
    /// How the router is.
    Status(RouterStatus),
}

/// Everything a viewer has to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reset {
    /// When the router said so.
    pub as_of: Timestamp,
    /// Whether the router is out of reach and this is what it said last.
    pub stale: bool,
    /// How it is.
    pub router: RouterStatus,
    /// Who is online.
    pub sessions: Vec<Session>,
}

/// Who came, changed, or went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delta {
    /// When the router said so.
    pub as_of: Timestamp,
    /// Sessions that are new, or of which something else than the traffic is.
    pub up: Vec<Session>,
    /// Sessions that ended.
    pub down: Vec<SessionEnd>,
}

/// A session that ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionEnd {
    /// Which.
    pub key: String,
    /// Why, where the router tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<String>,
}

/// What is carried now: the sum, and the sessions of which it changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrafficNews {
    /// When it was counted.
    pub as_of: Timestamp,
    /// Over how many milliseconds.
    pub window_ms: u64,
    /// All sessions together.
    pub totals: Totals,
    /// The sessions of which it changed.
    pub rows: Vec<TrafficRow>,
}

/// `[key, rateDownBps, rateUpBps, bytesDown, bytesUp]`: short, as there may be thousands every two seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrafficRow(
    /// Which session.
    pub String,
    /// Download in bit/s.
    pub Option<u64>,
    /// Upload in bit/s.
    pub Option<u64>,
    /// Bytes downloaded.
    pub Option<u64>,
    /// Bytes uploaded.
    pub Option<u64>,
);

/// Who is online, by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sessions(BTreeMap<String, Session>);

impl Session {
    /// How long it lasts at a moment.
    pub fn lasts_until(&mut self, now: Timestamp) {
        self.uptime_seconds = u64::try_from(now.as_unix() - self.started_at.as_unix()).unwrap_or_default();
    }
}

impl LiveEvent {
    /// Its name on the wire.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Reset(_) => "reset",
            Self::Delta(_) => "delta",
            Self::Traffic(_) => "traffic",
            Self::Status(_) => "status",
        }
    }
}

impl Sessions {
    /// Those of a list.
    pub fn of(sessions: impl IntoIterator<Item = Session>) -> Self {
        Self(sessions.into_iter().map(|session| (session.key.clone(), session)).collect())
    }

    /// Takes in what happened. News of a session that is not there are of one that ended.
    pub fn apply(&mut self, event: LiveEvent) {
        match event {
            LiveEvent::Reset(Reset { sessions, .. }) => *self = Self::of(sessions),
            LiveEvent::Delta(Delta { up, down, .. }) => {
                for SessionEnd { key, .. } in down {
                    self.0.remove(&key);
                }
                self.0.extend(up.into_iter().map(|session| (session.key.clone(), session)));
            }
            LiveEvent::Traffic(TrafficNews { window_ms, rows, .. }) => {
                for TrafficRow(key, rate_down_bps, rate_up_bps, bytes_down, bytes_up) in rows {
                    let Some(session) = self.0.get_mut(&key) else { continue };
                    (session.rate_down_bps, session.rate_up_bps) = (rate_down_bps, rate_up_bps);
                    (session.bytes_down, session.bytes_up) = (bytes_down, bytes_up);
                    session.rate_window_ms = rate_down_bps.or(rate_up_bps).map(|_| window_ms);
                }
            }
            LiveEvent::Status(_) => {}
        }
    }

    /// One of them.
    pub fn get(&self, key: &str) -> Option<&Session> {
        self.0.get(key)
    }

    /// All, by key.
    pub fn iter(&self) -> impl Iterator<Item = &Session> {
        self.0.values()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nobody is online.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What those of one service, or all, carry together.
    pub fn totals(&self, service: Option<ServiceType>) -> Totals {
        let wanted = self.iter().filter(|session| service.is_none_or(|only| session.service_type == only));
        wanted.fold(Totals::default(), |sum, session| Totals {
            rate_down_bps: sum.rate_down_bps.saturating_add(session.rate_down_bps.unwrap_or(0)),
            rate_up_bps: sum.rate_up_bps.saturating_add(session.rate_up_bps.unwrap_or(0)),
        })
    }
}

/// The key of a session: `default/pppoe/*8000001F`.
pub fn session_key(router_id: &str, service: ServiceType, id: &str) -> String {
    format!("{router_id}/{service}/{id}")
}

/// Whether a MAC address is one that a device made up: the second lowest bit of its first byte is set.
///
/// ```
/// assert!(domain::session::is_random_mac("DA:A1:19:00:00:01"));
/// assert!(!domain::session::is_random_mac("D0:D0:4B:00:00:01"));
/// ```
pub fn is_random_mac(mac: &str) -> bool {
    mac.get(..2).and_then(|byte| u8::from_str_radix(byte, 16).ok()).is_some_and(|byte| byte & 2 == 2)
}

mod past; // sessions that were

#[cfg(any(test, feature = "fixtures"))]
pub mod fixture;
#[cfg(test)]
mod tests;
