//! What can be said to a router. User text stands only behind a fixed `=name=` or `?name=`, never at the start of a word.

use std::{fmt, str::FromStr};

use routeros_proto::Sentence;

use crate::Menu;

/// A command, ready to be sent.
#[derive(Clone, Debug)]
pub struct Command {
    name: String,
    sentence: Sentence,
}

/// The `.id` of a row: `*` and up to eight hexadecimal digits. Lists of ids, which RouterOS would take, are refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId(String);

/// Text that is no `.id`.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is no row id; one looks like *1F")]
pub struct NotARowId(String);

impl Command {
    /// Reads a menu.
    pub fn print(menu: Menu) -> Self {
        Self::new(menu, "print")
    }

    /// Asks for every row that changes from now on, for [`Connection::follow`](crate::Connection::follow).
    pub fn listen(menu: Menu) -> Self {
        Self::new(menu, "listen")
    }

    /// Makes a row.
    pub fn add<'a>(menu: Menu, values: impl IntoIterator<Item = (&'static str, &'a str)>) -> Self {
        Self::new(menu, "add").values(values)
    }

    /// Changes a row.
    pub fn set<'a>(menu: Menu, id: &RowId, values: impl IntoIterator<Item = (&'static str, &'a str)>) -> Self {
        Self::new(menu, "set").on(id).values(values)
    }

    /// Clears a property that takes no empty value.
    pub fn unset(menu: Menu, id: &RowId, property: &'static str) -> Self {
        Self::new(menu, "unset").on(id).value("value-name", property)
    }

    /// Deletes a row; of a menu of sessions, ends the session.
    pub fn remove(menu: Menu, id: &RowId) -> Self {
        Self::new(menu, "remove").on(id)
    }

    /// Asks for these properties only.
    #[must_use]
    pub fn only(self, properties: &[&'static str]) -> Self {
        self.value(".proplist", &properties.join(","))
    }

    /// Asks for rows where the property equals this only.
    #[must_use]
    pub fn matching(mut self, property: &'static str, value: &str) -> Self {
        self.sentence = self.sentence.query_equal(property, value);
        self
    }

    /// Menu and verb, without any value.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn login(values: impl IntoIterator<Item = (&'static str, impl AsRef<[u8]>)>) -> Self {
        let begin = Sentence::new("/login");
        let sentence = values.into_iter().fold(begin, |sentence, (name, value)| sentence.attribute(name, value));
        Self { name: "/login".to_owned(), sentence }
    }

    pub(crate) fn into_sentence(self) -> Sentence {
        self.sentence
    }

    fn new(menu: Menu, verb: &str) -> Self {
        let name = format!("{}/{verb}", menu.path());
        Self { sentence: Sentence::new(name.as_str()), name }
    }

    fn on(self, id: &RowId) -> Self {
        self.value(".id", &id.0)
    }

    fn values<'a>(self, values: impl IntoIterator<Item = (&'static str, &'a str)>) -> Self {
        values.into_iter().fold(self, |command, (name, value)| command.value(name, value))
    }

    fn value(mut self, name: &'static str, value: &str) -> Self {
        self.sentence = self.sentence.attribute(name, value);
        self
    }
}

impl RowId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RowId {
    type Err = NotARowId;

    fn from_str(text: &str) -> Result<Self, NotARowId> {
        let digits = text.strip_prefix('*').unwrap_or_default();
        let well_formed =
            (1..=8).contains(&digits.len()) && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
        if well_formed { Ok(Self(text.to_owned())) } else { Err(NotARowId(text.to_owned())) }
    }
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(command: Command) -> Vec<String> {
        let sentence = command.into_sentence();
        sentence.words().iter().map(|word| String::from_utf8(word.clone()).unwrap()).collect()
    }

    #[test]
    fn user_text_cannot_become_a_word_of_its_own() {
        let command = Command::add(Menu::PppSecret, [("name", "=x=y"), ("comment", "?#!\n.tag=1")]);
        assert_eq!(words(command), ["/ppp/secret/add", "=name==x=y", "=comment=?#!\n.tag=1"]);
        let command = Command::print(Menu::PppSecret).only(&[".id", "name"]).matching("name", "?name=x");
        assert_eq!(words(command), ["/ppp/secret/print", "=.proplist=.id,name", "?name=?name=x"]);
    }

    #[test]
    fn a_list_of_ids_is_no_id() {
        for text in ["*1,*2", "*", "1F", "*g", "*1f", "*123456789", "ether1", ""] {
            assert!(text.parse::<RowId>().is_err(), "{text}");
        }
        assert_eq!("*8000001F".parse::<RowId>().unwrap().as_str(), "*8000001F");
    }
}
