//! A router's refusals, in its exact words and categories.

/// What the router says instead of doing it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refused {
    /// `=category=`, where the router sends one.
    pub category: Option<u8>,
    /// `=message=`, word for word.
    pub message: String,
}

const MISSING: u8 = 0;
const ARGUMENT: u8 = 1;
const INTERRUPTED: u8 = 2;

impl Refused {
    /// Refusals of a menu's own process begin with `failure:` and carry no category.
    pub(crate) fn plain(message: impl Into<String>) -> Self {
        Self { category: None, message: message.into() }
    }

    /// An argument whose value does not fit.
    pub(crate) fn argument(message: impl Into<String>) -> Self {
        Self { category: Some(ARGUMENT), message: message.into() }
    }

    /// `item` by its id or name is not there.
    pub(crate) fn no_such_item() -> Self {
        Self { category: Some(MISSING), message: "no such item".to_owned() }
    }

    /// The same from another corner of the router. Both spellings are real.
    pub(crate) fn no_such_item_to_remove() -> Self {
        Self { category: Some(MISSING), message: "no such item (4)".to_owned() }
    }

    /// Rows went away while they were printed.
    pub(crate) fn vanished() -> Self {
        Self::no_such_item_to_remove()
    }

    /// Not captured: what a write is told when there is no room left.
    pub(crate) fn disk_full() -> Self {
        Self::plain("failure: no space left")
    }

    /// Nothing that a router says: this machine does not let the simulator listen there.
    pub(crate) fn no_port(why: &std::io::Error) -> Self {
        Self::plain(format!("failure: can not listen on this port: {why}"))
    }

    /// Nothing that a router says: there is nothing to go back to.
    pub(crate) fn no_snapshot() -> Self {
        Self::plain("no snapshot was taken")
    }

    pub(crate) fn interrupted() -> Self {
        Self { category: Some(INTERRUPTED), message: "interrupted".to_owned() }
    }

    pub(crate) fn no_match(argument: &str) -> Self {
        Self::argument(format!("input does not match any value of {argument}"))
    }

    pub(crate) fn ambiguous(argument: &str) -> Self {
        Self::argument(format!("ambiguous value of {argument}, more than one possible value matches input"))
    }

    pub(crate) fn invalid_value(argument: &str) -> Self {
        Self::argument(format!("invalid value for argument {argument}"))
    }

    pub(crate) fn invalid_time(argument: &str) -> Self {
        Self::argument(format!("invalid time value for argument {argument}"))
    }

    pub(crate) fn unknown_parameter(name: &str) -> Self {
        Self::plain(format!("unknown parameter {name}"))
    }

    /// Captured from scripts only; the category is that of other argument errors.
    pub(crate) fn missing_value(name: &str) -> Self {
        Self::argument(format!("missing value(s) of argument(s) {name}"))
    }

    pub(crate) fn no_permission() -> Self {
        Self::plain("not enough permissions (9)")
    }

    pub(crate) fn no_command() -> Self {
        Self::plain("no such command")
    }

    pub(crate) fn no_command_prefix() -> Self {
        Self::plain("no such command prefix")
    }

    /// No router says this: here the simulator ends.
    pub(crate) fn not_simulated(path: &str, command: &str) -> Self {
        Self::plain(format!("failure: this simulator does not do {path}/{command}"))
    }

    /// Not captured: what a router says when somebody edits or removes a row of its own making.
    pub(crate) fn dynamic() -> Self {
        Self::plain("failure: can not change dynamic entry")
    }

    /// The router lets a customer in or not; over the air there is no sentence for it.
    pub(crate) fn dial(user: &[u8], why: &str) -> Self {
        Self::plain(format!("{} authentication failed: {why}", String::from_utf8_lossy(user)))
    }
}
