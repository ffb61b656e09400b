//! A trouble as data: when it strikes, and what happens then.

use std::time::Duration;

use crate::{hand::Hand, power::Ids};

/// One trouble. It strikes every sentence that fits, so often.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "control", derive(serde::Deserialize), serde(deny_unknown_fields, rename_all = "kebab-case"))]
pub struct Script {
    /// Which sentences it strikes. All, if not said.
    #[cfg_attr(feature = "control", serde(default))]
    pub when: When,
    /// What it does to them.
    pub what: What,
    /// How often it strikes: once if not said, `None` (`null`) until troubles are cleared.
    #[cfg_attr(feature = "control", serde(default = "once"))]
    pub times: Option<u32>,
}

/// Which sentences a trouble strikes. What is not said does not matter.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[cfg_attr(feature = "control", derive(serde::Deserialize), serde(deny_unknown_fields, rename_all = "kebab-case"))]
#[cfg_attr(feature = "control", serde(default))]
pub struct When {
    /// The command word, `/ppp/secret/add`.
    pub command: Option<String>,
    /// From the so many-th such sentence on, over all lines, counted from 1 when the trouble begins.
    pub nth: Option<u64>,
    /// The so many-th sentence of its line, counted from 1; `/login` is one of them.
    pub on_line: Option<u64>,
}

/// What happens to a sentence. The bytes of an answer are counted over everything that its line sends from there on:
/// a trouble at sentence 1 of a line counts the bytes of the whole line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "control", derive(serde::Deserialize))]
#[cfg_attr(
    feature = "control",
    serde(deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case")
)]
pub enum What {
    /// Nobody hears it: it is neither carried out nor answered.
    Swallow,
    /// The line is closed before it is carried out. What came before is still answered.
    CutBefore,
    /// It is carried out, and the line is closed before the answer.
    CutAfter,
    /// It is carried out, and the line is closed after so many bytes of the answer.
    CutAt {
        /// Bytes that are still sent.
        bytes: usize,
    },
    /// After so many bytes of the answer nothing comes for a while; then it goes on.
    Stall {
        /// Bytes before the silence.
        bytes: usize,
        /// How long the silence lasts.
        millis: u64,
    },
    /// After so many bytes of the answer, others take the place of what was to come.
    Garble {
        /// Bytes that are sent as they are.
        bytes: usize,
        /// What comes instead.
        with: Garbage,
    },
    /// The answer comes in portions.
    Trickle {
        /// How much comes at a time.
        #[cfg_attr(feature = "control", serde(default))]
        by: Portion,
        /// How long every portion takes.
        millis: u64,
    },
    /// The answer comes under another tag.
    ForeignTag {
        /// Which; that of the sentence before it on the line, if not said.
        tag: Option<String>,
    },
    /// Every sentence of the answer comes twice, `!done` too.
    Twice,
    /// Only the first rows of the answer are sent.
    Rows {
        /// How many.
        keep: usize,
        /// How the list ends.
        then: Ending,
    },
    /// It is refused and not carried out.
    Trap {
        /// `=category=`, if any.
        category: Option<u8>,
        /// The router's words.
        message: String,
    },
    /// It is answered by `!fatal`, and the line is closed.
    Fatal {
        /// The reason.
        message: String,
    },
    /// It is not carried out, and these sentences are the answer. The word `.tag` stands for the tag of the command and
    /// is left out if there is none.
    Instead {
        /// Sentences of words.
        sentences: Vec<Vec<String>>,
    },
    /// It is not carried out, and these bytes are the answer: whatever listens there may not be a router at all.
    Raw {
        /// As they go out.
        bytes: Vec<u8>,
    },
    /// The router takes so long for it. On one line commands wait for each other. Other troubles come on top.
    Slow {
        /// How long.
        millis: u64,
    },
    /// It is refused if it writes, because the disk is full. The wording was never captured.
    DiskFull,
    /// From now on nobody can connect. The sentence itself is carried out, and lines that are open stay.
    Refuse,
    /// The router loses power instead of carrying it out.
    Reboot {
        /// How long it stays down.
        down_millis: u64,
        /// What becomes of the ids.
        ids: Ids,
    },
    /// Rows go back to the last snapshot just before it is carried out. Without a snapshot nothing happens.
    Restore {
        /// The menu; all menus, if not said.
        menu: Option<String>,
    },
    /// Somebody works on the router just before it is carried out. What the router refuses them is not done.
    Meanwhile(Hand),
}

/// What comes at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[cfg_attr(feature = "control", derive(serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Portion {
    /// A word with its length; the end of the sentence goes with the last.
    #[default]
    Word,
    /// A byte in a packet of its own.
    Byte,
}

/// How a list ends whose rows did not all come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "control", derive(serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Ending {
    /// By `!done`, as if these were all: routers of 7.1beta did.
    Done,
    /// By `!trap no such item (4)` and `!done`, as when rows vanish while they are printed.
    NoSuchItem,
    /// Not at all.
    Never,
}

/// Bytes that nobody asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "control", derive(serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Garbage {
    /// A length prefix that the protocol reserves, `0xF8`.
    ReservedPrefix,
    /// The length prefix of a word of 2 GB.
    HugePrefix,
    /// Bytes by chance.
    Noise {
        /// How many.
        bytes: usize,
        /// Where chance begins.
        seed: u64,
    },
}

impl Script {
    /// Strikes the next sentence that fits, once.
    pub fn once(when: When, what: What) -> Self {
        Self { when, what, times: Some(1) }
    }

    /// Strikes every sentence that fits, until troubles are cleared.
    pub fn always(when: When, what: What) -> Self {
        Self { when, what, times: None }
    }
}

impl When {
    /// Sentences with this command word.
    pub fn command(command: &str) -> Self {
        Self { command: Some(command.to_owned()), ..Self::default() }
    }

    /// From the so many-th of them on, counted from 1.
    #[must_use]
    pub fn nth(self, nth: u64) -> Self {
        Self { nth: Some(nth), ..self }
    }

    /// The so many-th sentence of a line, counted from 1.
    pub fn on_line(nth: u64) -> Self {
        Self { on_line: Some(nth), ..Self::default() }
    }

    /// Whether a sentence fits, its number among those that fit aside.
    pub(crate) fn fits(&self, met: &Met<'_>) -> bool {
        self.command.as_deref().is_none_or(|command| command == met.command)
            && self.on_line.is_none_or(|nth| nth == met.on_line)
    }
}

/// A sentence as troubles see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Met<'a> {
    pub(crate) command: &'a str,
    /// Its number on its line, from 1.
    pub(crate) on_line: u64,
}

impl Met<'_> {
    /// Whether the command changes something on the router's disk.
    pub(crate) fn writes(&self) -> bool {
        let verb = self.command.rsplit('/').next().unwrap_or_default();
        matches!(verb, "add" | "set" | "remove" | "enable" | "disable" | "comment" | "unset")
    }
}

impl What {
    /// How much longer the router takes, for the one trouble that others come on top of.
    pub(crate) fn slowness(&self) -> Option<Duration> {
        match self {
            Self::Slow { millis } => Some(Duration::from_millis(*millis)),
            _ => None,
        }
    }
}

#[cfg(feature = "control")]
#[expect(clippy::unnecessary_wraps, reason = "the default of a field that may be null")]
fn once() -> Option<u32> {
    Some(1)
}
