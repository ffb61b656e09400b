//! `/ip/hotspot/user`: accounts that sign in at a hotspot.

use routeros_proto::{
    row,
    value::{Password, RowId, Span, Text},
};

use crate::{Menu, Row};

row! {
    /// An account. Its name is unique for each server.
    pub struct HotspotUser, properties HotspotUserProperty {
        /// Its id.
        pub id: RowId = Id(b".id"),
        /// At which hotspot; `all` for any.
        pub server: Text = Server(b"server"),
        /// The username.
        pub name: Text = Name(b"name"),
        /// Its password, or stars where our user lacks the policy `sensitive`.
        pub password: Password = Password(b"password"),
        /// The only address it may use.
        pub address: Text = Address(b"address"),
        /// The only device it may use.
        pub mac_address: Text = MacAddress(b"mac-address"),
        /// Its profile's name.
        pub profile: Text = Profile(b"profile"),
        /// An e-mail address.
        pub email: Text = Email(b"email"),
        /// How long it may be online altogether.
        pub limit_uptime: Span = LimitUptime(b"limit-uptime"),
        /// Bytes the customer may send altogether.
        pub limit_bytes_in: u64 = LimitBytesIn(b"limit-bytes-in"),
        /// Bytes the customer may receive altogether.
        pub limit_bytes_out: u64 = LimitBytesOut(b"limit-bytes-out"),
        /// Bytes in both directions altogether.
        pub limit_bytes_total: u64 = LimitBytesTotal(b"limit-bytes-total"),
        /// How long it was online altogether.
        pub uptime: Span = Uptime(b"uptime"),
        /// Bytes the customer sent.
        pub bytes_in: u64 = BytesIn(b"bytes-in"),
        /// Bytes the customer received.
        pub bytes_out: u64 = BytesOut(b"bytes-out"),
        /// Packets the customer sent.
        pub packets_in: u64 = PacketsIn(b"packets-in"),
        /// Packets the customer received.
        pub packets_out: u64 = PacketsOut(b"packets-out"),
        /// Whether the router ships with it.
        pub default: bool = Default(b"default"),
        /// Whether the router made it by itself: such rows can be neither changed nor removed.
        pub dynamic: bool = Dynamic(b"dynamic"),
        /// Whether it is switched off.
        pub disabled: bool = Disabled(b"disabled"),
        /// What somebody wrote about it.
        pub comment: Text = Comment(b"comment"),
    }
}

impl Row for HotspotUser {
    const MENU: Menu = Menu::HotspotUser;
    type Property = HotspotUserProperty;
}
