//! Pieces of the console. They take plain data and know no URL.

pub(crate) mod account_table; // accounts on the router
pub(crate) mod comparison; // what the router holds, against what it should
pub(crate) mod connection_card; // is the router well
pub(crate) mod copy; // take a copy of a word
pub(crate) mod customer_facts; // all of one customer
pub(crate) mod customer_form; // change one
pub(crate) mod customer_table; // every customer
pub(crate) mod delete_dialog; // shall this be deleted
pub(crate) mod dialog; // what floats above a page
pub(crate) mod diff_line; // one property and what becomes of it
pub(crate) mod disconnect_dialog; // shall this session end
pub(crate) mod field; // one field of a form
pub(crate) mod format; // figures as people read them
pub(crate) mod freshness; // how true what is shown is
pub(crate) mod frame; // rail, bar and sheet
pub(crate) mod icon; // drawings
pub(crate) mod live_speed; // a customer's speed now
pub(crate) mod mikrotik_sync; // bring customers to the router
pub(crate) mod note; // something to know
pub(crate) mod package_facts; // all of one package
pub(crate) mod package_form; // change one
pub(crate) mod package_table; // every package
pub(crate) mod past_table; // who was online
pub(crate) mod property_words; // what a property is called
pub(crate) mod rate_preview; // what speeds become on the router
pub(crate) mod read_only; // may NetPilot write
pub(crate) mod record_form; // a form that saves
pub(crate) mod router_head; // which router
pub(crate) mod search; // find rows
pub(crate) mod session_table; // who is online
pub(crate) mod spark; // the mirror
pub(crate) mod speed; // speeds as figures
