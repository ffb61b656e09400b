//! Rail, bar and sheet: what stands around every page of somebody who is signed in.

use domain::role::Operator;
use leptos::{form::ActionForm, prelude::*};

use super::{
    format::initials,
    icon::{Glyph, Icon, Mark},
};
use crate::{api::SignOut, theme};

/// The frame of a page.
#[component]
pub(crate) fn Frame(
    /// Who is signed in.
    #[prop(into)]
    who: ViewFn,
    /// When the figures of the page were read.
    #[prop(into)]
    as_of: ViewFn,
    /// The page.
    children: Children,
) -> impl IntoView {
    let sign_out = ServerAction::<SignOut>::new();
    view! {
        <div class="app">
            <a class="skip" href="#main" rel="external">"Skip to content"</a>
            <nav class="rail" aria-label="Main">
                <a class="brand" href="/mikrotik"><Mark/>"NetPilot"</a>
                <section>
                    <ul>
                        <li>
                            <a href="/mikrotik" aria-current="page">
                                <Icon glyph=Glyph::Live/>
                                <span class="cut">"Sessions"</span>
                            </a>
                        </li>
                    </ul>
                </section>
                <div class="foot">
                    {who.run()}
                    <ActionForm action=sign_out>
                        <button type="submit" class="btn bare small">"Sign out"</button>
                    </ActionForm>
                </div>
            </nav>
            <header class="bar">
                <a class="brand narrow" href="/mikrotik"><Mark/>"NetPilot"</a>
                <span class="asof push">{as_of.run()}</span>
                <ThemeButton/>
                <div class="narrow">
                    <ActionForm action=sign_out>
                        <button type="submit" class="btn bare icon" aria-label="Sign out" title="Sign out">
                            <Icon glyph=Glyph::Leave/>
                        </button>
                    </ActionForm>
                </div>
            </header>
            <main class="sheet" id="main" tabindex="-1">{children()}</main>
        </div>
    }
}

/// Who is signed in, at the foot of the rail.
#[component]
pub(crate) fn Who(
    /// Them.
    operator: Operator,
) -> impl IntoView {
    let Operator { username, role, .. } = operator;
    let role = match role {
        domain::role::Role::AdminStaff => "Admin staff",
        domain::role::Role::OfficeStaff => "Office staff",
    };
    view! {
        <div class="who">
            <span class="avatar" aria-hidden="true">{initials(&username)}</span>
            <span class="cut"><bdi dir="ltr">{username}</bdi><small>{role}</small></span>
        </div>
    }
}

/// Changes between light and dark.
#[component]
pub(crate) fn ThemeButton() -> impl IntoView {
    view! {
        <button
            type="button" class="btn bare icon" aria-label="Theme" title="Theme"
            on:click=move |_| theme::toggle()
        >
            <Icon glyph=Glyph::Theme/>
        </button>
    }
}
