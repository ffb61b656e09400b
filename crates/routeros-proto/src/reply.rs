//! What a router answers: rows, the end, refusals.

use crate::{Sentence, Tag, text};

/// The attributes of a reply, in the router's order, as text.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Attributes(Vec<(String, String)>);

/// One sentence from the router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// `!re`: one row. A row of which nothing asked for is set has no attributes.
    Row(Attributes),
    /// `!done`: the command has ended, well or after a trap. `ret` is the id that an add made.
    Done(Attributes),
    /// `!empty` (RouterOS 7.18 and later): no rows. A `!done` follows.
    Empty,
    /// `!trap`: the router refuses. A `!done` follows; there may be several traps before it.
    Trap(Trap),
    /// `!fatal`: the router closes the line, for this reason.
    Fatal(String),
}

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

/// Why a sentence is no reply.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReplyError {
    /// A reply word that the protocol does not know.
    #[error("the router answered with the unknown word {0:?}")]
    UnknownWord(String),
    /// A tag that we never gave out.
    #[error("the router answered under the tag {0:?}, which is none of ours")]
    UnknownTag(String),
}

impl Attributes {
    /// The value of `name`; absent when the router has it unset.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All pairs in the router's order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromIterator<(String, String)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl Reply {
    /// Reads a sentence as a reply, with the tag it belongs to.
    ///
    /// # Errors
    /// An unknown reply word, or a tag that is no number.
    pub fn read(sentence: &Sentence) -> Result<(Option<Tag>, Self), ReplyError> {
        let tag = match sentence.raw_tag() {
            None => None,
            Some(raw) => Some(Tag::parse(raw).ok_or_else(|| ReplyError::UnknownTag(text(raw)))?),
        };
        let reply = match sentence.first() {
            b"!re" => Self::Row(attributes(sentence)),
            b"!done" => Self::Done(attributes(sentence)),
            b"!empty" => Self::Empty,
            b"!trap" => Self::Trap(Trap::read(sentence)),
            b"!fatal" => Self::Fatal(reason(sentence)),
            other => return Err(ReplyError::UnknownWord(text(other))),
        };
        Ok((tag, reply))
    }
}

impl Trap {
    fn read(sentence: &Sentence) -> Self {
        let attributes = attributes(sentence);
        let category = attributes.get("category").and_then(|number| number.parse().ok());
        Self {
            category: category.map(|number| match number {
                0 => Category::Missing,
                1 => Category::ArgumentValue,
                2 => Category::Interrupted,
                other => Category::Other(other),
            }),
            message: attributes.get("message").unwrap_or("no reason given").to_owned(),
        }
    }
}

fn attributes(sentence: &Sentence) -> Attributes {
    sentence.attributes().map(|(name, value)| (text(name), text(value))).collect()
}

/// The reason of a `!fatal` is a bare second word on every router seen; the manual's `=message=` is taken too.
fn reason(sentence: &Sentence) -> String {
    let bare = sentence.words().iter().skip(1).find(|word| !word.starts_with(b"=") && !word.starts_with(b"."));
    match (attributes(sentence).get("message"), bare) {
        (Some(message), _) => message.to_owned(),
        (None, Some(word)) => text(word),
        (None, None) => "no reason given".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> (Option<Tag>, Reply) {
        Reply::read(&Sentence::from_words(words.iter().map(|word| word.as_bytes().to_vec()).collect())).unwrap()
    }

    #[test]
    fn a_fatal_gives_its_reason_in_either_form() {
        let closed = Reply::Fatal("session terminated on request".to_owned());
        assert_eq!(read(&["!fatal", "session terminated on request"]).1, closed);
        assert_eq!(read(&["!fatal", "=message=session terminated on request"]).1, closed);
    }

    #[test]
    fn a_trap_keeps_its_category_and_words() {
        let (tag, reply) =
            read(&["!trap", "=category=1", "=message=input does not match any value of profile", ".tag=7"]);
        assert_eq!(tag, Tag::parse(b"7"));
        let message = "input does not match any value of profile".to_owned();
        assert_eq!(reply, Reply::Trap(Trap { category: Some(Category::ArgumentValue), message }));
    }

    #[test]
    fn the_tag_may_stand_before_the_attributes_and_a_row_may_be_bare() {
        let (tag, reply) = read(&["!re", ".tag=10", "=.id=*A"]);
        assert_eq!(tag, Tag::parse(b"10"));
        assert!(matches!(reply, Reply::Row(row) if row.get(".id") == Some("*A")));
        assert!(matches!(read(&["!re"]).1, Reply::Row(row) if row.iter().count() == 0));
    }

    #[test]
    fn an_unknown_word_is_named() {
        let unknown = Reply::read(&Sentence::new("!maybe"));
        assert_eq!(unknown, Err(ReplyError::UnknownWord("!maybe".to_owned())));
    }
}
