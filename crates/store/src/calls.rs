//! Calls that programs may repeat: a key names one, and its answer is kept.

use sqlx::FromRow;

use crate::{Store, StoreError, database::transaction, seal::Place, sql::sql};

/// A call as somebody makes it.
#[derive(Clone, Copy, Debug)]
pub struct KeyedCall<'a> {
    /// Who calls what: the operator, the method and the path.
    pub scope: &'a str,
    /// The key that the caller chose.
    pub key: &'a str,
    /// A hash of the body.
    pub fingerprint: &'a str,
}

/// Whether a call is to be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallKnown {
    /// It was never made: carry it out, then keep its answer.
    New,
    /// It was made and is at work.
    AtWork,
    /// The key was used for another body.
    OtherBody,
    /// It was carried out, and this was the answer.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: String,
    },
}

#[derive(FromRow)]
struct CallRow {
    fingerprint: String,
    status: Option<i64>,
    answer_sealed: Option<String>,
}

impl Store {
    /// Begins a call, unless it was made before. Of two at once one begins.
    ///
    /// # Errors
    /// The database refused, or the kept answer is damaged.
    pub async fn begin_call(&self, call: KeyedCall<'_>, now_ms: i64) -> Result<CallKnown, StoreError> {
        let KeyedCall { scope, key, fingerprint } = call;
        let begin = "INSERT INTO idempotency_key (scope, key, fingerprint, created_ms) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (scope, key) DO NOTHING";
        let known: Option<CallRow> = transaction!(self, |tx| {
            let rows = sql(begin).bind(scope).bind(key).bind(fingerprint).bind(now_ms).run(&mut *tx).await?;
            if rows > 0 {
                return Ok(None);
            }
            let kept = "SELECT fingerprint, status, answer_sealed FROM idempotency_key WHERE scope = $1 AND key = $2";
            Ok(Some(sql(kept).bind(scope).bind(key).one(tx).await?))
        })?;
        let Some(CallRow { fingerprint: kept, status, answer_sealed }) = known else { return Ok(CallKnown::New) };
        if kept != fingerprint {
            return Ok(CallKnown::OtherBody);
        }
        let (Some(status), Some(sealed)) = (status, answer_sealed) else { return Ok(CallKnown::AtWork) };
        let damaged = |_| StoreError::Damaged { what: "answer of a call".to_owned() };
        let body = self.keys.open(&Place { column: COLUMN, row: &row(scope, key) }, &sealed)?;
        Ok(CallKnown::Answered { status: u16::try_from(status).map_err(damaged)?, body })
    }

    /// Keeps the answer of a call.
    ///
    /// # Errors
    /// The database refused.
    pub async fn answer_call(&self, call: KeyedCall<'_>, status: u16, body: &str) -> Result<(), StoreError> {
        let KeyedCall { scope, key, .. } = call;
        let sealed = self.keys.seal(&Place { column: COLUMN, row: &row(scope, key) }, body);
        let answer = "UPDATE idempotency_key SET status = $3, answer_sealed = $4 WHERE scope = $1 AND key = $2";
        transaction!(self, |tx| {
            sql(answer).bind(scope).bind(key).bind(i64::from(status)).bind(sealed.as_str()).run(tx).await?;
            Ok(())
        })
    }

    /// Forgets a call that came to nothing, so that it can be made again.
    ///
    /// # Errors
    /// The database refused.
    pub async fn forget_call(&self, call: KeyedCall<'_>) -> Result<(), StoreError> {
        let KeyedCall { scope, key, .. } = call;
        transaction!(self, |tx| {
            sql("DELETE FROM idempotency_key WHERE scope = $1 AND key = $2").bind(scope).bind(key).run(tx).await?;
            Ok(())
        })
    }

    /// Forgets calls from before a time. Says how many.
    ///
    /// # Errors
    /// The database refused.
    pub async fn forget_calls_before(&self, before_ms: i64) -> Result<u64, StoreError> {
        let forget = "DELETE FROM idempotency_key WHERE created_ms < $1";
        transaction!(self, |tx| sql(forget).bind(before_ms).run(tx).await)
    }
}

fn row(scope: &str, key: &str) -> String {
    format!("{scope} {key}")
}

const COLUMN: &str = "idempotency_key.answer_sealed";
