//! A form that saves: what is wrong on top, its fields, its buttons.

use domain::wire::problem::{Code, Problem};
use leptos::{ev::SubmitEvent, prelude::*};

use super::note::ProblemNote;
use crate::draft::Faults;

/// The form. Nothing is sent while something is wrong by our rules; the focus goes there instead.
#[component]
pub(crate) fn RecordForm(
    /// Its name, for readers.
    label: &'static str,
    /// What is wrong with it.
    faults: Faults,
    /// The last refusal of the server.
    #[prop(into)]
    refused: Signal<Option<Problem>>,
    /// Whether it is on its way.
    #[prop(into)]
    pending: Signal<bool>,
    /// Sends it.
    on_save: Callback<()>,
    /// Takes what somebody else saved meanwhile.
    #[prop(optional)]
    on_load_theirs: Option<Callback<()>>,
    /// The word on the button that saves.
    save: &'static str,
    /// Where leaving leads.
    back: String,
    /// The word on the link that leaves.
    leave: &'static str,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let top = RwSignal::new(None::<Problem>);
    Effect::new(move |_| top.set(refused.get().and_then(|problem| faults.take(problem))));
    // Without scripts nothing could be sent, and the browser must not put the fields into an address.
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        top.set(None);
        if faults.pass() {
            on_save.run(());
        } else {
            top.set(faults.elsewhere());
        }
    };
    let note = move || top.get().map(|problem| view! { <Refused problem on_load_theirs/> });
    view! {
        <form class="record" method="post" novalidate=true aria-label=label on:submit=submit>
            <p class="needs-script note">"Changing needs scripts, and this browser runs none. Everything can be read."</p>
            <div class="form-notes">{note}</div>
            {children()}
            <footer class="btns">
                <button
                    type="submit" class="btn primary" disabled=move || !alive.get()
                    aria-disabled=move || pending.get().then_some("true")
                >
                    {save}
                </button>
                <a class="btn" href=back>{leave}</a>
            </footer>
        </form>
    }
    .into_any()
}

#[component]
fn Refused(problem: Problem, on_load_theirs: Option<Callback<()>>) -> impl IntoView {
    let theirs = on_load_theirs.filter(|_| problem.code == Code::VersionConflict);
    match theirs {
        Some(load) => view! {
            <ProblemNote problem>
                <button type="button" class="btn small" on:click=move |_| load.run(())>"Load theirs"</button>
            </ProblemNote>
        }
        .into_any(),
        None => view! { <ProblemNote problem/> }.into_any(),
    }
}
