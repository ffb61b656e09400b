//! The browser's half: wakes up the page that the server rendered.
// A view is one nested type, as deep as the page.
#![recursion_limit = "512"]
#![cfg(feature = "hydrate")]

/// Called by the page once this module is loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
    // Before this every link and form works by reloading; whoever automates the page wants to know.
    if let Some(root) = leptos::prelude::document().document_element() {
        let _ = root.set_attribute("data-hydrated", "");
    }
}
