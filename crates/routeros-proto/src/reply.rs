//! What a router answers: rows, the end, refusals.

use std::fmt;

use compact_str::CompactString;

use crate::{Charset, Fields, Words};

/// One sentence from the router.
#[derive(Clone, Debug)]
pub enum Reply<'a> {
    /// `!re`: one row. A row of which nothing asked for is set has no fields.
    Row(Fields<'a>),
    /// `!done`: the command has ended, well or after a trap. `ret` is the id that an add made.
    Done(Fields<'a>),
    /// `!empty` (RouterOS 7.18 and later): no rows. A `!done` follows.
    Empty,
    /// `!trap`: the router refuses. A `!done` follows; there may be several traps before it.
    Trap(Trap),
    /// `!fatal`: the router closes the line, for this reason.
    Fatal(String),
}

/// The attributes of a reply to keep, in the router's order, as text. `Debug` shows no password.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Attributes(Vec<(CompactString, CompactString)>);

/// A refusal in the router's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trap {
    /// What kind of refusal, where the router says.
    pub category: Option<Category>,
    /// The router's words.
    pub message: String,
}

/// `=category=` of a trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// 0: an item or command that is not there.
    Missing,
    /// 1: an argument value that does not fit.
    ArgumentValue,
    /// 2: the command was interrupted.
    Interrupted,
    /// Any other number.
    Other(u8),
}

/// A reply word that the protocol does not know.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("the router answered with the unknown word {0:?}")]
pub struct UnknownReply(pub String);

impl<'a> Reply<'a> {
    /// Reads a sentence as a reply.
    ///
    /// # Errors
    /// It begins with a word that no reply begins with.
    #[inline]
    pub fn read(words: Words<'a>, charset: Charset) -> Result<Self, UnknownReply> {
        match words.first() {
            b"!re" => Ok(Self::Row(words.fields())),
            b"!done" => Ok(Self::Done(words.fields())),
            b"!empty" => Ok(Self::Empty),
            b"!trap" => Ok(Self::Trap(Trap::read(words.fields(), charset))),
            b"!fatal" => Ok(Self::Fatal(reason(words.fields(), charset))),
            other => Err(UnknownReply(charset.read(other).into())),
        }
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_secret = |name: &str| name.contains("password") || name.contains("secret");
        let shown = self.iter().map(|(name, value)| (name, if is_secret(name) { "…" } else { value }));
        f.debug_map().entries(shown).finish()
    }
}

impl Attributes {
    /// Keeps what a reply says.
    pub fn read(fields: Fields<'_>, charset: Charset) -> Self {
        Self(fields.iter().map(|(name, value)| (charset.read(name), charset.read(value))).collect())
    }

    /// The value of `name`; absent when the router has it unset.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All pairs in the router's order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl Trap {
    fn read(fields: Fields<'_>, charset: Charset) -> Self {
        let text = |name| fields.get(name).map(|value| charset.read(value));
        let category = text("category").and_then(|number| number.parse().ok());
        Self {
            category: category.map(|number| match number {
                0 => Category::Missing,
                1 => Category::ArgumentValue,
                2 => Category::Interrupted,
                other => Category::Other(other),
            }),
            message: text("message").map_or_else(|| "no reason given".to_owned(), Into::into),
        }
    }
}

/// The reason of a `!fatal` is a bare second word on every router seen; the manual's `=message=` is taken too.
fn reason(fields: Fields<'_>, charset: Charset) -> String {
    let said = fields.get("message").or_else(|| fields.bare());
    said.map_or_else(|| "no reason given".to_owned(), |said| charset.read(said).into())
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;
    use expect_test::{Expect, expect};

    use super::*;
    use crate::{Decoder, Sentence};

    fn check(words: &[&str], expected: &Expect) {
        let mut wire = BytesMut::new();
        let sentence = Sentence::from_words(words.iter().map(|word| word.as_bytes().to_vec()).collect());
        sentence.encode(&mut wire).expect("no word is empty");
        let mut decoder = Decoder::default();
        decoder.feed(&wire);
        let words = decoder.next_words().expect("whole").expect("whole");
        let tag = words.tag().map(|tag| tag.map_or("odd".to_owned(), |tag| tag.to_string()));
        let told = match Reply::read(words, Charset::default()) {
            Ok(Reply::Row(fields)) => format!("row {:?}", Attributes::read(fields, Charset::default()).0),
            Ok(Reply::Done(fields)) => format!("done {:?}", Attributes::read(fields, Charset::default()).0),
            Ok(reply) => format!("{reply:?}"),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&format!("{} {told}", tag.unwrap_or_default()));
    }

    #[test]
    fn a_fatal_gives_its_reason_in_either_form() {
        let closed = expect![[r#" Fatal("session terminated on request")"#]];
        check(&["!fatal", "session terminated on request"], &closed);
        check(&["!fatal", "=message=session terminated on request"], &closed);
        check(&["!fatal"], &expect![[r#" Fatal("no reason given")"#]]);
    }

    #[test]
    fn a_trap_keeps_its_category_and_words() {
        check(
            &["!trap", "=category=1", "=message=input does not match any value of profile", ".tag=7"],
            &expect![[
                r#"7 Trap(Trap { category: Some(ArgumentValue), message: "input does not match any value of profile" })"#
            ]],
        );
        check(
            &["!trap", "=message=failure: already have such name"],
            &expect![[r#" Trap(Trap { category: None, message: "failure: already have such name" })"#]],
        );
    }

    #[test]
    fn the_tag_may_stand_anywhere_and_a_row_may_be_bare() {
        check(&["!re", ".tag=10", "=.id=*A"], &expect![[r#"10 row [(".id", "*A")]"#]]);
        check(&["!re", "=.id=*A", ".tag=10"], &expect![[r#"10 row [(".id", "*A")]"#]]);
        check(&["!re"], &expect![" row []"]);
        check(&["!done", "=ret=*3", ".tag=x"], &expect![[r#"odd done [("ret", "*3")]"#]]);
        check(&["!empty", ".tag=5"], &expect!["5 Empty"]);
    }

    #[test]
    fn a_password_is_not_shown() {
        let pair = |(name, value): (&str, &str)| (name.into(), value.into());
        let row = Attributes([("name", "ana"), ("password", "s3cret"), ("otp-secret", "x")].map(pair).to_vec());
        assert_eq!(format!("{row:?}"), r#"{"name": "ana", "password": "…", "otp-secret": "…"}"#);
    }

    #[test]
    fn an_unknown_word_is_named() {
        check(&["!maybe"], &expect![[r#" the router answered with the unknown word "!maybe""#]]);
    }
}
