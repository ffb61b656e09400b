//! One customer: who they are, their speed, what the router holds of them, and changing or deleting them.

mod edit; // changing them
mod router; // what the router holds of them
mod past; // when they were online

use domain::{
    customer::ServiceType,
    role::Permission,
    session::{PastSessions, Session},
    wire::{Comparison, CustomerRecord, OnlineReport, PackageRecord},
};
use leptos::{prelude::*, reactive::computed::ScopedFuture};
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    record,
    signed_in::{Console, Failed, Me, Place},
};
use crate::{
    address::{self, CUSTOMERS, RecordAsked},
    api::{
        self, ApiError,
        records::{DeleteCustomer, UpdateCustomer},
    },
    components::{
        customer_facts::{CustomerFacts, FactLine, StatusDot},
        delete_dialog::{ASK, DeleteCustomerDialog},
        dialog::begin_at_the_top,
        freshness::{AsOf, RouterNews},
        live_speed::{LiveSpeed, OnlineSince, session_of},
        note::Bones,
    },
    live::Live,
};
use edit::Edit;
use past::Past;
use router::OnTheRouter;

/// So many of the last sessions stand on the page.
const PAST_SESSIONS: usize = 20;

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Page {
    id: Memo<String>,
    asked: Memo<RecordAsked>,
    me: Me,
    customer: Resource<Result<CustomerRecord, ApiError>>,
    packages: Resource<Result<Vec<PackageRecord>, ApiError>>,
    /// Nothing for those who may not see it.
    comparison: Resource<Option<Result<Comparison, ApiError>>>,
    /// Who is online, until the stream says so.
    online: Resource<Option<OnlineReport>>,
    past: Resource<Result<PastSessions, ApiError>>,
    live: Live,
    save: ServerAction<UpdateCustomer>,
    delete: ServerAction<DeleteCustomer>,
}

impl Page {
    fn new() -> Self {
        let (id, asked) = record::in_url();
        let me = Me::read();
        let customer = Resource::new(move || id.get(), api::records::customer);
        let page = Self {
            id,
            asked,
            me,
            customer,
            packages: Resource::new(|| (), |()| api::records::packages()),
            comparison: Resource::new(
                move || id.get(),
                move |id| async move {
                    let sees = me.may(Permission::ViewUsers).await;
                    if sees { Some(api::records::compare(id).await) } else { None }
                },
            ),
            online: Resource::new(
                || (),
                move |()| async move {
                    let customer = customer.await.ok()?;
                    let (service, username) = (customer.service_type, customer.pppoe_username);
                    api::online(service, username, 0, None).await.ok()
                },
            ),
            past: Resource::new(move || id.get(), |id| api::history::history(Some(id), None, None, PAST_SESSIONS)),
            live: Live::new(),
            save: ServerAction::new(),
            delete: ServerAction::new(),
        };
        Effect::watch(move || page.asked.get(), move |_, _, _| page.delete.clear(), false);
        page
    }

    /// Reads everything again that a sync may have changed.
    fn read_again(self) {
        self.comparison.refetch();
        self.customer.refetch();
        self.packages.refetch();
    }

    /// The page that a part stands on.
    fn shared() -> Self {
        expect_context()
    }

    fn here(self, asked: RecordAsked) -> String {
        address::customer(&self.id.read_untracked(), asked)
    }
}

/// The page.
#[component]
pub(crate) fn CustomerPage() -> impl IntoView {
    let page = Page::new();
    provide_context(page);
    let editing = Memo::new(move |_| page.asked.get() == RecordAsked::Edit);
    Effect::watch(move || editing.get(), |_, _, _| begin_at_the_top(), false);
    view! {
        <Console me=page.me here=Place::Customers as_of=move || view! { <AsOf live=page.live/> }>
            <RouterNews live=page.live/>
            <Transition fallback=|| view! { <Bones label="Reading the customer"/> }><Content editing/></Transition>
            <Question/>
        </Console>
    }
}

/// What there has to be another of it for the page to be made anew. Reading a customer again, as after a sync, leaves
/// everything where it is.
#[derive(Clone, Debug, PartialEq)]
enum Whole {
    Form { id: String, version: i64 },
    Customer { id: String, service: ServiceType, package: String },
    Nothing(ApiError),
}

impl Whole {
    fn of(customer: Result<CustomerRecord, ApiError>, editing: bool) -> Self {
        match customer {
            Ok(CustomerRecord { id, version, .. }) if editing => Self::Form { id, version },
            Ok(CustomerRecord { id, service_type, service_package, .. }) => {
                Self::Customer { id, service: service_type, package: service_package }
            }
            Err(error) => Self::Nothing(error),
        }
    }
}

#[component]
fn Content(editing: Memo<bool>) -> impl IntoView {
    let page = Page::shared();
    let whole = Memo::new(move |_| Some(Whole::of(page.customer.get()?, editing.get())));
    move || {
        let edits = matches!(whole.get()?, Whole::Form { .. });
        Some(Suspend::new(ScopedFuture::new_untracked(content(edits))))
    }
}

async fn content(edits: bool) -> AnyView {
    let page = Page::shared();
    let may = page.me.may(Permission::ManageCustomers).await;
    match (page.customer.await, page.packages.await) {
        (Ok(customer), Ok(packages)) if edits && may => view! { <Edit customer packages/> }.into_any(),
        (Ok(customer), packages) => {
            if let Some(OnlineReport { sessions, as_of, .. }) = page.online.await {
                page.live.begin(sessions, as_of);
            }
            let syncs = page.me.may(Permission::Sync).await;
            let sees = page.me.may(Permission::ViewUsers).await;
            view! { <Shown customer packages rights=Rights { may, syncs, sees }/> }.into_any()
        }
        (Err(error), _) => {
            view! { <Title text="Customer"/><Failed error again=page.here(RecordAsked::Show)/> }.into_any()
        }
    }
}

/// What the operator may do here.
#[derive(Clone, Copy)]
struct Rights {
    /// Change the customer.
    may: bool,
    /// Bring them to the router.
    syncs: bool,
    /// See their account.
    sees: bool,
}

/// The customer as they were read first, and then as they are read again.
#[component]
fn Shown(customer: CustomerRecord, packages: Result<Vec<PackageRecord>, ApiError>, rights: Rights) -> impl IntoView {
    let page = Page::shared();
    let customer = Memo::new(move |last: Option<&CustomerRecord>| match page.customer.get() {
        Some(Ok(now)) if now.id == customer.id => now,
        _ => last.unwrap_or(&customer).clone(),
    });
    let packages = Memo::new(move |last: Option<&Result<Vec<PackageRecord>, ApiError>>| match page.packages.get() {
        Some(Ok(now)) => Ok(now),
        _ => last.unwrap_or(&packages).clone(),
    });
    let class = if rights.sees { "split wideaside" } else { "split alone" };
    view! {
        <Title text=move || customer.read().name.clone()/>
        {move || view! { <Head customer=customer.get() may=rights.may/> }}
        <div class=class>
            {move || view! { <Facts customer=customer.get() packages=packages.get()/> }}
            {rights.sees.then(|| view! { <OnTheRouter customer=customer.into() packages syncs=rights.syncs/> })}
        </div>
    }
}

/// Everything of a customer but what the router holds.
#[component]
fn Facts(customer: CustomerRecord, packages: Result<Vec<PackageRecord>, ApiError>) -> impl IntoView {
    let page = Page::shared();
    let named = |package: &PackageRecord| package.package.name.as_ref() == Some(&customer.service_package);
    let package = packages.unwrap_or_default().into_iter().find(named);
    let session = session_of(page.live, &customer);
    let now = Signal::derive(move || {
        let place = |session: &Session| (session.address.clone(), session.mac_address.clone());
        session.get().and_then(|key| page.live.of_session(&key, place)).unwrap_or_default()
    });
    let package_href = package.as_ref().map(|package| address::package(&package.id, RecordAsked::Show));
    view! {
        <div class="stack">
            <FactLine customer=customer.clone() now/>
            <LiveSpeed live=page.live session customer=customer.clone() package/>
            <CustomerFacts customer package=package_href/>
            <Past/>
        </div>
    }
}

#[component]
fn Head(customer: CustomerRecord, may: bool) -> impl IntoView {
    let page = Page::shared();
    let session = session_of(page.live, &customer);
    view! {
        <div class="head subj">
            <div>
                <p class="crumb">
                    <a href=CUSTOMERS>"Customers"</a><span aria-hidden="true">"/"</span><bdi dir="ltr">{customer.id}</bdi>
                </p>
                <h1><bdi>{customer.name}</bdi></h1>
            </div>
            <OnlineSince live=page.live session/>
            <StatusDot status=customer.status/>
            {may.then(|| view! {
                <div class="btns push">
                    <a class="btn" href=page.here(RecordAsked::Edit)>"Change customer"</a>
                    <a class="btn danger" id=ASK href=page.here(RecordAsked::Delete)>"Delete customer"</a>
                </div>
            })}
        </div>
    }
    .into_any()
}

/// Asks whether the customer shall be deleted, where the URL says so.
#[component]
fn Question() -> impl IntoView {
    let page = Page::shared();
    let navigate = use_navigate();
    let on_leave = Callback::new(move |()| {
        navigate(&page.here(RecordAsked::Show), NavigateOptions { scroll: false, ..Default::default() });
    });
    let question = move || {
        let asks = page.asked.get() == RecordAsked::Delete;
        Suspend::new(async move {
            let may = asks && page.me.may(Permission::ManageCustomers).await;
            let customer = page.customer.await.ok().filter(|_| may);
            customer.map(|customer| {
                let back = page.here(RecordAsked::Show);
                view! { <DeleteCustomerDialog customer back on_leave action=page.delete/> }
            })
        })
    };
    view! { <Transition>{question}</Transition> }
}
