//! `/system`: what the router is, what it is called, what time it has.

use super::{Menu, live, read_only, text};
use crate::live;

pub(super) const RESOURCE: Menu = Menu {
    commands: &[],
    flags: &["oid"],
    ..Menu::singleton(
        "/system/resource",
        &[
            live("uptime", live::system_uptime),
            live("version", live::version),
            read_only("build-time").or("2026-05-08 12:00:00"),
            read_only("factory-software").or("7.8"),
            live("free-memory", live::free_memory),
            read_only("total-memory").or("1073741824"),
            read_only("cpu").or("ARM64"),
            read_only("cpu-count").or("4"),
            read_only("cpu-frequency").or("1400"),
            live("cpu-load", live::cpu_load),
            read_only("free-hdd-space").or("993787904"),
            read_only("total-hdd-space").or("1073741824"),
            read_only("write-sect-since-reboot").or("2814"),
            read_only("write-sect-total").or("184302"),
            read_only("bad-blocks").or("0"),
            read_only("architecture-name").or("arm64"),
            read_only("board-name").or("RB5009UG+S+"),
            read_only("platform").or("MikroTik"),
        ],
    )
};

pub(super) const IDENTITY: Menu =
    Menu { flags: &["oid"], ..Menu::singleton("/system/identity", &[text("name").or("MikroTik")]) };

pub(super) const CLOCK: Menu = Menu::singleton(
    "/system/clock",
    &[
        live("time", live::time),
        live("date", live::date),
        super::flag("time-zone-autodetect", "yes"),
        text("time-zone-name").or("UTC"),
        read_only("gmt-offset").or("+00:00"),
        read_only("dst-active").or("false"),
    ],
);
