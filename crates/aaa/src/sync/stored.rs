//! Customers of our store: what a sync of them would do, and doing it while the caller looks on.

use std::{sync::Arc, time::Instant};

use domain::{
    customer::ServiceType,
    role::{Operator, Permission},
    wire::{
        BulkReport, DisconnectPolicy, PackageEdit, RunReport, RunState,
        problem::{Code, Problem},
    },
};
use serde_json::json;

use super::{Asked, Request, report};
use crate::{
    Services,
    audit::{Act, Told},
    services::check,
};

/// Customers of the store to bring to the router.
#[derive(Clone, Debug)]
pub struct StoredSync {
    /// Who, by id; each gets one row, in this order.
    pub customer_ids: Vec<String>,
    /// Edited packages, in place of the stored ones. They are kept when the plan is carried out, for those who may
    /// change packages, and keep their names.
    pub packages: Vec<PackageEdit>,
    /// How they get online.
    pub service: ServiceType,
}

impl Services {
    /// What a sync of these customers would do. Its plan id is what [`Services::begin_sync`] takes.
    ///
    /// # Errors
    /// The operator may not, there are too many, a package was changed meanwhile, or the router cannot be read.
    pub async fn plan_stored(&self, operator: &Operator, wanted: StoredSync) -> Result<BulkReport, Problem> {
        check_rights(operator, &wanted)?;
        let began = Instant::now();
        let service = wanted.service;
        let done = self.sync(operator, request(wanted, None)).await?;
        Ok(report::planned(done, service, self.router()?.id, began.elapsed()))
    }

    /// Begins to carry out exactly this plan; [`Services::run`] tells how far it is. It goes on when the caller leaves.
    ///
    /// # Errors
    /// The plan is stale, or the sync cannot start: then nothing was written.
    pub async fn begin_sync(
        self: &Arc<Self>,
        operator: &Operator,
        wanted: StoredSync,
        plan_id: String,
    ) -> Result<RunReport, Problem> {
        let act = Act::new("sync.many", "run", None);
        self.audited(operator, Permission::Sync, act, self.accept_stored(operator, wanted, plan_id), of_run).await
    }

    async fn accept_stored(
        self: &Arc<Self>,
        operator: &Operator,
        wanted: StoredSync,
        plan_id: String,
    ) -> Result<RunReport, Problem> {
        check_rights(operator, &wanted)?;
        let accepted = self.accept(operator, request(wanted, Some(plan_id)), "stored").await?;
        self.begin(operator, accepted).await
    }

    /// Begins again with those of a run who failed, were not reached, or have a session that goes on.
    ///
    /// # Errors
    /// The operator may not, there is no such run, it is still at work, or the sync cannot start.
    pub async fn retry_run(self: &Arc<Self>, operator: &Operator, run_id: &str) -> Result<RunReport, Problem> {
        let act = Act::new("run.retry", "run", Some(run_id));
        self.audited(operator, Permission::Sync, act, self.accept_rest(operator, run_id), of_run).await
    }

    async fn accept_rest(self: &Arc<Self>, operator: &Operator, run_id: &str) -> Result<RunReport, Problem> {
        let run = self.stored_run(run_id).await?;
        if run.state == RunState::Running {
            let detail = "The run is still at work: cancel it, or wait until it has ended.";
            return Err(Problem::new(Code::RunAtWork, detail));
        }
        let ids = self.bulk_report(&run).await?.retry.only;
        let asked = Asked::Stored { ids, packages: Vec::new() };
        let (service, disconnect) = (run.service, run.disconnect);
        let request = Request { asked, service, disconnect, dry_run: false, plan_id: None, prune: None };
        let accepted = self.accept(operator, request, "retry").await?;
        self.begin(operator, accepted).await
    }
}

/// What the audit tells of a run that is begun.
fn of_run(run: &RunReport) -> Told {
    let run_id = Some(run.run_id.clone());
    Told { run_id, ..Told::after(&json!({ "total": run.total })) }
}

fn check_rights(operator: &Operator, wanted: &StoredSync) -> Result<(), Problem> {
    check(operator, Permission::Sync)?;
    if wanted.packages.is_empty() { Ok(()) } else { check(operator, Permission::ManagePackages) }
}

/// Without a plan to carry out it is a dry run.
fn request(wanted: StoredSync, plan_id: Option<String>) -> Request {
    let StoredSync { customer_ids, packages, service } = wanted;
    Request {
        asked: Asked::Stored { ids: customer_ids, packages },
        service,
        disconnect: DisconnectPolicy::Auto,
        dry_run: plan_id.is_none(),
        plan_id,
        prune: None,
    }
}
