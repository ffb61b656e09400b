//! Dialling in: who is let in, at which address, at which speed, and which rows it brings.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
    net::Ipv4Addr,
    time::Duration,
};

use crate::{
    address::parse_ranges,
    rate::{self, RateLimit},
    refused::Refused,
    router::Router,
    rules::{self, Arguments, Door},
    schema,
    table::{Origin, Row, Value},
    world::{Service, Session, stored_address, stored_duration},
};

/// Addresses in use, and where in each pool to look next.
#[derive(Debug, Default)]
pub(crate) struct Leases {
    used: HashSet<u32>,
    cursor: HashMap<Vec<u8>, u32>,
}

/// Where customers live whose profile names neither address nor pool.
const FALLBACK: &[u8] = b"10.64.0.2-10.127.255.254";
const COOKIE_LIFE: Duration = Duration::from_hours(3 * 24);

/// Lets a `PPPoE` customer in; the id of the row in `/ppp/active`.
pub(crate) fn pppoe(router: &mut Router, user: &[u8], since: Duration) -> Result<u32, Refused> {
    let refuse = |why| Err(Refused::dial(user, why));
    let Some((_, secret)) = router.row_named("/ppp/secret", user).map(|(id, row)| (id, row.clone())) else {
        return refuse("no such secret");
    };
    if secret.text("disabled") == "true" {
        return refuse("the secret is disabled");
    }
    if !matches!(secret.text("service"), "any" | "pppoe") {
        return refuse("the secret is for another service");
    }
    let profile = profile_of(router, &secret, "/ppp/profile");
    let others = router.table("/ppp/active").named(user).len();
    if profile.text("only-one") == "yes" && others > 0 {
        return refuse("already online, and only one session is allowed");
    }
    let limit = rate::parse_limit(profile.bytes("rate-limit"));
    let mut session = Session::new(router, (Service::Pppoe, user), since, limit.as_ref());
    if !secret.bytes("caller-id").is_empty() {
        secret.text("caller-id").clone_into(&mut session.mac);
    }
    session.time_limit = stored_duration(&profile, "session-timeout");
    session.address = address_for(router, &secret, &profile);
    Ok(PppoeRows { secret: &secret, limit: limit.as_ref(), others }.write(router, session))
}

/// Lets a hotspot customer in; the id of the row in `/ip/hotspot/active`.
pub(crate) fn hotspot(router: &mut Router, name: &[u8], since: Duration) -> Result<u32, Refused> {
    let refuse = |why| Err(Refused::dial(name, why));
    let Some((_, user)) = router.row_named("/ip/hotspot/user", name).map(|(id, row)| (id, row.clone())) else {
        return refuse("no such user");
    };
    if user.text("disabled") == "true" {
        return refuse("the user is disabled");
    }
    let profile = profile_of(router, &user, "/ip/hotspot/user/profile");
    let online = router.table("/ip/hotspot/active").named(name).len();
    if profile.text("shared-users").parse().is_ok_and(|allowed: usize| online >= allowed) {
        return refuse("no more sessions are allowed for user");
    }
    let limit = rate::parse_limit(profile.bytes("rate-limit"));
    let mut session = Session::new(router, (Service::Hotspot, name), since, limit.as_ref());
    if !user.bytes("mac-address").is_empty() {
        user.text("mac-address").clone_into(&mut session.mac);
    }
    session.time_limit = stored_duration(&profile, "session-timeout");
    session.address =
        stored_address(&user, "address").unwrap_or_else(|| router_lease(router, profile.get("address-pool")));
    Ok(write_hotspot(router, &user, &profile, limit.as_ref(), session))
}

/// A number of its own for every customer, the same in every run with the same seed.
pub(crate) fn seed_of(seed: u64, user: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    (seed, user).hash(&mut hasher);
    hasher.finish()
}

/// The equipment of a customer: an address as makers give them, neither multicast nor made up by the device.
pub(crate) fn mac_of(seed: u64) -> String {
    let [_, _, first, rest @ ..] = seed.to_be_bytes();
    let bytes: Vec<String> = [first & 0xFC].iter().chain(&rest).map(|byte| format!("{byte:02X}")).collect();
    bytes.join(":")
}

impl Leases {
    /// Frees an address.
    pub(crate) fn give_back(&mut self, address: u32) {
        self.used.remove(&address);
    }

    /// The next free address of these ranges; an address twice when there is none left.
    fn take(&mut self, ranges: &[u8]) -> u32 {
        let parsed = parse_ranges(ranges).unwrap_or_default();
        let size: u32 = parsed.iter().map(|(first, last)| last - first + 1).sum();
        let start = self.cursor.get(ranges).copied().unwrap_or(0);
        let offsets = (0..size).map(|step| start.wrapping_add(step) % size);
        let free =
            offsets.map(|offset| (offset, nth(&parsed, offset))).find(|(_, address)| !self.used.contains(address));
        let (offset, address) = free.unwrap_or((0, nth(&parsed, 0)));
        self.cursor.insert(ranges.to_vec(), offset + 1);
        self.used.insert(address);
        address
    }
}

struct PppoeRows<'a> {
    secret: &'a Row,
    limit: Option<&'a RateLimit>,
    others: usize,
}

impl PppoeRows<'_> {
    fn write(&self, router: &mut Router, session: Session) -> u32 {
        let (user, mac) = (session.user.clone(), session.mac.clone());
        let address = print_ip(session.address);
        let name = self.interface_name(&user);
        let id = router.sessions.begin(session);
        let comment = self.secret.bytes("comment");
        let number = format!("0x{:X}", 0x8110_0000_u32 + id);
        let mut active: Vec<(&str, &[u8])> = vec![
            ("name", &user),
            ("service", b"pppoe"),
            ("caller-id", mac.as_bytes()),
            ("address", address.as_bytes()),
            ("session-id", number.as_bytes()),
            ("limit-bytes-in", self.secret.bytes("limit-bytes-in")),
            ("limit-bytes-out", self.secret.bytes("limit-bytes-out")),
        ];
        if !comment.is_empty() {
            active.push(("comment", comment));
        }
        let row = write(router, "/ppp/active", id, &active);
        let interface: &Arguments<'_> =
            &[("name", &name), ("type", b"pppoe-in"), ("mtu", b"1480"), ("actual-mtu", b"1480")];
        write(router, "/interface", id, interface);
        let server: &Arguments<'_> = &[
            ("name", &name),
            ("user", &user),
            ("service", b"service1"),
            ("interface", b"ether1"),
            ("mtu", b"1480"),
            ("mru", b"1480"),
            ("remote-address", mac.as_bytes()),
        ];
        write(router, "/interface/pppoe-server", id, server);
        write_queue(router, id, &name, &name, self.limit);
        row
    }

    /// `<pppoe-ana>`; a second session of the same customer is `<pppoe-ana-1>`.
    fn interface_name(&self, user: &[u8]) -> Vec<u8> {
        let suffix = if self.others == 0 { String::new() } else { format!("-{}", self.others) };
        [b"<pppoe-", user, suffix.as_bytes(), b">"].concat()
    }
}

fn write_hotspot(router: &mut Router, user: &Row, profile: &Row, limit: Option<&RateLimit>, session: Session) -> u32 {
    let (name, mac) = (session.user.clone(), session.mac.clone());
    let address = print_ip(session.address);
    let id = router.sessions.begin(session);
    let is_first = router.table("/ip/hotspot/cookie").named(&name).is_empty();
    let mut active: Vec<(&str, &[u8])> = vec![
        ("server", b"hotspot1"),
        ("user", &name),
        ("address", address.as_bytes()),
        ("mac-address", mac.as_bytes()),
        ("login-by", if is_first { b"http-chap" } else { b"mac-cookie" }),
        ("keepalive-timeout", profile.bytes("keepalive-timeout")),
    ];
    let limits = ["limit-bytes-in", "limit-bytes-out", "limit-bytes-total", "comment"];
    active.extend(limits.into_iter().map(|name| (name, user.bytes(name))).filter(|(_, value)| !value.is_empty()));
    let row = write(router, "/ip/hotspot/active", id, &active);
    if profile.text("add-mac-cookie") == "true" && is_first {
        let life = stored_duration(profile, "mac-cookie-timeout").unwrap_or(COOKIE_LIFE);
        let until = (router.clock.now() + life).as_secs().to_string();
        let cookie: &Arguments<'_> =
            &[("user", &name), ("mac-address", mac.as_bytes()), ("expires-in", until.as_bytes())];
        // The cookie outlives the session, so it is not attached to it.
        insert(router, "/ip/hotspot/cookie", Origin::Session(id), cookie);
    }
    let target = format!("{address}/32");
    write_queue(router, id, &[b"<hotspot-", name.as_slice(), b">"].concat(), target.as_bytes(), limit);
    row
}

/// The queue that holds a customer to the profile's speed. Without a rate limit there is none.
fn write_queue(router: &mut Router, id: u32, name: &[u8], target: &[u8], limit: Option<&RateLimit>) {
    let Some(limit) = limit else {
        return;
    };
    let max = limit.max.to_string();
    let (min, burst, threshold) = (limit.min.to_string(), limit.burst.to_string(), limit.threshold.to_string());
    let burst_time = format!("{}s/{}s", limit.burst_time.up, limit.burst_time.down);
    let priority = format!("{0}/{0}", limit.priority);
    let queue: &Arguments<'_> = &[
        ("name", name),
        ("target", target),
        ("max-limit", max.as_bytes()),
        ("limit-at", min.as_bytes()),
        ("burst-limit", burst.as_bytes()),
        ("burst-threshold", threshold.as_bytes()),
        ("burst-time", burst_time.as_bytes()),
        ("priority", priority.as_bytes()),
    ];
    write(router, "/queue/simple", id, queue);
}

/// Writes a row that goes when the session goes.
fn write(router: &mut Router, path: &'static str, session: u32, arguments: &Arguments<'_>) -> u32 {
    let row = insert(router, path, Origin::Session(session), arguments);
    router.sessions.attach(session, path, row);
    row
}

fn insert(router: &mut Router, path: &'static str, origin: Origin, arguments: &Arguments<'_>) -> u32 {
    let menu = schema::menu(path).expect("a menu of the schema");
    let row = rules::new_row(router, menu, origin, Door::Inside, arguments).expect("the simulator writes good rows");
    router.insert(menu, row)
}

/// The profile a secret or user names. What a router does about one that is gone is unknown: none applies here.
fn profile_of(router: &Router, row: &Row, menu: &'static str) -> Row {
    let named = match row.get("profile") {
        Some(Value::Row(id)) => router.table(menu).get(*id).cloned(),
        _ => None,
    };
    named.unwrap_or_else(|| Row::new(Origin::Builtin))
}

/// A single address beats a pool; the secret beats the profile.
fn address_for(router: &mut Router, secret: &Row, profile: &Row) -> u32 {
    let fixed = stored_address(secret, "remote-address").or_else(|| stored_address(profile, "remote-address"));
    fixed.unwrap_or_else(|| router_lease(router, profile.get("remote-address")))
}

fn router_lease(router: &mut Router, pool: Option<&Value>) -> u32 {
    let ranges = match pool {
        Some(Value::Row(id)) => router.table("/ip/pool").get(*id).map(|pool| pool.bytes("ranges").to_vec()),
        _ => None,
    };
    router.sessions.leases.take(&ranges.unwrap_or_else(|| FALLBACK.to_vec()))
}

fn nth(ranges: &[(u32, u32)], mut offset: u32) -> u32 {
    for (first, last) in ranges {
        let size = last - first + 1;
        if offset < size {
            return first + offset;
        }
        offset -= size;
    }
    0
}

fn print_ip(address: u32) -> String {
    Ipv4Addr::from(address).to_string()
}
