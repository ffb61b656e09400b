//! Values that change by themselves, worked out when somebody looks.

#![expect(clippy::unnecessary_wraps, reason = "all have the shape of `schema::Live`")]

use std::time::Duration;

use crate::{
    clock::{print_date, print_time},
    duration,
    rate::Pair,
    router::Router,
    table::{Origin, Row},
    world::Session,
};

const TOTAL_MEMORY: u64 = 1_073_741_824;

pub(crate) fn is_builtin(_: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(boolean(row.origin == Origin::Builtin))
}

/// Printed on the built-in row only.
pub(crate) fn builtin_mark(_: &Router, row: &Row) -> Option<Vec<u8>> {
    (row.origin == Origin::Builtin).then(|| boolean(true))
}

pub(crate) fn is_dynamic(_: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(boolean(matches!(row.origin, Origin::Session(_))))
}

pub(crate) fn uptime(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(time_text(session(router, row)?.online(router)))
}

pub(crate) fn idle_time(router: &Router, row: &Row) -> Option<Vec<u8>> {
    let seconds = session(router, row)?.online(router).as_secs() % 4;
    Some(time_text(Duration::from_secs(seconds)))
}

pub(crate) fn session_time_left(router: &Router, row: &Row) -> Option<Vec<u8>> {
    let session = session(router, row)?;
    let limit = session.time_limit.filter(|limit| !limit.is_zero())?;
    Some(time_text(limit.saturating_sub(session.online(router))))
}

pub(crate) fn expires_in(router: &Router, row: &Row) -> Option<Vec<u8>> {
    let until = Duration::from_secs(row.text("expires-in").parse().ok()?);
    Some(time_text(until.saturating_sub(router.clock.now())))
}

pub(crate) fn bytes_in(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(digits(session(router, row)?.bytes(router).up))
}

pub(crate) fn bytes_out(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(digits(session(router, row)?.bytes(router).down))
}

pub(crate) fn packets_in(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(digits(session(router, row)?.packets(router).up))
}

pub(crate) fn packets_out(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(digits(session(router, row)?.packets(router).down))
}

/// The router receives what the customer uploads.
pub(crate) fn interface_rx_byte(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(digits(interface_total(router, row, Session::bytes).up))
}

pub(crate) fn interface_tx_byte(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(digits(interface_total(router, row, Session::bytes).down))
}

pub(crate) fn interface_rx_packet(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(digits(interface_total(router, row, Session::packets).up))
}

pub(crate) fn interface_tx_packet(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(digits(interface_total(router, row, Session::packets).down))
}

pub(crate) fn link_up_time(router: &Router, row: &Row) -> Option<Vec<u8>> {
    let at = session(router, row).map_or(router.booted, |session| session.started);
    Some(moment(router, router.clock.unix(at)))
}

pub(crate) fn queue_bytes(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(queue_pair(router, row, Session::bytes))
}

pub(crate) fn queue_packets(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(queue_pair(router, row, Session::packets))
}

pub(crate) fn queue_rate(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(queue_pair(router, row, Session::rate))
}

pub(crate) fn queue_packet_rate(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(queue_pair(router, row, |session, router| {
        let Pair { up, down } = session.rate(router);
        Pair { up: up / 960, down: down / 10_400 }
    }))
}

pub(crate) fn user_uptime(router: &Router, row: &Row) -> Option<Vec<u8>> {
    let total = hotspot_sessions(router, row).map(|session| session.online(router)).sum();
    Some(time_text(total))
}

pub(crate) fn user_bytes_in(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(digits(hotspot_sessions(router, row).map(|session| session.bytes(router).up).sum()))
}

pub(crate) fn user_bytes_out(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(digits(hotspot_sessions(router, row).map(|session| session.bytes(router).down).sum()))
}

pub(crate) fn user_packets_in(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(digits(hotspot_sessions(router, row).map(|session| session.packets(router).up).sum()))
}

pub(crate) fn user_packets_out(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(digits(hotspot_sessions(router, row).map(|session| session.packets(router).down).sum()))
}

/// 1970 is never.
pub(crate) fn last_logged_out(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(moment(router, row.text("last-logged-out").parse().unwrap_or(0)))
}

/// Absent for who has never been there.
pub(crate) fn last_logged_in(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(moment(router, row.text("last-logged-in").parse().ok()?))
}

pub(crate) fn system_uptime(router: &Router, _: &Row) -> Option<Vec<u8>> {
    Some(time_text(up(router)))
}

pub(crate) fn version(router: &Router, _: &Row) -> Option<Vec<u8>> {
    Some(format!("{} (stable)", router.version).into_bytes())
}

pub(crate) fn cpu_load(router: &Router, _: &Row) -> Option<Vec<u8>> {
    let wobble = (up(router).as_secs() / 2 + router.seed) * 7 % 11;
    let sessions = u64::try_from(router.sessions.count()).unwrap_or(0);
    Some(digits((2 + wobble + sessions / 40).min(97)))
}

pub(crate) fn free_memory(router: &Router, _: &Row) -> Option<Vec<u8>> {
    let sessions = u64::try_from(router.sessions.count()).unwrap_or(0);
    let used = 268_435_456 + sessions * 24_576 + up(router).as_secs() % 60 * 4_096;
    Some(digits(TOTAL_MEMORY.saturating_sub(used)))
}

pub(crate) fn time(router: &Router, _: &Row) -> Option<Vec<u8>> {
    Some(print_time(router.clock.unix(router.clock.now())).into_bytes())
}

pub(crate) fn date(router: &Router, _: &Row) -> Option<Vec<u8>> {
    Some(print_date(router.clock.unix(router.clock.now()), &router.version).into_bytes())
}

/// Date and time, as the version spells them.
pub(crate) fn moment(router: &Router, unix: u64) -> Vec<u8> {
    format!("{} {}", print_date(unix, &router.version), print_time(unix)).into_bytes()
}

fn session<'a>(router: &'a Router, row: &Row) -> Option<&'a Session> {
    match row.origin {
        Origin::Session(id) => router.sessions.get(id),
        _ => None,
    }
}

fn hotspot_sessions<'a>(router: &'a Router, user: &Row) -> impl Iterator<Item = &'a Session> {
    let active = router.table("/ip/hotspot/active");
    let rows = active.named(user.bytes("name")).iter().filter_map(|id| active.get(*id));
    rows.filter_map(|row| session(router, row))
}

/// A customer's interface counts its session; ether1 carries them all; lo carries nothing.
fn interface_total(router: &Router, row: &Row, count: fn(&Session, &Router) -> Pair) -> Pair {
    if let Some(session) = session(router, row) {
        return count(session, router);
    }
    let all = if row.text("type") == "ether" { router.sessions.iter() } else { return Pair { up: 0, down: 0 } };
    all.map(|session| count(session, router))
        .fold(Pair { up: 0, down: 0 }, |sum, one| Pair { up: sum.up + one.up, down: sum.down + one.down })
}

fn queue_pair(router: &Router, row: &Row, count: fn(&Session, &Router) -> Pair) -> Vec<u8> {
    let pair = session(router, row).map_or(Pair { up: 0, down: 0 }, |session| count(session, router));
    pair.to_string().into_bytes()
}

fn up(router: &Router) -> Duration {
    router.clock.now().saturating_sub(router.booted)
}

fn time_text(duration: Duration) -> Vec<u8> {
    duration::print_seconds(duration).into_bytes()
}

fn digits(number: u64) -> Vec<u8> {
    number.to_string().into_bytes()
}

fn boolean(value: bool) -> Vec<u8> {
    value.to_string().into_bytes()
}
