//! Everything that is sold.

use domain::{role::Permission, wire::PackageRecord};
use leptos::prelude::*;
use leptos_meta::Title;

use super::signed_in::{Console, Failed, Me, Place};
use crate::{
    address::{self, NEW_PACKAGE, PACKAGES, RecordAsked},
    api,
    components::{
        format::counted,
        note::{Bones, Empty},
        package_table::{PackageLine, PackageTable},
    },
};

/// The page.
#[component]
pub(crate) fn PackagesPage() -> impl IntoView {
    let me = Me::read();
    let packages = Resource::new(|| (), |()| api::records::packages());
    let add = move || {
        Suspend::new(async move {
            let may = me.may(Permission::ManagePackages).await;
            may.then(|| view! { <a class="btn primary push" href=NEW_PACKAGE>"Add package"</a> })
        })
    };
    let list = move || {
        Suspend::new(async move {
            match packages.await {
                Ok(packages) => view! { <List packages/> }.into_any(),
                Err(error) => view! { <Failed error again=PACKAGES/> }.into_any(),
            }
        })
    };
    view! {
        <Title text="Packages"/>
        <Console me here=Place::Packages>
            <div class="head"><h1>"Packages"</h1><Transition>{add}</Transition></div>
            <section class="listing" aria-label="Packages">
                <Transition fallback=|| view! { <Bones label="Reading the packages"/> }>{list}</Transition>
            </section>
        </Console>
    }
}

#[component]
fn List(packages: Vec<PackageRecord>) -> impl IntoView {
    if packages.is_empty() {
        return view! { <Empty title="No packages yet">"A package is a name and its speeds."</Empty> }.into_any();
    }
    let all = counted(packages.len(), "package", "packages");
    let line = |record: PackageRecord| PackageLine {
        href: address::package(&record.id, RecordAsked::Show),
        customers: address::customers("", record.package.name.as_deref()),
        record,
    };
    let lines = packages.into_iter().map(line).collect();
    view! {
        <p class="soft nowrap count" role="status">{all}</p>
        <PackageTable lines/>
    }
    .into_any()
}
