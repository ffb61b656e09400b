//! What a router is spared: sign-ins that it refuses, haste after trouble, and more at once than it bears.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use aaa::{Config, Pauses, UsersQuery};
use domain::wire::{RouterAtWork, RunState, problem::Code};
use routeros_sim::{Script, Sim, Trouble, What, When};

use crate::{
    bodies::{many as sent, numbered as customer},
    stored::{numbered, stored, until_told},
    world::{USUAL, World, world, world_of},
};

const SECOND_MS: i64 = 1000;

#[tokio::test]
async fn a_refused_sign_in_is_not_repeated_before_its_pause_but_by_hand() {
    let world = world().await;
    let password = |password| world.sim.edit("/user", "netpilot-api", &[("password", password)]).unwrap();
    let refused = async || world.services.users(&world.admin, UsersQuery::default()).await.unwrap_err();
    password("another");
    assert_eq!(refused().await.code, Code::RouterAuthFailed);
    for _ in 0..3 {
        let later = refused().await;
        assert_eq!((later.code, world.logins()), (Code::RouterAuthFailed, 1));
        assert_eq!(later.errors.last().unwrap().code, "pause", "{later:?}");
        assert_eq!(world.sync_ana().await.unwrap_err().code, Code::RouterAuthFailed);
    }
    world.clock.0.fetch_add(299 * SECOND_MS, Ordering::Relaxed);
    refused().await;
    assert_eq!(world.logins(), 1);
    world.clock.0.fetch_add(SECOND_MS, Ordering::Relaxed);
    refused().await;
    assert_eq!(world.logins(), 2, "five minutes are over");
    password("s3cret");
    refused().await;
    assert_eq!(world.logins(), 2);
    world.services.test(&world.admin).await.unwrap();
    assert_eq!(world.logins(), 3, "somebody wanted to know");
    world.sync_ana().await.unwrap();
}

#[tokio::test]
async fn a_router_that_went_away_is_tried_again_after_longer_and_longer_pauses() {
    let first = Duration::from_millis(20);
    let pauses = Pauses { again: first, ..Pauses::default() };
    let router = Sim::builder().group("api-users", USUAL);
    let world = world_of(router, |config| Config { pauses, ..config }).await;
    world.sim.script(Script::once(When::command("/ppp/profile/add"), What::Refuse));
    world.sim.script(Script::once(When::command("/ppp/secret/add"), What::CutBefore));
    let began = Instant::now();
    let report = world.services.sync_many(&world.admin, sent(vec![customer(1)])).await.unwrap();
    assert_eq!(report.results[0].error.as_ref().unwrap().code, Code::OutcomeUnknown);
    assert!(began.elapsed() >= first * (1 + 2), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_run_tells_how_busy_the_router_is_and_gives_a_busy_one_less() {
    let busy = carried_out_under(95).await;
    assert_eq!(busy.cpu_load, Some(95));
    assert!(busy.window.unwrap() < 16, "{busy:?}");
}

/// A run of sixty customers on a router that answers quickly and whose CPU has so much to do, and what is told of it while it works.
async fn carried_out_under(percent: u8) -> RouterAtWork {
    let pauses = Pauses { load: Duration::from_millis(5), ..Pauses::default() };
    let rights = &["api", "read", "write", "sensitive"];
    let world: World = world_of(Sim::builder().group("api-users", rights), |config| Config { pauses, ..config }).await;
    world.bring((1..=60).map(numbered).collect()).await;
    for n in 1..=60 {
        let comment = format!("NetPilot Customer: Misspelt (ID: CUS-{n})");
        world.sim.edit("/ppp/secret", &format!("customer{n}"), &[("comment", &comment)]).unwrap();
    }
    let ids: Vec<_> = (1..=60).map(|n| format!("CUS-{n}")).collect();
    let wanted = stored(&ids.iter().map(String::as_str).collect::<Vec<_>>(), Vec::new());
    let plan_id = world.plan(&wanted).await.plan_id.unwrap();
    let load = format!("=cpu-load={percent}");
    let sentences = vec![vec!["!re".to_owned(), load, ".tag".to_owned()], vec!["!done".to_owned(), ".tag".to_owned()]];
    world.sim.script(Script::always(When::command("/system/resource/print"), What::Instead { sentences }));
    world.sim.trouble(Trouble::SlowBy { millis: 2 });
    let run = world.begin(&wanted, &plan_id).await.unwrap();
    assert_eq!(run.router, None, "nothing was written yet");
    let told = until_told(async || {
        let run = world.services.run(&world.admin, &run.run_id).await.unwrap();
        assert_eq!(run.state, RunState::Running, "it is told while the run works");
        run.router.filter(|router| router.cpu_load.is_some() && run.done > 40)
    })
    .await;
    assert_eq!(world.end_of(&run.run_id).await.report.unwrap().summary.updated, 60);
    told
}
