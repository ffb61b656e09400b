//! What is stored of customers and packages, to find a session's customer and to fill in what a caller left out.

use std::collections::HashMap;

use domain::{
    customer::{ServiceType, Setting},
    package::Package,
    rate_limit::{RateBase, Rates},
    sync::AccountStep,
    wire::{CustomerBody, DisconnectPolicy, PackageBody, problem::Problem},
};
use store::{StoredCustomer, StoredPackage};

use super::intent::Request;
use crate::{Services, trouble};

/// Customers and packages of the store.
pub(crate) struct KnownCustomers {
    customers: HashMap<String, StoredCustomer>,
    packages: Vec<StoredPackage>,
    rates: HashMap<String, Rates>,
}

impl Services {
    pub(crate) async fn known_customers(&self) -> Result<KnownCustomers, Problem> {
        let customers = self.store.customers().await.map_err(trouble::of_store)?;
        let packages = self.store.packages().await.map_err(trouble::of_store)?;
        let rates = packages.iter().filter_map(|stored| {
            let limit = Package::read(&stored.body).ok()?.rate_limit(RateBase::Guide)?;
            Some((stored.name.clone(), limit.rates))
        });
        Ok(KnownCustomers {
            rates: rates.collect(),
            customers: customers.into_iter().map(|customer| (customer.id.clone(), customer)).collect(),
            packages,
        })
    }
}

impl KnownCustomers {
    /// By the marker of their account, else by username.
    pub(crate) fn find(&self, id: Option<&str>, service: ServiceType, username: &str) -> Option<&StoredCustomer> {
        match id {
            Some(id) => self.customers.get(id),
            None => self.customers.values().find(|known| known.service == service && known.username == username),
        }
    }

    /// What a package sells.
    pub(crate) fn rates_of(&self, package: &str) -> Option<Rates> {
        self.rates.get(package).copied()
    }

    /// Everybody of one service, as if they were sent again.
    pub(super) fn request(&self, service: ServiceType) -> Request {
        let ours = self.customers.values().filter(|customer| customer.service == service);
        Request {
            customers: ours.map(body).collect(),
            packages: self.packages.iter().map(|stored| stored.body.clone()).collect::<Vec<PackageBody>>(),
            service,
            disconnect: DisconnectPolicy::Never,
        }
    }

    /// A body with what the store knows where the caller said nothing. Addresses are not filled in: a caller who does
    /// not mention them leaves them to the router.
    pub(super) fn fill_in(&self, body: CustomerBody) -> CustomerBody {
        let Some(stored) = body.id.as_ref().and_then(|id| self.customers.get(id)) else { return body };
        let stored = self::body(stored);
        CustomerBody {
            name: body.name.or(stored.name),
            mobile: body.mobile.or(stored.mobile),
            email: body.email.or(stored.email),
            service_package: body.service_package.or(stored.service_package),
            status: body.status.or(stored.status),
            pppoe_username: body.pppoe_username.or(stored.pppoe_username),
            pppoe_password: body.pppoe_password.filter(|given| !given.expose().is_empty()).or(stored.pppoe_password),
            ..body
        }
    }

    /// What to keep of a customer who was sent: the new, and the old where nothing was said.
    pub(super) fn merged(&self, step: &AccountStep, body: &CustomerBody) -> StoredCustomer {
        let customer = &step.customer;
        let old = self.customers.get(customer.id.as_str());
        let given = step.password.as_ref().map(|password| password.password().clone());
        let ip_address = match &customer.ip_address {
            Setting::LeftAlone => Setting::LeftAlone,
            Setting::Cleared => Setting::Cleared,
            Setting::Is(address) => Setting::Is(address.to_string()),
        };
        StoredCustomer {
            id: customer.id.to_string(),
            name: customer.name.clone(),
            mobile: body.mobile.clone().or_else(|| old?.mobile.clone()),
            email: body.email.clone().or_else(|| old?.email.clone()),
            package: customer.package.clone(),
            status: customer.status.name().to_owned(),
            service: step.service,
            username: customer.username.to_string(),
            password: customer.password.clone().or(given).or_else(|| old?.password.clone()),
            mac_address: said_or(&customer.mac_address, old.map(|old| &old.mac_address)),
            ip_address: said_or(&ip_address, old.map(|old| &old.ip_address)),
        }
    }
}

fn said_or(said: &Setting<String>, old: Option<&Setting<String>>) -> Setting<String> {
    match (said, old) {
        (Setting::LeftAlone, Some(old)) => old.clone(),
        _ => said.clone(),
    }
}

fn body(stored: &StoredCustomer) -> CustomerBody {
    let StoredCustomer {
        id,
        name,
        mobile,
        email,
        package,
        status,
        service: _,
        username,
        password,
        mac_address,
        ip_address,
    } = stored.clone();
    CustomerBody {
        id: Some(id),
        name: Some(name),
        mobile,
        email,
        service_package: Some(package),
        status: Some(status),
        pppoe_username: Some(username),
        pppoe_password: password,
        mac_address,
        ip_address,
    }
}
