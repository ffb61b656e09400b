//! The console's URLs: what they say and how they are written.

use std::fmt::Write;

use domain::{customer::ServiceType, wire::AccountFate};

/// The first page.
pub(crate) const HOME: &str = "/mikrotik";
/// Who was online.
pub(crate) const HISTORY: &str = "/mikrotik/history";
/// Every package.
pub(crate) const PACKAGES: &str = "/packages";
/// The form for another package.
pub(crate) const NEW_PACKAGE: &str = "/packages/new";
/// Every customer.
pub(crate) const CUSTOMERS: &str = "/customers";
/// The form for another customer.
pub(crate) const NEW_CUSTOMER: &str = "/customers/new";
/// Where an operator signs in.
pub(crate) const SIGN_IN: &str = "/sign-in";

/// What the URL of the sessions page asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Whose sessions and accounts.
    pub(crate) service: ServiceType,
    /// What rows have in common.
    pub(crate) filter: String,
    /// How many rows to leave out, for whoever turns pages without scripts.
    pub(crate) from: usize,
    /// The session that may be ended, and whose it is.
    pub(crate) disconnect: Option<Target>,
    /// Whose session was ended.
    pub(crate) ended: Option<String>,
}

/// A session somebody wants to end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Target {
    /// The router's id of it.
    pub(crate) id: String,
    /// Whose it was when it was chosen.
    pub(crate) username: String,
}

impl Asked {
    /// Reads a query, given its parameters by name. What cannot be read is as if it were not there.
    pub(crate) fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name| parameter(name).filter(|text| !text.is_empty());
        Self {
            service: text("type").and_then(|text| text.parse().ok()).unwrap_or_default(),
            filter: text("q").unwrap_or_default(),
            from: text("from").and_then(|text| text.parse().ok()).unwrap_or_default(),
            disconnect: text("disconnect").map(|id| Target { id, username: text("name").unwrap_or_default() }),
            ended: text("ended"),
        }
    }

    /// The list, with nothing on top of it.
    pub(crate) fn list(&self) -> String {
        list(self.service, &self.filter)
    }

    /// The list after so many rows.
    pub(crate) fn after(&self, rows: usize) -> String {
        format!("{}&from={rows}", self.list())
    }

    /// The list with the question on top, whether a session is to be ended.
    pub(crate) fn ask(&self, id: &str, username: &str) -> String {
        format!("{}&disconnect={}&name={}", self.list(), encode(id), encode(username))
    }
}

/// The sessions and accounts of a service that match.
pub(crate) fn list(service: ServiceType, filter: &str) -> String {
    let list = format!("{HOME}?type={service}");
    if filter.is_empty() { list } else { format!("{list}&q={}", encode(filter)) }
}

/// The list after a session was ended.
#[cfg(any(feature = "ssr", test))]
pub(crate) fn ended(service: ServiceType, username: &str) -> String {
    format!("{}&ended={}", list(service, ""), encode(username))
}

/// What the URL of the list of customers asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CustomersAsked {
    /// How words of theirs begin.
    pub(crate) filter: String,
    /// The one package that they have.
    pub(crate) package: Option<String>,
    /// Where the list begins, for whoever turns pages without scripts.
    pub(crate) after: Option<String>,
    /// The customer that was deleted, and what became of their account.
    pub(crate) deleted: Option<(String, AccountFate)>,
}

impl CustomersAsked {
    /// Reads a query, given its parameters by name. What cannot be read is as if it were not there.
    pub(crate) fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let fate = parameter("account").and_then(|word| AccountFate::ALL.into_iter().find(|fate| fate.name() == word));
        Self {
            filter: parameter("q").unwrap_or_default(),
            package: parameter("package").filter(|name| !name.is_empty()),
            after: parameter("after").filter(|cursor| !cursor.is_empty()),
            deleted: parameter("deleted").zip(fate),
        }
    }
}

/// What the URL of the history asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct HistoryAsked {
    /// The one username.
    pub(crate) username: Option<String>,
    /// The one customer, by id.
    pub(crate) customer: Option<String>,
    /// Where the page before ended.
    pub(crate) cursor: Option<String>,
}

impl HistoryAsked {
    /// Reads a query, given its parameters by name.
    pub(crate) fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name| parameter(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        Self { username: text("q"), customer: text("customer"), cursor: text("cursor") }
    }

    /// Where that is.
    pub(crate) fn href(&self) -> String {
        let Self { username, customer, cursor } = self;
        let query = [("q", username), ("customer", customer), ("cursor", cursor)];
        let said = query.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
        with_query(HISTORY, said)
    }
}

/// What the URL of one customer or one package asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum RecordAsked {
    /// To see it.
    #[default]
    Show,
    /// To change it.
    Edit,
    /// Whether it shall be deleted.
    Delete,
}

impl RecordAsked {
    /// Reads a query, given its parameters by name.
    pub(crate) fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        match (parameter("delete"), parameter("edit")) {
            (Some(_), _) => Self::Delete,
            (None, Some(_)) => Self::Edit,
            (None, None) => Self::Show,
        }
    }
}

/// The customers that match, of one package where one is named.
pub(crate) fn customers(filter: &str, package: Option<&str>) -> String {
    customers_after(filter, package, "")
}

/// The same after a page of them.
pub(crate) fn customers_after(filter: &str, package: Option<&str>, cursor: &str) -> String {
    let query = [("q", filter), ("package", package.unwrap_or_default()), ("after", cursor)];
    let said = query.into_iter().filter(|(_, value)| !value.is_empty());
    with_query(CUSTOMERS, said)
}

fn with_query<'a>(page: &str, query: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let pairs: Vec<_> = query.map(|(name, value)| format!("{name}={}", encode(value))).collect();
    if pairs.is_empty() { page.to_owned() } else { format!("{page}?{}", pairs.join("&")) }
}

/// One customer.
pub(crate) fn customer(id: &str, asked: RecordAsked) -> String {
    record(CUSTOMERS, id, asked)
}

/// One package.
pub(crate) fn package(id: &str, asked: RecordAsked) -> String {
    record(PACKAGES, id, asked)
}

fn record(list: &str, id: &str, asked: RecordAsked) -> String {
    let query = match asked {
        RecordAsked::Show => "",
        RecordAsked::Edit => "?edit=1",
        RecordAsked::Delete => "?delete=1",
    };
    format!("{list}/{}{query}", encode(id))
}

/// The customers after one was deleted.
#[cfg(any(feature = "ssr", test))]
pub(crate) fn customer_deleted(id: &str, fate: AccountFate) -> String {
    format!("{CUSTOMERS}?deleted={}&account={}", encode(id), fate.name())
}

/// The sign-in page that leads on to `next`.
pub(crate) fn sign_in(next: &str, refused: bool) -> String {
    let refused = if refused { "refused=1&" } else { "" };
    format!("{SIGN_IN}?{refused}next={}", encode(next))
}

/// `next` where it is a path of this console, else the first page.
#[cfg(any(feature = "ssr", test))]
pub(crate) fn inside(next: &str) -> &str {
    let elsewhere = next.starts_with("//") || next.starts_with("/\\");
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic());
    if next.starts_with('/') && !elsewhere && plain { next } else { HOME }
}

fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_place_in_the_query() {
        let asked = Asked { filter: "a&b=c".to_owned(), ..Asked::default() };
        assert_eq!(asked.ask("*1", "a b/ü"), "/mikrotik?type=pppoe&q=a%26b%3Dc&disconnect=%2A1&name=a%20b%2F%C3%BC");
        assert_eq!(ended(ServiceType::Hotspot, "ana+1"), "/mikrotik?type=hotspot&ended=ana%2B1");
    }

    #[test]
    fn a_query_is_read_and_nonsense_is_left_out() {
        let query = [("type", "carrier-pigeon"), ("q", ""), ("disconnect", "*1")];
        let asked =
            Asked::read(|name| query.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()));
        assert_eq!(asked.service, ServiceType::Pppoe);
        assert_eq!(asked.disconnect, Some(Target { id: "*1".to_owned(), username: String::new() }));
        assert_eq!(asked.list(), "/mikrotik?type=pppoe");
    }

    #[test]
    fn customers_and_packages_have_their_addresses() {
        assert_eq!(customers("", None), "/customers");
        assert_eq!(customers("a&b ü", None), "/customers?q=a%26b%20%C3%BC");
        assert_eq!(customers("", Some("Home 10")), "/customers?package=Home%2010");
        assert_eq!(customers("ana", Some("A&B")), "/customers?q=ana&package=A%26B");
        assert_eq!(customers_after("ana", None, "a_-=="), "/customers?q=ana&after=a_-%3D%3D");
        assert_eq!(customer("CUS-1", RecordAsked::Show), "/customers/CUS-1");
        assert_eq!(package("a/b?c", RecordAsked::Edit), "/packages/a%2Fb%3Fc?edit=1");
        let read = |query: &'static str| RecordAsked::read(move |name| (name == query).then(|| "1".to_owned()));
        assert_eq!(["", "edit", "delete"].map(read), [RecordAsked::Show, RecordAsked::Edit, RecordAsked::Delete]);
    }

    #[test]
    fn the_history_is_asked_for_by_name_by_customer_and_by_page() {
        assert_eq!(HistoryAsked::default().href(), "/mikrotik/history");
        let asked = HistoryAsked {
            username: Some("ana&eva".to_owned()),
            customer: Some("CUS-1".to_owned()),
            cursor: Some("x_-9".to_owned()),
        };
        assert_eq!(asked.href(), "/mikrotik/history?q=ana%26eva&customer=CUS-1&cursor=x_-9");
        let read = HistoryAsked::read(|name| (name == "q").then(|| " ana ".to_owned()));
        assert_eq!(read, HistoryAsked { username: Some("ana".to_owned()), ..HistoryAsked::default() });
    }

    #[test]
    fn a_deleted_customer_is_told_with_the_fate_of_the_account() {
        let read = |account: &'static str| {
            CustomersAsked::read(move |name| match name {
                "deleted" => Some("CUS-1".to_owned()),
                "account" => Some(account.to_owned()),
                _ => None,
            })
        };
        for fate in AccountFate::ALL {
            assert_eq!(read(fate.name()).deleted, Some(("CUS-1".to_owned(), fate)));
        }
        assert_eq!(read("<script>").deleted, None);
        let there = customer_deleted("CUS-1", AccountFate::Leave);
        assert_eq!(there, "/customers?deleted=CUS-1&account=leave");
    }

    #[test]
    fn signing_in_never_leads_elsewhere() {
        for elsewhere in ["", "https://evil.example", "//evil.example", "/\\evil.example", "/a\nb", "/\t/evil", "/ü"] {
            assert_eq!(inside(elsewhere), HOME, "{elsewhere:?}");
        }
        assert_eq!(inside("/mikrotik?type=hotspot"), "/mikrotik?type=hotspot");
        assert_eq!(sign_in("/mikrotik?a=b", true), "/sign-in?refused=1&next=%2Fmikrotik%3Fa%3Db");
    }
}
