//! Files beside the database that one program holds at a time. The system lets go of them when a program dies.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::StoreError;

/// A held file.
#[derive(Debug)]
pub(crate) struct FileLock {
    held: File,
}

impl FileLock {
    /// Holds `database-purpose`, once everybody before us has let go of it.
    pub(crate) async fn wait(database: &Path, purpose: &str) -> Result<Self, StoreError> {
        let (name, file) = open(database, purpose)?;
        let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await;
        let locked = locked.expect("locking does not panic");
        locked.map(|file| Self { held: file }).map_err(|source| StoreError::Lock { file: name, source })
    }

    /// Holds `database-purpose`; `None` where somebody else does.
    pub(crate) fn try_now(database: &Path, purpose: &str) -> Result<Option<Self>, StoreError> {
        let (name, file) = open(database, purpose)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { held: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(StoreError::Lock { file: name, source }),
        }
    }

    /// Writes into it, for others to read.
    pub(crate) fn tell(&mut self, text: &str) -> io::Result<()> {
        self.held.set_len(0)?;
        self.held.write_all(text.as_bytes())
    }
}

/// What whoever holds `database-purpose` has told; `None` where nobody holds it.
pub(crate) fn told(database: &Path, purpose: &str) -> Result<Option<String>, StoreError> {
    if FileLock::try_now(database, purpose)?.is_some() {
        return Ok(None);
    }
    let name = file(database, purpose);
    let lost = |source| StoreError::Lock { file: name.display().to_string(), source };
    fs::read_to_string(&name).map(Some).map_err(lost)
}

/// `database-purpose`.
pub(crate) fn file(database: &Path, purpose: &str) -> PathBuf {
    let mut name = OsString::from(database);
    name.push("-");
    name.push(purpose);
    name.into()
}

fn open(database: &Path, purpose: &str) -> Result<(String, File), StoreError> {
    let name = file(database, purpose);
    let shown = name.display().to_string();
    match OpenOptions::new().create(true).truncate(false).write(true).open(&name) {
        Ok(file) => Ok((shown, file)),
        Err(source) => Err(StoreError::Lock { file: shown, source }),
    }
}
