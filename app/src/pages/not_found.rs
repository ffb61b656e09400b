//! Nothing is here.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{address, components::icon::Mark};

/// Says so, and leads back. The server answers with 404.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Nothing here"/>
        <main class="door" id="main">
            <a class="brand" href=address::HOME><Mark/>"NetPilot"</a>
            <h1>"Nothing is at this address"</h1>
            <p class="soft">"It may have been typed wrong, or the page has moved."</p>
            <p><a href=address::HOME>"Go to the sessions"</a></p>
        </main>
    }
}
