//! `/log`: what happened on this router. The oldest lines go when there are a thousand, as RouterOS ships.

use std::{net::IpAddr, time::Duration};

use crate::{
    live,
    router::Router,
    rules::{self, Door},
    schema,
    table::Origin,
    world::Session,
};

const LINES: usize = 1_000;

/// Somebody signed in or out: `user admin logged in from 10.0.0.5 via api`.
pub(crate) fn account(router: &mut Router, user: &[u8], moved: &str, from: &[u8]) {
    let message = [b"user ", user, b" logged ", moved.as_bytes(), b" from ", from, b" via api"].concat();
    write(router, "system,info,account", &message);
}

/// Somebody tried to sign in and could not.
pub(crate) fn login_failure(router: &mut Router, user: &[u8], from: IpAddr) {
    let message = [b"login failure for user ", user, format!(" from {from} via api").as_bytes()].concat();
    write(router, "system,error,critical", &message);
}

/// A `PPPoE` customer got in, as the row of `/ppp/active` says, or did not. Captured of it: who failed.
pub(crate) fn dialled(router: &mut Router, user: &[u8], row: Option<&u32>) {
    let Some(row) = row.and_then(|row| router.table("/ppp/active").get(*row)) else {
        return write(router, "pppoe,ppp,error", &[user, b" authentication failed"].concat());
    };
    let message = [user, b" logged in, ", row.bytes("address"), b" from ", row.bytes("caller-id")].concat();
    write(router, "pppoe,ppp,info,account", &message);
}

/// A `PPPoE` customer's session ended: seconds, bytes and packets, each in and out.
pub(crate) fn hung_up(router: &mut Router, session: &Session) {
    let (bytes, packets) = (session.bytes(router, Duration::ZERO), session.packets(router, Duration::ZERO));
    let seconds = session.online(router).as_secs();
    let counts = format!(" logged out, {seconds} {} {} {} {}", bytes.up, bytes.down, packets.up, packets.down);
    let message = [&session.user, counts.as_bytes(), b" from ", session.mac.as_bytes()].concat();
    write(router, "pppoe,ppp,info,account", &message);
}

/// `/log/info` and its neighbours.
pub(crate) fn by_script(router: &mut Router, level: &str, message: &[u8]) {
    write(router, &format!("script,{level}"), message);
}

fn write(router: &mut Router, topics: &str, message: &[u8]) {
    let menu = schema::menu("/log").expect("a menu of the schema");
    let time = live::moment(router, router.clock.unix(router.clock.now()));
    let values: &rules::Arguments<'_> = &[("time", &time), ("topics", topics.as_bytes()), ("message", message)];
    let row = rules::new_row(router, menu, Origin::Builtin, Door::Inside, values).expect("good values");
    router.insert(menu, row);
    if router.table(menu.path).len() > LINES
        && let Some(oldest) = router.table(menu.path).first()
    {
        router.remove(menu, oldest);
    }
}
