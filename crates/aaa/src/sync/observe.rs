//! What a router holds: one print per menu, all in flight.

use std::collections::BTreeSet;

use domain::{
    customer::ServiceType,
    row::Row,
    sync::{Desired, Observed, Online, SyncPlan, Target, plan},
};
use routeros::{
    CallError, Command, Connection, Lease, Print, Query, RowId,
    menu::{HotspotActive, HotspotActiveProperty, Pool, PoolProperty, PppActive, PppActiveProperty},
    value::Text,
};
use store::PushedAccounts;
use tokio::try_join;

use crate::translate::{
    menus,
    prints::{self, By},
    row,
};

/// How often a list is asked for where rows vanish while the router prints it.
const TRIES: usize = 3;
/// For more customers than these a router is asked for everybody: one long list costs it less than long questions.
const FEW: usize = 50;

/// How much of a router is looked at.
#[derive(Clone, Debug)]
pub(crate) enum Look {
    /// Every row with all its properties, to be shown.
    AsPrinted,
    /// Every row with the properties that we write.
    Everybody,
    /// These customers only.
    Only(Few),
}

/// A few customers, and how their rows are found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Few {
    /// The names they want, and those that were last written for them.
    names: BTreeSet<String>,
    /// The comments that were last written for them.
    comments: BTreeSet<String>,
    /// The profiles they want.
    profiles: BTreeSet<String>,
}

impl Look {
    /// As much as a plan of these needs. Where we do not know of each what was last written, that is everybody: their
    /// row may have any name.
    pub(crate) fn for_plan_of(desired: &Desired, pushed: &PushedAccounts) -> Self {
        let intents: Vec<_> = desired.rows.iter().flatten().collect();
        if intents.len() > FEW {
            return Self::Everybody;
        }
        let mut few = Few::default();
        for intent in intents {
            let Some((username, comment)) = pushed.last(intent.customer.id.as_str()) else { return Self::Everybody };
            few.names.extend([intent.customer.username.to_string(), username.to_owned()]);
            few.comments.insert(comment.to_owned());
            few.profiles.insert(intent.profile.name.clone());
        }
        Self::Only(few)
    }
}

/// Looks and plans. Before an account is made the whole menu is looked at: somebody may have given the row that is
/// theirs another name and another comment.
pub(crate) async fn look_and_plan(lease: &Lease, desired: &Desired, look: &Look) -> Result<SyncPlan, CallError> {
    let first = plan(desired, &observe(lease, desired.service, look).await?);
    let makes_accounts = first.rows.iter().flatten().any(|step| step.target == Target::New);
    match look {
        Look::Only(_) if makes_accounts => Ok(plan(desired, &observe(lease, desired.service, &Look::Everybody).await?)),
        _ => Ok(first),
    }
}

/// Everything a plan needs of one service.
pub(crate) async fn observe(lease: &Lease, service: ServiceType, look: &Look) -> Result<Observed, CallError> {
    let (profiles, accounts) = match look {
        Look::AsPrinted => (Command::print(menus(service).profiles), Command::print(menus(service).accounts)),
        Look::Everybody => (prints::profiles(service, []), prints::accounts(service, [])),
        Look::Only(Few { names, comments, profiles }) => {
            let by = names.iter().map(|name| By::Name(name));
            let by = by.chain(comments.iter().map(|comment| By::Comment(comment)));
            (prints::profiles(service, profiles.iter().map(String::as_str)), prints::accounts(service, by))
        }
    };
    let pools = Print::<Pool>::new().only(&[PoolProperty::Name]);
    let everybody_online = async {
        match look {
            Look::Only(_) => Ok(Vec::new()),
            Look::AsPrinted | Look::Everybody => online(lease, service).await,
        }
    };
    let (profiles, accounts, mut online, pools) =
        try_join!(print_rows(lease, profiles), print_rows(lease, accounts), everybody_online, list(lease, &pools),)?;
    if let Look::Only(few) = look {
        // Under the names that the rows have, whatever we thought.
        let have = accounts.iter().filter_map(|row| row.raw("name"));
        let names: BTreeSet<&str> = have.chain(few.names.iter().map(String::as_str)).collect();
        online = online_as(lease, service, names).await?;
    }
    let pools = pools.into_iter().filter_map(|pool| pool.name.map(Into::into)).collect();
    Ok(Observed { profiles, accounts, online, pools })
}

/// Who is online. `/ppp/active` lists every kind of tunnel; those of other services are left alone.
pub(crate) async fn online(lease: &Lease, service: ServiceType) -> Result<Vec<Online>, CallError> {
    match service {
        ServiceType::Pppoe => online_by_ppp(lease, None).await,
        ServiceType::Hotspot => online_by_hotspot(lease, None).await,
    }
}

/// Who of these is online.
pub(crate) async fn online_as(
    lease: &Lease,
    service: ServiceType,
    usernames: BTreeSet<&str>,
) -> Result<Vec<Online>, CallError> {
    if usernames.len() > FEW {
        let mut all = online(lease, service).await?;
        all.retain(|online| usernames.contains(online.username.as_str()));
        return Ok(all);
    }
    match service {
        ServiceType::Pppoe => match Query::is_one_of(PppActiveProperty::Name, usernames) {
            Some(theirs) => online_by_ppp(lease, Some(theirs)).await,
            None => Ok(Vec::new()),
        },
        ServiceType::Hotspot => match Query::is_one_of(HotspotActiveProperty::User, usernames) {
            Some(theirs) => online_by_hotspot(lease, Some(theirs)).await,
            None => Ok(Vec::new()),
        },
    }
}

async fn online_by_ppp(lease: &Lease, query: Option<Query<PppActiveProperty>>) -> Result<Vec<Online>, CallError> {
    use PppActiveProperty::{Id, Name, Service};
    let rows = list(lease, &asking(Print::<PppActive>::new().only(&[Id, Name, Service]), query)).await?;
    let ours = rows.into_iter().filter(|row| row.service.as_deref() == Some("pppoe"));
    Ok(ours.filter_map(|row| row.id.zip(row.name)).map(session).collect())
}

async fn online_by_hotspot(
    lease: &Lease,
    query: Option<Query<HotspotActiveProperty>>,
) -> Result<Vec<Online>, CallError> {
    use HotspotActiveProperty::{Id, User};
    let rows = list(lease, &asking(Print::<HotspotActive>::new().only(&[Id, User]), query)).await?;
    Ok(rows.into_iter().filter_map(|row| row.id.zip(row.user)).map(session).collect())
}

fn asking<T: routeros::Row>(print: Print<T>, query: Option<Query<T::Property>>) -> Print<T> {
    match query {
        Some(query) => print.matching(query),
        None => print,
    }
}

fn session((id, username): (RowId, Text)) -> Online {
    Online { id: id.to_string(), username: username.into() }
}

/// A list to its end. One that was cut because rows vanished meanwhile is asked for again: what is missing in it may be
/// there.
pub(crate) async fn list<T: routeros::Row>(line: &Connection, print: &Print<T>) -> Result<Vec<T>, CallError> {
    for _ in 1..TRIES {
        let listing = line.list(print).await?;
        if listing.partial.is_none() {
            return Ok(listing.rows);
        }
    }
    line.list(print).await?.whole()
}

/// The rows of one print, to their end.
pub(crate) async fn print_rows(line: &Connection, command: Command) -> Result<Vec<Row>, CallError> {
    for _ in 1..TRIES {
        match line.run(command.clone()).await {
            Err(CallError::Refused { refusal, .. }) if refusal.is_no_such_item() => {}
            answer => return answer.map(|answer| answer.rows.iter().map(row).collect()),
        }
    }
    Ok(line.run(command).await?.rows.iter().map(row).collect())
}
