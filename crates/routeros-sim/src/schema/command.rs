//! Commands as data: what each is called, what it does, and which arguments it takes in which versions.
//!
//! Where two of RouterOS's own listings disagree, the change is dated to the version after the last that lacks it.

use super::{Access, Menu, Property, Shape};
use crate::version::{Span, Version};

/// One command of a menu.
#[derive(Clone, Copy)]
pub(crate) struct Command {
    pub(crate) name: &'static str,
    pub(crate) does: Does,
    span: Span,
    /// Under which name it takes the rows it works on, beside `.id`.
    target: Option<&'static str>,
    /// Whether it takes everything in the menu that can be written.
    properties: bool,
    /// Whether it goes on by itself, and takes what says how.
    repeats: bool,
    arguments: &'static [Argument],
}

/// What a command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    Print,
    Listen,
    Get,
    Find,
    Add,
    Set,
    Unset,
    Remove,
    Enable,
    Disable,
    Comment,
    /// Rows get another place.
    Move,
    /// The counters of some rows begin again.
    ResetCounters,
    /// Those of all rows.
    ResetAllCounters,
    /// `/log/info` and its neighbours.
    Write,
    /// What interfaces carry now.
    Traffic,
    /// How busy the router is now.
    Load,
    /// How a customer's line is now.
    Session,
    /// A real router does something here. The simulator says that it does not.
    Nothing,
}

/// An argument that is no property of the menu.
#[derive(Clone, Copy)]
pub(crate) struct Argument {
    name: &'static str,
    span: Span,
}

impl Command {
    const fn new(name: &'static str, does: Does) -> Self {
        Self { name, does, span: Span::ALWAYS, target: None, properties: false, repeats: false, arguments: &[] }
    }

    const fn nothing(name: &'static str) -> Self {
        Self::new(name, Does::Nothing)
    }

    pub(super) const fn in_versions(self, span: Span) -> Self {
        Self { span, ..self }
    }

    const fn on(self, target: &'static str) -> Self {
        Self { target: Some(target), ..self }
    }

    const fn with_properties(self) -> Self {
        Self { properties: true, ..self }
    }

    const fn repeating(self) -> Self {
        Self { repeats: true, ..self }
    }

    pub(super) const fn with(self, arguments: &'static [Argument]) -> Self {
        Self { arguments, ..self }
    }

    /// Whether this version has the command.
    pub(crate) fn is_in(&self, version: &Version) -> bool {
        self.span.holds(version)
    }

    /// Whether the command takes an argument of this name.
    pub(crate) fn takes(&self, menu: &Menu, name: &str, version: &Version) -> bool {
        let Self { name: _, does, span: _, target, properties, repeats, arguments } = self;
        let is_print = matches!(does, Does::Print | Does::Listen);
        let is_target = menu.shape == Shape::Table && target.is_some_and(|target| name == target || name == ".id");
        let listed = |arguments: &[Argument]| arguments.iter().any(|argument| argument.is(name, version));
        is_target
            || listed(arguments)
            || is_print && (listed(PRINT) || menu.shape == Shape::Table && listed(PRINT_ROWS) || listed(menu.flags))
            || *repeats && listed(REPEAT)
            || *properties && menu.property(name, version).is_some_and(is_written)
    }
}

impl Argument {
    pub(super) const fn new(name: &'static str) -> Self {
        Self { name, span: Span::ALWAYS }
    }

    pub(super) const fn since(name: &'static str, major: u16, minor: u16) -> Self {
        Self { name, span: Span::since(major, minor) }
    }

    const fn before(name: &'static str, major: u16, minor: u16) -> Self {
        Self { name, span: Span::ALWAYS.before(major, minor) }
    }

    fn is(&self, name: &str, version: &Version) -> bool {
        self.name == name && self.span.holds(version)
    }
}

fn is_written(property: &Property) -> bool {
    property.access != Access::ReadOnly
}

const EXPORT: Command = Command::nothing("export").with(&[
    Argument::new("compact"),
    Argument::new("file"),
    Argument::new("hide-sensitive"),
    Argument::since("path", 7, 24),
    Argument::new("show-sensitive"),
    Argument::new("terse"),
    Argument::new("verbose"),
    Argument::since("where", 7, 10),
]);

const EDIT: Command = Command::nothing("edit").on("number").with(&[Argument::new("value-name")]);

/// What every menu can do: `getall` is print, `listen` is print that only follows.
pub(super) const READ: &[Command] = &[
    Command::new("print", Does::Print),
    Command::new("getall", Does::Print),
    Command::new("listen", Does::Listen),
    Command::new("get", Does::Get).on("number").with(&[
        Argument::since("as-string", 7, 10),
        Argument::since("as-string-value", 7, 10),
        Argument::new("value-name"),
    ]),
];

pub(super) const FIND: &[Command] = &[Command::new("find", Does::Find).with(&[Argument::new("where")])];

pub(super) const ADD: &[Command] =
    &[Command::new("add", Does::Add).with_properties().with(&[Argument::new("copy-from")])];

/// Rows in an order of their own: a new one may be put before another.
pub(super) const ADD_IN_ORDER: &[Command] = &[
    Command::new("add", Does::Add).with_properties().with(&[Argument::new("copy-from"), Argument::new("place-before")]),
    Command::new("move", Does::Move).on("numbers").with(&[Argument::new("destination")]),
];

pub(super) const REMOVE: &[Command] = &[Command::new("remove", Does::Remove).on("numbers")];

pub(super) const SET: &[Command] = &[Command::new("set", Does::Set).on("numbers").with_properties()];

/// What goes with rows that can be set.
pub(super) const RESET: &[Command] = &[Command::nothing("reset").on("numbers").with_properties(), EDIT, EXPORT];

pub(super) const RESET_SINGLE: &[Command] =
    &[Command::nothing("reset").with_properties().in_versions(Span::since(7, 17)), EDIT, EXPORT];

pub(super) const ONLY_EXPORT: &[Command] = &[EXPORT];

const UNSET_ROW: Command = Command::new("unset", Does::Unset).on("numbers").with(&[Argument::new("value-name")]);

pub(super) const UNSET: &[Command] = &[UNSET_ROW];

pub(super) const UNSET_BEFORE_7_17: &[Command] = &[UNSET_ROW.in_versions(Span::ALWAYS.before(7, 17))];

pub(super) const SWITCH: &[Command] =
    &[Command::new("enable", Does::Enable).on("numbers"), Command::new("disable", Does::Disable).on("numbers")];

const COMMENT_ON: Command = Command::new("comment", Does::Comment).on("numbers").with(&[Argument::new("comment")]);

pub(super) const COMMENTED: &[Command] = &[COMMENT_ON];

pub(super) const COUNTERS: &[Command] = &[Command::new("reset-counters", Does::ResetCounters).on("numbers")];

pub(super) const ALL_COUNTERS: &[Command] = &[Command::new("reset-counters-all", Does::ResetAllCounters)];

/// `/ppp/active` lets a comment be reset that nobody can set.
pub(super) const RESET_COMMENT: &[Command] =
    &[Command::nothing("reset").on("numbers").with(&[Argument::new("comment")])];

pub(super) const HOTSPOT: &[Command] = &[Command::nothing("reset-html").on("numbers"), Command::nothing("setup")];

const UNTIL_7_21: Span = Span::ALWAYS.before(7, 21);

pub(super) const HOTSPOT_ACTIVE: &[Command] = &[
    Command::nothing("login").with(&[
        Argument::new("domain"),
        Argument::new("ip"),
        Argument::new("mac-address"),
        Argument::new("password"),
        Argument::new("user"),
    ]),
    Command::nothing("add").with(&[Argument::new("comment"), Argument::new("copy-from")]).in_versions(UNTIL_7_21),
    Command::nothing("comment").on("numbers").with(&[Argument::new("comment")]).in_versions(UNTIL_7_21),
    EDIT.in_versions(UNTIL_7_21),
    Command::nothing("reset").on("numbers").with(&[Argument::new("comment")]).in_versions(UNTIL_7_21),
    Command::nothing("set").on("numbers").with(&[Argument::new("comment")]).in_versions(UNTIL_7_21),
];

pub(super) const USER: &[Command] = &[
    Command::nothing("expire-password").on("numbers"),
    Command::nothing("recursive-print").in_versions(Span::since(7, 17)),
];

/// 7.20 renamed the way to sign somebody else out.
pub(super) const USER_ACTIVE: &[Command] = &[
    Command::nothing("add").with(&[Argument::new("copy-from")]).in_versions(Span::since(7, 20)),
    Command::new("remove", Does::Remove).on("numbers").in_versions(Span::since(7, 20)),
    Command::new("request-logout", Does::Remove).on("numbers").in_versions(Span::ALWAYS.before(7, 20)),
];

pub(super) const LOG: &[Command] = &[log("debug"), log("info"), log("warning"), log("error")];

pub(super) const TRAFFIC: &[Command] =
    &[Command::new("monitor-traffic", Does::Traffic).with(&[Argument::new("interface")]).repeating()];

pub(super) const LOAD: &[Command] = &[Command::new("monitor", Does::Load).repeating()];

pub(super) const MONITOR_ROW: &[Command] = &[Command::new("monitor", Does::Session).on("numbers").repeating()];

const REPEAT: &[Argument] = &[
    Argument::new("append"),
    Argument::new("as-value"),
    Argument::new("do"),
    Argument::new("duration"),
    Argument::new("file"),
    Argument::since("freeze-frame-interval", 7, 17),
    Argument::new("interval"),
    Argument::new("once"),
    Argument::since("proplist", 7, 17),
    Argument::new(".proplist"),
    Argument::new("without-paging"),
];

const fn log(name: &'static str) -> Command {
    Command::new(name, Does::Write).with(const { &[Argument::new("message")] })
}

/// What every print takes.
const PRINT: &[Argument] = &[
    Argument::new("as-value"),
    Argument::since("comments", 7, 17),
    Argument::new("file"),
    Argument::new("interval"),
    Argument::new("without-paging"),
    Argument::new(".proplist"),
];

/// What a print of rows takes besides.
const PRINT_ROWS: &[Argument] = &[
    Argument::new("append"),
    Argument::new("brief"),
    Argument::new("count-only"),
    Argument::new("detail"),
    Argument::new("follow"),
    Argument::new("follow-only"),
    Argument::before("follow-strict", 7, 10),
    Argument::since("group-by", 7, 17),
    Argument::since("on-event", 7, 17),
    Argument::since("order-by", 7, 24),
    Argument::new("proplist"),
    Argument::new("show-ids"),
    Argument::new("terse"),
    Argument::since("timestamp", 7, 17),
    Argument::new("value-list"),
    Argument::new("where"),
];

/// Arguments of print that several menus have.
pub(super) const FROM: Argument = Argument::new("from");
pub(super) const OID: Argument = Argument::new("oid");
pub(super) const SHOW_SENSITIVE: Argument = Argument::since("show-sensitive", 7, 21);
