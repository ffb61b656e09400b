//! What was last written to a router for each customer: the account's name and comment, and a keyed hash of its
//! password, for routers that do not show theirs.

use std::{collections::HashMap, fmt};

use domain::{
    customer::{Password, ServiceType},
    sync::Pushed,
};

use crate::{
    Store, StoreError,
    database::transaction,
    engine::Tx,
    hash_key::{HashKey, is_hash_of},
    seal::Place,
    sql::{ROWS_IN_ONE, Sql, sql},
};

/// The accounts of one router and service, by customer.
#[derive(Clone)]
pub struct PushedAccounts {
    store: Store,
    /// Absent where no hash was ever keyed by it.
    hash_key: Option<HashKey>,
    place: String,
    accounts: HashMap<String, Last>,
}

/// An account that a router holds by now.
#[derive(Clone, Debug)]
pub struct PushedAccount {
    /// Whose.
    pub customer_id: String,
    /// Its name.
    pub username: String,
    /// Its comment, our marker in it.
    pub comment: String,
    /// Its password, where that was written.
    pub password: Option<Password>,
}

#[derive(Clone, sqlx::FromRow)]
struct Last {
    customer_id: String,
    username: Option<String>,
    comment: Option<String>,
    password_hash: Option<String>,
    owes_end: bool,
}

impl Store {
    /// What was last written to a router for one service.
    ///
    /// # Errors
    /// The database refused.
    pub async fn pushed_accounts(&self, router: &str, service: ServiceType) -> Result<PushedAccounts, StoreError> {
        let kept = "SELECT customer_id, username, comment, password_hash, owes_end FROM pushed_account
                    WHERE router_id = $1 AND service_type = $2";
        let rows: Vec<Last> = sql(kept).bind(router).bind(service.name()).all(&self.engine).await?;
        let accounts = rows.into_iter().map(|last| (last.customer_id.clone(), last)).collect();
        let (store, hash_key) = (self.clone(), self.hash_key().await?);
        Ok(PushedAccounts { store, hash_key, place: format!("{router}/{service}"), accounts })
    }

    /// Remembers accounts that were written. A password that is not among them stays remembered.
    ///
    /// # Errors
    /// The database refused.
    pub async fn remember_pushed(
        &self,
        router: &str,
        service: ServiceType,
        written: &[PushedAccount],
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let hash_key = self.hash_key_or_new(now_ms).await?;
        let hash = |customer: &str, password: &Password| {
            let row = format!("{router}/{service}/{customer}");
            hash_key.hash(&place(&row), password.expose())
        };
        transaction!(self, |tx| {
            for written in written.chunks(ROWS_IN_ONE) {
                sql("INSERT INTO pushed_account
                         (router_id, service_type, customer_id, username, comment, password_hash, pushed_ms) VALUES ")
                .rows(written, |PushedAccount { customer_id, username, comment, password }| {
                    let hash = password.as_ref().map(|password| hash(customer_id, password));
                    let (router, service) = (router.into(), service.name().into());
                    [router, service, customer_id.into(), username.into(), comment.into(), hash.into(), now_ms.into()]
                })
                .then(
                    " ON CONFLICT (router_id, service_type, customer_id) DO UPDATE
                         SET username = excluded.username, comment = excluded.comment, pushed_ms = excluded.pushed_ms,
                             password_hash = coalesce(excluded.password_hash, pushed_account.password_hash)",
                )
                .run(&mut *tx)
                .await?;
            }
            Ok(())
        })
    }

    /// Remembers that sessions of these customers must end, before that is written for which they must.
    ///
    /// # Errors
    /// The database refused: then nothing may be written.
    pub async fn owe_ends(
        &self,
        router: &str,
        service: ServiceType,
        customers: &[String],
        now_ms: i64,
    ) -> Result<(), StoreError> {
        transaction!(self, |tx| owe_ends(tx, router, service, customers, now_ms).await)
    }

    /// Sessions of these customers need not end any more: they did, or nothing was written.
    ///
    /// # Errors
    /// The database refused.
    pub async fn settle_ends(
        &self,
        router: &str,
        service: ServiceType,
        customers: &[String],
    ) -> Result<(), StoreError> {
        let settle = || sql("UPDATE pushed_account SET owes_end = $1").bind(false);
        transaction!(self, |tx| update_of(tx, settle, router, service, customers).await)
    }

    /// Forgets which passwords were last written for these customers: nobody knows whether the router has them.
    ///
    /// # Errors
    /// The database refused.
    pub async fn forget_passwords(
        &self,
        router: &str,
        service: ServiceType,
        customers: &[String],
    ) -> Result<(), StoreError> {
        let forget = || sql("UPDATE pushed_account SET password_hash = $1").bind(None::<&str>);
        transaction!(self, |tx| update_of(tx, forget, router, service, customers).await)
    }

    /// Forgets what was written for a customer: their account is to be another one.
    ///
    /// # Errors
    /// The database refused.
    pub async fn forget_pushed(&self, router: &str, service: ServiceType, customer: &str) -> Result<(), StoreError> {
        transaction!(self, |tx| {
            sql("DELETE FROM pushed_account WHERE router_id = $1 AND service_type = $2 AND customer_id = $3")
                .bind(router)
                .bind(service.name())
                .bind(customer)
                .run(tx)
                .await?;
            Ok(())
        })
    }
}

impl PushedAccounts {
    /// How a wanted password compares with the one last written for a customer.
    pub fn compare(&self, customer: &str, wanted: Option<&Password>) -> Pushed {
        let hash = self.accounts.get(customer).and_then(|last| last.password_hash.as_ref());
        let (Some(hash), Some(wanted)) = (hash, wanted) else { return Pushed::Never };
        let row = format!("{}/{customer}", self.place);
        match is_hash_of(hash, &place(&row), wanted.expose(), self.hash_key.as_ref(), &self.store.keys) {
            Some(true) => Pushed::Same,
            Some(false) => Pushed::Other,
            // Its key is gone: nobody can tell.
            None => Pushed::Never,
        }
    }

    /// Whether sessions of theirs must end that may have begun before something was written.
    pub fn owes_end(&self, customer: &str) -> bool {
        self.accounts.get(customer).is_some_and(|last| last.owes_end)
    }

    /// Name and comment of a customer's account, as they were last written.
    pub fn last(&self, customer: &str) -> Option<(&str, &str)> {
        let Last { username, comment, .. } = self.accounts.get(customer)?;
        Some((username.as_deref()?, comment.as_deref()?))
    }
}

/// Makes one change to the rows of these customers.
async fn update_of<'v>(
    tx: &mut Tx,
    update: impl Fn() -> Sql<'v>,
    router: &'v str,
    service: ServiceType,
    customers: &'v [String],
) -> Result<(), StoreError> {
    for customers in customers.chunks(ROWS_IN_ONE) {
        let of_router = update().then(" WHERE router_id = ").value(router);
        let of_service = of_router.then(" AND service_type = ").value(service.name());
        of_service.then(" AND customer_id IN ").list(customers).run(&mut *tx).await?;
    }
    Ok(())
}

pub(crate) async fn owe_ends(
    tx: &mut Tx,
    router: &str,
    service: ServiceType,
    customers: &[String],
    now_ms: i64,
) -> Result<(), StoreError> {
    for customers in customers.chunks(ROWS_IN_ONE) {
        sql("INSERT INTO pushed_account (router_id, service_type, customer_id, pushed_ms, owes_end) VALUES ")
            .rows(customers, |customer| {
                [router.into(), service.name().into(), customer.into(), now_ms.into(), true.into()]
            })
            .then(" ON CONFLICT (router_id, service_type, customer_id) DO UPDATE SET owes_end = excluded.owes_end")
            .run(&mut *tx)
            .await?;
    }
    Ok(())
}

impl fmt::Debug for PushedAccounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { store: _, hash_key: _, place, accounts } = self;
        f.debug_struct("PushedAccounts").field("place", place).field("accounts", &accounts.len()).finish()
    }
}

/// What a hash is bound to: `row` is router, service and customer.
pub(crate) const fn place(row: &str) -> Place<'_> {
    Place { column: "pushed_account.password_hash", row }
}
