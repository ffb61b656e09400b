//! `/ip/pool`: address pools.

use routeros_proto::{
    row,
    value::{RowId, Text},
};

use crate::{Menu, Row};

row! {
    /// Addresses to give out.
    pub struct Pool, properties PoolProperty {
        /// Its id.
        pub id: RowId = Id(b".id"),
        /// Its name.
        pub name: Text = Name(b"name"),
        /// Addresses and ranges with commas between.
        pub ranges: Text = Ranges(b"ranges"),
        /// The pool that serves when this one is empty, or `none`.
        pub next_pool: Text = NextPool(b"next-pool"),
        /// How many addresses it has; told by RouterOS 7 only.
        pub total: u64 = Total(b"total"),
        /// How many are given out; told by RouterOS 7 only.
        pub used: u64 = Used(b"used"),
        /// How many are left; told by RouterOS 7 only.
        pub available: u64 = Available(b"available"),
        /// What somebody wrote about it.
        pub comment: Text = Comment(b"comment"),
    }
}

impl Row for Pool {
    const MENU: Menu = Menu::Pool;
    type Property = PoolProperty;
}
