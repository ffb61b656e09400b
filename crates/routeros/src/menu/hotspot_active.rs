//! `/ip/hotspot/active`: who is signed in at a hotspot.

use routeros_proto::{
    row,
    value::{Or, RowId, Span, Text},
};

use crate::{Menu, Row};

row! {
    /// A session, with its counters. Removing it lets a device with a cookie in again: see [`HotspotCookie`](crate::menu::HotspotCookie).
    pub struct HotspotActive, properties HotspotActiveProperty {
        /// Its id.
        pub id: RowId = Id(b".id"),
        /// At which hotspot.
        pub server: Text = Server(b"server"),
        /// The username.
        pub user: Text = User(b"user"),
        /// The realm behind the username.
        pub domain: Text = Domain(b"domain"),
        /// The customer's address.
        pub address: Text = Address(b"address"),
        /// The device.
        pub mac_address: Text = MacAddress(b"mac-address"),
        /// How it signed in: `http-chap`, `mac-cookie` …
        pub login_by: Text = LoginBy(b"login-by"),
        /// How long it has lasted.
        pub uptime: Span = Uptime(b"uptime"),
        /// How long nothing was sent.
        pub idle_time: Span = IdleTime(b"idle-time"),
        /// How long it may still last.
        pub session_time_left: Span = SessionTimeLeft(b"session-time-left"),
        /// How long it may be idle, or `none`.
        pub idle_timeout: Or<Span> = IdleTimeout(b"idle-timeout"),
        /// How long the device may not answer, or `none`.
        pub keepalive_timeout: Or<Span> = KeepaliveTimeout(b"keepalive-timeout"),
        /// Bytes the customer sent.
        pub bytes_in: u64 = BytesIn(b"bytes-in"),
        /// Bytes the customer received.
        pub bytes_out: u64 = BytesOut(b"bytes-out"),
        /// Packets the customer sent.
        pub packets_in: u64 = PacketsIn(b"packets-in"),
        /// Packets the customer received.
        pub packets_out: u64 = PacketsOut(b"packets-out"),
        /// Bytes the customer may still send.
        pub limit_bytes_in: u64 = LimitBytesIn(b"limit-bytes-in"),
        /// Bytes the customer may still receive.
        pub limit_bytes_out: u64 = LimitBytesOut(b"limit-bytes-out"),
        /// Bytes in both directions.
        pub limit_bytes_total: u64 = LimitBytesTotal(b"limit-bytes-total"),
        /// Whether a RADIUS server let it in.
        pub radius: bool = Radius(b"radius"),
        /// Whether it waits for an advertisement to be seen.
        pub blocked: bool = Blocked(b"blocked"),
        /// The comment of its user.
        pub comment: Text = Comment(b"comment"),
    }
}

impl Row for HotspotActive {
    const MENU: Menu = Menu::HotspotActive;
    type Property = HotspotActiveProperty;
}
