//! Packages as the console lists, adds, changes and deletes them.

use domain::wire::{PackageBody, PackageEdit, PackageRecord};
use sqlx::FromRow;

use super::{body, insert, text};
use crate::{
    Store, StoreError,
    customers::words,
    database::transaction,
    engine::{On, Tx},
    sql::sql,
};

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
        let rows: Vec<RecordRow> = sql(RECORD).all(&self.engine).await?;
        rows.into_iter().map(RecordRow::record).collect()
    }

    /// One package.
    ///
    /// # Errors
    /// The database refused, or the row is damaged.
    pub async fn package_record(&self, id: &str) -> Result<Option<PackageRecord>, StoreError> {
        find(&self.engine, id).await?.map(RecordRow::record).transpose()
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
        transaction!(self, |tx| {
            let id = insert(tx, name, package, origin, now_ms).await.map_err(|error| taken(error, name))?;
            find(tx, &id).await?.ok_or_else(|| gone(&id))?.record()
        })
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
        let update = "UPDATE package SET name = $3, body = $4, updated_ms = $5, version = version + 1
                      WHERE id = $1 AND version = $2";
        transaction!(self, |tx| {
            let old = find(&mut *tx, id).await?.ok_or_else(|| gone(id))?;
            let row = sql(update).bind(id).bind(version).bind(name).bind(text(package)).bind(now_ms);
            if row.run(&mut *tx).await.map_err(|error| taken(error, name))? == 0 {
                return Err(changed(id));
            }
            if old.name != name {
                rename_in_customers(tx, &old.name, name, now_ms).await?;
            }
            find(tx, id).await?.ok_or_else(|| gone(id))?.record()
        })
    }

    /// Changes packages that are all still in their versions, and none otherwise. Nothing is renamed.
    ///
    /// # Errors
    /// [`StoreError::Gone`], [`StoreError::Changed`].
    pub async fn edit_packages(&self, edits: &[PackageEdit], now_ms: i64) -> Result<(), StoreError> {
        let update = "UPDATE package SET body = $4, updated_ms = $5, version = version + 1
                      WHERE id = $1 AND version = $2 AND name = $3";
        transaction!(self, |tx| {
            for PackageEdit { id, version, package } in edits {
                let row = sql(update).bind(id).bind(*version).bind(&package.name).bind(text(package)).bind(now_ms);
                if row.run(&mut *tx).await? == 0 {
                    return Err(if find(tx, id).await?.is_some() { changed(id) } else { gone(id) });
                }
            }
            Ok(())
        })
    }

    /// Deletes a package that is still in this version and that nobody has.
    ///
    /// # Errors
    /// [`StoreError::Gone`], [`StoreError::Changed`], [`StoreError::PackageInUse`].
    pub async fn delete_package(&self, id: &str, version: i64) -> Result<(), StoreError> {
        let delete = "DELETE FROM package WHERE id = $1 AND version = $2";
        transaction!(self, |tx| {
            let old = find(&mut *tx, id).await?.ok_or_else(|| gone(id))?;
            if sql(delete).bind(id).bind(version).run(tx).await? == 0 {
                return Err(changed(id));
            }
            // Nothing is deleted before the commit.
            match old.customers() {
                0 => Ok(()),
                customers => Err(StoreError::PackageInUse { customers }),
            }
        })
    }
}

const RECORD: &str =
    "SELECT package.*, (SELECT count(*) FROM customer WHERE customer.package = package.name) AS customers
                      FROM package";

async fn find<'c>(on: impl Into<On<'c>>, id: &str) -> Result<Option<RecordRow>, StoreError> {
    sql(RECORD).then(" WHERE id = $1").bind(id).optional(on).await
}

/// Whoever follows is changed: an edit of an older version would give them the old name back.
async fn rename_in_customers(tx: &mut Tx, old: &str, new: &str, now_ms: i64) -> Result<(), StoreError> {
    sql("UPDATE customer SET package = $2, updated_ms = $3, version = version + 1 WHERE package = $1")
        .bind(old)
        .bind(new)
        .bind(now_ms)
        .run(&mut *tx)
        .await?;
    let renamed: Vec<(String,)> = sql("SELECT id FROM customer WHERE package = $1").bind(new).all(&mut *tx).await?;
    words::follow(tx, renamed.iter().map(|(id,)| id)).await
}

fn gone(id: &str) -> StoreError {
    StoreError::Gone(format!("package {id}"))
}

fn changed(id: &str) -> StoreError {
    StoreError::Changed(format!("package {id}"))
}

fn taken(error: StoreError, name: &str) -> StoreError {
    if error.is_of_uniqueness() { StoreError::Taken(name.to_owned()) } else { error }
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
