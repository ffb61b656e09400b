//! The real program, as an operating system starts and ends it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod running; // it, on a free port
mod third_party; // what a client that nobody here wrote sees of its work
mod killed; // at any moment
