//! Finds rows while somebody types; a plain form where scripts are off.

use leptos::{ev::SubmitEvent, prelude::*};

use super::icon::{Glyph, Icon};

/// The search box of a list.
#[component]
pub(crate) fn SearchBox(
    /// What it says in the box and to readers.
    label: &'static str,
    /// What is typed.
    filter: RwSignal<String>,
    /// The page of the list it belongs to.
    action: &'static str,
    /// Keeps what is typed, on Enter.
    on_enter: Callback<()>,
    /// What else the list is asked for, as hidden inputs.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        on_enter.run(());
    };
    view! {
        <form class="search" role="search" method="get" action=action on:submit=submit>
            {children.map(|children| children())}
            <Icon glyph=Glyph::Search/>
            <input
                type="search" name="q" placeholder=label aria-label=label autocomplete="off" spellcheck="false"
                value=filter.get_untracked()
                prop:value=move || filter.get()
                on:input:target=move |event| filter.set(event.target().value())
            />
        </form>
    }
}
