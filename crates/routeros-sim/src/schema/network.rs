//! Interfaces, pools and the router's own services.

use super::{
    Kind, Menu, Property, Span, Unique,
    command::{
        ADD, Argument, COMMENTED, COUNTERS, FIND, FROM, OID, READ, REMOVE, RESET, SET, SWITCH, TRAFFIC,
        UNSET_BEFORE_7_17,
    },
    property::{ABOUT, COMMENT, DISABLED, flag, live, number_within, one_of, read_only, reference, text},
};
use crate::{live, welcome};

pub(super) const INTERFACE: Menu = Menu {
    commands: &[READ, FIND, SET, SWITCH, COMMENTED, COUNTERS, TRAFFIC],
    flags: &[FROM, OID, Argument::new("stats"), Argument::new("stats-detail")],
    first_id: 0x8002_0DCC,
    ..Menu::table(
        "/interface",
        &[
            text("name").required(),
            read_only("default-name"),
            read_only("type"),
            number_within("mtu", 0, 65_536, &["auto"]).or("auto"),
            read_only("actual-mtu"),
            number_within("l2mtu", 0, 65_536, &[]),
            read_only("mac-address"),
            live("last-link-up-time", live::link_up_time),
            read_only("link-downs").or("0"),
            live("rx-byte", live::interface_rx_byte),
            live("tx-byte", live::interface_tx_byte),
            live("rx-packet", live::interface_rx_packet),
            live("tx-packet", live::interface_tx_packet),
            read_only("rx-drop").or("0"),
            read_only("tx-drop").or("0"),
            read_only("tx-queue-drop").or("0"),
            read_only("rx-error").or("0"),
            read_only("tx-error").or("0"),
            live("dynamic", live::is_dynamic),
            read_only("running").or("true"),
            DISABLED,
            COMMENT,
        ],
    )
};

pub(super) const POOL: Menu = Menu {
    commands: &[READ, FIND, ADD, SET, REMOVE, RESET, COMMENTED],
    unique: Some(Unique { keys: &["name"], text: "failure: pool with such name exists" }),
    ..Menu::table(
        "/ip/pool",
        &[
            text("name").required(),
            Property::new("ranges", Kind::Ranges).required(),
            reference("next-pool", "/ip/pool", &["none"]),
            // Which version between 7.16.2 and 7.22.3 began to count is unknown.
            live("total", live::pool_total).since(7, 17),
            live("used", live::pool_used).since(7, 17),
            live("available", live::pool_available).since(7, 17),
            COMMENT,
            ABOUT,
        ],
    )
};

pub(super) const SERVICE: Menu = Menu {
    commands: &[READ, FIND, SET, RESET, SWITCH, UNSET_BEFORE_7_17],
    changed: Some(welcome::try_port),
    ..Menu::table(
        "/ip/service",
        &[
            read_only("name"),
            number_within("port", 1, 65_535, &[]),
            Property::new("address", Kind::Networks).or(""),
            Property::new("available-from", Kind::Networks).or("").since(7, 24),
            one_of("certificate", &["none"]),
            one_of("tls-version", &["any", "only-1.2"]),
            one_of("vrf", &["main"]).or("main").in_versions(Span::since(7, 0)),
            number_within("max-sessions", 1, 1000, &[]).or("20").since(7, 16),
            read_only("proto").or("tcp"),
            read_only("local"),
            read_only("remote"),
            read_only("connection"),
            read_only("container"),
            read_only("netns"),
            read_only("dynamic").or("false"),
            read_only("invalid").or("false"),
            flag("disabled", "no"),
            ABOUT,
        ],
    )
};
