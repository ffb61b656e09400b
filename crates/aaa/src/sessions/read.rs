//! Active rows in our words, with the bytes and the limit that other menus know.

use std::collections::HashMap;

use domain::{
    account::Marker,
    customer::ServiceType,
    rate_limit::{RateLimit, Rates},
    row::Row,
    session::{Session, is_random_mac},
    span::Span,
    timestamp::Timestamp,
    wire::RawRow,
};
use routeros::{CallError, Command, Lease, Menu};

use crate::{
    sync::KnownCustomers,
    translate::{menus, raw, row},
};

/// Everything that the sessions of one service are put together from.
struct Sources {
    active: Vec<Row>,
    /// Interface name and counters of a `PPPoE` user; rows of `/interface/pppoe-server` and `/interface`.
    lines: Vec<Row>,
    counters: HashMap<String, Row>,
    /// The limit of a dynamic queue, by its name.
    limits: HashMap<String, Rates>,
}

pub(super) async fn sessions(
    lease: &Lease,
    service: ServiceType,
    router_id: &str,
    known: &KnownCustomers,
    now: Timestamp,
) -> Result<Vec<RawRow<Session>>, CallError> {
    let sources = Sources::read(lease, service).await?;
    Ok(sources.active.iter().map(|row| sources.session(row, service, router_id, known, now)).collect())
}

impl Sources {
    /// One print per menu, all in flight.
    async fn read(lease: &Lease, service: ServiceType) -> Result<Self, CallError> {
        let queues = Command::print(Menu::SimpleQueue).only(&["name", "max-limit"]).matching("dynamic", "true");
        let mut commands = vec![Command::print(menus(service).active), queues];
        if service == ServiceType::Pppoe {
            commands.push(Command::print(Menu::PppoeServer).only(&["name", "user", "remote-address"]));
            let counters = Command::print(Menu::Interface).only(&["name", "rx-byte", "tx-byte"]);
            commands.push(counters.matching("type", "pppoe-in"));
        }
        let mut answers = lease.run_all(commands).await.into_iter();
        let mut next = || match answers.next() {
            Some(answer) => answer.map(|answer| answer.rows.iter().map(row).collect::<Vec<_>>()),
            None => Ok(Vec::new()),
        };
        let (active, queues, lines, counters) = (next()?, next()?, next()?, next()?);
        let is_ours = |row: &Row| service == ServiceType::Hotspot || row.raw("service") == Some("pppoe");
        Ok(Self {
            active: active.into_iter().filter(is_ours).collect(),
            limits: queues.iter().filter_map(limit).collect(),
            lines,
            counters: counters.into_iter().filter_map(|row| Some((row.raw("name")?.to_owned(), row))).collect(),
        })
    }

    fn session(
        &self,
        row: &Row,
        service: ServiceType,
        router_id: &str,
        known: &KnownCustomers,
        now: Timestamp,
    ) -> RawRow<Session> {
        let username = row.raw(menus(service).active_user).unwrap_or_default().to_owned();
        let mac = row.raw("caller-id").or_else(|| row.raw("mac-address")).unwrap_or_default();
        let line = self.line_of(&username, mac);
        let (bytes_down, bytes_up) = self.bytes(row, service, line);
        let queue = line.map_or_else(|| format!("<{service}-{username}>"), str::to_owned);
        let limit = self.limits.get(&queue).copied();
        let marker = row.raw("comment").and_then(Marker::read).map(|marker| marker.id.to_string());
        let customer = known.find(marker.as_deref(), service, &username);
        let uptime = row.raw("uptime").and_then(|uptime| uptime.parse::<Span>().ok()).unwrap_or_default().as_seconds();
        let sold = customer.and_then(|customer| known.rates_of(&customer.package));
        let netpilot = Session {
            key: format!("{router_id}/{service}/{}", row.id),
            service_type: service,
            customer_id: marker.or_else(|| customer.map(|customer| customer.id.clone())),
            customer_name: customer.map(|customer| customer.name.clone()),
            package: customer.map(|customer| customer.package.clone()),
            started_at: now.earlier_by(uptime),
            uptime_seconds: uptime,
            bytes_down,
            bytes_up,
            rate_limit: limit.map(|limit| limit.to_string()),
            matches_package: limit.zip(sold).map(|(limit, sold)| limit == sold),
            random_mac: is_random_mac(mac),
            router_id: router_id.to_owned(),
            username,
        };
        RawRow { netpilot, row: raw(row) }
    }

    /// The interface of a `PPPoE` user. With two lines of one user the device's MAC address tells them apart; where it
    /// does not, neither is taken.
    fn line_of(&self, username: &str, mac: &str) -> Option<&str> {
        let theirs: Vec<&Row> = self.lines.iter().filter(|row| row.raw("user") == Some(username)).collect();
        let line = match theirs.as_slice() {
            [line] => line,
            lines => lines.iter().find(|row| row.raw("remote-address") == Some(mac))?,
        };
        line.raw("name")
    }

    /// Download and upload. The router's rx is what the customer sent; so is a hotspot's bytes-in.
    fn bytes(&self, row: &Row, service: ServiceType, line: Option<&str>) -> (Option<u64>, Option<u64>) {
        let (row, down, up) = match service {
            ServiceType::Hotspot => (Some(row), "bytes-out", "bytes-in"),
            ServiceType::Pppoe => (line.and_then(|line| self.counters.get(line)), "tx-byte", "rx-byte"),
        };
        let count = |name: &str| row?.raw(name)?.parse().ok();
        (count(down), count(up))
    }
}

/// Queues hold plain numbers: `5120000/10240000`.
fn limit(row: &Row) -> Option<(String, Rates)> {
    let limit: RateLimit = row.raw("max-limit")?.parse().ok()?;
    Some((row.raw("name")?.to_owned(), limit.rates))
}
