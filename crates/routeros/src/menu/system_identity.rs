//! `/system/identity`: the router's name.

use routeros_proto::{row, value::Text};

use crate::{Menu, Row};

row! {
    /// What the router is called.
    pub struct SystemIdentity, properties SystemIdentityProperty {
        /// Its name.
        pub name: Text = Name(b"name"),
    }
}

impl Row for SystemIdentity {
    const MENU: Menu = Menu::SystemIdentity;
    type Property = SystemIdentityProperty;
}
