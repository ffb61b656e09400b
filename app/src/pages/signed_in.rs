//! What the pages of somebody who is signed in share: who they are, the frame, and readings that fail.

use domain::{
    role::Permission,
    wire::{Myself, problem::Code},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, components::Redirect, hooks::use_location};

use crate::{
    address,
    api::{self, ApiError},
    components::{
        frame::{Frame, RailLink, RailSection, Who},
        icon::Glyph,
        note::ProblemNote,
    },
};

/// Who is signed in, read once for a page.
#[derive(Clone, Copy)]
pub(crate) struct Me(Resource<Result<Myself, ApiError>>);

impl Me {
    /// Begins to read.
    pub(crate) fn read() -> Self {
        Self(Resource::new(|| (), |()| api::me()))
    }

    /// Whether the operator may do this. Only inside of what waits for readings.
    pub(crate) async fn may(self, permission: Permission) -> bool {
        matches!(self.0.await, Ok(me) if me.permissions.contains(&permission))
    }

    /// The same as far as it is read, and again once it is.
    pub(crate) fn sees(self, permission: Permission) -> bool {
        self.0.with(|me| matches!(me, Some(Ok(me)) if me.permissions.contains(&permission)))
    }
}

/// A page of the rail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Who is online.
    Sessions,
    /// Who was.
    History,
    /// Who pays.
    Customers,
    /// What is sold.
    Packages,
}

/// The frame of a page, with who is signed in.
#[component]
pub(crate) fn Console(
    /// Who is signed in.
    me: Me,
    /// Where in the rail the page is.
    here: Place,
    /// When the figures of the page were read.
    #[prop(optional, into)]
    as_of: ViewFn,
    /// The page.
    children: Children,
) -> impl IntoView {
    let who = move || {
        let who = Suspend::new(async move { me.0.await.ok().map(|me| view! { <Who operator=me.operator/> }) });
        view! { <Transition>{who}</Transition> }
    };
    view! { <Frame home=address::HOME rail=rail(here) who as_of>{children()}</Frame> }
}

fn rail(here: Place) -> Vec<RailSection> {
    let link = |place, label, glyph, href| RailLink { label, glyph, href, current: place == here };
    vec![
        RailSection {
            title: "Live",
            links: vec![
                link(Place::Sessions, "Sessions", Glyph::Live, address::HOME),
                link(Place::History, "History", Glyph::History, address::HISTORY),
            ],
        },
        RailSection {
            title: "Customers",
            links: vec![
                link(Place::Customers, "Customers", Glyph::People, address::CUSTOMERS),
                link(Place::Packages, "Packages", Glyph::Package, address::PACKAGES),
            ],
        },
    ]
}

/// A reading that failed. Whoever is signed in no more is led to the sign-in page.
#[component]
pub(crate) fn Failed(
    /// Why.
    error: ApiError,
    /// Leaves out what another note of the page says already.
    #[prop(optional)]
    brief: bool,
    /// Where the same is tried again.
    #[prop(optional, into)]
    again: Option<String>,
) -> impl IntoView {
    let ApiError(problem) = error;
    if problem.code == Code::Unauthenticated {
        let location = use_location();
        let (path, search) = (location.pathname.get_untracked(), location.search.get_untracked());
        let here = if search.is_empty() { path } else { format!("{path}?{}", search.trim_start_matches('?')) };
        let options = NavigateOptions { replace: true, ..Default::default() };
        return view! { <Redirect path=address::sign_in(&here, false) options/> }.into_any();
    }
    #[cfg(feature = "ssr")]
    if matches!(problem.code, Code::CustomerNotFound | Code::PackageUnknown)
        && let Some(response) = use_context::<leptos_axum::ResponseOptions>()
    {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <div class="notes">
            <ProblemNote problem brief>
                {again.map(|href| view! { <a class="btn small" href=href rel="external">"Try again"</a> })}
            </ProblemNote>
        </div>
    }
    .into_any()
}
