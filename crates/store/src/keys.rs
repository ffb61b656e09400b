//! Every sealed value at once: which keys are in use, and putting a new one in their place.

use std::collections::BTreeMap;

use sqlx::FromRow;

use crate::{
    SealError, Store, StoreError,
    database::transaction,
    engine::Tx,
    hash_key::{HASH_PREFIX, HashKey, is_hash_of},
    pushed,
    seal::Place,
    sql::sql,
};

/// Where customers' passwords are.
const CUSTOMER: Column =
    Column { name: "customer.password_sealed", table: "customer", key: "id", value: "password_sealed" };

/// Every column with sealed values. The row's key is a text, and with the column what its values are bound to.
const SEALED: [Column; 3] = [
    CUSTOMER,
    Column { name: "sealed_key.value_sealed", table: "sealed_key", key: "name", value: "value_sealed" },
    Column { name: "idempotency_key.answer_sealed", table: "idempotency_key", key: "id", value: "answer_sealed" },
];

/// So many rows are written in one transaction, or read at once: nobody waits long for them.
const STEP: i64 = 300;

/// What a rotation did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rotated {
    /// Values that were sealed anew by the first key.
    pub resealed: u64,
    /// Hashes keyed by a master key that are keyed by the lasting key now.
    pub hashes_kept: u64,
    /// Hashes keyed by an older master key whose password nobody knows: the next sync writes those passwords once.
    pub hashes_dropped: u64,
    /// Values that no key opens. They were left as they are.
    pub unreadable: Vec<SealError>,
}

/// The sealed values there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SealedValues {
    /// How many, by column.
    pub columns: BTreeMap<&'static str, u64>,
    /// How many were sealed, or are hashes keyed, by each key of the ring, by its id.
    pub keys: BTreeMap<String, u64>,
    /// Those that no key opens.
    pub unreadable: Vec<SealError>,
}

struct Column {
    name: &'static str,
    table: &'static str,
    key: &'static str,
    value: &'static str,
}

/// What was done to some rows.
struct Step<C> {
    done: Rotated,
    /// Where the next one begins; `None` after the last.
    next: Option<C>,
}

#[derive(FromRow)]
struct OldHash {
    router_id: String,
    service_type: String,
    customer_id: String,
    password_hash: String,
    password_sealed: Option<String>,
}

impl Store {
    /// Opens every sealed value, and says which keys are in use.
    ///
    /// # Errors
    /// The database refused. A value that no key opens is counted, not an error.
    pub async fn check_sealed(&self) -> Result<SealedValues, StoreError> {
        let mut found = SealedValues::default();
        for column in SEALED {
            let count = found.columns.entry(column.name).or_default();
            let mut after = String::new();
            loop {
                let rows: Vec<(String, String)> = column.from(&after).bind(STEP).all(&self.engine).await?;
                let Some((last, _)) = rows.last() else { break };
                after.clone_from(last);
                for (row, sealed) in &rows {
                    *count += 1;
                    match self.keys.open(&column.place(row), sealed) {
                        Ok(_) => *found.keys.entry(self.key_id(sealed)).or_default() += 1,
                        Err(error) => found.unreadable.push(error),
                    }
                }
            }
        }
        for (id, hashes) in self.old_hashes_by_key().await? {
            *found.keys.entry(id).or_default() += hashes;
        }
        Ok(found)
    }

    /// Seals every value by the first key, and keys old hashes by the lasting key. Each step is a transaction of its
    /// own: a rotation that was cut off is continued by the next one, and others may write meanwhile.
    ///
    /// # Errors
    /// [`StoreError::ServerLacksKey`], or the database refused; what was done until then stays done.
    pub async fn rotate_keys(&self, now_ms: i64) -> Result<Rotated, StoreError> {
        let key = self.keys.first_id();
        if !self.is_key_of_server(key)? {
            return Err(StoreError::ServerLacksKey { key: key.to_owned() });
        }
        let mut rotated = Rotated::default();
        let hash_key = self.hash_key_or_new(now_ms).await?;
        for column in SEALED {
            let mut after = Some(String::new());
            while let Some(last) = after {
                let Step { done, next } = self.reseal_some(&column, &last).await?;
                rotated.add(done);
                after = next;
            }
        }
        let mut after = Some(Default::default());
        while let Some(last) = after {
            let Step { done, next } = self.rehash_some(&hash_key, &last).await?;
            rotated.add(done);
            after = next;
        }
        Ok(rotated)
    }

    /// The rows after this one whose values another key sealed.
    async fn reseal_some(&self, column: &Column, after: &str) -> Result<Step<String>, StoreError> {
        let prefix = self.keys.prefix();
        transaction!(self, |tx| {
            let mut done = Rotated::default();
            let rows: Vec<(String, String)> = column.of_others(after, &prefix).bind(STEP).all(&mut *tx).await?;
            for (row, sealed) in &rows {
                match self.keys.open(&column.place(row), sealed) {
                    Ok(secret) => {
                        column.write(row, self.keys.seal(&column.place(row), &secret), tx).await?;
                        done.resealed += 1;
                    }
                    Err(error) => done.unreadable.push(error),
                }
            }
            Ok(Step { done, next: rows.into_iter().next_back().map(|(row, _)| row) })
        })
    }

    /// The accounts after this one whose hash is keyed by a master key: it is kept where the customer's password is the
    /// one that was hashed, or where the key stays.
    async fn rehash_some(&self, hash_key: &HashKey, after: &[String; 3]) -> Result<Step<[String; 3]>, StoreError> {
        let list = "SELECT router_id, pushed_account.service_type, customer_id, password_hash, password_sealed
                    FROM pushed_account LEFT JOIN customer ON customer.id = customer_id
                    WHERE password_hash IS NOT NULL AND substr(password_hash, 1, 3) <> $1
                          AND (router_id, pushed_account.service_type, customer_id) > ($2, $3, $4)
                    ORDER BY router_id, pushed_account.service_type, customer_id LIMIT $5";
        transaction!(self, |tx| {
            let mut done = Rotated::default();
            let [router, service, customer] = after;
            let rows: Vec<OldHash> =
                sql(list).bind(HASH_PREFIX).bind(router).bind(service).bind(customer).bind(STEP).all(&mut *tx).await?;
            for row in &rows {
                match self.rehashed(hash_key, row) {
                    Some(hash) => {
                        row.write(Some(hash), tx).await?;
                        done.hashes_kept += 1;
                    }
                    None if self.keys.keeps_old_hash(&row.password_hash) => {}
                    None => {
                        row.write(None, tx).await?;
                        done.hashes_dropped += 1;
                    }
                }
            }
            let next = rows.into_iter().next_back();
            let next = next.map(|row| [row.router_id, row.service_type, row.customer_id]);
            Ok(Step { done, next })
        })
    }

    /// The lasting form of a hash, where the customer's password is the one that was hashed.
    fn rehashed(&self, hash_key: &HashKey, old: &OldHash) -> Option<String> {
        let OldHash { router_id, service_type, customer_id, password_hash, password_sealed } = old;
        let password = self.keys.open(&CUSTOMER.place(customer_id), password_sealed.as_ref()?).ok()?;
        let row = format!("{router_id}/{service_type}/{customer_id}");
        let place = pushed::place(&row);
        let is_it = is_hash_of(password_hash, &place, &password, Some(hash_key), &self.keys) == Some(true);
        is_it.then(|| hash_key.hash(&place, &password))
    }

    /// How many hashes are keyed by each master key.
    async fn old_hashes_by_key(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        let list = "SELECT substr(password_hash, 1, 9), COUNT(*) FROM pushed_account
                    WHERE password_hash IS NOT NULL AND substr(password_hash, 1, 3) <> $1
                    GROUP BY substr(password_hash, 1, 9)";
        let counts: Vec<(String, i64)> = sql(list).bind(HASH_PREFIX).all(&self.engine).await?;
        let counts = counts.into_iter();
        Ok(counts.map(|(start, count)| (self.key_id(&format!("v1.{start}")), count.unsigned_abs())).collect())
    }

    /// The id of the key that sealed a value; for a stranger's, the one that stands there.
    fn key_id(&self, sealed: &str) -> String {
        let there = || sealed.split('.').nth(1).unwrap_or_default();
        self.keys.id_in(sealed).unwrap_or_else(there).to_owned()
    }
}

impl Rotated {
    fn add(&mut self, more: Self) {
        let Self { resealed, hashes_kept, hashes_dropped, unreadable } = more;
        self.resealed += resealed;
        self.hashes_kept += hashes_kept;
        self.hashes_dropped += hashes_dropped;
        self.unreadable.extend(unreadable);
    }
}

impl Column {
    fn place<'a>(&self, row: &'a str) -> Place<'a> {
        Place { column: self.name, row }
    }

    /// Rows after this one, with their values; how many is still to be bound.
    fn from<'v>(&self, after: &'v str) -> crate::sql::Sql<'v> {
        let Self { name: _, table, key, value } = self;
        sql("SELECT ")
            .then(&format!("{key}, {value} FROM {table} WHERE {value} IS NOT NULL AND {key} > $1"))
            .then(&format!(" ORDER BY {key} LIMIT $2"))
            .bind(after)
    }

    /// The same where the value does not begin with a prefix.
    fn of_others<'v>(&self, after: &'v str, prefix: &'v str) -> crate::sql::Sql<'v> {
        let Self { name: _, table, key, value } = self;
        sql("SELECT ")
            .then(&format!("{key}, {value} FROM {table} WHERE {value} IS NOT NULL AND {key} > $1"))
            .then(&format!(" AND substr({value}, 1, {}) <> $2 ORDER BY {key} LIMIT $3", prefix.len()))
            .bind(after)
            .bind(prefix)
    }

    async fn write(&self, row: &str, sealed: String, tx: &mut Tx) -> Result<(), StoreError> {
        let Self { name: _, table, key, value } = self;
        let update = sql("UPDATE ").then(&format!("{table} SET {value} = $2 WHERE {key} = $1"));
        update.bind(row).bind(sealed).run(tx).await?;
        Ok(())
    }
}

impl OldHash {
    async fn write(&self, hash: Option<String>, tx: &mut Tx) -> Result<(), StoreError> {
        let Self { router_id, service_type, customer_id, password_hash: _, password_sealed: _ } = self;
        sql("UPDATE pushed_account SET password_hash = $4
             WHERE router_id = $1 AND service_type = $2 AND customer_id = $3")
        .bind(router_id)
        .bind(service_type)
        .bind(customer_id)
        .bind(hash)
        .run(tx)
        .await?;
        Ok(())
    }
}
