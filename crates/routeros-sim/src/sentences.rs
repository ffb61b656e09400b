//! What goes out: replies under the tag of their command.

use std::sync::Arc;

use routeros_proto::Sentence;
use tokio::sync::mpsc;

use crate::{
    manner::Manner,
    pace::RoundTrip,
    refused::Refused,
    writer::{Load, Parcel},
};

/// The way back on one line.
#[derive(Clone, Debug)]
pub(crate) struct Mouth {
    to: mpsc::UnboundedSender<Parcel>,
    round_trip: RoundTrip,
}

impl Mouth {
    pub(crate) fn new(to: mpsc::UnboundedSender<Parcel>, round_trip: RoundTrip) -> Self {
        Self { to, round_trip }
    }

    /// Sends something, which leaves after the round trip. Who has gone does not read it any more.
    pub(crate) fn send(&self, load: Load) {
        let _gone = self.to.send(Parcel { due: self.round_trip.due(), load });
    }
}

/// The way back to whoever sent one command.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    mouth: Mouth,
    tag: Option<Vec<u8>>,
    manner: Option<Arc<Manner>>,
}

impl Outgoing {
    /// Answers to the command under `tag`.
    pub(crate) fn new(mouth: Mouth, tag: Option<Vec<u8>>) -> Self {
        Self { mouth, tag, manner: None }
    }

    /// The same, but not straight.
    pub(crate) fn in_a_manner(self, manner: Manner) -> Self {
        Self { manner: Some(Arc::new(manner)), ..self }
    }

    pub(crate) fn tag(&self) -> Option<&[u8]> {
        self.tag.as_deref()
    }

    pub(crate) fn row(&self, values: &[(&str, Vec<u8>)]) {
        let begun = self.begin("!re");
        self.send(values.iter().fold(begun, |sentence, (name, value)| sentence.attribute(name, value)));
    }

    pub(crate) fn empty(&self) {
        self.send(self.begin("!empty"));
    }

    pub(crate) fn done(&self) {
        self.send(self.begin("!done"));
    }

    pub(crate) fn done_with(&self, ret: impl AsRef<[u8]>) {
        self.send(self.begin("!done").attribute("ret", ret.as_ref()));
    }

    /// `!trap` and, after it, the end of the command.
    pub(crate) fn refuse(&self, refused: &Refused) {
        self.trap(refused);
        self.done();
    }

    pub(crate) fn trap(&self, refused: &Refused) {
        self.send(self.refusal(refused));
    }

    /// `!fatal`. Its reason is a bare word.
    pub(crate) fn fatal(&self, reason: &str) {
        self.send(Sentence::new("!fatal").word(reason));
    }

    /// Any words. `.tag` stands for the tag.
    pub(crate) fn words(&self, words: &[String]) {
        let word = |word: &String| match (word.as_str(), &self.tag) {
            (".tag", tag) => tag.as_ref().map(|tag| [b".tag=", tag.as_slice()].concat()),
            _ => Some(word.clone().into_bytes()),
        };
        self.send(Sentence::from_words(words.iter().filter_map(word).collect()));
    }

    fn refusal(&self, Refused { category, message }: &Refused) -> Sentence {
        let mut trap = self.begin("!trap");
        if let Some(category) = category {
            trap = trap.attribute("category", category.to_string());
        }
        trap.attribute("message", message)
    }

    /// Some clients look for the tag right behind the reply word.
    fn begin(&self, word: &str) -> Sentence {
        match &self.tag {
            Some(tag) => Sentence::new(word).word([b".tag=", tag.as_slice()].concat()),
            None => Sentence::new(word),
        }
    }

    fn send(&self, sentence: Sentence) {
        let Some(manner) = &self.manner else {
            return self.mouth.send(Load::Sentence(sentence));
        };
        for sentence in manner.bend(sentence, |refused| self.refusal(refused)) {
            self.mouth.send(manner.load(sentence));
        }
    }
}
