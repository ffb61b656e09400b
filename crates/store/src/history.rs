//! Who was online from when to when. It is written in batches: a busy router begins and ends fifty sessions a second.

use domain::{
    customer::ServiceType,
    session::{EndReason, PastSession},
    timestamp::Timestamp,
};
use sqlx::FromRow;

use crate::{
    Store, StoreError,
    database::transaction,
    engine::Tx,
    sql::{ROWS_IN_ONE, Sql, Value, sql},
};

/// A session as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSession {
    /// Names it for ever.
    pub id: String,
    /// The router it was on.
    pub router_id: String,
    /// How the customer got online.
    pub service: ServiceType,
    /// The router's row of it, by `domain::session::session_key`. Other sessions may have had it before.
    pub session_key: String,
    /// Name the customer dialled in with.
    pub username: String,
    /// The customer, where it is known whose it is.
    pub customer_id: Option<String>,
    /// The address they had.
    pub address: Option<String>,
    /// The device they came from.
    pub caller_id: Option<String>,
    /// When it began.
    pub started_ms: i64,
    /// When it was last known to go on, or to have ended.
    pub seen_ms: i64,
    /// How it ended; nothing while it goes on.
    pub ended: Option<KeptEnd>,
    /// Bytes downloaded, where they were counted.
    pub bytes_down: Option<i64>,
    /// Bytes uploaded, where they were counted.
    pub bytes_up: Option<i64>,
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptEnd {
    /// When.
    pub at_ms: i64,
    /// Why.
    pub reason: EndReason,
    /// Whether nobody watched then.
    pub gap: bool,
}

/// What a session carried so far. What was not counted leaves what was counted before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionCount {
    /// Which.
    pub id: String,
    /// When that was.
    pub seen_ms: i64,
    /// Bytes downloaded.
    pub bytes_down: Option<i64>,
    /// Bytes uploaded.
    pub bytes_up: Option<i64>,
}

/// Which sessions of the past are asked for, and how many.
#[derive(Clone, Debug, Default)]
pub struct PastQuery {
    /// Of one customer.
    pub customer_id: Option<String>,
    /// Of one username.
    pub username: Option<String>,
    /// Of one service.
    pub service: Option<ServiceType>,
    /// That began then or later.
    pub since_ms: Option<i64>,
    /// That began before.
    pub until_ms: Option<i64>,
    /// That come after this one in the list.
    pub after: Option<PastPlace>,
    /// So many at most.
    pub count: usize,
}

/// Where a session stands in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastPlace {
    /// When it began.
    pub started_ms: i64,
    /// Its id.
    pub id: String,
}

#[derive(FromRow)]
struct Row {
    id: String,
    router_id: String,
    service_type: String,
    session_key: String,
    username: String,
    customer_id: Option<String>,
    address: Option<String>,
    caller_id: Option<String>,
    started_ms: i64,
    seen_ms: i64,
    ended_ms: Option<i64>,
    bytes_down: Option<i64>,
    bytes_up: Option<i64>,
    end_reason: Option<String>,
    gap: bool,
}

#[derive(FromRow)]
struct NamedRow {
    #[sqlx(flatten)]
    row: Row,
    customer_name: Option<String>,
}

impl Store {
    /// Keeps sessions as they are now, in place of what was kept of the same ids, and what others carried so far.
    ///
    /// # Errors
    /// The database refused; then nothing was written.
    pub async fn keep_sessions(&self, changed: &[KeptSession], counted: &[SessionCount]) -> Result<(), StoreError> {
        transaction!(self, |tx| {
            for changed in changed.chunks(ROWS_IN_ONE) {
                keep(tx, changed).await?;
            }
            for counted in counted.chunks(ROWS_IN_ONE) {
                count(tx, counted).await?;
            }
            Ok(())
        })
    }

    /// The sessions of a router that go on as far as is known.
    ///
    /// # Errors
    /// The database refused, or a row is damaged.
    pub async fn open_sessions(&self, router: &str) -> Result<Vec<KeptSession>, StoreError> {
        let open = sql("SELECT * FROM session_history WHERE ended_ms IS NULL AND router_id = $1");
        let rows: Vec<Row> = open.bind(router).all(&self.engine).await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Ends every session that goes on, when it was last seen: nobody will watch any more.
    ///
    /// # Errors
    /// The database refused.
    pub async fn leave_open_sessions(&self) -> Result<u64, StoreError> {
        let leave = "UPDATE session_history SET ended_ms = seen_ms, end_reason = $1, gap = $2 WHERE ended_ms IS NULL";
        transaction!(self, |tx| sql(leave).bind(EndReason::Unknown.name()).bind(true).run(tx).await)
    }

    /// Sessions of the past, newest first, each with its place in the list.
    ///
    /// # Errors
    /// The database refused, or a row is damaged.
    pub async fn past_sessions(&self, query: &PastQuery) -> Result<Vec<(PastPlace, PastSession)>, StoreError> {
        let rows: Vec<NamedRow> = query.sql().all(&self.engine).await?;
        rows.into_iter().map(NamedRow::read).collect()
    }

    /// Forgets sessions that ended before a moment, the oldest first and so many at most. Says how many.
    ///
    /// # Errors
    /// The database refused.
    pub async fn prune_sessions(&self, before_ms: i64, most: usize) -> Result<u64, StoreError> {
        let oldest = "DELETE FROM session_history WHERE id IN
                          (SELECT id FROM session_history WHERE ended_ms < $1 ORDER BY ended_ms LIMIT $2)";
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        transaction!(self, |tx| sql(oldest).bind(before_ms).bind(most).run(tx).await)
    }
}

impl PastQuery {
    fn sql(&self) -> Sql<'_> {
        let Self { customer_id, username, service, since_ms, until_ms, after, count } = self;
        let mut sql = sql("SELECT session_history.*, customer.name AS customer_name
                           FROM session_history LEFT JOIN customer ON customer.id = session_history.customer_id
                           WHERE TRUE");
        let only = [
            ("session_history.customer_id =", customer_id.as_ref().map(Value::from)),
            ("session_history.username =", username.as_ref().map(Value::from)),
            ("session_history.service_type =", service.map(|service| service.name().into())),
            ("started_ms >=", since_ms.map(Value::from)),
            ("started_ms <", until_ms.map(Value::from)),
        ];
        for (condition, value) in only {
            if let Some(value) = value {
                sql = sql.then(" AND ").then(condition).list([value]);
            }
        }
        if let Some(PastPlace { started_ms, id }) = after {
            sql = sql.then(" AND (started_ms, session_history.id) <").list([Value::from(*started_ms), id.into()]);
        }
        let count = i64::try_from(*count).unwrap_or(i64::MAX);
        sql.then(" ORDER BY started_ms DESC, session_history.id DESC LIMIT ").list([count])
    }
}

/// Writes sessions, at most [`ROWS_IN_ONE`].
async fn keep(tx: &mut Tx, sessions: &[KeptSession]) -> Result<(), StoreError> {
    sql("INSERT INTO session_history (id, router_id, service_type, session_key, username, customer_id, address,
                                      caller_id, started_ms, seen_ms, ended_ms, bytes_down, bytes_up, end_reason,
                                      gap) VALUES ")
    .rows(sessions, |session| {
        let ended = session.ended.as_ref();
        [
            (&session.id).into(),
            (&session.router_id).into(),
            session.service.name().into(),
            (&session.session_key).into(),
            (&session.username).into(),
            (&session.customer_id).into(),
            (&session.address).into(),
            (&session.caller_id).into(),
            session.started_ms.into(),
            session.seen_ms.into(),
            ended.map(|ended| ended.at_ms).into(),
            session.bytes_down.into(),
            session.bytes_up.into(),
            ended.map(|ended| ended.reason.name()).into(),
            ended.is_some_and(|ended| ended.gap).into(),
        ]
    })
    .then(
        " ON CONFLICT (id) DO UPDATE
             SET customer_id = excluded.customer_id, address = excluded.address, caller_id = excluded.caller_id,
                 seen_ms = excluded.seen_ms, ended_ms = excluded.ended_ms, bytes_down = excluded.bytes_down,
                 bytes_up = excluded.bytes_up, end_reason = excluded.end_reason, gap = excluded.gap",
    )
    .run(tx)
    .await?;
    Ok(())
}

/// Writes what sessions carried, at most [`ROWS_IN_ONE`].
async fn count(tx: &mut Tx, counted: &[SessionCount]) -> Result<(), StoreError> {
    sql("UPDATE session_history
         SET seen_ms = counted.column2, bytes_down = COALESCE(counted.column3, session_history.bytes_down),
             bytes_up = COALESCE(counted.column4, session_history.bytes_up)
         FROM (VALUES ")
    .rows(counted, |SessionCount { id, seen_ms, bytes_down, bytes_up }| {
        [id.into(), (*seen_ms).into(), (*bytes_down).into(), (*bytes_up).into()]
    })
    .then(") AS counted WHERE session_history.id = counted.column1 AND session_history.ended_ms IS NULL")
    .run(tx)
    .await?;
    Ok(())
}

impl Row {
    fn read(self) -> Result<KeptSession, StoreError> {
        let damaged = |what: &str| StoreError::Damaged { what: format!("{what} of session {}", self.id) };
        let service = self.service_type.parse().map_err(|_| damaged("service type"))?;
        let ended = match (self.ended_ms, &self.end_reason) {
            (None, _) => None,
            (Some(at_ms), reason) => {
                let reason = reason.as_deref().unwrap_or_default().parse().map_err(|_| damaged("end"))?;
                Some(KeptEnd { at_ms, reason, gap: self.gap })
            }
        };
        Ok(KeptSession {
            id: self.id,
            router_id: self.router_id,
            service,
            session_key: self.session_key,
            username: self.username,
            customer_id: self.customer_id,
            address: self.address,
            caller_id: self.caller_id,
            started_ms: self.started_ms,
            seen_ms: self.seen_ms,
            ended,
            bytes_down: self.bytes_down,
            bytes_up: self.bytes_up,
        })
    }
}

impl NamedRow {
    fn read(self) -> Result<(PastPlace, PastSession), StoreError> {
        let kept = self.row.read()?;
        let at = |ms: i64| Timestamp::from_unix(ms.div_euclid(1000));
        let bytes = |bytes: Option<i64>| bytes.and_then(|bytes| u64::try_from(bytes).ok());
        let place = PastPlace { started_ms: kept.started_ms, id: kept.id };
        let session = PastSession {
            username: kept.username,
            customer_id: kept.customer_id,
            customer_name: self.customer_name,
            service_type: kept.service,
            router_id: kept.router_id,
            address: kept.address,
            caller_id: kept.caller_id,
            started_at: at(kept.started_ms),
            ended_at: kept.ended.map(|ended| at(ended.at_ms)),
            bytes_down: bytes(kept.bytes_down),
            bytes_up: bytes(kept.bytes_up),
            end_reason: kept.ended.map(|ended| ended.reason),
            gap: kept.ended.is_some_and(|ended| ended.gap),
        };
        Ok((place, session))
    }
}
