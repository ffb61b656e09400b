//! The live view in the browser: who is online and what they carry, pushed by the server.
//!
//! The page is drawn from what the server rendered; then the stream takes over. Server and browser take events in by
//! the same code, [`Sessions::apply`].

mod history; // what was carried in the last two minutes
#[cfg(feature = "hydrate")]
mod stream; // events, as the browser gets them

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use domain::{
    session::{Delta, LiveEvent, Reset, RouterState, RouterStatus, Session, SessionEnd, Sessions},
    timestamp::Timestamp,
};
use leptos::prelude::*;

pub(crate) use history::{History, SAMPLES};

/// Who is online, in one page. Copies are the same view.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    /// Behind a lock that waits: on a server the parts of a page are rendered on several threads at once, and a stored
    /// value that is being written answers a reader as though it were gone.
    known: StoredValue<Arc<Mutex<Known>>>,
    /// Grows when somebody came, changed or went.
    changes: RwSignal<u64>,
    /// Grows when traffic was counted.
    countings: RwSignal<u64>,
    /// How the stream is.
    pub(crate) link: RwSignal<Link>,
    /// How the router is, as its watcher says.
    pub(crate) status: RwSignal<Option<RouterStatus>>,
    /// The server's time, ticking; nothing until the browser runs.
    now: RwSignal<Option<Timestamp>>,
}

/// How the stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// It has not spoken yet: what is shown is what the server rendered.
    Still,
    /// Events come.
    Live,
    /// It broke and is opened again.
    Reconnecting,
    /// Somebody stopped all movement.
    Paused,
}

/// How true what is shown is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// As the server rendered it.
    Still,
    /// As it happens.
    Live,
    /// Somebody stopped it.
    Paused,
    /// The server cannot be reached and is tried again.
    Reconnecting,
    /// The router cannot be reached and is tried again.
    Stale,
}

#[derive(Default)]
struct Known {
    /// Whether the stream has brought anything: from then on what the server rendered is old.
    has_spoken: bool,
    /// When the router last said anything.
    as_of: Option<Timestamp>,
    sessions: Sessions,
    carried: HashMap<String, History>,
    in_all: History,
    cpu: VecDeque<u64>,
    /// How many seconds the server's clock is ahead of the browser's, as the last event says.
    #[cfg(feature = "hydrate")]
    ahead: i64,
}

impl Live {
    /// A view of nothing yet. In the browser its stream opens once the page is there.
    pub(crate) fn new() -> Self {
        let live = Self {
            known: StoredValue::new(Arc::default()),
            changes: RwSignal::new(0),
            countings: RwSignal::new(0),
            link: RwSignal::new(Link::Still),
            status: RwSignal::new(None),
            now: RwSignal::new(None),
        };
        #[cfg(feature = "hydrate")]
        stream::open(live);
        live
    }

    /// Begins with what the server rendered, unless the stream has spoken already.
    pub(crate) fn begin(self, sessions: Vec<Session>, as_of: Timestamp) {
        let begins = self.with(|known| {
            if !known.has_spoken {
                known.sessions = Sessions::of(sessions);
                known.as_of = Some(as_of);
            }
            !known.has_spoken
        });
        // A server writes each part of a page once: news would only have it render parts again, also of a page that is
        // already sent and gone.
        if begins && cfg!(feature = "hydrate") {
            self.changes.update(|changes| *changes += 1);
        }
    }

    /// Whether somebody stopped all movement.
    pub(crate) fn is_paused(self) -> bool {
        self.link.get() == Link::Paused
    }

    /// Stops all movement, or lets it go on.
    pub(crate) fn toggle_pause(self) {
        self.link.update(|link| *link = if *link == Link::Paused { Link::Reconnecting } else { Link::Paused });
    }

    /// Whether the stream has brought anything: then everybody is known, and not only a page of them.
    pub(crate) fn has_spoken(self) -> bool {
        self.changes.track();
        self.with(|known| known.has_spoken)
    }

    /// Takes in what happened.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser has a stream"))]
    pub(crate) fn take(self, event: LiveEvent) {
        let as_of = match &event {
            LiveEvent::Reset(reset) => Some(reset.as_of),
            LiveEvent::Delta(delta) => Some(delta.as_of),
            LiveEvent::Traffic(news) => Some(news.as_of),
            LiveEvent::Status(_) => None,
        };
        match &event {
            LiveEvent::Reset(Reset { router, .. }) => self.heard_of_router(router.clone()),
            LiveEvent::Status(status) => self.heard_of_router(status.clone()),
            LiveEvent::Delta(_) | LiveEvent::Traffic(_) => {}
        }
        let counted = matches!(event, LiveEvent::Traffic(_));
        let changed = matches!(event, LiveEvent::Reset(_) | LiveEvent::Delta(_));
        self.with(|known| {
            known.has_spoken = true;
            if let Some(as_of) = as_of {
                known.as_of = Some(as_of);
                #[cfg(feature = "hydrate")]
                {
                    known.ahead = as_of.as_unix() - stream::browser_seconds();
                }
            }
            known.take(event);
        });
        self.link.set(Link::Live);
        if changed {
            self.changes.update(|changes| *changes += 1);
        }
        if counted {
            self.countings.update(|countings| *countings += 1);
        }
    }

    /// A session that this very page ended: it is gone at once, whatever the stream is doing.
    pub(crate) fn ended(self, key: String) {
        let down = vec![SessionEnd { key, end_reason: None }];
        self.with(|known| {
            let as_of = known.as_of.unwrap_or(Timestamp::from_unix(0));
            known.take(LiveEvent::Delta(Delta { as_of, up: Vec::new(), down }));
        });
        self.changes.update(|changes| *changes += 1);
    }

    /// When the router last said anything; again when it did.
    pub(crate) fn as_of(self) -> Option<Timestamp> {
        self.changes.track();
        self.countings.track();
        self.with(|known| known.as_of)
    }

    /// Something of all sessions; again when somebody came, changed or went.
    pub(crate) fn of_all<T>(self, read: impl FnOnce(&Sessions) -> T) -> T {
        self.changes.track();
        self.with(|known| read(&known.sessions))
    }

    /// Something of one session; again when it changed. Nothing where it has ended.
    pub(crate) fn of_session<T>(self, key: &str, read: impl FnOnce(&Session) -> T) -> Option<T> {
        self.changes.track();
        self.with(|known| known.sessions.get(key).map(read))
    }

    /// Something of what one session carries; again whenever that was counted.
    pub(crate) fn of_traffic<T>(self, key: &str, read: impl FnOnce(&Session, Option<&History>) -> T) -> Option<T> {
        self.changes.track();
        self.countings.track();
        self.with(|known| known.sessions.get(key).map(|session| read(session, known.carried.get(key))))
    }

    /// Something of what all carry together; again whenever that was counted.
    pub(crate) fn in_all<T>(self, read: impl FnOnce(&Sessions, &History) -> T) -> T {
        self.changes.track();
        self.countings.track();
        self.with(|known| read(&known.sessions, &known.in_all))
    }

    /// The router's load in the last minutes, oldest first.
    pub(crate) fn cpu(self) -> Vec<u64> {
        self.status.track();
        self.with(|known| known.cpu.iter().copied().collect())
    }

    /// How long a session lasts, ticking.
    pub(crate) fn uptime(self, session: &Session) -> u64 {
        let Some(now) = self.now.get() else { return session.uptime_seconds };
        u64::try_from(now.as_unix() - session.started_at.as_unix()).unwrap_or_default()
    }

    /// How true what is shown is.
    pub(crate) fn freshness(self) -> Freshness {
        let is_up = self.status.with(|status| status.as_ref().is_none_or(|status| status.state == RouterState::Up));
        match (self.link.get(), is_up) {
            (Link::Paused, _) => Freshness::Paused,
            (Link::Reconnecting, _) => Freshness::Reconnecting,
            (Link::Live, false) => Freshness::Stale,
            (Link::Still, _) => Freshness::Still,
            (Link::Live, true) => Freshness::Live,
        }
    }

    /// Another second has passed.
    #[cfg(feature = "hydrate")]
    fn tick(self) {
        let ahead = self.with(|known| known.ahead);
        self.now.set(Some(Timestamp::from_unix(stream::browser_seconds() + ahead)));
    }

    fn with<T>(self, work: impl FnOnce(&mut Known) -> T) -> T {
        let known = self.known.get_value();
        work(&mut known.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn heard_of_router(self, status: RouterStatus) {
        self.with(|known| {
            if let Some(load) = status.cpu_load {
                known.cpu.push_back(load);
                while known.cpu.len() > SAMPLES {
                    known.cpu.pop_front();
                }
            }
        });
        self.status.set(Some(status));
    }
}

impl Known {
    fn take(&mut self, event: LiveEvent) {
        let counted = matches!(event, LiveEvent::Traffic(_));
        self.forget(&event);
        self.sessions.apply(event);
        if !counted {
            return;
        }
        for session in self.sessions.iter() {
            let history = self.carried.entry(session.key.clone()).or_default();
            history.push(session.rate_down_bps, session.rate_up_bps);
        }
        let totals = self.sessions.totals(None);
        self.in_all.push(Some(totals.rate_down_bps), Some(totals.rate_up_bps));
    }

    /// What was carried belongs to one visit, seen without a gap: ids are used again after a restart of the router,
    /// and before a reset nobody knows how much was missed.
    fn forget(&mut self, event: &LiveEvent) {
        match event {
            LiveEvent::Reset(_) => {
                self.carried.clear();
                self.in_all = History::default();
            }
            LiveEvent::Delta(Delta { up, down, .. }) => {
                for end in down {
                    self.carried.remove(&end.key);
                }
                for session in up {
                    let is_same =
                        |old: &Session| (&old.username, old.started_at) == (&session.username, session.started_at);
                    if !self.sessions.get(&session.key).is_some_and(is_same) {
                        self.carried.remove(&session.key);
                    }
                }
            }
            LiveEvent::Traffic(_) | LiveEvent::Status(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::session::{Totals, TrafficNews, TrafficRow, fixture::session};

    use super::*;

    fn up(username: &str) -> LiveEvent {
        LiveEvent::Delta(Delta { as_of: Timestamp::from_unix(0), up: vec![session(1, username)], down: Vec::new() })
    }

    fn counted(rate: u64) -> LiveEvent {
        LiveEvent::Traffic(TrafficNews {
            as_of: Timestamp::from_unix(0),
            window_ms: 2000,
            totals: Totals::default(),
            rows: vec![TrafficRow("default/pppoe/*1".to_owned(), Some(rate), Some(1), None, None)],
        })
    }

    #[test]
    fn nobody_is_drawn_with_what_somebody_else_carried() {
        let mut known = Known::default();
        for event in [up("ana"), counted(5), up("ana"), counted(7)] {
            known.take(event);
        }
        assert_eq!(known.carried["default/pppoe/*1"].iter().len(), 2, "the same visit goes on");
        known.take(up("eva"));
        known.take(counted(9));
        assert_eq!(known.carried["default/pppoe/*1"].peak(), (9, 1), "the id is somebody else's now");
        assert_eq!(known.in_all.iter().len(), 3);
    }
}
