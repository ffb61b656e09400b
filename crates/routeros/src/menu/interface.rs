//! `/interface`: interfaces with their counters.

use routeros_proto::{
    row,
    value::{Or, RowId, Stamp, Text},
};

use crate::{Menu, Row};

row! {
    /// An interface. That of a `PPPoE` session is called `<pppoe-NAME>`, with a number behind it for another session of the same user; whose it is says [`PppoeServer`](crate::menu::PppoeServer).
    pub struct Interface, properties InterfaceProperty {
        /// Its id.
        pub id: RowId = Id(b".id"),
        /// Its name.
        pub name: Text = Name(b"name"),
        /// What it was called out of the box.
        pub default_name: Text = DefaultName(b"default-name"),
        /// What it is: `ether`, `pppoe-in` …
        pub kind: Text = Type(b"type"),
        /// Largest packet in bytes, or `auto`.
        pub mtu: Or<u64> = Mtu(b"mtu"),
        /// Largest packet in bytes.
        pub actual_mtu: u64 = ActualMtu(b"actual-mtu"),
        /// Its MAC address.
        pub mac_address: Text = MacAddress(b"mac-address"),
        /// Since when it is up, in the router's local time.
        pub last_link_up_time: Stamp = LastLinkUpTime(b"last-link-up-time"),
        /// How often it went down.
        pub link_downs: u64 = LinkDowns(b"link-downs"),
        /// Bytes the router received: what the customer sent.
        pub rx_byte: u64 = RxByte(b"rx-byte"),
        /// Bytes the router sent: what the customer received.
        pub tx_byte: u64 = TxByte(b"tx-byte"),
        /// Packets the router received.
        pub rx_packet: u64 = RxPacket(b"rx-packet"),
        /// Packets the router sent.
        pub tx_packet: u64 = TxPacket(b"tx-packet"),
        /// Received packets that were dropped.
        pub rx_drop: u64 = RxDrop(b"rx-drop"),
        /// Packets to send that were dropped.
        pub tx_drop: u64 = TxDrop(b"tx-drop"),
        /// Received packets that were broken.
        pub rx_error: u64 = RxError(b"rx-error"),
        /// Packets that could not be sent.
        pub tx_error: u64 = TxError(b"tx-error"),
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

impl Row for Interface {
    const MENU: Menu = Menu::Interface;
    type Property = InterfaceProperty;
}
