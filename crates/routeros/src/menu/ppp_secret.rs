//! `/ppp/secret`: accounts that dial in.

use routeros_proto::{
    row,
    value::{Password, RowId, Stamp, Text},
};

use crate::{Menu, Row};

row! {
    /// An account. Disabling or deleting it ends no session: [`PppActive`](crate::menu::PppActive) rows are removed for that.
    pub struct PppSecret, properties PppSecretProperty {
        /// Its id.
        pub id: RowId = Id(b".id"),
        /// The username, unique in this menu.
        pub name: Text = Name(b"name"),
        /// By which service it may dial in: `any`, `pppoe`, `l2tp` …
        pub service: Text = Service(b"service"),
        /// The only MAC address or number it may dial from; empty for any.
        pub caller_id: Text = CallerId(b"caller-id"),
        /// Its password, or stars where our user lacks the policy `sensitive`.
        pub password: Password = Password(b"password"),
        /// Its profile's name, or a bare id once that profile is gone.
        pub profile: Text = Profile(b"profile"),
        /// The router's end of the tunnel.
        pub local_address: Text = LocalAddress(b"local-address"),
        /// The customer's fixed address.
        pub remote_address: Text = RemoteAddress(b"remote-address"),
        /// The customer's fixed prefix.
        pub remote_ipv6_prefix: Text = RemoteIpv6Prefix(b"remote-ipv6-prefix"),
        /// Networks behind the customer.
        pub routes: Text = Routes(b"routes"),
        /// Networks behind the customer.
        pub ipv6_routes: Text = Ipv6Routes(b"ipv6-routes"),
        /// Bytes the customer may send in a session; 0 for no limit.
        pub limit_bytes_in: u64 = LimitBytesIn(b"limit-bytes-in"),
        /// Bytes the customer may receive in a session; 0 for no limit.
        pub limit_bytes_out: u64 = LimitBytesOut(b"limit-bytes-out"),
        /// When the last session ended, in the router's local time; the first of 1970 for never.
        pub last_logged_out: Stamp = LastLoggedOut(b"last-logged-out"),
        /// From where the last session was dialled.
        pub last_caller_id: Text = LastCallerId(b"last-caller-id"),
        /// Why the last session ended.
        pub last_disconnect_reason: Text = LastDisconnectReason(b"last-disconnect-reason"),
        /// Whether it is switched off.
        pub disabled: bool = Disabled(b"disabled"),
        /// What somebody wrote about it.
        pub comment: Text = Comment(b"comment"),
    }
}

impl Row for PppSecret {
    const MENU: Menu = Menu::PppSecret;
    type Property = PppSecretProperty;
}
