//! `/ip/hotspot`: servers, users, their profiles, who is online, who may come back by cookie.

use super::{
    Access, Kept, Kind, Menu, Property, Span, Unique,
    command::{
        self, ADD, Argument, COMMENTED, COUNTERS, FIND, FROM, HOTSPOT_ACTIVE, OID, READ, REMOVE, RESET, SET,
        SHOW_SENSITIVE, SWITCH, UNSET,
    },
    property::{
        ABOUT, COMMENT, DISABLED, QUEUE_TYPES, duration, flag, live, number, number_within, one_of, read_only,
        reference, shown, text,
    },
};
use crate::{live, world};

pub(super) const SERVER: Menu = Menu {
    commands: &[READ, FIND, ADD, SET, REMOVE, RESET, SWITCH, command::HOTSPOT],
    // Not captured; the wording of its neighbours.
    unique: Some(Unique { keys: &["name"], text: "failure: already have such name" }),
    ..Menu::table(
        "/ip/hotspot",
        &[
            text("name").required(),
            reference("interface", "/interface", &[]).required(),
            reference("address-pool", "/ip/pool", &["none"]).unless("none"),
            one_of("profile", &["default"]).or("default"),
            duration("idle-timeout", &["none"]).or("5m"),
            duration("keepalive-timeout", &["none"]).or("none"),
            duration("login-timeout", &["none"]).or("none"),
            number_within("addresses-per-mac", 1, 65_535, &["unlimited"]).or("2"),
            read_only("proxy-status").or("running"),
            read_only("invalid").or("false"),
            read_only("HTTPS").or("false"),
            read_only("ip-of-dns-name"),
            DISABLED,
            ABOUT,
        ],
    )
};

pub(super) const USER: Menu = Menu {
    commands: &[READ, FIND, ADD, SET, REMOVE, RESET, SWITCH, COMMENTED, COUNTERS],
    flags: &[FROM, SHOW_SENSITIVE, Argument::new("bytes"), Argument::new("packets")],
    unique: Some(Unique {
        keys: &["name", "server"],
        text: "failure: already have user with this name for this server",
    }),
    // Not captured.
    keeps: Some(Kept { category: Some(1), text: "can not remove default user" }),
    ..Menu::table(
        "/ip/hotspot/user",
        &[
            reference("server", "/ip/hotspot", &["all"]).unless("all"),
            text("name").required(),
            shown("password").access(Access::Sensitive),
            // 7.21 brought it under the first name; a patch renamed it.
            text("totp-secret").access(Access::Sensitive).in_versions(Span::since(7, 21).before_patch(7, 21, 3)),
            text("otp-secret").access(Access::Sensitive).in_versions(Span::since_patch(7, 21, 3)),
            Property::new("address", Kind::OptionalIp),
            Property::new("mac-address", Kind::Mac),
            reference("profile", "/ip/hotspot/user/profile", &[]).or("default"),
            text("routes"),
            text("email"),
            duration("limit-uptime", &[]),
            number("limit-bytes-in"),
            number("limit-bytes-out"),
            number("limit-bytes-total"),
            live("uptime", live::user_uptime),
            live("bytes-in", live::user_bytes_in),
            live("bytes-out", live::user_bytes_out),
            live("packets-in", live::user_packets_in),
            live("packets-out", live::user_packets_out),
            live("default", live::builtin_mark),
            live("dynamic", live::is_dynamic),
            DISABLED,
            COMMENT,
            ABOUT,
        ],
    )
};

pub(super) const USER_PROFILE: Menu = Menu {
    commands: &[READ, FIND, ADD, SET, UNSET, REMOVE, RESET],
    // Neither text was captured; they are those of `/ppp/profile`.
    unique: Some(Unique { keys: &["name"], text: "failure: profile with the same name already exists" }),
    keeps: Some(Kept { category: Some(1), text: "can not remove default profile" }),
    ..Menu::table(
        "/ip/hotspot/user/profile",
        &[
            text("name").required(),
            reference("address-pool", "/ip/pool", &["none"]).unless("none"),
            duration("session-timeout", &[]),
            duration("idle-timeout", &["none"]).or("none"),
            duration("keepalive-timeout", &["none"]).or("2m"),
            duration("status-autorefresh", &["none"]).or("1m"),
            number_within("shared-users", 1, 4_294_967_295, &["unlimited"]).or("1"),
            flag("add-mac-cookie", "yes"),
            duration("mac-cookie-timeout", &[]).or("3d"),
            Property::new("rate-limit", Kind::RateLimit),
            text("incoming-filter"),
            text("outgoing-filter"),
            text("incoming-packet-mark"),
            text("outgoing-packet-mark"),
            one_of("open-status-page", &["always", "http-login"]).or("always"),
            shown("address-list"),
            text("on-login"),
            text("on-logout"),
            reference("parent-queue", "/queue/simple", &["none"]),
            one_of("queue-type", QUEUE_TYPES),
            reference("insert-queue-before", "/queue/simple", &["bottom", "first"]),
            flag("transparent-proxy", "no"),
            flag("advertise", "no"),
            text("advertise-url"),
            Property::new("advertise-interval", Kind::Durations),
            duration("advertise-timeout", &["immediately", "never"]),
            live("default", live::builtin_mark),
            ABOUT,
        ],
    )
};

pub(super) const ACTIVE: Menu = Menu {
    commands: &[READ, FIND, REMOVE, HOTSPOT_ACTIVE],
    flags: &[FROM, OID, Argument::new("stats"), Argument::new("status")],
    removed: Some(world::logged_out),
    key: "user",
    ..Menu::table(
        "/ip/hotspot/active",
        &[
            read_only("server"),
            read_only("user"),
            read_only("domain"),
            read_only("address"),
            read_only("mac-address"),
            read_only("login-by"),
            live("uptime", live::uptime),
            live("idle-time", live::idle_time),
            live("session-time-left", live::session_time_left),
            read_only("idle-timeout"),
            read_only("keepalive-timeout"),
            live("bytes-in", live::bytes_in),
            live("bytes-out", live::bytes_out),
            live("packets-in", live::packets_in),
            live("packets-out", live::packets_out),
            read_only("limit-bytes-in"),
            read_only("limit-bytes-out"),
            read_only("limit-bytes-total"),
            read_only("radius").or("false"),
            read_only("blocked").or("false"),
            read_only("advertisement"),
            read_only("comment"),
            ABOUT,
        ],
    )
};

pub(super) const COOKIE: Menu = Menu {
    commands: &[READ, FIND, REMOVE],
    removed: Some(|_, _| ()),
    key: "user",
    ..Menu::table(
        "/ip/hotspot/cookie",
        &[
            read_only("user"),
            read_only("domain").or(""),
            live("expires-in", live::expires_in),
            read_only("mac-address"),
            read_only("mac-cookie").or("true"),
            ABOUT,
        ],
    )
};
