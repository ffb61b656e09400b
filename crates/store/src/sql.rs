//! Statements: one text for both engines, its values, and the rows that come back.

use std::borrow::Cow;

use sqlx::{
    Arguments, AssertSqlSafe, Encode, FromRow, Type,
    postgres::{PgArguments, PgRow},
    sqlite::{SqliteArguments, SqliteRow},
};

use crate::{StoreError, engine::On};

/// Rows in one statement: their values stay far below what either engine takes.
pub(crate) const ROWS_IN_ONE: usize = 500;

/// A statement. Its text is ours from end to end; whatever somebody typed is a value.
#[derive(Debug)]
pub(crate) struct Sql<'v> {
    text: Cow<'static, str>,
    values: Vec<Value<'v>>,
}

/// A value. An absent one has a type as well: PostgreSQL wants to know it.
#[derive(Debug)]
pub(crate) enum Value<'v> {
    Text(Option<Cow<'v, str>>),
    Number(Option<i64>),
    Flag(bool),
}

/// What either engine's rows can be read as.
pub(crate) trait Read: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Read for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A statement with its values as `$1`, `$2` and so on.
pub(crate) const fn sql<'v>(text: &'static str) -> Sql<'v> {
    Sql { text: Cow::Borrowed(text), values: Vec::new() }
}

/// Does the same on whatever `On` is: the four kinds of executor share their methods, but no type.
macro_rules! send {
    ($sql:expr, $on:expr, |$text:ident, $values:ident, $executor:ident| $work:expr) => {{
        let Sql { text, values } = $sql;
        match $on.into() {
            On::Sqlite($executor) => {
                let ($text, $values) = (AssertSqlSafe(for_sqlite(text)), arguments::<SqliteArguments>(values)?);
                $work
            }
            On::SqliteTx($executor) => {
                let ($text, $values) = (AssertSqlSafe(for_sqlite(text)), arguments::<SqliteArguments>(values)?);
                $work
            }
            On::Postgres($executor) => {
                let ($text, $values) = (AssertSqlSafe(text), arguments::<PgArguments>(values)?);
                $work
            }
            On::PostgresTx($executor) => {
                let ($text, $values) = (AssertSqlSafe(text), arguments::<PgArguments>(values)?);
                $work
            }
        }
    }};
}

/// SQLite takes `$1` for a name, and sqlx asks for the name of each place; each time all of them are gone through, and
/// ten thousand take a hundred million steps. A plain `?` has no name. A text that was put together has no other dollar.
fn for_sqlite(text: Cow<'static, str>) -> Cow<'static, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text),
        Cow::Owned(text) => Cow::Owned(in_order(&text).unwrap_or(text)),
    }
}

/// The text with plain places, where each stands once and in its order.
fn in_order(text: &str) -> Option<String> {
    let mut pieces = text.split('$');
    let mut plain = String::with_capacity(text.len());
    plain.push_str(pieces.next()?);
    for (number, piece) in (1_usize..).zip(pieces) {
        let rest = piece.trim_start_matches(|c: char| c.is_ascii_digit());
        if piece[..piece.len() - rest.len()].parse() != Ok(number) {
            return None;
        }
        plain.push('?');
        plain.push_str(rest);
    }
    Some(plain)
}

impl<'v> Sql<'v> {
    /// The next value.
    pub(crate) fn bind(mut self, value: impl Into<Value<'v>>) -> Self {
        self.values.push(value.into());
        self
    }

    /// More of the text.
    pub(crate) fn then(mut self, text: &str) -> Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// Text before what is there.
    pub(crate) fn headed(mut self, text: &str) -> Self {
        self.text.to_mut().insert_str(0, text);
        self
    }

    /// The next value, at this place of the text.
    pub(crate) fn value(mut self, value: impl Into<Value<'v>>) -> Self {
        self.values.push(value.into());
        let place = format!("${}", self.values.len());
        self.then(&place)
    }

    /// `($1, $2), ($3, $4)`: the values of several rows, each as `cells` gives them.
    pub(crate) fn rows<T, const CELLS: usize>(
        mut self,
        rows: &'v [T],
        cells: impl Fn(&'v T) -> [Value<'v>; CELLS],
    ) -> Self {
        for (at, row) in rows.iter().enumerate() {
            if at > 0 {
                self = self.then(", ");
            }
            self = self.list(cells(row));
        }
        self
    }

    /// `($1, $2, $3)`: one value after the other.
    pub(crate) fn list(mut self, values: impl IntoIterator<Item = impl Into<Value<'v>>>) -> Self {
        let mut opening = '(';
        let text = self.text.to_mut();
        for value in values {
            self.values.push(value.into());
            text.push(opening);
            text.push('$');
            text.push_str(&self.values.len().to_string());
            opening = ',';
        }
        text.push(')');
        self
    }

    /// Runs it. Says how many rows it changed.
    pub(crate) async fn run<'c>(self, on: impl Into<On<'c>>) -> Result<u64, StoreError> {
        send!(self, on, |text, values, executor| {
            Ok(sqlx::query_with(text, values).execute(executor).await?.rows_affected())
        })
    }

    /// Every row.
    pub(crate) async fn all<'c, T: Read>(self, on: impl Into<On<'c>>) -> Result<Vec<T>, StoreError> {
        send!(self, on, |text, values, executor| Ok(sqlx::query_as_with(text, values).fetch_all(executor).await?))
    }

    /// The row, where there is one.
    pub(crate) async fn optional<'c, T: Read>(self, on: impl Into<On<'c>>) -> Result<Option<T>, StoreError> {
        send!(self, on, |text, values, executor| {
            Ok(sqlx::query_as_with(text, values).fetch_optional(executor).await?)
        })
    }

    /// The row that is always there.
    pub(crate) async fn one<'c, T: Read>(self, on: impl Into<On<'c>>) -> Result<T, StoreError> {
        send!(self, on, |text, values, executor| Ok(sqlx::query_as_with(text, values).fetch_one(executor).await?))
    }
}

fn arguments<'v, A>(values: Vec<Value<'v>>) -> Result<A, StoreError>
where
    A: Arguments,
    Option<Cow<'v, str>>: Encode<'v, A::Database> + Type<A::Database>,
    Option<i64>: Encode<'v, A::Database> + Type<A::Database>,
    bool: Encode<'v, A::Database> + Type<A::Database>,
{
    let mut arguments = A::default();
    for value in values {
        let added = match value {
            Value::Text(text) => arguments.add(text),
            Value::Number(number) => arguments.add(number),
            Value::Flag(flag) => arguments.add(flag),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

impl<'v> From<&'v str> for Value<'v> {
    fn from(text: &'v str) -> Self {
        Self::Text(Some(Cow::Borrowed(text)))
    }
}

impl<'v> From<&'v String> for Value<'v> {
    fn from(text: &'v String) -> Self {
        Self::Text(Some(Cow::Borrowed(text)))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Some(Cow::Owned(text)))
    }
}

impl<'v> From<Option<&'v str>> for Value<'v> {
    fn from(text: Option<&'v str>) -> Self {
        Self::Text(text.map(Cow::Borrowed))
    }
}

impl<'v> From<&'v Option<String>> for Value<'v> {
    fn from(text: &'v Option<String>) -> Self {
        Self::Text(text.as_deref().map(Cow::Borrowed))
    }
}

impl From<Option<String>> for Value<'_> {
    fn from(text: Option<String>) -> Self {
        Self::Text(text.map(Cow::Owned))
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn places_that_stand_in_order_need_no_number() {
        assert_eq!(in_order("SELECT 1").as_deref(), Some("SELECT 1"));
        assert_eq!(in_order("VALUES ($1,$2), ($3,$4) LIMIT $5").as_deref(), Some("VALUES (?,?), (?,?) LIMIT ?"));
        for text in ["a = $1 OR b = $1", "a = $2 AND b = $1", "$x"] {
            assert_eq!(in_order(text), None, "{text}");
        }
    }
}
