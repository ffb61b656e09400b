//! Active rows in our words, with the bytes and the limit that other menus know.

use std::collections::HashMap;

use domain::{
    account::Marker,
    customer::ServiceType,
    rate_limit::Rates,
    row::Row,
    session::{Session, is_random_mac, session_key},
    span::Span,
    timestamp::Timestamp,
    wire::RawRow,
};
use routeros::{
    CallError, Command, Connection, Print, Query,
    menu::{
        HotspotActive, HotspotActiveProperty, Interface, InterfaceProperty, PppoeServer, PppoeServerProperty,
        SimpleQueue, SimpleQueueProperty,
    },
    value::Pair,
};
use tokio::try_join;

use super::directory::Directory;
use crate::{
    sync::observe::{list, print_rows},
    translate::{menus, raw},
};

/// Which dynamic interface and which limit belong to whom.
#[derive(Debug, Default)]
pub(crate) struct Joins {
    /// The lines of a `PPPoE` user.
    lines: HashMap<String, Vec<Line>>,
    /// The limit of a dynamic queue, by its name.
    limits: HashMap<String, Rates>,
}

#[derive(Debug)]
struct Line {
    interface: String,
    mac: String,
}

/// Bytes of one session. What the router does not count is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bytes {
    pub(crate) down: Option<u64>,
    pub(crate) up: Option<u64>,
}

/// Bytes by interface (`PPPoE`) or by the `.id` of the active row (hotspot).
pub(crate) type Counters = HashMap<String, Bytes>;

/// What it takes to tell an active row in our words.
pub(crate) struct Teller<'a> {
    pub(crate) router_id: &'a str,
    pub(crate) known: &'a Directory,
    pub(crate) joins: &'a Joins,
    pub(crate) now: Timestamp,
}

/// Who is online by one service, with one print per menu, all in flight.
pub(super) async fn sessions(
    line: &Connection,
    service: ServiceType,
    router_id: &str,
    known: &Directory,
    now: Timestamp,
) -> Result<Vec<RawRow<Session>>, CallError> {
    let services = [service];
    let (active, joins, counters) = try_join!(active(line, service), joins(line, &services), counters(line, service))?;
    let teller = Teller { router_id, known, joins: &joins, now };
    let tell = |row: &Row| RawRow { netpilot: teller.session(service, row, &counters), row: raw(row) };
    Ok(active.iter().map(tell).collect())
}

/// The rows of the service's menu of sessions. `/ppp/active` lists every kind of tunnel; others are left out.
pub(crate) async fn active(line: &Connection, service: ServiceType) -> Result<Vec<Row>, CallError> {
    let rows = print_rows(line, Command::print(menus(service).active)).await?;
    Ok(rows.into_iter().filter(|row| is_session_of(row, service)).collect())
}

/// Whether a row of the service's menu of sessions is of that service.
pub(crate) fn is_session_of(row: &Row, service: ServiceType) -> bool {
    service == ServiceType::Hotspot || row.raw("service") == Some("pppoe")
}

/// Which interface and limit belong to whom, for these services.
pub(crate) async fn joins(line: &Connection, services: &[ServiceType]) -> Result<Joins, CallError> {
    let queues = {
        use SimpleQueueProperty::{Dynamic, MaxLimit, Name};
        Print::<SimpleQueue>::new().only(&[Name, MaxLimit]).matching(Query::is(Dynamic, "true"))
    };
    let lines = async {
        use PppoeServerProperty::{Name, RemoteAddress, User};
        if !services.contains(&ServiceType::Pppoe) {
            return Ok(Vec::new());
        }
        list(line, &Print::<PppoeServer>::new().only(&[Name, User, RemoteAddress])).await
    };
    let (queues, lines) = try_join!(list(line, &queues), lines)?;
    let limit = |queue: SimpleQueue| Some((queue.name?.into(), queue.max_limit?));
    let mut joins = Joins { limits: queues.into_iter().filter_map(limit).map(rates).collect(), ..Joins::default() };
    for PppoeServer { name, user, remote_address, .. } in lines {
        let line = Line { interface: name.unwrap_or_default().into(), mac: remote_address.unwrap_or_default().into() };
        joins.lines.entry(user.unwrap_or_default().into()).or_default().push(line);
    }
    Ok(joins)
}

/// What the sessions of a service carried. Of one that ended while the router printed nothing is known, which is true. The router's rx is what the customer sent; so is a hotspot's bytes-in.
pub(crate) async fn counters(line: &Connection, service: ServiceType) -> Result<Counters, CallError> {
    Ok(match service {
        ServiceType::Pppoe => {
            use InterfaceProperty::{Name, RxByte, TxByte, Type};
            let of_customers = Query::is(Type, "pppoe-in");
            let print = Print::<Interface>::new().only(&[Name, RxByte, TxByte]).matching(of_customers);
            let bytes = |row: Interface| Some((row.name?.into(), Bytes { down: row.tx_byte, up: row.rx_byte }));
            line.list(&print).await?.rows.into_iter().filter_map(bytes).collect()
        }
        ServiceType::Hotspot => {
            use HotspotActiveProperty::{BytesIn, BytesOut, Id};
            let print = Print::<HotspotActive>::new().only(&[Id, BytesIn, BytesOut]);
            let bytes =
                |row: HotspotActive| Some((row.id?.to_string(), Bytes { down: row.bytes_out, up: row.bytes_in }));
            line.list(&print).await?.rows.into_iter().filter_map(bytes).collect()
        }
    })
}

impl Teller<'_> {
    /// One session. Rates take two countings and are left out here.
    pub(crate) fn session(&self, service: ServiceType, row: &Row, counters: &Counters) -> Session {
        let Self { router_id, known, joins, now } = *self;
        let username = row.raw(menus(service).active_user).unwrap_or_default().to_owned();
        let mac = mac_of(row);
        let bytes = joins.counter_of(service, row).and_then(|key| counters.get(key)).copied().unwrap_or_default();
        let queue = match joins.interface_of(service, &username, mac) {
            Some(interface) => interface.to_owned(),
            None => format!("<{service}-{username}>"),
        };
        let limit = joins.limits.get(&queue).copied();
        let marker = row.raw("comment").and_then(Marker::read).map(|marker| marker.id.to_string());
        let uptime = row.raw("uptime").and_then(|uptime| uptime.parse::<Span>().ok()).unwrap_or_default().as_seconds();
        let mut session = Session {
            key: session_key(router_id, service, &row.id),
            service_type: service,
            customer_id: marker,
            customer_name: None,
            package: None,
            address: row.raw("address").map(str::to_owned),
            mac_address: (!mac.is_empty()).then(|| mac.to_owned()),
            started_at: now.earlier_by(uptime),
            uptime_seconds: uptime,
            bytes_down: bytes.down,
            bytes_up: bytes.up,
            rate_down_bps: None,
            rate_up_bps: None,
            rate_window_ms: None,
            rate_limit: limit.map(|limit| limit.to_string()),
            matches_package: None,
            random_mac: is_random_mac(mac),
            router_id: router_id.to_owned(),
            username,
        };
        known.tell(&mut session);
        session
    }
}

impl Joins {
    /// Under which key the bytes of an active row are counted, where that is known.
    pub(crate) fn counter_of<'a>(&'a self, service: ServiceType, row: &'a Row) -> Option<&'a str> {
        match service {
            ServiceType::Hotspot => Some(&row.id),
            ServiceType::Pppoe => {
                let username = row.raw(menus(service).active_user)?;
                self.interface_of(service, username, mac_of(row))
            }
        }
    }

    /// The interface of a `PPPoE` user. With two lines of one user the device's MAC address tells them apart; where it
    /// does not, neither is taken.
    fn interface_of(&self, service: ServiceType, username: &str, mac: &str) -> Option<&str> {
        if service == ServiceType::Hotspot {
            return None;
        }
        let line = match self.lines.get(username)?.as_slice() {
            [line] => line,
            lines => lines.iter().find(|line| line.mac == mac)?,
        };
        Some(&line.interface)
    }
}

fn mac_of(row: &Row) -> &str {
    row.raw("caller-id").or_else(|| row.raw("mac-address")).unwrap_or_default()
}

fn rates((queue, Pair { up, down }): (String, Pair)) -> (String, Rates) {
    (queue, Rates { down_bps: down, up_bps: up })
}
