//! The store as a whole, and how it writes.

use std::time::Duration;

use crate::{
    Keyring, Limits, StoreError,
    engine::{self, Engine, Tx},
    file_lock::{self, FileLock},
};

/// Everything that survives a restart.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) engine: Engine,
    pub(crate) keys: Keyring,
}

impl Store {
    /// Opens the database, makes it where it is missing, and brings it up to date.
    ///
    /// # Errors
    /// The address cannot be used, a newer version was at work on the database, or the database refused.
    pub async fn open(url: &str, keys: Keyring) -> Result<Self, StoreError> {
        Self::open_within(url, keys, Limits::default()).await
    }

    /// The same with other limits.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_within(url: &str, keys: Keyring, limits: Limits) -> Result<Self, StoreError> {
        let store = Self { engine: Engine::open(url, limits).await?, keys };
        store.write_missing_words().await?;
        Ok(store)
    }

    /// Keeps other servers away from a database until it is dropped; whoever does not serve may be at work beside it.
    /// PostgreSQL needs none: it is made for several.
    ///
    /// # Errors
    /// [`StoreError::InUse`], or the file that says so cannot be made.
    pub fn serve_alone(url: &str, keys: &Keyring) -> Result<Serving, StoreError> {
        let Some(database) = engine::file_of(url)? else { return Ok(Serving { _held: None }) };
        let file = file_lock::file(&database, SERVING).display().to_string();
        let Some(mut held) = FileLock::try_now(&database, SERVING)? else { return Err(StoreError::InUse { file }) };
        let ids: Vec<_> = keys.ids().collect();
        held.tell(&ids.join(" ")).map_err(|source| StoreError::Lock { file, source })?;
        Ok(Serving { _held: Some(held) })
    }

    /// Whether the server that serves the file, if one does, has a key. Of a PostgreSQL nobody knows its servers.
    pub(crate) fn is_key_of_server(&self, id: &str) -> Result<bool, StoreError> {
        let Some(database) = self.engine.file() else { return Ok(true) };
        let ids = file_lock::told(&database, SERVING)?;
        // It has to be the one that the server seals with: what it seals meanwhile would be left behind.
        Ok(ids.is_none_or(|ids| ids.split(' ').next() == Some(id)))
    }

    /// Sees, before a server serves, that its keys are those of the database: an empty one is given its hash key.
    ///
    /// # Errors
    /// [`StoreError::Seal`] where they are not, or the database refused.
    pub async fn fit_keys(&self, now_ms: i64) -> Result<(), StoreError> {
        self.hash_key_or_new(now_ms).await.map(drop)
    }

    /// Closes the database, once everybody is done with it.
    pub async fn close(&self) {
        self.engine.close().await;
    }
}

/// What a server holds beside its database.
const SERVING: &str = "serving";

/// That this server alone serves a database.
#[derive(Debug)]
#[must_use = "others are kept away as long as it is held"]
pub struct Serving {
    _held: Option<FileLock>,
}

/// Writes all of it or nothing: the work is done in one transaction, `tx`, and may leave it by `?` and `return`. Only
/// where another program's transaction came in between, and so nothing was written, it is done again.
///
/// No function, for a future that a function is given cannot be said to be `Send`.
macro_rules! transaction {
    ($store:expr, |$tx:ident| $work:expr) => {{
        let mut tries = $crate::database::Tries::default();
        loop {
            let mut begun = $store.engine.begin().await?;
            let work = async {
                let $tx = &mut begun;
                $work
            };
            let done: Result<_, $crate::StoreError> = work.await;
            if let Some(done) = tries.settle(begun, done).await {
                break done;
            }
        }
    }};
}
pub(crate) use transaction;

/// How often a transaction was done.
#[derive(Debug, Default)]
pub(crate) struct Tries(u32);

impl Tries {
    /// So often it is done where others come in between.
    const MOST: u32 = 8;

    /// Commits what was done. Nothing where it is to be done again.
    pub(crate) async fn settle<T>(&mut self, tx: Tx, done: Result<T, StoreError>) -> Option<Result<T, StoreError>> {
        let done = match done {
            Ok(done) => tx.commit().await.map(|()| done),
            Err(error) => {
                // Before the next one begins, not some time later.
                tx.roll_back().await;
                Err(error)
            }
        };
        self.0 += 1;
        if matches!(done, Err(StoreError::Conflict(_))) && self.0 < Self::MOST {
            tokio::time::sleep(Duration::from_millis(1 << self.0)).await;
            return None;
        }
        Some(done)
    }
}
