//! `/log`: what the router has to say.

use routeros_proto::{
    row,
    value::{RowId, Text},
};

use crate::{Menu, Row};

row! {
    /// A line of the router's log.
    pub struct Log, properties LogProperty {
        /// Its id.
        pub id: RowId = Id(b".id"),
        /// When, as the router puts it: today's lines have no date.
        pub time: Text = Time(b"time"),
        /// About what, with commas between.
        pub topics: Text = Topics(b"topics"),
        /// What.
        pub message: Text = Message(b"message"),
        /// Where it is kept.
        pub buffer: Text = Buffer(b"buffer"),
    }
}

impl Row for Log {
    const MENU: Menu = Menu::Log;
    type Property = LogProperty;
}
