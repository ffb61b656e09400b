//! Faults on request: what networks and routers do to a client sooner or later.

mod script;

use std::time::Duration;

pub(crate) use script::Met;
pub use script::{Ending, Garbage, Portion, Script, What, When};

/// The troubles that are asked for most, by name. All others are a [`Script`]. They stay until they are used up or
/// cleared.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "control", derive(serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Trouble {
    /// All is well again.
    Clear,
    /// Nobody can connect. Lines that are open stay.
    RefuseConnections,
    /// Lines are accepted and read, and nothing is ever answered.
    Silent,
    /// The line that brings the last of so many sentences is closed, before that sentence is carried out.
    /// With 0 every open line is closed at once.
    DropAfter {
        /// Sentences to take, counted over all lines.
        sentences: u64,
    },
    /// So many times, this command is refused and not carried out.
    TrapOn {
        /// The command word, `/ppp/secret/add`.
        command: String,
        /// The router's words.
        message: String,
        /// How many times.
        times: u32,
    },
    /// Once, this command is carried out, and the line is closed before the answer.
    DropBeforeReplyTo {
        /// The command word.
        command: String,
    },
    /// Once, this command is answered by `!fatal` and the line is closed.
    FatalOn {
        /// The command word.
        command: String,
        /// The reason.
        message: String,
    },
    /// Every answer comes this much later.
    SlowBy {
        /// Milliseconds.
        millis: u64,
    },
    /// Until cleared, every write is refused because the disk is full.
    DiskFull,
}

/// The troubles that are on.
#[derive(Debug, Default)]
pub(crate) struct Troubles {
    on: Vec<Begun>,
    /// Nobody can connect.
    pub(crate) refusing: bool,
}

/// A trouble with its past.
#[derive(Debug)]
struct Begun {
    script: Script,
    /// Sentences that fitted so far.
    met: u64,
}

/// What one sentence meets.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fate {
    pub(crate) slowness: Duration,
    pub(crate) what: Option<What>,
}

impl Troubles {
    /// Adds a trouble.
    pub(crate) fn begin(&mut self, script: Script) {
        self.on.push(Begun { script, met: 0 });
    }

    /// All is well again.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// What becomes of a sentence: of those that strike it, the one that began first, and all slowness.
    /// Troubles are used up by it.
    pub(crate) fn meet(&mut self, met: &Met<'_>) -> Fate {
        let mut fate = Fate::default();
        self.on.retain_mut(|begun| {
            let slowness = begun.script.what.slowness();
            if (slowness.is_some() || fate.what.is_none()) && begun.strikes(met) {
                match slowness {
                    Some(slowness) => fate.slowness += slowness,
                    None => fate.what = Some(begun.script.what.clone()),
                }
            }
            begun.script.times != Some(0)
        });
        fate
    }
}

impl Begun {
    fn strikes(&mut self, met: &Met<'_>) -> bool {
        let Script { when, what, times } = &mut self.script;
        if !when.fits(met) || (*what == What::DiskFull && !met.writes()) {
            return false;
        }
        self.met += 1;
        if self.met < when.nth.unwrap_or(1) {
            return false;
        }
        match times {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }
}

impl Trouble {
    /// The same as a script; `None` for what does not strike a sentence.
    pub(crate) fn into_script(self) -> Option<Script> {
        let command = |command: &str| When::command(command);
        let script = match self {
            Self::Clear | Self::RefuseConnections | Self::DropAfter { sentences: 0 } => return None,
            Self::Silent => Script::always(When::default(), What::Swallow),
            Self::DropAfter { sentences } => Script::once(When::default().nth(sentences), What::CutBefore),
            Self::TrapOn { command: on, message, times } => {
                let what = What::Trap { category: None, message };
                Script { when: command(&on), what, times: Some(times) }
            }
            Self::DropBeforeReplyTo { command: to } => Script::once(command(&to), What::CutAfter),
            Self::FatalOn { command: on, message } => Script::once(command(&on), What::Fatal { message }),
            Self::SlowBy { millis } => Script::always(When::default(), What::Slow { millis }),
            Self::DiskFull => Script::always(When::default(), What::DiskFull),
        };
        Some(script)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meet(troubles: &mut Troubles, command: &str) -> Option<What> {
        troubles.meet(&Met { command, on_line: 1 }).what
    }

    #[test]
    fn a_trouble_strikes_what_fits_from_the_nth_on_as_often_as_asked_for() {
        let mut troubles = Troubles::default();
        troubles.begin(Script { when: When::command("/a").nth(2), what: What::Twice, times: Some(2) });
        let struck = ["/a", "/b", "/a", "/a", "/a"].map(|command| meet(&mut troubles, command).is_some());
        assert_eq!(struck, [false, false, true, true, false]);
        assert!(troubles.on.is_empty());
    }

    #[test]
    fn sentences_are_counted_on_their_line_when_the_line_is_asked_for() {
        let mut troubles = Troubles::default();
        troubles.begin(Script::always(When::on_line(3), What::Swallow));
        let fates = [2, 3, 4, 3].map(|on_line| troubles.meet(&Met { command: "/a", on_line }).what);
        assert_eq!(fates, [None, Some(What::Swallow), None, Some(What::Swallow)]);
    }

    #[test]
    fn slowness_adds_up_and_leaves_room_for_one_more_trouble() {
        let mut troubles = Troubles::default();
        for what in [What::Slow { millis: 20 }, What::Twice, What::Slow { millis: 30 }, What::Swallow] {
            troubles.begin(Script::once(When::default(), what));
        }
        let fate = troubles.meet(&Met { command: "/a", on_line: 1 });
        assert_eq!(fate, Fate { slowness: Duration::from_millis(50), what: Some(What::Twice) });
        assert_eq!(meet(&mut troubles, "/a"), Some(What::Swallow));
    }

    #[test]
    fn a_full_disk_is_met_by_writes_only() {
        let mut troubles = Troubles::default();
        troubles.begin(Script::always(When::default(), What::DiskFull));
        assert_eq!(meet(&mut troubles, "/ppp/secret/print"), None);
        assert_eq!(meet(&mut troubles, "/ppp/secret/unset"), Some(What::DiskFull));
    }
}
