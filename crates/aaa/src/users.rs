//! Accounts on the router: who may dial in, whose they are, whether they are as they should be.

mod change; // one account enabled, disabled, or given a new password

use std::collections::{HashMap, HashSet};

use domain::{
    account::Marker,
    customer::ServiceType,
    role::{Operator, Permission},
    row::{Property, Row},
    sync::Observed,
    wire::{
        AccountFacts, AccountFate, ActionTaken, DeletedUser, RawRow, SyncState, UsersReport,
        problem::{Code, Problem},
    },
};
use routeros::Command;
use serde_json::json;

use crate::{
    Services,
    audit::{Act, Told},
    router::RouterHandle,
    services::check,
    sync::observe::{Look, observe, print_rows},
    translate::{
        is_of_service, menus,
        prints::{self, By},
        raw, row_id,
    },
    trouble,
};

/// Which accounts to list.
#[derive(Clone, Debug, Default)]
pub struct UsersQuery {
    /// Of which service.
    pub service: ServiceType,
    /// Part of the username, comment, address or MAC address.
    pub q: Option<String>,
    /// Enabled or disabled ones only.
    pub state: Option<AccountState>,
    /// Those online, or those not.
    pub online: Option<bool>,
    /// Those in one state only.
    pub sync: Option<SyncState>,
    /// In which order.
    pub sort: UserSort,
}

/// Whether an account may dial in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// It may.
    Enabled,
    /// It may not.
    Disabled,
}

/// The order of a list of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum UserSort {
    /// As the router has them.
    #[default]
    Router,
    /// By name.
    Name,
    /// By name, last first.
    NameDown,
    /// By profile, then name.
    Profile,
}

/// An account to remove.
#[derive(Clone, Debug)]
pub struct DeleteUser {
    /// Whose.
    pub username: String,
    /// Of which service.
    pub service: ServiceType,
    /// Only say what would happen.
    pub dry_run: bool,
    /// Whether live sessions end as well.
    pub disconnect: bool,
    /// Also an account that is not ours.
    pub force: bool,
}

type User = RawRow<AccountFacts>;

impl Services {
    /// Accounts on the router.
    ///
    /// # Errors
    /// The operator may not, or the router cannot be read.
    pub async fn users(&self, operator: &Operator, query: UsersQuery) -> Result<UsersReport, Problem> {
        check(operator, Permission::ViewUsers)?;
        let router = self.router()?;
        let lease = router.lease().await?;
        let observed =
            observe(&lease, query.service, &Look::AsPrinted).await.map_err(|error| trouble::of_call(&error))?;
        let states = self.sync_states(router, query.service, &observed).await?;
        let online: HashSet<&str> = observed.online.iter().map(|online| online.username.as_str()).collect();
        let here = observed.accounts.iter().filter(|row| is_of_service(row, query.service));
        let mut users: Vec<User> = here.map(|row| user(row, router, &states, &online)).collect();
        if query.sync == Some(SyncState::Missing) {
            users.extend(states.missing(router));
        }
        users.retain(|user| query.wants(user));
        query.sort.apply(&mut users);
        Ok(UsersReport {
            message: format!("{} users retrieved successfully", query.service.label()),
            service_type: query.service,
            count: users.len(),
            total: users.len(),
            users,
            next_cursor: None,
            router_id: router.id.to_owned(),
            as_of: self.now(),
            stale: false,
        })
    }

    /// Removes an account and ends its sessions.
    ///
    /// # Errors
    /// There is none of that name, or it is not ours and `force` was not said.
    pub async fn delete_user(&self, operator: &Operator, request: DeleteUser) -> Result<DeletedUser, Problem> {
        if request.dry_run {
            check(operator, Permission::ManageUsers)?;
            return self.remove_user(operator, request).await;
        }
        let act = Act::new("account.delete", "account", Some(&request.username.clone()));
        let told = |done: &DeletedUser| {
            let DeletedUser { service_type, sessions_disconnected, .. } = done;
            Told::after(&json!({ "serviceType": service_type, "sessionsDisconnected": sessions_disconnected }))
        };
        self.audited(operator, Permission::ManageUsers, act, self.remove_user(operator, request), told).await
    }

    async fn remove_user(&self, operator: &Operator, request: DeleteUser) -> Result<DeletedUser, Problem> {
        let DeleteUser { username, service, dry_run, disconnect, force } = request;
        if username.is_empty() {
            return Err(Problem::member(Code::MissingField, "/username", "Username is required"));
        }
        let router = if dry_run { self.router()? } else { self.writable_router().await? };
        let _alone = router.alone(dry_run).await;
        let lease = router.lease().await?;
        let menu = menus(service).accounts;
        let found = print_rows(&lease, prints::accounts(service, [By::Name(&username)])).await;
        let found = found.map_err(|error| trouble::of_call(&error))?;
        let missing =
            || Problem::new(Code::UserNotFound, format!("The router has no {} account {username}.", service.label()));
        let row = the_one(&found, &username)?.ok_or_else(missing)?;
        let id = row_id(row).ok_or_else(missing)?;
        if !force && Marker::of(row).is_none() {
            let detail = format!("{username} was not made by NetPilot. Send force to remove it all the same.");
            return Err(Problem::new(Code::ForeignObject, detail));
        }
        let mut ended = 0;
        if !dry_run {
            if disconnect {
                ended = self.end_one(&lease, service, row, &username, AccountFate::Remove).await?;
            } else {
                lease.run(Command::remove(menu, id)).await.map_err(|error| match &error {
                    routeros::CallError::Refused { refusal, .. } if refusal.is_no_such_item() => missing(),
                    _ => trouble::of_call(&error),
                })?;
            }
            tracing::info!(operator = %operator.username, user = %username, %service, "Removed an account");
        }
        let done = if dry_run { "would be deleted" } else { "deleted successfully" };
        Ok(DeletedUser {
            message: format!("{} user {username} {done}", service.label()),
            username,
            service_type: service,
            deleted: !dry_run,
            sessions_disconnected: ended,
            dry_run,
        })
    }

    async fn sync_states(
        &self,
        router: &RouterHandle,
        service: ServiceType,
        observed: &Observed,
    ) -> Result<SyncStates, Problem> {
        let plan = self.plan_of_stored(router, service, observed).await?;
        let mut states = SyncStates::default();
        for step in plan.rows.iter().flatten() {
            let state = match plan.action(step) {
                ActionTaken::Created => SyncState::Missing,
                ActionTaken::Unchanged => SyncState::InSync,
                ActionTaken::Updated | ActionTaken::None => SyncState::Differs,
            };
            let id = step.customer.id.to_string();
            states.usernames.insert(id.clone(), (step.customer.username.to_string(), step.customer.status.enabled()));
            states.by_customer.insert(id, state);
        }
        Ok(states)
    }
}

/// The account of this name. A hotspot holds a name once for each of its servers: then it is the one that is ours.
fn the_one<'a>(found: &'a [Row], username: &str) -> Result<Option<&'a Row>, Problem> {
    let named: Vec<&Row> = found.iter().filter(|row| row.get(Property::Name) == Some(username)).collect();
    let ours: Vec<&Row> = named.iter().copied().filter(|row| Marker::of(row).is_some()).collect();
    match (named.as_slice(), ours.as_slice()) {
        ([], _) => Ok(None),
        ([one], _) | (_, [one]) => Ok(Some(one)),
        _ => {
            let detail = format!("The router has {} accounts {username}; remove the wrong ones there.", named.len());
            Err(Problem::new(Code::AmbiguousName, detail))
        }
    }
}

/// How each stored customer's account compares with what the router holds.
#[derive(Default)]
struct SyncStates {
    by_customer: HashMap<String, SyncState>,
    usernames: HashMap<String, (String, bool)>,
}

impl SyncStates {
    fn of(&self, marker: Option<&Marker>) -> SyncState {
        match marker {
            None => SyncState::Foreign,
            Some(marker) => self.by_customer.get(marker.id.as_str()).copied().unwrap_or(SyncState::Unknown),
        }
    }

    /// Customers whose account the router lacks: rows without an id.
    fn missing<'a>(&'a self, router: &'a RouterHandle) -> impl Iterator<Item = User> + 'a {
        let missing = self.by_customer.iter().filter(|(_, state)| **state == SyncState::Missing);
        missing.filter_map(|(id, state)| {
            let (username, enabled) = self.usernames.get(id)?;
            let netpilot = AccountFacts {
                managed: true,
                customer_id: Some(id.clone()),
                enabled: *enabled,
                online: false,
                has_password: false,
                sync: *state,
                router_id: router.id.to_owned(),
            };
            Some(RawRow { netpilot, row: [("name".to_owned(), username.clone())].into() })
        })
    }
}

fn user(row: &Row, router: &RouterHandle, states: &SyncStates, online: &HashSet<&str>) -> User {
    let marker = Marker::of(row);
    let netpilot = AccountFacts {
        managed: marker.is_some(),
        customer_id: marker.as_ref().map(|marker| marker.id.to_string()),
        enabled: !row.disabled(),
        online: row.get(Property::Name).is_some_and(|name| online.contains(name)),
        has_password: row.raw("password").is_some_and(|password| !password.is_empty()),
        sync: states.of(marker.as_ref()),
        router_id: router.id.to_owned(),
    };
    RawRow { netpilot, row: raw(row) }
}

impl UsersQuery {
    fn wants(&self, user: &User) -> bool {
        let Self { service: _, q, state, online, sync, sort: _ } = self;
        let facts = &user.netpilot;
        state.is_none_or(|state| (state == AccountState::Enabled) == facts.enabled)
            && online.is_none_or(|online| online == facts.online)
            && sync.is_none_or(|sync| sync == facts.sync)
            && q.as_deref().is_none_or(|q| mentions(&user.row, q))
    }
}

/// Whether any of a row's names and addresses has the text in it, whatever its case.
fn mentions(row: &std::collections::BTreeMap<String, String>, q: &str) -> bool {
    let q = q.to_lowercase();
    ["name", "user", "comment", "caller-id", "mac-address", "remote-address", "address"]
        .iter()
        .filter_map(|property| row.get(*property))
        .any(|value| value.to_lowercase().contains(&q))
}

impl UserSort {
    fn apply(self, users: &mut [User]) {
        let text = |user: &User, property: &str| user.row.get(property).cloned().unwrap_or_default();
        match self {
            Self::Router => {}
            Self::Name => users.sort_by_cached_key(|user| text(user, "name")),
            Self::NameDown => users.sort_by_cached_key(|user| std::cmp::Reverse(text(user, "name"))),
            Self::Profile => users.sort_by_cached_key(|user| (text(user, "profile"), text(user, "name"))),
        }
    }
}
