//! What is stored of customers and packages, to fill in what a caller left out.

use std::collections::HashMap;

use domain::{
    customer::{Details, ServiceType, Setting},
    sync::AccountStep,
    wire::{
        CustomerBody, DisconnectPolicy, PackageBody,
        problem::{Code, Problem},
    },
};
use store::{Store, StoredCustomer, StoredPackage};

use super::intent::{Asked, Request};
use crate::{Services, trouble};

/// Customers and packages of the store.
pub(crate) struct KnownCustomers {
    customers: HashMap<String, StoredCustomer>,
    versions: HashMap<String, i64>,
    packages: Vec<StoredPackage>,
}

impl Services {
    pub(crate) async fn known_customers(&self) -> Result<KnownCustomers, Problem> {
        KnownCustomers::read(&self.store).await
    }
}

impl KnownCustomers {
    /// All of the store.
    pub(crate) async fn read(store: &Store) -> Result<Self, Problem> {
        let customers = store.customers().await.map_err(trouble::of_store)?;
        let packages = store.packages().await.map_err(trouble::of_store)?;
        Ok(Self {
            versions: customers.iter().map(|(known, version)| (known.id.clone(), *version)).collect(),
            customers: customers.into_iter().map(|(known, _)| (known.id.clone(), known)).collect(),
            packages,
        })
    }

    /// Everybody of one service, as if they were sent again.
    pub(super) fn request(&self, service: ServiceType) -> Request {
        let ours = self.customers.values().filter(|customer| customer.service == service);
        let ids = ours.map(|customer| customer.id.clone()).collect();
        Request {
            asked: Asked::Stored { ids, packages: Vec::new() },
            service,
            disconnect: DisconnectPolicy::Never,
            dry_run: true,
            plan_id: None,
            prune: None,
        }
    }

    /// The same of a customer who gets online by this service; a sync changes nobody's.
    pub(super) fn again_by(&self, service: ServiceType, id: &str) -> Result<CustomerBody, Problem> {
        let body = self.again(id)?;
        match self.customers.get(id) {
            Some(known) if known.service != service => Err(other_service(known)),
            _ => Ok(body),
        }
    }

    /// A customer as if they were sent again, addresses included.
    pub(super) fn again(&self, id: &str) -> Result<CustomerBody, Problem> {
        let not_found = || Problem::new(Code::CustomerNotFound, format!("Customer {id} not found"));
        self.customers.get(id).map(body).ok_or_else(not_found)
    }

    /// By which service a customer gets online.
    pub(super) fn service_of(&self, id: &str) -> Option<ServiceType> {
        self.customers.get(id).map(|customer| customer.service)
    }

    /// A customer, with the version in which they were read.
    pub(crate) fn of(&self, id: &str) -> Option<(&StoredCustomer, i64)> {
        Some((self.customers.get(id)?, self.version_of(id)?))
    }

    /// In which version a customer was read.
    pub(super) fn version_of(&self, id: &str) -> Option<i64> {
        self.versions.get(id).copied()
    }

    /// What is sold.
    pub(super) fn packages(&self) -> impl Iterator<Item = &PackageBody> {
        self.packages.iter().map(|stored| &stored.body)
    }

    /// Whether the store holds something else of this customer.
    pub(super) fn is_news(&self, customer: &StoredCustomer) -> bool {
        self.customers.get(&customer.id) != Some(customer)
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
            details: Details::given(body).or(old.map(|old| old.details.clone()).unwrap_or_default()),
            service: step.service,
            username: customer.username.to_string(),
            password: customer.password.clone().or(given).or_else(|| old?.password.clone()),
            mac_address: said_or(&customer.mac_address, old.map(|old| &old.mac_address)),
            ip_address: said_or(&ip_address, old.map(|old| &old.ip_address)),
        }
    }
}

fn other_service(known: &StoredCustomer) -> Problem {
    let (name, word) = (&known.name, known.service.word());
    let detail = format!(
        "{name} gets online by {word}; plan {word} customers on their own, or change the service in the customer's form."
    );
    Problem::new(Code::OtherService, detail)
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
        details: Details { customer_type, joined, installation_address, zone, expiry_date, notes },
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
        customer_type,
        joined,
        installation_address,
        zone,
        expiry_date,
        notes,
        pppoe_username: Some(username),
        pppoe_password: password,
        mac_address,
        ip_address,
        ..CustomerBody::default()
    }
}
