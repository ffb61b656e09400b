//! Interfaces, pools, simple queues and the router's own services.

use super::{
    COMMENT, DISABLED, Kind, Menu, Property, QUEUE_TYPES, Unique, duration, flag, live, number_within, one_of, pair,
    read_only, reference, shown, text,
};
use crate::live;

pub(super) const INTERFACE: Menu = Menu {
    commands: &["set", "enable", "disable", "comment"],
    flags: &["oid", "stats", "stats-detail"],
    first_id: 0x8002_0DCC,
    ..Menu::table(
        "/interface",
        &[
            text("name").required(),
            read_only("default-name"),
            read_only("type"),
            text("mtu").or("auto"),
            read_only("actual-mtu"),
            read_only("l2mtu"),
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

pub(super) const PPPOE_SERVER: Menu = Menu {
    first_id: 0x8002_0DCC,
    ..Menu::table(
        "/interface/pppoe-server",
        &[
            text("name").required(),
            shown("service"),
            shown("user"),
            read_only("encoding"),
            reference("interface", "/interface", &[]).access(super::Access::ReadOnly),
            read_only("mtu"),
            read_only("mru"),
            read_only("remote-address"),
            live("uptime", live::uptime),
            live("dynamic", live::is_dynamic),
            live("running", live::is_dynamic),
            DISABLED,
            COMMENT,
        ],
    )
};

pub(super) const POOL: Menu = Menu {
    commands: &["add", "set", "remove", "comment"],
    unique: Some(Unique { keys: &["name"], text: "failure: pool with such name exists" }),
    ..Menu::table(
        "/ip/pool",
        &[
            text("name").required(),
            Property::new("ranges", Kind::Ranges).required(),
            reference("next-pool", "/ip/pool", &["none"]),
            COMMENT,
        ],
    )
};

pub(super) const QUEUE: Menu = Menu {
    commands: &["add", "set", "unset", "remove", "enable", "disable", "comment"],
    flags: &["bytes", "oid", "packets", "rate", "stats"],
    unique: Some(Unique { keys: &["name"], text: "failure: already have such name" }),
    ..Menu::table(
        "/queue/simple",
        &[
            text("name").required(),
            shown("target"),
            text("dst"),
            reference("parent", "/queue/simple", &["none"]).or("none"),
            shown("packet-marks"),
            text("priority").or("8/8"),
            text("queue").or("default-small/default-small"),
            rates("limit-at"),
            rates("max-limit"),
            rates("burst-limit"),
            rates("burst-threshold"),
            text("burst-time").or("0s/0s"),
            text("bucket-size").or("0.1/0.1"),
            text("time"),
            text("total-priority"),
            one_of("total-queue", QUEUE_TYPES),
            text("total-limit-at"),
            text("total-max-limit"),
            text("total-burst-limit"),
            text("total-burst-threshold"),
            duration("total-burst-time", &[]),
            text("total-bucket-size"),
            live("bytes", live::queue_bytes),
            live("packets", live::queue_packets),
            pair("dropped"),
            live("rate", live::queue_rate),
            live("packet-rate", live::queue_packet_rate),
            pair("queued-packets"),
            pair("queued-bytes"),
            read_only("invalid").or("false"),
            live("dynamic", live::is_dynamic),
            DISABLED,
            COMMENT,
        ],
    )
};

pub(super) const SERVICE: Menu = Menu {
    commands: &["set", "enable", "disable"],
    ..Menu::table(
        "/ip/service",
        &[
            read_only("name"),
            number_within("port", 1, 65_535, &[]),
            shown("address"),
            text("certificate"),
            one_of("tls-version", &["any", "only-1.2"]),
            text("vrf").or("main").since(7, 15),
            number_within("max-sessions", 1, 1000, &[]).or("20").since(7, 16),
            read_only("proto").or("tcp"),
            read_only("invalid").or("false"),
            flag("disabled", "no"),
        ],
    )
};

const fn rates(name: &'static str) -> Property {
    Property::new(name, Kind::Rates).or("0/0")
}
