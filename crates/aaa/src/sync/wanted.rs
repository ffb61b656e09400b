//! What every stored customer of a service should be on the router, and bringing chosen ones there.

use domain::{
    customer::ServiceType,
    role::Operator,
    sync::{Desired, Observed},
    wire::{ActionTaken, DisconnectPolicy, ObjectChange, problem::Problem},
};
use routeros::Lease;
use store::StoredCustomer;

use super::{
    Asked, Request,
    carry_out::Row,
    observe::{Look, observe},
};
use crate::{Services, router::RouterHandle, trouble};

/// Stored customers of one service, and what the router should hold of each.
pub(crate) struct Wanted {
    /// Each with the version they were read in.
    pub(crate) customers: Vec<(StoredCustomer, i64)>,
    /// One row for each of them, in the same order.
    pub(crate) desired: Desired,
}

/// What became of one customer.
pub(crate) struct Brought {
    pub(crate) action: ActionTaken,
    pub(crate) changes: Vec<ObjectChange>,
    /// Sessions that were ended.
    pub(crate) sessions: usize,
    /// Sessions that should have ended and go on.
    pub(crate) left: usize,
}

impl Services {
    pub(crate) async fn wanted(&self, router: &RouterHandle, service: ServiceType) -> Result<Wanted, Problem> {
        let mut customers = self.store.customers().await.map_err(trouble::of_store)?;
        customers.retain(|(customer, _)| customer.service == service);
        let ids = customers.iter().map(|(customer, _)| customer.id.clone()).collect();
        let request = Request { dry_run: true, ..request(ids, service, DisconnectPolicy::Never) };
        let (known, pushed) = (self.known_customers().await?, self.pushed(router, service).await?);
        let desired = self.desired(&request, &known, &pushed);
        Ok(Wanted { customers, desired })
    }

    /// Syncs customers of the store, each with their outcome, in the same order. It waits until nobody else writes.
    pub(crate) async fn bring(
        &self,
        operator: &Operator,
        service: ServiceType,
        ids: Vec<String>,
        disconnect: DisconnectPolicy,
    ) -> Result<Vec<Result<Brought, Problem>>, Problem> {
        let done = self.sync(operator, request(ids, service, disconnect)).await?;
        let brought = |Row { action, changes, sessions, .. }: Row| Brought {
            action,
            changes,
            sessions: sessions.gone,
            left: sessions.left,
        };
        Ok(done.rows.into_iter().map(|row| row.map(brought)).collect())
    }
}

/// Everything that the router holds of a service.
pub(crate) async fn observe_all(lease: &Lease, service: ServiceType) -> Result<Observed, Problem> {
    observe(lease, service, &Look::AsPrinted).await.map_err(|error| trouble::of_call(&error))
}

fn request(ids: Vec<String>, service: ServiceType, disconnect: DisconnectPolicy) -> Request {
    let asked = Asked::Stored { ids, packages: Vec::new() };
    Request { asked, service, disconnect, dry_run: false, plan_id: None, prune: None }
}
