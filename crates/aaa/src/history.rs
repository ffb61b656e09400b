//! Who was online from when to when: written down beside the watcher, and read again by customer or by name.

use std::{
    fmt,
    sync::{Arc, Mutex as StdMutex, MutexGuard, PoisonError},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use domain::{
    customer::ServiceType,
    role::{Operator, Permission},
    session::PastSessions,
    timestamp::Timestamp,
    wire::problem::{Code, Problem},
};
use store::{PastPlace, PastQuery, Store, StoreError};
use tokio::{
    select,
    sync::Mutex,
    task::AbortHandle,
    time::{Instant, MissedTickBehavior, interval_at, sleep},
};

use crate::{Services, live::Live, outside::Clock, services::check, trouble};

/// Sessions in one transaction, so that others who write need not wait long.
const AT_ONCE: usize = 1_000;
/// How often we write at most. What happens in between is written together.
const WRITE_EVERY: Duration = Duration::from_secs(1);
/// How long we wait where the store failed.
const AFTER_FAILURE: Duration = Duration::from_secs(10);
/// How often it is written what sessions that go on carried so far.
const COUNT_EVERY: Duration = Duration::from_mins(1);
/// How often old sessions are looked for.
const PRUNE_EVERY: Duration = Duration::from_hours(1);
/// So many of them go in one step, and the next one waits a little.
const PRUNE_STEP: usize = 500;
const PRUNE_PAUSE: Duration = Duration::from_millis(100);
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// The longest page.
const MOST_ON_A_PAGE: usize = 1_000;

/// Which sessions of the past to list.
#[derive(Clone, Debug)]
pub struct HistoryQuery {
    /// Of one customer.
    pub customer_id: Option<String>,
    /// Of one username, as it is spelt.
    pub username: Option<String>,
    /// Of one service; `None` is both.
    pub service: Option<ServiceType>,
    /// That began then or later.
    pub since: Option<Timestamp>,
    /// That began before.
    pub until: Option<Timestamp>,
    /// Where the page before ended, as it said.
    pub cursor: Option<String>,
    /// So many on a page, from 1 to 1,000.
    pub limit: usize,
}

impl Default for HistoryQuery {
    /// The newest hundred of everybody.
    fn default() -> Self {
        Self { customer_id: None, username: None, service: None, since: None, until: None, cursor: None, limit: 100 }
    }
}

/// Whether history is kept, and who keeps it.
#[derive(Debug)]
pub(crate) struct History {
    days: u16,
    keeping: StdMutex<Option<Keeping>>,
}

/// Dropping it ends what keeps history.
struct Keeping {
    writer: Option<Arc<Writer>>,
    tasks: Vec<AbortHandle>,
}

/// Writes down what is new in the book of the live view.
struct Writer {
    live: Arc<Live>,
    store: Store,
    /// One at a time: what is older must not be written over what is newer.
    alone: Mutex<()>,
}

impl Services {
    /// Keeps history from now on, where that is wanted: who is online is watched whether somebody looks or not. Where it
    /// is not, sessions that went on in the run before are ended as last seen.
    pub async fn begin_history(&self) {
        if self.history.keeping().is_some() {
            return;
        }
        let days = self.history.days;
        let router = self.router.as_ref().filter(|_| days > 0);
        if router.is_none()
            && let Err(error) = self.store.leave_open_sessions().await
        {
            tracing::error!(error = &error as &dyn std::error::Error, "Sessions of the past could not be ended");
        }
        let mut tasks = Vec::new();
        // With no day to keep, what was kept before goes as well.
        tasks.push(tokio::spawn(keep_pruning(self.store.clone(), Arc::clone(&self.clock), days)).abort_handle());
        let writer = router.map(|router| {
            let writer = Writer { live: Arc::clone(&router.live), store: self.store.clone(), alone: Mutex::new(()) };
            let writer = Arc::new(writer);
            tasks.push(tokio::spawn(keep_writing(Arc::clone(&writer))).abort_handle());
            self.keep_watching(router);
            writer
        });
        *self.history.keeping() = Some(Keeping { writer, tasks });
    }

    /// Writes down what is not written yet. Where that fails, the next run finds it out as far as the router tells.
    pub async fn finish_history(&self) {
        let writer = self.history.keeping().as_ref().and_then(|keeping| keeping.writer.clone());
        if let Some(writer) = writer
            && let Err(error) = writer.write(Also::Counts).await
        {
            tell(&error);
        }
    }

    /// A page of sessions that were and that go on, newest first.
    ///
    /// # Errors
    /// The operator may not, or the cursor or the length of the page is none.
    pub async fn session_history(&self, operator: &Operator, query: HistoryQuery) -> Result<PastSessions, Problem> {
        check(operator, Permission::ViewSessions)?;
        let HistoryQuery { customer_id, username, service, since, until, cursor, limit } = query;
        if !(1..=MOST_ON_A_PAGE).contains(&limit) {
            let detail = format!("limit={limit}: a page has from 1 to {MOST_ON_A_PAGE} sessions.");
            return Err(Problem::new(Code::InvalidParameter, detail));
        }
        let ms = |at: Timestamp| at.as_unix().saturating_mul(1000);
        let query = PastQuery {
            customer_id,
            username,
            service,
            since_ms: since.map(ms),
            until_ms: until.map(ms),
            after: cursor.as_deref().map(place).transpose()?,
            // One more tells whether there is another page.
            count: limit + 1,
        };
        let mut found = self.store.past_sessions(&query).await.map_err(trouble::of_store)?;
        let is_all = found.len() <= limit;
        found.truncate(limit);
        let next_cursor = found.last().filter(|_| !is_all).map(|(place, _)| cursor_of(place));
        Ok(PastSessions { items: found.into_iter().map(|(_, session)| session).collect(), next_cursor })
    }
}

impl History {
    /// Kept for so many days; for none it is not kept.
    pub(crate) const fn new(days: u16) -> Self {
        Self { days, keeping: StdMutex::new(None) }
    }

    fn keeping(&self) -> MutexGuard<'_, Option<Keeping>> {
        self.keeping.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Keeping {
    fn drop(&mut self) {
        let Self { writer, tasks } = self;
        tasks.iter().for_each(AbortHandle::abort);
        if let Some(writer) = writer {
            writer.live.let_go();
        }
    }
}

/// What is written besides what is new.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Also {
    Nothing,
    /// What sessions that go on carried so far.
    Counts,
}

impl Writer {
    /// Writes all that is new. What could not be written stays new.
    async fn write(&self, also: Also) -> Result<(), StoreError> {
        let _alone = self.alone.lock().await;
        loop {
            let changed = self.live.unwritten(AT_ONCE);
            if changed.is_empty() {
                break;
            }
            if let Err(error) = self.store.keep_sessions(&changed, &[]).await {
                let given_up = self.live.put_back(changed);
                if given_up > 0 {
                    tracing::error!(sessions = given_up, "Too many sessions wait to be written; the oldest are lost");
                }
                return Err(error);
            }
        }
        if also == Also::Counts {
            for counted in self.live.counts().chunks(AT_ONCE) {
                self.store.keep_sessions(&[], counted).await?;
            }
        }
        Ok(())
    }
}

async fn keep_writing(writer: Arc<Writer>) {
    let mut minute = interval_at(Instant::now() + COUNT_EVERY, COUNT_EVERY);
    minute.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let also = select! {
            () = writer.live.to_write.notified() => Also::Nothing,
            _ = minute.tick() => Also::Counts,
        };
        let pause = match writer.write(also).await {
            Ok(()) => WRITE_EVERY,
            Err(error) => {
                tell(&error);
                writer.live.to_write.notify_one();
                AFTER_FAILURE
            }
        };
        sleep(pause).await;
    }
}

async fn keep_pruning(store: Store, clock: Arc<dyn Clock>, days: u16) {
    loop {
        let before_ms = clock.now_ms().saturating_sub(i64::from(days) * DAY_MS);
        loop {
            match store.prune_sessions(before_ms, PRUNE_STEP).await {
                Ok(gone) if gone >= PRUNE_STEP as u64 => sleep(PRUNE_PAUSE).await,
                Ok(_) => break,
                Err(error) => {
                    tell(&error);
                    break;
                }
            }
        }
        sleep(PRUNE_EVERY).await;
    }
}

fn tell(error: &StoreError) {
    tracing::error!(error = error as &dyn std::error::Error, "Who was online could not be written down");
}

fn cursor_of(PastPlace { started_ms, id }: &PastPlace) -> String {
    BASE64.encode(format!("{started_ms} {id}"))
}

fn place(cursor: &str) -> Result<PastPlace, Problem> {
    let text = BASE64.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let place = text
        .as_deref()
        .and_then(|text| text.split_once(' '))
        .and_then(|(started, id)| Some(PastPlace { started_ms: started.parse().ok()?, id: id.to_owned() }));
    place.ok_or_else(|| {
        let detail = "The cursor is none of ours: send nextCursor of the page before as it is, or begin without one.";
        Problem::new(Code::InvalidParameter, detail)
    })
}

impl fmt::Debug for Keeping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeping").field("tasks", &self.tasks.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_to_its_place_and_another_text_nowhere() {
        let there = PastPlace { started_ms: 1_767_605_400_000, id: "default/pppoe/*8000001F@1767605400000".to_owned() };
        assert_eq!(place(&cursor_of(&there)).unwrap(), there);
        for cursor in ["x", "", "ü", &BASE64.encode("12"), &BASE64.encode("x y")] {
            assert_eq!(place(cursor).unwrap_err().code, Code::InvalidParameter, "{cursor:?}");
        }
    }
}
