//! Rows of a router that somebody chose not to see.

use domain::{customer::ServiceType, drift::Ignored};

use crate::{Store, StoreError};

impl Store {
    /// What is not to be seen of one router and service.
    ///
    /// # Errors
    /// The database refused.
    pub async fn ignored_drift(&self, router: &str, service: ServiceType) -> Result<Ignored, StoreError> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT username, seen FROM ignored_drift WHERE router_id = $1 AND service_type = $2")
                .bind(router)
                .bind(service.name())
                .fetch_all(&self.readers)
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
        let mut tx = self.write().await?;
        sqlx::query(
            "INSERT INTO ignored_drift (router_id, service_type, username, seen, ignored_ms) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (router_id, service_type, username) DO UPDATE
             SET seen = excluded.seen, ignored_ms = excluded.ignored_ms",
        )
        .bind(router)
        .bind(service.name())
        .bind(username)
        .bind(seen)
        .bind(now_ms)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
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
        let mut tx = self.write().await?;
        for username in usernames {
            sqlx::query("DELETE FROM ignored_drift WHERE router_id = $1 AND service_type = $2 AND username = $3")
                .bind(router)
                .bind(service.name())
                .bind(username)
                .execute(&mut *tx)
                .await?;
        }
        Ok(tx.commit().await?)
    }
}
