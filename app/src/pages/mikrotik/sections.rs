//! The parts of the page: each waits for its own readings and says itself what went wrong.

pub(super) mod accounts;
pub(super) mod connection;
pub(super) mod question;
pub(super) mod sessions;
