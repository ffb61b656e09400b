//! What can go wrong between us and a router.

use std::{io, time::Duration};

use routeros_proto::{Category, DecodeError, EncodeError, Trap, UnknownReply, value::NotARowId};

/// A step on the way to a router.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Name to address.
    Resolve,
    /// TCP.
    Tcp,
    /// TLS.
    Tls,
    /// Sign-in.
    Login,
}

/// Why there is no line to a router.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The name has no address.
    #[error("the name {host} has no address")]
    Resolve {
        /// The name.
        host: String,
        /// What the resolver said.
        source: io::Error,
    },
    /// Nothing listens there.
    #[error("{address} refused the connection")]
    Refused {
        /// Where.
        address: String,
    },
    /// Nothing came back.
    #[error("{address} did not answer within {} s", after.as_secs())]
    NoAnswer {
        /// Where.
        address: String,
        /// How long we waited.
        after: Duration,
    },
    /// The network said no.
    #[error("could not connect to {address}")]
    Tcp {
        /// Where.
        address: String,
        /// What the network said.
        source: io::Error,
    },
    /// TLS failed.
    #[error("{address} and we could not agree on TLS")]
    Tls {
        /// Where.
        address: String,
        /// What TLS said.
        source: io::Error,
    },
    /// No authority that we believe vouches for the router's certificate.
    #[error("{address} shows the key {found}, for which nobody vouches whom we believe")]
    NotTrusted {
        /// Where.
        address: String,
        /// The SHA-256 of the key it has, in hexadecimal.
        found: String,
        /// What is wrong with the certificate.
        source: io::Error,
    },
    /// The router has another key than the pinned one.
    #[error("{address} shows the key {found}, not the pinned one")]
    IdentityChanged {
        /// Where.
        address: String,
        /// The SHA-256 of the key it has, in hexadecimal.
        found: String,
    },
    /// The router refuses this user or password.
    #[error("the router refused the sign-in of {username}: {message}")]
    LoginRefused {
        /// Who.
        username: String,
        /// The router's words.
        message: String,
    },
    /// The router could not decide on this user: a RADIUS server that it asks does not answer, say. Later it may.
    #[error("the router could not decide on the sign-in of {username}: {message}")]
    LoginUndecided {
        /// Who.
        username: String,
        /// The router's words.
        message: String,
    },
    /// Something else than a router's API listens there.
    #[error("{address} speaks {speaks}, not the RouterOS API")]
    NotTheApi {
        /// Where.
        address: String,
        /// What it speaks.
        speaks: &'static str,
    },
    /// The line broke while we signed in.
    #[error("the line to {address} broke during sign-in")]
    Login {
        /// Where.
        address: String,
        /// How.
        source: CallError,
    },
}

impl ConnectError {
    /// Whether it may not be the router that we mean. Nobody signed in to it.
    pub const fn is_of_identity(&self) -> bool {
        matches!(self, Self::IdentityChanged { .. } | Self::NotTrusted { .. })
    }

    /// The step that failed. All steps before it went well.
    pub const fn step(&self) -> Step {
        match self {
            Self::Resolve { .. } => Step::Resolve,
            Self::Refused { .. } | Self::NoAnswer { .. } | Self::Tcp { .. } => Step::Tcp,
            Self::Tls { .. } | Self::NotTrusted { .. } | Self::IdentityChanged { .. } => Step::Tls,
            Self::LoginRefused { .. } | Self::LoginUndecided { .. } | Self::NotTheApi { .. } | Self::Login { .. } => {
                Step::Login
            }
        }
    }
}

/// Why a command has no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CallError {
    /// The router refused it. Of several rows some may have been changed; see [`Refusal::is_unsettled`] too.
    #[error("the router refused {command}: {}", refusal.message())]
    Refused {
        /// Menu and verb.
        command: String,
        /// Its words.
        refusal: Refusal,
    },
    /// The line broke after it was sent: nobody knows whether it was carried out.
    #[error("the line broke before {command} was answered: {why}")]
    Unknown {
        /// Menu and verb.
        command: String,
        /// What happened to the line.
        why: LineEnd,
    },
    /// It was never sent.
    #[error("{command} was not sent: {why}")]
    NotSent {
        /// Menu and verb.
        command: String,
        /// What happened to the line before.
        why: LineEnd,
    },
    /// The router named a row in a way that no router does; it is not written to.
    #[error("{command} was not sent")]
    OddRow {
        /// Menu and verb.
        command: String,
        /// The name.
        source: NotARowId,
    },
    /// It cannot be sent at all.
    #[error("{command} cannot be sent")]
    Unsendable {
        /// Menu and verb.
        command: String,
        /// Why.
        source: EncodeError,
    },
}

/// One or more traps, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub Vec<Trap>);

/// How a line ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineEnd {
    /// The router closed it.
    #[error("the router closed the line")]
    Closed,
    /// The router closed it and said why.
    #[error("the router closed the line: {0}")]
    Fatal(String),
    /// We closed it.
    #[error("we closed the line")]
    HungUp,
    /// The network broke.
    #[error("{text}")]
    Network {
        /// How: reset, timed out …
        kind: io::ErrorKind,
        /// In the system's words.
        text: String,
    },
    /// Nothing came for too long.
    #[error("no byte came for {} s", .0.as_secs_f64())]
    Silence(Duration),
    /// The whole answer took too long.
    #[error("the answer was not whole after {} s", .0.as_secs())]
    TooSlow(Duration),
    /// Bytes that are no sentence.
    #[error(transparent)]
    Undecodable(#[from] DecodeError),
    /// A sentence that is no reply.
    #[error(transparent)]
    NoReply(#[from] UnknownReply),
    /// The first bytes are those of another protocol.
    #[error("the other side speaks {0}, not the RouterOS API")]
    Foreign(&'static str),
    /// An answer under a tag that no command in flight has.
    #[error("the router answered under the tag {0:?}, which is of no command in flight")]
    ForeignTag(String),
    /// An answer without a tag. Every command of ours has one.
    #[error("the router answered without a tag")]
    Untagged,
    /// A list longer than may be held.
    #[error("the router listed more than {0} rows")]
    TooManyRows(usize),
    /// A list of more bytes than may be held.
    #[error("the router listed more than {0} bytes")]
    TooManyBytes(usize),
    /// More refusals of one command than any router gives.
    #[error("the router refused one command more than {0} times")]
    TooManyTraps(usize),
    /// A command that goes on by itself was ended by the router without a reason.
    #[error("the router ended the command")]
    Finished,
    /// Whoever followed a command was slower than the router.
    #[error("more than {0} changes were waiting to be looked at")]
    Behind(usize),
}

impl Refusal {
    /// The first trap's words: the cause. Later ones repeat it in other words.
    pub fn message(&self) -> &str {
        self.0.first().map_or("no reason given", |trap| trap.message.as_str())
    }

    /// The first trap's category as a number.
    pub fn category(&self) -> Option<u8> {
        Some(match self.0.first()?.category? {
            Category::Missing => 0,
            Category::ArgumentValue => 1,
            Category::Interrupted => 2,
            Category::Other(number) => number,
        })
    }

    /// Whether the row is gone. Routers say `no such item`, some with a number behind it.
    pub fn is_no_such_item(&self) -> bool {
        self.message().starts_with("no such item")
    }

    /// Whether the profile that a row names is not there.
    pub fn lacks_profile(&self) -> bool {
        self.message().starts_with("input does not match any value of profile")
    }

    /// Whether the router's user lacks a right.
    pub fn is_not_permitted(&self) -> bool {
        self.message().starts_with("not enough permissions")
    }

    /// Whether there is no room left on the router's disk. The wording was never captured; these are those of its parts.
    pub fn is_storage_full(&self) -> bool {
        let message = self.message().to_ascii_lowercase();
        ["no space left", "disk full", "disk is full", "not enough space"].iter().any(|words| message.contains(words))
    }

    /// Whether the router gave up on its way: it may have done it.
    pub fn is_unsettled(&self) -> bool {
        ["action timed out", "interrupted"].iter().any(|words| self.message().starts_with(words))
    }

    /// Whether a row of that name is there already, in the words of each menu.
    pub fn is_duplicate(&self) -> bool {
        ["same name already exists", "already have user with this name", "already have such"]
            .iter()
            .any(|words| self.message().contains(words))
    }
}

impl From<io::Error> for LineEnd {
    fn from(error: io::Error) -> Self {
        Self::Network { kind: error.kind(), text: error.to_string() }
    }
}
