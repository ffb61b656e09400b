//! What must hold for any bytes. Fuzzers find the bytes; the suite replays those that were kept.

use std::fmt::Debug;

use bytes::BytesMut;
use routeros_proto::{
    Charset, DecodeError, Decoder, Fields, FromFields, Limits, Reader, Reply, Sentence, Tag, UnknownReply, row,
    value::{Date, Or, Pair, Password, RowId, Span, Stamp, Text, TimeOfDay, Value, yes_or_no},
};

/// So small that a fuzzer, whose inputs have some kilobytes, comes to each of them.
const LIMITS: Limits = Limits { outgoing_word: 512, word: 512, words: 16, sentence: 1024 };
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

/// Sentences and how it ended.
type Read = (Vec<Sentence>, Option<DecodeError>);

/// The first two bytes are the lengths of pieces, which take turns. However the others are cut, the same sentences come
/// out, they are written back as they were, and no more is kept than the limits allow.
pub fn decode(data: &[u8]) {
    let [odd, even, wire @ ..] = data else { return };
    let whole = at_once(wire);
    assert_eq!(whole, in_pieces(wire, [*odd, *even]));
    for sentence in whole.0 {
        assert!(sentence.words().len() <= LIMITS.words);
        let mut again = BytesMut::new();
        sentence.encode(&mut again).expect("what was read can be written");
        assert!(again.len() <= LIMITS.sentence + 1);
        assert_eq!(in_pieces(&again, [*even, *odd]), (vec![sentence], None));
    }
}

/// Bytes that are all there before the first sentence is asked for, read where they lie.
fn at_once(wire: &[u8]) -> Read {
    let (mut decoder, mut read) = (Decoder::new(LIMITS), Vec::new());
    decoder.room().extend_from_slice(wire);
    loop {
        match decoder.next_words() {
            Ok(Some(words)) => {
                let sentence = Sentence::from_words(words.iter().map(<[u8]>::to_vec).collect());
                assert_eq!(words.tag(), sentence.raw_tag().map(|raw| Tag::parse(raw).ok_or(raw)));
                read.push(sentence);
            }
            Ok(None) => return (read, None),
            Err(error) => return (read, Some(error)),
        }
    }
}

/// Bytes that come in pieces, read into sentences to keep.
fn in_pieces(mut wire: &[u8], lengths: [u8; 2]) -> Read {
    let (mut decoder, mut read) = (Decoder::new(LIMITS), Vec::new());
    for length in lengths.iter().cycle() {
        let (piece, rest) = wire.split_at(usize::from(*length).max(1).min(wire.len()));
        decoder.feed(piece);
        loop {
            match decoder.next_sentence() {
                Ok(Some(sentence)) => read.push(sentence),
                Ok(None) => break,
                Err(error) => return (read, Some(error)),
            }
        }
        // Whole words, then a part of the next or of its length.
        assert!(decoder.pending().len() < LIMITS.sentence + 5);
        if rest.is_empty() {
            break;
        }
        wire = rest;
    }
    (read, None)
}

/// Lines are words, the first says which reply it is. Whatever they say, it is read or refused, a row holds what its
/// words say, no value is lost without a note, and what a type writes it reads back.
pub fn row(data: &[u8]) {
    let words: Vec<_> = data.split(|byte| *byte == b'\n').filter(|word| !word.is_empty()).collect();
    let sentence = Sentence::from_words(words.iter().map(|word| word.to_vec()).collect());
    let mut wire = BytesMut::new();
    let mut decoder = Decoder::default();
    if sentence.encode(&mut wire).is_err() {
        return;
    }
    decoder.feed(&wire);
    let Ok(Some(sentence)) = decoder.next_words() else { return };
    for name in CODE_PAGES {
        let charset: Charset = name.parse().expect("a code page");
        for word in &words {
            values(word, charset);
        }
        match Reply::read(sentence, charset) {
            Ok(Reply::Row(fields) | Reply::Done(fields)) => typed(fields, charset),
            Ok(Reply::Empty | Reply::Trap(_) | Reply::Fatal(_)) => {}
            Err(UnknownReply(said)) => assert_eq!(said, charset.read(sentence.first())),
        }
    }
}

fn typed(fields: Fields<'_>, charset: Charset) {
    fields.iter().for_each(|(_, value)| values(value, charset));
    let mut reader = Reader::new(charset);
    let row = Everything::from_fields(fields, &mut reader);
    let mut lost = 0;
    let plain = Everything {
        id: last(fields, ".id", charset, &mut lost),
        name: last(fields, "name", charset, &mut lost),
        password: last(fields, "password", charset, &mut lost),
        bytes_in: last(fields, "bytes-in", charset, &mut lost),
        disabled: last(fields, "disabled", charset, &mut lost),
        uptime: last(fields, "uptime", charset, &mut lost),
        idle_timeout: last(fields, "idle-timeout", charset, &mut lost),
        max_limit: last(fields, "max-limit", charset, &mut lost),
        last_logged_out: last(fields, "last-logged-out", charset, &mut lost),
        date: last(fields, "date", charset, &mut lost),
        time: last(fields, "time", charset, &mut lost),
    };
    assert_eq!(row, plain);
    let (kept, unread) = reader.odd();
    assert!(unread >= lost && kept.len() as u64 <= unread && (unread == 0 || !kept.is_empty()));
    assert!(row.password.is_none_or(|password| format!("{password:?}") == "Password(…)"));
}

/// The last value of that name, looked for the plain way; counts those that are there and cannot be read.
fn last<T: Value>(fields: Fields<'_>, name: &str, charset: Charset, lost: &mut u64) -> Option<T> {
    let (_, raw) = fields.iter().filter(|(key, _)| *key == name.as_bytes()).last()?;
    let value = T::read(raw, charset);
    *lost += u64::from(value.is_none() && !raw.is_empty());
    value
}

fn values(raw: &[u8], charset: Charset) {
    reads_back(raw, charset, Text::to_string);
    reads_back(raw, charset, |password: &Password| password.expose().to_owned());
    reads_back(raw, charset, |on: &bool| yes_or_no(*on).to_owned());
    reads_back(raw, charset, u64::to_string);
    reads_back(raw, charset, RowId::to_string);
    reads_back(raw, charset, Span::to_string);
    reads_back(raw, charset, Or::<Span>::to_string);
    reads_back(raw, charset, Pair::to_string);
    reads_back(raw, charset, Date::to_string);
    reads_back(raw, charset, TimeOfDay::to_string);
    reads_back(raw, charset, Stamp::to_string);
}

fn reads_back<T: Value + Debug + PartialEq>(raw: &[u8], charset: Charset, write: impl Fn(&T) -> String) {
    if let Some(value) = T::read(raw, charset) {
        assert_eq!(T::read(write(&value).as_bytes(), charset), Some(value));
    }
}
