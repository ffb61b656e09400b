//! Who is let onto the API at all: before a word is said, and at signing in.

use std::net::{IpAddr, SocketAddr, TcpListener};

use crate::{address, refused::Refused, router::Router, table::Row};

/// What the router does with a new line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Welcome {
    Served,
    /// The peer is not in the `address` list of `/ip/service`. A router drops the packets, so that connecting itself
    /// hangs; here the line is accepted, and nothing is ever said on it.
    Swallowed,
    /// All sessions are taken.
    Full(Full),
    /// The API is off.
    Refused,
}

/// What a line over `max-sessions` of `/ip/service` sees. Real routers were not probed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[cfg_attr(feature = "control", derive(serde::Deserialize, clap::ValueEnum), serde(rename_all = "kebab-case"))]
pub enum Full {
    /// It is closed at once.
    #[default]
    Close,
    /// It may sign in, and is closed with a `!fatal` then.
    Fatal,
}

/// The port that routers ship with. Here it stands for the one the simulator was told to listen on.
const SHIPPED_PORT: u16 = 8728;

/// The reason of that `!fatal`.
pub(crate) const NO_SESSION_LEFT: &str = "maximum number of sessions reached";

/// What becomes of a line from `peer`.
pub(crate) fn welcome(router: &Router, peer: IpAddr) -> Welcome {
    if !is_open(router) {
        return Welcome::Refused;
    }
    let Some(service) = service(router) else {
        return Welcome::Served;
    };
    if !address::is_in_list(service.bytes("address"), peer) {
        return Welcome::Swallowed;
    }
    match service.text("max-sessions").parse() {
        // The property came with 7.16.
        Ok(most) if router.version.since(7, 16) && router.lines() >= most => Welcome::Full(router.full),
        _ => Welcome::Served,
    }
}

/// Whether somebody listens on the port.
pub(crate) fn is_open(router: &Router) -> bool {
    let is_disabled = service(router).is_some_and(|service| service.text("disabled") == "true");
    !is_disabled && !router.troubles.refusing && !router.is_down()
}

/// Where the API listens, or will when it is on.
pub(crate) fn listens_at(router: &Router) -> SocketAddr {
    service(router).map_or(router.home, |service| named_in(router, service))
}

/// Somebody set a service: another port of the API is taken at once, so that nobody else can.
///
/// # Errors
/// Nobody can listen there.
pub(crate) fn try_port(router: &mut Router, row: &mut Row) -> Result<(), Refused> {
    let address = named_in(router, row);
    if row.text("name") != "api" || address == listens_at(router) {
        return Ok(());
    }
    let listener = TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    router.bound = Some(listener.map_err(|why| Refused::no_port(&why))?);
    Ok(())
}

fn named_in(router: &Router, service: &Row) -> SocketAddr {
    let port = service.text("port").parse().ok().filter(|port| *port != SHIPPED_PORT);
    port.map_or(router.home, |port| SocketAddr::new(router.home.ip(), port))
}

fn service(router: &Router) -> Option<&Row> {
    router.row_named("/ip/service", b"api").map(|(_, row)| row)
}
