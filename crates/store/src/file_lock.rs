//! Files beside the database that one program holds at a time. The system lets go of them when a program dies.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions, TryLockError},
    path::Path,
};

use crate::StoreError;

/// A held file.
#[derive(Debug)]
pub(crate) struct FileLock {
    _held: File,
}

impl FileLock {
    /// Holds `database-purpose`, once everybody before us has let go of it.
    pub(crate) async fn wait(database: &Path, purpose: &str) -> Result<Self, StoreError> {
        let (name, file) = open(database, purpose)?;
        let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await;
        let locked = locked.expect("locking does not panic");
        locked.map(|file| Self { _held: file }).map_err(|source| StoreError::Lock { file: name, source })
    }

    /// Holds `database-purpose`; `None` where somebody else does.
    pub(crate) fn try_now(database: &Path, purpose: &str) -> Result<Option<Self>, StoreError> {
        let (name, file) = open(database, purpose)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _held: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(StoreError::Lock { file: name, source }),
        }
    }
}

fn open(database: &Path, purpose: &str) -> Result<(String, File), StoreError> {
    let mut name = OsString::from(database);
    name.push("-");
    name.push(purpose);
    let shown = name.to_string_lossy().into_owned();
    match OpenOptions::new().create(true).truncate(false).write(true).open(&name) {
        Ok(file) => Ok((shown, file)),
        Err(source) => Err(StoreError::Lock { file: shown, source }),
    }
}
