//! Who is online, as it happens: one watcher per router serves every viewer.
//!
//! The watcher reads a list and then follows its changes. Every viewer gets the same events: first everything, then
//! what changed. Without viewers it goes on only where history is kept, counting once a minute; else the line to the
//! router is closed after a while.

mod viewer; // one stream of events to one viewer
mod view; // who is online and what they carry, as the watcher knows it
mod reading; // what is read besides what comes by itself
mod watcher; // the task that holds the line
mod book; // what is to be written down of it

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use domain::{
    customer::ServiceType,
    role::{Operator, Permission},
    session::{Delta, LiveEvent, Reset, RouterState, RouterStatus, Session, SessionEnd, Sessions, Totals},
    span::Span,
    timestamp::Timestamp,
    wire::{
        RawRow,
        problem::{Code, Problem},
    },
};
use store::{KeptSession, SessionCount};
use tokio::{
    sync::{Notify, broadcast, watch},
    time::Instant,
};

use crate::{Services, outside::Chance, router::RouterHandle, services::check};
use book::Book;
pub use viewer::{Frame, Viewer, WatchQuery};
pub(crate) use watcher::Desk;

/// Events that a viewer who comes back may have missed.
const KEPT_EVENTS: usize = 256;
/// And for how long.
const KEPT_FOR: Duration = Duration::from_mins(1);
/// Viewers at once, for all routers together.
const MOST_VIEWERS: usize = 500;

/// A row of the router beside its session, for callers who read RouterOS's own words.
type RawRows = BTreeMap<String, BTreeMap<String, String>>;

/// What is known of one router, and who wants to know.
pub(crate) struct Live {
    state: Mutex<State>,
    news: broadcast::Sender<Arc<News>>,
    viewers: watch::Sender<usize>,
    /// Rung when customers or packages of our store changed.
    records: Notify,
    /// Rung when there may be something to write down.
    pub(crate) to_write: Notify,
}

struct State {
    /// Names this stream of events; another start of NetPilot has another.
    stream: String,
    /// The number of the last event.
    number: u64,
    kept: VecDeque<Arc<News>>,
    sessions: Sessions,
    rows: RawRows,
    status: RouterStatus,
    as_of: Timestamp,
    /// Whether a watcher runs, and how far it came.
    watch: Watching,
    /// What is to be written down, where history is kept.
    book: Option<Book>,
    /// Whether the watcher goes on without viewers.
    is_kept: bool,
}

/// How far the watcher came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Watching {
    /// None runs: what is kept is old.
    Not,
    /// One runs and has not said anything yet.
    Begun,
    /// It has read the router, or failed to.
    Known,
}

/// One event, numbered.
struct News {
    number: u64,
    at: Instant,
    event: LiveEvent,
    /// What the sessions of each service carry together, after the event.
    totals: [Totals; 2],
    /// The event as JSON for viewers of all, `PPPoE` and hotspot. A thousand rows are written once, not per viewer.
    encoded: [OnceLock<Option<Arc<str>>>; 3],
}

impl Live {
    pub(crate) fn new(router_id: &str, chance: &dyn Chance, now: Timestamp) -> Self {
        let status = RouterStatus {
            router_id: router_id.to_owned(),
            state: RouterState::Down,
            since: now,
            detail: None,
            cpu_load: None,
            memory_used: None,
            version: None,
            uptime_seconds: None,
        };
        let state = State {
            stream: BASE64.encode(&chance.bytes()[..9]).replace('-', "_"),
            number: 0,
            kept: VecDeque::new(),
            sessions: Sessions::default(),
            rows: RawRows::new(),
            status,
            as_of: now,
            watch: Watching::Not,
            book: None,
            is_kept: false,
        };
        Self {
            state: Mutex::new(state),
            news: broadcast::channel(KEPT_EVENTS).0,
            viewers: watch::channel(0).0,
            records: Notify::new(),
            to_write: Notify::new(),
        }
    }

    /// Keeps a book from now on, with the sessions that went on when somebody last looked.
    pub(crate) fn keep_book(&self, open: Vec<KeptSession>) {
        self.state().book = Some(Book::new(open));
    }

    /// Whether the watcher's word on who is online holds now. While nobody looks it counts too rarely for that.
    pub(crate) fn is_current(&self) -> bool {
        let state = self.state();
        let is_looked_at = *self.viewers.borrow() > 0;
        is_looked_at && state.watch == Watching::Known && state.status.state == RouterState::Up
    }

    /// Who is online by one service or all, as the watcher knows it; `None` where nobody watches or the router is out
    /// of reach.
    pub(crate) fn snapshot(&self, service: Option<ServiceType>) -> Option<(Timestamp, Vec<RawRow<Session>>)> {
        if !self.is_current() {
            return None;
        }
        let state = self.state();
        let State { sessions, rows, as_of, .. } = &*state;
        let wanted = sessions.iter().filter(|session| service.is_none_or(|only| session.service_type == only));
        let raw = |session: &Session| rows.get(&session.key).cloned().unwrap_or_default();
        Some((*as_of, wanted.map(|session| as_it_is_now(session, raw(session), *as_of)).collect()))
    }

    /// Sessions that we ended ourselves and saw to be gone: nobody is shown them while the router's own word comes.
    pub(crate) fn forget(&self, keys: &[String], as_of: Timestamp) {
        let mut state = self.state();
        let known = keys.iter().filter(|key| state.sessions.get(key).is_some());
        let down: Vec<_> = known.map(|key| SessionEnd { key: key.clone(), end_reason: None }).collect();
        if !down.is_empty() {
            let news = state.take_in(LiveEvent::Delta(Delta { as_of, up: Vec::new(), down }), RawRows::new());
            let _ = self.news.send(news);
            self.to_write.notify_one();
        }
    }

    /// Notes that we end sessions, before anybody can hear that they are gone.
    pub(crate) fn we_end(&self, keys: impl IntoIterator<Item = String>, now: Timestamp) {
        if let Some(book) = &mut self.state().book {
            book.we_end(keys, now);
        }
    }

    /// It was not us who ended it.
    pub(crate) fn we_did_not_end(&self, key: &str) {
        if let Some(book) = &mut self.state().book {
            book.we_did_not_end(key);
        }
    }

    /// What is to be written down, so many sessions at most.
    pub(crate) fn unwritten(&self, most: usize) -> Vec<KeptSession> {
        self.state().book.as_mut().map(|book| book.take_unwritten(most)).unwrap_or_default()
    }

    /// What sessions that go on carried so far.
    pub(crate) fn counts(&self) -> Vec<SessionCount> {
        let mut state = self.state();
        let State { book, sessions, .. } = &mut *state;
        book.as_mut().map(|book| book.counts(sessions)).unwrap_or_default()
    }

    /// Takes back what could not be written. Says how many sessions had to be given up.
    pub(crate) fn put_back(&self, kept: Vec<KeptSession>) -> usize {
        self.state().book.as_mut().map_or(0, |book| book.put_back(kept))
    }

    /// The same session with what it carries, where the watcher counts it.
    pub(crate) fn carried(&self, session: &Session) -> Option<Session> {
        if !self.is_current() {
            return None;
        }
        let state = self.state();
        state.sessions.get(&session.key).filter(|known| known.username == session.username).cloned()
    }

    /// Takes an event in and tells every viewer. `rows` are the router's own words on the sessions that are new.
    fn publish(&self, event: LiveEvent, rows: RawRows) {
        let mut state = self.state();
        let news = state.take_in(event, rows);
        // Nobody listens where nobody looks.
        let _ = self.news.send(news);
        self.to_write.notify_one();
    }

    /// Tells what changed about the router itself. The first word to viewers is everything, also where that is that
    /// the router cannot be reached.
    fn change_status(&self, change: impl FnOnce(&mut RouterStatus)) {
        let mut state = self.state();
        let mut status = state.status.clone();
        change(&mut status);
        let begins = state.watch != Watching::Known;
        state.status = status.clone();
        state.watch = Watching::Known;
        let (event, rows) = match state.reset().filter(|_| begins) {
            Some(reset) => (reset, state.rows.clone()),
            None => (LiveEvent::Status(status), RawRows::new()),
        };
        let news = state.take_in(event, rows);
        let _ = self.news.send(news);
    }

    /// Somebody begins to look; true where the watcher has to be started.
    fn join(&self) -> bool {
        let mut state = self.state();
        self.viewers.send_modify(|viewers| *viewers += 1);
        state.begins()
    }

    /// From now on the watcher goes on without viewers; true where it has to be started.
    fn keep(&self) -> bool {
        let mut state = self.state();
        state.is_kept = true;
        state.begins()
    }

    /// The watcher may rest again when nobody looks.
    pub(crate) fn let_go(&self) {
        let mut state = self.state();
        state.is_kept = false;
        // It may have slept for as long as it was kept.
        self.viewers.send_modify(|_| {});
    }

    fn is_kept(&self) -> bool {
        self.state().is_kept
    }

    fn leave(&self) {
        let _state = self.state();
        self.viewers.send_modify(|viewers| *viewers -= 1);
    }

    /// The watcher wants to go; it may, unless somebody began to look meanwhile.
    fn may_rest(&self) -> bool {
        let mut state = self.state();
        let may = *self.viewers.borrow() == 0 && !state.is_kept;
        if may {
            state.watch = Watching::Not;
        }
        may
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Whoever panicked while holding it left whole values behind.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether a watcher has to be started now.
    fn begins(&mut self) -> bool {
        let begins = self.watch == Watching::Not;
        if begins {
            self.watch = Watching::Begun;
        }
        begins
    }

    fn take_in(&mut self, event: LiveEvent, rows: RawRows) -> Arc<News> {
        match &event {
            LiveEvent::Reset(Reset { as_of, router, .. }) => {
                self.as_of = *as_of;
                self.status = router.clone();
                self.rows = rows;
                self.watch = Watching::Known;
            }
            LiveEvent::Delta(Delta { as_of, down, .. }) => {
                self.as_of = *as_of;
                for end in down {
                    self.rows.remove(&end.key);
                }
                self.rows.extend(rows);
            }
            LiveEvent::Traffic(news) => self.as_of = news.as_of,
            LiveEvent::Status(status) => self.status = status.clone(),
        }
        if let Some(book) = &mut self.book {
            book.take_in(&event, &self.sessions);
        }
        self.sessions.apply(event.clone());
        self.number += 1;
        let news = Arc::new(News::new(self.number, event, &self.sessions));
        self.kept.push_back(Arc::clone(&news));
        while self.kept.len() > KEPT_EVENTS || self.kept.front().is_some_and(|old| old.at.elapsed() > KEPT_FOR) {
            self.kept.pop_front();
        }
        news
    }

    /// Everything, as the first word to a viewer; `None` while the watcher has not said anything.
    fn reset(&self) -> Option<LiveEvent> {
        if self.watch != Watching::Known {
            return None;
        }
        let mut sessions: Vec<Session> = self.sessions.iter().cloned().collect();
        for session in &mut sessions {
            session.lasts_until(self.as_of);
        }
        let stale = self.status.state != RouterState::Up;
        Some(LiveEvent::Reset(Reset { as_of: self.as_of, stale, router: self.status.clone(), sessions }))
    }
}

impl Services {
    /// Who is online and what they carry, as it happens.
    ///
    /// # Errors
    /// The operator may not, no router is configured, or too many look already.
    pub fn watch(&self, operator: &Operator, query: WatchQuery) -> Result<Viewer, Problem> {
        // A reset tells how the router is, whatever was asked for.
        check(operator, Permission::ViewStatus)?;
        if query.sessions {
            check(operator, Permission::ViewSessions)?;
        }
        let router = self.router()?;
        if *router.live.viewers.borrow() >= MOST_VIEWERS {
            let detail = format!("{MOST_VIEWERS} live views are open already. Close one, or try again later.");
            return Err(Problem::new(Code::TooManyStreams, detail));
        }
        Ok(Viewer::open(Arc::clone(&router.live), query, || self.desk(router)))
    }

    /// Watches from now on, whether somebody looks or not.
    pub(crate) fn keep_watching(&self, router: &RouterHandle) {
        if router.live.keep() {
            tokio::spawn(watcher::watch(Arc::clone(&router.live), self.desk(router)));
        }
    }

    fn desk(&self, router: &RouterHandle) -> Desk {
        Desk {
            endpoint: router.link.endpoint().clone(),
            options: router.link.options(),
            store: self.store.clone(),
            rate_base: self.rate_base,
            clock: Arc::clone(&self.clock),
            chance: Arc::clone(&self.chance),
            router_id: router.id,
            refused_pause: router.pauses.refused,
        }
    }
}

impl Services {
    /// Customers or packages of our store changed: viewers are told what is called otherwise now.
    pub(crate) fn records_changed(&self) {
        if let Some(router) = &self.router {
            router.live.records.notify_one();
        }
    }
}

/// A row as the router would print it now: it ticks, and its counters go on.
fn as_it_is_now(session: &Session, mut row: BTreeMap<String, String>, now: Timestamp) -> RawRow<Session> {
    let mut session = session.clone();
    session.lasts_until(now);
    let mut put = |name: &str, value: Option<String>| {
        if let (Some(held), Some(value)) = (row.get_mut(name), value) {
            *held = value;
        }
    };
    put("uptime", Some(Span::seconds(session.uptime_seconds).to_string()));
    put("bytes-in", session.bytes_up.map(|bytes| bytes.to_string()));
    put("bytes-out", session.bytes_down.map(|bytes| bytes.to_string()));
    RawRow { netpilot: session, row }
}

impl fmt::Debug for News {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("News").field("number", &self.number).field("event", &self.event.name()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").field("viewers", &*self.viewers.borrow()).finish_non_exhaustive()
    }
}
