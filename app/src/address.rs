//! The console's URLs: what they say and how they are written.

use std::fmt::Write;

use domain::customer::ServiceType;

/// The first page.
pub(crate) const HOME: &str = "/mikrotik";
/// Where an operator signs in.
pub(crate) const SIGN_IN: &str = "/sign-in";

/// What the URL of the sessions page asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Whose sessions and accounts.
    pub(crate) service: ServiceType,
    /// What rows have in common.
    pub(crate) filter: String,
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
            disconnect: text("disconnect").map(|id| Target { id, username: text("name").unwrap_or_default() }),
            ended: text("ended"),
        }
    }

    /// The list, with nothing on top of it.
    pub(crate) fn list(&self) -> String {
        list(self.service, &self.filter)
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
    fn signing_in_never_leads_elsewhere() {
        for elsewhere in ["", "https://evil.example", "//evil.example", "/\\evil.example", "/a\nb", "/\t/evil", "/ü"] {
            assert_eq!(inside(elsewhere), HOME, "{elsewhere:?}");
        }
        assert_eq!(inside("/mikrotik?type=hotspot"), "/mikrotik?type=hotspot");
        assert_eq!(sign_in("/mikrotik?a=b", true), "/sign-in?refused=1&next=%2Fmikrotik%3Fa%3Db");
    }
}
