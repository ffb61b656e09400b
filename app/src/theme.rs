//! Light or dark: the system's, until somebody chooses. The choice is a cookie, so that the server renders it at once.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

const COOKIE: &str = "theme";

/// What this browser chose, as the request tells.
#[cfg(feature = "ssr")]
pub(crate) fn of_request() -> Option<&'static str> {
    let parts = use_context::<http::request::Parts>()?;
    let cookies = parts.headers.get(http::header::COOKIE)?.to_str().ok()?;
    chosen(cookies)
}

/// The page is never written in the browser.
#[cfg(not(feature = "ssr"))]
pub(crate) fn of_request() -> Option<&'static str> {
    None
}

/// Changes from light to dark or back, and keeps that.
pub(crate) fn toggle() {
    let Some(root) = document().document_element() else { return };
    let dark = match root.get_attribute("data-theme") {
        Some(theme) => theme == "dark",
        None => system_is_dark(),
    };
    let theme = if dark { "light" } else { "dark" };
    let _ = root.set_attribute("data-theme", theme);
    let document: web_sys::HtmlDocument = document().unchecked_into();
    let _ = document.set_cookie(&format!("{COOKIE}={theme}; Path=/; Max-Age=31536000; SameSite=Strict"));
}

fn system_is_dark() -> bool {
    window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|query| query.matches())
}

#[cfg(any(feature = "ssr", test))]
fn chosen(cookies: &str) -> Option<&'static str> {
    let pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.into_iter().find(|(name, _)| *name == COOKIE)?;
    ["light", "dark"].into_iter().find(|theme| *theme == value)
}

#[cfg(test)]
mod tests {
    use super::chosen;

    #[test]
    fn only_the_two_themes_are_chosen() {
        assert_eq!(chosen("a=1; theme=dark"), Some("dark"));
        assert_eq!(chosen("theme=light"), Some("light"));
        assert_eq!(chosen("theme=\"><script>"), None);
        assert_eq!(chosen("other=dark"), None);
    }
}
