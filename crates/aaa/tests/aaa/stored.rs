//! What tests of plans and runs share: customers of the store, a router that shows passwords, and words for both.

use std::time::{Duration, Instant};

use aaa::{StoredSync, SyncMany, SyncOne};
use domain::{
    customer::{Password, ServiceType},
    wire::{
        BulkReport, Comparison, CustomerBody, DisconnectPolicy, FieldChange, ObjectChange, PackageBody, PackageEdit,
        RunReport, RunState, SyncReport,
        problem::{Code, Problem},
    },
};
use routeros_sim::Trouble;

use crate::world::{REDIAL, World, world_with};

/// A router whose user sees passwords.
pub(crate) async fn world() -> World {
    world_with(false, &["api", "read", "write", "policy", "test", "sensitive"]).await
}

/// The same, with so many customers in the store and on the router.
pub(crate) async fn world_of(customers: usize) -> World {
    let world = world().await;
    world.bring((1..=customers).map(numbered).collect()).await;
    world
}

pub(crate) fn numbered(n: usize) -> CustomerBody {
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

pub(crate) fn basic(down: f64) -> PackageBody {
    PackageBody {
        name: Some("Basic".into()),
        download_speed: Some(down),
        upload_speed: Some(5.0),
        ..PackageBody::default()
    }
}

pub(crate) fn one(customer: CustomerBody, package: PackageBody) -> SyncOne {
    SyncOne {
        customer,
        package,
        service: ServiceType::Pppoe,
        dry_run: false,
        plan_id: None,
        disconnect: DisconnectPolicy::Auto,
    }
}

pub(crate) fn many(customers: Vec<CustomerBody>) -> SyncMany {
    SyncMany {
        customers,
        packages: vec![basic(10.0)],
        service: ServiceType::Pppoe,
        only: None,
        dry_run: false,
        plan_id: None,
        disconnect: DisconnectPolicy::Auto,
        prune: None,
    }
}

pub(crate) fn stored(ids: &[&str], packages: Vec<PackageEdit>) -> StoredSync {
    let customer_ids = ids.iter().map(|id| (*id).to_owned()).collect();
    StoredSync { customer_ids, packages, service: ServiceType::Pppoe }
}

/// The only package, as somebody wants it who saw it in this version.
pub(crate) fn edit(version: i64, down: f64) -> PackageEdit {
    PackageEdit { id: "PKG-1".into(), version, package: basic(down) }
}

/// Polls what no event tells: what the router counts and what a run has come to.
pub(crate) async fn until<T>(what: impl Fn() -> Option<T>) -> T {
    until_told(async || what()).await
}

/// The same where it has to be asked for.
pub(crate) async fn until_told<T>(what: impl AsyncFn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(happened) = what().await {
            return happened;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "it never happened");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// That somebody stays away is seen only by waiting longer than a redial takes: no event tells that nothing happens.
pub(crate) async fn time_to_redial_passes() {
    tokio::time::sleep(REDIAL * 4).await;
}

impl World {
    pub(crate) async fn sync_one(&self, request: SyncOne) -> Result<SyncReport, Problem> {
        self.services.sync_one(&self.admin, request).await
    }

    pub(crate) async fn sync_many(&self, request: SyncMany) -> Result<BulkReport, Problem> {
        self.services.sync_many(&self.admin, request).await
    }

    pub(crate) async fn bring(&self, customers: Vec<CustomerBody>) {
        assert_eq!(self.sync_many(many(customers)).await.unwrap().summary.errors, 0);
    }

    /// Somebody edits a customer in the store, and the router hears nothing of it.
    pub(crate) async fn edit_stored(&self, customer: CustomerBody) {
        let message = "failure: not today".to_owned();
        self.sim.trouble(Trouble::TrapOn { command: "/ppp/secret/set".into(), message, times: 1 });
        // The intent is kept before the router is asked, so that a router that refuses leaves just the edit.
        let refused = self.sync_one(one(customer, basic(10.0))).await.unwrap_err();
        assert_eq!(refused.code, Code::RouterRejected);
    }

    pub(crate) async fn plan(&self, wanted: &StoredSync) -> BulkReport {
        self.services.plan_stored(&self.admin, wanted.clone()).await.unwrap()
    }

    pub(crate) async fn begin(&self, wanted: &StoredSync, plan_id: &str) -> Result<RunReport, Problem> {
        self.services.begin_sync(&self.admin, wanted.clone(), plan_id.to_owned()).await
    }

    /// Plans, carries out, and waits for the end.
    pub(crate) async fn carry_out(&self, wanted: &StoredSync) -> BulkReport {
        let plan_id = self.plan(wanted).await.plan_id.unwrap();
        let run = self.begin(wanted, &plan_id).await.unwrap();
        self.end_of(&run.run_id).await.report.unwrap()
    }

    pub(crate) async fn end_of(&self, run_id: &str) -> RunReport {
        until_told(async || {
            let run = self.services.run(&self.admin, run_id).await.unwrap();
            (run.state != RunState::Running).then_some(run)
        })
        .await
    }

    pub(crate) async fn compare(&self, id: &str) -> Result<Comparison, Problem> {
        self.services.compare(&self.admin, id).await
    }

    pub(crate) fn session_of(&self, name: &str) -> Option<String> {
        self.sim.rows("/ppp/active").into_iter().find(|row| row["name"] == name).map(|row| row[".id"].clone())
    }

    pub(crate) fn speed_of(&self, name: &str) -> Option<String> {
        let queue = format!("<pppoe-{name}>");
        self.sim.rows("/queue/simple").into_iter().find(|row| row["name"] == queue).map(|row| row["max-limit"].clone())
    }
}

pub(crate) fn stale<T: std::fmt::Debug>(answer: Result<T, Problem>) {
    assert_eq!(answer.unwrap_err().code, Code::PlanStale);
}

pub(crate) fn changed(changes: &[ObjectChange]) -> Vec<String> {
    let fields = changes.iter().flat_map(|change| change.fields.iter().map(move |field| (change, field)));
    let told = fields.map(|(change, field)| match field {
        FieldChange::Secret { field, .. } | FieldChange::Value { field, .. } => format!("{} {field}", change.object),
    });
    told.collect()
}
