//! The client over real sockets: against the router in memory, and against routers that are not well.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod client;
mod hostile;
mod patience;
mod script;
mod tls;
