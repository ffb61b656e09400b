//! How the customers get online.

use domain::customer::ServiceType;
use leptos::prelude::*;

/// PPPoE or hotspot.
#[component]
pub(super) fn ServiceChoice(
    /// Which.
    service: RwSignal<ServiceType>,
    /// Whether it may not be changed now.
    locked: Signal<bool>,
) -> impl IntoView {
    let choice = |one: ServiceType| {
        view! {
            <label>
                <input
                    type="radio" name="sync-service" value=one.name()
                    checked=service.get_untracked() == one
                    prop:checked=move || service.get() == one
                    disabled=move || locked.get()
                    on:change=move |_| service.set(one)
                />
                {one.label()}
            </label>
        }
    };
    view! {
        <fieldset class="service-choice push">
            <legend class="vh">"Service"</legend>
            <span class="seg small">{ServiceType::ALL.map(choice).into_iter().collect_view()}</span>
        </fieldset>
    }
}
