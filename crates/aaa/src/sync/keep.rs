//! What was meant is kept before the router is touched: whatever happens then, the next sync knows it.

use std::collections::HashSet;

use domain::{
    customer::Password,
    package::Package,
    sync::{AccountStep, NewPassword},
    wire::{
        PackageBody, PackageEdit,
        problem::{Code, Problem},
    },
};
use store::{StoreError, StoredCustomer, StoredPackage};

use super::{Asked, Prepared, stale};
use crate::{Services, trouble};

impl Services {
    /// Whether every edited package can be used, and is still what somebody began to edit.
    pub(super) async fn check_edits(&self, asked: &Asked) -> Result<(), Problem> {
        let Asked::Stored { packages, .. } = asked else { return Ok(()) };
        for PackageEdit { id, version, package } in packages {
            Problem::unless_empty(Package::check(package))?;
            let record = self.store.package_record(id).await.map_err(trouble::of_store)?;
            let record = record.ok_or_else(|| outrun(StoreError::Gone(format!("package {id}"))))?;
            if record.version != *version {
                return Err(outrun(StoreError::Changed(format!("package {id}"))));
            }
            if record.package.name != package.name {
                return Err(Problem::member(Code::ValidationFailed, "/name", "A sync does not rename a package."));
            }
        }
        Ok(())
    }

    /// Keeps what a plan means, unless there is nothing to carry out.
    pub(super) async fn keep(&self, prepared: &Prepared) -> Result<(), Problem> {
        match &prepared.asked {
            _ if prepared.lease.is_none() => return Ok(()),
            Asked::Sent { packages, .. } => self.keep_sent(prepared, packages).await?,
            Asked::Stored { packages, .. } => self.keep_of_stored(prepared, packages).await?,
        }
        self.records_changed();
        Ok(())
    }

    /// Customers and packages as they were sent.
    async fn keep_sent(&self, prepared: &Prepared, packages: &[PackageBody]) -> Result<(), Problem> {
        let Prepared { bodies, known, plan, .. } = prepared;
        let now = self.clock.now_ms();
        let rows = plan.rows.iter().zip(bodies).filter_map(|(row, body)| Some((row.as_ref().ok()?, body)));
        let customers = rows.map(|(step, body)| known.merged(step, body)).filter(|customer| known.is_news(customer));
        let customers: Vec<StoredCustomer> = customers.collect();
        let used = names_used(prepared);
        let packages = packages.iter().filter_map(|body| {
            let name = body.name.as_deref().filter(|name| used.contains(name))?;
            Some(StoredPackage { name: name.to_owned(), body: body.clone() })
        });
        let packages: Vec<_> = packages.collect();
        self.store.keep_packages(&packages, "api", now).await.map_err(trouble::of_store)?;
        let read = |id: &str| known.version_of(id);
        self.store.keep_customers(&customers, read, "api", now).await.map_err(outrun)
    }

    /// Of customers whom the store knows, nothing is new but a password that was made for them.
    async fn keep_of_stored(&self, prepared: &Prepared, edits: &[PackageEdit]) -> Result<(), Problem> {
        let now = self.clock.now_ms();
        let used = names_used(prepared);
        let edits = edits.iter().filter(|edit| edit.package.name.as_deref().is_some_and(|name| used.contains(name)));
        let edits: Vec<_> = edits.cloned().collect();
        let made: Vec<_> = steps(prepared).filter_map(|step| made(prepared, step)).collect();
        self.store.edit_packages(&edits, now).await.map_err(outrun)?;
        self.store.keep_made_passwords(&made, now).await.map_err(trouble::of_store)
    }
}

fn steps(prepared: &Prepared) -> impl Iterator<Item = &AccountStep> {
    prepared.plan.rows.iter().flatten()
}

/// The packages that planned customers have.
fn names_used(prepared: &Prepared) -> HashSet<&str> {
    steps(prepared).map(|step| step.customer.package.as_str()).collect()
}

/// An edit that comes too late.
fn outrun(error: StoreError) -> Problem {
    match error {
        StoreError::Gone(package) => stale(&format!("There is no {package} any more.")),
        StoreError::Changed(package) => {
            stale(&format!("Somebody else changed {package} meanwhile; take the edit back or open the page again."))
        }
        error => trouble::of_store(error),
    }
}

/// A password that was made for a customer, with the version of the customer it was made for.
fn made(prepared: &Prepared, step: &AccountStep) -> Option<(String, i64, Password)> {
    let Some(NewPassword::Generated(password)) = &step.password else { return None };
    let id = step.customer.id.to_string();
    Some((id.clone(), prepared.known.version_of(&id)?, password.clone()))
}
