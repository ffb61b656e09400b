//! What is sold, as it was last sent to us.

mod records; // what the console does with it

use domain::wire::PackageBody;
use sqlx::{FromRow, SqliteConnection};

use crate::{Store, StoreError, numbers::Kind};

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
            let kept: Option<String> = sqlx::query_scalar("SELECT body FROM package WHERE name = $1")
                .bind(name)
                .fetch_optional(&mut *tx)
                .await?;
            match kept {
                None => drop(insert(&mut tx, name, body, origin, now_ms).await?),
                Some(kept) if kept == text(body) => {}
                Some(_) => change(&mut tx, name, body, now_ms).await?,
            }
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
        let read = |PackageRow { name, body: text }: PackageRow| Ok(StoredPackage { body: body(&name, &text)?, name });
        rows.into_iter().map(read).collect()
    }
}

/// Adds a package under an id that none ever had, `PKG-n`.
async fn insert(
    tx: &mut SqliteConnection,
    name: &str,
    body: &PackageBody,
    origin: &str,
    now_ms: i64,
) -> Result<String, StoreError> {
    let id = Kind::Package.next(tx).await?;
    sqlx::query("INSERT INTO package (id, name, body, origin, updated_ms) VALUES ($1, $2, $3, $4, $5)")
        .bind(&id)
        .bind(name)
        .bind(text(body))
        .bind(origin)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(id)
}

async fn change(tx: &mut SqliteConnection, name: &str, body: &PackageBody, now_ms: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE package SET body = $2, updated_ms = $3, version = version + 1 WHERE name = $1")
        .bind(name)
        .bind(text(body))
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(())
}

fn text(body: &PackageBody) -> String {
    serde_json::to_string(body).expect("a package is plain data")
}

fn body(name: &str, text: &str) -> Result<PackageBody, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Damaged { what: format!("package {name}") })
}
