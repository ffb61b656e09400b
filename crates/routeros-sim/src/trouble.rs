//! Faults on request: what networks and routers do to a client sooner or later.

/// One kind of trouble. It stays until it is used up or cleared.
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
}

/// The troubles that are on.
#[derive(Debug, Default)]
pub(crate) struct Troubles(Vec<Trouble>);

/// What becomes of one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is carried out and answered.
    Answered,
    /// Nobody hears it.
    Swallowed,
    /// The line is closed.
    Cut,
    /// It is carried out, and the line is closed before the answer.
    CutAfter,
    Trapped(String),
    Fatal(String),
}

impl Troubles {
    /// Adds a trouble, or takes all away.
    pub(crate) fn begin(&mut self, trouble: Trouble) {
        match trouble {
            Trouble::Clear => self.0.clear(),
            other => self.0.push(other),
        }
    }

    /// Whether connecting is refused.
    pub(crate) fn refuses_connections(&self) -> bool {
        self.0.contains(&Trouble::RefuseConnections)
    }

    /// How long an answer is held back, in milliseconds.
    pub(crate) fn delay(&self) -> u64 {
        self.0.iter().map(|trouble| if let Trouble::SlowBy { millis } = trouble { *millis } else { 0 }).sum()
    }

    /// What becomes of a sentence with this command word. Troubles that come once are used up by it.
    pub(crate) fn meet(&mut self, command: &str) -> Fate {
        let mut fate = Fate::Answered;
        self.0.retain_mut(|trouble| {
            if fate != Fate::Answered {
                return true;
            }
            let stays;
            (fate, stays) = trouble.meet(command);
            stays
        });
        fate
    }
}

impl Trouble {
    /// What it does to this sentence, and whether it stays.
    fn meet(&mut self, met: &str) -> (Fate, bool) {
        match self {
            Self::Silent => (Fate::Swallowed, true),
            Self::DropAfter { sentences } => {
                *sentences = sentences.saturating_sub(1);
                if *sentences == 0 { (Fate::Cut, false) } else { (Fate::Answered, true) }
            }
            Self::TrapOn { command, message, times } if command == met && *times > 0 => {
                *times -= 1;
                (Fate::Trapped(message.clone()), *times > 0)
            }
            Self::DropBeforeReplyTo { command } if command == met => (Fate::CutAfter, false),
            Self::FatalOn { command, message } if command == met => (Fate::Fatal(message.clone()), false),
            _ => (Fate::Answered, true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trap_comes_as_often_as_asked_for() {
        let mut troubles = Troubles::default();
        let busy = "action timed out".to_owned();
        troubles.begin(Trouble::TrapOn { command: "/x/add".into(), message: busy.clone(), times: 2 });
        let fates: Vec<_> = ["/x/add", "/x/print", "/x/add", "/x/add"].map(|command| troubles.meet(command)).into();
        assert_eq!(fates, [Fate::Trapped(busy.clone()), Fate::Answered, Fate::Trapped(busy), Fate::Answered]);
    }

    #[test]
    fn the_line_falls_with_the_last_of_the_sentences() {
        let mut troubles = Troubles::default();
        troubles.begin(Trouble::DropAfter { sentences: 2 });
        assert_eq!(troubles.meet("/a"), Fate::Answered);
        assert_eq!(troubles.meet("/a"), Fate::Cut);
        assert_eq!(troubles.meet("/a"), Fate::Answered);
    }
}
