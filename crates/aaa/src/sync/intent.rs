//! Bodies become intents. A row that cannot be understood keeps its place with its problem.

use std::collections::HashMap;

use domain::{
    customer::{Customer, Password, ServiceType},
    package::Package,
    profile::Profile,
    rate_limit::RateBase,
    sync::{Desired, Intent},
    wire::{
        CustomerBody, DisconnectPolicy, PackageBody, PackageEdit,
        problem::{Code, Problem},
    },
};
use store::PushedAccounts;

use super::{known::KnownCustomers, prune::PruneAsked};
use crate::outside::{Chance, readable_password};

/// What was asked for, of one customer or many.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) asked: Asked,
    pub(super) service: ServiceType,
    pub(super) disconnect: DisconnectPolicy,
    pub(super) dry_run: bool,
    /// Carry out this plan or none.
    pub(super) plan_id: Option<String>,
    /// Accounts of ours that nobody is named for go.
    pub(super) prune: Option<PruneAsked>,
}

/// Whom it is about, and what is sold.
#[derive(Clone)]
pub(super) enum Asked {
    /// As a caller sent them.
    Sent { customers: Vec<CustomerBody>, packages: Vec<PackageBody> },
    /// As the store holds them, by id; of packages, these stand in for the stored ones.
    Stored { ids: Vec<String>, packages: Vec<PackageEdit> },
}

impl Asked {
    /// How many customers.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Sent { customers, .. } => customers.len(),
            Self::Stored { ids, .. } => ids.len(),
        }
    }

    /// Them, in the order of the request. Of one whom the store does not know there is only the id.
    pub(super) fn bodies(&self, known: &KnownCustomers) -> Vec<CustomerBody> {
        let unknown = |id: &String| CustomerBody { id: Some(id.clone()), ..CustomerBody::default() };
        match self {
            Self::Sent { customers, .. } => customers.clone(),
            Self::Stored { ids, .. } => ids.iter().map(|id| known.again(id).unwrap_or_else(|_| unknown(id))).collect(),
        }
    }
}

pub(super) fn desired(
    request: &Request,
    known: &KnownCustomers,
    pushed: &PushedAccounts,
    base: RateBase,
    chance: &dyn Chance,
) -> Desired {
    let Request { asked, service, disconnect, dry_run: _, plan_id: _, prune: _ } = request;
    // A package that is sent stands in for the stored one of its name.
    let packages: Vec<&PackageBody> = match asked {
        Asked::Sent { packages, .. } => packages.iter().collect(),
        Asked::Stored { packages, .. } => known.packages().chain(packages.iter().map(|edit| &edit.package)).collect(),
    };
    let packages: HashMap<&str, Result<Profile, Problem>> = packages
        .into_iter()
        .map(|body| (body.name.as_deref().unwrap_or_default(), profile(body, *service, base)))
        .collect();
    let intent = |body: &CustomerBody| {
        let customer = Customer::read(body).map_err(|problem| problem.under("/customer"))?;
        let not_found = || Problem::new(Code::PackageNotFound, format!("Package {} not found", customer.package));
        let profile = packages.get(customer.package.as_str()).ok_or_else(not_found)?.clone()?;
        Ok(Intent {
            fallback_password: Password::new(readable_password(chance)),
            pushed: pushed.compare(customer.id.as_str(), customer.password.as_ref()),
            owes_end: pushed.owes_end(customer.id.as_str()),
            customer,
            profile,
        })
    };
    let rows = match asked {
        Asked::Sent { customers, .. } => customers.iter().map(|body| intent(&known.fill_in(body.clone()))).collect(),
        Asked::Stored { ids, .. } => ids.iter().map(|id| intent(&known.again_by(*service, id)?)).collect(),
    };
    let sold = known.packages().filter_map(|package| package.name.clone()).collect();
    Desired { service: *service, disconnect: *disconnect, sold, rows }
}

fn profile(body: &PackageBody, service: ServiceType, base: RateBase) -> Result<Profile, Problem> {
    let package = Package::read(body).map_err(|problem| problem.under("/package"))?;
    Ok(Profile::of(&package, service, base))
}
