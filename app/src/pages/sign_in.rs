//! Where an operator signs in. Works the same without scripts.

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    address,
    api::{ApiError, SignIn},
    components::{
        icon::{Glyph, Icon, Mark},
        note::ProblemNote,
    },
};

/// The sign-in page.
#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    let query = use_query_map();
    let next = move || query.read().get("next").unwrap_or_else(|| address::HOME.to_owned());
    let refused = move || query.read().get("refused").is_some();
    let action = ServerAction::<SignIn>::new();
    let broken = move || match action.value().get() {
        Some(Err(ApiError(problem))) => Some(view! { <ProblemNote problem/> }),
        _ => None,
    };
    view! {
        <Title text="Sign in"/>
        <main class="door" id="main">
            <p class="brand"><Mark/>"NetPilot"</p>
            <h1>"Sign in"</h1>
            {move || refused().then(|| view! { <Refused/> })}
            {broken}
            <ActionForm action=action>
                <input type="hidden" name="next" value=next/>
                <div class="field">
                    <label for="login">"Username or e-mail"</label>
                    <span class="input">
                        <input
                            id="login" name="login" type="text" autocomplete="username" autocapitalize="none"
                            spellcheck="false" required=true autofocus=true
                        />
                    </span>
                </div>
                <div class="field">
                    <label for="password">"Password"</label>
                    <span class="input">
                        <input
                            id="password" name="password" type="password" autocomplete="current-password"
                            required=true
                        />
                    </span>
                </div>
                <button type="submit" class="btn primary" disabled=move || action.pending().get()>"Sign in"</button>
            </ActionForm>
        </main>
    }
}

#[component]
fn Refused() -> impl IntoView {
    view! {
        <div class="note error" role="alert">
            <Icon glyph=Glyph::Bad/>
            <p>"That name and password do not fit together."</p>
        </div>
    }
}
