//! `/user`: who may sign in to the router, with which rights, and who is signed in.

use super::{
    Access, COMMENT, DISABLED, Kept, Kind, Menu, Property, Unique, duration, live, one_of, read_only, reference, shown,
    text,
};
use crate::{live, router};

pub(super) const USER: Menu = Menu {
    flags: &["show-sensitive"],
    unique: Some(Unique { keys: &["name"], text: "failure: user with the same name already exists" }),
    ..Menu::table(
        "/user",
        &[
            text("name").required(),
            shown("password").access(Access::Hidden),
            reference("group", "/user/group", &[]).required(),
            shown("address"),
            live("last-logged-in", live::last_logged_in),
            duration("inactivity-timeout", &[]).or("10m").since(7, 16),
            one_of("inactivity-policy", &["lockscreen", "logout", "none"]).or("none").since(7, 16),
            read_only("expired").or("false"),
            DISABLED,
            COMMENT,
        ],
    )
};

pub(super) const GROUP: Menu = Menu {
    commands: &["add", "set", "remove", "comment"],
    // Neither text was captured.
    unique: Some(Unique { keys: &["name"], text: "failure: group with the same name already exists" }),
    keeps: Some(Kept { category: None, text: "failure: can not remove system group" }),
    ..Menu::table(
        "/user/group",
        &[text("name").required(), Property::new("policy", Kind::Policies).or(""), text("skin").or("default"), COMMENT],
    )
};

pub(super) const ACTIVE: Menu = Menu {
    commands: &["remove"],
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
        ],
    )
};
