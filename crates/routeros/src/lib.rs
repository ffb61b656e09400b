//! The client of the RouterOS API on tokio: one line to a router, many commands in flight on it.
//!
//! It repeats nothing by itself. When a line breaks, the caller is told which commands may have been carried out
//! ([`CallError::Unknown`]) and which were never sent ([`CallError::NotSent`]).
//!
//! ```
//! use routeros::{Connection, Endpoint, Options, Print, Query, Row, Tls, menu::{PppSecret, PppSecretProperty as Of}};
//! # use routeros_sim::Sim;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sim = Sim::builder().user("netpilot-api", "s3cret", "full").start().await?;
//! # let (host, port) = (sim.address().ip().to_string(), sim.address().port());
//! let (username, password) = ("netpilot-api".to_owned(), "s3cret".to_owned());
//! let endpoint = Endpoint { host, port, tls: Tls::Off, username, password };
//! let router = Connection::dial(&endpoint, Options::default()).await?;
//!
//! let made = router.run(PppSecret::add([(Of::Name, "ana"), (Of::Service, "pppoe")])).await?;
//! assert_eq!(made.ret.as_deref(), Some("*1"));
//!
//! let of_ana = Print::<PppSecret>::new().matching(Query::is(Of::Name, "ana"));
//! let secrets = router.list(&of_ana).await?.whole()?;
//! assert_eq!(secrets[0].service.as_deref(), Some("pppoe"));
//! # Ok(())
//! # }
//! ```

mod endpoint; // where a router is, how we sign in, how a line behaves
mod error; // what can go wrong, each with the step it went wrong at
mod handshake; // name -> TCP -> TLS -> login
mod tls; // whom we believe to be the router
mod connection; // commands out, answers in
mod gather; // rows as they come, made into what is wanted of them
mod line; // the task that owns the socket
mod window; // how many commands may be in flight
mod link; // one line per router, opened on use and closed after it
mod command; // what can be said to a router
mod query; // which rows it is asked for
pub mod menu; // in which of its menus

pub use command::{Command, Print, Row};
pub use connection::Connection;
pub use endpoint::{Endpoint, Options, Timings, Tls, TlsSettingError};
pub use error::{CallError, ConnectError, LineEnd, Refusal, Step};
pub use gather::{Answer, Change, Following, Listing, OddValues, Partial};
pub use link::{Lease, Link};
pub use menu::Menu;
pub use query::Query;
pub use routeros_proto::{
    Attributes, Charset, Limits, Odd, UnknownCharset,
    value::{self, NotARowId, RowId},
};
