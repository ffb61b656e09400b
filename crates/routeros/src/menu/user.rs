//! `/user`: who may sign in to the router.

use routeros_proto::{
    row,
    value::{RowId, Stamp, Text},
};

use crate::{Menu, Row};

row! {
    /// Somebody who may sign in. Passwords are never printed.
    pub struct User, properties UserProperty {
        /// Its id.
        pub id: RowId = Id(b".id"),
        /// Its name.
        pub name: Text = Name(b"name"),
        /// The group, which says what they may do.
        pub group: Text = Group(b"group"),
        /// From where they may sign in; empty for anywhere.
        pub address: Text = Address(b"address"),
        /// When they last did, in the router's local time.
        pub last_logged_in: Stamp = LastLoggedIn(b"last-logged-in"),
        /// Whether the password has to be changed first.
        pub expired: bool = Expired(b"expired"),
        /// Whether it is switched off.
        pub disabled: bool = Disabled(b"disabled"),
        /// What somebody wrote about it.
        pub comment: Text = Comment(b"comment"),
    }
}

impl Row for User {
    const MENU: Menu = Menu::User;
    type Property = UserProperty;
}
