//! What may be written to which router.

use crate::{Store, StoreError};

impl Store {
    /// Whether a router is read-only; `None` when nothing was ever said.
    ///
    /// # Errors
    /// The database refused.
    pub async fn router_read_only(&self, id: &str) -> Result<Option<bool>, StoreError> {
        Ok(sqlx::query_scalar("SELECT read_only FROM router WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.readers)
            .await?)
    }

    /// Says whether a router is read-only.
    ///
    /// # Errors
    /// The database refused.
    pub async fn set_router_read_only(&self, id: &str, read_only: bool) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query(
            "INSERT INTO router (id, read_only) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET read_only = excluded.read_only",
        )
        .bind(id)
        .bind(read_only)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }
}
