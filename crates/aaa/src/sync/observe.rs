//! What a router holds: one print per menu, all in flight.

use domain::{
    customer::ServiceType,
    row::Row,
    sync::{Observed, Online},
};
use routeros::{CallError, Command, Connection, Lease, Menu};

use crate::translate::{menus, row};

/// Everything a plan needs of one service.
pub(crate) async fn observe(lease: &Lease, service: ServiceType) -> Result<Observed, CallError> {
    let menus = menus(service);
    let commands = vec![
        Command::print(menus.profiles),
        Command::print(menus.accounts),
        Command::print(menus.active).only(&[".id", menus.active_user, "service"]),
        Command::print(Menu::Pool).only(&["name"]),
    ];
    let mut answers = lease.run_all(commands).await.into_iter();
    let mut next = || match answers.next() {
        Some(answer) => answer.map(|answer| answer.rows.iter().map(row).collect::<Vec<_>>()),
        None => Ok(Vec::new()),
    };
    Ok(Observed {
        profiles: next()?,
        accounts: next()?,
        online: active(&next()?, service),
        pools: next()?.iter().filter_map(|row| row.raw("name").map(str::to_owned)).collect(),
    })
}

/// Who is online.
pub(crate) async fn online(lease: &Lease, service: ServiceType) -> Result<Vec<Online>, CallError> {
    let menus = menus(service);
    let command = Command::print(menus.active).only(&[".id", menus.active_user, "service"]);
    Ok(active(&print_rows(lease, command).await?, service))
}

/// The rows of one print.
pub(crate) async fn print_rows(line: &Connection, command: Command) -> Result<Vec<Row>, CallError> {
    Ok(line.run(command).await?.rows.iter().map(row).collect())
}

/// `/ppp/active` lists every kind of tunnel; those of other services are left alone.
fn active(rows: &[Row], service: ServiceType) -> Vec<Online> {
    let ours = rows.iter().filter(|row| service == ServiceType::Hotspot || row.raw("service") == Some("pppoe"));
    let online = ours.filter_map(|row| {
        Some(Online { id: row.id.clone(), username: row.raw(menus(service).active_user)?.to_owned() })
    });
    online.collect()
}
