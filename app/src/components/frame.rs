//! Rail, bar and sheet: what stands around every page of somebody who is signed in.

use domain::role::Operator;
use leptos::{ev, form::ActionForm, prelude::*};

use super::{
    format::initials,
    icon::{Glyph, Icon, Mark},
};
use crate::{api::SignOut, theme};

/// Grows whenever the page scrolls or the window changes: lists draw what can be seen.
#[derive(Clone, Copy)]
pub(crate) struct Scrolled(pub(crate) RwSignal<u32>);

/// The frame of a page.
#[component]
pub(crate) fn Frame(
    /// Where the mark leads.
    home: &'static str,
    /// The rest of the console.
    rail: Vec<RailSection>,
    /// Who is signed in.
    #[prop(into)]
    who: ViewFn,
    /// When the figures of the page were read.
    #[prop(optional, into)]
    as_of: ViewFn,
    /// The page.
    children: Children,
) -> impl IntoView {
    let sign_out = ServerAction::<SignOut>::new();
    let scrolled = RwSignal::new(0_u32);
    provide_context(Scrolled(scrolled));
    let moved = move || scrolled.update(|times| *times = times.wrapping_add(1));
    Effect::new(move |_| {
        let scroll = window_event_listener(ev::scroll, move |_| moved());
        let resize = window_event_listener(ev::resize, move |_| moved());
        on_cleanup(move || {
            scroll.remove();
            resize.remove();
        });
    });
    view! {
        <div class="app">
            <a class="skip" href="#main" rel="external">"Skip to content"</a>
            <nav class="rail" aria-label="Main">
                <a class="brand" href=home><Mark/>"NetPilot"</a>
                {rail.into_iter().map(|section| view! { <Links section/> }).collect::<Vec<_>>()}
                <div class="foot">
                    {who.run()}
                    <ActionForm action=sign_out>
                        <button type="submit" class="btn bare small">"Sign out"</button>
                    </ActionForm>
                </div>
            </nav>
            <header class="bar">
                <a class="brand narrow" href=home><Mark/>"NetPilot"</a>
                <span class="push row">{as_of.run()}</span>
                <ThemeButton/>
                <div class="narrow">
                    <ActionForm action=sign_out>
                        <button type="submit" class="btn bare icon" aria-label="Sign out" title="Sign out">
                            <Icon glyph=Glyph::Leave/>
                        </button>
                    </ActionForm>
                </div>
            </header>
            <main class="sheet" id="main" tabindex="-1" on:scroll=move |_| moved()>{children()}</main>
        </div>
    }
}

/// Pages of the rail that belong together.
#[derive(Clone, Debug)]
pub(crate) struct RailSection {
    /// In a word.
    pub(crate) title: &'static str,
    /// Them.
    pub(crate) links: Vec<RailLink>,
}

/// A page in the rail.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RailLink {
    /// Its name.
    pub(crate) label: &'static str,
    /// Its drawing.
    pub(crate) glyph: Glyph,
    /// Where it is.
    pub(crate) href: &'static str,
    /// Whether it is this one.
    pub(crate) current: bool,
}

#[component]
fn Links(section: RailSection) -> impl IntoView {
    let RailSection { title, links } = section;
    let link = |RailLink { label, glyph, href, current }| {
        view! {
            <li>
                <a href=href aria-current=current.then_some("page")>
                    <Icon glyph/>
                    <span class="cut">{label}</span>
                </a>
            </li>
        }
    };
    view! { <section><h2>{title}</h2><ul>{links.into_iter().map(link).collect::<Vec<_>>()}</ul></section> }
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
