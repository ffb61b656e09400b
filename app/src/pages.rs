//! One file for each route.

mod record; // what the pages of one customer and of one package share
mod signed_in; // what all pages inside share

pub(crate) mod mikrotik;
pub(crate) mod history;
pub(crate) mod customers;
pub(crate) mod customer;
pub(crate) mod new_customer;
pub(crate) mod packages;
pub(crate) mod package;
pub(crate) mod new_package;
pub(crate) mod not_found;
pub(crate) mod sign_in;
