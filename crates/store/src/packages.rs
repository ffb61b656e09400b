//! What is sold, as it was last sent to us.

mod records; // what the console does with it

use domain::wire::PackageBody;
use sqlx::FromRow;

use crate::{Store, StoreError, database::transaction, engine::Tx, numbers::Kind, sql::sql};

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
        transaction!(self, |tx| {
            for StoredPackage { name, body } in packages {
                let kept: Option<(String,)> =
                    sql("SELECT body FROM package WHERE name = $1").bind(name).optional(&mut *tx).await?;
                match kept {
                    None => drop(insert(tx, name, body, origin, now_ms).await?),
                    Some((kept,)) if kept == text(body) => {}
                    Some(_) => change(tx, name, body, now_ms).await?,
                }
            }
            Ok(())
        })
    }

    /// Every package.
    ///
    /// # Errors
    /// The database refused, or a row is damaged.
    pub async fn packages(&self) -> Result<Vec<StoredPackage>, StoreError> {
        let rows: Vec<PackageRow> = sql("SELECT name, body FROM package ORDER BY name").all(&self.engine).await?;
        let read = |PackageRow { name, body: text }: PackageRow| Ok(StoredPackage { body: body(&name, &text)?, name });
        rows.into_iter().map(read).collect()
    }
}

/// Adds a package under an id that none ever had, `PKG-n`.
async fn insert(tx: &mut Tx, name: &str, body: &PackageBody, origin: &str, now_ms: i64) -> Result<String, StoreError> {
    let id = Kind::Package.next(tx).await?;
    sql("INSERT INTO package (id, name, body, origin, updated_ms) VALUES ($1, $2, $3, $4, $5)")
        .bind(&id)
        .bind(name)
        .bind(text(body))
        .bind(origin)
        .bind(now_ms)
        .run(tx)
        .await?;
    Ok(id)
}

async fn change(tx: &mut Tx, name: &str, body: &PackageBody, now_ms: i64) -> Result<(), StoreError> {
    sql("UPDATE package SET body = $2, updated_ms = $3, version = version + 1 WHERE name = $1")
        .bind(name)
        .bind(text(body))
        .bind(now_ms)
        .run(tx)
        .await?;
    Ok(())
}

fn text(body: &PackageBody) -> String {
    serde_json::to_string(body).expect("a package is plain data")
}

fn body(name: &str, text: &str) -> Result<PackageBody, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Damaged { what: format!("package {name}") })
}
