//! `/user/active`: who is signed in to the router.

use routeros_proto::{
    row,
    value::{RowId, Stamp, Text},
};

use crate::{Menu, Row};

row! {
    /// Somebody who is signed in. Each line of ours is one, with `via` `api`.
    pub struct UserActive, properties UserActiveProperty {
        /// Its id.
        pub id: RowId = Id(b".id"),
        /// Since when, in the router's local time.
        pub when: Stamp = When(b"when"),
        /// Who.
        pub name: Text = Name(b"name"),
        /// From where.
        pub address: Text = Address(b"address"),
        /// How: `api`, `winbox`, `ssh` …
        pub via: Text = Via(b"via"),
        /// Their group.
        pub group: Text = Group(b"group"),
        /// Whether a RADIUS server let them in.
        pub radius: bool = Radius(b"radius"),
    }
}

impl Row for UserActive {
    const MENU: Menu = Menu::UserActive;
    type Property = UserActiveProperty;
}
