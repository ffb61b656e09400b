//! Who is signed in, which router this is, and how it is.

use domain::{customer::ServiceType, role::Permission, timestamp::Timestamp};
use leptos::prelude::*;

use super::super::{Page, readings::Failed};
use crate::{
    address::list,
    components::{
        connection_card::{ConnectionCard, Headcount},
        frame::Who,
        note::Bones,
        read_only::ReadOnlyNote,
        router_head::{RouterHead, ServiceLink, ServiceSwitch},
    },
};

/// The operator, at the foot of the rail.
#[component]
pub(in super::super) fn SignedIn(page: Page) -> impl IntoView {
    let who = move || {
        Suspend::new(async move { page.readings.me.await.ok().map(|me| view! { <Who operator=me.operator/> }) })
    };
    view! { <Transition>{who}</Transition> }
}

/// When the figures were read.
#[component]
pub(in super::super) fn AsOf(page: Page) -> impl IntoView {
    let time = |at: Timestamp| {
        view! { "as of " <time datetime=at.to_string()><bdi dir="ltr">{at.clock()}</bdi></time> " UTC" }
    };
    let as_of = move || {
        Suspend::new(async move {
            let sessions = page.readings.sessions.await.ok().map(|report| report.as_of);
            let test = page.readings.test.await.ok().map(|report| report.as_of);
            sessions.or(test).map(time)
        })
    };
    view! { <Transition>{as_of}</Transition> }
}

/// The router's name, and the choice of its two services.
#[component]
pub(in super::super) fn Head(page: Page) -> impl IntoView {
    let links = move || {
        let current = page.asked.read().service;
        let link = |service| ServiceLink { service, href: list(service, ""), current: service == current };
        ServiceType::ALL.map(link).to_vec()
    };
    let head = move || {
        Suspend::new(async move {
            view! { <RouterHead report=page.readings.test.await.ok()/> }
        })
    };
    view! {
        <Transition fallback=|| view! { <h1>"Router"</h1> }>{head}</Transition>
        {move || view! { <ServiceSwitch links=links()/> }}
    }
}

/// How the router is: the strip, or what keeps NetPilot from it.
#[component]
pub(in super::super) fn Connection(page: Page) -> impl IntoView {
    let well = move || {
        Suspend::new(async move {
            let report = match page.readings.test.await {
                Ok(report) => report,
                Err(error) => {
                    let again = page.asked.read_untracked().list();
                    return view! { <Failed error again/> }.into_any();
                }
            };
            let headcount = Headcount {
                online: page.readings.sessions.await.ok().map(|report| report.total),
                accounts: page.readings.users.await.and_then(Result::ok).map(|report| report.total),
            };
            let may_change = page.readings.may(Permission::ManageRouters).await;
            let read_only = report.read_only;
            view! {
                <ConnectionCard report headcount/>
                <ReadOnlyNote read_only may_change action=page.set_read_only/>
            }
            .into_any()
        })
    };
    view! {
        <section aria-label="Connection">
            <Transition fallback=|| view! { <Bones label="Reading the router"/> }>{well}</Transition>
        </section>
    }
}
