//! One stream of events to one viewer.

use std::{collections::VecDeque, sync::Arc, sync::OnceLock};

use domain::{
    customer::ServiceType,
    session::{Delta, LiveEvent, Reset, Session, Sessions, TrafficNews},
};
use serde::Serialize;
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::Instant,
};

use super::{Desk, KEPT_FOR, Live, News, State, watcher};

/// What a viewer wants to see.
#[derive(Clone, Debug, Default)]
pub struct WatchQuery {
    /// Sessions of one service; `None` is all.
    pub service: Option<ServiceType>,
    /// Who is online, and what they carry.
    pub sessions: bool,
    /// How the router is.
    pub status: bool,
    /// The id of the last event the viewer saw, where it comes back.
    pub last_event: Option<String>,
}

/// A viewer of one router. Dropping it ends the view.
#[derive(Debug)]
pub struct Viewer {
    live: Arc<Live>,
    query: WatchQuery,
    stream: String,
    /// What is to be told before what is new.
    first: VecDeque<Arc<News>>,
    news: broadcast::Receiver<Arc<News>>,
}

/// One event, ready for the wire.
#[derive(Clone, Debug)]
pub struct Frame {
    /// `<stream>-<n>`: a viewer who comes back with it goes on from there.
    pub id: String,
    /// `reset`, `delta`, `traffic` or `status`.
    pub event: &'static str,
    /// JSON.
    pub data: Arc<str>,
}

impl Viewer {
    /// Takes a seat, and starts the watcher where none runs.
    pub(super) fn open(live: Arc<Live>, query: WatchQuery, desk: impl FnOnce() -> Desk) -> Self {
        let begins = live.join();
        let (stream, first, news) = {
            // Under one lock: what is kept and what is new fit together without a gap.
            let state = live.state();
            (state.stream.clone(), state.first_words(query.last_event.as_deref()), live.news.subscribe())
        };
        if begins {
            tokio::spawn(watcher::watch(Arc::clone(&live), desk()));
        }
        Self { live, query, stream, first, news }
    }

    /// The next event. `None` is a viewer who fell too far behind: it may come back and begins anew.
    pub async fn next(&mut self) -> Option<Frame> {
        loop {
            let news = match self.first.pop_front() {
                Some(news) => news,
                None => match self.news.recv().await {
                    Ok(news) => news,
                    Err(RecvError::Lagged(_) | RecvError::Closed) => return None,
                },
            };
            if let Some(frame) = self.frame(&news) {
                return Some(frame);
            }
        }
    }

    fn frame(&self, news: &News) -> Option<Frame> {
        let WatchQuery { service, sessions, status, .. } = self.query;
        let data = match &news.event {
            LiveEvent::Reset(reset) if !sessions => json(&Reset { sessions: Vec::new(), ..reset.clone() }),
            LiveEvent::Delta(_) | LiveEvent::Traffic(_) if !sessions => None,
            LiveEvent::Status(_) if !status => None,
            _ => news.encoded(service),
        };
        Some(Frame { id: format!("{}-{}", self.stream, news.number), event: news.event.name(), data: data? })
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        self.live.leave();
    }
}

impl State {
    /// What a viewer missed, where that is still kept; else everything; nothing while nothing is known.
    fn first_words(&self, last_event: Option<&str>) -> VecDeque<Arc<News>> {
        if let Some(missed) = last_event.and_then(|last| self.missed_since(last)) {
            return missed;
        }
        let news = |event| Arc::new(News::new(self.number, event, &self.sessions));
        self.reset().map(news).into_iter().collect()
    }

    fn missed_since(&self, last_event: &str) -> Option<VecDeque<Arc<News>>> {
        let (stream, number) = last_event.rsplit_once('-')?;
        let seen: u64 = number.parse().ok()?;
        if stream != self.stream || seen > self.number {
            return None;
        }
        let missed: VecDeque<_> = self.kept.iter().filter(|news| news.number > seen).cloned().collect();
        let whole = missed.len() as u64 == self.number - seen;
        let fresh = missed.front().is_none_or(|oldest| oldest.at.elapsed() <= KEPT_FOR);
        (whole && fresh).then_some(missed)
    }
}

impl News {
    /// An event and what is carried after it.
    pub(super) fn new(number: u64, event: LiveEvent, sessions: &Sessions) -> Self {
        let totals = match event {
            LiveEvent::Traffic(_) => ServiceType::ALL.map(|service| sessions.totals(Some(service))),
            _ => Default::default(),
        };
        Self { number, at: Instant::now(), event, totals, encoded: [const { OnceLock::new() }; 3] }
    }

    /// The event as JSON for viewers of one service, or of all; `None` where it holds nothing for them.
    fn encoded(&self, service: Option<ServiceType>) -> Option<Arc<str>> {
        let slot = match service {
            None => 0,
            Some(ServiceType::Pppoe) => 1,
            Some(ServiceType::Hotspot) => 2,
        };
        self.encoded[slot]
            .get_or_init(|| match service {
                None => self.encode_all(),
                Some(service) => self.encode_of(service),
            })
            .clone()
    }

    fn encode_all(&self) -> Option<Arc<str>> {
        match &self.event {
            LiveEvent::Reset(reset) => json(reset),
            LiveEvent::Delta(delta) => json(delta),
            LiveEvent::Traffic(news) => json(news),
            LiveEvent::Status(status) => json(status),
        }
    }

    fn encode_of(&self, service: ServiceType) -> Option<Arc<str>> {
        let theirs = |sessions: &[Session]| -> Vec<Session> {
            sessions.iter().filter(|session| session.service_type == service).cloned().collect()
        };
        let is_theirs = |key: &str| key.split('/').nth(1) == Some(service.name());
        match &self.event {
            LiveEvent::Reset(reset) => json(&Reset { sessions: theirs(&reset.sessions), ..reset.clone() }),
            LiveEvent::Delta(Delta { as_of, up, down }) => {
                let up = theirs(up);
                let down: Vec<_> = down.iter().filter(|end| is_theirs(&end.key)).cloned().collect();
                if up.is_empty() && down.is_empty() { None } else { json(&Delta { as_of: *as_of, up, down }) }
            }
            LiveEvent::Traffic(TrafficNews { as_of, window_ms, rows, .. }) => {
                let [pppoe, hotspot] = self.totals;
                let totals = if service == ServiceType::Pppoe { pppoe } else { hotspot };
                let rows = rows.iter().filter(|row| is_theirs(&row.0)).cloned().collect();
                json(&TrafficNews { as_of: *as_of, window_ms: *window_ms, totals, rows })
            }
            LiveEvent::Status(status) => json(status),
        }
    }
}

/// Plain data can always be written; what could not be is left out and told in the log.
fn json(data: &impl Serialize) -> Option<Arc<str>> {
    match serde_json::to_string(data) {
        Ok(text) => Some(text.into()),
        Err(error) => {
            tracing::error!(%error, "an event could not be written as JSON");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        session::{RouterState, RouterStatus},
        timestamp::Timestamp,
    };

    use super::*;
    use crate::{live::RawRows, outside::SystemChance};

    fn status(load: u64) -> RouterStatus {
        RouterStatus {
            router_id: "default".to_owned(),
            state: RouterState::Up,
            since: Timestamp::from_unix(0),
            detail: None,
            cpu_load: Some(load),
            memory_used: None,
            version: None,
            uptime_seconds: None,
        }
    }

    fn live() -> Arc<Live> {
        let now = Timestamp::from_unix(0);
        let live = Live::new("default", &SystemChance, now);
        let reset = Reset { as_of: now, stale: false, router: status(0), sessions: Vec::new() };
        live.publish(LiveEvent::Reset(reset), RawRows::new());
        Arc::new(live)
    }

    fn view(live: &Arc<Live>, last_event: Option<String>) -> Viewer {
        let query = WatchQuery { service: None, sessions: true, status: true, last_event };
        Viewer::open(Arc::clone(live), query, || unreachable!("the router is known already"))
    }

    fn happen(live: &Live, times: u64) {
        (0..times).for_each(|load| live.publish(LiveEvent::Status(status(load)), RawRows::new()));
    }

    #[tokio::test]
    async fn who_comes_back_within_256_events_gets_those_and_later_gets_everything() {
        let live = live();
        let mut viewer = view(&live, None);
        let id = viewer.next().await.unwrap().id;
        drop(viewer);
        happen(&live, 256);
        assert_eq!(view(&live, Some(id.clone())).next().await.unwrap().event, "status");
        happen(&live, 1);
        assert_eq!(view(&live, Some(id)).next().await.unwrap().event, "reset");
    }

    #[tokio::test]
    async fn who_does_not_read_is_cut_and_nobody_else() {
        let live = live();
        let (mut slow, mut quick) = (view(&live, None), view(&live, None));
        assert!(slow.next().await.is_some());
        assert!(quick.next().await.is_some());
        for _ in 0..300 {
            happen(&live, 1);
            assert!(quick.next().await.is_some());
        }
        assert!(slow.next().await.is_none());
    }

    #[tokio::test]
    async fn a_viewer_of_the_status_alone_gets_no_sessions() {
        let live = live();
        let query = WatchQuery { status: true, ..WatchQuery::default() };
        let mut viewer = Viewer::open(Arc::clone(&live), query, || unreachable!("the router is known already"));
        viewer.next().await.unwrap();
        let delta = Delta { as_of: Timestamp::from_unix(0), up: Vec::new(), down: Vec::new() };
        live.publish(LiveEvent::Delta(delta), RawRows::new());
        happen(&live, 1);
        assert_eq!(viewer.next().await.unwrap().event, "status");
    }
}
