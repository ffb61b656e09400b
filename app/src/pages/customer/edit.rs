//! Changing a customer.

use domain::wire::{CustomerBody, CustomerRecord, PackageRecord};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::Page;
use crate::{
    address::{CUSTOMERS, RecordAsked},
    api::{ApiError, records::UpdateCustomer},
    components::customer_form::CustomerForm,
};

/// The form. Once saved, the customer's page follows with what is known then.
#[component]
pub(super) fn Edit(customer: CustomerRecord, packages: Vec<PackageRecord>) -> impl IntoView {
    let page = Page::shared();
    let version = customer.version;
    let name = customer.name.clone();
    let on_save = Callback::new(move |customer: CustomerBody| {
        page.save.dispatch(UpdateCustomer { customer, version });
    });
    let on_load_theirs = Callback::new(move |()| {
        page.save.clear();
        page.customer.refetch();
    });
    let navigate = use_navigate();
    Effect::new(move |_| {
        if matches!(page.save.value().get(), Some(Ok(_))) {
            page.save.clear();
            page.customer.refetch();
            page.comparison.refetch();
            navigate(&page.here(RecordAsked::Show), NavigateOptions { replace: true, ..Default::default() });
        }
    });
    let refused = Signal::derive(move || match page.save.value().get() {
        Some(Err(ApiError(problem))) => Some(problem),
        _ => None,
    });
    view! {
        <Title text=format!("Change {name}")/>
        <div class="head">
            <div>
                <p class="crumb">
                    <a href=CUSTOMERS>"Customers"</a><span aria-hidden="true">"/"</span>
                    <a href=page.here(RecordAsked::Show)><bdi dir="ltr">{customer.id.clone()}</bdi></a>
                </p>
                <h1>"Change "<bdi>{name}</bdi></h1>
            </div>
        </div>
        <CustomerForm
            customer=Some(customer) packages refused pending=page.save.pending() on_save on_load_theirs
            back=page.here(RecordAsked::Show)
        />
    }
}
