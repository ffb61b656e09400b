//! The form for another customer.

use domain::{
    role::Permission,
    wire::{AddedCustomer, CustomerBody, problem::Problem},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::signed_in::{Console, Failed, Me, Place};
use crate::{
    address::{self, CUSTOMERS, RecordAsked},
    api::{self, ApiError},
    components::{copy::Copyable, customer_form::CustomerForm, note::Bones},
};

/// The page. Once added, the customer's own page follows.
#[component]
pub(crate) fn NewCustomerPage() -> impl IntoView {
    let me = Me::read();
    let packages = Resource::new(|| (), |()| api::records::packages());
    let save = Action::new(|body: &CustomerBody| api::records::create_customer(body.clone()));
    let navigate = use_navigate();
    Effect::new(move |_| {
        if let Some(Ok(AddedCustomer { customer, generated_password: None })) = save.value().get() {
            navigate(&address::customer(&customer.id, RecordAsked::Show), NavigateOptions::default());
        }
    });
    let refused = Signal::derive(move || {
        save.value().with(|answer| match answer {
            Some(Err(ApiError(problem))) => Some(problem.clone()),
            _ => None,
        })
    });
    let added =
        Memo::new(move |_| save.value().get().and_then(Result::ok).filter(|it| it.generated_password.is_some()));
    let form = move || {
        let added = added.get();
        Suspend::new(async move {
            if let Some(added) = added {
                return view! { <Added added/> }.into_any();
            }
            if !me.may(Permission::ManageCustomers).await {
                let error = ApiError(Problem::forbidden(Permission::ManageCustomers));
                return view! { <Failed error/> }.into_any();
            }
            match packages.await {
                Ok(packages) => view! {
                    <CustomerForm
                        customer=None packages refused pending=save.pending() back=CUSTOMERS.to_owned()
                        on_save=Callback::new(move |body| { save.dispatch(body); })
                        on_load_theirs=Callback::new(|()| ())
                    />
                }
                .into_any(),
                Err(error) => view! { <Failed error/> }.into_any(),
            }
        })
    };
    view! {
        <Title text="New customer"/>
        <Console me here=Place::Customers>
            <div class="head">
                <div>
                    <p class="crumb"><a href=CUSTOMERS>"Customers"</a></p>
                    <h1>"New customer"</h1>
                </div>
            </div>
            <Transition fallback=|| view! { <Bones label="Reading the packages"/> }>{form}</Transition>
        </Console>
    }
}

/// The customer was added with a password that nobody has seen yet.
#[component]
fn Added(added: AddedCustomer) -> impl IntoView {
    let AddedCustomer { customer, generated_password } = added;
    let password = generated_password.map(|password| password.expose().to_owned()).unwrap_or_default();
    let open = format!("Open {}", customer.name);
    view! {
        <section class="pad added" aria-labelledby="added-title">
            <h2 id="added-title" tabindex="-1"><bdi>{customer.name}</bdi>" is added"</h2>
            <dl class="facts">
                <dt>"Username"</dt>
                <dd><Copyable text=customer.pppoe_username what="username"/></dd>
                <dt>"Password"</dt>
                <dd><Copyable text=password what="password"/></dd>
            </dl>
            <p class="soft">"Write the password down or hand it over now: it is kept sealed and shown this once."</p>
            <p><a class="btn primary" href=address::customer(&customer.id, RecordAsked::Show)>{open}</a></p>
        </section>
    }
}
