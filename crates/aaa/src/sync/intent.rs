//! Bodies become intents. A row that cannot be understood keeps its place with its problem.

use std::collections::HashMap;

use domain::{
    customer::{Customer, Password, ServiceType},
    package::Package,
    profile::Profile,
    rate_limit::RateBase,
    sync::{Desired, Intent},
    wire::{
        CustomerBody, DisconnectPolicy, PackageBody,
        problem::{Code, Problem},
    },
};
use store::PushedPasswords;

use super::known::KnownCustomers;
use crate::outside::{Chance, readable_password};

/// What was asked for, of one customer or many.
pub(super) struct Request {
    pub(super) customers: Vec<CustomerBody>,
    pub(super) packages: Vec<PackageBody>,
    pub(super) service: ServiceType,
    pub(super) disconnect: DisconnectPolicy,
}

pub(super) fn desired(
    request: Request,
    known: &KnownCustomers,
    pushed: &PushedPasswords,
    chance: &dyn Chance,
) -> Desired {
    let Request { customers, packages, service, disconnect } = request;
    let packages: HashMap<&str, Result<Profile, Problem>> =
        packages.iter().map(|body| (body.name.as_deref().unwrap_or_default(), profile(body, service))).collect();
    let intent = |body: CustomerBody| {
        let customer = Customer::read(&known.fill_in(body)).map_err(|problem| problem.under("/customer"))?;
        let not_found = || Problem::new(Code::PackageNotFound, format!("Package {} not found", customer.package));
        let profile = packages.get(customer.package.as_str()).ok_or_else(not_found)?.clone()?;
        Ok(Intent {
            fallback_password: Password::new(readable_password(chance)),
            pushed: pushed.compare(customer.id.as_str(), customer.password.as_ref()),
            customer,
            profile,
        })
    };
    Desired { service, disconnect, rows: customers.into_iter().map(intent).collect() }
}

fn profile(body: &PackageBody, service: ServiceType) -> Result<Profile, Problem> {
    let package = Package::read(body).map_err(|problem| problem.under("/package"))?;
    Ok(Profile::of(&package, service, RateBase::Guide))
}
