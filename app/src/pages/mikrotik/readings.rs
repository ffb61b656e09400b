//! What the page reads: each of it on its own, so that one that fails leaves the others.

use domain::{
    role::Permission,
    wire::{Myself, SessionsReport, TestReport, UsersReport},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, components::Redirect, hooks::use_location};

use crate::{
    address::{self, Asked},
    api::{self, ApiError},
    components::note::ProblemNote,
};
use domain::wire::problem::Code;

/// Everything that is read for the page.
#[derive(Clone, Copy)]
pub(super) struct Readings {
    /// Who is signed in.
    pub(super) me: Resource<Result<Myself, ApiError>>,
    /// How the router is.
    pub(super) test: Resource<Result<TestReport, ApiError>>,
    /// Who is online.
    pub(super) sessions: Resource<Result<SessionsReport, ApiError>>,
    /// The accounts; nothing for those who may not see them.
    pub(super) users: Resource<Option<Result<UsersReport, ApiError>>>,
}

impl Readings {
    /// Reads again for another service, and what an action may have changed.
    pub(super) fn new(
        asked: Memo<Asked>,
        ended: impl Get<Value = usize> + Copy + Send + Sync + 'static,
        allowed: impl Get<Value = usize> + Copy + Send + Sync + 'static,
    ) -> Self {
        let service = Memo::new(move |_| asked.read().service);
        let me = Resource::new(|| (), |()| api::me());
        Self {
            me,
            test: Resource::new(move || allowed.get(), |_| api::test_connection()),
            sessions: Resource::new(move || (service.get(), ended.get()), |(service, _)| api::sessions(service)),
            users: Resource::new(
                move || (service.get(), ended.get()),
                move |(service, _)| async move {
                    let sees = matches!(me.await, Ok(me) if me.permissions.contains(&Permission::ViewUsers));
                    if sees { Some(api::users(service).await) } else { None }
                },
            ),
        }
    }

    /// Whether the operator may do this. Only inside of what waits for readings.
    pub(super) async fn may(self, permission: Permission) -> bool {
        matches!(self.me.await, Ok(me) if me.permissions.contains(&permission))
    }
}

/// A reading that failed. Whoever is signed in no more is led to the sign-in page.
#[component]
pub(super) fn Failed(
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
    view! {
        <div class="notes">
            <ProblemNote problem brief>
                {again.map(|href| view! { <a class="btn small" href=href rel="external">"Try again"</a> })}
            </ProblemNote>
        </div>
    }
    .into_any()
}
