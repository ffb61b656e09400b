//! A run goes on by itself: what it tells meanwhile, what it leaves alone, and what it says at the end.

use std::collections::BTreeMap;

use aaa::{StoredSync, SyncOne};
use domain::{
    customer::ServiceType,
    role::Role,
    wire::{AccountFate, ActionTaken, CustomerBody, DisconnectPolicy, RunState, SyncState, problem::Code},
};
use routeros_sim::{Script, Service, Trouble, What, When};
use sqlx::{Connection, SqliteConnection};

use crate::{
    stored::{basic, edit, numbered, one, stored, until, until_told, world, world_of},
    world::{World, operator},
};

#[tokio::test]
async fn a_running_sync_brings_nobody_back_and_undoes_no_edit() {
    let world = world().await;
    let without = |n| CustomerBody { pppoe_password: None, ..numbered(n) };
    for n in 1..=3 {
        let comment = format!("NetPilot Customer: Customer {n} (ID: CUS-{n})");
        let name = format!("customer{n}");
        world.sim.add("/ppp/secret", &[("name", &name), ("password", "theirs"), ("comment", &comment)]).unwrap();
    }
    world.bring((1..=3).map(without).collect()).await;
    let customer = async |id: &str| world.services.customer(&world.admin, id).await;
    for n in 1..=3 {
        world.sim.remove("/ppp/secret", &format!("customer{n}")).unwrap();
        assert!(!customer(&format!("CUS-{n}")).await.unwrap().has_password);
    }
    let wanted = stored(&["CUS-1", "CUS-2", "CUS-3"], Vec::new());
    let plan_id = world.plan(&wanted).await.plan_id.unwrap();
    let prints = world.sim.counts()["/ppp/secret/print"];
    world.sim.trouble(Trouble::SlowBy { millis: 100 });
    let edit = CustomerBody { name: Some("Eva".into()), service_type: Some(ServiceType::Pppoe), ..without(2) };
    let meanwhile = async {
        // The store was read before the router is asked; nothing is kept before it has answered.
        until(|| (world.sim.counts()["/ppp/secret/print"] > prints).then_some(())).await;
        world.services.delete_customer(&world.admin, "CUS-1", 1, AccountFate::Leave).await.unwrap();
        world.services.update_customer(&world.admin, edit, 1).await.unwrap();
    };
    let (run, ()) = tokio::join!(world.begin(&wanted, &plan_id), meanwhile);
    assert_eq!(world.end_of(&run.unwrap().run_id).await.report.unwrap().summary.created, 3);
    assert_eq!(customer("CUS-1").await.unwrap_err().code, Code::CustomerNotFound);
    let edited = customer("CUS-2").await.unwrap();
    assert_eq!((edited.name.as_str(), edited.has_password, edited.version), ("Eva", false, 2));
    let made = customer("CUS-3").await.unwrap();
    assert_eq!((made.has_password, made.version), (true, 2));
}

#[tokio::test]
async fn one_refused_row_does_not_stop_the_others() {
    let world = world_of(20).await;
    for n in 1..=20 {
        world.sim.edit("/ppp/secret", &format!("customer{n}"), &[("disabled", "yes")]).unwrap();
    }
    let message = "failure: not today".to_owned();
    // The second refusal is of one row; the first is of all twenty together.
    world.sim.trouble(Trouble::TrapOn { command: "/ppp/secret/set".into(), message: message.clone(), times: 2 });
    let ids: Vec<_> = (1..=20).map(|n| format!("CUS-{n}")).collect();
    let done = world.carry_out(&stored(&ids.iter().map(String::as_str).collect::<Vec<_>>(), Vec::new())).await;
    assert_eq!((done.summary.updated, done.summary.errors), (19, 1));
    let refused = done.results.iter().find_map(|row| row.error.as_ref()).unwrap();
    assert_eq!(refused.routeros.as_ref().unwrap().message, message);
    let disabled = world.sim.rows("/ppp/secret").iter().filter(|row| row["disabled"] == "true").count();
    assert_eq!(disabled, 1);
}

#[tokio::test]
async fn progress_only_grows_and_ends_at_the_total() {
    let world = world_of(60).await;
    let ids: Vec<_> = (1..=60).chain([99]).map(|n| format!("CUS-{n}")).collect();
    let wanted = stored(&ids.iter().map(String::as_str).collect::<Vec<_>>(), Vec::new());
    for n in 1..=60 {
        world.sim.edit("/ppp/secret", &format!("customer{n}"), &[("disabled", "yes")]).unwrap();
    }
    let plan_id = world.plan(&wanted).await.plan_id.unwrap();
    world.sim.trouble(Trouble::SlowBy { millis: 50 });
    let run = world.begin(&wanted, &plan_id).await.unwrap();
    assert_eq!((run.state, run.done, run.total), (RunState::Running, 0, 61));
    let seen = std::sync::Mutex::new(vec![run.done]);
    let end = until_told(async || {
        let run = world.services.run(&world.admin, &run.run_id).await.unwrap();
        seen.lock().unwrap().push(run.done);
        (run.state != RunState::Running).then_some(run)
    })
    .await;
    let seen = seen.into_inner().unwrap();
    assert!(seen.is_sorted(), "{seen:?}");
    assert!(seen.iter().any(|done| (1..60).contains(done)), "it is told while it works: {seen:?}");
    assert_eq!((end.state, end.done, end.total, end.problem), (RunState::Done, 61, 61, None));
    assert_eq!(end.report.unwrap().summary.updated, 60);
}

#[tokio::test]
async fn a_plan_does_not_wait_for_a_run_that_writes() {
    let world = world_of(60).await;
    for n in 1..=60 {
        // Each gets its own name back, one command for each.
        world.sim.edit("/ppp/secret", &format!("customer{n}"), &[("name", &format!("was{n}"))]).unwrap();
    }
    let ids: Vec<_> = (1..=60).map(|n| format!("CUS-{n}")).collect();
    let wanted = stored(&ids.iter().map(String::as_str).collect::<Vec<_>>(), Vec::new());
    let plan_id = world.plan(&wanted).await.plan_id.unwrap();
    world.sim.trouble(Trouble::SlowBy { millis: 30 });
    let run = world.begin(&wanted, &plan_id).await.unwrap();
    world.plan(&stored(&["CUS-1"], Vec::new())).await;
    let meanwhile = world.services.run(&world.admin, &run.run_id).await.unwrap();
    assert_eq!(meanwhile.state, RunState::Running);
    assert_eq!(world.end_of(&run.run_id).await.report.unwrap().summary.updated, 60);
}

#[tokio::test]
async fn a_run_is_known_to_those_who_may_sync_also_after_a_restart() {
    let world = world_of(1).await;
    let wanted = stored(&["CUS-1"], Vec::new());
    let plan_id = world.plan(&wanted).await.plan_id.unwrap();
    let run = world.begin(&wanted, &plan_id).await.unwrap();
    assert!(run.run_id.starts_with("run_"));
    world.end_of(&run.run_id).await;
    let office = operator(Role::OfficeStaff);
    assert_eq!(world.services.run(&office, &run.run_id).await.unwrap_err().code, Code::Forbidden);
    let services = world.another_netpilot().await;
    let later = services.run(&world.admin, &run.run_id).await.unwrap();
    assert_eq!((later.state, later.kind.as_str(), later.totals["unchanged"]), (RunState::Done, "stored", 1));
    assert_eq!(later.report.unwrap().results[0].customer_id.as_deref(), Some("CUS-1"));
    let none = services.run(&world.admin, "run_0").await.unwrap_err();
    assert_eq!(none.code, Code::RunNotFound);
}

#[tokio::test]
async fn a_session_that_cannot_be_ended_is_told_and_what_was_written_stays() {
    let world = world_of(2).await;
    let left = world.sim.dial_in(Service::Pppoe, "customer1").unwrap();
    world.sim.dial_in(Service::Pppoe, "customer2").unwrap();
    let message = "failure: it clings".to_owned();
    world.sim.trouble(Trouble::TrapOn { command: "/ppp/active/remove".into(), message, times: 1 });
    let done = world.carry_out(&stored(&["CUS-1", "CUS-2"], vec![edit(1, 20.0)])).await;
    assert_eq!((done.summary.updated, done.summary.errors, done.summary.disconnected), (2, 0, 1));
    assert!(done.results[0].message.contains("A session of customer1 could not be ended"), "{:?}", done.results[0]);
    assert!(!done.results[1].message.contains("could not"), "{:?}", done.results[1]);
    assert_eq!(done.results.iter().map(|row| row.sessions_left).collect::<Vec<_>>(), [1, 0]);
    assert_eq!((done.partial, done.retry.only), (false, vec!["CUS-1".to_owned()]));
    assert_eq!(world.session_of("customer1"), Some(left.clone()));
    // Nothing is left to write, and still it is known that the session has the old speed.
    let plan = world.plan(&stored(&["CUS-1", "CUS-2"], Vec::new())).await;
    assert_eq!(plan.results[0].disconnects[0].because_of, "earlier-change");
    assert_eq!((plan.results[0].action, plan.results[1].action), (ActionTaken::Updated, ActionTaken::Unchanged));
    let again = world.services.retry_run(&world.admin, done.run_id.as_deref().unwrap()).await.unwrap();
    assert_eq!((again.kind.as_str(), again.total), ("retry", 1));
    let again = world.end_of(&again.run_id).await.report.unwrap();
    assert_eq!((again.summary.disconnected, again.summary.updated, again.retry.only), (1, 1, Vec::new()));
    assert_ne!(world.session_of("customer1"), Some(left));
    assert_eq!(world.plan(&stored(&["CUS-1"], Vec::new())).await.summary.unchanged, 1);
    world.sim.dial_in(Service::Pppoe, "customer1").ok();
    world.sim.trouble(Trouble::TrapOn { command: "/ppp/active/remove".into(), message: "no".into(), times: 1 });
    let report = world.sync_one(one(numbered(1), basic(30.0))).await.unwrap();
    assert_eq!((report.result.sessions_disconnected, report.result.disconnects.len()), (0, 1));
    assert_eq!(report.warnings[0].code, "session-not-ended");
}

#[tokio::test]
async fn a_suspended_customer_who_stayed_online_is_cut_off_by_the_next_plan() {
    let world = world_of(1).await;
    world.sim.dial_in(Service::Pppoe, "customer1").unwrap();
    world.edit_stored(CustomerBody { status: Some("Suspended".into()), ..numbered(1) }).await;
    let message = "failure: it clings".to_owned();
    world.sim.trouble(Trouble::TrapOn { command: "/ppp/active/remove".into(), message, times: 1 });
    let wanted = stored(&["CUS-1"], Vec::new());
    let first = world.carry_out(&wanted).await;
    assert_eq!((first.results[0].sessions_left, first.summary.disconnected), (1, 0));
    assert_eq!(world.row("/ppp/secret", "customer1")["disabled"], "true");
    assert_eq!(world.compare("CUS-1").await.unwrap().state, SyncState::InSync, "the account is as it should be");
    let plan = world.plan(&wanted).await;
    let row = &plan.results[0];
    assert_eq!((row.action, row.changes.len(), row.disconnects.len()), (ActionTaken::Updated, 0, 1));
    let written = world.sim.counts()["/ppp/secret/set"];
    let again = world.carry_out(&wanted).await;
    assert_eq!((again.summary.updated, again.summary.disconnected), (1, 1));
    assert_eq!((again.results[0].sessions_left, again.retry.only), (0, Vec::new()));
    assert_eq!((world.session_of("customer1"), world.sim.counts()["/ppp/secret/set"]), (None, written));
    assert_eq!(world.plan(&wanted).await.summary.unchanged, 1);
}

#[tokio::test]
async fn every_session_may_be_ended_without_a_change_and_says_that_it_was_asked_for() {
    let world = world_of(1).await;
    world.sim.dial_in(Service::Pppoe, "customer1").unwrap();
    let request = SyncOne { disconnect: DisconnectPolicy::Always, ..one(numbered(1), basic(10.0)) };
    let report = world.sync_one(request).await.unwrap();
    assert_eq!((report.result.unchanged, report.result.sessions_disconnected), (Some(1), 1));
    assert_eq!(report.result.disconnects[0].because_of, "asked");
}

/// Sixty customers whose accounts were renamed by hand: each takes a command of its own.
async fn sixty_renamed() -> (World, StoredSync) {
    let world = world_of(60).await;
    for n in 1..=60 {
        world.sim.edit("/ppp/secret", &format!("customer{n}"), &[("name", &format!("was{n}"))]).unwrap();
    }
    let ids: Vec<_> = (1..=60).map(|n| format!("CUS-{n}")).collect();
    let wanted = stored(&ids.iter().map(String::as_str).collect::<Vec<_>>(), Vec::new());
    (world, wanted)
}

fn renamed(world: &World) -> usize {
    world.sim.rows("/ppp/secret").iter().filter(|row| row["name"].starts_with("customer")).count()
}

#[tokio::test]
async fn a_cancelled_run_ends_soon_says_who_was_not_reached_and_the_rest_can_be_retried() {
    let (world, wanted) = sixty_renamed().await;
    let plan_id = world.plan(&wanted).await.plan_id.unwrap();
    world.sim.trouble(Trouble::SlowBy { millis: 20 });
    let run = world.begin(&wanted, &plan_id).await.unwrap();
    until(|| (renamed(&world) > 3).then_some(())).await;
    let too_early = world.services.retry_run(&world.admin, &run.run_id).await.unwrap_err();
    assert_eq!(too_early.code, Code::RunAtWork);
    let office = operator(Role::OfficeStaff);
    assert_eq!(world.services.cancel_run(&office, &run.run_id).await.unwrap_err().code, Code::Forbidden);
    world.services.cancel_run(&world.admin, &run.run_id).await.unwrap();
    let end = world.end_of(&run.run_id).await;
    let report = end.report.unwrap();
    assert_eq!((end.state, end.done), (RunState::Cancelled, 60));
    assert!(report.summary.updated > 3 && report.summary.skipped > 3, "{:?}", report.summary);
    assert_eq!((report.summary.updated, report.summary.errors), (renamed(&world), 0));
    let skipped: Vec<_> = report.results.iter().filter(|row| row.error.is_some()).collect();
    assert!(skipped.iter().all(|row| row.error.as_ref().unwrap().code == Code::Cancelled));
    assert_eq!(report.retry.only.len(), skipped.len());
    let rest = world.services.retry_run(&world.admin, &run.run_id).await.unwrap();
    let rest = world.end_of(&rest.run_id).await.report.unwrap();
    assert_eq!((rest.summary.total, rest.summary.updated), (skipped.len(), skipped.len()));
    assert_eq!(renamed(&world), 60);
    // One that has ended stays as it is.
    let again = world.services.cancel_run(&world.admin, &run.run_id).await.unwrap();
    assert_eq!((again.state, again.totals), (RunState::Cancelled, end.totals));
}

#[tokio::test]
async fn a_run_whose_netpilot_died_is_gone_on_with_by_the_next_to_the_same_report() {
    let (undisturbed, wanted) = sixty_renamed().await;
    let expected = undisturbed.carry_out(&wanted).await;
    let (world, wanted) = sixty_renamed().await;
    world.sim.trouble(Trouble::SlowBy { millis: 20 });
    let plan_id = world.plan(&wanted).await.plan_id.unwrap();
    let dying = tokio::runtime::Runtime::new().unwrap();
    let (netpilot, admin) = (world.another_netpilot(), world.admin.clone());
    let begun = dying.spawn(async move { netpilot.await.begin_sync(&admin, wanted, plan_id).await });
    let run_id = begun.await.unwrap().unwrap().run_id;
    until(|| (renamed(&world) > 3).then_some(())).await;
    dying.shutdown_background();
    let left = world.services.run(&world.admin, &run_id).await.unwrap();
    assert_eq!((left.state, left.done), (RunState::Running, 0), "nobody is at work on it");
    let tending = tokio::spawn(std::sync::Arc::clone(&world.services).tend_runs());
    let end = world.end_of(&run_id).await;
    tending.abort();
    let report = end.report.unwrap();
    assert_eq!((end.state, end.done, end.total), (RunState::Done, 60, 60));
    assert_eq!(report.results, expected.results);
    let sentences: BTreeMap<_, _> = world.sim.counts();
    assert!(sentences["/ppp/secret/set"] < 60 + 20, "what was written is not written again: {sentences:?}");
    let results = world.services.run_results(&world.admin, &run_id, Some("updated"), None, 100).await.unwrap();
    assert!(results.items.iter().all(|row| row.attempts == 2), "no outcome was known before it died");
}

#[tokio::test]
async fn sessions_of_a_run_that_died_before_they_ended_are_ended_by_the_next() {
    let world = world_of(3).await;
    let old: Vec<_> = (1..=3).map(|n| world.sim.dial_in(Service::Pppoe, &format!("customer{n}")).unwrap()).collect();
    let wanted = stored(&["CUS-1", "CUS-2", "CUS-3"], vec![edit(1, 20.0)]);
    let plan_id = world.plan(&wanted).await.plan_id.unwrap();
    let dying = tokio::runtime::Runtime::new().unwrap();
    let (netpilot, admin) = (world.another_netpilot(), world.admin.clone());
    // The profile is written, then the router falls silent.
    let silent = Script::once(When::command("/ppp/profile/set"), What::Stall { bytes: 0, millis: 60_000 });
    world.sim.script(silent);
    let begun = dying.spawn(async move { netpilot.await.begin_sync(&admin, wanted, plan_id).await });
    let run_id = begun.await.unwrap().unwrap().run_id;
    until(|| (world.row("/ppp/profile", "Basic_pppoe")["rate-limit"].contains("20480k")).then_some(())).await;
    dying.shutdown_background();
    let tending = tokio::spawn(std::sync::Arc::clone(&world.services).tend_runs());
    let end = world.end_of(&run_id).await;
    tending.abort();
    let report = end.report.unwrap();
    assert_eq!((report.summary.updated, report.summary.disconnected), (3, 3), "{:?}", report.results);
    for (n, old) in (1..=3).zip(&old) {
        assert_ne!(world.session_of(&format!("customer{n}")).as_ref(), Some(old));
    }
    assert_eq!(world.plan(&stored(&["CUS-1", "CUS-2", "CUS-3"], Vec::new())).await.summary.unchanged, 3);
}

#[tokio::test]
async fn runs_are_listed_the_latest_first_page_by_page() {
    let world = world_of(1).await;
    let mut begun = Vec::new();
    for _ in 0..3 {
        let wanted = stored(&["CUS-1"], Vec::new());
        let plan_id = world.plan(&wanted).await.plan_id.unwrap();
        let run = world.begin(&wanted, &plan_id).await.unwrap();
        begun.push(world.end_of(&run.run_id).await.run_id);
    }
    let first = world.services.runs(&world.admin, None, 2).await.unwrap();
    let rest = world.services.runs(&world.admin, first.next_cursor.as_deref(), 100).await.unwrap();
    let listed: Vec<_> = first.items.iter().chain(&rest.items).map(|run| run.run_id.clone()).collect();
    begun.reverse();
    // The world's own beginning was a run as well.
    assert_eq!((&listed[..3], first.items.len(), rest.next_cursor), (&begun[..], 2, None));
    let bad = world.services.runs(&world.admin, Some("yesterday"), 2).await.unwrap_err();
    assert_eq!(bad.code, Code::InvalidParameter);
}

#[tokio::test]
async fn a_run_of_ours_that_nobody_works_on_is_taken_up_again() {
    let (world, wanted) = sixty_renamed().await;
    let plan_id = world.plan(&wanted).await.plan_id.unwrap();
    world.sim.trouble(Trouble::SlowBy { millis: 20 });
    let run = world.begin(&wanted, &plan_id).await.unwrap();
    until(|| (renamed(&world) > 3).then_some(())).await;
    // Its outcomes cannot be written down: the table is gone for a while.
    let file = format!("sqlite://{}/netpilot.db", world.dir.path().display());
    let mut file = SqliteConnection::connect(&file).await.unwrap();
    sqlx::raw_sql("ALTER TABLE run_outcome RENAME TO away").execute(&mut file).await.unwrap();
    until(|| (renamed(&world) == 60).then_some(())).await;
    world.services.finish_writing().await;
    sqlx::raw_sql("ALTER TABLE away RENAME TO run_outcome").execute(&mut file).await.unwrap();
    assert_eq!(world.services.run(&world.admin, &run.run_id).await.unwrap().state, RunState::Running);
    let tending = tokio::spawn(std::sync::Arc::clone(&world.services).tend_runs());
    let end = world.end_of(&run.run_id).await;
    tending.abort();
    assert_eq!((end.state, end.report.unwrap().summary.updated), (RunState::Done, 60));
}
