//! The service layer: every use case of the product, each a method that takes the operator and checks the right.
//!
//! Doors (server functions, REST handlers, the command line) take a request apart and call one method here. Knows no
//! HTTP and no HTML.

mod services; // what all use cases share
mod outside; // time and chance, handed in
mod trouble; // errors of routers and the store, as callers see them
mod router; // the router, its line, and what may be written to it
mod translate; // RouterOS's rows in our words
mod connection; // is the router there, and as it should be
mod sign_in; // who is calling
mod token; // JWTs for programs
mod customers; // who pays
mod packages; // what is sold
mod users; // accounts on the router
mod sessions; // who is online
mod live; // who is online, as it happens
mod history; // who was
mod profiles; // packages as the router spells them
mod sync; // bring customers and packages to the router
mod drift; // where router and store disagree, and what to do about it
mod audit; // who did what
mod runs; // bulk work that goes on by itself
mod upkeep; // master keys

pub use audit::AuditQuery;
pub use customers::CustomersQuery;
pub use drift::{DriftItem, DriftQuery, ResolveDrift};
pub use history::HistoryQuery;
pub use live::{Frame, Viewer, WatchQuery};
pub use outside::{Chance, Clock, SystemChance, SystemClock};
pub use profiles::CreateProfile;
pub use router::Pauses;
pub use routeros::{Charset, Endpoint, Options, Timings, Tls, TlsSettingError, UnknownCharset};
pub use runs::MOST_IN_A_PAGE;
pub use services::{Config, OpenError, Services};
pub use sessions::{Disconnect, DisconnectMany, OnlineQuery, Pace, SessionSort, SessionsQuery, Watch, Which};
pub use sign_in::SignedIn;
pub use store::{
    BackedUp, BackupError, Keyring, KeyringError, Limits, Restored, Rotated, SealError, SealedValues, StoreError,
    back_up, restore,
};
pub use sync::{PruneAsked, StoredSync, SyncMany, SyncOne};
pub use token::TokenSettings;
pub use users::{AccountState, DeleteUser, UserSort, UsersQuery};
