//! What can be said to a router. User text stands only behind a fixed `=name=` or `?name=`, never at the start of a word.

use std::{fmt, marker::PhantomData, time::Duration};

use routeros_proto::{
    FromFields, Property, Sentence,
    value::{RowId, Span},
};

use crate::{Menu, Query};

/// A command, ready to be sent. `Debug` shows its name only: its values may be passwords.
#[derive(Clone)]
pub struct Command {
    name: String,
    sentence: Sentence,
}

/// A row type that belongs to a menu.
pub trait Row: FromFields + Send + 'static {
    /// Where its rows are.
    const MENU: Menu;
    /// What can be asked of them, and written to them.
    type Property: Property;

    /// Makes a row.
    fn add<'a>(values: impl IntoIterator<Item = (Self::Property, &'a str)>) -> Command {
        Command::add(Self::MENU, named(values))
    }

    /// Changes a row.
    fn set<'a>(id: RowId, values: impl IntoIterator<Item = (Self::Property, &'a str)>) -> Command {
        Command::set(Self::MENU, id, named(values))
    }

    /// Clears a property that takes no empty value.
    fn unset(id: RowId, property: Self::Property) -> Command {
        Command::unset(Self::MENU, id, property.name())
    }

    /// Deletes a row; of a menu of sessions, ends the session.
    fn remove(id: RowId) -> Command {
        Command::remove(Self::MENU, id)
    }
}

fn named<'a, P: Property>(
    values: impl IntoIterator<Item = (P, &'a str)>,
) -> impl Iterator<Item = (&'static str, &'a str)> {
    values.into_iter().map(|(property, value)| (property.name(), value))
}

/// A print of rows of one type: of all its properties and all rows, where nothing else is said.
///
/// ```
/// use routeros::{Print, Query, menu::{PppSecret, PppSecretProperty as Of}};
///
/// let of_ana = Print::<PppSecret>::new().only(&[Of::Id, Of::Profile]).matching(Query::is(Of::Name, "ana"));
/// assert_eq!(
///     of_ana.words(),
///     ["/ppp/secret/print", "=.proplist=.id,profile", "?name=ana"]
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Print<T: Row> {
    only: Vec<T::Property>,
    query: Option<Query<T::Property>>,
    row: PhantomData<fn() -> T>,
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, sentence: _ } = self;
        f.debug_tuple("Command").field(name).finish()
    }
}

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
    pub fn set<'a>(menu: Menu, id: RowId, values: impl IntoIterator<Item = (&'static str, &'a str)>) -> Self {
        Self::set_all(menu, &[id], values)
    }

    /// Changes rows to the same values. A router that refuses one of them may have changed those before it.
    pub fn set_all<'a>(menu: Menu, ids: &[RowId], values: impl IntoIterator<Item = (&'static str, &'a str)>) -> Self {
        Self::new(menu, "set").on(ids).values(values)
    }

    /// Changes the one row of a menu like `/system/identity`.
    pub fn set_only<'a>(menu: Menu, values: impl IntoIterator<Item = (&'static str, &'a str)>) -> Self {
        Self::new(menu, "set").values(values)
    }

    /// Clears a property that takes no empty value.
    pub fn unset(menu: Menu, id: RowId, property: &'static str) -> Self {
        Self::new(menu, "unset").on(&[id]).value("value-name", property)
    }

    /// Lets rows take effect.
    pub fn enable_all(menu: Menu, ids: &[RowId]) -> Self {
        Self::new(menu, "enable").on(ids)
    }

    /// Keeps rows without letting them take effect. Who is online by one stays online.
    pub fn disable_all(menu: Menu, ids: &[RowId]) -> Self {
        Self::new(menu, "disable").on(ids)
    }

    /// Deletes a row; of a menu of sessions, ends the session.
    pub fn remove(menu: Menu, id: RowId) -> Self {
        Self::remove_all(menu, &[id])
    }

    /// Deletes rows.
    pub fn remove_all(menu: Menu, ids: &[RowId]) -> Self {
        Self::new(menu, "remove").on(ids)
    }

    /// Prints again and again, for [`Connection::follow`](crate::Connection::follow).
    #[must_use]
    pub fn every(self, interval: Duration) -> Self {
        self.value("interval", &Span::from(interval).to_string())
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

    pub(crate) fn into_parts(self) -> (String, Sentence) {
        (self.name, self.sentence)
    }

    fn new(menu: Menu, verb: &str) -> Self {
        let name = format!("{}/{verb}", menu.path());
        Self { sentence: Sentence::new(name.as_str()), name }
    }

    fn on(self, ids: &[RowId]) -> Self {
        let ids: Vec<_> = ids.iter().map(RowId::to_string).collect();
        self.value(".id", &ids.join(","))
    }

    fn values<'a>(self, values: impl IntoIterator<Item = (&'static str, &'a str)>) -> Self {
        values.into_iter().fold(self, |command, (name, value)| command.value(name, value))
    }

    fn value(mut self, name: &'static str, value: &str) -> Self {
        self.sentence = self.sentence.attribute(name, value);
        self
    }
}

impl<T: Row> Default for Print<T> {
    fn default() -> Self {
        Self { only: T::Property::ALL.to_vec(), query: None, row: PhantomData }
    }
}

impl<T: Row> Print<T> {
    /// All rows, and all that the type knows of them.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for these properties only; the others stay unset.
    #[must_use]
    pub fn only(self, properties: &[T::Property]) -> Self {
        Self { only: properties.to_vec(), ..self }
    }

    /// Asks for these rows only.
    #[must_use]
    pub fn matching(self, query: Query<T::Property>) -> Self {
        Self { query: Some(query), ..self }
    }

    /// The words as they will be sent.
    pub fn words(&self) -> Vec<String> {
        self.command().sentence.words().iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect()
    }

    /// The command, for [`Connection::run`](crate::Connection::run), which gives rows as the router spells them.
    pub fn command(&self) -> Command {
        let names: Vec<_> = self.only.iter().map(|property| property.name()).collect();
        let mut command = Command::print(T::MENU).value(".proplist", &names.join(","));
        if let Some(query) = &self.query {
            command.sentence = query.add_to(command.sentence);
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::menu::{PppSecret, PppSecretProperty};

    fn check(command: Command, words: &[&str]) {
        let (_, sentence) = command.into_parts();
        let sent: Vec<_> = sentence.words().iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect();
        assert_eq!(sent, words);
    }

    #[test]
    fn user_text_cannot_become_a_word_of_its_own() {
        let values = [("name", "=x=y"), ("comment", "?#!\n.tag=1")];
        check(Command::add(Menu::PppSecret, values), &["/ppp/secret/add", "=name==x=y", "=comment=?#!\n.tag=1"]);
        let (id, name) = (PppSecretProperty::Id, PppSecretProperty::Name);
        check(
            Print::<PppSecret>::new().only(&[id, name]).matching(Query::is(name, "?name=x")).command(),
            &["/ppp/secret/print", "=.proplist=.id,name", "?name=?name=x"],
        );
    }

    #[test]
    fn a_password_is_not_shown() {
        let command = Command::add(Menu::PppSecret, [("name", "ana"), ("password", "s3cret")]);
        assert_eq!(format!("{command:?}"), r#"Command("/ppp/secret/add")"#);
    }

    #[test]
    fn rows_that_change_alike_go_in_one_command() {
        let ids = ["*1", "*2A", "*8000001F"].map(|id| id.parse().expect("an id"));
        check(Command::disable_all(Menu::PppSecret, &ids), &["/ppp/secret/disable", "=.id=*1,*2A,*8000001F"]);
        check(
            Command::set_all(Menu::PppSecret, &ids[..1], [("profile", "gold")]),
            &["/ppp/secret/set", "=.id=*1", "=profile=gold"],
        );
        check(Command::print(Menu::Interface).every(Duration::from_secs(2)), &["/interface/print", "=interval=2s"]);
    }
}
