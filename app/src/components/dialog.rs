//! What floats above a page: it takes the focus, keeps it, and gives it back.

use leptos::{
    ev::{self, KeyboardEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
};
use web_sys::{Element, HtmlElement};

/// A dialog or drawer. The focus goes to what is marked `data-first`, else to the whole of it.
#[component]
pub(crate) fn Dialog(
    /// `dialog` or `drawer`.
    class: &'static str,
    /// The element that names it.
    named_by: &'static str,
    /// The element that says what it is about, where one does in a sentence.
    #[prop(optional)]
    told_by: Option<&'static str>,
    /// The element that asked for it.
    #[prop(into)]
    origin: String,
    /// Leaves it.
    on_leave: Callback<()>,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(dialog) = node.get() {
            let first = dialog.query_selector("[data-first]").ok().flatten();
            focus(first.as_ref().unwrap_or(&dialog));
        }
    });
    let keys = window_event_listener(ev::keydown, move |event| on_key(&event, node, on_leave));
    on_cleanup(move || {
        keys.remove();
        give_focus_back(&origin);
    });
    view! {
        <div class="scrim">
            <div
                class=class role="dialog" aria-modal="true" aria-labelledby=named_by aria-describedby=told_by
                tabindex="-1" node_ref=node
            >
                {children()}
            </div>
        </div>
    }
    .into_any()
}

/// To the element that asked, else, where it is gone, to the page.
fn give_focus_back(origin: &str) {
    if cfg!(feature = "ssr") {
        return;
    }
    if let Some(element) = document().get_element_by_id(origin).or_else(|| document().get_element_by_id("main")) {
        focus(&element);
    }
}

/// As a browser does for another page: the focus is at its beginning, and that is what is seen.
pub(crate) fn begin_at_the_top() {
    if let Some(sheet) = document().get_element_by_id("main") {
        sheet.set_scroll_top(0);
        focus(&sheet);
    }
}

/// Esc leaves; Tab goes round inside. A dialog on top of this one has its own keys.
fn on_key(event: &KeyboardEvent, node: NodeRef<html::Div>, on_leave: Callback<()>) {
    let Some(dialog) = node.get_untracked() else { return };
    let active = document().active_element();
    let owner = active.as_ref().and_then(|active| active.closest("[aria-modal]").ok().flatten());
    if owner.is_some_and(|owner| owner != **dialog) {
        return;
    }
    match event.key().as_str() {
        "Escape" => {
            event.prevent_default();
            on_leave.run(());
        }
        "Tab" => {
            let stops = stops(&dialog);
            let (Some(first), Some(last)) = (stops.first(), stops.last()) else { return };
            let inside = active.as_ref().is_some_and(|active| dialog.contains(Some(active)) && *active != **dialog);
            let (edge, other) = if event.shift_key() { (first, last) } else { (last, first) };
            if !inside || active.as_ref() == Some(edge) {
                event.prevent_default();
                focus(other);
            }
        }
        _ => {}
    }
}

/// Where Tab stops: of a group of radio buttons only at the chosen one.
fn stops(dialog: &Element) -> Vec<Element> {
    const STOPS: &str = "a[href], button:enabled, select:enabled, textarea:enabled, summary, [tabindex=\"0\"], \
                         input:enabled:not([type=\"hidden\"], [type=\"radio\"]), input[type=\"radio\"]:checked";
    let Ok(found) = dialog.query_selector_all(STOPS) else { return Vec::new() };
    let elements = (0..found.length()).filter_map(|index| found.item(index)?.dyn_into::<Element>().ok());
    elements.filter(|element| element.client_width() > 0 || element.client_height() > 0).collect()
}

fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}
