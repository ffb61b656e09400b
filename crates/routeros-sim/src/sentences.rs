//! What goes out: replies under the tag of their command.

use routeros_proto::Sentence;
use tokio::sync::mpsc;

use crate::refused::Refused;

/// The way back to whoever sent one command.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    to: mpsc::UnboundedSender<Sentence>,
    tag: Option<Vec<u8>>,
}

impl Outgoing {
    /// Answers to the command under `tag`.
    pub(crate) fn new(to: mpsc::UnboundedSender<Sentence>, tag: Option<Vec<u8>>) -> Self {
        Self { to, tag }
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
        let Refused { category, message } = refused;
        let mut trap = self.begin("!trap");
        if let Some(category) = category {
            trap = trap.attribute("category", category.to_string());
        }
        self.send(trap.attribute("message", message));
    }

    /// `!fatal`. Its reason is a bare word.
    pub(crate) fn fatal(&self, reason: &str) {
        self.send(Sentence::new("!fatal").word(reason));
    }

    /// Some clients look for the tag right behind the reply word.
    fn begin(&self, word: &str) -> Sentence {
        match &self.tag {
            Some(tag) => Sentence::new(word).word([b".tag=", tag.as_slice()].concat()),
            None => Sentence::new(word),
        }
    }

    /// Who has gone does not read it any more.
    fn send(&self, sentence: Sentence) {
        let _gone = self.to.send(sentence);
    }
}
