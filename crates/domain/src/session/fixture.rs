//! A session for tests, here and in the crates that show sessions.

use crate::{customer::ServiceType, timestamp::Timestamp};

use super::{Session, session_key};

/// A `PPPoE` session of which nothing is known but its row on the router and who it is.
pub fn session(row: u8, username: &str) -> Session {
    Session {
        key: session_key("default", ServiceType::Pppoe, &format!("*{row:X}")),
        username: username.to_owned(),
        service_type: ServiceType::Pppoe,
        customer_id: None,
        customer_name: None,
        package: None,
        address: None,
        mac_address: None,
        started_at: Timestamp::from_unix(0),
        uptime_seconds: 0,
        bytes_down: None,
        bytes_up: None,
        rate_down_bps: None,
        rate_up_bps: None,
        rate_window_ms: None,
        rate_limit: None,
        matches_package: None,
        random_mac: false,
        router_id: "default".to_owned(),
    }
}
