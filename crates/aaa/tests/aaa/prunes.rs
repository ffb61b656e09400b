//! Accounts of ours that a whole list names nobody for go where that was asked, and nothing else ever does.

use aaa::{PruneAsked, SyncMany};
use domain::wire::{
    BulkReport,
    problem::{Code, Problem},
};
use routeros_sim::{Hand, Script, Service, Trouble, What, When};

use crate::{
    bodies::{many, numbered},
    stored::until,
    world::{World, world},
};

impl World {
    /// Of the customers 1 to `owned`, only these are still listed.
    async fn prune(&self, listed: usize, confirmed: Option<usize>, dry_run: bool) -> Result<BulkReport, Problem> {
        let prune = Some(PruneAsked { confirmed });
        let request = SyncMany { prune, dry_run, ..many((1..=listed).map(numbered).collect()) };
        self.services.sync_many(&self.admin, request).await
    }
}

async fn router_of(customers: usize) -> World {
    let world = world().await;
    world.services.sync_many(&world.admin, many((1..=customers).map(numbered).collect())).await.unwrap();
    for foreign in [&[("name", "tower"), ("comment", "tower link")][..], &[("name", "plain")]] {
        world.sim.add("/ppp/secret", foreign).unwrap();
    }
    world
}

#[tokio::test]
async fn leftovers_go_with_their_sessions_and_what_is_not_ours_stays() {
    let world = router_of(6).await;
    world.sim.dial_in(Service::Pppoe, "customer5").unwrap();
    let looked = world.prune(4, None, true).await.unwrap();
    assert_eq!((looked.pruned.len(), looked.summary.removed, world.sim.rows("/ppp/secret").len()), (2, 0, 8));
    let done = world.prune(4, None, false).await.unwrap();
    assert_eq!((done.summary.unchanged, done.summary.removed, done.summary.disconnected), (4, 2, 1));
    let mut names: Vec<_> = world.sim.rows("/ppp/secret").iter().map(|row| row["name"].clone()).collect();
    names.sort();
    assert_eq!(names, ["customer1", "customer2", "customer3", "customer4", "plain", "tower"]);
    assert!(world.sim.rows("/ppp/active").is_empty(), "and nobody comes back");
    assert_eq!(world.prune(4, None, false).await.unwrap().pruned, []);
}

#[tokio::test]
async fn nobody_goes_without_being_asked_for() {
    let world = router_of(3).await;
    world.services.sync_many(&world.admin, many(vec![numbered(1)])).await.unwrap();
    assert_eq!(world.sim.rows("/ppp/secret").len(), 5);
    let part = SyncMany { only: Some(vec!["CUS-1".into()]), ..many(vec![numbered(1)]) };
    let part = SyncMany { prune: Some(PruneAsked { confirmed: None }), ..part };
    assert_eq!(world.services.sync_many(&world.admin, part).await.unwrap_err().code, Code::ValidationFailed);
    // Somebody who is listed and cannot be used is listed all the same.
    let bad = domain::wire::CustomerBody { pppoe_username: Some("a,b".into()), ..numbered(2) };
    let request = SyncMany { prune: Some(PruneAsked { confirmed: None }), ..many(vec![numbered(1), bad, numbered(3)]) };
    let report = world.services.sync_many(&world.admin, request).await.unwrap();
    assert_eq!((report.summary.errors, report.pruned.len()), (1, 0));
}

#[tokio::test]
async fn many_go_only_by_their_number() {
    let world = router_of(12).await;
    for confirmed in [None, Some(3)] {
        let refused = world.prune(1, confirmed, false).await.unwrap_err();
        assert_eq!(refused.code, Code::ConfirmationNeeded);
        assert!(refused.detail.contains("11 of 12"), "{}", refused.detail);
    }
    assert_eq!(world.sim.rows("/ppp/secret").len(), 14);
    assert_eq!(world.prune(1, Some(11), false).await.unwrap().summary.removed, 11);
}

#[tokio::test]
async fn one_that_the_router_keeps_is_told_and_the_others_go() {
    let world = router_of(5).await;
    let trap = |times| Trouble::TrapOn { command: "/ppp/secret/remove".into(), message: "failure: busy".into(), times };
    world.sim.trouble(trap(2));
    let done = world.prune(2, None, false).await.unwrap();
    let told: Vec<_> = done.pruned.iter().map(|row| (row.username.as_str(), row.removed)).collect();
    assert_eq!(told, [("customer3", false), ("customer4", true), ("customer5", true)]);
    let error = done.pruned[0].error.as_ref().unwrap();
    assert_eq!(
        (error.code, error.routeros.as_ref().unwrap().message.as_str()),
        (Code::RouterRejected, "failure: busy")
    );
    assert!(done.partial);
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_before_anything_is_said() {
    let world = router_of(5).await;
    world.sim.trouble(Trouble::DropBeforeReplyTo { command: "/ppp/secret/remove".into() });
    let done = world.prune(3, None, false).await.unwrap();
    assert_eq!((done.summary.removed, world.sim.rows("/ppp/secret").len()), (2, 5));
}

#[tokio::test]
async fn an_account_that_somebody_takes_over_meanwhile_stays() {
    let world = router_of(3).await;
    let set = [("comment".to_owned(), "tower link".to_owned())].into();
    let edit = Hand::Edit { menu: "/ppp/secret".into(), id: "customer3".into(), set };
    // The second list is the one before anything is removed.
    world.sim.script(Script::once(When::command("/ppp/secret/print").nth(2), What::Meanwhile(edit)));
    let done = world.prune(2, None, false).await.unwrap();
    assert_eq!(done.pruned[0].error.as_ref().map(|error| error.code), Some(Code::PlanStale));
    assert_eq!(world.row("/ppp/secret", "customer3")["comment"], "tower link");
}

#[tokio::test]
async fn where_nothing_may_be_written_nothing_is_pruned() {
    let world = router_of(3).await;
    let trap =
        Trouble::TrapOn { command: "/ppp/secret/set".into(), message: "not enough permissions (9)".into(), times: 9 };
    world.sim.trouble(trap);
    let suspended = domain::wire::CustomerBody { status: Some("Suspended".into()), ..numbered(1) };
    let request = SyncMany { prune: Some(PruneAsked { confirmed: None }), ..many(vec![suspended, numbered(2)]) };
    let done = world.services.sync_many(&world.admin, request).await.unwrap();
    assert_eq!(done.pruned[0].error.as_ref().map(|error| error.code), Some(Code::RouterPermission));
    assert_eq!(world.sim.counts().get("/ppp/secret/remove"), None);
}

#[tokio::test]
async fn a_list_with_somebody_who_has_no_id_prunes_nobody() {
    let world = router_of(3).await;
    let nobody = domain::wire::CustomerBody { id: None, ..numbered(3) };
    let request =
        SyncMany { prune: Some(PruneAsked { confirmed: None }), ..many(vec![numbered(1), numbered(2), nobody]) };
    assert_eq!(world.services.sync_many(&world.admin, request).await.unwrap_err().code, Code::ValidationFailed);
}

#[tokio::test]
async fn a_run_that_is_cancelled_prunes_nothing_and_says_so() {
    let world = router_of(40).await;
    for n in 1..=30 {
        // Each gets its own name back, one command for each.
        world.sim.edit("/ppp/secret", &format!("customer{n}"), &[("name", &format!("was{n}"))]).unwrap();
    }
    world.sim.trouble(Trouble::SlowBy { millis: 20 });
    let (services, admin) = (std::sync::Arc::clone(&world.services), world.admin.clone());
    let request = SyncMany { prune: Some(PruneAsked { confirmed: None }), ..many((1..=30).map(numbered).collect()) };
    let syncing = tokio::spawn(async move { services.sync_many(&admin, request).await });
    let renamed = || world.sim.rows("/ppp/secret").iter().filter(|row| row["name"].starts_with("customer")).count();
    until(|| (renamed() > 12).then_some(())).await;
    let run = world.services.runs(&world.admin, None, 1).await.unwrap().items.remove(0);
    world.services.cancel_run(&world.admin, &run.run_id).await.unwrap();
    let report = syncing.await.unwrap().unwrap();
    assert!(report.summary.skipped > 0, "{:?}", report.summary);
    assert_eq!((report.pruned.len(), report.summary.removed), (10, 0));
    assert!(report.pruned.iter().all(|row| row.error.as_ref().is_some_and(|error| error.code == Code::Cancelled)));
    assert!(world.find("/ppp/secret", "customer40").is_some());
}
