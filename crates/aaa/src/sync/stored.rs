//! Customers of our store: what a sync of them would do, and doing it while the caller looks on.

use std::{sync::Arc, time::Instant};

use domain::{
    customer::ServiceType,
    role::{Operator, Permission},
    wire::{
        BulkReport, DisconnectPolicy, PackageEdit, RunReport,
        problem::{Code, Problem},
    },
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

/// What became of one customer of the store.
pub(crate) struct SyncedOne {
    /// Sessions that were ended for it.
    pub(crate) sessions: usize,
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

    /// Brings one customer of the store to the router, for use cases that changed the customer.
    pub(crate) async fn sync_stored(
        &self,
        operator: &Operator,
        customer_id: &str,
        service: ServiceType,
        disconnect: DisconnectPolicy,
    ) -> Result<SyncedOne, Problem> {
        let asked = Asked::Stored { ids: vec![customer_id.to_owned()], packages: Vec::new() };
        let request = Request { asked, service, disconnect, dry_run: false, plan_id: None, prune: None };
        let row = self.sync(operator, request).await?.rows.into_iter().next();
        let row = row.unwrap_or_else(|| Err(Problem::new(Code::Internal, "No row was planned.")))?;
        match row.sessions.left {
            0 => Ok(SyncedOne { sessions: row.sessions.gone }),
            left => {
                let detail = format!("The account was written, but {left} of its sessions could not be ended.");
                Err(Problem::new(Code::RouterRejected, detail))
            }
        }
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
