//! How many `k` the router gets for one Mbps of a package: a setting of the server, which the document tells the browser.

use domain::rate_limit::RateBase;

/// The server's own.
#[cfg(feature = "ssr")]
pub(crate) fn rate_base() -> RateBase {
    use std::sync::Arc;

    use aaa::Services;
    use leptos::prelude::use_context;

    use_context::<Arc<Services>>().map_or_else(RateBase::default, |services| services.rate_base())
}

/// What the document says; the usual one where it says nothing.
#[cfg(all(not(feature = "ssr"), target_arch = "wasm32"))]
pub(crate) fn rate_base() -> RateBase {
    let told = leptos::prelude::document().document_element().and_then(|root| root.get_attribute("data-rate-base"));
    told.and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// There is no document.
#[cfg(all(not(feature = "ssr"), not(target_arch = "wasm32")))]
pub(crate) fn rate_base() -> RateBase {
    RateBase::default()
}
