//! Who was online: written in batches, found again, read by page, and forgotten in time.

use domain::{
    customer::ServiceType,
    session::{EndReason, session_key},
};
use store::{KeptEnd, KeptSession, PastPlace, PastQuery, SessionCount, Store};

use crate::{
    people::{ana, gold},
    place::{Place, on_both},
};

/// A session of Ana's that goes on.
pub(crate) fn begun(id: &str, started_ms: i64) -> KeptSession {
    KeptSession {
        id: id.into(),
        router_id: "default".into(),
        service: ServiceType::Pppoe,
        session_key: session_key("default", ServiceType::Pppoe, id),
        username: "ana".into(),
        customer_id: Some("CUS-1".into()),
        address: Some("10.0.0.5".into()),
        caller_id: Some("D0:D0:4B:00:00:01".into()),
        started_ms,
        seen_ms: started_ms,
        ended: None,
        bytes_down: None,
        bytes_up: None,
    }
}

/// One that ended.
pub(crate) fn ended(id: &str, started_ms: i64, at_ms: i64) -> KeptSession {
    KeptSession { ended: Some(KeptEnd { at_ms, reason: EndReason::HungUp, gap: false }), ..begun(id, started_ms) }
}

/// What one carried so far.
pub(crate) fn counted(id: &str, seen_ms: i64, bytes_down: i64) -> SessionCount {
    SessionCount { id: id.into(), seen_ms, bytes_down: Some(bytes_down), bytes_up: None }
}

/// The ids that a query finds.
async fn ids(store: &Store, query: PastQuery) -> Vec<String> {
    store.past_sessions(&query).await.unwrap().into_iter().map(|(place, _)| place.id).collect()
}

fn all() -> PastQuery {
    PastQuery { count: 100, ..PastQuery::default() }
}

async fn a_session_begins_carries_and_ends_also_when_that_is_written_twice(place: Place) {
    let store = place.open().await;
    let eva = KeptSession { username: "eva".into(), customer_id: None, bytes_up: Some(1), ..begun("b", 2000) };
    store.keep_sessions(&[begun("a", 1000), eva.clone()], &[]).await.unwrap();
    store.keep_sessions(&[], &[counted("a", 9000, 7), counted("b", 9000, 8)]).await.unwrap();
    let mut open = store.open_sessions("default").await.unwrap();
    open.sort_by(|a, b| a.id.cmp(&b.id));
    let a = KeptSession { seen_ms: 9000, bytes_down: Some(7), ..begun("a", 1000) };
    let b = KeptSession { seen_ms: 9000, bytes_down: Some(8), ..eva };
    assert_eq!(open, [a, b.clone()], "what was not counted this time stays");
    assert!(store.open_sessions("other").await.unwrap().is_empty());
    let end = KeptEnd { at_ms: 9500, reason: EndReason::RouterRestarted, gap: true };
    let over = KeptSession { ended: Some(end), bytes_down: Some(9), ..begun("a", 1000) };
    for _ in 0..2 {
        store.keep_sessions(std::slice::from_ref(&over), &[counted("a", 9900, 70)]).await.unwrap();
    }
    assert_eq!(store.open_sessions("default").await.unwrap(), [b]);
    let past = store.past_sessions(&all()).await.unwrap();
    let (_, a) = &past[1];
    assert_eq!(
        (a.end_reason, a.gap, a.bytes_down, a.seconds()),
        (Some(EndReason::RouterRestarted), true, Some(9), Some(8))
    );
    assert_eq!((a.address.as_deref(), a.caller_id.as_deref()), (Some("10.0.0.5"), Some("D0:D0:4B:00:00:01")));
}

async fn pages_go_from_the_newest_to_the_oldest_and_leave_nobody_out(place: Place) {
    let store = place.open().await;
    store.insert_package("Gold", &gold(), "console", 1).await.unwrap();
    store.insert_customer(&ana(), "console", 1).await.unwrap();
    let hotspot = KeptSession { service: ServiceType::Hotspot, ..begun("h", 2500) };
    let eva = KeptSession { username: "eva".into(), customer_id: Some("CUS-2".into()), ..ended("e", 3000, 4000) };
    // Three began at once: their ids tell them apart.
    let rows = [begun("c", 2000), ended("a", 2000, 3000), ended("b", 2000, 3000), hotspot, eva, ended("0", 500, 600)];
    store.keep_sessions(&rows, &[]).await.unwrap();
    assert_eq!(ids(&store, all()).await, ["e", "h", "c", "b", "a", "0"]);
    let (mut read, mut after) = (Vec::new(), None);
    loop {
        let page = store.past_sessions(&PastQuery { after, count: 2, ..all() }).await.unwrap();
        let Some((last, _)) = page.last() else { break };
        after = Some(last.clone());
        read.extend(page.into_iter().map(|(place, _)| place.id));
    }
    assert_eq!(read, ["e", "h", "c", "b", "a", "0"]);
    let of = |customer: &str| PastQuery { customer_id: Some(customer.into()), ..all() };
    assert_eq!(ids(&store, of("CUS-2")).await, ["e"]);
    assert_eq!(ids(&store, PastQuery { service: Some(ServiceType::Hotspot), ..of("CUS-1") }).await, ["h"]);
    assert_eq!(ids(&store, PastQuery { username: Some("eva".into()), ..all() }).await, ["e"]);
    assert!(ids(&store, PastQuery { username: Some("Eva".into()), ..all() }).await.is_empty());
    let between = PastQuery { since_ms: Some(2000), until_ms: Some(2500), ..all() };
    assert_eq!(ids(&store, between).await, ["c", "b", "a"]);
    let after = Some(PastPlace { started_ms: 2000, id: "b".into() });
    assert_eq!(ids(&store, PastQuery { after, ..of("CUS-1") }).await, ["a", "0"]);
    let names: Vec<_> =
        store.past_sessions(&all()).await.unwrap().into_iter().map(|(_, past)| past.customer_name).collect();
    assert_eq!((names[0].as_deref(), names[1].as_deref()), (None, Some("Ana")), "of those we keep");
}

async fn the_oldest_go_in_small_steps_and_what_goes_on_stays(place: Place) {
    let store = place.open().await;
    let old = (0..7).map(|n| ended(&format!("old{n}"), n, 1000 + n));
    let rows: Vec<_> = old.chain([begun("goes-on", 1), ended("new", 1, 5000)]).collect();
    store.keep_sessions(&rows, &[]).await.unwrap();
    assert_eq!(store.prune_sessions(5000, 3).await.unwrap(), 3);
    assert_eq!(ids(&store, all()).await, ["old6", "old5", "old4", "old3", "new", "goes-on"]);
    assert_eq!(store.prune_sessions(5000, 100).await.unwrap(), 4);
    assert_eq!(store.prune_sessions(5000, 100).await.unwrap(), 0);
    assert_eq!(ids(&store, all()).await, ["new", "goes-on"]);
}

async fn where_nobody_watches_any_more_what_goes_on_ends_as_last_seen(place: Place) {
    let store = place.open().await;
    store.keep_sessions(&[begun("a", 1000), ended("b", 1000, 2000)], &[counted("a", 7000, 7)]).await.unwrap();
    assert_eq!(store.leave_open_sessions().await.unwrap(), 1);
    assert!(store.open_sessions("default").await.unwrap().is_empty());
    let past = store.past_sessions(&all()).await.unwrap();
    let told = |at: usize| (past[at].1.seconds(), past[at].1.end_reason, past[at].1.gap);
    assert_eq!(told(0), (Some(1), Some(EndReason::HungUp), false));
    assert_eq!(told(1), (Some(6), Some(EndReason::Unknown), true));
}

async fn thousands_are_written_in_one_go(place: Place) {
    let store = place.open().await;
    let many: Vec<_> = (0..2100).map(|n| begun(&format!("{n:04}"), n)).collect();
    let counts: Vec<_> = (0..2100).map(|n| counted(&format!("{n:04}"), 9000, n)).collect();
    store.keep_sessions(&many, &counts).await.unwrap();
    let open = store.open_sessions("default").await.unwrap();
    assert!(open.len() == 2100 && open.iter().all(|kept| kept.bytes_down == Some(kept.started_ms)));
}

on_both!(
    a_session_begins_carries_and_ends_also_when_that_is_written_twice,
    pages_go_from_the_newest_to_the_oldest_and_leave_nobody_out,
    the_oldest_go_in_small_steps_and_what_goes_on_stays,
    where_nobody_watches_any_more_what_goes_on_ends_as_last_seen,
    thousands_are_written_in_one_go,
);
