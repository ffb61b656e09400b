//! The ISP's words and the decisions made with them.
//!
//! No I/O, no clock, no chance: what is decided here is decided the same way in the browser and on the server.

pub mod customer; // who pays
pub mod package; // what is sold
pub mod rate_limit; // its speed, in RouterOS's spelling
pub mod row; // what a router holds, property by property
pub mod profile; // package -> the profile a router should hold
pub mod account; // customer -> the secret or hotspot user it should hold
pub mod sync; // desired - observed = plan
pub mod drift; // where router and store disagree
pub mod session; // who is online
pub mod search; // who is meant by what somebody typed
pub mod role; // who may do what in this console
pub mod span; // RouterOS's spans of time
pub mod timestamp; // points in time, as they cross HTTP
pub mod wire; // what crosses HTTP
