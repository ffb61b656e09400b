//! One account enabled, disabled, or given a new password. Where the store knows whose it is, the customer changes and
//! the account follows: the next sync would undo anything else.

use domain::{
    account::Marker,
    customer::{Customer, CustomerStatus, Password, ServiceType},
    role::{Operator, Permission},
    row::{Property, Row},
    wire::{
        AccountFate, ChangedUser, CustomerBody, DisconnectPolicy, ResetPassword,
        problem::{Code, Problem},
    },
};
use routeros::{CallError, Command, Lease, RowId};
use serde_json::{Value, json};
use store::StoredCustomer;

use super::the_one;
use crate::{
    Services,
    audit::{Act, Told},
    outside::readable_password,
    router::RouterHandle,
    sync::{Brought, KnownCustomers, observe::print_rows},
    translate::{
        menus,
        prints::{self, By},
        row_id,
    },
    trouble,
};

/// What became of the sessions of an account.
struct Sessions {
    ended: usize,
    /// They should have ended, and go on.
    left: usize,
}

/// Where an account is, and whose it is.
struct Subject<'a> {
    router: &'a RouterHandle,
    lease: Lease,
    service: ServiceType,
    id: RowId,
    row: Row,
    customer_id: String,
}

impl Services {
    /// Lets an account dial in, or keeps it from that and ends its sessions. A stored customer becomes Active or
    /// Suspended.
    ///
    /// # Errors
    /// The operator may not, there is no such account, it is not ours, or the router refused.
    pub async fn set_account_enabled(
        &self,
        operator: &Operator,
        username: &str,
        service: ServiceType,
        enabled: bool,
    ) -> Result<ChangedUser, Problem> {
        let action = if enabled { "account.enable" } else { "account.disable" };
        let act = Act::new(action, "account", Some(username));
        let told = |done: &ChangedUser| of_account(done, json!({ "disabled": done.disabled }));
        let work = self.enable_or_disable(operator, username, service, enabled);
        self.audited(operator, Permission::ManageUsers, act, work, told).await
    }

    async fn enable_or_disable(
        &self,
        operator: &Operator,
        username: &str,
        service: ServiceType,
        enabled: bool,
    ) -> Result<ChangedUser, Problem> {
        let subject = self.our_account(username, service).await?;
        let known = self.known_customers().await?;
        let status = if enabled { CustomerStatus::Active } else { CustomerStatus::Suspended };
        let sessions = match known.stored(&subject.customer_id, service) {
            Some((customer, version)) => {
                let changed = StoredCustomer { status: status.name().to_owned(), ..customer.clone() };
                self.change_and_sync(operator, (&changed, version), &subject, DisconnectPolicy::Auto).await?
            }
            None => Sessions { ended: self.set_leftover_enabled(&subject, username, enabled).await?, left: 0 },
        };
        tracing::info!(operator = %operator.username, user = %username, %service, enabled, "Changed an account");
        let done = if enabled { "enabled" } else { "disabled" };
        Ok(changed(username, &subject, !enabled, &sessions, done))
    }

    /// Gives an account a new password, a readable one where none is given, and ends its sessions. The answer is the only
    /// place that shows it.
    ///
    /// # Errors
    /// The operator may not, the password cannot be used, there is no such account, it is not ours, or the router refused.
    pub async fn reset_password(
        &self,
        operator: &Operator,
        username: &str,
        service: ServiceType,
        given: Option<Password>,
    ) -> Result<ResetPassword, Problem> {
        let act = Act::new("account.reset-password", "account", Some(username));
        let told = |done: &ResetPassword| {
            of_account(&done.user, json!({ "password": "changed", "generated": done.generated }))
        };
        let work = self.give_password(operator, username, service, given);
        self.audited(operator, Permission::ManageUsers, act, work, told).await
    }

    async fn give_password(
        &self,
        operator: &Operator,
        username: &str,
        service: ServiceType,
        given: Option<Password>,
    ) -> Result<ResetPassword, Problem> {
        let given = given.filter(|password| !password.expose().is_empty());
        check_password(given.as_ref())?;
        let generated = given.is_none();
        let password = given.unwrap_or_else(|| Password::new(readable_password(self.chance.as_ref())));
        let subject = self.our_account(username, service).await?;
        let known = self.known_customers().await?;
        let sessions = match known.stored(&subject.customer_id, service) {
            Some((customer, version)) => {
                let changed = StoredCustomer { password: Some(password.clone()), ..customer.clone() };
                let done =
                    self.change_and_sync(operator, (&changed, version), &subject, DisconnectPolicy::Always).await;
                // Nobody was shown the new one: what is stored is the one that somebody knows.
                if done.is_err() {
                    self.take_back(customer, version).await;
                }
                done?
            }
            None => Sessions { ended: self.set_password_of_leftover(&subject, username, &password).await?, left: 0 },
        };
        tracing::info!(operator = %operator.username, user = %username, %service, generated, "Reset a password");
        let user = changed(username, &subject, subject.row.disabled(), &sessions, "given a new password");
        Ok(ResetPassword { user, password, generated })
    }

    async fn our_account(&self, username: &str, service: ServiceType) -> Result<Subject<'_>, Problem> {
        let router = self.writable_router().await?;
        let lease = router.lease().await?;
        let found = print_rows(&lease, prints::accounts(service, [By::Name(username)])).await;
        let found = found.map_err(|error| trouble::of_call(&error))?;
        let missing = || no_such_account(username, service);
        let row = the_one(&found, username)?.cloned().ok_or_else(missing)?;
        let Some(marker) = Marker::of(&row) else {
            let detail = format!("{username} was not made by NetPilot; adopt it first. It stays untouched.");
            return Err(Problem::new(Code::ForeignObject, detail));
        };
        let id = row_id(&row).ok_or_else(missing)?;
        Ok(Subject { router, lease, service, id, row, customer_id: marker.id.to_string() })
    }

    /// First the store, then the router. Where that fails, the customer is as wanted here, and the next sync brings it
    /// there.
    ///
    /// A copy of an account bears the same marker: what is asked of it must not befall the customer's own.
    async fn change_and_sync(
        &self,
        operator: &Operator,
        (customer, version): (&StoredCustomer, i64),
        subject: &Subject<'_>,
        disconnect: DisconnectPolicy,
    ) -> Result<Sessions, Problem> {
        let name = subject.row.get(Property::Name).unwrap_or_default();
        if customer.username != name {
            let detail = format!(
                "{name} bears the marker of {} ({}), whose account is {}. Sync that customer, or remove the copy.",
                customer.name, customer.id, customer.username
            );
            return Err(Problem::new(Code::AmbiguousName, detail));
        }
        let kept = self.store.update_customer(customer, version, self.clock.now_ms()).await;
        kept.map_err(crate::customers::problem)?;
        self.records_changed();
        let half = |problem: Problem| {
            let detail = format!("{} was changed here, but not on the router. {}", customer.name, problem.detail);
            Problem { detail, ..problem }
        };
        let brought =
            self.bring(operator, subject.service, vec![customer.id.clone()], disconnect).await.map_err(half)?;
        let lost = || Err(Problem::new(Code::Internal, "No row was planned."));
        let Brought { sessions, left, .. } = brought.into_iter().next().unwrap_or_else(lost).map_err(half)?;
        Ok(Sessions { ended: sessions, left })
    }

    /// A customer as they were, where nobody has changed them since.
    async fn take_back(&self, customer: &StoredCustomer, version: i64) {
        if let Err(error) = self.store.update_customer(customer, version + 1, self.clock.now_ms()).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "A new password could not be taken back");
        }
    }

    async fn set_leftover_enabled(
        &self,
        subject: &Subject<'_>,
        username: &str,
        enabled: bool,
    ) -> Result<usize, Problem> {
        let Subject { router, lease, service, id, row, .. } = subject;
        let _alone = router.alone(false).await;
        if !enabled {
            return self.end_one(lease, *service, row, username, AccountFate::Disable).await;
        }
        write(lease, Command::set(menus(*service).accounts, *id, [("disabled", "no")]), username, *service).await?;
        Ok(0)
    }

    async fn set_password_of_leftover(
        &self,
        subject: &Subject<'_>,
        username: &str,
        password: &Password,
    ) -> Result<usize, Problem> {
        let Subject { router, lease, service, id, .. } = subject;
        let _alone = router.alone(false).await;
        let set = Command::set(menus(*service).accounts, *id, [("password", password.expose())]);
        write(lease, set, username, *service).await?;
        Ok(self.end_all_of(lease, *service, username).await?.len())
    }
}

impl KnownCustomers {
    /// A stored customer of this service, with their version.
    fn stored(&self, id: &str, service: ServiceType) -> Option<(&StoredCustomer, i64)> {
        self.of(id).filter(|(customer, _)| customer.service == service)
    }
}

/// What the audit tells of a changed account.
fn of_account(done: &ChangedUser, mut after: Value) -> Told {
    if let Value::Object(after) = &mut after {
        after.insert("serviceType".to_owned(), json!(done.service_type));
        after.insert("customerId".to_owned(), json!(done.customer_id));
        after.insert("sessionsDisconnected".to_owned(), json!(done.sessions_disconnected));
    }
    Told::after(&after).of_customer(&done.customer_id)
}

fn changed(
    username: &str,
    subject: &Subject<'_>,
    disabled: bool,
    Sessions { ended, left }: &Sessions,
    done: &str,
) -> ChangedUser {
    let Subject { service, customer_id, .. } = subject;
    ChangedUser {
        message: match left {
            0 => format!("{} user {username} {done} successfully", service.label()),
            left => format!(
                "{} user {username} {done}, but {left} of their sessions could not be ended and go on as before",
                service.label()
            ),
        },
        username: username.to_owned(),
        service_type: *service,
        disabled,
        customer_id: customer_id.clone(),
        sessions_disconnected: *ended,
    }
}

/// The rule is that of a customer's password.
fn check_password(password: Option<&Password>) -> Result<(), Problem> {
    let body = CustomerBody { pppoe_password: password.cloned(), ..CustomerBody::default() };
    let wrong = Customer::check(&body).into_iter().find(|part| part.pointer.as_deref() == Some("/pppoePassword"));
    match wrong {
        None => Ok(()),
        Some(part) => Err(Problem::member(Code::ValidationFailed, "/password", part.detail)),
    }
}

fn no_such_account(username: &str, service: ServiceType) -> Problem {
    Problem::new(Code::UserNotFound, format!("The router has no {} account {username}.", service.label()))
}

async fn write(lease: &Lease, command: Command, username: &str, service: ServiceType) -> Result<(), Problem> {
    match lease.run(command).await {
        Ok(_) => Ok(()),
        Err(CallError::Refused { refusal, .. }) if refusal.is_no_such_item() => Err(no_such_account(username, service)),
        Err(error) => Err(trouble::of_call(&error)),
    }
}
