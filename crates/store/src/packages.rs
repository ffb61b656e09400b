//! What is sold, as it was last sent to us.

use domain::wire::PackageBody;
use sqlx::FromRow;

use crate::{Store, StoreError};

/// A package on disk.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredPackage {
    /// Its name.
    pub name: String,
    /// Everything about it.
    pub body: PackageBody,
}

#[derive(FromRow)]
struct PackageRow {
    name: String,
    body: String,
}

impl Store {
    /// Keeps packages as they are, in place of what was kept of the same names. What is the same stays untouched.
    ///
    /// # Errors
    /// The database refused.
    pub async fn keep_packages(&self, packages: &[StoredPackage], origin: &str, now_ms: i64) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        for StoredPackage { name, body } in packages {
            let body = serde_json::to_string(body).expect("a package is plain data");
            sqlx::query(
                "INSERT INTO package (name, body, origin, updated_ms) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (name) DO UPDATE
                 SET body = excluded.body, updated_ms = excluded.updated_ms, version = package.version + 1
                 WHERE package.body <> excluded.body",
            )
            .bind(name)
            .bind(body)
            .bind(origin)
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Every package.
    ///
    /// # Errors
    /// The database refused, or a row is damaged.
    pub async fn packages(&self) -> Result<Vec<StoredPackage>, StoreError> {
        let rows: Vec<PackageRow> =
            sqlx::query_as("SELECT name, body FROM package ORDER BY name").fetch_all(&self.readers).await?;
        let read = |PackageRow { name, body }: PackageRow| match serde_json::from_str(&body) {
            Ok(body) => Ok(StoredPackage { name, body }),
            Err(_) => Err(StoreError::Damaged { what: format!("package {name}") }),
        };
        rows.into_iter().map(read).collect()
    }
}
