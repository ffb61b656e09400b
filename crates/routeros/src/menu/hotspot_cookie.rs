//! `/ip/hotspot/cookie`: devices that a hotspot lets in again.

use routeros_proto::{
    row,
    value::{RowId, Span, Text},
};

use crate::{Menu, Row};

row! {
    /// A device that comes back by itself until this expires or is removed.
    pub struct HotspotCookie, properties HotspotCookieProperty {
        /// Its id.
        pub id: RowId = Id(b".id"),
        /// The username.
        pub user: Text = User(b"user"),
        /// The realm behind the username.
        pub domain: Text = Domain(b"domain"),
        /// How long it still holds.
        pub expires_in: Span = ExpiresIn(b"expires-in"),
        /// The device.
        pub mac_address: Text = MacAddress(b"mac-address"),
        /// Whether the device alone is enough.
        pub mac_cookie: bool = MacCookie(b"mac-cookie"),
    }
}

impl Row for HotspotCookie {
    const MENU: Menu = Menu::HotspotCookie;
    type Property = HotspotCookieProperty;
}
