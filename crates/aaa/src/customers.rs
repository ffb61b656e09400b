//! Customers of our store: looked up, added, changed, deleted. Nothing here reaches the router but a deletion.

mod account; // what becomes of a deleted customer's account
mod list; // a page at a time

pub use list::CustomersQuery;

use domain::{
    customer::{Customer, Details, Password, Setting},
    role::{Operator, Permission},
    wire::{
        AccountFate, AddedCustomer, CustomerBody, CustomerRecord, DeletedCustomer,
        problem::{Code, Problem},
    },
};
use serde_json::json;
use store::{StoreError, StoredCustomer};

use crate::{
    Services,
    audit::{Act, Told},
    outside::readable_password,
    services::check,
    trouble,
};
use account::Ended;

/// A customer is somebody with an id; the store puts the number in its place.
const NOT_NUMBERED_YET: &str = "CUS-0";

impl Services {
    /// One customer.
    ///
    /// # Errors
    /// The operator may not, or there is no such customer.
    pub async fn customer(&self, operator: &Operator, id: &str) -> Result<CustomerRecord, Problem> {
        check(operator, Permission::ViewCustomers)?;
        let customer = self.store.customer_record(id).await.map_err(trouble::of_store)?;
        customer.ok_or_else(|| not_found(id))
    }

    /// Adds a customer. The id is made where none is given, and a password where none is given; that is told this once.
    ///
    /// # Errors
    /// Everything that is wrong with the customer, or the username or id is somebody else's.
    pub async fn create_customer(&self, operator: &Operator, customer: CustomerBody) -> Result<AddedCustomer, Problem> {
        let act = Act::new("customer.create", "customer", customer.id.as_deref()).called(customer.name.as_deref());
        let told = |added: &AddedCustomer| {
            let AddedCustomer { customer, .. } = added;
            Told::after(customer).with_password(true).of(&customer.id, Some(&customer.name)).of_customer(&customer.id)
        };
        self.audited(operator, Permission::ManageCustomers, act, self.add_customer(operator, customer), told).await
    }

    async fn add_customer(&self, operator: &Operator, customer: CustomerBody) -> Result<AddedCustomer, Problem> {
        Problem::unless_empty(Customer::check(&customer))?;
        let given = customer.id.clone().filter(|id| !id.is_empty());
        let password = customer.pppoe_password.clone().filter(|password| !password.expose().is_empty());
        let generated_password = password.is_none().then(|| Password::new(readable_password(self.chance.as_ref())));
        let password = password.or_else(|| generated_password.clone());
        let id = given.clone().unwrap_or_else(|| NOT_NUMBERED_YET.to_owned());
        let new = stored(&CustomerBody { id: Some(id), pppoe_password: password, ..customer })?;
        let now = self.clock.now_ms();
        let added = match given {
            Some(_) => self.store.insert_customer(&new, "console", now).await,
            None => self.store.insert_numbered_customer(&new, "console", now).await,
        };
        let added = added.map_err(problem)?;
        self.records_changed();
        tracing::info!(operator = %operator.username, customer = %added.id, "Added a customer");
        Ok(AddedCustomer { customer: added, generated_password })
    }

    /// Changes a customer who is still as they were in `version`. A password that is absent or empty is kept.
    ///
    /// # Errors
    /// Everything that is wrong with the customer, the username is somebody else's, or somebody changed them meanwhile.
    pub async fn update_customer(
        &self,
        operator: &Operator,
        customer: CustomerBody,
        version: i64,
    ) -> Result<CustomerRecord, Problem> {
        let id = customer.id.as_deref();
        let before = self.before_of(id.unwrap_or_default()).await;
        let act = Act::new("customer.update", "customer", id).called(customer.name.as_deref());
        let act = act.of_customer(id).before(before.as_ref());
        let new_password = customer.pppoe_password.as_ref().is_some_and(|password| !password.expose().is_empty());
        let told = move |changed: &CustomerRecord| Told::after(changed).with_password(new_password);
        let work = self.change_customer(operator, customer, version);
        self.audited(operator, Permission::ManageCustomers, act, work, told).await
    }

    /// A customer as they are, for the audit. Where they cannot be read, what is about to be done says why.
    pub(crate) async fn before_of(&self, id: &str) -> Option<CustomerRecord> {
        self.store.customer_record(id).await.ok().flatten()
    }

    async fn change_customer(
        &self,
        operator: &Operator,
        customer: CustomerBody,
        version: i64,
    ) -> Result<CustomerRecord, Problem> {
        Problem::unless_empty(Customer::check(&customer))?;
        let changed = self.store.update_customer(&stored(&customer)?, version, self.clock.now_ms()).await;
        let changed = changed.map_err(problem)?;
        self.records_changed();
        tracing::info!(operator = %operator.username, customer = %changed.id, "Changed a customer");
        Ok(changed)
    }

    /// Deletes a customer who is still as they were in `version`, the router first: where it cannot do its part, the
    /// customer stays.
    ///
    /// # Errors
    /// There is no such customer, somebody changed them meanwhile, the router refused or may not be written to, or a
    /// session does not end.
    pub async fn delete_customer(
        &self,
        operator: &Operator,
        id: &str,
        version: i64,
        account: AccountFate,
    ) -> Result<DeletedCustomer, Problem> {
        let before = self.before_of(id).await;
        let act = Act::new("customer.delete", "customer", Some(id)).of_customer(Some(id)).before(before.as_ref());
        let act = act.called(before.as_ref().map(|customer| customer.name.as_str()));
        let told = |done: &DeletedCustomer| {
            let sessions = done.sessions_disconnected;
            Told {
                after: Some(json!({ "account": account.name(), "sessionsDisconnected": sessions })),
                ..Told::default()
            }
        };
        let work = self.remove_customer(operator, id, version, account);
        self.audited(operator, Permission::ManageCustomers, act, work, told).await
    }

    async fn remove_customer(
        &self,
        operator: &Operator,
        id: &str,
        version: i64,
        account: AccountFate,
    ) -> Result<DeletedCustomer, Problem> {
        let router = match account {
            AccountFate::Leave => None,
            AccountFate::Remove | AccountFate::Disable => Some(self.writable_router().await?),
        };
        let _writing = match router {
            Some(router) => router.alone(false).await,
            None => None,
        };
        // Whoever waited for the router looks only now.
        let customer = self.customer_of_version(id, version).await?;
        let ended = match router {
            Some(router) => self.end_account(router, &customer, account).await?,
            None => Ended::default(),
        };
        let deleted = self.store.delete_customer(id, version).await;
        deleted.map_err(|error| after_router(error, account, &ended))?;
        self.records_changed();
        tracing::info!(operator = %operator.username, customer = %id, ?account, "Deleted a customer");
        Ok(deleted_customer(customer, account, &ended))
    }

    async fn customer_of_version(&self, id: &str, version: i64) -> Result<CustomerRecord, Problem> {
        let customer = self.store.customer_record(id).await.map_err(trouble::of_store)?;
        let customer = customer.ok_or_else(|| not_found(id))?;
        if customer.version == version {
            Ok(customer)
        } else {
            Err(problem(StoreError::Changed(format!("customer {id}"))))
        }
    }
}

/// A customer of our store always has every member: an address that is not mentioned is not bound.
fn stored(body: &CustomerBody) -> Result<StoredCustomer, Problem> {
    let Customer { id, name, package, status, username, password, mac_address, ip_address } = Customer::read(body)?;
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    Ok(StoredCustomer {
        id: id.to_string(),
        name,
        mobile: given(&body.mobile),
        email: given(&body.email),
        package,
        status: status.name().to_owned(),
        details: Details::given(body),
        service: body.service_type.unwrap_or_default(),
        username: username.to_string(),
        password,
        mac_address: bound(&mac_address),
        ip_address: bound(&ip_address),
    })
}

fn bound(address: &Setting<impl ToString>) -> Setting<String> {
    match address {
        Setting::LeftAlone | Setting::Cleared => Setting::Cleared,
        Setting::Is(address) => Setting::Is(address.to_string()),
    }
}

fn deleted_customer(customer: CustomerRecord, account: AccountFate, ended: &Ended) -> DeletedCustomer {
    let CustomerRecord { id, name, .. } = customer;
    DeletedCustomer {
        message: format!("Customer {name} ({id}) deleted. {}", fate_of(account, ended)),
        id,
        sessions_disconnected: ended.sessions,
    }
}

/// What was done on the router.
fn fate_of(account: AccountFate, ended: &Ended) -> String {
    let accounts = ended.accounts.join(", ");
    match (account, ended.accounts.is_empty()) {
        (AccountFate::Leave, _) => "The router was left as it is.".to_owned(),
        (_, true) => "The router had no account of theirs.".to_owned(),
        (AccountFate::Remove, false) => format!("Their account {accounts} was removed from the router."),
        (AccountFate::Disable, false) => format!("Their account {accounts} was disabled on the router."),
    }
}

/// The customer could not be deleted here after the router had done its part, which is not taken back.
fn after_router(error: StoreError, account: AccountFate, ended: &Ended) -> Problem {
    if ended.accounts.is_empty() {
        return problem(error);
    }
    let why = match &error {
        StoreError::Changed(customer) => Some(format!("Somebody else changed {customer} meanwhile: it is still here.")),
        _ => None,
    };
    let problem = problem(error);
    let why = why.as_ref().unwrap_or(&problem.detail);
    Problem { detail: format!("{} {why}", fate_of(account, ended)), ..problem }
}

fn not_found(id: &str) -> Problem {
    Problem::new(Code::CustomerNotFound, format!("There is no customer {id}."))
}

pub(crate) fn problem(error: StoreError) -> Problem {
    match error {
        StoreError::Gone(customer) => Problem::new(Code::CustomerNotFound, format!("There is no {customer}.")),
        StoreError::Changed(customer) => {
            let detail = format!("Somebody else changed {customer} meanwhile. Open it again; nothing was written.");
            Problem::new(Code::VersionConflict, detail)
        }
        StoreError::Taken(id) => Problem::member(Code::NameTaken, "/id", format!("There is a customer {id} already.")),
        StoreError::UsernameTaken { username, id, name } => {
            let detail = format!("{username} is the username of {name} ({id}).");
            Problem::member(Code::NameTaken, "/pppoeUsername", detail)
        }
        StoreError::NoSuchPackage(name) => {
            Problem::member(Code::PackageNotFound, "/servicePackage", format!("Package {name} not found"))
        }
        error => trouble::of_store(error),
    }
}
