//! Who did what. Rows are only ever added: the schema refuses anything else.

use sqlx::FromRow;

use crate::{Store, StoreError, database::transaction, sql::sql};

/// One row: something that is begun, that came to an end, or that was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromRow)]
pub struct AuditRow {
    /// Its id; ids sort by time.
    pub id: String,
    /// The row of its beginning, where this is an end.
    pub begun_id: Option<String>,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Who, by id, where they are known.
    pub actor_id: Option<String>,
    /// What they are called.
    pub actor: String,
    /// Their role.
    pub role: Option<String>,
    /// The address they called from.
    pub from_address: Option<String>,
    /// The request.
    pub request_id: Option<String>,
    /// What they did.
    pub action: String,
    /// To what kind of thing.
    pub object_kind: String,
    /// To which.
    pub object_id: Option<String>,
    /// What that is called.
    pub object_label: Option<String>,
    /// Which customer it is about.
    pub customer_id: Option<String>,
    /// What it was before, as JSON.
    pub before_body: Option<String>,
    /// What it was after, as JSON.
    pub after_body: Option<String>,
    /// `begun`, `done`, `failed` or `refused`.
    pub outcome: String,
    /// Why not.
    pub code: Option<String>,
    /// The run that it began.
    pub run_id: Option<String>,
}

/// Which rows to list. What is not said does not matter.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// About this customer.
    pub customer_id: Option<String>,
    /// By this person.
    pub actor: Option<String>,
    /// Of this kind.
    pub action: Option<String>,
    /// From this time on, in milliseconds since 1970.
    pub since_ms: Option<i64>,
    /// Before this time.
    pub until_ms: Option<i64>,
    /// Before this row.
    pub before: Option<String>,
}

impl Store {
    /// Adds a row.
    ///
    /// # Errors
    /// The database refused: then what it tells of may not be done.
    pub async fn add_to_audit(&self, row: &AuditRow) -> Result<(), StoreError> {
        let add = "INSERT INTO audit (id, begun_id, at_ms, actor_id, actor, role, from_address, request_id, action,
                                      object_kind, object_id, object_label, customer_id, before_body, after_body,
                                      outcome, code, run_id)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
        transaction!(self, |tx| {
            let row = sql(add)
                .bind(&row.id)
                .bind(&row.begun_id)
                .bind(row.at_ms)
                .bind(&row.actor_id)
                .bind(&row.actor)
                .bind(&row.role)
                .bind(&row.from_address)
                .bind(&row.request_id)
                .bind(&row.action)
                .bind(&row.object_kind)
                .bind(&row.object_id)
                .bind(&row.object_label)
                .bind(&row.customer_id)
                .bind(&row.before_body)
                .bind(&row.after_body)
                .bind(&row.outcome)
                .bind(&row.code)
                .bind(&row.run_id);
            row.run(tx).await?;
            Ok(())
        })
    }

    /// Rows that match, the latest first. The beginning of what has ended is not among them.
    ///
    /// # Errors
    /// The database refused.
    pub async fn audit(&self, filter: &AuditFilter, at_most: usize) -> Result<Vec<AuditRow>, StoreError> {
        let AuditFilter { customer_id, actor, action, since_ms, until_ms, before } = filter;
        let mut page = sql("SELECT audit.* FROM audit WHERE at_ms >= $1 AND at_ms < $2");
        page = page.bind(since_ms.unwrap_or(i64::MIN)).bind(until_ms.unwrap_or(i64::MAX));
        let equal = [("customer_id", customer_id), ("actor", actor), ("action", action)];
        for (column, wanted) in equal.into_iter().filter_map(|(column, wanted)| Some((column, wanted.as_ref()?))) {
            page = page.then(" AND ").then(column).then(" = ").value(wanted);
        }
        if let Some(before) = before {
            page = page.then(" AND id < ").value(before);
        }
        page.then(" AND NOT EXISTS (SELECT 1 FROM audit ended WHERE ended.begun_id = audit.id)")
            .then(" ORDER BY id DESC LIMIT ")
            .value(i64::try_from(at_most).unwrap_or(i64::MAX))
            .all(&self.engine)
            .await
    }
}
