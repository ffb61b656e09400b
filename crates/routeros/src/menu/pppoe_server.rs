//! `/interface/pppoe-server`: which dynamic interface belongs to whom.

use routeros_proto::{
    row,
    value::{RowId, Span, Text},
};

use crate::{Menu, Row};

row! {
    /// The interface of one `PPPoE` session.
    pub struct PppoeServer, properties PppoeServerProperty {
        /// Its id.
        pub id: RowId = Id(b".id"),
        /// The interface's name, as in [`Interface`](crate::menu::Interface).
        pub name: Text = Name(b"name"),
        /// Which of the router's `PPPoE` services was dialled.
        pub service: Text = Service(b"service"),
        /// The username: the one sure way to join an interface to a customer.
        pub user: Text = User(b"user"),
        /// How it is encrypted, if it is.
        pub encoding: Text = Encoding(b"encoding"),
        /// The interface it was dialled on.
        pub interface: Text = Interface(b"interface"),
        /// Largest packet to the customer in bytes.
        pub mtu: u64 = Mtu(b"mtu"),
        /// Largest packet from the customer in bytes.
        pub mru: u64 = Mru(b"mru"),
        /// The customer's MAC address.
        pub remote_address: Text = RemoteAddress(b"remote-address"),
        /// How long it has lasted.
        pub uptime: Span = Uptime(b"uptime"),
        /// Whether the router made it by itself: such rows can be neither changed nor removed.
        pub dynamic: bool = Dynamic(b"dynamic"),
        /// Whether it is up.
        pub running: bool = Running(b"running"),
        /// Whether it is switched off.
        pub disabled: bool = Disabled(b"disabled"),
        /// What somebody wrote about it.
        pub comment: Text = Comment(b"comment"),
    }
}

impl Row for PppoeServer {
    const MENU: Menu = Menu::PppoeServer;
    type Property = PppoeServerProperty;
}
