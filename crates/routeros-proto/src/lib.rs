//! The RouterOS API as bytes in, events out.
//!
//! No socket, no clock: the client and the simulator share every line, and it compiles for the browser.
//! The wire is documented in `MikroTik`'s manual, "API"; what real routers add to it is noted where it matters.

mod decoder;
pub mod login;
mod reply;
mod sentence;
mod tag;
mod text;
mod word;

pub use decoder::{DecodeError, Decoder, Limits};
pub use reply::{Attributes, Category, Reply, ReplyError, Trap};
pub use sentence::{EncodeError, Sentence};
pub use tag::{Tag, Tags};
pub use text::text;
pub use word::MAX_OUTGOING_WORD;
