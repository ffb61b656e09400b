//! Rows of a router that somebody chose not to see.

use domain::{customer::ServiceType, drift::Ignored};

use crate::{Store, StoreError, database::transaction, sql::sql};

impl Store {
    /// What is not to be seen of one router and service.
    ///
    /// # Errors
    /// The database refused.
    pub async fn ignored_drift(&self, router: &str, service: ServiceType) -> Result<Ignored, StoreError> {
        let rows: Vec<(String, String)> =
            sql("SELECT username, seen FROM ignored_drift WHERE router_id = $1 AND service_type = $2")
                .bind(router)
                .bind(service.name())
                .all(&self.engine)
                .await?;
        Ok(rows.into_iter().collect())
    }

    /// Hides a row as it was seen.
    ///
    /// # Errors
    /// The database refused.
    pub async fn ignore_drift(
        &self,
        router: &str,
        service: ServiceType,
        username: &str,
        seen: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let keep = "INSERT INTO ignored_drift (router_id, service_type, username, seen, ignored_ms)
                    VALUES ($1, $2, $3, $4, $5)
                    ON CONFLICT (router_id, service_type, username) DO UPDATE
                    SET seen = excluded.seen, ignored_ms = excluded.ignored_ms";
        transaction!(self, |tx| {
            let row = sql(keep).bind(router).bind(service.name()).bind(username).bind(seen).bind(now_ms);
            row.run(tx).await?;
            Ok(())
        })
    }

    /// Shows rows again, also if they become what they were.
    ///
    /// # Errors
    /// The database refused.
    pub async fn notice_drift(
        &self,
        router: &str,
        service: ServiceType,
        usernames: &[String],
    ) -> Result<(), StoreError> {
        transaction!(self, |tx| {
            for username in usernames {
                sql("DELETE FROM ignored_drift WHERE router_id = $1 AND service_type = $2 AND username = $3")
                    .bind(router)
                    .bind(service.name())
                    .bind(username)
                    .run(&mut *tx)
                    .await?;
            }
            Ok(())
        })
    }
}
