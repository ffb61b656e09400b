//! `/interface/pppoe-server`: the lines that customers have dialled in on, and who answers when they dial.

use super::{
    Access, Kind, Menu, Property,
    command::{ADD, COMMENTED, FIND, MONITOR_ROW, READ, REMOVE, RESET, SET, SWITCH},
    property::{ABOUT, COMMENT, DISABLED, flag, live, number, number_within, read_only, reference, shown, text},
};
use crate::live;

pub(super) const INTERFACE: Menu = Menu {
    commands: &[READ, FIND, ADD, SET, REMOVE, RESET, SWITCH, COMMENTED, MONITOR_ROW],
    first_id: 0x8002_0DCC,
    ..Menu::table(
        "/interface/pppoe-server",
        &[
            text("name").required(),
            shown("service"),
            shown("user"),
            read_only("encoding"),
            reference("interface", "/interface", &[]).access(Access::ReadOnly),
            read_only("mtu"),
            read_only("mru"),
            read_only("remote-address"),
            read_only("vid"),
            live("uptime", live::uptime),
            live("dynamic", live::is_dynamic),
            live("running", live::is_dynamic),
            DISABLED,
            COMMENT,
            ABOUT,
        ],
    )
};

/// Not asked for by name when a customer dials: whoever dials is answered.
pub(super) const SERVER: Menu = Menu {
    key: "service-name",
    ..Menu::table(
        "/interface/pppoe-server/server",
        &[
            shown("service-name"),
            reference("interface", "/interface", &["<l2tp>"]).required(),
            number_within("max-mtu", 0, 65_535, &["auto"]).or("auto"),
            number_within("max-mru", 0, 65_535, &["auto"]).or("auto"),
            number_within("mrru", 0, 65_535, &["disabled"]).or("disabled"),
            Property::new("authentication", Kind::SomeOf(&["pap", "chap", "mschap1", "mschap2"]))
                .or("pap,chap,mschap1,mschap2"),
            number_within("keepalive-timeout", 0, 65_535, &["disabled"]).or("10"),
            flag("one-session-per-host", "no"),
            number_within("max-sessions", 0, 65_535, &["unlimited"]).or("unlimited"),
            number("pado-delay").or("0"),
            reference("default-profile", "/ppp/profile", &[]).or("default"),
            flag("accept-empty-service", "yes"),
            flag("accept-untagged", "yes").since(7, 20),
            shown("pppoe-over-vlan-range").since(7, 17),
            read_only("invalid").or("false"),
            flag("disabled", "yes"),
            COMMENT,
            ABOUT,
        ],
    )
};
