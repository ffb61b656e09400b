//! Runs: what is accepted stays, what is known of it is written once, and one start at a time works on it.

use domain::{
    customer::ServiceType,
    wire::{ActionTaken, BulkRow, ChangeKind, DisconnectPolicy, RunState},
};
use store::{ItemOutcome, NewItem, NewRun, RunEnd, Store};

use crate::place::{Place, on_both};

fn row(n: usize, action: ActionTaken) -> BulkRow {
    BulkRow {
        customer: format!("Customer {n}"),
        success: true,
        message: String::new(),
        customer_id: Some(format!("CUS-{n}")),
        username: Some(format!("customer{n}")),
        action,
        kind: ChangeKind::Update,
        changes: Vec::new(),
        disconnects: Vec::new(),
        sessions_disconnected: 0,
        sessions_left: 0,
        password_generated: false,
        error: None,
    }
}

/// Three customers to work on, one of whom has a session that must end, and one who is as they should be.
pub(crate) fn run(id: &str) -> NewRun {
    let item = |position| NewItem {
        position,
        customer_id: format!("CUS-{position}"),
        planned: row(position, ActionTaken::Updated),
    };
    NewRun {
        id: id.to_owned(),
        kind: "sync".to_owned(),
        router_id: "default".to_owned(),
        service: ServiceType::Pppoe,
        disconnect: DisconnectPolicy::Auto,
        operator_id: "op-1".to_owned(),
        operator_name: "nadia".to_owned(),
        warnings: Vec::new(),
        owner: "first".to_owned(),
        items: vec![item(0), item(1), item(3)],
        settled: vec![outcome(2, ActionTaken::Unchanged, 0)],
        owed: vec!["CUS-1".to_owned()],
        pruned: Vec::new(),
    }
}

fn outcome(position: usize, action: ActionTaken, attempts: usize) -> ItemOutcome {
    ItemOutcome { position, row: row(position, action), attempts }
}

async fn words(store: &Store, id: &str) -> Vec<(String, usize)> {
    store.run(id).await.unwrap().unwrap().words
}

async fn places(store: &Store, id: &str) -> Vec<(usize, usize)> {
    let open = store.open_items(id).await.unwrap();
    open.iter().map(|item| (item.position, item.attempts)).collect()
}

async fn a_run_is_all_there_once_it_is_accepted_and_its_first_outcomes_count(place: Place) {
    let store = place.open().await;
    store.accept_run(&run("run_1"), 1000).await.unwrap();
    let store = place.open().await;
    let found = store.run("run_1").await.unwrap().unwrap();
    assert_eq!((found.state, found.total, found.created_ms), (RunState::Running, 4, 1000));
    assert_eq!((found.operator_name.as_str(), found.words), ("nadia", vec![("unchanged".to_owned(), 1)]));
    assert_eq!(places(&store, "run_1").await, [(0, 1), (1, 1), (3, 1)]);
    let pushed = store.pushed_accounts("default", ServiceType::Pppoe).await.unwrap();
    assert_eq!((pushed.owes_end("CUS-1"), pushed.owes_end("CUS-0")), (true, false));
    let record =
        async |outcomes: &[ItemOutcome]| store.record_outcomes("run_1", "first", outcomes, 1100).await.unwrap();
    assert!(record(&[outcome(3, ActionTaken::Updated, 1), outcome(0, ActionTaken::Created, 1)]).await);
    assert!(record(&[outcome(0, ActionTaken::Unchanged, 1)]).await);
    assert_eq!(words(&store, "run_1").await, [("created".into(), 1), ("unchanged".into(), 1), ("updated".into(), 1)]);
    assert_eq!(places(&store, "run_1").await, [(1, 1)]);
    let page = store.outcomes("run_1", None, 1, 2).await.unwrap();
    assert_eq!(page.iter().map(|found| (found.position, found.done_ms)).collect::<Vec<_>>(), [(2, 1000), (3, 1100)]);
    let created = store.outcomes("run_1", Some("created"), 0, 9).await.unwrap();
    assert_eq!(created.len(), 1);
    assert_eq!(created[0].row, row(0, ActionTaken::Created));
}

async fn whoever_takes_a_run_over_is_the_only_one_who_writes_to_it(place: Place) {
    let store = place.open().await;
    store.accept_run(&run("run_1"), 1000).await.unwrap();
    assert!(store.record_outcomes("run_1", "first", &[outcome(0, ActionTaken::Updated, 1)], 1100).await.unwrap());
    assert!(store.take_over_runs("default", "first", 1_000_000).await.unwrap().is_empty(), "it is ours");
    assert!(store.take_over_runs("other", "second", 1_000_000).await.unwrap().is_empty(), "another router");
    assert_eq!(store.take_over_runs("default", "second", 1_000_000).await.unwrap(), ["run_1"]);
    assert_eq!(places(&store, "run_1").await, [(1, 2), (3, 2)], "what has its outcome is not worked on again");
    assert!(!store.record_outcomes("run_1", "first", &[outcome(1, ActionTaken::Updated, 1)], 1200).await.unwrap());
    let end = RunEnd { state: RunState::Done, problem: None, warnings: Vec::new(), pruned: Vec::new() };
    store.end_run("run_1", "first", &end, 1300).await.unwrap();
    assert_eq!(store.run("run_1").await.unwrap().unwrap().state, RunState::Running);
    assert_eq!(words(&store, "run_1").await.len(), 2);
    store.end_run("run_1", "second", &end, 1400).await.unwrap();
    let ended = store.run("run_1").await.unwrap().unwrap();
    assert_eq!((ended.state, ended.ended_ms), (RunState::Done, Some(1400)));
    assert!(places(&store, "run_1").await.is_empty(), "what was planned is not needed any more");
    assert!(store.take_over_runs("default", "third", 9_000_000).await.unwrap().is_empty());
}

async fn a_wish_to_cancel_reaches_whoever_works_on_it(place: Place) {
    let store = place.open().await;
    store.accept_run(&run("run_1"), 1000).await.unwrap();
    assert!(store.renew_claims("first", 2000).await.unwrap().is_empty());
    assert!(store.ask_to_cancel("run_1").await.unwrap());
    assert_eq!(store.renew_claims("first", 3000).await.unwrap(), ["run_1"]);
    assert!(store.renew_claims("second", 3000).await.unwrap().is_empty());
    let end = RunEnd { state: RunState::Cancelled, problem: None, warnings: Vec::new(), pruned: Vec::new() };
    store.end_run("run_1", "first", &end, 4000).await.unwrap();
    assert!(!store.ask_to_cancel("run_1").await.unwrap(), "it has ended");
}

async fn old_runs_are_forgotten_in_steps_with_all_their_rows(place: Place) {
    let store = place.open().await;
    let end = RunEnd { state: RunState::Done, problem: None, warnings: Vec::new(), pruned: Vec::new() };
    for n in 1..=4 {
        let id = format!("run_{n}");
        store.accept_run(&run(&id), n * 1000).await.unwrap();
        if n < 4 {
            store.end_run(&id, "first", &end, n * 1000).await.unwrap();
        }
    }
    assert_eq!(store.forget_runs(3000, 1).await.unwrap(), 1);
    assert!(store.run("run_1").await.unwrap().is_none());
    assert!(store.outcomes("run_1", None, 0, 9).await.unwrap().is_empty());
    assert_eq!(store.forget_runs(i64::MAX, 9).await.unwrap(), 2, "one at work is never forgotten");
    let left: Vec<_> = store.runs(None, 9).await.unwrap().into_iter().map(|run| run.id).collect();
    assert_eq!(left, ["run_4"]);
}

on_both!(
    a_run_is_all_there_once_it_is_accepted_and_its_first_outcomes_count,
    whoever_takes_a_run_over_is_the_only_one_who_writes_to_it,
    a_wish_to_cancel_reaches_whoever_works_on_it,
    old_runs_are_forgotten_in_steps_with_all_their_rows,
);

#[tokio::test]
async fn on_postgresql_a_run_is_left_to_whoever_claims_it_until_they_are_silent_for_long() {
    let place = Place::postgres().await;
    let store = place.open().await;
    store.accept_run(&run("run_1"), 1_000_000).await.unwrap();
    assert!(store.take_over_runs("default", "second", 1_014_000).await.unwrap().is_empty());
    store.renew_claims("first", 1_014_000).await.unwrap();
    assert!(store.take_over_runs("default", "second", 1_028_000).await.unwrap().is_empty());
    assert_eq!(store.take_over_runs("default", "second", 1_029_500).await.unwrap(), ["run_1"]);
}
