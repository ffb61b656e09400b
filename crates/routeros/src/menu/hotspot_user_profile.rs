//! `/ip/hotspot/user/profile`: what hotspot accounts get.

use routeros_proto::{
    row,
    value::{Or, RowId, Span, Text},
};

use crate::{Menu, Row};

row! {
    /// A profile. The menu has no comments. Nobody has seen whether a change reaches live sessions; assume that it does not.
    pub struct HotspotUserProfile, properties HotspotUserProfileProperty {
        /// Its id.
        pub id: RowId = Id(b".id"),
        /// Its name.
        pub name: Text = Name(b"name"),
        /// Where addresses come from, or `none`.
        pub address_pool: Text = AddressPool(b"address-pool"),
        /// How long a session may last.
        pub session_timeout: Span = SessionTimeout(b"session-timeout"),
        /// How long a session may be idle, or `none`.
        pub idle_timeout: Or<Span> = IdleTimeout(b"idle-timeout"),
        /// How long a device may not answer, or `none`.
        pub keepalive_timeout: Or<Span> = KeepaliveTimeout(b"keepalive-timeout"),
        /// How often the status page renews itself, or `none`.
        pub status_autorefresh: Or<Span> = StatusAutorefresh(b"status-autorefresh"),
        /// How many devices may use one account at once, or `unlimited`.
        pub shared_users: Or<u64> = SharedUsers(b"shared-users"),
        /// Whether a device is let in again by itself.
        pub add_mac_cookie: bool = AddMacCookie(b"add-mac-cookie"),
        /// For how long.
        pub mac_cookie_timeout: Span = MacCookieTimeout(b"mac-cookie-timeout"),
        /// Speed as it was typed, upload first. Its meaning is worked out elsewhere.
        pub rate_limit: Text = RateLimit(b"rate-limit"),
        /// Address lists that online customers are put on.
        pub address_list: Text = AddressList(b"address-list"),
        /// `always` or `http-login`.
        pub open_status_page: Text = OpenStatusPage(b"open-status-page"),
        /// The queue above the session's queue.
        pub parent_queue: Text = ParentQueue(b"parent-queue"),
        /// The kind of the session's queue.
        pub queue_type: Text = QueueType(b"queue-type"),
        /// Whether web traffic goes through the router's proxy.
        pub transparent_proxy: bool = TransparentProxy(b"transparent-proxy"),
        /// Whether the router ships with it.
        pub default: bool = Default(b"default"),
    }
}

impl Row for HotspotUserProfile {
    const MENU: Menu = Menu::HotspotUserProfile;
    type Property = HotspotUserProfileProperty;
}
