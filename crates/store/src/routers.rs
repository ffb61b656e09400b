//! What may be written to which router.

use crate::{Store, StoreError, database::transaction, sql::sql};

impl Store {
    /// Whether a router is read-only; `None` when nothing was ever said.
    ///
    /// # Errors
    /// The database refused.
    pub async fn router_read_only(&self, id: &str) -> Result<Option<bool>, StoreError> {
        let read_only = sql("SELECT read_only FROM router WHERE id = $1").bind(id).optional(&self.engine).await?;
        Ok(read_only.map(|(read_only,)| read_only))
    }

    /// Says whether a router is read-only.
    ///
    /// # Errors
    /// The database refused.
    pub async fn set_router_read_only(&self, id: &str, read_only: bool) -> Result<(), StoreError> {
        transaction!(self, |tx| {
            let keep = "INSERT INTO router (id, read_only) VALUES ($1, $2)
                        ON CONFLICT (id) DO UPDATE SET read_only = excluded.read_only";
            sql(keep).bind(id).bind(read_only).run(tx).await?;
            Ok(())
        })
    }
}
