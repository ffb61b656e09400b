//! Customers of our store: what a sync of them would do, and doing it while the caller looks on.

use std::{sync::Arc, time::Instant};

use domain::{
    customer::ServiceType,
    role::{Operator, Permission},
    wire::{BulkReport, DisconnectPolicy, PackageEdit, RunReport, problem::Problem},
};

use super::{Asked, Request, report};
use crate::{Services, runs::Progress, services::check};

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
        Ok(report::many(done, service, self.router()?.id, began.elapsed()))
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
        check_rights(operator, &wanted)?;
        let began = Instant::now();
        let service = wanted.service;
        let prepared = self.prepare(request(wanted, Some(plan_id))).await?;
        let progress = Progress::default();
        self.keep(&prepared).await?;
        let run = self.runs.begin(prepared.bodies.len(), progress.clone(), self.clock.as_ref());
        let (services, operator, run_id) = (Arc::clone(self), operator.clone(), run.run_id.clone());
        tokio::spawn(async move {
            let work = async {
                let done = services.carry_out(&operator, prepared, progress).await?;
                Ok(report::many(done, service, services.router()?.id, began.elapsed()))
            };
            services.runs.see_through(&run_id, services.clock.as_ref(), work).await;
        });
        Ok(run)
    }

    /// Where a run stands, with what became of each customer once it is done.
    ///
    /// # Errors
    /// The operator may not, or there is no such run any more.
    pub fn run(&self, operator: &Operator, run_id: &str) -> Result<RunReport, Problem> {
        check(operator, Permission::Sync)?;
        self.runs.report(run_id, self.clock.as_ref())
    }
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
