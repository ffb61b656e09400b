//! Bytes as they come, whole sentences out.

use std::ops::Range;

use bytes::{Buf, BytesMut};

use crate::{
    Sentence, Words,
    word::{Prefix, read_prefix},
};

/// How much room a reader is given at least, in bytes.
const ROOM: usize = 64 * 1024;

/// How much is said. What the other side may send before we stop listening, and what we send at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest word that we send, in bytes. Real routers took words of 16 KB and refused one of 2 MB.
    pub outgoing_word: usize,
    /// Longest word, in bytes.
    pub word: usize,
    /// Most words in one sentence, in either direction.
    pub words: usize,
    /// Longest sentence, in bytes: what is kept until its end comes.
    pub sentence: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { outgoing_word: 64 * 1024, word: 1024 * 1024, words: 4096, sentence: 4 * 1024 * 1024 }
    }
}

/// Why a stream cannot be followed any further.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
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
    /// A sentence of too many words.
    #[error("a sentence of more than {max} words")]
    TooManyWords {
        /// The limit.
        max: usize,
    },
    /// A sentence over the limit.
    #[error("a sentence of more than {max} bytes")]
    SentenceTooLong {
        /// The limit in bytes.
        max: usize,
    },
}

/// Collects bytes until sentences are whole. Each byte is looked at once, however the stream is cut.
#[derive(Debug, Default)]
pub struct Decoder {
    buf: BytesMut,
    /// The sentence handed out last, which is given up when the next is asked for.
    spent: usize,
    begun: Begun,
    limits: Limits,
}

/// The sentence that is coming.
#[derive(Debug, Default)]
struct Begun {
    /// Bytes of whole words so far.
    len: usize,
    words: usize,
    tag: Option<Range<usize>>,
}

impl Decoder {
    /// A decoder with limits of its own.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Takes bytes in.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.settle();
        self.buf.extend_from_slice(bytes);
    }

    /// Room for a reader to put bytes behind those that are here, which saves a copy.
    pub fn room(&mut self) -> &mut BytesMut {
        self.settle();
        self.buf.reserve(ROOM);
        &mut self.buf
    }

    /// The bytes that are no whole sentence yet.
    pub fn pending(&self) -> &[u8] {
        &self.buf[self.spent..]
    }

    /// The next whole sentence, where it lies. `Ok(None)` asks for more bytes; empty sentences are passed over.
    ///
    /// # Errors
    /// The stream is beyond repair; every later call would be a guess.
    pub fn next_words(&mut self) -> Result<Option<Words<'_>>, DecodeError> {
        self.settle();
        loop {
            let rest = &self.buf[self.begun.len..];
            let (len, used) = match read_prefix(rest) {
                Prefix::Word { len, used } => (len, used),
                Prefix::Incomplete => return Ok(None),
                Prefix::Reserved(byte) => return Err(DecodeError::ReservedByte(byte)),
            };
            if len == 0 {
                if self.begun.words == 0 {
                    self.buf.advance(used);
                    continue;
                }
                let Begun { len, tag, .. } = std::mem::take(&mut self.begun);
                self.spent = len + used;
                return Ok(Some(Words::checked(&self.buf[..len], tag.map(|tag| &self.buf[tag]))));
            }
            self.begun.check(len, used, self.limits)?;
            let Some(word) = rest.get(used..used + len) else {
                return Ok(None);
            };
            self.begun.take(word, used);
        }
    }

    /// The next whole sentence, to keep.
    ///
    /// # Errors
    /// As [`Self::next_words`].
    pub fn next_sentence(&mut self) -> Result<Option<Sentence>, DecodeError> {
        let words = self.next_words()?;
        Ok(words.map(|words| Sentence::from_words(words.iter().map(<[u8]>::to_vec).collect())))
    }

    fn settle(&mut self) {
        self.buf.advance(std::mem::take(&mut self.spent));
    }
}

impl Begun {
    /// Whether a word of `len` bytes may still come.
    #[inline]
    fn check(&self, len: usize, used: usize, limits: Limits) -> Result<(), DecodeError> {
        if len > limits.word {
            return Err(DecodeError::WordTooLong { len, max: limits.word });
        }
        if self.words == limits.words {
            return Err(DecodeError::TooManyWords { max: limits.words });
        }
        if self.len + used + len > limits.sentence {
            return Err(DecodeError::SentenceTooLong { max: limits.sentence });
        }
        Ok(())
    }

    #[inline]
    fn take(&mut self, word: &[u8], used: usize) {
        const TAG: &[u8] = b".tag=";
        let end = self.len + used + word.len();
        if word[0] == b'.' && self.tag.is_none() && self.words > 0 && word.starts_with(TAG) {
            self.tag = Some(end - word.len() + TAG.len()..end);
        }
        self.len = end;
        self.words += 1;
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
            cuts in prop::collection::vec(1usize..64, 1..8),
        ) {
            let sentences: Vec<_> = sentences.into_iter().map(Sentence::from_words).collect();
            let mut wire = BytesMut::new();
            for sentence in &sentences {
                sentence.encode(&mut wire).expect("no word is empty");
            }
            let (mut decoder, mut read) = (Decoder::default(), Vec::new());
            for cut in cuts.into_iter().cycle() {
                let chunk = wire.split_to(cut.min(wire.len()));
                decoder.feed(&chunk);
                while let Some(sentence) = decoder.next_sentence().expect("we wrote it") {
                    read.push(sentence);
                }
                if wire.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(read, sentences);
            prop_assert!(decoder.pending().is_empty());
        }

        /// Bytes from anybody end in sentences or in an error, never in a panic.
        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
            let mut decoder = Decoder::default();
            decoder.feed(&bytes);
            while let Ok(Some(_)) = decoder.next_words() {}
        }
    }

    fn small() -> Decoder {
        Decoder::new(Limits { word: 1000, words: 2, sentence: 1200, ..Limits::default() })
    }

    #[test]
    fn an_oversized_word_is_refused_by_its_length_alone() {
        let mut decoder = small();
        decoder.feed(&[0x83, 0xE9]);
        assert_eq!(decoder.next_words().err(), Some(DecodeError::WordTooLong { len: 1001, max: 1000 }));
    }

    #[test]
    fn a_sentence_without_end_is_refused_by_words_and_by_bytes() {
        let mut decoder = small();
        decoder.feed(&[1, b'a', 1, b'b', 1, b'c']);
        assert_eq!(decoder.next_words().err(), Some(DecodeError::TooManyWords { max: 2 }));
        let mut decoder = small();
        decoder.feed(&[&[0x83, 0xE8][..], &[b'x'; 1000], &[0x80, 0xC8]].concat());
        assert_eq!(decoder.next_words().err(), Some(DecodeError::SentenceTooLong { max: 1200 }));
    }

    #[test]
    fn a_web_server_on_the_port_is_not_taken_for_a_router() {
        let mut decoder = Decoder::default();
        decoder.feed(b"\xff\xfb\x01");
        assert_eq!(decoder.next_words().err(), Some(DecodeError::ReservedByte(0xFF)));
    }

    #[test]
    fn the_tag_is_found_wherever_it_stands_and_only_the_first_counts() {
        for words in [&["!re", ".tag=7", "=a=b"][..], &["!re", "=a=.tag=1", ".tag=7", ".tag=8"]] {
            let mut wire = BytesMut::new();
            Sentence::from_words(words.iter().map(|word| word.as_bytes().to_vec()).collect())
                .encode(&mut wire)
                .expect("no word is empty");
            let mut decoder = Decoder::default();
            decoder.feed(&wire);
            let tag = decoder.next_words().expect("whole").expect("whole").tag();
            assert_eq!(tag.and_then(Result::ok), crate::Tag::parse(b"7"));
        }
    }
}
