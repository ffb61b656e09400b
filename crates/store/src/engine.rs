//! The two engines: SQLite in a file, PostgreSQL on a server. Each has one line that writes and a few that read.

use std::{str::FromStr, time::Duration};

use sqlx::{
    PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{StoreError, file_lock::FileLock};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// How long somebody waits for a line, or for a lock that another program holds.
const PATIENCE: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

/// Where rows are kept.
#[derive(Clone, Debug)]
pub(crate) enum Engine {
    Sqlite(Lines<SqlitePool>),
    Postgres(Lines<PgPool>),
}

/// One line writes: what reads first and writes then needs nobody to wait for but the one before it.
#[derive(Clone, Debug)]
pub(crate) struct Lines<P> {
    readers: P,
    writer: P,
}

/// A writing transaction.
#[derive(Debug)]
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Where a statement is sent.
#[derive(Debug)]
pub(crate) enum On<'c> {
    Sqlite(&'c SqlitePool),
    SqliteTx(&'c mut SqliteConnection),
    Postgres(&'c PgPool),
    PostgresTx(&'c mut PgConnection),
}

impl Engine {
    /// Opens the database, makes it where it is missing, and brings it up to date.
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        let bad = |why: String| StoreError::Url { url: without_password(url), why };
        match url.split(':').next() {
            Some("sqlite") => {
                let options = SqliteConnectOptions::from_str(url).map_err(|error| bad(error.to_string()))?;
                Self::sqlite(options).await
            }
            Some("postgres" | "postgresql") => {
                let options = PgConnectOptions::from_str(url).map_err(|error| bad(error.to_string()))?;
                Self::postgres(options).await
            }
            _ => Err(bad("it names neither SQLite nor PostgreSQL".to_owned())),
        }
    }

    async fn sqlite(options: SqliteConnectOptions) -> Result<Self, StoreError> {
        // SQLite's migrator takes no lock of its own, so that two programs would make the same table.
        let alone = FileLock::wait(options.get_filename(), "migrating").await?;
        let options = options
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(PATIENCE);
        let lines = SqlitePoolOptions::new().acquire_timeout(PATIENCE);
        let writer = lines.clone().max_connections(1).connect_with(options.clone()).await?;
        up_to_date(&SQLITE, SQLITE.run(&writer).await)?;
        drop(alone);
        let readers = lines.max_connections(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self::Sqlite(Lines { readers, writer }))
    }

    async fn postgres(options: PgConnectOptions) -> Result<Self, StoreError> {
        let options = options.application_name("netpilot");
        // Neither compiling a statement nor splitting it among processes is done sooner than any of ours.
        let plain = "SET jit = off; SET max_parallel_workers_per_gather = 0";
        let lines = PgPoolOptions::new()
            .acquire_timeout(PATIENCE)
            .after_connect(move |line, _| Box::pin(async move { sqlx::raw_sql(plain).execute(line).await.map(drop) }));
        let writer = lines.clone().max_connections(1).connect_with(options.clone()).await?;
        up_to_date(&POSTGRES, POSTGRES.run(&writer).await)?;
        let readers = lines.max_connections(READERS).connect_with(options).await?;
        Ok(Self::Postgres(Lines { readers, writer }))
    }

    /// Begins to write. SQLite takes its write lock at once: a transaction that begins by reading cannot be upgraded and
    /// would fail as soon as somebody else writes. PostgreSQL holds what was read against whoever writes it meanwhile.
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite(lines) => Tx::Sqlite(lines.writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(lines) => Tx::Postgres(lines.writer.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await?),
        })
    }
}

impl Tx {
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Gives up what was done. Where the line is gone, so is the transaction.
    pub(crate) async fn roll_back(self) {
        let rolled_back = match self {
            Self::Sqlite(tx) => tx.rollback().await,
            Self::Postgres(tx) => tx.rollback().await,
        };
        drop(rolled_back);
    }
}

impl<'c> From<&'c Engine> for On<'c> {
    fn from(engine: &'c Engine) -> Self {
        match engine {
            Engine::Sqlite(lines) => Self::Sqlite(&lines.readers),
            Engine::Postgres(lines) => Self::Postgres(&lines.readers),
        }
    }
}

impl<'c> From<&'c mut Tx> for On<'c> {
    fn from(tx: &'c mut Tx) -> Self {
        match tx {
            Tx::Sqlite(tx) => Self::SqliteTx(tx),
            Tx::Postgres(tx) => Self::PostgresTx(tx),
        }
    }
}

fn up_to_date(migrations: &Migrator, ran: Result<(), MigrateError>) -> Result<(), StoreError> {
    let known = migrations.iter().map(|migration| migration.version).max().unwrap_or_default();
    ran.map_err(|error| match error {
        MigrateError::VersionMissing(found) if found > known => StoreError::Newer { found, known },
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        error => StoreError::Migrate(error),
    })
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
