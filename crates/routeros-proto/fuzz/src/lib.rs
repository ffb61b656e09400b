//! What must hold for any bytes. Fuzzers find the bytes; the suite replays those that were kept.

use std::fmt::{Debug, Display};

use bytes::BytesMut;
use routeros_proto::{
    Attributes, Charset, DecodeError, Decoder, FromFields, Limits, Reader, Reply, Sentence, row,
    value::{Date, Or, Pair, Password, RowId, Span, Stamp, Text, TimeOfDay, Value},
};

const LIMITS: Limits = Limits { word: 4096, words: 64, sentence: 8192 };
const CODE_PAGES: [&str; 4] = ["windows-1252", "windows-1251", "windows-1253", "escaped"];

row! {
    /// One property of each type.
    struct Everything, properties EverythingProperty {
        pub id: RowId = Id(b".id"),
        pub name: Text = Name(b"name"),
        pub password: Password = Password(b"password"),
        pub bytes_in: u64 = BytesIn(b"bytes-in"),
        pub disabled: bool = Disabled(b"disabled"),
        pub uptime: Span = Uptime(b"uptime"),
        pub idle_timeout: Or<Span> = IdleTimeout(b"idle-timeout"),
        pub max_limit: Pair = MaxLimit(b"max-limit"),
        pub last_logged_out: Stamp = LastLoggedOut(b"last-logged-out"),
        pub date: Date = Date(b"date"),
        pub time: TimeOfDay = Time(b"time"),
    }
}

/// The first byte says how the others are cut. However that is, the same sentences come out, they are written back as
/// they were, and no more is kept than the limits allow.
pub fn decode(data: &[u8]) {
    let Some((cut, wire)) = data.split_first() else { return };
    let (whole, pieces) = (sentences(wire, wire.len().max(1)), sentences(wire, usize::from(*cut).max(1)));
    assert_eq!(whole, pieces);
    for sentence in whole.0 {
        let mut again = BytesMut::new();
        sentence.encode(&mut again).expect("what was read can be written");
        assert_eq!(sentences(&again, 7), (vec![sentence], None));
    }
}

/// Sentences and how it ended, of bytes that come in pieces.
fn sentences(wire: &[u8], cut: usize) -> (Vec<Sentence>, Option<DecodeError>) {
    let (mut decoder, mut read) = (Decoder::new(LIMITS), Vec::new());
    for piece in wire.chunks(cut) {
        decoder.feed(piece);
        loop {
            match decoder.next_sentence() {
                Ok(Some(sentence)) => read.push(sentence),
                Ok(None) => break,
                Err(error) => return (read, Some(error)),
            }
        }
        // A word that was announced, or its length, may be on its way.
        assert!(decoder.pending().len() <= LIMITS.sentence + LIMITS.word + 5);
    }
    (read, None)
}

/// Lines are words. Whatever they say, a reply is read or refused, no value is lost without a note, and what a type
/// writes it reads back.
pub fn row(data: &[u8]) {
    let words = data.split(|byte| *byte == b'\n').filter(|word| !word.is_empty());
    let sentence = words.fold(Sentence::new("!re"), Sentence::word);
    let mut wire = BytesMut::new();
    if sentence.encode(&mut wire).is_err() {
        return;
    }
    let mut decoder = Decoder::default();
    decoder.feed(&wire);
    let Ok(Some(words)) = decoder.next_words() else { return };
    for name in CODE_PAGES {
        let charset: Charset = name.parse().expect("a code page");
        if let Ok(Reply::Row(fields)) = Reply::read(words, charset) {
            let mut reader = Reader::new(charset);
            let row = Everything::from_fields(fields, &mut reader);
            assert!(reader.odd().0.len() as u64 <= reader.odd().1);
            assert!(!format!("{row:?}").contains("Password(\""));
            let all = Attributes::read(fields, charset);
            assert_eq!(all.iter().count(), fields.iter().count());
        }
    }
    data.split(|byte| *byte == b'\n').for_each(values);
}

fn values(raw: &[u8]) {
    reads_back::<RowId>(raw);
    reads_back::<u64>(raw);
    reads_back::<Span>(raw);
    reads_back::<Or<Span>>(raw);
    reads_back::<Pair>(raw);
    reads_back::<Date>(raw);
    reads_back::<TimeOfDay>(raw);
    reads_back::<Stamp>(raw);
}

fn reads_back<T: Value + Display + Debug + PartialEq>(raw: &[u8]) {
    if let Some(value) = T::read(raw, Charset::default()) {
        assert_eq!(T::read(value.to_string().as_bytes(), Charset::default()), Some(value));
    }
}
