//! A consistent copy of a SQLite database while a server runs, and putting one in the database's place.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, ErrorKind},
    os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    process,
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};

use crate::{
    Keyring, SealError, Store, StoreError,
    engine::{Engine, Limits, file_of, newest_version},
    file_lock::FileLock,
};

/// Tables that every version has. The first one tells which version it is.
const TABLES: [&str; 4] = ["_sqlx_migrations", "operator", "customer", "pushed_account"];
/// How long somebody may take who has the old database open for a moment.
const PATIENCE: Duration = Duration::from_secs(1);

/// A backup that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackedUp {
    /// How large it is.
    pub bytes: u64,
    /// The version of the database.
    pub version: i64,
}

/// A backup that is the database now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The version the backup was of, before it was brought up to date.
    pub version: i64,
    /// How many sealed values it has. Our keys open all of them.
    pub sealed: u64,
    /// Where the database is that was there before.
    pub aside: Option<PathBuf>,
}

/// Why there is no backup, or no other database than before.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The rows are not in a file.
    #[error(
        "the database is PostgreSQL, whose own tools copy it while it runs: pg_dump --format=custom --file=FILE \
         DATABASE, and back into an empty database: pg_restore --dbname=DATABASE FILE"
    )]
    Postgres,
    /// There is no such file.
    #[error("there is no file {}", .0.display())]
    Missing(PathBuf),
    /// The file that was to be written is there.
    #[error("{} is there already and is not replaced; name another file", .0.display())]
    Exists(PathBuf),
    /// A file cannot be written, read or moved.
    #[error("could not {what} {}", file.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// Which file.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The disk of the backup is full.
    #[error("there is no room for {}; name a file on another disk, or make room", .0.display())]
    NoRoom(PathBuf),
    /// SQLite cannot read all of it.
    #[error("{} is damaged: {why}", file.display())]
    Damaged {
        /// Which file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A database of something else.
    #[error("{} is no database of NetPilot", .0.display())]
    Foreign(PathBuf),
    /// A newer version made it.
    #[error(
        "{} was made by a newer NetPilot: it has version {found}, and this one knows versions up to {known}; restore it \
         with that NetPilot",
        file.display()
    )]
    Newer {
        /// Which file.
        file: PathBuf,
        /// Its version.
        found: i64,
        /// The newest one of ours.
        known: i64,
    },
    /// A part of a database at work.
    #[error(
        "{} is not whole: its last changes are in {} beside it; make a whole copy with: netpilot backup FILE",
        file.display(), beside.display()
    )]
    NotWhole {
        /// Which file.
        file: PathBuf,
        /// What belongs to it.
        beside: PathBuf,
    },
    /// Secrets that our keys do not open.
    #[error(
        "{count} secrets of {} cannot be opened; put the master key of that time behind the present one in \
         NETPILOT_MASTER_KEY, with a comma between them",
        file.display()
    )]
    Sealed {
        /// Which file.
        file: PathBuf,
        /// How many.
        count: usize,
        /// The first of them.
        source: SealError,
    },
    /// Somebody is at work on the database.
    #[error("another program has {} open; end it first", .0.display())]
    Open(PathBuf),
    /// The database itself.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Copies a database to a file that is not there yet: whole, as it is at one moment, while others write to it.
///
/// # Errors
/// The file is there, cannot be written, or the copy turns out to be damaged; then there is no file.
pub async fn back_up(url: &str, to: &Path) -> Result<BackedUp, BackupError> {
    let from = file_of(url)?.ok_or(BackupError::Postgres)?;
    if !from.is_file() {
        return Err(BackupError::Missing(from));
    }
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let part = Passing::new(with_end(to, &format!(".{}.part", process::id())))?;
    copy_whole(&from, &part.0).await?;
    let version = look_at(&part.0).await?;
    let bytes = keep_safe(&part.0)?;
    give_name(&part.0, to)?;
    keep_folder_safe(to)?;
    Ok(BackedUp { bytes, version })
}

/// Puts a backup in the database's place, once it is known to be whole, not newer than we are, and opened by our keys. The
/// database that was there is kept beside it, under a name that ends in `stamp`.
///
/// # Errors
/// A server is at work on the database, or the backup cannot be used; then the database is as it was.
pub async fn restore(url: &str, from: &Path, keys: Keyring, stamp: &str) -> Result<Restored, BackupError> {
    let database = file_of(url)?.ok_or(BackupError::Postgres)?;
    if !from.is_file() {
        return Err(BackupError::Missing(from.to_owned()));
    }
    let beside = with_end(from, "-wal");
    if fs::metadata(&beside).is_ok_and(|beside| beside.len() > 0) {
        return Err(BackupError::NotWhole { file: from.to_owned(), beside });
    }
    let _alone = Store::serve_alone(url, &keys)?;
    look_at(from).await?;
    let new = Passing::new(with_end(&database, &format!("-restoring.{}", process::id())))?;
    fs::copy(from, &new.0).map_err(|source| BackupError::File { what: "copy", file: from.to_owned(), source })?;
    let version = look_at(&new.0).await?;
    let sealed = bring_up_to_date(&new.0, from, keys).await?;
    let _nobody_opens_it = FileLock::wait(&database, "migrating").await?;
    let aside = put_aside(&database, &with_end(&database, &format!("-before-restore-{stamp}")), &new.0).await?;
    keep_safe(&new.0)?;
    fs::rename(&new.0, &database).map_err(|source| BackupError::File {
        what: "replace",
        file: database.clone(),
        source,
    })?;
    keep_folder_safe(&database)?;
    Ok(Restored { version, sealed, aside })
}

/// A file on its way, and what SQLite and we have put beside it. It goes, unless it was given another name.
struct Passing(PathBuf);

impl Passing {
    /// Makes it, for nobody else to read.
    fn new(file: PathBuf) -> Result<Self, BackupError> {
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file);
        made.map_err(|source| BackupError::File { what: "make", file: file.clone(), source })?;
        Ok(Self(file))
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm", "-migrating"] {
            let _ = fs::remove_file(with_end(&self.0, end));
        }
    }
}

async fn copy_whole(from: &Path, to: &Path) -> Result<(), BackupError> {
    let refused = |error: sqlx::Error| match StoreError::from(error) {
        StoreError::Full(_) => BackupError::NoRoom(to.to_owned()),
        error => error.into(),
    };
    let mut line = SqliteConnectOptions::new().filename(from).read_only(true).connect().await.map_err(refused)?;
    let copied = sqlx::query("VACUUM INTO $1").bind(to.to_string_lossy()).execute(&mut line).await;
    line.close().await.map_err(refused)?;
    copied.map(drop).map_err(refused)
}

/// The version of a file that is whole and ours. Leaves nothing beside it.
async fn look_at(file: &Path) -> Result<i64, BackupError> {
    let damaged = |error: sqlx::Error| BackupError::Damaged { file: file.to_owned(), why: error.to_string() };
    let options = SqliteConnectOptions::new().filename(file).read_only(true).immutable(true);
    let mut line = options.connect().await.map_err(damaged)?;
    let found: Vec<String> =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut line).await.map_err(damaged)?;
    if found != ["ok"] {
        return Err(BackupError::Damaged { file: file.to_owned(), why: found.join("; ") });
    }
    let tables: Vec<String> = sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .fetch_all(&mut line)
        .await
        .map_err(damaged)?;
    if TABLES.iter().any(|table| !tables.iter().any(|there| there == table)) {
        return Err(BackupError::Foreign(file.to_owned()));
    }
    let version: Option<i64> = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations WHERE success")
        .fetch_one(&mut line)
        .await
        .map_err(damaged)?;
    line.close().await.map_err(damaged)?;
    let (found, known) = (version.unwrap_or_default(), newest_version());
    if found > known { Err(BackupError::Newer { file: file.to_owned(), found, known }) } else { Ok(found) }
}

/// Gives a file another name as well, unless that is taken: a rename would replace a file that came meanwhile. Where the
/// disk knows no second names, it is renamed.
fn give_name(file: &Path, name: &Path) -> Result<(), BackupError> {
    let named = match fs::hard_link(file, name) {
        Err(error)
            if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::Unsupported) && !name.exists() =>
        {
            fs::rename(file, name)
        }
        named => named,
    };
    named.map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => BackupError::Exists(name.to_owned()),
        _ => BackupError::File { what: "make", file: name.to_owned(), source },
    })
}

/// Opens a copy as a server would. How many sealed values it has, each of which opens.
async fn bring_up_to_date(copy: &Path, from: &Path, keys: Keyring) -> Result<u64, BackupError> {
    let store = Store { engine: Engine::open_file(copy, Limits::default()).await?, keys };
    let checked = match store.give_up_runs().await {
        Ok(()) => store.check_sealed().await,
        Err(error) => Err(error),
    };
    store.close().await;
    take_in_what_lies_beside(copy).await?;
    let found = checked?;
    let count = found.unreadable.len();
    match found.unreadable.into_iter().next() {
        Some(source) => Err(BackupError::Sealed { file: from.to_owned(), count, source }),
        None => Ok(found.columns.values().sum()),
    }
}

/// Gives the database that is there a second name, and its owner and rights to the new one. It keeps its own name until
/// the new one takes it: at no moment is there none.
async fn put_aside(database: &Path, aside: &Path, new: &Path) -> Result<Option<PathBuf>, BackupError> {
    let failed = |what, source| BackupError::File { what, file: database.to_owned(), source };
    let there = match fs::metadata(database) {
        Ok(there) => there,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(failed("read", source)),
    };
    if aside.exists() {
        return Err(BackupError::Exists(aside.to_owned()));
    }
    settle(database).await?;
    fs::hard_link(database, aside).map_err(|source| failed("put aside", source))?;
    for end in ["-wal", "-shm"] {
        match fs::rename(with_end(database, end), with_end(aside, end)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed("put aside", error)),
            _ => {}
        }
    }
    fs::set_permissions(new, Permissions::from_mode(there.mode()))
        .map_err(|source| failed("copy the rights of", source))?;
    chown(new, Some(there.uid()), Some(there.gid())).map_err(|source| failed("copy the owner of", source))?;
    Ok(Some(aside.to_owned()))
}

/// Leaves nothing of a database beside its file, where that can be read; else it is put aside as it is.
async fn settle(database: &Path) -> Result<(), BackupError> {
    match take_in_what_lies_beside(database).await {
        Err(StoreError::Busy(_)) => Err(BackupError::Open(database.to_owned())),
        Err(StoreError::Full(_)) => Err(BackupError::NoRoom(database.to_owned())),
        _ => Ok(()),
    }
}

/// Takes the last changes into the file. SQLite refuses where anybody else has it open.
async fn take_in_what_lies_beside(database: &Path) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::new().filename(database).busy_timeout(PATIENCE);
    Ok(options.journal_mode(SqliteJournalMode::Delete).connect().await?.close().await?)
}

/// Writes a file through to its disk. How large it is.
fn keep_safe(file: &Path) -> Result<u64, BackupError> {
    let kept = File::open(file).and_then(|file| {
        file.sync_all()?;
        Ok(file.metadata()?.len())
    });
    kept.map_err(|source| BackupError::File { what: "write", file: file.to_owned(), source })
}

/// The same for the name of a file.
fn keep_folder_safe(file: &Path) -> Result<(), BackupError> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    keep_safe(folder).map(drop)
}

fn with_end(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}
