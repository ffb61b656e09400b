//! A `MikroTik` router in memory that speaks the RouterOS API on TCP.
//!
//! For tests and demonstrations: the real client talks to it over a real socket. It keeps rows as a router does, refuses
//! in a router's words, and has customers who dial in, use their line and dial again when they are cut off.
//! What no router was asked yet is marked where it is decided.
//!
//! On request it takes its time ([`Builder::round_trip`], [`Pace`]), makes trouble at any sentence or byte ([`Script`]),
//! loses power and is restored from a backup. Programs in other languages reach all of it over HTTP ([`control`]).
//!
//! ```
//! use routeros_sim::{Service, Sim};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let sim = Sim::builder().user("netpilot-api", "secret", "full").secrets(3).start().await?;
//! let id = sim.dial_in(Service::Pppoe, "sub00001").expect("the secret is enabled");
//! assert_eq!(id, "*8000001F");
//! assert_eq!(sim.rows("/queue/simple")[0]["max-limit"], "5120000/10240000");
//! # Ok(())
//! # }
//! ```
//!
//! The third secret that somebody adds is written, and the line falls in the middle of the answer:
//!
//! ```
//! use routeros_sim::{Script, Sim, What, When};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let sim = Sim::builder().start().await?;
//! sim.script(Script::once(When::command("/ppp/secret/add").nth(3), What::CutAt { bytes: 4 }));
//! # Ok(())
//! # }
//! ```

mod address;
mod backup;
mod builder;
mod clock;
mod commands;
#[cfg(feature = "control")]
pub mod control;
mod dial;
mod duration;
mod factory;
mod hand;
mod line;
mod live;
mod log;
mod manner;
mod pace;
mod power;
mod print;
mod query;
mod rate;
mod reads;
mod redial;
mod refused;
mod router;
mod rules;
mod schema;
mod sentences;
mod server;
mod sim;
mod table;
mod ticks;
mod timer;
mod traffic;
mod trouble;
mod value;
mod version;
mod welcome;
mod who;
mod world;
mod writer;

pub use builder::Builder;
pub use hand::Hand;
pub use pace::Pace;
pub use power::Ids;
pub use refused::Refused;
pub use router::Clearing;
pub use sim::Sim;
pub use trouble::{Ending, Garbage, Portion, Script, Trouble, What, When};
pub use welcome::Full;
pub use world::Service;
