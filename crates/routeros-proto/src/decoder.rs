//! Bytes as they come, whole sentences out.

use bytes::{Buf, BytesMut};

use crate::{
    Sentence,
    word::{Prefix, read_prefix},
};

/// What the other side may send before we stop listening.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longest word, in bytes.
    pub word: usize,
    /// Most words in one sentence.
    pub words: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { word: 1024 * 1024, words: 4096 }
    }
}

/// Why a stream cannot be followed any further.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DecodeError {
    /// A control byte that the protocol reserves: most often the other side does not speak the RouterOS API.
    #[error("the other side sent the reserved byte {0:#04x}: it does not speak the RouterOS API")]
    ReservedByte(u8),
    /// A word over the limit.
    #[error("a word of {len} bytes is over the limit of {max}")]
    WordTooLong {
        /// Announced length in bytes.
        len: usize,
        /// The limit in bytes.
        max: usize,
    },
    /// A sentence over the limit.
    #[error("a sentence of more than {max} words")]
    SentenceTooLong {
        /// The limit.
        max: usize,
    },
}

/// Collects bytes until sentences are whole.
#[derive(Debug, Default)]
pub struct Decoder {
    buf: BytesMut,
    words: Vec<Vec<u8>>,
    limits: Limits,
}

impl Decoder {
    /// A decoder with limits of its own.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Takes bytes in.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.buf.extend_from_slice(bytes);
    }

    /// The next whole sentence. `Ok(None)` asks for more bytes; empty sentences are passed over.
    ///
    /// # Errors
    /// The stream is beyond repair; every later call would be a guess.
    pub fn next_sentence(&mut self) -> Result<Option<Sentence>, DecodeError> {
        while let Some(word) = self.next_word()? {
            if !word.is_empty() {
                if self.words.len() == self.limits.words {
                    return Err(DecodeError::SentenceTooLong { max: self.limits.words });
                }
                self.words.push(word);
            } else if !self.words.is_empty() {
                return Ok(Some(Sentence::from_words(std::mem::take(&mut self.words))));
            }
        }
        Ok(None)
    }

    fn next_word(&mut self) -> Result<Option<Vec<u8>>, DecodeError> {
        let (len, used) = match read_prefix(&self.buf) {
            Prefix::Word { len, used } => (len, used),
            Prefix::Incomplete => return Ok(None),
            Prefix::Reserved(byte) => return Err(DecodeError::ReservedByte(byte)),
        };
        if len > self.limits.word {
            return Err(DecodeError::WordTooLong { len, max: self.limits.word });
        }
        if self.buf.len() < used + len {
            return Ok(None);
        }
        self.buf.advance(used);
        Ok(Some(self.buf.split_to(len).to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever is put in comes out, word for word, however the bytes are cut.
        #[test]
        fn sentences_survive_the_wire(
            sentences in prop::collection::vec(prop::collection::vec(prop::collection::vec(any::<u8>(), 1..300), 1..6), 1..6),
            cut in 1usize..64,
        ) {
            let sentences: Vec<_> = sentences.into_iter().map(Sentence::from_words).collect();
            let mut wire = BytesMut::new();
            for sentence in &sentences {
                sentence.encode(&mut wire).expect("no word is empty");
            }
            let (mut decoder, mut read) = (Decoder::default(), Vec::new());
            for chunk in wire.chunks(cut) {
                decoder.feed(chunk);
                while let Some(sentence) = decoder.next_sentence().expect("we wrote it") {
                    read.push(sentence);
                }
            }
            prop_assert_eq!(read, sentences);
        }

        /// Bytes from anybody end in sentences or in an error, never in a panic.
        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
            let mut decoder = Decoder::default();
            decoder.feed(&bytes);
            while let Ok(Some(_)) = decoder.next_sentence() {}
        }
    }

    #[test]
    fn an_oversized_word_is_refused_by_its_length_alone() {
        let mut decoder = Decoder::new(Limits { word: 1000, words: 2 });
        decoder.feed(&[0x83, 0xE9]);
        assert_eq!(decoder.next_sentence(), Err(DecodeError::WordTooLong { len: 1001, max: 1000 }));
    }

    #[test]
    fn a_sentence_without_end_is_refused() {
        let mut decoder = Decoder::new(Limits { word: 1000, words: 2 });
        decoder.feed(&[1, b'a', 1, b'b', 1, b'c']);
        assert_eq!(decoder.next_sentence(), Err(DecodeError::SentenceTooLong { max: 2 }));
    }

    #[test]
    fn a_web_server_on_the_port_is_not_taken_for_a_router() {
        let mut decoder = Decoder::default();
        decoder.feed(b"\xff\xfb\x01");
        assert_eq!(decoder.next_sentence(), Err(DecodeError::ReservedByte(0xFF)));
    }
}
