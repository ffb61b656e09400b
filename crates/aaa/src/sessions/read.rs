//! Active rows in our words, with the bytes and the limit that other menus know.

use std::collections::HashMap;

use domain::{
    account::Marker,
    customer::ServiceType,
    rate_limit::{RateLimit, Rates},
    row::Row,
    session::{Session, is_random_mac, session_key},
    span::Span,
    timestamp::Timestamp,
    wire::RawRow,
};
use routeros::{CallError, Command, Connection, Menu};
use tokio::join;

use super::directory::Directory;
use crate::{
    sync::observe::print_rows,
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
    let (active, joins, counters) = join!(active(line, service), joins(line, &services), counters(line, service));
    let (active, joins, counters) = (active?, joins?, counters?);
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
    let queues = Command::print(Menu::SimpleQueue).only(&["name", "max-limit"]).matching("dynamic", "true");
    let lines = async {
        if !services.contains(&ServiceType::Pppoe) {
            return Ok(Vec::new());
        }
        print_rows(line, Command::print(Menu::PppoeServer).only(&["name", "user", "remote-address"])).await
    };
    let (queues, lines) = join!(print_rows(line, queues), lines);
    let mut joins = Joins { limits: queues?.iter().filter_map(limit).collect(), ..Joins::default() };
    for row in lines? {
        let text = |name| row.raw(name).unwrap_or_default().to_owned();
        joins
            .lines
            .entry(text("user"))
            .or_default()
            .push(Line { interface: text("name"), mac: text("remote-address") });
    }
    Ok(joins)
}

/// What the sessions of a service carried. The router's rx is what the customer sent; so is a hotspot's bytes-in.
pub(crate) async fn counters(line: &Connection, service: ServiceType) -> Result<Counters, CallError> {
    let (command, key, down, up) = match service {
        ServiceType::Pppoe => {
            let interfaces = Command::print(Menu::Interface).only(&["name", "rx-byte", "tx-byte"]);
            (interfaces.matching("type", "pppoe-in"), "name", "tx-byte", "rx-byte")
        }
        ServiceType::Hotspot => {
            let active = Command::print(Menu::HotspotActive).only(&[".id", "bytes-in", "bytes-out"]);
            (active, ".id", "bytes-out", "bytes-in")
        }
    };
    let answer = line.run(command).await?;
    let count = |text: Option<&str>| text.and_then(|text| text.parse().ok());
    let bytes = answer.rows.iter().filter_map(|row| {
        Some((row.get(key)?.to_owned(), Bytes { down: count(row.get(down)), up: count(row.get(up)) }))
    });
    Ok(bytes.collect())
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

/// Queues hold plain numbers: `5120000/10240000`.
fn limit(row: &Row) -> Option<(String, Rates)> {
    let limit: RateLimit = row.raw("max-limit")?.parse().ok()?;
    Some((row.raw("name")?.to_owned(), limit.rates))
}
