//! One customer of our store against what the router holds.

use domain::{
    role::{Operator, Permission},
    sync::compare,
    wire::{
        Comparison, DisconnectPolicy,
        problem::{Code, Problem},
    },
};

use super::{
    Asked, Request,
    observe::{Look, observe},
};
use crate::{Services, services::check, trouble};

impl Services {
    /// What the router holds of a customer, against what it should hold. It is read once.
    ///
    /// # Errors
    /// The operator may not, nobody is stored under this id, or the router cannot be read.
    pub async fn compare(&self, operator: &Operator, customer_id: &str) -> Result<Comparison, Problem> {
        check(operator, Permission::ViewUsers)?;
        let router = self.router()?;
        let known = self.known_customers().await?;
        let not_found = || Problem::new(Code::CustomerNotFound, format!("Customer {customer_id} not found"));
        let service = known.service_of(customer_id).ok_or_else(not_found)?;
        let request = Request {
            asked: Asked::Stored { ids: vec![customer_id.to_owned()], packages: Vec::new() },
            service,
            disconnect: DisconnectPolicy::Never,
            dry_run: true,
            plan_id: None,
            prune: None,
        };
        let pushed = self.pushed(router, service).await?;
        let desired = self.desired(&request, &known, &pushed);
        let lease = router.lease().await?;
        let observed = observe(&lease, service, &Look::Everybody).await.map_err(|error| trouble::of_call(&error))?;
        Ok(compare(&desired, &observed, self.now()))
    }
}
