//! Events, as the browser gets them: one stream for a page, closed while nobody can see it.

use std::time::Duration;

use domain::{session::LiveEvent, wire::problem::Code};
use futures_util::{StreamExt, stream::select_all};
use gloo_net::eventsource::{State, futures::EventSource};
use leptos::{
    ev,
    leptos_dom::helpers::{set_interval_with_handle, set_timeout},
    prelude::*,
    reactive::spawn_local,
};
use web_sys::MessageEvent;

use super::{Link, Live};
use crate::api::{self, ApiError};

/// All that the console shows.
const EVENTS: &str = "/api/mikrotik/events?type=all";
const NAMES: [&str; 5] = ["reset", "delta", "traffic", "status", "heartbeat"];
/// A stream that says nothing for so many seconds, not even that it is there, is broken: the server does every 15.
const SILENCE: i64 = 20;
/// How long we wait before opening a stream again that the server ended: at first, and at most.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));
/// How many events that wait are taken at once.
const AT_ONCE: usize = 512;

/// The stream of a page, and whose turn it is to read it: a page that is paused or hidden ends the turn.
#[derive(Clone, Copy)]
struct Turn {
    source: StoredValue<Option<EventSource>, LocalStorage>,
    /// When the stream was last heard, in seconds since 1970.
    heard: StoredValue<i64>,
    current: StoredValue<u32>,
    mine: u32,
}

/// Opens the stream once the page is there, and again whenever somebody wants to see it.
pub(super) fn open(live: Live) {
    let visible = RwSignal::new(true);
    let (source, heard) = (StoredValue::new_local(None), StoredValue::new(0));
    let turn = Turn { source, heard, current: StoredValue::new(0), mine: 0 };
    let again = RwSignal::new(0_u32);
    let wanted = Memo::new(move |_| visible.get() && !live.is_paused());
    Effect::new(move |_| {
        again.track();
        turn.end();
        if wanted.get() {
            spawn_local(follow(live, turn.begin(), PAUSE.0));
        }
    });
    Effect::new(move |_| {
        visible.set(!document().hidden());
        let seen = window_event_listener(ev::visibilitychange, move |_| visible.set(!document().hidden()));
        let tick = set_interval_with_handle(
            move || {
                if turn.is_connecting() {
                    broke(live);
                }
                if turn.is_silent() {
                    broke(live);
                    again.update(|times| *times = times.wrapping_add(1));
                }
                live.tick();
            },
            Duration::from_secs(1),
        );
        on_cleanup(move || {
            seen.remove();
            if let Ok(tick) = tick {
                tick.clear();
            }
            turn.end();
        });
    });
}

impl Turn {
    fn begin(self) -> Self {
        self.heard.set_value(browser_seconds());
        Self { mine: self.current.get_value(), ..self }
    }

    /// Closes the stream. Whoever reads it sees that its turn is over.
    fn end(self) {
        self.current.update_value(|current| *current += 1);
        self.source.set_value(None);
    }

    fn is_mine(self) -> bool {
        self.current.try_get_value() == Some(self.mine)
    }

    fn is_silent(self) -> bool {
        let is_open = self.source.with_value(|source| source.as_ref().is_some_and(|it| it.state() == State::Open));
        is_open && browser_seconds() - self.heard.get_value() > SILENCE
    }

    fn is_connecting(self) -> bool {
        self.source.with_value(|source| source.as_ref().is_some_and(|source| source.state() == State::Connecting))
    }
}

/// Reads a stream to its end, and opens it again after a while. The browser mends a broken line by itself and resumes
/// where it was; this is for a stream that the server ended.
async fn follow(live: Live, turn: Turn, pause: Duration) {
    let spoke = read(live, turn).await;
    if !turn.is_mine() {
        return;
    }
    broke(live);
    if let Err(ApiError(problem)) = api::me().await
        && problem.code == Code::Unauthenticated
    {
        // The server leads whoever is not signed in to the sign-in page and back.
        let _ = window().location().reload();
        return;
    }
    let pause = if spoke { PAUSE.0 } else { pause };
    let again = move || {
        if turn.is_mine() {
            spawn_local(follow(live, turn, (pause * 2).min(PAUSE.1)));
        }
    };
    set_timeout(again, pause);
}

/// The stream is opened again; that is said, unless somebody stopped it.
fn broke(live: Live) {
    if !matches!(live.link.get_untracked(), Link::Reconnecting | Link::Paused) {
        live.link.set(Link::Reconnecting);
    }
}

/// Reads one stream to its end; whether it brought anything.
async fn read(live: Live, turn: Turn) -> bool {
    let Ok(mut source) = EventSource::new(EVENTS) else { return false };
    let Ok(subscriptions) = NAMES.map(|name| source.subscribe(name)).into_iter().collect::<Result<Vec<_>, _>>() else {
        return false;
    };
    turn.source.set_value(Some(source));
    let mut events = select_all(subscriptions).ready_chunks(AT_ONCE);
    let mut spoke = false;
    while let Some(waiting) = events.next().await {
        if !turn.is_mine() {
            return spoke;
        }
        turn.heard.set_value(browser_seconds());
        let ended = waiting.iter().any(Result::is_err);
        for (name, message) in in_order(waiting.into_iter().flatten().collect()) {
            if let Some(event) = event(&name, &message) {
                spoke = true;
                live.take(event);
            }
        }
        if ended {
            turn.source.set_value(None);
            return spoke;
        }
    }
    spoke
}

/// Each kind of event has a queue of its own: what waits in several is put into the order in which it was sent.
fn in_order(mut events: Vec<(String, MessageEvent)>) -> Vec<(String, MessageEvent)> {
    let number = |message: &MessageEvent| {
        message.last_event_id().rsplit_once('-').and_then(|(_, number)| number.parse::<u64>().ok()).unwrap_or_default()
    };
    events.sort_by_key(|(_, message)| number(message));
    events
}

/// The browser's clock, in seconds since 1970.
pub(super) fn browser_seconds() -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "seconds since 1970 are far below 2^53")]
    let seconds = (js_sys::Date::now() / 1000.0) as i64;
    seconds
}

fn event(name: &str, message: &MessageEvent) -> Option<LiveEvent> {
    let data = message.data().as_string()?;
    match name {
        "reset" => serde_json::from_str(&data).ok().map(LiveEvent::Reset),
        "delta" => serde_json::from_str(&data).ok().map(LiveEvent::Delta),
        "traffic" => serde_json::from_str(&data).ok().map(LiveEvent::Traffic),
        "status" => serde_json::from_str(&data).ok().map(LiveEvent::Status),
        _ => None,
    }
}
