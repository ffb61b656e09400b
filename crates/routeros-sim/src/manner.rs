//! How an answer is given when it is not given straight.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use routeros_proto::Sentence;

use crate::{
    refused::Refused,
    trouble::{Ending, Portion},
    writer::Load,
};

/// The twist in one answer.
#[derive(Debug)]
pub(crate) enum Manner {
    /// Every sentence twice.
    Twice,
    /// In portions, each after so long.
    Trickle(Portion, Duration),
    /// Only so many more rows.
    Rows { left: AtomicUsize, then: Ending },
}

impl Manner {
    pub(crate) fn rows(keep: usize, then: Ending) -> Self {
        Self::Rows { left: AtomicUsize::new(keep), then }
    }

    /// The way one of its sentences goes out.
    pub(crate) fn load(&self, sentence: Sentence) -> Load {
        match self {
            Self::Trickle(by, pause) => Load::Trickle(sentence, *by, *pause),
            Self::Twice | Self::Rows { .. } => Load::Sentence(sentence),
        }
    }

    /// What is sent instead of a sentence. `refusal` makes a `!trap` of the same answer.
    pub(crate) fn bend(&self, sentence: Sentence, refusal: impl Fn(&Refused) -> Sentence) -> Vec<Sentence> {
        match (self, sentence.first()) {
            (Self::Twice, _) => vec![sentence.clone(), sentence],
            (Self::Rows { left, .. }, b"!re") if !take_one(left) => Vec::new(),
            (Self::Rows { then: Ending::NoSuchItem, .. }, b"!done") => {
                vec![refusal(&Refused::vanished()), sentence]
            }
            (Self::Rows { then: Ending::Never, .. }, b"!done") => Vec::new(),
            (Self::Rows { .. } | Self::Trickle(..), _) => vec![sentence],
        }
    }
}

fn take_one(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}
