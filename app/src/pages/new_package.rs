//! The form for another package.

use domain::{
    role::Permission,
    wire::{PackageBody, problem::Problem},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::signed_in::{Console, Failed, Me, Place};
use crate::{
    address::{self, PACKAGES, RecordAsked},
    api::{self, ApiError},
    components::{note::Bones, package_form::PackageForm},
};

/// The page. Once added, the package's own page follows.
#[component]
pub(crate) fn NewPackagePage() -> impl IntoView {
    let me = Me::read();
    let save = Action::new(|body: &PackageBody| api::records::create_package(body.clone()));
    let navigate = use_navigate();
    Effect::new(move |_| {
        if let Some(Ok(record)) = save.value().get() {
            navigate(&address::package(&record.id, RecordAsked::Show), NavigateOptions::default());
        }
    });
    let refused = Signal::derive(move || {
        save.value().with(|answer| match answer {
            Some(Err(ApiError(problem))) => Some(problem.clone()),
            _ => None,
        })
    });
    let form = move || {
        Suspend::new(async move {
            if !me.may(Permission::ManagePackages).await {
                let error = ApiError(Problem::forbidden(Permission::ManagePackages));
                return view! { <Failed error/> }.into_any();
            }
            view! {
                <PackageForm
                    package=None refused pending=save.pending() back=PACKAGES.to_owned()
                    on_save=Callback::new(move |body| { save.dispatch(body); })
                    on_load_theirs=Callback::new(|()| ())
                />
            }
            .into_any()
        })
    };
    view! {
        <Title text="New package"/>
        <Console me here=Place::Packages>
            <div class="head">
                <div>
                    <p class="crumb"><a href=PACKAGES>"Packages"</a></p>
                    <h1>"New package"</h1>
                </div>
            </div>
            <Transition fallback=|| view! { <Bones label="Reading who you are"/> }>{form}</Transition>
        </Console>
    }
}
