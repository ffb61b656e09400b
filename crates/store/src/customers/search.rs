//! Finding customers, a page at a time. A page goes on after the last one of the page before it, so that nobody is
//! missed or told twice because others come and go.

use std::collections::HashMap;

use domain::{
    search::{
        Search,
        index::{self, Beginning},
    },
    wire::CustomerRecord,
};
use sqlx::FromRow;

use crate::{
    Store, StoreError,
    engine::Engine,
    sql::{Sql, sql},
};

/// Where a word is the beginning of no more words of customers than this, everybody who has it is looked at.
const FEW: i64 = 6_000;
/// Where it is the beginning of no more than this, they are sorted, and looked at until the page is full. They are
/// counted where nothing else was typed.
const SOME: i64 = 20_000;
/// Where nothing else was typed, more can be sorted: they need not be looked at. Where every word is the beginning of
/// more, the customers themselves are looked at one after the other until the page is full.
const MANY: i64 = 60_000;
/// A customer may stand under a word more than once: in so many rows there is a page of customers.
const ROWS_FOR_ONE: i64 = 3;

/// Which customers are asked for.
#[derive(Clone, Debug)]
pub struct CustomerQuery<'q> {
    /// What they are found by.
    pub search: &'q Search,
    /// The one package that they have.
    pub package: Option<&'q str>,
    /// Whom the page before ended with.
    pub after: Option<Cursor>,
    /// How many at most.
    pub limit: usize,
}

/// A place in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// By what the customer there is sorted.
    pub sort_name: String,
    /// Them.
    pub id: String,
}

/// Customers who were asked for, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerPage {
    /// Them. Now and then fewer than were asked for, though others follow.
    pub items: Vec<CustomerRecord>,
    /// Where the next page begins; nothing where this is the last one.
    pub next: Option<Cursor>,
    /// How many there are on all pages; nothing where they are too many to be counted for a page.
    pub total: Option<usize>,
}

/// The beginnings for which a word stands.
type Word = Vec<Beginning>;

/// The places of those on a page, and of one more where there is another page.
struct Found {
    places: Vec<Cursor>,
    /// Whether there are more than these.
    has_more: bool,
    total: Option<usize>,
}

#[derive(FromRow)]
struct GatheredRow {
    total: i64,
    sort_name: Option<String>,
    id: Option<String>,
}

#[derive(FromRow)]
struct PlaceRow {
    sort_name: String,
    id: String,
}

impl Store {
    /// Customers who are asked for.
    ///
    /// # Errors
    /// The database refused, or a row is damaged.
    pub async fn customer_page(&self, query: &CustomerQuery<'_>) -> Result<CustomerPage, StoreError> {
        let Found { mut places, has_more, total } = self.places(query).await?;
        let is_last = places.len() <= query.limit && !has_more;
        places.truncate(query.limit);
        let ids: Vec<String> = places.iter().map(|place| place.id.clone()).collect();
        let records = self.customer_records_of(&ids).await?;
        let mut records: HashMap<_, _> = records.into_iter().map(|record| (record.id.clone(), record)).collect();
        Ok(CustomerPage {
            // Whoever was deleted this moment is not there any more.
            items: ids.iter().filter_map(|id| records.remove(id)).collect(),
            next: places.pop().filter(|_| !is_last),
            total,
        })
    }

    async fn places(&self, query: &CustomerQuery<'_>) -> Result<Found, StoreError> {
        let words = words(query);
        if words.is_empty() {
            let (total,): (i64,) = count_everybody().one(&self.engine).await?;
            let rows: Vec<PlaceRow> = walk(&[], query).all(&self.engine).await?;
            return Ok(Found::of(rows.into_iter().map(PlaceRow::cursor), whole(total)));
        }
        let mut counted = Vec::with_capacity(words.len());
        for word in &words {
            // Nobody has a word that begins like nothing.
            let (count,): (i64,) = match word.as_slice() {
                [] => (0,),
                _ => count(word, most_sorted(words.len()) + 1).one(&self.engine).await?,
            };
            counted.push((count, word));
        }
        counted.sort_by_key(|(count, _)| *count);
        let words: Vec<&Word> = counted.iter().map(|(_, word)| *word).collect();
        let (first, others) = (words[0], &words[1..]);
        match counted[0].0 {
            0 => Ok(Found { places: Vec::new(), has_more: false, total: Some(0) }),
            1..=FEW => {
                let rows: Vec<GatheredRow> = gather(first, others, query).all(&self.engine).await?;
                let total = rows.first().and_then(|row| whole(row.total));
                Ok(Found::of(rows.into_iter().filter_map(GatheredRow::cursor), total))
            }
            count if count <= most_sorted(words.len()) => {
                let rows: Vec<PlaceRow> = sort(first, others, query).all(&self.engine).await?;
                let is_cut = i64::try_from(rows.len()).is_ok_and(|rows| rows == most_rows(query));
                let mut places: Vec<Cursor> = rows.into_iter().map(PlaceRow::cursor).collect();
                places.dedup();
                let total = if others.is_empty() && count <= SOME {
                    let (total,): (i64,) = count_customers(first).one(&self.engine).await?;
                    whole(total)
                } else {
                    None
                };
                Ok(Found { has_more: is_cut, ..Found::of(places, total) })
            }
            _ => {
                let rows: Vec<PlaceRow> = walk(&words, query).all(&self.engine).await?;
                Ok(Found::of(rows.into_iter().map(PlaceRow::cursor), None))
            }
        }
    }

    /// How the engine goes about everything that may be done for a page, each as the engine tells it.
    ///
    /// # Errors
    /// The database refused.
    #[doc(hidden)]
    pub async fn explain_customer_page(&self, query: &CustomerQuery<'_>) -> Result<Vec<String>, StoreError> {
        let words = words(query);
        let by_word: Vec<&Word> = words.iter().collect();
        let mut statements = vec![walk(&by_word, query)];
        if let [first, others @ ..] = by_word.as_slice() {
            statements.extend(words.iter().map(|word| count(word, most_sorted(words.len()) + 1)));
            statements.extend([sort(first, others, query), count_customers(first), gather(first, others, query)]);
        }
        let mut plans = Vec::with_capacity(statements.len());
        for statement in statements {
            let steps: Vec<String> = match &self.engine {
                Engine::Sqlite(_) => {
                    let rows = statement.headed("EXPLAIN QUERY PLAN ").all::<(i64, i64, i64, String)>(&self.engine);
                    rows.await?.into_iter().map(|(_, _, _, step)| step).collect()
                }
                Engine::Postgres(_) => {
                    let rows = statement.headed("EXPLAIN ").all::<(String,)>(&self.engine);
                    rows.await?.into_iter().map(|(step,)| step).collect()
                }
            };
            plans.push(steps.join("\n"));
        }
        Ok(plans)
    }
}

fn words(query: &CustomerQuery<'_>) -> Vec<Word> {
    let package = query.package.map(|package| vec![index::of_package(package)]);
    query.search.beginnings().into_iter().chain(package).collect()
}

const fn count_everybody<'v>() -> Sql<'v> {
    sql("SELECT count(*) FROM customer")
}

/// How many words of customers begin so, but no more than `most`. In their order, so that PostgreSQL goes by the index
/// however many they are.
fn count(word: &Word, most: i64) -> Sql<'_> {
    under(sql("SELECT count(*) FROM ("), word).then(" ORDER BY word LIMIT ").value(most).then(") AS counted")
}

/// How many customers have a word.
fn count_customers(word: &Word) -> Sql<'_> {
    under(sql("SELECT count(*) FROM (SELECT DISTINCT customer_id FROM ("), word).then(") AS words) AS counted")
}

/// Looks at everybody who has the first word, and at which of the others they have.
fn gather<'v>(first: &'v Word, others: &[&'v Word], query: &'v CustomerQuery<'_>) -> Sql<'v> {
    let sql = sql("WITH found AS MATERIALIZED (SELECT DISTINCT few.sort_name, few.customer_id FROM (");
    let sql = under(sql, first).then(") AS few WHERE 1 = 1");
    let sql = others.iter().fold(sql, |sql, word| has(sql, "few.customer_id", word));
    let sql = sql.then(
        ") SELECT counted.total, page.sort_name, page.customer_id AS id
           FROM (SELECT count(*) AS total FROM found) AS counted
           LEFT JOIN (SELECT sort_name, customer_id FROM found WHERE (sort_name, customer_id) > ",
    );
    page(sql, "sort_name, customer_id", query, one_more(query))
        .then(") AS page ON 1 = 1 ORDER BY page.sort_name, page.customer_id")
}

/// Sorts everybody who has the first word, and looks one after the other at which of the others they have. Both engines
/// read what is materialized in the order in which it was written.
fn sort<'v>(first: &'v Word, others: &[&'v Word], query: &'v CustomerQuery<'_>) -> Sql<'v> {
    let sql = sql("WITH found AS MATERIALIZED (SELECT sort_name, customer_id FROM (");
    let sql = under(sql, first).then(") AS words WHERE (sort_name, customer_id) > ");
    let most = if others.is_empty() { most_rows(query) } else { i64::MAX };
    let sql = page(sql, "sort_name, customer_id", query, most);
    let sql = sql.then(") SELECT sort_name, customer_id AS id FROM found WHERE 1 = 1");
    let sql = others.iter().fold(sql, |sql, word| has(sql, "found.customer_id", word));
    sql.then(" LIMIT ").value(most_rows(query))
}

/// Looks at customers one after the other, at who has all words.
fn walk<'v>(words: &[&'v Word], query: &'v CustomerQuery<'_>) -> Sql<'v> {
    let sql = sql("SELECT customer.sort_name, customer.id FROM customer WHERE 1 = 1");
    let sql = words.iter().fold(sql, |sql, word| has(sql, "customer.id", word));
    page(
        sql.then(" AND (customer.sort_name, customer.id) > "),
        "customer.sort_name, customer.id",
        query,
        one_more(query),
    )
}

/// Those after the page before, in order, and no more than `most`.
fn page<'v>(sql: Sql<'v>, order: &str, query: &'v CustomerQuery<'_>, most: i64) -> Sql<'v> {
    let after = query.after.as_ref();
    // Before everybody: nobody's id is empty.
    let after = after.map_or(["", ""], |Cursor { sort_name, id }| [sort_name, id]);
    sql.list(after).then(&format!(" ORDER BY {order} LIMIT ")).value(most)
}

/// Whether there is another page is known by one more.
fn one_more(query: &CustomerQuery<'_>) -> i64 {
    i64::try_from(query.limit).unwrap_or(i64::MAX).saturating_add(1)
}

fn most_rows(query: &CustomerQuery<'_>) -> i64 {
    one_more(query).saturating_mul(ROWS_FOR_ONE)
}

const fn most_sorted(words: usize) -> i64 {
    if words == 1 { MANY } else { SOME }
}

/// Those who stand under a word.
fn under<'v>(sql: Sql<'v>, word: &'v Word) -> Sql<'v> {
    word.iter().enumerate().fold(sql, |sql, (at, Beginning { first, end })| {
        sql.then(if at > 0 { " UNION ALL " } else { "" })
            .then("SELECT word, sort_name, customer_id FROM customer_word WHERE word >= ")
            .value(first)
            .then(" AND word < ")
            .value(end)
    })
}

/// Whether a customer stands under a word. Asked of one customer at a time: joined, an engine would look at everybody
/// who does.
fn has<'v>(sql: Sql<'v>, customer: &str, word: &'v Word) -> Sql<'v> {
    let sql = sql.then(" AND (SELECT 1 FROM customer_word AS other WHERE other.customer_id = ").then(customer);
    let sql = word.iter().enumerate().fold(sql, |sql, (at, Beginning { first, end })| {
        sql.then(if at > 0 { " OR " } else { " AND (" })
            .then("other.word >= ")
            .value(first)
            .then(" AND other.word < ")
            .value(end)
    });
    sql.then(") LIMIT 1) = 1")
}

impl Found {
    fn of(places: impl IntoIterator<Item = Cursor>, total: Option<usize>) -> Self {
        Self { places: places.into_iter().collect(), has_more: false, total }
    }
}

/// A count is never negative.
fn whole(count: i64) -> Option<usize> {
    usize::try_from(count).ok()
}

impl PlaceRow {
    fn cursor(self) -> Cursor {
        let Self { sort_name, id } = self;
        Cursor { sort_name, id }
    }
}

impl GatheredRow {
    /// Nothing where the page is empty.
    fn cursor(self) -> Option<Cursor> {
        let Self { total: _, sort_name, id } = self;
        Some(Cursor { sort_name: sort_name?, id: id? })
    }
}
