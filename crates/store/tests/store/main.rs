//! The store on a real file and on a real PostgreSQL: what goes in comes out, also after it was closed, and secrets lie
//! there sealed. The second engine's address is in `NETPILOT_TEST_POSTGRES`; `cargo xtask postgres COMMAND` sets it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod place; // a database of a test's own
mod people; // who stands in it
mod basics;
mod records;
mod runs;
mod audit;
mod calls;
mod history; // who was online
mod search;
mod migration;
mod engines; // what only shows where both are looked at
mod secrets; // keys come and go
mod limits; // no room, no time
mod backup; // a copy, and back
