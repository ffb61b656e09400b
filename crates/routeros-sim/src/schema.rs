//! The menus as data. A new menu is one more piece of data in a file below `schema/`, listed in [`MENUS`].

use crate::{
    refused::Refused,
    router::Router,
    table::Row,
    version::{Span, Version},
};

pub(crate) use self::{
    command::{Command, Does},
    property::{Access, Half, Kind, Presence, Property},
};

mod command;
mod hotspot;
mod network;
mod ppp;
mod pppoe;
mod property;
mod queue;
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
    &network::POOL,
    &network::SERVICE,
    &pppoe::INTERFACE,
    &pppoe::SERVER,
    &queue::SIMPLE,
    &system::RESOURCE,
    &system::ROUTERBOARD,
    &system::IDENTITY,
    &system::CLOCK,
    &system::LOG,
    &users::USER,
    &users::GROUP,
    &users::ACTIVE,
];

/// One menu: `/ppp/secret`.
pub(crate) struct Menu {
    pub(crate) path: &'static str,
    pub(crate) shape: Shape,
    /// In groups of those that go together.
    pub(crate) commands: &'static [&'static [Command]],
    /// Arguments of print beyond those that every print takes.
    pub(crate) flags: &'static [command::Argument],
    /// In the order in which they are printed.
    pub(crate) properties: &'static [Property],
    pub(crate) unique: Option<Unique>,
    /// Why a row the router ships with cannot be removed.
    pub(crate) keeps: Option<Kept>,
    /// What must hold between the properties of one row.
    pub(crate) sound: Option<Sound>,
    /// What else happens when somebody sets a row, before it is kept. It may still refuse.
    pub(crate) changed: Option<Changed>,
    /// What else happens when somebody removes a row. Menus with it allow removing rows of the router's own making.
    pub(crate) removed: Option<fn(&mut Router, &Row)>,
    /// The property by which rows are called.
    pub(crate) key: &'static str,
    /// The first id that is given out.
    pub(crate) first_id: u32,
}

/// Refuses a row whose properties do not go together.
pub(crate) type Sound = fn(&Row) -> Result<(), Refused>;

/// Does what a changed row asks for.
pub(crate) type Changed = fn(&mut Router, &mut Row) -> Result<(), Refused>;

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

impl Menu {
    /// Rows that people add, set and remove.
    const fn table(path: &'static str, properties: &'static [Property]) -> Self {
        use command::{ADD, COMMENTED, FIND, FROM, READ, REMOVE, RESET, SET, SWITCH};
        Self {
            path,
            shape: Shape::Table,
            commands: &[READ, FIND, ADD, SET, REMOVE, RESET, SWITCH, COMMENTED],
            flags: &[FROM],
            properties,
            unique: None,
            keeps: None,
            sound: None,
            changed: None,
            removed: None,
            key: "name",
            first_id: 1,
        }
    }

    /// One row that people set.
    const fn singleton(path: &'static str, properties: &'static [Property]) -> Self {
        use command::{READ, RESET_SINGLE, SET};
        Self {
            shape: Shape::Singleton,
            commands: &[READ, SET, RESET_SINGLE],
            flags: &[],
            ..Self::table(path, properties)
        }
    }

    /// The property of that name, if this version has it.
    pub(crate) fn property(&self, name: &str, version: &Version) -> Option<&'static Property> {
        self.properties.iter().find(|property| property.name == name && property.span.holds(version))
    }

    /// The command of that name, if this version has it.
    pub(crate) fn command(&self, name: &str, version: &Version) -> Option<&'static Command> {
        self.commands.iter().copied().flatten().find(|command| command.name == name && command.is_in(version))
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
