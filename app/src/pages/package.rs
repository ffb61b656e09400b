//! One package: what is sold, what it becomes on the router, and changing it.

use domain::{
    role::Permission,
    wire::{PackageBody, PackageRecord},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    record,
    signed_in::{Console, Failed, Me, Place},
};
use crate::{
    address::{self, PACKAGES, RecordAsked},
    api::{
        self, ApiError,
        records::{DeletePackage, UpdatePackage},
    },
    components::{
        delete_dialog::{ASK, DeletePackageDialog},
        note::{Bones, DoneNote},
        package_facts::PackageFacts,
        package_form::{PackageForm, Preview},
    },
};

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Page {
    id: Memo<String>,
    asked: Memo<RecordAsked>,
    me: Me,
    package: Resource<Result<PackageRecord, ApiError>>,
    save: ServerAction<UpdatePackage>,
    delete: ServerAction<DeletePackage>,
}

impl Page {
    fn new() -> Self {
        let (id, asked) = record::in_url();
        let page = Self {
            id,
            asked,
            me: Me::read(),
            package: Resource::new(move || id.get(), api::records::package),
            save: ServerAction::new(),
            delete: ServerAction::new(),
        };
        Effect::new(move |_| {
            if matches!(page.save.value().get(), Some(Ok(_))) {
                page.package.refetch();
            }
        });
        Effect::watch(move || page.asked.get(), move |_, _, _| page.delete.clear(), false);
        page
    }

    fn here(self, asked: RecordAsked) -> String {
        address::package(&self.id.read_untracked(), asked)
    }
}

/// The page. Whoever may change the package has it open for that at once.
#[component]
pub(crate) fn PackagePage() -> impl IntoView {
    let page = Page::new();
    let content = move || {
        Suspend::new(async move {
            let may = page.me.may(Permission::ManagePackages).await;
            match page.package.await {
                Ok(package) => view! { <Shown page package may/> }.into_any(),
                Err(error) => {
                    view! { <Title text="Package"/><Failed error again=page.here(RecordAsked::Show)/> }.into_any()
                }
            }
        })
    };
    let saved = move || {
        let saved = matches!(page.save.value().get(), Some(Ok(_)));
        saved.then(|| view! { <DoneNote>"Saved."</DoneNote> })
    };
    view! {
        <Console me=page.me here=Place::Packages>
            <div role="status" class="notes">{saved}</div>
            <Transition fallback=|| view! { <Bones label="Reading the package"/> }>{content}</Transition>
            <Question page/>
        </Console>
    }
}

#[component]
fn Shown(page: Page, package: PackageRecord, may: bool) -> impl IntoView {
    let name = package.package.name.clone().unwrap_or_default();
    let body = if may { view! { <Edit page package/> }.into_any() } else { view! { <Facts package/> }.into_any() };
    view! {
        <Title text=name.clone()/>
        <div class="head">
            <div>
                <p class="crumb"><a href=PACKAGES>"Packages"</a></p>
                <h1><bdi>{name}</bdi></h1>
            </div>
            {may.then(|| view! {
                <a class="btn danger push" id=ASK href=page.here(RecordAsked::Delete)>"Delete package"</a>
            })}
        </div>
        {body}
    }
}

#[component]
fn Edit(page: Page, package: PackageRecord) -> impl IntoView {
    let (id, version) = (package.id.clone(), package.version);
    let on_save = Callback::new(move |package: PackageBody| {
        page.save.dispatch(UpdatePackage { id: id.clone(), package, version });
    });
    let on_load_theirs = Callback::new(move |()| {
        page.save.clear();
        page.package.refetch();
    });
    let refused = Signal::derive(move || match page.save.value().get() {
        Some(Err(ApiError(problem))) => Some(problem),
        _ => None,
    });
    view! {
        <PackageForm
            package=Some(package) refused pending=page.save.pending() on_save on_load_theirs back=PACKAGES.to_owned()
        />
    }
}

#[component]
fn Facts(package: PackageRecord) -> impl IntoView {
    let PackageRecord { package, customers, .. } = package;
    let customers_href = address::customers("", package.name.as_deref());
    view! {
        <div class="split">
            <div class="pad"><PackageFacts package=package.clone() customers customers_href/></div>
            <aside class="pad" aria-label="On the router"><Preview package=Signal::stored(package)/></aside>
        </div>
    }
}

/// Asks whether the package shall be deleted, where the URL says so.
#[component]
fn Question(page: Page) -> impl IntoView {
    let navigate = use_navigate();
    let on_leave = Callback::new(move |()| {
        navigate(&page.here(RecordAsked::Show), NavigateOptions { scroll: false, ..Default::default() });
    });
    let question = move || {
        let asks = page.asked.get() == RecordAsked::Delete;
        Suspend::new(async move {
            let may = asks && page.me.may(Permission::ManagePackages).await;
            let package = page.package.await.ok().filter(|_| may);
            package.map(|package| {
                let back = page.here(RecordAsked::Show);
                let customers = address::customers("", package.package.name.as_deref());
                view! { <DeletePackageDialog package customers back on_leave action=page.delete/> }
            })
        })
    };
    view! { <Transition>{question}</Transition> }
}
