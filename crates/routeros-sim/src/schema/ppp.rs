//! `/ppp`: secrets, profiles, who is online.

use super::{
    Access, Kept, Kind, Menu, Property, Unique,
    command::{ADD, COMMENTED, FIND, FROM, READ, REMOVE, RESET, RESET_COMMENT, SET, SHOW_SENSITIVE, SWITCH, UNSET},
    property::{
        ABOUT, CHAINS, COMMENT, DISABLED, QUEUE_TYPES, YES_NO, YES_NO_REQUIRED, duration, flag, live, number,
        number_within, one_of, read_only, reference, shown, text,
    },
};
use crate::{live, world};

pub(super) const SECRET: Menu = Menu {
    commands: &[READ, FIND, ADD, SET, UNSET, REMOVE, RESET, SWITCH, COMMENTED],
    flags: &[FROM, SHOW_SENSITIVE],
    unique: Some(Unique { keys: &["name"], text: "failure: secret with the same name already exists" }),
    ..Menu::table(
        "/ppp/secret",
        &[
            text("name").required(),
            one_of("service", &["any", "async", "l2tp", "ovpn", "pppoe", "pptp", "sstp"]).or("any"),
            shown("caller-id"),
            shown("password").access(Access::Sensitive),
            reference("profile", "/ppp/profile", &[]).or("default"),
            Property::new("local-address", Kind::Ip { inner: "address" }),
            Property::new("remote-address", Kind::Ip { inner: "remote-address" }),
            Property::new("remote-ipv6-prefix", Kind::Ipv6Prefix),
            shown("routes"),
            shown("ipv6-routes"),
            number("limit-bytes-in").or("0"),
            number("limit-bytes-out").or("0"),
            live("last-logged-out", live::last_logged_out),
            read_only("last-caller-id").or(""),
            read_only("last-disconnect-reason").or(""),
            DISABLED,
            COMMENT,
            ABOUT,
        ],
    )
};

pub(super) const PROFILE: Menu = Menu {
    commands: &[READ, FIND, ADD, SET, UNSET, REMOVE, RESET, COMMENTED],
    unique: Some(Unique { keys: &["name"], text: "failure: profile with the same name already exists" }),
    // The category was not captured; a word stands before the message.
    keeps: Some(Kept { category: Some(1), text: "can not remove default profile" }),
    ..Menu::table(
        "/ppp/profile",
        &[
            text("name").required(),
            Property::new("local-address", Kind::IpOrPool),
            Property::new("remote-address", Kind::IpOrPool),
            reference("dhcpv6-pd-pool", "/ip/pool", &[]),
            duration("dhcpv6-lease-time", &[]).since(7, 20),
            flag("dhcpv6-use-radius", "no").since(7, 20),
            reference("remote-ipv6-prefix-pool", "/ip/pool", &["none"]),
            flag("remote-ipv6-prefix-reuse", "no").since(7, 20),
            reference("bridge", "/interface", &[]),
            number("bridge-horizon"),
            one_of("bridge-learning", YES_NO).or("default"),
            number("bridge-path-cost"),
            number("bridge-port-priority"),
            flag("bridge-port-trusted", "no").since(7, 17),
            number_within("bridge-port-vid", 1, 4094, &[]).since(7, 17),
            duration("session-timeout", &[]),
            duration("idle-timeout", &[]),
            one_of("use-mpls", YES_NO_REQUIRED).or("default"),
            one_of("use-compression", YES_NO).or("default"),
            one_of("use-encryption", YES_NO_REQUIRED).or("default"),
            one_of("use-ipv6", YES_NO_REQUIRED).or("yes"),
            one_of("only-one", YES_NO).or("default"),
            one_of("change-tcp-mss", YES_NO).or("default"),
            one_of("use-upnp", YES_NO).or("default"),
            Property::new("rate-limit", Kind::RateLimit),
            shown("address-list"),
            one_of("interface-list", &["all", "dynamic", "none", "static"]),
            one_of("incoming-filter", CHAINS),
            one_of("outgoing-filter", CHAINS),
            reference("insert-queue-before", "/queue/simple", &["bottom", "first"]),
            reference("parent-queue", "/queue/simple", &["none"]),
            one_of("queue-type", QUEUE_TYPES),
            Property::new("dns-server", Kind::Ips),
            Property::new("wins-server", Kind::Ips),
            shown("on-up"),
            shown("on-down"),
            live("default", live::is_builtin),
            COMMENT,
            ABOUT,
        ],
    )
};

pub(super) const ACTIVE: Menu = Menu {
    commands: &[READ, FIND, REMOVE, RESET_COMMENT],
    removed: Some(world::kicked),
    first_id: 0x8000_001F,
    ..Menu::table(
        "/ppp/active",
        &[
            read_only("name"),
            read_only("service"),
            read_only("caller-id"),
            read_only("address"),
            live("uptime", live::uptime),
            read_only("encoding").or(""),
            read_only("session-id"),
            read_only("limit-bytes-in").or("0"),
            read_only("limit-bytes-out").or("0"),
            read_only("radius").or("false"),
            read_only("comment"),
            ABOUT,
        ],
    )
};

pub(super) const AAA: Menu = Menu::singleton(
    "/ppp/aaa",
    &[
        flag("use-radius", "no"),
        flag("accounting", "yes"),
        duration("interim-update", &[]).or("0s"),
        flag("use-circuit-id-in-nas-port-id", "no"),
        flag("enable-ipv6-accounting", "no").since(7, 15),
    ],
);
