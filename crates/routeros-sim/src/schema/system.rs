//! `/system`: what the router is, what it is called, what time it has. And `/log`.

use super::{
    Access, Kind, Menu, Property,
    command::{self, Argument, FIND, LOAD, OID, ONLY_EXPORT, READ},
    property::{ABOUT, flag, live, read_only, text},
};
use crate::{clock, live};

pub(super) const RESOURCE: Menu = Menu {
    commands: &[READ, LOAD, ONLY_EXPORT],
    flags: &[OID],
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

pub(super) const ROUTERBOARD: Menu = Menu {
    commands: &[READ, ONLY_EXPORT],
    ..Menu::singleton(
        "/system/routerboard",
        &[
            read_only("routerboard").or("true"),
            read_only("model").or("RB5009UG+S+IN"),
            read_only("revision").or("r2"),
            read_only("serial-number").or("HEX09SIM00001"),
            read_only("firmware-type").or("70x0"),
            read_only("factory-firmware").or("7.8"),
            live("current-firmware", live::firmware),
            live("upgrade-firmware", live::firmware),
        ],
    )
};

pub(super) const IDENTITY: Menu =
    Menu { flags: &[OID], ..Menu::singleton("/system/identity", &[text("name").or("MikroTik")]) };

pub(super) const CLOCK: Menu = Menu {
    sound: Some(clock::is_a_moment),
    changed: Some(clock::set),
    ..Menu::singleton(
        "/system/clock",
        &[
            live("time", live::time).access(Access::Written),
            live("date", live::date).access(Access::Written),
            flag("time-zone-autodetect", "yes"),
            Property::new("time-zone-name", Kind::Zone).or("UTC"),
            live("gmt-offset", live::gmt_offset),
            read_only("dst-active").or("false"),
        ],
    )
};

pub(super) const LOG: Menu = Menu {
    commands: &[READ, FIND, command::LOG],
    flags: &[Argument::since("with-extra-info", 7, 17)],
    ..Menu::table(
        "/log",
        &[
            read_only("time"),
            read_only("buffer").or("memory"),
            read_only("topics"),
            read_only("message"),
            read_only("extra-info"),
            ABOUT,
        ],
    )
};
