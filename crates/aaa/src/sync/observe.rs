//! What a router holds: one print per menu, all in flight.

use domain::{
    customer::ServiceType,
    row::Row,
    sync::{Observed, Online},
};
use routeros::{
    CallError, Command, Connection, Lease, Print, RowId,
    menu::{HotspotActive, HotspotActiveProperty, Pool, PoolProperty, PppActive, PppActiveProperty},
    value::Text,
};
use tokio::try_join;

use crate::translate::{menus, row};

/// How often a list is asked for where rows vanish while the router prints it.
const TRIES: usize = 3;

/// Everything a plan needs of one service.
pub(crate) async fn observe(lease: &Lease, service: ServiceType) -> Result<Observed, CallError> {
    let menus = menus(service);
    let pools = Print::<Pool>::new().only(&[PoolProperty::Name]);
    let (profiles, accounts, online, pools) = try_join!(
        print_rows(lease, Command::print(menus.profiles)),
        print_rows(lease, Command::print(menus.accounts)),
        online(lease, service),
        list(lease, &pools),
    )?;
    let pools = pools.into_iter().filter_map(|pool| pool.name.map(Into::into)).collect();
    Ok(Observed { profiles, accounts, online, pools })
}

/// Who is online. `/ppp/active` lists every kind of tunnel; those of other services are left alone.
pub(crate) async fn online(lease: &Lease, service: ServiceType) -> Result<Vec<Online>, CallError> {
    let online = |(id, username): (RowId, Text)| Online { id: id.to_string(), username: username.into() };
    Ok(match service {
        ServiceType::Pppoe => {
            use PppActiveProperty::{Id, Name, Service};
            let rows = list(lease, &Print::<PppActive>::new().only(&[Id, Name, Service])).await?;
            let ours = rows.into_iter().filter(|row| row.service.as_deref() == Some("pppoe"));
            ours.filter_map(|row| row.id.zip(row.name)).map(online).collect()
        }
        ServiceType::Hotspot => {
            use HotspotActiveProperty::{Id, User};
            let rows = list(lease, &Print::<HotspotActive>::new().only(&[Id, User])).await?;
            rows.into_iter().filter_map(|row| row.id.zip(row.user)).map(online).collect()
        }
    })
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
