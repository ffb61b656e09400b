//! Drift: where the router and our store disagree, and what somebody chooses to do about it. Nothing foreign is touched
//! otherwise.

mod acted; // what became of a choice, and what proves it
mod adopt; // an account becomes ours, its values those of its customer
mod choices; // overwritten, ignored, removed

use std::collections::{BTreeMap, HashSet};

use domain::{
    account::is_of_customer,
    customer::ServiceType,
    drift::{DriftRow, Who, drift, is_same},
    package::Package,
    profile::Profile,
    role::{Operator, Permission},
    row::{Property, Row},
    sync::Observed,
    wire::{
        DriftAction, DriftCounts, DriftRecord, DriftReport, DriftResolved, ResolvedReport, SyncState,
        problem::{Code, Problem},
    },
};
use routeros::Lease;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    Services,
    audit::{Act, Told},
    router::RouterHandle,
    services::check,
    sync::{Wanted, observe::print_rows, observe_all},
    translate::prints::{self, By},
    trouble,
};
use acted::Acted;

/// The most choices in one request.
const MOST_AT_ONCE: usize = 1000;

/// Which rows to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct DriftQuery {
    /// Of which service.
    pub service: ServiceType,
    /// Those in one state only.
    pub state: Option<SyncState>,
    /// Also those that somebody chose not to see.
    pub ignored: bool,
}

/// What somebody chose for some rows.
#[derive(Clone, Debug)]
pub struct ResolveDrift {
    /// Which.
    pub items: Vec<DriftItem>,
    /// What to do about them.
    pub action: DriftAction,
    /// How many accounts may be removed.
    pub confirmed: Option<usize>,
}

/// One row of drift.
#[derive(Clone, Debug)]
pub struct DriftItem {
    /// By its username.
    pub username: String,
    /// Of which service.
    pub service: ServiceType,
    /// Only as it was seen with this fingerprint.
    pub fingerprint: Option<String>,
}

impl Services {
    /// Accounts on the router and customers who should have one, each once, with how they compare.
    ///
    /// # Errors
    /// The operator may not, or the router cannot be read.
    pub async fn drift(&self, operator: &Operator, query: DriftQuery) -> Result<DriftReport, Problem> {
        check(operator, Permission::ViewUsers)?;
        let router = self.router()?;
        let seen = self.seen(router, query.service).await?;
        let mut counts = DriftCounts::default();
        seen.rows.iter().for_each(|row| counts.add(row.state, row.ignored));
        let items: Vec<_> =
            seen.rows.iter().filter(|row| query.wants(row)).map(|row| record(row, query.service, router)).collect();
        Ok(DriftReport {
            service_type: query.service,
            total: items.len(),
            items,
            next_cursor: None,
            counts,
            router_id: router.id.to_owned(),
            as_of: self.now(),
        })
    }

    /// Does what somebody chose, and reads it back. Each row has its outcome; a bad one never stops the others.
    ///
    /// # Errors
    /// The request could not start at all: the operator may not, a removal is not confirmed, the router may not be
    /// written to or cannot be read.
    pub async fn resolve_drift(&self, operator: &Operator, request: ResolveDrift) -> Result<ResolvedReport, Problem> {
        let action = match request.action {
            DriftAction::Adopt => "drift.adopt",
            DriftAction::Overwrite => "drift.overwrite",
            DriftAction::Ignore => "drift.ignore",
            DriftAction::Remove => "drift.remove",
        };
        let names = request.items.iter().map(|item| item.username.as_str()).collect::<Vec<_>>().join(", ");
        let act = Act::new(action, "account", Some(&names));
        let told = |resolved: &ResolvedReport| {
            let each = |done: &DriftResolved| {
                json!({ "username": done.username, "serviceType": done.service_type, "outcome": done.outcome,
                        "success": done.success })
            };
            Told::after(&resolved.items.iter().map(each).collect::<Vec<_>>())
        };
        self.audited(operator, Permission::Sync, act, self.resolve(operator, request), told).await
    }

    async fn resolve(&self, operator: &Operator, request: ResolveDrift) -> Result<ResolvedReport, Problem> {
        request.check()?;
        let ResolveDrift { items, action, confirmed: _ } = request;
        let router = match action {
            DriftAction::Ignore => self.router()?,
            DriftAction::Adopt | DriftAction::Overwrite | DriftAction::Remove => self.writable_router().await?,
        };
        // To ignore a row writes nothing there.
        let alone = router.alone(action == DriftAction::Ignore).await;
        // Whoever waited for the router looks only now.
        let seen = self.seen_of(router, &items).await?;
        let mut acted = Vec::with_capacity(items.len());
        for item in &items {
            acted.push(self.act(router, &seen, item, action, &items).await);
        }
        drop(alone);
        if action == DriftAction::Overwrite {
            self.bring_chosen(operator, &items, &mut acted).await;
        }
        let resolved = self.read_back(router, &items, acted).await;
        self.notice(router, &resolved).await;
        for done in resolved.iter().filter(|done| done.success) {
            let (user, service) = (&done.username, done.service_type);
            tracing::info!(operator = %operator.username, %user, %service, outcome = ?done.outcome, "Resolved drift");
        }
        Ok(ResolvedReport {
            action,
            total: resolved.len(),
            failed: resolved.iter().filter(|done| !done.success).count(),
            items: resolved,
            router_id: router.id.to_owned(),
        })
    }

    async fn act(
        &self,
        router: &RouterHandle,
        seen: &BTreeMap<ServiceType, Seen>,
        item: &DriftItem,
        action: DriftAction,
        all: &[DriftItem],
    ) -> Result<Acted, Problem> {
        let is_twin = |other: &&DriftItem| other.username == item.username && other.service == item.service;
        if all.iter().filter(is_twin).count() > 1 {
            let detail = format!("{} is named twice; nothing was done about it.", item.username);
            return Err(Problem::new(Code::DuplicateUsername, detail));
        }
        let lost = || Problem::new(Code::Internal, "The service was not read.");
        let seen = seen.get(&item.service).ok_or_else(lost)?;
        let row = seen.row(item)?;
        match action {
            _ if row.state == SyncState::InSync && action != DriftAction::Remove => Ok(Acted::unchanged(row)),
            DriftAction::Adopt => self.adopt(router, seen, row).await,
            DriftAction::Overwrite => self.claim(router, seen, row).await,
            DriftAction::Ignore => self.ignore(router, seen, row).await,
            DriftAction::Remove => self.remove(router, seen, row).await,
        }
    }

    /// Every service that is named, before anything is done.
    async fn seen_of(
        &self,
        router: &RouterHandle,
        items: &[DriftItem],
    ) -> Result<BTreeMap<ServiceType, Seen>, Problem> {
        let mut seen = BTreeMap::new();
        for service in services_of(items) {
            seen.insert(service, self.seen(router, service).await?);
        }
        Ok(seen)
    }

    async fn seen(&self, router: &RouterHandle, service: ServiceType) -> Result<Seen, Problem> {
        let lease = router.lease().await?;
        let wanted = self.wanted(router, service).await?;
        let ignored = self.store.ignored_drift(router.id, service).await.map_err(trouble::of_store)?;
        let packages = self.store.packages().await.map_err(trouble::of_store)?;
        let observed = observe_all(&lease, service).await?;
        let who = wanted
            .customers
            .iter()
            .map(|(customer, _)| Who { customer_id: customer.id.clone(), username: customer.username.clone() });
        let rows = drift(&who.collect::<Vec<_>>(), &wanted.desired, &observed, &ignored);
        let sold = packages.iter().filter_map(|stored| Package::read(&stored.body).ok());
        let profiles = sold.map(|package| Profile::of(&package, service, self.rate_base)).collect();
        Ok(Seen { service, wanted, profiles, observed, rows })
    }
}

/// One service of the router as it was read, against the store.
struct Seen {
    service: ServiceType,
    wanted: Wanted,
    /// What our packages come to.
    profiles: Vec<Profile>,
    observed: Observed,
    rows: Vec<DriftRow>,
}

impl Seen {
    /// The row that somebody means, if it still is what they saw.
    fn row(&self, item: &DriftItem) -> Result<&DriftRow, Problem> {
        let DriftItem { username, service, fingerprint: wanted } = item;
        let mut named = self.rows.iter().filter(|row| row.username == *username);
        let row = match (named.next(), named.next()) {
            (Some(row), None) => row,
            (None, _) => {
                let detail = format!("Neither the router nor NetPilot has a {} account {username}.", service.word());
                return Err(Problem::new(Code::UserNotFound, detail));
            }
            (Some(_), Some(_)) => {
                let detail = format!("More than one row goes by {username}; make them differ first.");
                return Err(Problem::new(Code::AmbiguousName, detail));
            }
        };
        match wanted {
            Some(wanted) if *wanted != fingerprint(&row.seen) => Err(changed(username)),
            _ => Ok(row),
        }
    }

    /// The account of a row on the router. What is no customer's is left alone.
    fn account(&self, row: &DriftRow) -> Result<&Row, Problem> {
        let account = row.account.and_then(|at| self.observed.accounts.get(at));
        let missing = || {
            let detail = format!("The router has no {} account {} to do this with.", self.service.word(), row.username);
            Problem::new(Code::UserNotFound, detail)
        };
        let account = account.ok_or_else(missing)?;
        if is_of_customer(account, self.service) {
            Ok(account)
        } else {
            let detail =
                format!("The router's {} is no {} customer's; it stays untouched.", row.username, self.service.word());
            Err(Problem::new(Code::ForeignObject, detail))
        }
    }
}

/// An account as the router holds it now, right before it is written; somebody else may be at it.
async fn again(lease: &Lease, service: ServiceType, account: &Row) -> Result<Row, Problem> {
    let name = account.get(Property::Name).unwrap_or_default();
    let now = print_rows(lease, prints::accounts(service, [By::Name(name)])).await;
    let mut now = now.map_err(|error| trouble::of_call(&error))?.into_iter();
    now.find(|now| is_same(now, account, service)).ok_or_else(|| changed(name))
}

fn changed(username: &str) -> Problem {
    let detail = format!("{username} is another now than when it was looked at. Nothing was done; look again.");
    Problem::new(Code::PlanStale, detail)
}

fn services_of(items: &[DriftItem]) -> impl Iterator<Item = ServiceType> {
    let named: HashSet<ServiceType> = items.iter().map(|item| item.service).collect();
    ServiceType::ALL.into_iter().filter(move |service| named.contains(service))
}

/// A row by what was seen of it.
fn fingerprint(seen: &str) -> String {
    let number = Sha256::digest(seen).iter().take(12).fold(0, |number, byte| number << 8 | u128::from(*byte));
    format!("drf_{number:024x}")
}

fn record(row: &DriftRow, service: ServiceType, router: &RouterHandle) -> DriftRecord {
    let DriftRow { username, state, wanted: _, account: _, customer_id, fields, detail, obstacle: _, seen, ignored } =
        row.clone();
    DriftRecord {
        username,
        service_type: service,
        router_id: router.id.to_owned(),
        state,
        customer_id,
        fields,
        ignored,
        detail,
        fingerprint: fingerprint(&seen),
    }
}

impl DriftQuery {
    fn wants(self, row: &DriftRow) -> bool {
        self.state.is_none_or(|state| state == row.state) && (self.ignored || !row.ignored)
    }
}

impl ResolveDrift {
    fn check(&self) -> Result<(), Problem> {
        let count = self.items.len();
        if count == 0 {
            return Err(Problem::member(Code::MissingField, "/items", "Say which rows."));
        }
        if count > MOST_AT_ONCE {
            let detail = format!("{count} rows at once: the most is {MOST_AT_ONCE}.");
            return Err(Problem::new(Code::TooManyItems, detail));
        }
        if self.action == DriftAction::Remove && self.confirmed != Some(count) {
            let detail = format!(
                "This removes {count} of the router's accounts and ends their sessions. Send confirm {{\"remove\":{count}}} to do it."
            );
            return Err(Problem::member(Code::ConfirmationNeeded, "/confirm", detail));
        }
        Ok(())
    }
}
