//! Bring customers and packages to the router: observe, plan, carry out, read back.

pub(crate) mod apply;
mod carry_out;
mod intent;
mod known;
pub(crate) mod observe;
mod report;

use std::time::Instant;

use domain::{
    customer::ServiceType,
    role::{Operator, Permission},
    sync::{Desired, NewPassword, Observed, SyncPlan, plan},
    wire::{
        BulkReport, CustomerBody, DisconnectPolicy, PackageBody, SyncReport,
        problem::{Code, Problem},
    },
};
use store::{StoredCustomer, StoredPackage};

use crate::{Services, router::RouterHandle, services::check, trouble};
use carry_out::{CarriedOut, Job};
use intent::Request;
pub(crate) use known::KnownCustomers;

/// The most customers in one request. Larger sets are imported and planned.
const MOST_AT_ONCE: usize = 10_000;

/// One customer to bring to the router.
#[derive(Clone, Debug)]
pub struct SyncOne {
    /// Who.
    pub customer: CustomerBody,
    /// What they bought.
    pub package: PackageBody,
    /// How they get online.
    pub service: ServiceType,
    /// Only say what would happen.
    pub dry_run: bool,
    /// What becomes of live sessions.
    pub disconnect: DisconnectPolicy,
}

/// Many customers to bring to the router.
#[derive(Clone, Debug)]
pub struct SyncMany {
    /// Who.
    pub customers: Vec<CustomerBody>,
    /// What is sold.
    pub packages: Vec<PackageBody>,
    /// How they get online.
    pub service: ServiceType,
    /// Only these customers, by id.
    pub only: Option<Vec<String>>,
    /// Only say what would happen.
    pub dry_run: bool,
    /// What becomes of live sessions.
    pub disconnect: DisconnectPolicy,
}

impl Services {
    /// Brings one customer and their package to the router. A dry run is the same road without the writing.
    ///
    /// # Errors
    /// The customer or package cannot be used, the account is not ours, or the router refused.
    pub async fn sync_one(&self, operator: &Operator, request: SyncOne) -> Result<SyncReport, Problem> {
        check(operator, Permission::Sync)?;
        let SyncOne { customer, package, service, dry_run, disconnect } = request;
        let warnings = report::warnings(&customer, &package);
        let package_name = package.name.clone().unwrap_or_default();
        let customer = CustomerBody { service_package: package.name.clone(), ..customer };
        let request = Request { customers: vec![customer], packages: vec![package], service, disconnect };
        let done = self.sync(operator, request, dry_run).await?;
        let row =
            done.rows.into_iter().next().unwrap_or_else(|| Err(Problem::new(Code::Internal, "No row was planned.")));
        Ok(report::one(row?, warnings, package_name, service, dry_run, self.router()?.id))
    }

    /// Brings many customers to the router. Each gets one named outcome; a bad row never stops the others.
    ///
    /// # Errors
    /// The request could not start at all.
    pub async fn sync_many(&self, operator: &Operator, request: SyncMany) -> Result<BulkReport, Problem> {
        check(operator, Permission::Sync)?;
        let began = Instant::now();
        let SyncMany { mut customers, packages, service, only, dry_run, disconnect } = request;
        if let Some(only) = only {
            customers.retain(|customer| customer.id.as_ref().is_some_and(|id| only.contains(id)));
        }
        if customers.len() > MOST_AT_ONCE {
            let detail = format!("{} customers at once: the most is {MOST_AT_ONCE}.", customers.len());
            return Err(Problem::new(Code::TooManyItems, detail));
        }
        let asked = customers.clone();
        let request = Request { customers, packages, service, disconnect };
        let done = self.sync(operator, request, dry_run).await?;
        let router_id = self.router()?.id;
        Ok(report::many(&asked, done, service, dry_run, router_id, began.elapsed()))
    }

    /// How what is stored compares with what the router holds.
    pub(crate) async fn plan_of_stored(
        &self,
        router: &RouterHandle,
        service: ServiceType,
        observed: &Observed,
    ) -> Result<SyncPlan, Problem> {
        let known = self.known_customers().await?;
        let request = known.request(service);
        Ok(plan(&self.desired(router, request, &known).await?, observed))
    }

    async fn sync(&self, operator: &Operator, request: Request, dry_run: bool) -> Result<CarriedOut, Problem> {
        let service = request.service;
        let known = self.known_customers().await?;
        let packages = request.packages.clone();
        let bodies = request.customers.clone();
        let router = if dry_run { self.router()? } else { self.writable_router().await? };
        let desired = self.desired(router, request, &known).await?;
        if desired.rows.iter().all(Result::is_err) {
            return Ok(CarriedOut::refused(desired));
        }
        let _writing = router.writing.lock().await;
        let lease = router.lease().await?;
        let observed = observe::observe(&lease, service).await.map_err(|error| trouble::of_call(&error))?;
        let plan = plan(&desired, &observed);
        if dry_run {
            return Ok(CarriedOut::planned(&plan));
        }
        // Intent is kept before the router is touched: whatever happens now, the next sync knows what was meant.
        self.keep(&plan, &packages, &bodies, &known).await?;
        let job = Job { router, service, desired };
        let done = carry_out::carry_out(job, lease, plan).await;
        self.remember_passwords(router, service, &done).await?;
        tracing::info!(operator = %operator.username, %service, rows = done.rows.len(), "Synced customers");
        Ok(done)
    }

    async fn keep(
        &self,
        plan: &SyncPlan,
        packages: &[PackageBody],
        bodies: &[CustomerBody],
        known: &KnownCustomers,
    ) -> Result<(), Problem> {
        let now = self.clock.now_ms();
        let used: Vec<&str> = plan.rows.iter().flatten().map(|step| step.customer.package.as_str()).collect();
        let packages = packages.iter().filter_map(|body| {
            let name = body.name.as_deref().filter(|name| used.contains(name))?;
            Some(StoredPackage { name: name.to_owned(), body: body.clone() })
        });
        let packages: Vec<_> = packages.collect();
        let rows = plan.rows.iter().zip(bodies).filter_map(|(row, body)| Some((row.as_ref().ok()?, body)));
        let customers: Vec<StoredCustomer> = rows.map(|(step, body)| known.merged(step, body)).collect();
        self.store.keep_packages(&packages, "api", now).await.map_err(trouble::of_store)?;
        self.store.keep_customers(&customers, "api", now).await.map_err(trouble::of_store)
    }

    async fn remember_passwords(
        &self,
        router: &RouterHandle,
        service: ServiceType,
        done: &CarriedOut,
    ) -> Result<(), Problem> {
        let written = done.rows.iter().flatten().filter_map(|row| {
            let password = row.password.as_ref().map(NewPassword::password)?;
            Some((row.customer.id.to_string(), password.clone()))
        });
        let written: Vec<_> = written.collect();
        if written.is_empty() {
            return Ok(());
        }
        let now = self.clock.now_ms();
        self.store.remember_pushed(router.id, service, &written, now).await.map_err(trouble::of_store)
    }

    async fn desired(
        &self,
        router: &RouterHandle,
        request: Request,
        known: &KnownCustomers,
    ) -> Result<Desired, Problem> {
        let pushed = self.store.pushed_passwords(router.id, request.service).await.map_err(trouble::of_store)?;
        Ok(intent::desired(request, known, &pushed, self.chance.as_ref()))
    }
}
