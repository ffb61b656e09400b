//! Properties as data, and the short words in which the menus list them.

use crate::{router::Router, table::Row, version::Span};

/// Works out a value that changes by itself.
pub(crate) type Live = fn(&Router, &Row) -> Option<Vec<u8>>;

/// One property of a menu.
#[derive(Clone, Copy)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) presence: Presence,
    pub(crate) access: Access,
    /// The versions that have it.
    pub(crate) span: Span,
}

/// Which values a property takes.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Text,
    Bool,
    OneOf(&'static [&'static str]),
    /// Several words with commas between.
    SomeOf(&'static [&'static str]),
    /// One of the time zones that RouterOS knows.
    Zone,
    /// A row of another menu, by name, prefix or id, or one of the words.
    Reference {
        menu: &'static str,
        words: &'static [&'static str],
    },
    /// A time span, or one of the words.
    Duration(&'static [&'static str]),
    /// Time spans with commas between.
    Durations,
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
    /// Addresses with commas between.
    Ips,
    /// Networks with commas between, of either kind of address.
    Networks,
    Ipv6Prefix,
    /// An address, or a pool by name.
    IpOrPool,
    /// An address where `0.0.0.0` is none.
    OptionalIp,
    /// A MAC address where all zeros is none.
    Mac,
    /// Upload and download with a slash, as queues keep them.
    Pair(Half),
    /// Networks and interfaces, as queues keep them.
    Target,
    /// Kept as it was typed.
    RateLimit,
    Ranges,
    Policies,
    Live(Live),
}

/// What stands on either side of the slash.
#[derive(Clone, Copy)]
pub(crate) enum Half {
    Rate,
    Time,
    Priority,
    /// A fraction of a bucket, kept as it was typed.
    Size,
    OneOf(&'static [&'static str]),
}

/// What a new row has when nobody says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Required,
    Default(&'static str),
    Optional,
    /// Not printed while it is this word, which is what it is until somebody says otherwise.
    Unless(&'static str),
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

impl Property {
    pub(super) const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, presence: Presence::Optional, access: Access::Written, span: Span::ALWAYS }
    }

    pub(super) const fn required(self) -> Self {
        Self { presence: Presence::Required, ..self }
    }

    pub(super) const fn or(self, default: &'static str) -> Self {
        Self { presence: Presence::Default(default), ..self }
    }

    pub(super) const fn unless(self, word: &'static str) -> Self {
        Self { presence: Presence::Unless(word), ..self }
    }

    pub(super) const fn access(self, access: Access) -> Self {
        Self { access, ..self }
    }

    pub(super) const fn since(self, major: u16, minor: u16) -> Self {
        self.in_versions(Span::since(major, minor))
    }

    pub(super) const fn in_versions(self, span: Span) -> Self {
        Self { span, ..self }
    }
}

pub(super) const fn text(name: &'static str) -> Property {
    Property::new(name, Kind::Text)
}

/// Text that is printed even when it is empty.
pub(super) const fn shown(name: &'static str) -> Property {
    text(name).or("")
}

/// Text that only the router itself writes.
pub(super) const fn read_only(name: &'static str) -> Property {
    text(name).access(Access::ReadOnly)
}

pub(super) const fn live(name: &'static str, live: Live) -> Property {
    Property::new(name, Kind::Live(live)).access(Access::ReadOnly)
}

pub(super) const fn flag(name: &'static str, default: &'static str) -> Property {
    Property::new(name, Kind::Bool).or(default)
}

pub(super) const fn one_of(name: &'static str, words: &'static [&'static str]) -> Property {
    Property::new(name, Kind::OneOf(words))
}

pub(super) const fn reference(name: &'static str, menu: &'static str, words: &'static [&'static str]) -> Property {
    Property::new(name, Kind::Reference { menu, words })
}

pub(super) const fn duration(name: &'static str, words: &'static [&'static str]) -> Property {
    Property::new(name, Kind::Duration(words))
}

pub(super) const fn number(name: &'static str) -> Property {
    Property::new(name, Kind::Number { min: 0, max: u64::MAX, words: &[] })
}

pub(super) const fn number_within(name: &'static str, min: u64, max: u64, words: &'static [&'static str]) -> Property {
    Property::new(name, Kind::Number { min, max, words })
}

/// Two numbers in the router's own keeping, upload first.
pub(super) const fn pair(name: &'static str) -> Property {
    read_only(name).or("0/0")
}

/// The row's remark about itself. No row here has one.
pub(super) const ABOUT: Property = read_only("about");
pub(super) const DISABLED: Property = flag("disabled", "no");
pub(super) const COMMENT: Property = text("comment");
pub(super) const YES_NO: &[&str] = &["default", "no", "yes"];
pub(super) const YES_NO_REQUIRED: &[&str] = &["default", "no", "required", "yes"];
pub(super) const CHAINS: &[&str] = &["forward", "input", "output"];
pub(super) const QUEUE_TYPES: &[&str] = &[
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
