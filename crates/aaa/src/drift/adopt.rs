//! An account becomes ours: its values are taken into the customer of its username, then it gets our marker. The customer
//! is kept first: whoever adopts again after a crash finds them by the username, and makes no second one.

use domain::{
    account::Marker,
    customer::{CustomerId, CustomerStatus, Details, ServiceType, Setting},
    drift::{DriftRow, Taken},
    row::{Property, Row},
    wire::{
        DriftOutcome, FieldChange, ObjectChange,
        problem::{Code, Problem},
    },
};
use routeros::{Command, Lease};
use store::StoredCustomer;

use super::{
    Seen,
    acted::{Acted, Proof},
    again,
};
use crate::{
    Services, customers,
    router::RouterHandle,
    translate::{menus, row_id},
    trouble,
};

/// A customer is somebody with an id; the store puts the number in its place.
const NOT_NUMBERED_YET: &str = "CUS-0";

/// An account whose comment names its customer, or is about to.
pub(super) struct Marked {
    pub(super) change: Option<ObjectChange>,
    pub(super) doubt: Option<Problem>,
}

impl Services {
    pub(super) async fn adopt(&self, router: &RouterHandle, seen: &Seen, row: &DriftRow) -> Result<Acted, Problem> {
        let account = seen.account(row)?;
        let lease = router.lease().await?;
        let account = again(&lease, seen.service, account).await?;
        let taken = Taken::of(&account, seen.service, &seen.profiles)?;
        let (id, name) = self.keep_taken(seen, row, &account, &taken).await?;
        self.records_changed();
        if Marker::of(&account).is_none_or(|marker| marker.id.as_str() != id) {
            // What was written for them once was another account's password.
            self.store.forget_pushed(router.id, seen.service, &id).await.map_err(trouble::of_store)?;
        }
        let marked = mark(&lease, seen.service, &account, &id, &name).await;
        let Marked { change, doubt } = marked.map_err(|problem| Problem {
            detail: format!("Customer {name} ({id}) is kept, but the account is not marked yet. {}", problem.detail),
            ..problem
        })?;
        Ok(Acted {
            customer_id: Some(id.clone()),
            changes: change.into_iter().collect(),
            proof: Proof::Marked { row: account.id.clone(), customer: id.clone() },
            doubt,
            ..Acted::new(DriftOutcome::Adopted, told(seen.service, &taken, &account, &id, &name))
        })
    }

    /// The customer whose account it is, with its values. Who has them already is left as they are.
    async fn keep_taken(
        &self,
        seen: &Seen,
        row: &DriftRow,
        account: &Row,
        taken: &Taken,
    ) -> Result<(String, String), Problem> {
        let now = self.clock.now_ms();
        if let Some((old, version)) = row.wanted.and_then(|at| seen.wanted.customers.get(at)) {
            let new = changed_by(old, taken);
            if new != *old {
                self.store.update_customer(&new, *version, now).await.map_err(customers::problem)?;
            }
            return Ok((new.id, new.name));
        }
        let new = new_customer(seen.service, taken);
        let left_behind = Marker::of(account).map(|marker| marker.id.to_string());
        let added = match left_behind {
            // Whoever deleted them or lost the database may still know them by this id.
            Some(id) if self.store.customer_record(&id).await.map_err(trouble::of_store)?.is_none() => {
                self.store.insert_customer(&StoredCustomer { id, ..new }, "adopted", now).await
            }
            _ => self.store.insert_numbered_customer(&new, "adopted", now).await,
        };
        let added = added.map_err(customers::problem)?;
        Ok((added.id, added.name))
    }
}

/// Writes the customer's marker, where it does not stand there yet. What staff wrote stays behind it.
pub(super) async fn mark(
    lease: &Lease,
    service: ServiceType,
    account: &Row,
    id: &str,
    name: &str,
) -> Result<Marked, Problem> {
    let parsed: CustomerId = id.parse().map_err(|detail: String| Problem::new(Code::ValidationFailed, detail))?;
    let before = account.get(Property::Comment);
    let comment = Marker::onto(account, name, &parsed);
    if before == Some(&comment) {
        return Ok(Marked { change: None, doubt: None });
    }
    let menu = menus(service).accounts;
    let odd = || Problem::new(Code::RouterProtocol, format!("{:?} is no row id.", account.id));
    let set = Command::set(menu, row_id(account).ok_or_else(odd)?, [("comment", comment.as_str())]);
    let username = account.get(Property::Name).unwrap_or_default().to_owned();
    let doubt = match lease.run(set).await {
        Ok(_) => None,
        Err(routeros::CallError::Refused { refusal, .. }) if refusal.is_no_such_item() => {
            return Err(Problem::new(Code::UserNotFound, format!("The account {username} is gone.")));
        }
        Err(error) => match trouble::of_call(&error) {
            problem if problem.outcome_unknown => Some(problem),
            problem => return Err(problem),
        },
    };
    let field = FieldChange::Value {
        field: Property::Comment.name().to_owned(),
        before: before.map(str::to_owned),
        after: Some(comment),
    };
    let object = if service == ServiceType::Pppoe { "secret" } else { "hotspot-user" }.to_owned();
    let change = ObjectChange { object, name: username, action: "update".to_owned(), fields: vec![field] };
    Ok(Marked { change: Some(change), doubt })
}

fn changed_by(old: &StoredCustomer, taken: &Taken) -> StoredCustomer {
    let Taken { name: _, username, package, enabled: _, password, mac_address, ip_address } = taken.clone();
    let theirs: Option<CustomerStatus> = old.status.parse().ok();
    StoredCustomer {
        username,
        package,
        status: taken.status(theirs).name().to_owned(),
        password: password.or_else(|| old.password.clone()),
        mac_address,
        ip_address,
        ..old.clone()
    }
}

fn new_customer(service: ServiceType, taken: &Taken) -> StoredCustomer {
    let Taken { name, username, package, enabled: _, password, mac_address, ip_address } = taken.clone();
    StoredCustomer {
        id: NOT_NUMBERED_YET.to_owned(),
        name,
        mobile: None,
        email: None,
        package,
        status: taken.status(None).name().to_owned(),
        details: Details::default(),
        service,
        username,
        password,
        mac_address,
        ip_address,
    }
}

fn told(service: ServiceType, taken: &Taken, account: &Row, id: &str, name: &str) -> String {
    let (mac, ip) = match service {
        ServiceType::Pppoe => (Property::CallerId, Property::RemoteAddress),
        ServiceType::Hotspot => (Property::MacAddress, Property::Address),
    };
    let became = format!("{} is customer {name} ({id}) now, with package {}.", taken.username, taken.package);
    let is_hidden = taken.password.is_none() && account.raw("password").is_some_and(|password| !password.is_empty());
    let hidden = is_hidden.then(|| "Its password could not be read.".to_owned());
    let left = |(setting, property, what): (&Setting<String>, Property, &str)| {
        let have = account.get(property).filter(|_| *setting == Setting::LeftAlone)?;
        Some(format!("Its {} {have} is no {what}'s, and stays on the router as it is.", property.name()))
    };
    let left = [(&taken.mac_address, mac, "device"), (&taken.ip_address, ip, "customer")].into_iter().filter_map(left);
    [became].into_iter().chain(hidden).chain(left).collect::<Vec<_>>().join(" ")
}
