//! Bring customers and packages to the router: observe, plan, carry out, read back.

mod intent; // bodies become what is meant
mod known; // what the store knows
pub(crate) mod observe; // what the router holds
mod keep; // what was meant, kept before it is written
mod carry_out; // written, read back, sessions ended
mod load; // not more at once than the router bears
pub(crate) mod apply; // one profile, one account
mod prune; // accounts of ours that nobody is listed for
mod report; // what became of it, for callers
mod accepted; // a run: in the store before it begins, and gone on with
mod remember; // accounts that were written
mod recorder; // what becomes of it, written down beside the work
mod stored; // customers of the store: planned, carried out by themselves
mod wanted; // all of them, and bringing chosen ones to the router
mod compare; // one of them, property by property

use std::{collections::HashSet, time::Instant};

use domain::{
    customer::{CustomerId, ServiceType},
    role::{Operator, Permission},
    sync::{Desired, Observed, Prune, SyncPlan, plan},
    wire::{
        BulkReport, CustomerBody, DisconnectPolicy, PackageBody, PrunedRow, SyncReport, SyncResult,
        problem::{Code, Problem},
    },
};
use routeros::Lease;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::PushedAccounts;
use tokio::sync::OwnedMutexGuard;

use crate::{
    Services,
    audit::{Act, Told},
    router::RouterHandle,
    runs::Progress,
    services::check,
    trouble,
};
use carry_out::{Job, Row, Tell};
use intent::{Asked, Request};
pub(crate) use known::KnownCustomers;
use observe::{Look, look_and_plan, observe};
pub use prune::PruneAsked;
use remember::{comments, owed, through_profile, with_password};
pub(crate) use report::report_of;
pub use stored::StoredSync;
pub(crate) use wanted::{Brought, Wanted, observe_all};

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
    /// Carry out the plan that a dry run gave this id, or nothing.
    pub plan_id: Option<String>,
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
    /// Carry out the plan that a dry run gave this id, or nothing.
    pub plan_id: Option<String>,
    /// What becomes of live sessions.
    pub disconnect: DisconnectPolicy,
    /// The list is whole: accounts of ours that it names nobody for go.
    pub prune: Option<PruneAsked>,
}

/// A sync that is planned and not carried out. While one that will be is held, nobody else writes to the router.
struct Prepared {
    service: ServiceType,
    asked: Asked,
    bodies: Vec<CustomerBody>,
    known: KnownCustomers,
    pushed: PushedAccounts,
    desired: Desired,
    look: Look,
    plan: SyncPlan,
    prune: Prune,
    /// Where somebody asks for it.
    plan_id: Option<String>,
    /// Absent where no row could be meant: the router was not asked.
    lease: Option<Lease>,
    _alone: Option<OwnedMutexGuard<()>>,
}

/// What became of a request, row by row.
struct Done {
    bodies: Vec<CustomerBody>,
    rows: Vec<Result<Row, Problem>>,
    /// Of a dry run.
    plan_id: Option<String>,
    hides_passwords: bool,
    pruned: Vec<PrunedRow>,
}

impl Services {
    /// Brings one customer and their package to the router. A dry run is the same road without the writing.
    ///
    /// # Errors
    /// The customer or package cannot be used, the account is not ours, the plan is stale, or the router refused.
    pub async fn sync_one(&self, operator: &Operator, request: SyncOne) -> Result<SyncReport, Problem> {
        if request.dry_run {
            check(operator, Permission::Sync)?;
            return self.bring_one(operator, request).await;
        }
        let id = request.customer.id.clone();
        let act = Act::new("sync.one", "customer", id.as_deref()).called(request.customer.name.as_deref());
        let told = |report: &SyncReport| {
            let SyncResult { action, changes, sessions_disconnected, .. } = &report.result;
            let (package, service) = (&report.package, report.service_type);
            Told::after(&json!({
                "action": action, "changes": changes, "sessionsDisconnected": sessions_disconnected,
                "package": package, "serviceType": service,
            }))
        };
        let act = act.of_customer(id.as_deref());
        self.audited(operator, Permission::Sync, act, self.bring_one(operator, request), told).await
    }

    async fn bring_one(&self, operator: &Operator, request: SyncOne) -> Result<SyncReport, Problem> {
        let SyncOne { customer, package, service, dry_run, plan_id, disconnect } = request;
        let mut warnings = report::warnings(&customer, &package);
        let package_name = package.name.clone().unwrap_or_default();
        let customer = CustomerBody { service_package: package.name.clone(), ..customer };
        let asked = Asked::Sent { customers: vec![customer], packages: vec![package] };
        let request = Request { asked, service, disconnect, dry_run, plan_id, prune: None };
        let Done { rows, plan_id, hides_passwords, .. } = self.sync(operator, request).await?;
        warnings.extend(hides_passwords.then(report::passwords_hidden));
        let row = rows.into_iter().next().unwrap_or_else(|| Err(Problem::new(Code::Internal, "No row was planned.")));
        Ok(report::one(row?, plan_id, warnings, package_name, service, self.router()?.id))
    }

    /// Brings many customers to the router. Each gets one named outcome; a bad row never stops the others. It is a run:
    /// accepted before anything is written, and gone on with where NetPilot dies in the middle.
    ///
    /// # Errors
    /// The request could not start at all, or the plan is stale.
    pub async fn sync_many(&self, operator: &Operator, request: SyncMany) -> Result<BulkReport, Problem> {
        if request.dry_run {
            check(operator, Permission::Sync)?;
            return self.bring_many(operator, request).await;
        }
        let act = Act::new(if request.prune.is_some() { "sync.prune" } else { "sync.many" }, "run", None);
        let told = |report: &BulkReport| {
            let pruned = report.pruned.iter().filter(|row| row.removed).map(|row| &row.username).collect::<Vec<_>>();
            let after = json!({ "summary": report.summary, "serviceType": report.service_type, "removed": pruned });
            let run_id = report.run_id.clone();
            Told { id: run_id.clone(), run_id, ..Told::after(&after) }
        };
        self.audited(operator, Permission::Sync, act, self.bring_many(operator, request), told).await
    }

    async fn bring_many(&self, operator: &Operator, request: SyncMany) -> Result<BulkReport, Problem> {
        let began = Instant::now();
        let SyncMany { mut customers, packages, service, only, dry_run, plan_id, disconnect, prune } = request;
        if prune.is_some() && only.is_some() {
            let detail = "A part of a list prunes nothing: send prune without only.";
            return Err(Problem::member(Code::ValidationFailed, "/prune", detail));
        }
        if let Some(only) = only {
            customers.retain(|customer| customer.id.as_ref().is_some_and(|id| only.contains(id)));
        }
        let asked = Asked::Sent { customers, packages };
        let request = Request { asked, service, disconnect, dry_run, plan_id, prune };
        if dry_run {
            let done = self.sync(operator, request).await?;
            return Ok(report::planned(done, service, self.router()?.id, began.elapsed()));
        }
        let accepted = self.accept(operator, request, "sync").await?;
        self.work(operator, accepted).await
    }

    /// How what is stored compares with what the router holds.
    pub(crate) async fn plan_of_stored(
        &self,
        router: &RouterHandle,
        service: ServiceType,
        observed: &Observed,
    ) -> Result<SyncPlan, Problem> {
        let known = self.known_customers().await?;
        let (request, pushed) = (known.request(service), self.pushed(router, service).await?);
        Ok(plan(&self.desired(&request, &known, &pushed), observed))
    }

    async fn sync(&self, operator: &Operator, request: Request) -> Result<Done, Problem> {
        if request.dry_run {
            let Prepared { bodies, plan, prune, plan_id, .. } = self.prepare(request).await?;
            let (rows, hides_passwords) = (carry_out::planned(&plan), plan.hides_passwords);
            let pruned = prune::planned(&prune);
            return Ok(Done { bodies, rows, plan_id, hides_passwords, pruned });
        }
        let prepared = self.prepare_and_keep(request).await?;
        let (owed, now) = (owed(&prepared.plan), self.clock.now_ms());
        if !owed.is_empty() {
            let router = self.router()?;
            self.store.owe_ends(router.id, prepared.service, &owed, now).await.map_err(trouble::of_store)?;
        }
        self.carry_out(operator, prepared, Progress::default(), None).await
    }

    /// Observes, plans, and keeps what is meant. From here on it is to be carried out.
    async fn prepare_and_keep(&self, request: Request) -> Result<Prepared, Problem> {
        let prepared = self.prepare(request.clone()).await?;
        match self.keep(&prepared).await {
            // Somebody changed a customer while the router was read, and nobody asked for this very plan: plan anew.
            Err(problem) if problem.code == Code::PlanStale && request.plan_id.is_none() => {
                drop(prepared);
                let prepared = self.prepare(request).await?;
                self.keep(&prepared).await?;
                Ok(prepared)
            }
            kept => kept.map(|()| prepared),
        }
    }

    /// Observes and plans. A plan that is not the one asked for goes no further: nothing is written, nothing is kept.
    async fn prepare(&self, request: Request) -> Result<Prepared, Problem> {
        let count = request.asked.len();
        if count > MOST_AT_ONCE {
            let detail = format!("{count} customers at once: the most is {MOST_AT_ONCE}.");
            return Err(Problem::new(Code::TooManyItems, detail));
        }
        let router = if request.dry_run { self.router()? } else { self.writable_router().await? };
        // Whoever waited here plans with what the one before has kept.
        let alone = router.alone(request.dry_run).await;
        let known = self.known_customers().await?;
        self.check_edits(&request.asked).await?;
        let bodies = request.asked.bodies(&known);
        let pushed = self.pushed(router, request.service).await?;
        let desired = self.desired(&request, &known, &pushed);
        let look = Look::for_plan_of(&desired, &pushed);
        let Request { asked, service, disconnect: _, dry_run, plan_id: wanted, prune: prune_asked } = request;
        let (lease, plan, prune) = if let Some(prune_asked) = prune_asked {
            let lease = router.lease().await?;
            let observed =
                observe(&lease, service, &Look::Everybody).await.map_err(|error| trouble::of_call(&error))?;
            let listed = listed(&bodies)?;
            let prune = Prune::plan(service, &listed, &observed);
            if !dry_run {
                prune::check(&prune, prune_asked)?;
            }
            (Some(lease), plan(&desired, &observed), prune)
        } else if let Some(plan) = nothing_to_ask(&desired) {
            (None, plan, Prune::default())
        } else {
            let lease = router.lease().await?;
            let plan = look_and_plan(&lease, &desired, &look).await.map_err(|error| trouble::of_call(&error))?;
            (Some(lease), plan, Prune::default())
        };
        // Nobody asks for the name of a plan that is carried out at once.
        let name = || plan_id(&(plan.fingerprint(service, router.id) + &prune.fingerprint()));
        let plan_id = (dry_run || wanted.is_some()).then(name);
        if wanted.is_some() && wanted != plan_id {
            return Err(stale("The router or the customers changed since this plan was made."));
        }
        Ok(Prepared {
            service,
            asked,
            bodies,
            known,
            pushed,
            desired,
            look,
            plan,
            prune,
            plan_id,
            lease,
            _alone: alone,
        })
    }

    /// Carries a plan out. Whoever wants to know what becomes of a row is told as soon as it is known.
    async fn carry_out(
        &self,
        operator: &Operator,
        prepared: Prepared,
        progress: Progress,
        told: Option<Tell>,
    ) -> Result<Done, Problem> {
        let Prepared {
            service,
            asked: _,
            bodies,
            known: _,
            pushed,
            desired,
            look,
            plan,
            prune,
            plan_id: _,
            lease,
            _alone,
        } = prepared;
        let Some(lease) = lease else {
            progress.add(plan.rows.len());
            let rows = carry_out::planned(&plan);
            if let Some(told) = told {
                // Whoever does not listen any more has a reason of their own.
                rows.iter().enumerate().for_each(|(at, row)| drop(told.send((at, row.clone()))));
            }
            return Ok(Done { bodies, rows, plan_id: None, hides_passwords: false, pruned: Vec::new() });
        };
        let router = self.router()?;
        let (comments, with_password, hides_passwords) = (comments(&plan), with_password(&plan), plan.hides_passwords);
        let owed = owed(&plan);
        let through_profile = through_profile(&plan);
        let job = Job::new(router, service, desired, look, progress.clone(), told);
        let rows = carry_out::carry_out(job, lease, plan).await;
        let remembered = async {
            self.remember_accounts(router, service, &pushed, comments, with_password, &rows).await?;
            self.settle_ends(router, service, &pushed, &owed, &through_profile, &rows).await
        };
        remembered.await.map_err(|problem| Problem { outcome_unknown: true, ..problem })?;
        tracing::info!(operator = %operator.username, %service, rows = rows.len(), "Synced customers");
        let ends_all = |row: &Result<Row, Problem>| {
            row.as_ref()
                .err()
                .filter(|problem| matches!(problem.code, Code::RouterPermission | Code::RouterStorageFull))
                .cloned()
        };
        let pruned = if prune.removals.is_empty() {
            Vec::new()
        } else if let Some(problem) = rows.iter().find_map(ends_all).or_else(|| progress.stopped().cloned()) {
            prune::given_up(&prune, &problem)
        } else {
            tracing::info!(operator = %operator.username, %service, accounts = prune.removals.len(), "Prunes accounts");
            prune::remove(router, service, &prune).await
        };
        Ok(Done { bodies, rows, plan_id: None, hides_passwords, pruned })
    }

    fn desired(&self, request: &Request, known: &KnownCustomers, pushed: &PushedAccounts) -> Desired {
        intent::desired(request, known, pushed, self.rate_base, self.chance.as_ref())
    }

    async fn pushed(&self, router: &RouterHandle, service: ServiceType) -> Result<PushedAccounts, Problem> {
        self.store.pushed_accounts(router.id, service).await.map_err(trouble::of_store)
    }
}

/// Everybody on a whole list. Who has no id there cannot be told from a leftover.
fn listed(bodies: &[CustomerBody]) -> Result<HashSet<String>, Problem> {
    let id = |body: &CustomerBody| {
        let id = body.id.as_deref().and_then(|id| id.parse::<CustomerId>().ok());
        let name = body.name.as_deref().unwrap_or_default();
        let detail = || format!("Customer {name} has no usable id, so nobody knows whose accounts are left over.");
        id.map(|id| id.to_string()).ok_or_else(|| Problem::member(Code::ValidationFailed, "/prune", detail()))
    };
    bodies.iter().map(id).collect()
}

/// The plan, where no router could make it another one: every row is refused already.
fn nothing_to_ask(desired: &Desired) -> Option<SyncPlan> {
    let blind = plan(desired, &Observed::default());
    let depends =
        |row: &Result<_, Problem>| row.as_ref().err().is_none_or(|refusal| refusal.code == Code::PoolNotFound);
    (!blind.rows.iter().any(depends)).then_some(blind)
}

/// Why a plan goes no further.
fn stale(why: &str) -> Problem {
    Problem::new(Code::PlanStale, format!("{why} Nothing was written; plan again."))
}

/// The name of a plan, by what it does.
fn plan_id(fingerprint: &str) -> String {
    let number = Sha256::digest(fingerprint).iter().take(12).fold(0, |number, byte| number << 8 | u128::from(*byte));
    format!("pln_{number:024x}")
}
