//! Plans that somebody looks at before they are carried out.

use sqlx::FromRow;

use crate::{Store, StoreError, database::transaction, sql::sql};

/// A plan: what was asked for, and what it came to.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct StoredPlan {
    /// Its id.
    pub id: String,
    /// Who asked for it.
    pub operator_id: String,
    /// What they asked for, as JSON.
    pub asked: String,
    /// By which it is known whether it still holds.
    pub fingerprint: String,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: i64,
    /// Until when it is kept.
    pub expires_ms: i64,
}

impl Store {
    /// Keeps a plan, and forgets those whose time is over.
    ///
    /// # Errors
    /// The database refused.
    pub async fn keep_plan(&self, plan: &StoredPlan) -> Result<(), StoreError> {
        let StoredPlan { id, operator_id, asked, fingerprint, created_ms, expires_ms } = plan;
        let keep = "INSERT INTO plan (id, operator_id, asked, fingerprint, created_ms, expires_ms)
                    VALUES ($1, $2, $3, $4, $5, $6)";
        transaction!(self, |tx| {
            sql("DELETE FROM plan WHERE expires_ms <= $1").bind(*created_ms).run(&mut *tx).await?;
            let row = sql(keep).bind(id).bind(operator_id).bind(asked).bind(fingerprint);
            row.bind(*created_ms).bind(*expires_ms).run(tx).await?;
            Ok(())
        })
    }

    /// A plan that is still kept.
    ///
    /// # Errors
    /// The database refused.
    pub async fn plan(&self, id: &str, now_ms: i64) -> Result<Option<StoredPlan>, StoreError> {
        sql("SELECT * FROM plan WHERE id = $1 AND expires_ms > $2").bind(id).bind(now_ms).optional(&self.engine).await
    }
}
