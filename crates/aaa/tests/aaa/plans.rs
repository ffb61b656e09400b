//! A plan is looked at, then carried out as it was looked at or not at all: against a router in memory, over TCP.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use aaa::{StoredSync, SyncMany, SyncOne};
use domain::{
    customer::{Password, ServiceType, Setting},
    role::Role,
    wire::{
        AccountFate, ActionTaken, BulkReport, Comparison, CustomerBody, DisconnectPolicy, FieldChange, ObjectChange,
        PackageBody, PackageEdit, RunReport, RunState, SyncReport, SyncState,
        problem::{Code, Problem},
    },
};
use routeros_sim::{Service, Trouble};

use crate::world::{REDIAL, World, operator, world_with};

const MINUTE_MS: i64 = 60 * 1000;

/// A router whose user sees passwords.
async fn world() -> World {
    world_with(false, &["api", "read", "write", "policy", "test", "sensitive"]).await
}

/// The same, with so many customers in the store and on the router.
async fn world_of(customers: usize) -> World {
    let world = world().await;
    world.bring((1..=customers).map(numbered).collect()).await;
    world
}

fn numbered(n: usize) -> CustomerBody {
    CustomerBody {
        id: Some(format!("CUS-{n}")),
        name: Some(format!("Customer {n}")),
        status: Some("Active".into()),
        service_package: Some("Basic".into()),
        pppoe_username: Some(format!("customer{n}")),
        pppoe_password: Some(Password::new("hers-and-hers-alone")),
        ..CustomerBody::default()
    }
}

fn basic(down: f64) -> PackageBody {
    PackageBody {
        name: Some("Basic".into()),
        download_speed: Some(down),
        upload_speed: Some(5.0),
        ..PackageBody::default()
    }
}

fn one(customer: CustomerBody, package: PackageBody) -> SyncOne {
    SyncOne {
        customer,
        package,
        service: ServiceType::Pppoe,
        dry_run: false,
        plan_id: None,
        disconnect: DisconnectPolicy::Auto,
    }
}

fn many(customers: Vec<CustomerBody>) -> SyncMany {
    SyncMany {
        customers,
        packages: vec![basic(10.0)],
        service: ServiceType::Pppoe,
        only: None,
        dry_run: false,
        plan_id: None,
        disconnect: DisconnectPolicy::Auto,
    }
}

fn stored(ids: &[&str], packages: Vec<PackageEdit>) -> StoredSync {
    let customer_ids = ids.iter().map(|id| (*id).to_owned()).collect();
    StoredSync { customer_ids, packages, service: ServiceType::Pppoe }
}

/// The only package, as somebody wants it who saw it in this version.
fn edit(version: i64, down: f64) -> PackageEdit {
    PackageEdit { id: "PKG-1".into(), version, package: basic(down) }
}

/// Polls what no event tells: what the router counts and what a run has come to.
async fn until<T>(what: impl Fn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(happened) = what() {
            return happened;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "it never happened");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// That somebody stays away is seen only by waiting longer than a redial takes: no event tells that nothing happens.
async fn time_to_redial_passes() {
    tokio::time::sleep(REDIAL * 4).await;
}

impl World {
    async fn sync_one(&self, request: SyncOne) -> Result<SyncReport, Problem> {
        self.services.sync_one(&self.admin, request).await
    }

    async fn sync_many(&self, request: SyncMany) -> Result<BulkReport, Problem> {
        self.services.sync_many(&self.admin, request).await
    }

    async fn bring(&self, customers: Vec<CustomerBody>) {
        assert_eq!(self.sync_many(many(customers)).await.unwrap().summary.errors, 0);
    }

    /// Somebody edits a customer in the store, and the router hears nothing of it.
    async fn edit_stored(&self, customer: CustomerBody) {
        let message = "failure: not today".to_owned();
        self.sim.trouble(Trouble::TrapOn { command: "/ppp/secret/set".into(), message, times: 1 });
        // The intent is kept before the router is asked, so that a router that refuses leaves just the edit.
        let refused = self.sync_one(one(customer, basic(10.0))).await.unwrap_err();
        assert_eq!(refused.code, Code::RouterRejected);
    }

    async fn plan(&self, wanted: &StoredSync) -> BulkReport {
        self.services.plan_stored(&self.admin, wanted.clone()).await.unwrap()
    }

    async fn begin(&self, wanted: &StoredSync, plan_id: &str) -> Result<RunReport, Problem> {
        self.services.begin_sync(&self.admin, wanted.clone(), plan_id.to_owned()).await
    }

    /// Plans, carries out, and waits for the end.
    async fn carry_out(&self, wanted: &StoredSync) -> BulkReport {
        let plan_id = self.plan(wanted).await.plan_id.unwrap();
        let run = self.begin(wanted, &plan_id).await.unwrap();
        self.end_of(&run.run_id).await.report.unwrap()
    }

    async fn end_of(&self, run_id: &str) -> RunReport {
        until(|| {
            let run = self.services.run(&self.admin, run_id).unwrap();
            (run.state != RunState::Running).then_some(run)
        })
        .await
    }

    async fn compare(&self, id: &str) -> Result<Comparison, Problem> {
        self.services.compare(&self.admin, id).await
    }

    fn session_of(&self, name: &str) -> Option<String> {
        self.sim.rows("/ppp/active").into_iter().find(|row| row["name"] == name).map(|row| row[".id"].clone())
    }

    fn speed_of(&self, name: &str) -> Option<String> {
        let queue = format!("<pppoe-{name}>");
        self.sim.rows("/queue/simple").into_iter().find(|row| row["name"] == queue).map(|row| row["max-limit"].clone())
    }
}

fn stale<T: std::fmt::Debug>(answer: Result<T, Problem>) {
    assert_eq!(answer.unwrap_err().code, Code::PlanStale);
}

fn changed(changes: &[ObjectChange]) -> Vec<String> {
    let fields = changes.iter().flat_map(|change| change.fields.iter().map(move |field| (change, field)));
    let told = fields.map(|(change, field)| match field {
        FieldChange::Secret { field, .. } | FieldChange::Value { field, .. } => format!("{} {field}", change.object),
    });
    told.collect()
}

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
    let end = until(|| {
        let run = world.services.run(&world.admin, &run.run_id).unwrap();
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
        world.sim.edit("/ppp/secret", &format!("customer{n}"), &[("disabled", "yes")]).unwrap();
    }
    let ids: Vec<_> = (1..=60).map(|n| format!("CUS-{n}")).collect();
    let wanted = stored(&ids.iter().map(String::as_str).collect::<Vec<_>>(), Vec::new());
    let plan_id = world.plan(&wanted).await.plan_id.unwrap();
    world.sim.trouble(Trouble::SlowBy { millis: 30 });
    let run = world.begin(&wanted, &plan_id).await.unwrap();
    world.plan(&stored(&["CUS-1"], Vec::new())).await;
    let meanwhile = world.services.run(&world.admin, &run.run_id).unwrap();
    assert_eq!(meanwhile.state, RunState::Running);
    assert_eq!(world.end_of(&run.run_id).await.report.unwrap().summary.updated, 60);
}

#[tokio::test]
async fn a_run_is_known_for_fifteen_minutes_and_to_those_who_may_sync() {
    let world = world_of(1).await;
    let wanted = stored(&["CUS-1"], Vec::new());
    let plan_id = world.plan(&wanted).await.plan_id.unwrap();
    let run = world.begin(&wanted, &plan_id).await.unwrap();
    assert!(run.run_id.starts_with("run_"));
    world.end_of(&run.run_id).await;
    let office = operator(Role::OfficeStaff);
    assert_eq!(world.services.run(&office, &run.run_id).unwrap_err().code, Code::Forbidden);
    world.clock.0.fetch_add(14 * MINUTE_MS, Ordering::Relaxed);
    assert_eq!(world.services.run(&world.admin, &run.run_id).unwrap().state, RunState::Done);
    world.clock.0.fetch_add(MINUTE_MS, Ordering::Relaxed);
    let gone = world.services.run(&world.admin, &run.run_id).unwrap_err();
    assert_eq!(gone.code, Code::RunNotFound);
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
    assert_eq!(world.session_of("customer1"), Some(left));
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
        world.services.run(&office, "run_0").err(),
        world.services.sync_many(&office, dry).await.err(),
        world.services.compare(&office, "CUS-1").await.err(),
    ];
    for problem in forbidden {
        assert_eq!(problem.unwrap().code, Code::Forbidden);
    }
}
