//! Which router this is, and how it is.

use domain::{customer::ServiceType, role::Permission};
use leptos::prelude::*;

use super::super::Page;
use crate::{
    address::list,
    components::{
        connection_card::ConnectionCard,
        note::Bones,
        read_only::ReadOnlyNote,
        router_head::{RouterHead, ServiceLink, ServiceSwitch},
    },
    pages::signed_in::Failed,
};

/// The router's name, and the choice of its two services.
#[component]
pub(in super::super) fn Head() -> impl IntoView {
    let page = Page::shared();
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
pub(in super::super) fn Connection() -> impl IntoView {
    let page = Page::shared();
    let well = move || {
        Suspend::new(async move {
            let report = match page.readings.test.await {
                Ok(report) => report,
                Err(error) => {
                    let again = page.asked.read_untracked().list();
                    return view! { <Failed error again/> }.into_any();
                }
            };
            let accounts = page.readings.users.await.and_then(Result::ok).map(|report| report.total);
            let at_first = page.readings.online.await.ok().map(|report| report.total);
            let may_change = page.readings.may(Permission::ManageRouters).await;
            let read_only = report.read_only;
            view! {
                <ConnectionCard report accounts online=page.count(at_first) live=page.live/>
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
