//! Rows on disk: what survives a restart. Knows SQL and how secrets are sealed; knows no router and no HTTP.

mod database; // the file, its migrations, its two pools
mod seal; // secrets at rest
mod operators; // who signs in, and their sign-ins
mod numbers; // none is given twice
mod packages; // what is sold
mod customers; // who pays
mod pushed; // what was last written to a router
mod ignored; // what somebody chose not to see of a router
mod routers; // what may be written to which router

pub use customers::StoredCustomer;
pub use database::{Store, StoreError};
pub use operators::{NewOperator, SignIn, StoredOperator};
pub use packages::StoredPackage;
pub use pushed::{PushedAccount, PushedAccounts};
pub use seal::{Keyring, KeyringError, SealError};
