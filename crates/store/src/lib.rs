//! Rows on disk: what survives a restart. Knows SQL and how secrets are sealed; knows no router and no HTTP.

mod database; // the store as a whole, and how it writes
mod engine; // SQLite or PostgreSQL
mod file_lock; // one program at a time
mod sql; // one text for both
mod error; // what can go wrong
mod seal; // secrets at rest
mod hash_key; // what keys the hashes of passwords
mod keys; // every sealed value at once
mod heartbeat; // whether there is room
mod backup; // a copy of a file, and back
mod operators; // who signs in, and their sign-ins
mod numbers; // none is given twice
mod packages; // what is sold
mod customers; // who pays
mod pushed; // what was last written to a router
mod runs; // bulk work, and what became of it
mod plans; // looked at before they are carried out
mod audit; // who did what
mod calls; // not carried out twice
mod settings; // what admins chose
mod ignored; // what somebody chose not to see of a router
mod routers; // what may be written to which router
mod history; // who was online

pub use audit::{AuditFilter, AuditRow};
pub use backup::{BackedUp, BackupError, Restored, back_up, restore};
pub use calls::{CallKnown, KeyedCall};
pub use customers::{Cursor, CustomerPage, CustomerQuery, StoredCustomer};
pub use database::{Serving, Store};
pub use engine::Limits;
pub use error::StoreError;
pub use history::{KeptEnd, KeptSession, PastPlace, PastQuery, SessionCount};
pub use keys::{Rotated, SealedValues};
pub use operators::{NewOperator, PasswordHash, SignIn, StoredOperator};
pub use packages::StoredPackage;
pub use plans::StoredPlan;
pub use pushed::{PushedAccount, PushedAccounts};
pub use runs::{ItemOutcome, NewItem, NewRun, RunEnd, StoredItem, StoredOutcome, StoredRun};
pub use seal::{Keyring, KeyringError, SealError};
pub use settings::StoredSetting;
