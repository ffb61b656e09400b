//! `/ppp/active`: who is dialled in.

use routeros_proto::{
    row,
    value::{RowId, Span, Text},
};

use crate::{Menu, Row};

row! {
    /// A session of any PPP service. It has no byte counters: those are on the dynamic interface.
    pub struct PppActive, properties PppActiveProperty {
        /// Its id.
        pub id: RowId = Id(b".id"),
        /// The username.
        pub name: Text = Name(b"name"),
        /// By which service: `pppoe`, `l2tp` …
        pub service: Text = Service(b"service"),
        /// The MAC address or number it was dialled from; a MAC address in capitals.
        pub caller_id: Text = CallerId(b"caller-id"),
        /// The customer's address.
        pub address: Text = Address(b"address"),
        /// How long it has lasted.
        pub uptime: Span = Uptime(b"uptime"),
        /// How it is encrypted, if it is.
        pub encoding: Text = Encoding(b"encoding"),
        /// The session's number in hexadecimal.
        pub session_id: Text = SessionId(b"session-id"),
        /// Bytes the customer may send in this session.
        pub limit_bytes_in: u64 = LimitBytesIn(b"limit-bytes-in"),
        /// Bytes the customer may receive in this session.
        pub limit_bytes_out: u64 = LimitBytesOut(b"limit-bytes-out"),
        /// Whether a RADIUS server let it in.
        pub radius: bool = Radius(b"radius"),
        /// The comment of its secret.
        pub comment: Text = Comment(b"comment"),
    }
}

impl Row for PppActive {
    const MENU: Menu = Menu::PppActive;
    type Property = PppActiveProperty;
}
