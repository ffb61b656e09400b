//! A sentence: the command or reply word, then attributes, queries and API words.

use bytes::{BufMut, BytesMut};

use crate::{Limits, Tag, word, words::split};

/// Words in the order they cross the wire. Values are bytes: RouterOS knows no character set.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Sentence {
    words: Vec<Vec<u8>>,
}

/// Why a sentence cannot be sent.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum EncodeError {
    /// An empty word would end the sentence in the middle.
    #[error("word {index} of {command} is empty, which would end the sentence")]
    EmptyWord {
        /// The command the sentence begins with.
        command: String,
        /// Which word, counted from 0.
        index: usize,
    },
    /// More words than [`Limits::words`].
    #[error("{command} has {len} words; at most {max} are sent")]
    TooManyWords {
        /// The command the sentence begins with.
        command: String,
        /// How many it has.
        len: usize,
        /// The most that may be sent.
        max: usize,
    },
    /// Longer than [`Limits::outgoing_word`].
    #[error("word {index} of {command} has {len} bytes; a router takes at most {max}")]
    WordTooLong {
        /// The command the sentence begins with.
        command: String,
        /// Which word, counted from 0.
        index: usize,
        /// Its length in bytes.
        len: usize,
        /// The most that may be sent, in bytes.
        max: usize,
    },
}

impl Sentence {
    /// Begins a sentence with its command (`/ppp/secret/print`) or reply word (`!re`).
    pub fn new(first: impl Into<Vec<u8>>) -> Self {
        Self { words: vec![first.into()] }
    }

    /// A sentence of ready words, as a decoder reads them.
    pub fn from_words(words: Vec<Vec<u8>>) -> Self {
        Self { words }
    }

    /// Adds `=name=value`.
    #[must_use]
    pub fn attribute(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.word([b"=", name.as_bytes(), b"=", value.as_ref()].concat())
    }

    /// Adds `?name=value`: only rows where they are equal.
    #[must_use]
    pub fn query_equal(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.word([b"?", name.as_bytes(), b"=", value.as_ref()].concat())
    }

    /// Adds `?#ops`, the operators on the stack of queries (`|`, `!`, `&`).
    #[must_use]
    pub fn query_operators(self, operators: &str) -> Self {
        self.word([b"?#", operators.as_bytes()].concat())
    }

    /// Adds `.tag=`, by which the replies are told apart.
    #[must_use]
    pub fn tag(self, tag: Tag) -> Self {
        self.word(format!(".tag={tag}"))
    }

    /// Adds a word as it is.
    #[must_use]
    pub fn word(mut self, word: impl Into<Vec<u8>>) -> Self {
        self.words.push(word.into());
        self
    }

    /// All words.
    pub fn words(&self) -> &[Vec<u8>] {
        &self.words
    }

    /// The command or reply word.
    pub fn first(&self) -> &[u8] {
        self.words.first().map_or(b"", Vec::as_slice)
    }

    /// The value of `.tag=`, wherever in the sentence it stands.
    pub fn raw_tag(&self) -> Option<&[u8]> {
        self.words.iter().skip(1).find_map(|word| word.strip_prefix(b".tag="))
    }

    /// Every `=name=value` in order. A value may itself hold `=`; a word without a second `=` has an empty value.
    pub fn attributes(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.words.iter().skip(1).filter_map(|word| split(word))
    }

    /// Writes the sentence with its end, within the usual limits.
    ///
    /// # Errors
    /// An empty or overlong word, or too many of them. Nothing is written then.
    pub fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.encode_within(Limits::default(), out)
    }

    /// Writes the sentence with its end, within these limits.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub fn encode_within(&self, limits: Limits, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.check(limits)?;
        for word in &self.words {
            let len = u32::try_from(word.len()).expect("checked against a limit below 4 GiB");
            word::put_length(len, out);
            out.put_slice(word);
        }
        out.put_u8(0);
        Ok(())
    }

    fn check(&self, limits: Limits) -> Result<(), EncodeError> {
        // A length has at most four bytes.
        let max = limits.outgoing_word.min(u32::MAX as usize);
        let command = || String::from_utf8_lossy(self.first()).into_owned();
        if self.words.len() > limits.words {
            let (len, max) = (self.words.len(), limits.words);
            return Err(EncodeError::TooManyWords { command: command(), len, max });
        }
        for (index, word) in self.words.iter().enumerate() {
            if word.is_empty() {
                return Err(EncodeError::EmptyWord { command: command(), index });
            }
            if word.len() > max {
                return Err(EncodeError::WordTooLong { command: command(), index, len: word.len(), max });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_break_the_frame_is_refused_before_a_byte_is_written() {
        let mut out = BytesMut::new();
        let empty = Sentence::new("/login").word("");
        assert!(matches!(empty.encode(&mut out), Err(EncodeError::EmptyWord { index: 1, .. })));
        let Limits { outgoing_word, words, .. } = Limits::default();
        let long = Sentence::new("/login").attribute("name", vec![b'x'; outgoing_word]);
        assert!(matches!(long.encode(&mut out), Err(EncodeError::WordTooLong { .. })));
        let many = Sentence::from_words(vec![b"x".to_vec(); words + 1]);
        assert!(matches!(many.encode(&mut out), Err(EncodeError::TooManyWords { .. })));
        assert!(out.is_empty());
    }

    #[test]
    fn limits_are_the_callers() {
        let limits = Limits { outgoing_word: 10, words: 2, ..Limits::default() };
        let fits = |sentence: Sentence| sentence.encode_within(limits, &mut BytesMut::new()).is_ok();
        assert!(fits(Sentence::new("/login").word("=x=1234567")));
        assert!(!fits(Sentence::new("/login").word("=x=12345678")));
        assert!(!fits(Sentence::new("/login").word("=x=").word("=y=")));
    }
}
