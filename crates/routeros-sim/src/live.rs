//! Values that change by themselves, worked out when somebody looks.

#![expect(clippy::unnecessary_wraps, reason = "all have the shape of `schema::Live`")]

use std::time::Duration;

use crate::{
    address::parse_ranges,
    clock::{print_date, print_time},
    duration,
    rate::Pair,
    router::Router,
    table::{Origin, Row},
    world::Session,
};

const TOTAL_MEMORY: u64 = 1_073_741_824;

/// What a session has carried since a moment, or carries now.
type Count = fn(&Session, &Router, Duration) -> Pair;

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
    Some(digits(session(router, row)?.bytes(router, row.counted_since).up))
}

pub(crate) fn bytes_out(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(digits(session(router, row)?.bytes(router, row.counted_since).down))
}

pub(crate) fn packets_in(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(digits(session(router, row)?.packets(router, row.counted_since).up))
}

pub(crate) fn packets_out(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(digits(session(router, row)?.packets(router, row.counted_since).down))
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
    Some(queue_pair(router, row, rate))
}

pub(crate) fn queue_packet_rate(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(queue_pair(router, row, |session, router, _| packets_of(session.rate(router))))
}

pub(crate) fn user_uptime(router: &Router, row: &Row) -> Option<Vec<u8>> {
    let total = hotspot_sessions(router, row).map(|session| session.online_since(router, row.counted_since)).sum();
    Some(time_text(total))
}

pub(crate) fn user_bytes_in(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(digits(hotspot_sessions(router, row).map(|session| session.bytes(router, row.counted_since).up).sum()))
}

pub(crate) fn user_bytes_out(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(digits(hotspot_sessions(router, row).map(|session| session.bytes(router, row.counted_since).down).sum()))
}

pub(crate) fn user_packets_in(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(digits(hotspot_sessions(router, row).map(|session| session.packets(router, row.counted_since).up).sum()))
}

pub(crate) fn user_packets_out(router: &Router, row: &Row) -> Option<Vec<u8>> {
    Some(digits(hotspot_sessions(router, row).map(|session| session.packets(router, row.counted_since).down).sum()))
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

/// Boot loader and system are of one version.
pub(crate) fn firmware(router: &Router, _: &Row) -> Option<Vec<u8>> {
    Some(router.version.to_string().into_bytes())
}

pub(crate) fn cpu_load(router: &Router, _: &Row) -> Option<Vec<u8>> {
    Some(digits(cpu_percent(router)))
}

pub(crate) fn free_memory(router: &Router, _: &Row) -> Option<Vec<u8>> {
    Some(digits(free_bytes(router)))
}

/// The row of `/system/resource/monitor`.
pub(crate) fn load(router: &Router) -> Vec<(&'static str, Vec<u8>)> {
    vec![("cpu-used", digits(cpu_percent(router))), ("free-memory", digits(free_bytes(router)))]
}

/// A row of `/interface/monitor-traffic`.
pub(crate) fn traffic(router: &Router, row: &Row) -> Vec<(&'static str, Vec<u8>)> {
    let bits = interface_total(router, row, rate);
    let packets = packets_of(bits);
    vec![
        ("name", row.bytes("name").to_vec()),
        ("rx-packets-per-second", digits(packets.up)),
        ("rx-bits-per-second", digits(bits.up)),
        ("fp-rx-packets-per-second", digits(0)),
        ("fp-rx-bits-per-second", digits(0)),
        ("rx-drops-per-second", digits(0)),
        ("rx-errors-per-second", digits(0)),
        ("tx-packets-per-second", digits(packets.down)),
        ("tx-bits-per-second", digits(bits.down)),
        ("fp-tx-packets-per-second", digits(0)),
        ("fp-tx-bits-per-second", digits(0)),
        ("tx-drops-per-second", digits(0)),
        ("tx-queue-drops-per-second", digits(0)),
        ("tx-errors-per-second", digits(0)),
    ]
}

/// How many addresses a pool has.
pub(crate) fn pool_total(_: &Router, pool: &Row) -> Option<Vec<u8>> {
    Some(digits(ranges(pool).iter().map(|(first, last)| size(*first, *last)).sum()))
}

/// How many of them customers have now.
pub(crate) fn pool_used(router: &Router, pool: &Row) -> Option<Vec<u8>> {
    Some(digits(leased(router, pool)))
}

pub(crate) fn pool_available(router: &Router, pool: &Row) -> Option<Vec<u8>> {
    let total: u64 = ranges(pool).iter().map(|(first, last)| size(*first, *last)).sum();
    Some(digits(total.saturating_sub(leased(router, pool))))
}

pub(crate) fn time(router: &Router, _: &Row) -> Option<Vec<u8>> {
    Some(print_time(router.clock.unix(router.clock.now())).into_bytes())
}

pub(crate) fn date(router: &Router, _: &Row) -> Option<Vec<u8>> {
    Some(print_date(router.clock.unix(router.clock.now()), &router.version).into_bytes())
}

/// Zones that are named after their offset have one (with the sign turned, as their names have it). Of places it is not
/// known here, and the clock runs on as it is.
pub(crate) fn gmt_offset(_: &Router, clock: &Row) -> Option<Vec<u8>> {
    let zone = clock.text("time-zone-name").strip_prefix("Etc/GMT").unwrap_or_default();
    let west: i8 = zone.parse().unwrap_or(0);
    Some(format!("{}{:02}:00", if west > 0 { '-' } else { '+' }, west.unsigned_abs()).into_bytes())
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

fn rate(session: &Session, router: &Router, _: Duration) -> Pair {
    session.rate(router)
}

/// A customer's interface counts its session; ether1 carries them all; lo carries nothing.
fn interface_total(router: &Router, row: &Row, count: Count) -> Pair {
    if let Some(session) = session(router, row) {
        return count(session, router, row.counted_since);
    }
    let all = if row.text("type") == "ether" { router.sessions.iter() } else { return Pair { up: 0, down: 0 } };
    all.map(|session| count(session, router, row.counted_since))
        .fold(Pair { up: 0, down: 0 }, |sum, one| Pair { up: sum.up + one.up, down: sum.down + one.down })
}

fn queue_pair(router: &Router, row: &Row, count: Count) -> Vec<u8> {
    let pair =
        session(router, row).map_or(Pair { up: 0, down: 0 }, |session| count(session, router, row.counted_since));
    pair.to_string().into_bytes()
}

/// Packets are small on the way up and large on the way down.
fn packets_of(bits: Pair) -> Pair {
    Pair { up: bits.up / 960, down: bits.down / 10_400 }
}

fn ranges(pool: &Row) -> Vec<(u32, u32)> {
    parse_ranges(pool.bytes("ranges")).unwrap_or_default()
}

fn size(first: u32, last: u32) -> u64 {
    u64::from(last - first) + 1
}

fn leased(router: &Router, pool: &Row) -> u64 {
    let ranges = ranges(pool);
    let is_inside = |address: u32| ranges.iter().any(|(first, last)| (*first..=*last).contains(&address));
    u64::try_from(router.sessions.iter().filter(|session| is_inside(session.address)).count()).unwrap_or(u64::MAX)
}

fn cpu_percent(router: &Router) -> u64 {
    let wobble = (up(router).as_secs() / 2 + router.seed) * 7 % 11;
    let sessions = u64::try_from(router.sessions.count()).unwrap_or(0);
    (2 + wobble + sessions / 40).min(97)
}

fn free_bytes(router: &Router) -> u64 {
    let sessions = u64::try_from(router.sessions.count()).unwrap_or(0);
    let used = 268_435_456 + sessions * 24_576 + up(router).as_secs() % 60 * 4_096;
    TOTAL_MEMORY.saturating_sub(used)
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
