//! Packages as the console lists, adds, changes and deletes them.

use domain::wire::{PackageBody, PackageEdit, PackageRecord};
use sqlx::{FromRow, SqliteConnection, SqliteExecutor};

use super::{body, insert, text};
use crate::{Store, StoreError};

#[derive(FromRow)]
struct RecordRow {
    id: String,
    name: String,
    body: String,
    origin: String,
    version: i64,
    customers: i64,
}

impl Store {
    /// Every package, in no order.
    ///
    /// # Errors
    /// The database refused, or a row is damaged.
    pub async fn package_records(&self) -> Result<Vec<PackageRecord>, StoreError> {
        let rows: Vec<RecordRow> = sqlx::query_as(
            "SELECT package.*, (SELECT count(*) FROM customer WHERE customer.package = package.name) AS customers
             FROM package",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(RecordRow::record).collect()
    }

    /// One package.
    ///
    /// # Errors
    /// The database refused, or the row is damaged.
    pub async fn package_record(&self, id: &str) -> Result<Option<PackageRecord>, StoreError> {
        find(&self.readers, id).await?.map(RecordRow::record).transpose()
    }

    /// Adds a package under an id that none ever had, `PKG-n`.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where there is one of that name.
    pub async fn insert_package(
        &self,
        name: &str,
        package: &PackageBody,
        origin: &str,
        now_ms: i64,
    ) -> Result<PackageRecord, StoreError> {
        let mut tx = self.write().await?;
        let id = insert(&mut tx, name, package, origin, now_ms).await.map_err(|error| taken(error, name))?;
        let row = find(&mut *tx, &id).await?.ok_or_else(|| gone(&id))?;
        tx.commit().await?;
        row.record()
    }

    /// Changes a package that is still in this version. Its customers follow a new name.
    ///
    /// # Errors
    /// [`StoreError::Gone`], [`StoreError::Changed`], [`StoreError::Taken`].
    pub async fn update_package(
        &self,
        id: &str,
        name: &str,
        package: &PackageBody,
        version: i64,
        now_ms: i64,
    ) -> Result<PackageRecord, StoreError> {
        let mut tx = self.write().await?;
        let old = find(&mut *tx, id).await?.ok_or_else(|| gone(id))?;
        let updated = sqlx::query(
            "UPDATE package SET name = $3, body = $4, updated_ms = $5, version = version + 1
             WHERE id = $1 AND version = $2",
        )
        .bind(id)
        .bind(version)
        .bind(name)
        .bind(text(package))
        .bind(now_ms)
        .execute(&mut *tx)
        .await
        .map_err(|error| taken(error.into(), name))?;
        if updated.rows_affected() == 0 {
            return Err(changed(id));
        }
        if old.name != name {
            rename_in_customers(&mut tx, &old.name, name, now_ms).await?;
        }
        let row = find(&mut *tx, id).await?.ok_or_else(|| gone(id))?;
        tx.commit().await?;
        row.record()
    }

    /// Changes packages that are all still in their versions, and none otherwise. Nothing is renamed.
    ///
    /// # Errors
    /// [`StoreError::Gone`], [`StoreError::Changed`].
    pub async fn edit_packages(&self, edits: &[PackageEdit], now_ms: i64) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        for PackageEdit { id, version, package } in edits {
            let updated = sqlx::query(
                "UPDATE package SET body = $4, updated_ms = $5, version = version + 1
                 WHERE id = $1 AND version = $2 AND name = $3",
            )
            .bind(id)
            .bind(version)
            .bind(&package.name)
            .bind(text(package))
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
            if updated.rows_affected() == 0 {
                return Err(if find(&mut *tx, id).await?.is_some() { changed(id) } else { gone(id) });
            }
        }
        Ok(tx.commit().await?)
    }

    /// Deletes a package that is still in this version and that nobody has.
    ///
    /// # Errors
    /// [`StoreError::Gone`], [`StoreError::Changed`], [`StoreError::PackageInUse`].
    pub async fn delete_package(&self, id: &str, version: i64) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let old = find(&mut *tx, id).await?.ok_or_else(|| gone(id))?;
        let deleted = sqlx::query("DELETE FROM package WHERE id = $1 AND version = $2")
            .bind(id)
            .bind(version)
            .execute(&mut *tx)
            .await?;
        if deleted.rows_affected() == 0 {
            return Err(changed(id));
        }
        // Nothing was deleted before the commit.
        match old.customers() {
            0 => Ok(tx.commit().await?),
            customers => Err(StoreError::PackageInUse { customers }),
        }
    }
}

async fn find<'c>(executor: impl SqliteExecutor<'c>, id: &str) -> Result<Option<RecordRow>, StoreError> {
    let row = sqlx::query_as(
        "SELECT package.*, (SELECT count(*) FROM customer WHERE customer.package = package.name) AS customers
         FROM package WHERE id = $1",
    );
    Ok(row.bind(id).fetch_optional(executor).await?)
}

/// Whoever follows is changed: an edit of an older version would give them the old name back.
async fn rename_in_customers(tx: &mut SqliteConnection, old: &str, new: &str, now_ms: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE customer SET package = $2, updated_ms = $3, version = version + 1 WHERE package = $1")
        .bind(old)
        .bind(new)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(())
}

fn gone(id: &str) -> StoreError {
    StoreError::Gone(format!("package {id}"))
}

fn changed(id: &str) -> StoreError {
    StoreError::Changed(format!("package {id}"))
}

fn taken(error: StoreError, name: &str) -> StoreError {
    match error {
        StoreError::Database(sqlx::Error::Database(refused)) if refused.is_unique_violation() => {
            StoreError::Taken(name.to_owned())
        }
        error => error,
    }
}

impl RecordRow {
    fn record(self) -> Result<PackageRecord, StoreError> {
        let customers = self.customers();
        let Self { id, name, body: text, origin, version, customers: _ } = self;
        Ok(PackageRecord { package: body(&name, &text)?, id, customers, origin, version })
    }

    /// A count is never negative.
    fn customers(&self) -> usize {
        usize::try_from(self.customers).unwrap_or_default()
    }
}
