//! `/user/group`: what they may do.

use routeros_proto::{
    row,
    value::{RowId, Text},
};

use crate::{Menu, Row};

row! {
    /// A group of users.
    pub struct UserGroup, properties UserGroupProperty {
        /// Its id.
        pub id: RowId = Id(b".id"),
        /// Its name.
        pub name: Text = Name(b"name"),
        /// What its users may do, with commas between; `!` before what they may not.
        pub policy: Text = Policy(b"policy"),
        /// How `WebFig` looks to them.
        pub skin: Text = Skin(b"skin"),
        /// What somebody wrote about it.
        pub comment: Text = Comment(b"comment"),
    }
}

impl Row for UserGroup {
    const MENU: Menu = Menu::UserGroup;
    type Property = UserGroupProperty;
}
