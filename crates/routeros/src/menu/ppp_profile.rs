//! `/ppp/profile`: what accounts get.

use routeros_proto::{
    row,
    value::{RowId, Span, Text},
};

use crate::{Menu, Row};

row! {
    /// A profile. It is read when a customer signs in: a session keeps what it began with.
    pub struct PppProfile, properties PppProfileProperty {
        /// Its id.
        pub id: RowId = Id(b".id"),
        /// Its name.
        pub name: Text = Name(b"name"),
        /// The router's end: an address, or a pool's name.
        pub local_address: Text = LocalAddress(b"local-address"),
        /// The customer's end: an address, or a pool's name. A bare id once that pool is gone.
        pub remote_address: Text = RemoteAddress(b"remote-address"),
        /// The bridge that sessions join.
        pub bridge: Text = Bridge(b"bridge"),
        /// How long a session may last.
        pub session_timeout: Span = SessionTimeout(b"session-timeout"),
        /// How long a session may be idle.
        pub idle_timeout: Span = IdleTimeout(b"idle-timeout"),
        /// Whether an account may have one session only: `yes`, `no`, `default`.
        pub only_one: Text = OnlyOne(b"only-one"),
        /// `yes`, `no`, `default`.
        pub use_compression: Text = UseCompression(b"use-compression"),
        /// `yes`, `no`, `required`, `default`.
        pub use_encryption: Text = UseEncryption(b"use-encryption"),
        /// `yes`, `no`, `default`.
        pub change_tcp_mss: Text = ChangeTcpMss(b"change-tcp-mss"),
        /// Speed as it was typed, upload first. Its meaning is worked out elsewhere.
        pub rate_limit: Text = RateLimit(b"rate-limit"),
        /// Address lists that online customers are put on.
        pub address_list: Text = AddressList(b"address-list"),
        /// A firewall chain.
        pub incoming_filter: Text = IncomingFilter(b"incoming-filter"),
        /// A firewall chain.
        pub outgoing_filter: Text = OutgoingFilter(b"outgoing-filter"),
        /// Where the session's queue goes.
        pub insert_queue_before: Text = InsertQueueBefore(b"insert-queue-before"),
        /// The queue above the session's queue.
        pub parent_queue: Text = ParentQueue(b"parent-queue"),
        /// The kind of the session's queue.
        pub queue_type: Text = QueueType(b"queue-type"),
        /// Name servers that customers are told.
        pub dns_server: Text = DnsServer(b"dns-server"),
        /// A script.
        pub on_up: Text = OnUp(b"on-up"),
        /// A script.
        pub on_down: Text = OnDown(b"on-down"),
        /// Whether the router ships with it; it can be changed, not removed.
        pub default: bool = Default(b"default"),
        /// What somebody wrote about it.
        pub comment: Text = Comment(b"comment"),
    }
}

impl Row for PppProfile {
    const MENU: Menu = Menu::PppProfile;
    type Property = PppProfileProperty;
}
