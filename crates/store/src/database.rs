//! The store as a whole, and how it writes.

use std::time::Duration;

use crate::{
    Keyring, StoreError,
    engine::{Engine, Tx},
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
        let store = Self { engine: Engine::open(url).await?, keys };
        store.write_missing_words().await?;
        Ok(store)
    }
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
