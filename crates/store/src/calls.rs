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
        let (id, fingerprint) = (call.id(), call.fingerprint);
        let begin = "INSERT INTO idempotency_key (id, fingerprint, created_ms) VALUES ($1, $2, $3)
                     ON CONFLICT (id) DO NOTHING";
        let known: Option<CallRow> = transaction!(self, |tx| {
            let rows = sql(begin).bind(&id).bind(fingerprint).bind(now_ms).run(&mut *tx).await?;
            if rows > 0 {
                return Ok(None);
            }
            let kept = "SELECT fingerprint, status, answer_sealed FROM idempotency_key WHERE id = $1";
            Ok(Some(sql(kept).bind(&id).one(tx).await?))
        })?;
        let Some(CallRow { fingerprint: kept, status, answer_sealed }) = known else { return Ok(CallKnown::New) };
        if kept != fingerprint {
            return Ok(CallKnown::OtherBody);
        }
        let (Some(status), Some(sealed)) = (status, answer_sealed) else { return Ok(CallKnown::AtWork) };
        let damaged = |_| StoreError::Damaged { what: "answer of a call".to_owned() };
        let body = self.keys.open(&Place { column: COLUMN, row: &id }, &sealed)?;
        Ok(CallKnown::Answered { status: u16::try_from(status).map_err(damaged)?, body })
    }

    /// Keeps the answer of a call.
    ///
    /// # Errors
    /// The database refused.
    pub async fn answer_call(&self, call: KeyedCall<'_>, status: u16, body: &str) -> Result<(), StoreError> {
        let id = call.id();
        let sealed = self.keys.seal(&Place { column: COLUMN, row: &id }, body);
        let answer = "UPDATE idempotency_key SET status = $2, answer_sealed = $3 WHERE id = $1";
        transaction!(self, |tx| {
            sql(answer).bind(&id).bind(i64::from(status)).bind(sealed.as_str()).run(tx).await?;
            Ok(())
        })
    }

    /// Forgets a call that came to nothing, so that it can be made again.
    ///
    /// # Errors
    /// The database refused.
    pub async fn forget_call(&self, call: KeyedCall<'_>) -> Result<(), StoreError> {
        let id = call.id();
        transaction!(self, |tx| {
            sql("DELETE FROM idempotency_key WHERE id = $1").bind(&id).run(tx).await?;
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

impl KeyedCall<'_> {
    fn id(&self) -> String {
        let Self { scope, key, .. } = self;
        format!("{scope} {key}")
    }
}

const COLUMN: &str = "idempotency_key.answer_sealed";
