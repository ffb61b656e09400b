//! Whose a session is, and what they bought: as much of our store as a list of sessions needs, without any secret.

use std::collections::HashMap;

use domain::{
    customer::ServiceType,
    package::Package,
    rate_limit::{RateBase, RateLimit, Rates},
    session::Session,
    wire::CustomerRecord,
};
use store::{Store, StoreError};

/// Our customers, and the speeds that are sold.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    customers: HashMap<String, CustomerRecord>,
    usernames: HashMap<(ServiceType, String), String>,
    rates: HashMap<String, Rates>,
}

impl Directory {
    /// All of the store.
    ///
    /// # Errors
    /// The store failed.
    pub(crate) async fn read(store: &Store, base: RateBase) -> Result<Self, StoreError> {
        let (customers, packages) = (store.customer_records().await?, store.packages().await?);
        let rates = packages.iter().filter_map(|stored| {
            let limit = Package::read(&stored.body).ok()?.rate_limit(base)?;
            Some((stored.name.clone(), limit.rates))
        });
        let usernames =
            customers.iter().map(|known| ((known.service_type, known.pppoe_username.clone()), known.id.clone()));
        Ok(Self {
            rates: rates.collect(),
            usernames: usernames.collect(),
            customers: customers.into_iter().map(|customer| (customer.id.clone(), customer)).collect(),
        })
    }

    /// Tells whose a session is, as the store has it now: by the marker of their account, else by username.
    pub(crate) fn tell(&self, session: &mut Session) {
        let customer = match &session.customer_id {
            Some(id) => self.customers.get(id),
            None => self
                .usernames
                .get(&(session.service_type, session.username.clone()))
                .and_then(|id| self.customers.get(id)),
        };
        let limit = session.rate_limit.as_ref().and_then(|limit| limit.parse::<RateLimit>().ok());
        let sold = customer.and_then(|customer| self.rates.get(&customer.service_package));
        session.matches_package = limit.zip(sold).map(|(limit, sold)| limit.rates == *sold);
        session.customer_name = customer.map(|customer| customer.name.clone());
        session.package = customer.map(|customer| customer.service_package.clone());
        if let Some(customer) = customer {
            session.customer_id = Some(customer.id.clone());
        }
    }
}
