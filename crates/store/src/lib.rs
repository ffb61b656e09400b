//! Rows on disk: what survives a restart. Knows SQL and how secrets are sealed; knows no router and no HTTP.

mod database; // the store as a whole, and how it writes
mod engine; // SQLite or PostgreSQL
mod file_lock; // one program at a time
mod sql; // one text for both
mod error; // what can go wrong
mod seal; // secrets at rest
mod operators; // who signs in, and their sign-ins
mod numbers; // none is given twice
mod packages; // what is sold
mod customers; // who pays
mod pushed; // what was last written to a router
mod ignored; // what somebody chose not to see of a router
mod routers; // what may be written to which router

pub use customers::{Cursor, CustomerPage, CustomerQuery, StoredCustomer};
pub use database::Store;
pub use error::StoreError;
pub use operators::{NewOperator, SignIn, StoredOperator};
pub use packages::StoredPackage;
pub use pushed::{PushedAccount, PushedAccounts};
pub use seal::{Keyring, KeyringError, SealError};
