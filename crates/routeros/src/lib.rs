//! The client of the RouterOS API on tokio: one line to a router, many commands in flight on it.
//!
//! It repeats nothing by itself. When a line breaks, the caller is told which commands may have been carried out
//! ([`CallError::Unknown`]) and which were never sent ([`CallError::NotSent`]).

mod endpoint; // where a router is and how we sign in
mod error; // what can go wrong, each with the step it went wrong at
mod handshake; // name -> TCP -> TLS -> login
mod tls; // whom we believe to be the router
mod connection; // commands out, answers in
mod line; // the task that owns the socket
mod link; // one line per router, opened on use and closed after it
mod command; // what can be said to a router
mod menu; // to which of its menus

pub use command::{Command, NotARowId, RowId};
pub use connection::{Answer, Connection, Following};
pub use endpoint::{Endpoint, Timings, Tls, TlsSettingError};
pub use error::{CallError, ConnectError, LineEnd, Refusal, Step};
pub use link::{Lease, Link};
pub use menu::Menu;
pub use routeros_proto::Attributes;
