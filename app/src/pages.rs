//! One file for each route.

pub(crate) mod mikrotik;
pub(crate) mod not_found;
pub(crate) mod sign_in;
