//! Who is online.

use serde::{Deserialize, Serialize};

use crate::{customer::ServiceType, timestamp::Timestamp};

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

/// Whether a MAC address is one that a device made up: the second lowest bit of its first byte is set.
///
/// ```
/// assert!(domain::session::is_random_mac("DA:A1:19:00:00:01"));
/// assert!(!domain::session::is_random_mac("D0:D0:4B:00:00:01"));
/// ```
pub fn is_random_mac(mac: &str) -> bool {
    mac.get(..2).and_then(|byte| u8::from_str_radix(byte, 16).ok()).is_some_and(|byte| byte & 2 == 2)
}
