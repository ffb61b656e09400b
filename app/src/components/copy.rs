//! A word with a button that copies it.

use leptos::{
    prelude::*,
    wasm_bindgen::{JsValue, closure::Closure},
};

use super::icon::{Glyph, Icon};

/// The word, left to right in every script.
#[component]
pub(crate) fn Copyable(
    /// The word.
    text: String,
    /// What it is, for readers: `phone`.
    what: &'static str,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let label = format!("Copy {what}");
    let take = {
        let text = text.clone();
        move |_| copy(&text, copied)
    };
    view! {
        <bdi dir="ltr">{text}</bdi>
        <button type="button" class="copy" aria-label=label on:click=take><Icon glyph=Glyph::Copy/></button>
        <span class="quiet" role="status">{move || copied.get().then_some("Copied")}</span>
    }
}

/// There is no clipboard on a page that did not come by HTTPS or from this machine.
fn copy(text: &str, copied: RwSignal<bool>) {
    if !window().is_secure_context() {
        return;
    }
    let done = Closure::once(move |_: JsValue| copied.set(true));
    let _ = window().navigator().clipboard().write_text(text).then(&done);
    // The browser calls it when it has the text, or never.
    done.forget();
}
