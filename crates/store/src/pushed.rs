//! What was last written to a router: a keyed hash of each password, for routers that do not show theirs.

use std::collections::HashMap;

use domain::{
    customer::{Password, ServiceType},
    sync::Pushed,
};

use crate::{Store, StoreError, seal::Place};

/// The hashes of one router and service, by customer.
#[derive(Clone, Debug)]
pub struct PushedPasswords {
    store: Store,
    place: String,
    hashes: HashMap<String, String>,
}

impl Store {
    /// What was last written to a router for one service.
    ///
    /// # Errors
    /// The database refused.
    pub async fn pushed_passwords(&self, router: &str, service: ServiceType) -> Result<PushedPasswords, StoreError> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT customer_id, password_hash FROM pushed_account WHERE router_id = $1 AND service_type = $2",
        )
        .bind(router)
        .bind(service.name())
        .fetch_all(&self.readers)
        .await?;
        let hashes = rows.into_iter().collect();
        Ok(PushedPasswords { store: self.clone(), place: format!("{router}/{service}"), hashes })
    }

    /// Remembers passwords that were written: customer and password.
    ///
    /// # Errors
    /// The database refused.
    pub async fn remember_pushed(
        &self,
        router: &str,
        service: ServiceType,
        written: &[(String, Password)],
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        for (customer, password) in written {
            let row = format!("{router}/{service}/{customer}");
            let hash = self.keys.hash(&Place { column: COLUMN, row: &row }, password.expose());
            sqlx::query(
                "INSERT INTO pushed_account (router_id, service_type, customer_id, password_hash, pushed_ms)
                 VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (router_id, service_type, customer_id) DO UPDATE
                 SET password_hash = excluded.password_hash, pushed_ms = excluded.pushed_ms",
            )
            .bind(router)
            .bind(service.name())
            .bind(customer)
            .bind(hash)
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Forgets what was written for a customer: their account is to be another one.
    ///
    /// # Errors
    /// The database refused.
    pub async fn forget_pushed(&self, router: &str, service: ServiceType, customer: &str) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM pushed_account WHERE router_id = $1 AND service_type = $2 AND customer_id = $3")
            .bind(router)
            .bind(service.name())
            .bind(customer)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }
}

impl PushedPasswords {
    /// How a wanted password compares with the one last written for a customer.
    pub fn compare(&self, customer: &str, wanted: Option<&Password>) -> Pushed {
        let (Some(hash), Some(wanted)) = (self.hashes.get(customer), wanted) else { return Pushed::Never };
        let row = format!("{}/{customer}", self.place);
        match self.store.keys.hash_is_of(&Place { column: COLUMN, row: &row }, wanted.expose(), hash) {
            Some(true) => Pushed::Same,
            Some(false) => Pushed::Other,
            // Its master key is gone: nobody can tell.
            None => Pushed::Never,
        }
    }
}

const COLUMN: &str = "pushed_account.password_hash";
