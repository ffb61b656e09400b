//! The menus as data. A new menu is one more piece of data in a file below `schema/`, listed in [`MENUS`].

use crate::{router::Router, table::Row};

mod hotspot;
mod network;
mod ppp;
mod system;
mod users;

/// Everything this router has, in no particular order.
pub(crate) const MENUS: &[&Menu] = &[
    &ppp::SECRET,
    &ppp::PROFILE,
    &ppp::ACTIVE,
    &ppp::AAA,
    &hotspot::SERVER,
    &hotspot::USER,
    &hotspot::USER_PROFILE,
    &hotspot::ACTIVE,
    &hotspot::COOKIE,
    &network::INTERFACE,
    &network::PPPOE_SERVER,
    &network::POOL,
    &network::QUEUE,
    &network::SERVICE,
    &system::RESOURCE,
    &system::IDENTITY,
    &system::CLOCK,
    &users::USER,
    &users::GROUP,
    &users::ACTIVE,
];

/// One menu: `/ppp/secret`.
pub(crate) struct Menu {
    pub(crate) path: &'static str,
    pub(crate) shape: Shape,
    /// Commands beside `print`, `getall` and `listen`.
    pub(crate) commands: &'static [&'static str],
    /// Arguments of print beyond [`print_flags`].
    pub(crate) flags: &'static [&'static str],
    /// In the order in which they are printed.
    pub(crate) properties: &'static [Property],
    pub(crate) unique: Option<Unique>,
    /// Why a row the router ships with cannot be removed.
    pub(crate) keeps: Option<Kept>,
    /// What else happens when somebody removes a row. Menus with it allow removing rows of the router's own making.
    pub(crate) removed: Option<fn(&mut Router, &Row)>,
    /// The property by which rows are called.
    pub(crate) key: &'static str,
    /// The first id that is given out.
    pub(crate) first_id: u32,
}

/// Many rows or one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Table,
    Singleton,
}

/// No two rows agree in all of these.
pub(crate) struct Unique {
    pub(crate) keys: &'static [&'static str],
    pub(crate) text: &'static str,
}

/// The refusal to remove a built-in row.
pub(crate) struct Kept {
    pub(crate) category: Option<u8>,
    pub(crate) text: &'static str,
}

/// Works out a value that changes by itself.
pub(crate) type Live = fn(&Router, &Row) -> Option<Vec<u8>>;

/// One property of a menu.
#[derive(Clone, Copy)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) presence: Presence,
    pub(crate) access: Access,
    /// The version that brought it.
    pub(crate) since: (u16, u16),
}

/// Which values a property takes.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Text,
    Bool,
    OneOf(&'static [&'static str]),
    /// A row of another menu, by name, prefix or id, or one of the words.
    Reference {
        menu: &'static str,
        words: &'static [&'static str],
    },
    /// A time span, or one of the words.
    Duration(&'static [&'static str]),
    /// A number within bounds, or one of the words.
    Number {
        min: u64,
        max: u64,
        words: &'static [&'static str],
    },
    /// An address. Error texts call it by its inner name.
    Ip {
        inner: &'static str,
    },
    /// An address, or a pool by name.
    IpOrPool,
    /// An address where `0.0.0.0` is none.
    OptionalIp,
    /// A MAC address where all zeros is none.
    Mac,
    /// Two numbers with a slash, as queues keep them.
    Rates,
    /// Kept as it was typed.
    RateLimit,
    Ranges,
    Policies,
    Live(Live),
}

/// What a new row has when nobody says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Required,
    Default(&'static str),
    Optional,
}

/// Who may read and write.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Written,
    ReadOnly,
    /// Readable with the policy `sensitive` only.
    Sensitive,
    /// Never printed.
    Hidden,
}

impl Menu {
    const fn table(path: &'static str, properties: &'static [Property]) -> Self {
        Self {
            path,
            shape: Shape::Table,
            commands: &["add", "set", "remove", "enable", "disable", "comment"],
            flags: &[],
            properties,
            unique: None,
            keeps: None,
            removed: None,
            key: "name",
            first_id: 1,
        }
    }

    const fn singleton(path: &'static str, properties: &'static [Property]) -> Self {
        Self { shape: Shape::Singleton, commands: &["set"], ..Self::table(path, properties) }
    }

    /// The property of that name, if this version has it.
    pub(crate) fn property(&self, name: &str) -> Option<&'static Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// Whether the command exists here.
    pub(crate) fn has(&self, command: &str) -> bool {
        matches!(command, "print" | "getall" | "listen") || self.commands.contains(&command)
    }
}

/// The menu at this path.
pub(crate) fn menu(path: &str) -> Option<&'static Menu> {
    MENUS.iter().find(|menu| menu.path == path).copied()
}

/// Whether there is a menu at this path or below it.
pub(crate) fn is_directory(path: &str) -> bool {
    let below =
        |menu: &&Menu| menu.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    MENUS.iter().copied().any(|menu| below(&menu))
}

/// What every print takes. `interval` is accepted and printed once.
pub(crate) fn print_flags(shape: Shape) -> &'static [&'static str] {
    match shape {
        Shape::Singleton => &["as-value", "comments", "file", "interval", "without-paging", ".proplist", "proplist"],
        Shape::Table => &[
            "append",
            "as-value",
            "brief",
            "comments",
            "count-only",
            "detail",
            "file",
            "follow",
            "follow-only",
            "from",
            "group-by",
            "interval",
            "on-event",
            "proplist",
            ".proplist",
            "show-ids",
            "terse",
            "timestamp",
            "value-list",
            "where",
            "without-paging",
        ],
    }
}

impl Property {
    const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, presence: Presence::Optional, access: Access::Written, since: (0, 0) }
    }

    const fn required(self) -> Self {
        Self { presence: Presence::Required, ..self }
    }

    const fn or(self, default: &'static str) -> Self {
        Self { presence: Presence::Default(default), ..self }
    }

    const fn access(self, access: Access) -> Self {
        Self { access, ..self }
    }

    const fn since(self, major: u16, minor: u16) -> Self {
        Self { since: (major, minor), ..self }
    }
}

const fn text(name: &'static str) -> Property {
    Property::new(name, Kind::Text)
}

/// Text that is printed even when it is empty.
const fn shown(name: &'static str) -> Property {
    text(name).or("")
}

/// Text that only the router itself writes.
const fn read_only(name: &'static str) -> Property {
    text(name).access(Access::ReadOnly)
}

const fn live(name: &'static str, live: Live) -> Property {
    Property::new(name, Kind::Live(live)).access(Access::ReadOnly)
}

const fn flag(name: &'static str, default: &'static str) -> Property {
    Property::new(name, Kind::Bool).or(default)
}

const fn one_of(name: &'static str, words: &'static [&'static str]) -> Property {
    Property::new(name, Kind::OneOf(words))
}

const fn reference(name: &'static str, menu: &'static str, words: &'static [&'static str]) -> Property {
    Property::new(name, Kind::Reference { menu, words })
}

const fn duration(name: &'static str, words: &'static [&'static str]) -> Property {
    Property::new(name, Kind::Duration(words))
}

const fn number(name: &'static str) -> Property {
    Property::new(name, Kind::Number { min: 0, max: u64::MAX, words: &[] })
}

const fn number_within(name: &'static str, min: u64, max: u64, words: &'static [&'static str]) -> Property {
    Property::new(name, Kind::Number { min, max, words })
}

/// Two numbers in the router's own keeping, upload first.
const fn pair(name: &'static str) -> Property {
    read_only(name).or("0/0")
}

const DISABLED: Property = flag("disabled", "no");
const COMMENT: Property = text("comment");
const YES_NO: &[&str] = &["default", "no", "yes"];
const YES_NO_REQUIRED: &[&str] = &["default", "no", "required", "yes"];
const QUEUE_TYPES: &[&str] = &[
    "default",
    "default-small",
    "ethernet-default",
    "hotspot-default",
    "multi-queue-ethernet-default",
    "only-hardware-queue",
    "pcq-download-default",
    "pcq-upload-default",
    "synchronous-default",
    "wireless-default",
];
