//! May NetPilot write to the router.

use leptos::{form::ActionForm, prelude::*};

use super::{
    icon::{Glyph, Icon},
    note::ProblemNote,
};
use crate::api::{ApiError, SetReadOnly};

/// Whether the router is read-only here, and the button that changes it for those who may.
#[component]
pub(crate) fn ReadOnlyNote(
    /// Whether it is.
    read_only: bool,
    /// Whether the operator may change it.
    may_change: bool,
    /// Changes it.
    action: ServerAction<SetReadOnly>,
) -> impl IntoView {
    let form = |label: &'static str, class: &'static str| {
        view! {
            <ActionForm action=action>
                <input type="hidden" name="read_only" value=(!read_only).to_string()/>
                <button type="submit" class=class>{label}</button>
            </ActionForm>
        }
    };
    let note = match (read_only, may_change) {
        (true, _) => view! {
            <div class="note">
                <Icon glyph=Glyph::Warn/>
                <p class="say"><b>"Read-only."</b>" NetPilot writes nothing to this router until an admin allows it."</p>
                {may_change.then(|| form("Allow writes", "btn small"))}
            </div>
        }
        .into_any(),
        (false, true) => form("Make read-only", "btn bare small").into_any(),
        (false, false) => ().into_any(),
    };
    let refused = move || match action.value().get() {
        Some(Err(ApiError(problem))) => Some(view! { <ProblemNote problem/> }),
        _ => None,
    };
    view! { <div class="notes">{note}{refused}</div> }
}
