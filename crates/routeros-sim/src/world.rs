//! The customers: they dial in, use their line, hang up, and dial again when somebody cuts them off.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use tokio::sync::watch;

use crate::{
    address, dial, duration, log,
    rate::{Pair, RateLimit},
    refused::Refused,
    router::Router,
    schema,
    table::{Origin, Row, Value},
    traffic::Traffic,
};

/// How a customer comes online.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "control", derive(serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Service {
    /// Over `PPPoE`, by `/ppp/secret`.
    Pppoe,
    /// Over the hotspot, by `/ip/hotspot/user`.
    Hotspot,
}

/// Equipment that was cut off and will dial again in a moment.
#[derive(Clone, Debug)]
pub(crate) struct Redial {
    pub(crate) service: Service,
    pub(crate) user: Vec<u8>,
}

/// One customer online. What was agreed at dialling in holds until the end.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) service: Service,
    pub(crate) user: Vec<u8>,
    pub(crate) started: Duration,
    /// How long it may last. Zero is for ever.
    pub(crate) time_limit: Option<Duration>,
    pub(crate) address: u32,
    pub(crate) mac: String,
    /// What it brought into the menus, to be taken away with it.
    rows: Vec<(&'static str, u32)>,
    traffic: Traffic,
}

/// Everybody online, and the addresses they hold.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    all: BTreeMap<u32, Session>,
    next: u32,
    /// Who must go, and when.
    ends: BTreeSet<(Duration, u32)>,
    next_end: watch::Sender<Option<Duration>>,
    pub(crate) leases: dial::Leases,
}

/// Why a session ends, in the words of `/ppp/secret`.
#[derive(Clone, Copy)]
pub(crate) enum Reason {
    PeerRequest,
    NasRequest,
    Reboot,
    /// Not captured; spelt like the others.
    SessionTimeout,
}

impl Session {
    /// A session that begins at `started`.
    pub(crate) fn new(router: &Router, who: (Service, &[u8]), started: Duration, limit: Option<&RateLimit>) -> Self {
        let seed = dial::seed_of(router.seed, who.1);
        Self {
            service: who.0,
            user: who.1.to_vec(),
            started,
            time_limit: None,
            address: 0,
            mac: dial::mac_of(seed),
            rows: Vec::new(),
            traffic: Traffic::new(seed, limit.map(|limit| limit.max)),
        }
    }

    pub(crate) fn online(&self, router: &Router) -> Duration {
        router.clock.now().saturating_sub(self.started)
    }

    /// How much of that was after a moment.
    pub(crate) fn online_since(&self, router: &Router, since: Duration) -> Duration {
        router.clock.now().saturating_sub(self.started.max(since))
    }

    /// What has been carried since a moment: since the beginning if that was later.
    pub(crate) fn bytes(&self, router: &Router, since: Duration) -> Pair {
        self.traffic.bytes(self.online(router)) - self.traffic.bytes(since.saturating_sub(self.started))
    }

    pub(crate) fn packets(&self, router: &Router, since: Duration) -> Pair {
        self.traffic.packets(self.online(router)) - self.traffic.packets(since.saturating_sub(self.started))
    }

    pub(crate) fn rate(&self, router: &Router) -> Pair {
        self.traffic.rate(self.online(router))
    }

    fn ends(&self) -> Option<Duration> {
        self.time_limit.filter(|limit| !limit.is_zero()).map(|limit| self.started.saturating_add(limit))
    }
}

impl Sessions {
    /// Takes a session in and gives its number.
    pub(crate) fn begin(&mut self, session: Session) -> u32 {
        self.next += 1;
        if let Some(end) = session.ends() {
            self.ends.insert((end, self.next));
            self.tell_next_end();
        }
        self.all.insert(self.next, session);
        self.next
    }

    fn take(&mut self, id: u32) -> Option<Session> {
        let session = self.all.remove(&id)?;
        if let Some(end) = session.ends() {
            self.ends.remove(&(end, id));
            self.tell_next_end();
        }
        Some(session)
    }

    /// When the next session has lasted as long as it may, by the router's clock.
    pub(crate) fn next_end(&self) -> watch::Receiver<Option<Duration>> {
        self.next_end.subscribe()
    }

    fn tell_next_end(&self) {
        let first = self.ends.first().map(|(end, _)| *end);
        self.next_end.send_if_modified(|now| std::mem::replace(now, first) != first);
    }

    fn is_over(&self, now: Duration) -> Option<u32> {
        self.ends.first().filter(|(end, _)| *end <= now).map(|(_, id)| *id)
    }

    /// Notes a row that goes when the session goes.
    pub(crate) fn attach(&mut self, id: u32, path: &'static str, row: u32) {
        if let Some(session) = self.all.get_mut(&id) {
            session.rows.push((path, row));
        }
    }

    pub(crate) fn get(&self, id: u32) -> Option<&Session> {
        self.all.get(&id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Session> {
        self.all.values()
    }

    pub(crate) fn count(&self) -> usize {
        self.all.len()
    }

    /// The number of the last session that began.
    pub(crate) fn last(&self) -> u32 {
        self.next
    }
}

/// A customer dials in now.
///
/// # Errors
/// The router does not let them.
pub(crate) fn dial_in(router: &mut Router, service: Service, user: &[u8]) -> Result<u32, Refused> {
    let now = router.clock.now();
    let dialled = dial_in_since(router, service, user, now);
    if service == Service::Pppoe {
        log::dialled(router, user, dialled.as_ref().ok());
    }
    dialled
}

/// The same for somebody who has been online since a moment in the past.
pub(crate) fn dial_in_since(
    router: &mut Router,
    service: Service,
    user: &[u8],
    since: Duration,
) -> Result<u32, Refused> {
    if router.is_down() {
        return Err(Refused::dial(user, "the router has no power"));
    }
    match service {
        Service::Pppoe => dial::pppoe(router, user, since),
        Service::Hotspot => dial::hotspot(router, user, since),
    }
}

/// A customer hangs up; how many sessions that ended.
pub(crate) fn hang_up(router: &mut Router, service: Service, user: &[u8]) -> usize {
    let menu = match service {
        Service::Pppoe => "/ppp/active",
        Service::Hotspot => "/ip/hotspot/active",
    };
    let active = router.table(menu);
    let origins = active.named(user).iter().filter_map(|id| Some(active.get(*id)?.origin));
    let ended: Vec<u32> = origins.filter_map(Origin::session).collect();
    for id in &ended {
        end(router, *id, Reason::PeerRequest);
    }
    ended.len()
}

/// One of the `PPPoE` sessions, the first from this number on, breaks: its equipment dials again.
pub(crate) fn drop_one(router: &mut Router, from: u32) {
    let sessions = &router.sessions.all;
    let one = sessions.range(from..).chain(sessions.range(..from)).find(|(_, one)| one.service == Service::Pppoe);
    if let Some(id) = one.map(|(id, _)| *id) {
        redial(router, id, Service::Pppoe);
        end(router, id, Reason::PeerRequest);
    }
}

/// Everybody is cut off. Who has `PPPoE` equipment at home dials again.
pub(crate) fn power_cut(router: &mut Router) {
    let everybody: Vec<u32> = router.sessions.all.keys().copied().collect();
    for id in everybody {
        redial(router, id, Service::Pppoe);
        end(router, id, Reason::Reboot);
    }
}

/// Somebody removed a row of `/ppp/active`: the equipment dials again.
pub(crate) fn kicked(router: &mut Router, row: &Row) {
    if let Origin::Session(id) = row.origin {
        redial(router, id, Service::Pppoe);
        end(router, id, Reason::NasRequest);
    }
}

/// Whose `session-timeout` has passed is cut off, and comes back as after any other end.
pub(crate) fn end_overdue(router: &mut Router) {
    let now = router.clock.now();
    while let Some(id) = router.sessions.is_over(now) {
        redial(router, id, Service::Pppoe);
        redial(router, id, Service::Hotspot);
        end(router, id, Reason::SessionTimeout);
    }
}

/// Somebody removed a row of `/ip/hotspot/active`: only a cookie brings the device back by itself.
pub(crate) fn logged_out(router: &mut Router, row: &Row) {
    if let Origin::Session(id) = row.origin {
        redial(router, id, Service::Hotspot);
        end(router, id, Reason::NasRequest);
    }
}

/// The device is still there and tries again. A hotspot device whose cookie is gone by now does not.
pub(crate) fn dial_again(router: &mut Router, Redial { service, user }: &Redial) {
    if *service == Service::Pppoe || has_cookie(router, user) {
        // Nobody to tell: a router that refuses says so in its log only.
        let _refused = dial_in(router, *service, user);
    }
}

fn has_cookie(router: &Router, user: &[u8]) -> bool {
    !router.table("/ip/hotspot/cookie").named(user).is_empty()
}

/// Equipment of this service dials again; a hotspot device only where its cookie is.
fn redial(router: &Router, id: u32, service: Service) {
    let may = |session: &&Session| service == Service::Pppoe || has_cookie(router, &session.user);
    if let Some(session) = router.sessions.get(id).filter(|session| session.service == service).filter(may) {
        let again = Redial { service, user: session.user.clone() };
        // Without a listener the simulator is being torn down.
        let _stopping = router.redials.send(again);
    }
}

/// Ends a session and takes every row it brought away. Ending is idempotent.
fn end(router: &mut Router, id: u32, reason: Reason) {
    let Some(session) = router.sessions.take(id) else {
        return;
    };
    router.sessions.leases.give_back(session.address);
    for (path, row) in &session.rows {
        router.remove(schema::menu(path).expect("a menu of the schema"), *row);
    }
    if session.service == Service::Pppoe {
        log::hung_up(router, &session);
        note_end(router, &session, reason);
    }
}

/// The secret remembers who called last and how it ended.
fn note_end(router: &mut Router, session: &Session, reason: Reason) {
    let Some((id, row)) = router.row_named("/ppp/secret", &session.user) else {
        return;
    };
    let mut row = row.clone();
    let reason = match reason {
        Reason::PeerRequest => "peer-request",
        Reason::NasRequest => "nas-request",
        Reason::Reboot => "reboot",
        Reason::SessionTimeout => "session-timeout",
    };
    let at = router.clock.unix(router.clock.now()).to_string();
    row.put("last-logged-out", Some(Value::Bytes(at.into_bytes())));
    row.put("last-caller-id", Some(Value::Bytes(session.mac.clone().into_bytes())));
    row.put("last-disconnect-reason", Some(Value::Bytes(reason.into())));
    router.replace(schema::menu("/ppp/secret").expect("a menu of the schema"), id, row);
}

/// A duration that a row stores, if any.
pub(crate) fn stored_duration(row: &Row, name: &str) -> Option<Duration> {
    duration::parse(row.bytes(name))
}

/// An address that a row stores, if any.
pub(crate) fn stored_address(row: &Row, name: &str) -> Option<u32> {
    address::parse_ip(row.bytes(name)).map(u32::from)
}
