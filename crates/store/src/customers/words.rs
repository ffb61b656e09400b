//! The words by which customers are found, kept true to them, and the name by which they are sorted.

use std::collections::BTreeSet;

use domain::search::{Traits, index};
use sqlx::FromRow;

use crate::{
    Store, StoreError,
    database::transaction,
    engine::Tx,
    sql::{ROWS_IN_ONE, sql},
};

/// A row of `customer_word`.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, FromRow)]
struct WordRow {
    word: String,
    customer_id: String,
    sort_name: String,
}

/// What a customer is found by.
#[derive(FromRow)]
struct FoundBy {
    id: String,
    name: String,
    mobile: Option<String>,
    package: String,
    username: String,
    mac_address: Option<String>,
    ip_address: Option<String>,
    sort_name: Option<String>,
}

/// Makes the words of these customers, who have just been written, true again.
pub(crate) async fn follow<'a>(tx: &mut Tx, ids: impl IntoIterator<Item = &'a String>) -> Result<(), StoreError> {
    let ids: Vec<&String> = ids.into_iter().collect();
    for ids in ids.chunks(ROWS_IN_ONE) {
        follow_some(tx, ids).await?;
    }
    Ok(())
}

/// Leaves nothing by which a customer would be found who is no more.
pub(crate) async fn forget(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    sql("DELETE FROM customer_word WHERE customer_id = $1").bind(id).run(tx).await?;
    Ok(())
}

impl Store {
    /// Writes the words of whoever has none yet, some at a time: whoever is cut off goes on where they were.
    pub(crate) async fn write_missing_words(&self) -> Result<(), StoreError> {
        let (mut is_missing,): (bool,) =
            sql("SELECT EXISTS (SELECT 1 FROM customer WHERE sort_name IS NULL)").one(&self.engine).await?;
        let some = "SELECT id FROM customer WHERE sort_name IS NULL ORDER BY id LIMIT $1";
        let most = i64::try_from(ROWS_IN_ONE).unwrap_or(i64::MAX);
        while is_missing {
            is_missing = transaction!(self, |tx| {
                let ids: Vec<(String,)> = sql(some).bind(most).all(&mut *tx).await?;
                follow(tx, ids.iter().map(|(id,)| id)).await?;
                Ok(!ids.is_empty())
            })?;
        }
        Ok(())
    }
}

async fn follow_some(tx: &mut Tx, ids: &[&String]) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let ids = || ids.iter().copied();
    let now: Vec<FoundBy> = sql("SELECT id, name, mobile, package, username, mac_address, ip_address, sort_name
                                 FROM customer WHERE id IN ")
    .list(ids())
    .all(&mut *tx)
    .await?;
    let old: Vec<WordRow> = sql("SELECT word, customer_id, sort_name FROM customer_word WHERE customer_id IN ")
        .list(ids())
        .all(&mut *tx)
        .await?;
    let old: BTreeSet<WordRow> = old.into_iter().collect();
    let new: BTreeSet<WordRow> = now.iter().flat_map(FoundBy::words).collect();
    let gone: Vec<&WordRow> = old.difference(&new).collect();
    for gone in gone.chunks(ROWS_IN_ONE) {
        let delete = sql("DELETE FROM customer_word WHERE (word, customer_id) IN (VALUES ");
        delete.rows(gone, |row| [(&row.word).into(), (&row.customer_id).into()]).then(")").run(&mut *tx).await?;
    }
    let added: Vec<&WordRow> = new.difference(&old).collect();
    for added in added.chunks(ROWS_IN_ONE) {
        sql("INSERT INTO customer_word (word, customer_id, sort_name) VALUES ")
            .rows(added, |row| [(&row.word).into(), (&row.customer_id).into(), (&row.sort_name).into()])
            .run(&mut *tx)
            .await?;
    }
    sort_again(tx, &now).await
}

/// Writes the names by which customers are sorted, where they are others now.
async fn sort_again(tx: &mut Tx, customers: &[FoundBy]) -> Result<(), StoreError> {
    let named = customers.iter().map(|customer| (&customer.id, index::sort_name(&customer.name), &customer.sort_name));
    let renamed: Vec<_> = named.filter(|(_, new, old)| old.as_ref() != Some(new)).collect();
    if renamed.is_empty() {
        return Ok(());
    }
    sql("WITH renamed (id, sort_name) AS (VALUES ")
        .rows(&renamed, |(id, new, _)| [(*id).into(), new.into()])
        .then(") UPDATE customer SET sort_name = renamed.sort_name FROM renamed WHERE renamed.id = customer.id")
        .run(tx)
        .await?;
    Ok(())
}

impl FoundBy {
    fn words(&self) -> impl Iterator<Item = WordRow> {
        let Self { id, name, mobile, package, username, mac_address, ip_address, sort_name: _ } = self;
        let traits = Traits {
            names: [name, username, package],
            address: ip_address.as_deref().unwrap_or_default(),
            mac_address: mac_address.as_deref().unwrap_or_default(),
            mobile: mobile.as_deref().unwrap_or_default(),
        };
        let sort_name = index::sort_name(name);
        let row = move |word| WordRow { word, customer_id: id.clone(), sort_name: sort_name.clone() };
        index::words(traits).into_iter().map(row)
    }
}
