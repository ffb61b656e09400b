//! Sessions as their events leave them.

use proptest::prelude::*;

use super::{fixture::session, *};

fn reset(sessions: Vec<Session>) -> LiveEvent {
    let at = Timestamp::from_unix(0);
    let router = RouterStatus {
        router_id: "default".to_owned(),
        state: RouterState::Up,
        since: at,
        detail: None,
        cpu_load: None,
        memory_used: None,
        version: None,
        uptime_seconds: None,
    };
    LiveEvent::Reset(Reset { as_of: at, stale: false, router, sessions })
}

#[test]
fn events_have_the_shapes_of_the_contract() {
    let at = Timestamp::from_unix(1_767_604_364);
    let row = TrafficRow("default/pppoe/*1".to_owned(), Some(8), None, Some(9), None);
    let totals = Totals { rate_down_bps: 8, rate_up_bps: 0 };
    let news = TrafficNews { as_of: at, window_ms: 2000, totals, rows: vec![row] };
    assert_eq!(
        serde_json::to_value(&news).unwrap(),
        serde_json::json!({
            "asOf": "2026-01-05T09:12:44Z", "windowMs": 2000, "totals": {"rateDownBps": 8, "rateUpBps": 0},
            "rows": [["default/pppoe/*1", 8, null, 9, null]]
        })
    );
    let session = serde_json::to_value(session(1, "ana")).unwrap();
    assert_eq!(session.get("bytesDown"), None, "what cannot be had is absent");
    let measured = Session { rate_down_bps: Some(5), ..super::fixture::session(1, "ana") };
    assert_eq!(serde_json::to_value(&measured).unwrap()["rateDownBps"], 5);
    let read: Session = serde_json::from_value(serde_json::to_value(&measured).unwrap()).unwrap();
    assert_eq!(read, measured);
}

#[test]
fn traffic_of_a_session_that_ended_brings_nobody_back() {
    let mut sessions = Sessions::of([session(1, "ana")]);
    let row = |key: &str| TrafficRow(key.to_owned(), Some(5), Some(1), Some(10), Some(2));
    let news = TrafficNews {
        as_of: Timestamp::from_unix(0),
        window_ms: 2000,
        totals: Totals::default(),
        rows: vec![row("default/pppoe/*1"), row("default/pppoe/*9")],
    };
    sessions.apply(LiveEvent::Traffic(news));
    assert_eq!(sessions.len(), 1);
    assert_eq!(sessions.totals(Some(ServiceType::Pppoe)).rate_down_bps, 5);
    assert_eq!(sessions.totals(Some(ServiceType::Hotspot)), Totals::default());
}

/// What happens at the router, or on the way to one viewer.
#[derive(Clone, Debug)]
enum Happening {
    Up(u8, String),
    Down(u8),
    Carried(u8, u64),
    /// The viewer's stream breaks, and the next one resumes where it was or begins anew.
    Cut {
        resumed: bool,
    },
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let one = prop_oneof![
        (0..6u8, "[a-c]").prop_map(|(id, name)| Happening::Up(id, name)),
        (0..6u8).prop_map(Happening::Down),
        (0..6u8, 0..9u64).prop_map(|(id, rate)| Happening::Carried(id, rate)),
        any::<bool>().prop_map(|resumed| Happening::Cut { resumed }),
    ];
    prop::collection::vec((one, any::<bool>()), 0..60).prop_map(|all| {
        all.into_iter()
            .flat_map(|(one, also_cut)| {
                let cut = also_cut.then_some(Happening::Cut { resumed: true });
                std::iter::once(one).chain(cut)
            })
            .collect()
    })
}

/// The router as it is, kept without the code under test: who is online by id, and what they carry.
type Model = BTreeMap<u8, (String, Option<u64>)>;

fn list(router: &Model) -> LiveEvent {
    let online = router.iter().map(|(id, (name, rate))| Session { rate_down_bps: *rate, ..session(*id, name) });
    reset(online.collect())
}

fn event(happening: &Happening) -> Option<LiveEvent> {
    let as_of = Timestamp::from_unix(0);
    let key = |id: u8| session(id, "").key;
    Some(match happening {
        Happening::Up(id, name) => LiveEvent::Delta(Delta { as_of, up: vec![session(*id, name)], down: Vec::new() }),
        Happening::Down(id) => {
            let down = vec![SessionEnd { key: key(*id), end_reason: None }];
            LiveEvent::Delta(Delta { as_of, up: Vec::new(), down })
        }
        Happening::Carried(id, rate) => LiveEvent::Traffic(TrafficNews {
            as_of,
            window_ms: 2000,
            totals: Totals::default(),
            rows: vec![TrafficRow(key(*id), Some(*rate), None, None, None)],
        }),
        Happening::Cut { .. } => return None,
    })
}

fn happen(router: &mut Model, happening: &Happening) {
    match happening {
        Happening::Up(id, name) => drop(router.insert(*id, (name.clone(), None))),
        Happening::Down(id) => drop(router.remove(id)),
        Happening::Carried(id, now) => {
            if let Some((_, rate)) = router.get_mut(id) {
                *rate = Some(*now);
            }
        }
        Happening::Cut { .. } => {}
    }
}

proptest! {
    /// Whatever happens, and however often the stream is cut and resumed or begun anew: at the end the viewer
    /// shows what the router holds.
    #[test]
    fn a_viewer_ends_up_equal_to_the_router(happenings in happenings()) {
        let (mut router, mut viewer) = (Model::new(), Sessions::default());
        let (mut missed, mut broken) = (Vec::new(), false);
        for happening in happenings {
            happen(&mut router, &happening);
            match (event(&happening), &happening) {
                (Some(event), _) if broken => missed.push(event),
                (Some(event), _) => viewer.apply(event),
                (None, Happening::Cut { resumed: true }) if broken => {
                    missed.drain(..).for_each(|event| viewer.apply(event));
                    broken = false;
                }
                (None, _) if broken => {
                    missed.clear();
                    viewer.apply(list(&router));
                    broken = false;
                }
                (None, _) => broken = true,
            }
        }
        for event in missed {
            viewer.apply(event);
        }
        let shown: Vec<_> = viewer.iter().map(|it| (it.key.clone(), it.username.clone(), it.rate_down_bps)).collect();
        let held = router.into_iter().map(|(id, (name, rate))| (session(id, "").key, name, rate));
        prop_assert_eq!(shown, held.collect::<Vec<_>>());
    }
}
