//! The two engines: SQLite in a file, PostgreSQL on a server. Each has one line that writes and a few that read.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use sqlx::{
    Connection, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{StoreError, file_lock::FileLock};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

const READERS: u32 = 4;

/// How long the database is waited for, and how large it may get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long somebody waits for a line, or for a lock that another program holds.
    pub patience: Duration,
    /// Of a SQLite file, in pages of 4 KiB; `None` is the disk. More is a full disk.
    pub most_pages: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { patience: Duration::from_secs(5), most_pages: None }
    }
}

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

/// What `DATABASE_URL` names.
enum Address {
    Sqlite(SqliteConnectOptions),
    Postgres(PgConnectOptions),
}

/// The file of a SQLite database; `None` where PostgreSQL has the rows.
pub(crate) fn file_of(url: &str) -> Result<Option<PathBuf>, StoreError> {
    Ok(match Address::read(url)? {
        Address::Sqlite(options) => Some(options.get_filename().to_owned()),
        Address::Postgres(_) => None,
    })
}

/// The newest version of a database that this program knows.
pub(crate) fn newest_version() -> i64 {
    newest(&SQLITE)
}

impl Address {
    fn read(url: &str) -> Result<Self, StoreError> {
        let bad = |why: String| StoreError::Url { url: without_password(url), why };
        match url.split(':').next() {
            Some("sqlite") => url.parse().map(Self::Sqlite).map_err(|error: sqlx::Error| bad(error.to_string())),
            Some("postgres" | "postgresql") => {
                PgConnectOptions::from_str(url).map(Self::Postgres).map_err(|error| bad(error.to_string()))
            }
            _ => Err(bad("it names neither SQLite nor PostgreSQL".to_owned())),
        }
    }
}

impl Engine {
    /// Opens the database, makes it where it is missing, and brings it up to date.
    pub(crate) async fn open(url: &str, limits: Limits) -> Result<Self, StoreError> {
        match Address::read(url)? {
            Address::Sqlite(options) => Self::sqlite(options, limits).await,
            Address::Postgres(options) => Self::postgres(options, limits).await,
        }
    }

    /// The same with a SQLite file.
    pub(crate) async fn open_file(file: &Path, limits: Limits) -> Result<Self, StoreError> {
        Self::sqlite(SqliteConnectOptions::new().filename(file), limits).await
    }

    async fn sqlite(options: SqliteConnectOptions, limits: Limits) -> Result<Self, StoreError> {
        let Limits { patience, most_pages } = limits;
        // SQLite's migrator takes no lock of its own, so that two programs would make the same table.
        let alone = FileLock::wait(options.get_filename(), "migrating").await?;
        let options = options
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(patience);
        let writing = match most_pages {
            Some(most) => options.clone().pragma("max_page_count", most.to_string()),
            None => options.clone(),
        };
        let lines = SqlitePoolOptions::new().acquire_timeout(patience);
        let writer = lines.clone().max_connections(1).connect_with(writing).await?;
        up_to_date(&SQLITE, SQLITE.run(&writer).await)?;
        drop(alone);
        let readers = lines.max_connections(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self::Sqlite(Lines { readers, writer }))
    }

    async fn postgres(options: PgConnectOptions, limits: Limits) -> Result<Self, StoreError> {
        let options = options.application_name("netpilot");
        // Neither compiling a statement nor splitting it among processes is done sooner than any of ours.
        let plain = "SET jit = off; SET max_parallel_workers_per_gather = 0";
        let lines = PgPoolOptions::new()
            .acquire_timeout(limits.patience)
            .after_connect(move |line, _| Box::pin(async move { sqlx::raw_sql(plain).execute(line).await.map(drop) }));
        let writer = lines.clone().max_connections(1).connect_with(options.clone()).await?;
        up_to_date(&POSTGRES, POSTGRES.run(&writer).await)?;
        let readers = lines.max_connections(READERS).connect_with(options).await?;
        Ok(Self::Postgres(Lines { readers, writer }))
    }

    /// Whether no other program serves from it. A file is served by one; PostgreSQL by as many as there are.
    pub(crate) const fn is_ours_alone(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// The file; `None` where PostgreSQL has the rows.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        match self {
            Self::Sqlite(lines) => Some(lines.writer.connect_options().get_filename().to_owned()),
            Self::Postgres(_) => None,
        }
    }

    /// Closes every line. SQLite's writer goes last: it takes what lies beside the file into it.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(Lines { readers, writer }) => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(Lines { readers, writer }) => {
                readers.close().await;
                writer.close().await;
            }
        }
    }

    /// Begins to write. SQLite takes its write lock at once: a transaction that begins by reading cannot be upgraded and
    /// would fail as soon as somebody else writes. PostgreSQL holds what was read against whoever writes it meanwhile.
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite(lines) => Tx::Sqlite(begin_anew(&lines.writer).await?),
            Self::Postgres(lines) => Tx::Postgres(lines.writer.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await?),
        })
    }
}

/// SQLite ends a transaction by itself where the disk is full. To sqlx the line is in it for ever: another one is made.
async fn begin_anew(writer: &SqlitePool) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
    loop {
        match writer.begin_with("BEGIN IMMEDIATE").await {
            Err(sqlx::Error::InvalidSavePointStatement) => {
                let line = writer.acquire().await?;
                if line.is_in_transaction() {
                    line.close().await?;
                }
            }
            begun => return begun,
        }
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
    let known = newest(migrations);
    ran.map_err(|error| match error {
        MigrateError::VersionMissing(found) if found > known => StoreError::Newer { found, known },
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        error => StoreError::Migrate(error),
    })
}

fn newest(migrations: &Migrator) -> i64 {
    migrations.iter().map(|migration| migration.version).max().unwrap_or_default()
}

fn without_password(url: &str) -> String {
    // Parameters may hold one as well.
    let (url, parameters) = url.split_once('?').map_or((url, ""), |(url, _)| (url, "?…"));
    let shown = match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}://…{}", &url[..scheme], &url[at..]),
        _ => url.to_owned(),
    };
    shown + parameters
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_password_in_an_address_is_not_repeated() {
        assert_eq!(without_password("postgres://netpilot:s3cret@db/netpilot"), "postgres://…@db/netpilot");
        assert_eq!(without_password("postgres://db/netpilot?user=u&password=s3cret"), "postgres://db/netpilot?…");
        assert_eq!(without_password("sqlite:///var/lib/netpilot.db"), "sqlite:///var/lib/netpilot.db");
    }
}
