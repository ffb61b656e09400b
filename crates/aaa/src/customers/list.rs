//! Lists of customers, a page at a time.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use domain::{
    role::{Operator, Permission},
    search::{Search, index::sort_name},
    wire::{
        CustomerRecord, CustomersReport,
        problem::{Code, Problem},
    },
};
use store::{Cursor, CustomerPage, CustomerQuery};

use crate::{Services, services::check, trouble};

/// Customers on a page where nobody says how many.
const USUAL: usize = 100;
const MOST: usize = 1_000;
/// More words than anybody types.
const MOST_WORDS: usize = 16;

/// Which customers somebody asks for.
#[derive(Clone, Debug, Default)]
pub struct CustomersQuery {
    /// How words of theirs begin; everybody where it is empty.
    pub q: String,
    /// The one package that they have.
    pub package: Option<String>,
    /// How many at most, 1 to 1,000; 100 where it is not said.
    pub limit: Option<usize>,
    /// Where the page before said that this one begins.
    pub cursor: Option<String>,
}

impl Services {
    /// Customers who are asked for, by name.
    ///
    /// # Errors
    /// The operator may not, or a parameter is not what it should be.
    pub async fn customers(&self, operator: &Operator, query: CustomersQuery) -> Result<CustomersReport, Problem> {
        check(operator, Permission::ViewCustomers)?;
        let CustomersQuery { q, package, limit, cursor } = query;
        let search = search(&q)?;
        let after = cursor.as_deref().map(read_cursor).transpose()?;
        let query = CustomerQuery { search: &search, package: package.as_deref(), after, limit: read_limit(limit)? };
        let page = self.store.customer_page(&query).await.map_err(trouble::of_store)?;
        let CustomerPage { items, next, total } = page;
        Ok(CustomersReport { items, next_cursor: next.as_ref().map(cursor_text), total })
    }

    /// Those of these customers who are there, by name.
    ///
    /// # Errors
    /// The operator may not.
    pub async fn customers_of(&self, operator: &Operator, ids: &[String]) -> Result<Vec<CustomerRecord>, Problem> {
        check(operator, Permission::ViewCustomers)?;
        let mut found = self.store.customer_records_of(ids).await.map_err(trouble::of_store)?;
        found.sort_by_cached_key(|customer| (sort_name(&customer.name), customer.id.clone()));
        Ok(found)
    }
}

fn search(q: &str) -> Result<Search, Problem> {
    if q.split_whitespace().count() > MOST_WORDS {
        return Err(invalid("/q", format!("Look for {MOST_WORDS} words at most.")));
    }
    Ok(Search::new(q))
}

fn read_limit(limit: Option<usize>) -> Result<usize, Problem> {
    match limit.unwrap_or(USUAL) {
        limit @ 1..=MOST => Ok(limit),
        limit => Err(invalid("/limit", format!("A page has 1 to {MOST} customers, not {limit}."))),
    }
}

/// Where a page begins, as others carry it: nothing for them to take apart.
fn cursor_text(cursor: &Cursor) -> String {
    let Cursor { sort_name, id } = cursor;
    BASE64.encode(format!("{id}\n{sort_name}"))
}

fn read_cursor(text: &str) -> Result<Cursor, Problem> {
    let cursor = || {
        let text = String::from_utf8(BASE64.decode(text).ok()?).ok()?;
        let (id, sort_name) = text.split_once('\n').filter(|_| !text.contains('\0'))?;
        Some(Cursor { sort_name: sort_name.to_owned(), id: id.to_owned() })
    };
    cursor().ok_or_else(|| invalid("/cursor", "This is not where any page of customers began.".to_owned()))
}

fn invalid(parameter: &str, detail: String) -> Problem {
    Problem::member(Code::InvalidParameter, parameter, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        for (sort_name, id) in [("ana", "CUS-1"), ("", "CUS-2"), ("two\nlines ☂", "CUS.3")] {
            let cursor = Cursor { sort_name: sort_name.to_owned(), id: id.to_owned() };
            assert_eq!(read_cursor(&cursor_text(&cursor)).unwrap(), cursor);
        }
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in ["", "CUS-1", "!", &BASE64.encode("a\n\0"), &BASE64.encode([255, 10])] {
            let refused = read_cursor(text).unwrap_err();
            assert_eq!((refused.code, refused.errors.len()), (Code::InvalidParameter, 1), "{text:?}");
        }
    }
}
