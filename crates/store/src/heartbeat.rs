//! Whether the store can be written, found out by writing.

use crate::{Store, StoreError, database::transaction, sql::sql};

/// So much room has to be there, in bytes: what is written about a change of the router is far less.
const ROOM: usize = 16 * 1024;

impl Store {
    /// Writes a little and takes it back. Whoever is about to write to a router asks first, for what is done there has to
    /// be recorded here. The room it found stays free for that.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Busy`], or the database refused.
    pub async fn can_write(&self) -> Result<(), StoreError> {
        let room = " ".repeat(ROOM);
        transaction!(self, |tx| {
            // The next one is added before the last one goes, so that it cannot stand in the room of that one.
            sql("INSERT INTO heartbeat (id, room) SELECT COALESCE(MAX(id), 0) + 1, $1 FROM heartbeat")
                .bind(&room)
                .run(&mut *tx)
                .await?;
            sql("DELETE FROM heartbeat WHERE id < (SELECT MAX(id) FROM heartbeat)").run(tx).await?;
            Ok(())
        })
    }

    /// Holds the right to write until it is dropped, as another program might. For tests.
    ///
    /// # Errors
    /// Somebody else holds it, or the database refused.
    #[doc(hidden)]
    pub async fn hold(&self) -> Result<impl Send + use<>, StoreError> {
        self.engine.begin().await
    }
}
