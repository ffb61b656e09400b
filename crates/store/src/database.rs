//! The database file: opened, migrated, one writer and a few readers.

use std::{str::FromStr, time::Duration};

use sqlx::{
    Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{Keyring, SealError};

/// Everything that survives a restart.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) readers: SqlitePool,
    writer: SqlitePool,
    pub(crate) keys: Keyring,
}

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Not an address that we can open.
    #[error("DATABASE_URL {url:?} cannot be used: {why}. Use sqlite:///absolute/path/netpilot.db")]
    Url {
        /// The address without its password.
        url: String,
        /// Why not.
        why: String,
    },
    /// The schema could not be brought up to date.
    #[error("could not bring the database up to date")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The database said no.
    #[error("the database refused")]
    Database(#[from] sqlx::Error),
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

/// Rows in one statement: their values stay far below what either engine takes.
pub(crate) const ROWS_IN_ONE: usize = 500;

impl Store {
    /// Opens the database, makes it where it is missing, and migrates it.
    ///
    /// # Errors
    /// The address cannot be used, or the database refused.
    pub async fn open(url: &str, keys: Keyring) -> Result<Self, StoreError> {
        let bad = |why: &str| StoreError::Url { url: without_password(url), why: why.to_owned() };
        if !url.starts_with("sqlite:") {
            return Err(bad("only SQLite is served by this version"));
        }
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|error| bad(&error.to_string()))?
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5));
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        sqlx::migrate!("migrations/sqlite").run(&writer).await?;
        let readers = SqlitePoolOptions::new().max_connections(4).connect_with(options.read_only(true)).await?;
        Ok(Self { readers, writer, keys })
    }

    /// A writing transaction. It takes the write lock at once: one that begins by reading cannot be upgraded later and
    /// would fail as soon as somebody else writes.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }
}

fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}://…{}", &url[..scheme], &url[at..]),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_password_in_an_address_is_not_repeated() {
        assert_eq!(without_password("postgres://netpilot:s3cret@db/netpilot"), "postgres://…@db/netpilot");
        assert_eq!(without_password("sqlite:///var/lib/netpilot.db"), "sqlite:///var/lib/netpilot.db");
    }
}
