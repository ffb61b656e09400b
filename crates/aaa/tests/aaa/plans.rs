//! A plan is looked at, then carried out as it was looked at or not at all: against a router in memory, over TCP.

use aaa::{StoredSync, SyncMany, SyncOne};
use domain::{
    customer::{ServiceType, Setting},
    role::Role,
    wire::{ActionTaken, BulkReport, CustomerBody, PackageBody, PackageEdit, SyncState, problem::Code},
};
use routeros_sim::Service;

use crate::{
    stored::{basic, changed, edit, many, numbered, one, stale, stored, time_to_redial_passes, until, world, world_of},
    world::operator,
};

#[tokio::test]
async fn a_dry_run_writes_nothing_and_its_plan_is_carried_out_as_it_was_told() {
    let world = world().await;
    let dry = SyncOne { dry_run: true, ..one(numbered(1), basic(10.0)) };
    let planned = world.sync_one(dry.clone()).await.unwrap();
    assert_eq!((planned.result.action, world.writes()), (ActionTaken::Created, 0));
    let plan_id = planned.plan_id.clone().unwrap();
    let hex = plan_id.strip_prefix("pln_").unwrap();
    assert!(hex.len() == 24 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()), "{plan_id}");
    assert_eq!(world.sync_one(dry).await.unwrap().plan_id.as_ref(), Some(&plan_id), "the same plan has the same name");
    let request = SyncOne { plan_id: Some(plan_id.clone()), ..one(numbered(1), basic(10.0)) };
    let done = world.sync_one(request.clone()).await.unwrap();
    assert_eq!((done.result.changes, done.result.verified), (planned.result.changes, true));
    assert_eq!((done.plan_id, done.dry_run), (None, false), "once written there is no plan any more");
    assert_eq!(world.row("/ppp/profile", "Basic_pppoe")["rate-limit"], "5120k/10240k");
    let written = world.writes();
    stale(world.sync_one(request).await);
    assert_eq!(world.writes(), written, "a plan is carried out once");
}

#[tokio::test]
async fn a_made_password_is_no_part_of_a_plan() {
    let world = world().await;
    let request = || many(vec![CustomerBody { pppoe_password: None, ..numbered(1) }]);
    let plan_id = world.sync_many(SyncMany { dry_run: true, ..request() }).await.unwrap().plan_id;
    let done = world.sync_many(SyncMany { plan_id, ..request() }).await.unwrap();
    assert!(done.results[0].password_generated);
}

#[tokio::test]
async fn an_edit_on_the_router_makes_a_plan_stale_and_nothing_is_written_or_kept() {
    let world = world_of(2).await;
    let faster = || SyncMany { packages: vec![basic(20.0)], ..many(vec![numbered(1), numbered(2), numbered(3)]) };
    let plan_id = world.sync_many(SyncMany { dry_run: true, ..faster() }).await.unwrap().plan_id;
    world.sim.edit("/ppp/secret", "customer2", &[("comment", "NetPilot Customer: X (ID: CUS-2)")]).unwrap();
    let written = world.writes();
    stale(world.sync_many(SyncMany { plan_id, ..faster() }).await);
    assert_eq!(world.writes(), written);
    assert_eq!(world.compare("CUS-3").await.unwrap_err().code, Code::CustomerNotFound, "nobody was kept");
    assert_eq!(world.compare("CUS-1").await.unwrap().state, SyncState::InSync, "nor was the faster package");
}

#[tokio::test]
async fn an_edit_in_the_store_makes_a_plan_stale_before_the_run_begins() {
    let world = world_of(2).await;
    world.sim.edit("/ppp/secret", "customer1", &[("disabled", "yes")]).unwrap();
    let wanted = stored(&["CUS-1", "CUS-2"], Vec::new());
    let plan_id = world.plan(&wanted).await.plan_id.unwrap();
    world.edit_stored(CustomerBody { status: Some("Suspended".into()), ..numbered(2) }).await;
    let written = world.writes();
    stale(world.begin(&wanted, &plan_id).await);
    assert_eq!(world.writes(), written);
    assert_eq!(world.row("/ppp/secret", "customer1")["disabled"], "true");
}

#[tokio::test]
async fn a_plan_of_stored_customers_names_everything_and_is_carried_out_by_itself() {
    let world = world_of(3).await;
    world.sim.edit("/ppp/secret", "customer3", &[("disabled", "yes")]).unwrap();
    world.sim.remove("/ppp/secret", "customer1").unwrap();
    let wanted = stored(&["CUS-3", "CUS-9", "CUS-1", "CUS-2"], Vec::new());
    let written = world.writes();
    let plan = world.plan(&wanted).await;
    assert_eq!((plan.dry_run, world.writes()), (true, written));
    let rows: Vec<_> = plan.results.iter().map(|row| (row.customer_id.as_deref().unwrap(), row.action)).collect();
    assert_eq!(
        rows,
        [
            ("CUS-3", ActionTaken::Updated),
            ("CUS-9", ActionTaken::None),
            ("CUS-1", ActionTaken::Created),
            ("CUS-2", ActionTaken::Unchanged)
        ]
    );
    assert_eq!(plan.results[1].error.as_ref().unwrap().code, Code::CustomerNotFound);
    let done = world.carry_out(&wanted).await;
    let told = |report: &BulkReport| report.results.iter().map(|row| row.changes.clone()).collect::<Vec<_>>();
    assert_eq!(told(&done), told(&plan));
    assert_eq!((done.summary.created, done.summary.updated, done.summary.unchanged, done.summary.errors), (1, 1, 1, 1));
    assert_eq!((done.plan_id, done.retry.only), (None, vec!["CUS-9".to_owned()]));
    assert_eq!(world.row("/ppp/secret", "customer1")["password"], "hers-and-hers-alone");
    assert_eq!(world.row("/ppp/secret", "customer3")["disabled"], "false");
}

#[tokio::test]
async fn a_package_sent_along_stands_in_for_the_stored_one_and_is_kept_when_carried_out() {
    let world = world_of(1).await;
    let old = world.sim.dial_in(Service::Pppoe, "customer1").unwrap();
    let wanted = stored(&["CUS-1"], vec![edit(1, 20.0)]);
    let plan = world.plan(&wanted).await;
    assert_eq!(changed(&plan.results[0].changes), ["profile rate-limit"]);
    let ending = &plan.results[0].disconnects[0];
    assert_eq!((&ending.session_id, ending.because_of.as_str()), (&old, "rate-limit"));
    assert_eq!(world.plan(&stored(&["CUS-1"], Vec::new())).await.summary.unchanged, 1, "a plan keeps nothing");
    let done = world.carry_out(&wanted).await;
    assert_eq!((done.summary.updated, done.summary.disconnected), (1, 1));
    let new = until(|| world.session_of("customer1")).await;
    assert_ne!(new, old);
    assert_eq!(world.speed_of("customer1").as_deref(), Some("5120000/20480000"));
    assert_eq!(world.plan(&stored(&["CUS-1"], Vec::new())).await.summary.unchanged, 1, "it was kept");
}

#[tokio::test]
async fn an_edited_package_that_somebody_else_changed_makes_the_plan_stale() {
    let world = world_of(1).await;
    let wanted = stored(&["CUS-1"], vec![edit(1, 20.0)]);
    let plan_id = world.plan(&wanted).await.plan_id.unwrap();
    world.services.update_package(&world.admin, "PKG-1", basic(10.0), 1).await.unwrap();
    let written = world.writes();
    stale(world.begin(&wanted, &plan_id).await);
    stale(world.services.plan_stored(&world.admin, wanted).await);
    let gone = PackageEdit { id: "PKG-9".into(), ..edit(1, 20.0) };
    stale(world.services.plan_stored(&world.admin, stored(&["CUS-1"], vec![gone])).await);
    let package = async || world.services.package(&world.admin, "PKG-1").await.unwrap();
    assert_eq!((package().await.package, package().await.version, world.writes()), (basic(10.0), 2, written));
    world.carry_out(&stored(&["CUS-1"], vec![edit(2, 20.0)])).await;
    assert_eq!((package().await.package, package().await.version), (basic(20.0), 3));
}

#[tokio::test]
async fn an_edited_package_keeps_its_name_and_can_be_used() {
    let world = world_of(1).await;
    for package in [PackageBody { name: Some("Other".into()), ..basic(20.0) }, basic(-1.0)] {
        let wanted = stored(&["CUS-1"], vec![PackageEdit { package, ..edit(1, 20.0) }]);
        let refused = world.services.plan_stored(&world.admin, wanted).await.unwrap_err();
        assert_eq!(refused.code, Code::ValidationFailed);
    }
}

#[tokio::test]
async fn a_suspended_customer_is_cut_off_and_stays_away() {
    let world = world_of(2).await;
    world.sim.dial_in(Service::Pppoe, "customer1").unwrap();
    let other = world.sim.dial_in(Service::Pppoe, "customer2").unwrap();
    world.edit_stored(CustomerBody { status: Some("Suspended".into()), ..numbered(1) }).await;
    let wanted = stored(&["CUS-1", "CUS-2"], Vec::new());
    let plan = world.plan(&wanted).await;
    assert_eq!(plan.results[0].disconnects[0].because_of, "disabled");
    assert!(plan.results[1].disconnects.is_empty());
    let done = world.carry_out(&wanted).await;
    assert_eq!((done.summary.updated, done.summary.disconnected), (1, 1));
    time_to_redial_passes().await;
    assert_eq!((world.session_of("customer1"), world.session_of("customer2")), (None, Some(other)));
}

#[tokio::test]
async fn a_customer_of_the_other_service_is_refused_by_name_and_keeps_their_service() {
    let world = world_of(2).await;
    let hotspot = SyncMany { service: ServiceType::Hotspot, ..many(vec![numbered(2)]) };
    assert_eq!(world.sync_many(hotspot).await.unwrap().summary.errors, 0, "a body says which service it is");
    let plan = world.plan(&stored(&["CUS-1", "CUS-2"], Vec::new())).await;
    assert_eq!((plan.summary.unchanged, plan.summary.errors), (1, 1));
    let refused = &plan.results[1];
    assert_eq!((refused.customer.as_str(), refused.error.as_ref().unwrap().code), ("Customer 2", Code::OtherService));
    assert_eq!(
        refused.message,
        "Customer 2 gets online by hotspot; plan hotspot customers on their own, or change the service in the \
         customer's form."
    );
    world.sim.edit("/ppp/secret", "customer1", &[("disabled", "yes")]).unwrap();
    let done = world.carry_out(&stored(&["CUS-1", "CUS-2"], Vec::new())).await;
    assert_eq!((done.summary.updated, done.summary.errors), (1, 1));
    let kept = world.services.customer(&world.admin, "CUS-2").await.unwrap();
    assert_eq!(kept.service_type, ServiceType::Hotspot);
    let asked = StoredSync { service: ServiceType::Hotspot, ..stored(&["CUS-2"], Vec::new()) };
    assert_eq!(world.plan(&asked).await.summary.unchanged, 1);
}

#[tokio::test]
async fn a_comparison_reads_once_and_tells_what_a_plan_would_write() {
    let world = world_of(2).await;
    assert_eq!(world.compare("CUS-9").await.unwrap_err().code, Code::CustomerNotFound);
    let prints = world.sim.counts()["/ppp/secret/print"];
    let settled = world.compare("CUS-1").await.unwrap();
    assert_eq!(world.sim.counts()["/ppp/secret/print"], prints + 1);
    assert_eq!((settled.state, settled.objects.len()), (SyncState::InSync, 2));
    assert!(settled.objects.iter().flat_map(|object| &object.fields).all(|field| field.same == Some(true)));
    assert!(!serde_json::to_string(&settled).unwrap().contains("hers-and-hers-alone"));
    world.sim.edit("/ppp/secret", "customer1", &[("password", "theirs"), ("disabled", "yes")]).unwrap();
    let differs = world.compare("CUS-1").await.unwrap();
    let fields = differs.objects[1].fields.iter().filter(|field| field.same == Some(false));
    assert_eq!(fields.map(|field| field.field.as_str()).collect::<Vec<_>>(), ["disabled", "password"]);
    let plan = world.plan(&stored(&["CUS-1"], Vec::new())).await;
    assert_eq!(changed(&plan.results[0].changes), ["secret disabled", "secret password"]);
    world.sim.remove("/ppp/secret", "customer2").unwrap();
    assert_eq!(world.compare("CUS-2").await.unwrap().state, SyncState::Missing);
    world.sim.add("/ppp/secret", &[("name", "customer2"), ("password", "x")]).unwrap();
    let foreign = world.compare("CUS-2").await.unwrap();
    assert_eq!((foreign.state, foreign.problem.unwrap().code), (SyncState::Unknown, Code::ForeignObject));
}

#[tokio::test]
async fn addresses_of_the_store_are_compared_a_cleared_one_clears_and_one_left_alone_stays() {
    let world = world().await;
    let cleared = CustomerBody { mac_address: Setting::Cleared, ..numbered(1) };
    world.bring(vec![cleared, numbered(2)]).await;
    for name in ["customer1", "customer2"] {
        world.sim.edit("/ppp/secret", name, &[("caller-id", "AA:BB:CC:DD:EE:0F")]).unwrap();
    }
    let done = world.carry_out(&stored(&["CUS-1", "CUS-2"], Vec::new())).await;
    assert_eq!(changed(&done.results[0].changes), ["secret caller-id"]);
    assert_eq!(done.results[1].action, ActionTaken::Unchanged);
    assert_eq!(world.row("/ppp/secret", "customer2")["caller-id"], "AA:BB:CC:DD:EE:0F");
}

#[tokio::test]
async fn office_staff_may_neither_plan_nor_carry_out_nor_compare() {
    let world = world_of(1).await;
    let office = operator(Role::OfficeStaff);
    let wanted = stored(&["CUS-1"], Vec::new());
    let dry = SyncMany { dry_run: true, ..many(vec![numbered(1)]) };
    let forbidden = [
        world.services.plan_stored(&office, wanted.clone()).await.err(),
        world.services.begin_sync(&office, wanted, "pln_0".into()).await.err(),
        world.services.run(&office, "run_0").await.err(),
        world.services.sync_many(&office, dry).await.err(),
        world.services.compare(&office, "CUS-1").await.err(),
    ];
    for problem in forbidden {
        assert_eq!(problem.unwrap().code, Code::Forbidden);
    }
}
