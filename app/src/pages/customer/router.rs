//! What the router holds of a customer, and bringing them there.

use domain::wire::{CustomerRecord, PackageRecord};
use leptos::prelude::*;

use super::{super::signed_in::Failed, Page};
use crate::{
    address::RecordAsked,
    api::ApiError,
    components::{comparison::ComparisonView, mikrotik_sync::MikroTikSync, note::Bones},
};

/// The comparison, and under it the sync for those who may. After every sync all is read again, and the sync stays where
/// it is.
#[component]
pub(super) fn OnTheRouter(
    customer: Signal<CustomerRecord>,
    packages: Memo<Result<Vec<PackageRecord>, ApiError>>,
    syncs: bool,
) -> impl IntoView {
    let page = Page::shared();
    let comparison = move || {
        Suspend::new(async move {
            match page.comparison.await {
                Some(Ok(comparison)) => view! { <ComparisonView comparison/> }.into_any(),
                Some(Err(error)) => view! {
                    <div class="sec-head"><h2>"On the router"</h2><span class="quiet">"Not known"</span></div>
                    <Failed error again=page.here(RecordAsked::Show)/>
                }
                .into_any(),
                None => ().into_any(),
            }
        })
    };
    let on_sync_complete = Callback::new(move |()| page.read_again());
    let failed = Memo::new(move |_| packages.with(|packages| packages.as_ref().err().cloned()));
    let packages = Signal::derive(move || packages.with(|packages| packages.clone().unwrap_or_default()));
    let sync = move || match failed.get() {
        None => view! {
            <section class="pad rule" aria-label="Sync">
                <MikroTikSync customer packages on_sync_complete/>
            </section>
        }
        .into_any(),
        Some(error) => view! { <Failed error/> }.into_any(),
    };
    view! {
        <aside aria-label="On the router">
            <section class="pad compare">
                <Transition fallback=|| view! { <Bones label="Reading the router"/> }>{comparison}</Transition>
            </section>
            {syncs.then_some(sync)}
        </aside>
    }
    .into_any()
}
