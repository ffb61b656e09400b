//! The RouterOS API as bytes in, events out.
//!
//! No socket, no clock: the client and the simulator share every line, and it compiles for the browser.
//! The wire is documented in `MikroTik`'s manual, "API"; what real routers add to it is noted where it matters.

mod word; // the length before every word
mod sentence; // words to send
mod tag; // which command a reply belongs to
mod words; // a sentence where it lies
mod decoder; // bytes in, sentences out
mod charset; // bytes that are text
mod reply; // what a sentence from a router says
mod row; // rows as types
pub mod value; // what stands in them
pub mod login; // the challenge of old routers

pub use charset::{Charset, UnknownCharset};
pub use decoder::{DecodeError, Decoder, Limits};
pub use reply::{Attributes, Category, Reply, Trap, UnknownReply};
pub use row::{FromFields, Odd, Property, Reader, ascii};
pub use sentence::{EncodeError, Sentence};
pub use tag::{Tag, Tags};
pub use words::{Fields, Words};
