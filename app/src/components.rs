//! Pieces of the console. They take plain data and know no URL.

pub(crate) mod account_table; // accounts on the router
pub(crate) mod connection_card; // is the router well
pub(crate) mod disconnect_dialog; // shall this session end
pub(crate) mod filter; // which rows match what somebody typed
pub(crate) mod format; // figures as people read them
pub(crate) mod frame; // rail, bar and sheet
pub(crate) mod icon; // drawings
pub(crate) mod note; // something to know
pub(crate) mod read_only; // may NetPilot write
pub(crate) mod router_head; // which router
pub(crate) mod search; // find rows
pub(crate) mod session_table; // who is online
