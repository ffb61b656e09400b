//! Who is online and what they carry, as server-sent events.

use std::{convert::Infallible, sync::Arc, time::Duration};

use aaa::{Frame, Services, Viewer, WatchQuery};
use axum::{
    Extension,
    extract::State,
    http::HeaderMap,
    response::{
        IntoResponse, Sse,
        sse::{Event, KeepAlive},
    },
};
use domain::wire::problem::{Code, Problem};
use futures_util::{Stream, stream};
use tokio::{
    select,
    time::{Interval, MissedTickBehavior, interval},
};

use super::{Aaa, check_router};
use crate::{
    auth::{Caller, SignedIn},
    body::Params,
    problem::Failure,
    state::Closing,
};

/// How often a silent stream says that it is there, and whether the sign-in that it began with still holds is asked.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// `GET /api/mikrotik/events`
pub(crate) async fn watch(
    State(services): Aaa,
    State(closing): State<Closing>,
    SignedIn(operator): SignedIn,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    params: Params,
) -> Result<impl IntoResponse, Failure> {
    check_router(params.get("routerId"))?;
    let topics = topics(params.get("topics"))?;
    let last_event = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let service = if params.get("type") == Some("all") { None } else { Some(params.service()?) };
    let viewer = services.watch(&operator, WatchQuery { service, last_event, ..topics })?;
    let mut check = interval(HEARTBEAT);
    check.set_missed_tick_behavior(MissedTickBehavior::Delay);
    check.reset();
    let heartbeat = KeepAlive::new().interval(HEARTBEAT).event(Event::default().event("heartbeat").data("{}"));
    let events = Sse::new(events(Watched { viewer, services, caller, closing, check })).keep_alive(heartbeat);
    // A proxy that collects an answer before it passes it on would show nothing.
    Ok(([("x-accel-buffering", "no")], events))
}

/// `topics=sessions,status`: all where nothing is said.
fn topics(said: Option<&str>) -> Result<WatchQuery, Problem> {
    let Some(said) = said else {
        return Ok(WatchQuery { sessions: true, status: true, ..WatchQuery::default() });
    };
    let mut topics = WatchQuery::default();
    for topic in said.split(',') {
        match topic.trim() {
            "sessions" => topics.sessions = true,
            "status" => topics.status = true,
            other => {
                let detail = format!("topics={other:?} is not known; use one or both of: sessions, status.");
                return Err(Problem::new(Code::InvalidParameter, detail));
            }
        }
    }
    Ok(topics)
}

/// A stream, and what ends it.
struct Watched {
    viewer: Viewer,
    services: Arc<Services>,
    caller: Caller,
    closing: Closing,
    check: Interval,
}

/// Goes on until the viewer falls behind, signs out, or the server ends. Whoever still may comes back by itself.
fn events(watched: Watched) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(watched, |mut watched| async {
        loop {
            select! {
                frame = watched.viewer.next() => {
                    let Frame { id, event, data } = frame?;
                    return Some((Ok(Event::default().id(id).event(event).data(&*data)), watched));
                }
                () = watched.closing.begun() => return None,
                _ = watched.check.tick() => match watched.caller.is_still_signed_in(&watched.services).await {
                    Ok(true) => {}
                    Ok(false) => return None,
                    Err(problem) => tracing::warn!(%problem, "could not check the sign-in of a live view"),
                },
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::topics;

    #[test]
    fn topics_are_named_or_all() {
        let read = |said| topics(said).map(|query| (query.sessions, query.status)).ok();
        assert_eq!(read(None), Some((true, true)));
        assert_eq!(read(Some("sessions")), Some((true, false)));
        assert_eq!(read(Some("status, sessions")), Some((true, true)));
        assert_eq!(read(Some("billing")), None);
    }
}
