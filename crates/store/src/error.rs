//! What can go wrong with the store.

use sqlx::{migrate::MigrateError, postgres::PgDatabaseError, sqlite::SqliteError};

use crate::SealError;

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Not an address that we can open.
    #[error(
        "DATABASE_URL {url:?} cannot be used: {why}. Use sqlite:///absolute/path/netpilot.db or \
         postgres://user:password@host/database"
    )]
    Url {
        /// The address without its password.
        url: String,
        /// Why not.
        why: String,
    },
    /// A newer NetPilot has been at work on the database.
    #[error("the database was brought to version {found} by a newer NetPilot; this one knows versions up to {known}")]
    Newer {
        /// The newest migration in the database.
        found: i64,
        /// The newest one of ours.
        known: i64,
    },
    /// The schema could not be brought up to date.
    #[error("could not bring the database up to date")]
    Migrate(#[source] MigrateError),
    /// A file beside the database cannot be made or locked.
    #[error("could not lock {file}")]
    Lock {
        /// Which file.
        file: String,
        /// Why not.
        source: std::io::Error,
    },
    /// Another server is at work on the database.
    #[error(
        "another NetPilot serves this database and holds {file}; stop it first, or give this one a database of its own \
         with DATABASE_URL or NETPILOT_DATA_DIR"
    )]
    InUse {
        /// What it holds.
        file: String,
    },
    /// The server at work on the database could not open what a new key seals.
    #[error(
        "a server runs that does not know the key {key} yet; start it again with this NETPILOT_MASTER_KEY, then rotate \
         the keys"
    )]
    ServerLacksKey {
        /// The key's id.
        key: String,
    },
    /// The database has no time for us, or is not there: nothing was written, and a later try may work.
    #[error("the database cannot be reached, or is held by another program")]
    Busy(#[source] sqlx::Error),
    /// There is no room left: nothing was written.
    #[error("the database has no room left on its disk")]
    Full(#[source] sqlx::Error),
    /// Somebody else's transaction came in between, again and again.
    #[error("the database let others go first")]
    Conflict(#[source] sqlx::Error),
    /// The database said no.
    #[error("the database refused")]
    Database(#[source] sqlx::Error),
    /// A stored secret cannot be opened.
    #[error("a stored secret cannot be opened")]
    Seal(#[from] SealError),
    /// A stored value is not what we wrote.
    #[error("the stored {what} is damaged")]
    Damaged {
        /// Which value.
        what: String,
    },
    /// A name that must be one of a kind is taken.
    #[error("{0} is taken")]
    Taken(String),
    /// A username belongs to another customer of the same service.
    #[error("{username} is the username of {name} ({id})")]
    UsernameTaken {
        /// The username.
        username: String,
        /// Whose it is.
        id: String,
        /// What they are called.
        name: String,
    },
    /// No package has this name.
    #[error("there is no package {0}")]
    NoSuchPackage(String),
    /// Customers have the package.
    #[error("{customers} customers have the package")]
    PackageInUse {
        /// How many.
        customers: usize,
    },
    /// There is no row of this id.
    #[error("there is no {0}")]
    Gone(String),
    /// The row is in another version than the one that was to be changed.
    #[error("{0} was changed meanwhile")]
    Changed(String),
}

/// Why the engine did not do it, in words that both share.
enum Why {
    Busy,
    Full,
    Conflict,
    Other,
}

impl StoreError {
    /// Whether a row was refused for being the second of its name.
    pub(crate) fn is_of_uniqueness(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(refused)) if refused.is_unique_violation())
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match why(&error) {
            Why::Busy => Self::Busy(error),
            Why::Full => Self::Full(error),
            Why::Conflict => Self::Conflict(error),
            Why::Other => Self::Database(error),
        }
    }
}

fn why(error: &sqlx::Error) -> Why {
    let refused = match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => return Why::Busy,
        sqlx::Error::Database(refused) => refused,
        _ => return Why::Other,
    };
    if let Some(refused) = refused.try_downcast_ref::<PgDatabaseError>() {
        return match refused.code() {
            // Serialization failure, deadlock.
            "40001" | "40P01" => Why::Conflict,
            "53100" => Why::Full,
            // Too many connections; stopped by an administrator; crash; starting or stopping; a lock not to be had.
            "53300" | "57P01" | "57P02" | "57P03" | "55P03" => Why::Busy,
            _ => Why::Other,
        };
    }
    let code = refused.try_downcast_ref::<SqliteError>().and_then(|_| refused.code()?.parse::<i32>().ok());
    // The low byte is the primary code: https://sqlite.org/rescode.html
    match code.map(|code| (code, code & 0xff)) {
        Some((_, 5 | 6)) => Why::Busy,
        // Full; or what the programs at work on the file share cannot grow, SQLITE_IOERR_SHMSIZE.
        Some((_, 13) | (4874, _)) => Why::Full,
        _ => Why::Other,
    }
}
