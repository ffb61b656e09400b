//! What admins chose.

use sqlx::FromRow;

use crate::{Store, StoreError, database::transaction, sql::sql};

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct StoredSetting {
    /// Its name.
    pub name: String,
    /// Its value as JSON.
    pub value: String,
    /// How often it was set.
    pub version: i64,
}

impl Store {
    /// Every setting that was ever set.
    ///
    /// # Errors
    /// The database refused.
    pub async fn settings(&self) -> Result<Vec<StoredSetting>, StoreError> {
        sql("SELECT name, value, version FROM setting ORDER BY name").all(&self.engine).await
    }

    /// Sets a setting that is still in this version; 0 where it was never set. Gives the new version.
    ///
    /// # Errors
    /// [`StoreError::Changed`] where somebody else set it meanwhile.
    pub async fn set(&self, name: &str, value: &str, version: i64, now_ms: i64) -> Result<i64, StoreError> {
        let set = "INSERT INTO setting (name, value, version, updated_ms) VALUES ($1, $2, 1, $4)
                   ON CONFLICT (name) DO UPDATE
                   SET value = excluded.value, version = setting.version + 1, updated_ms = excluded.updated_ms
                   WHERE setting.version = $3
                   RETURNING version";
        let stale = || StoreError::Changed(format!("setting {name}"));
        transaction!(self, |tx| {
            let set: Option<(i64,)> = sql(set).bind(name).bind(value).bind(version).bind(now_ms).optional(tx).await?;
            // The first version is nobody's successor.
            set.map(|(new,)| new).filter(|new| *new == version + 1).ok_or_else(stale)
        })
    }
}
