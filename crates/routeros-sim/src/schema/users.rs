//! `/user`: who may sign in to the router, with which rights, and who is signed in.

use super::{
    Access, Kept, Kind, Menu, Property, Unique,
    command::{self, ADD, COMMENTED, FIND, FROM, READ, REMOVE, RESET, SET, SHOW_SENSITIVE, SWITCH, USER_ACTIVE},
    property::{ABOUT, COMMENT, DISABLED, duration, live, one_of, read_only, reference, shown, text},
};
use crate::{live, router};

pub(super) const USER: Menu = Menu {
    commands: &[READ, FIND, ADD, SET, REMOVE, RESET, SWITCH, COMMENTED, command::USER],
    flags: &[FROM, SHOW_SENSITIVE],
    unique: Some(Unique { keys: &["name"], text: "failure: user with the same name already exists" }),
    ..Menu::table(
        "/user",
        &[
            text("name").required(),
            shown("password").access(Access::Hidden),
            reference("group", "/user/group", &[]).required(),
            Property::new("address", Kind::Networks).or(""),
            live("last-logged-in", live::last_logged_in),
            duration("inactivity-timeout", &[]).or("10m").since(7, 16),
            one_of("inactivity-policy", &["lockscreen", "logout", "none"]).or("none").since(7, 16),
            read_only("expired").or("false"),
            DISABLED,
            COMMENT,
            ABOUT,
        ],
    )
};

pub(super) const GROUP: Menu = Menu {
    commands: &[READ, FIND, ADD, SET, REMOVE, RESET, COMMENTED],
    // Neither text was captured.
    unique: Some(Unique { keys: &["name"], text: "failure: group with the same name already exists" }),
    keeps: Some(Kept { category: None, text: "failure: can not remove system group" }),
    ..Menu::table(
        "/user/group",
        &[
            text("name").required(),
            Property::new("policy", Kind::Policies).or(""),
            one_of("skin", &["default"]).or("default"),
            COMMENT,
            ABOUT,
        ],
    )
};

pub(super) const ACTIVE: Menu = Menu {
    commands: &[READ, FIND, USER_ACTIVE],
    removed: Some(router::hang_up_line),
    ..Menu::table(
        "/user/active",
        &[
            read_only("when"),
            read_only("name"),
            read_only("address"),
            read_only("via"),
            read_only("group"),
            read_only("radius").or("false"),
            read_only("by-romon"),
            ABOUT,
        ],
    )
};
