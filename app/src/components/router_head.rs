//! Which router this is, and which of its two services is shown.

use domain::{customer::ServiceType, wire::TestReport};
use leptos::prelude::*;

use super::format::uptime;

/// The router's name and facts, where it told them.
#[component]
pub(crate) fn RouterHead(
    /// What the router said; nothing where it did not answer.
    report: Option<TestReport>,
) -> impl IntoView {
    let Some(report) = report else {
        return view! { <h1>"Router"</h1> }.into_any();
    };
    let facts = report.system_info.first().cloned().unwrap_or_default();
    let fact = |name: &str| facts.get(name).cloned();
    let version = fact("version").map(|text| text.split(' ').next().unwrap_or_default().to_owned());
    view! {
        <h1><bdi dir="ltr">{report.identity}</bdi></h1>
        {fact("board-name").map(|board| view! { <span class="badge line"><bdi dir="ltr">{board}</bdi></span> })}
        {version.map(|version| view! { <span class="badge line">"RouterOS "{version}</span> })}
        {fact("uptime").and_then(|text| uptime(&text)).map(|up| view! {
            <span class="quiet nowrap"><bdi dir="ltr">{up}</bdi>" since restart"</span>
        })}
    }
    .into_any()
}

/// One of the services, and where it is shown.
#[derive(Clone, Debug)]
pub(crate) struct ServiceLink {
    /// Which.
    pub(crate) service: ServiceType,
    /// Where.
    pub(crate) href: String,
    /// Whether it is the one that is shown.
    pub(crate) current: bool,
}

/// Chooses between the services.
#[component]
pub(crate) fn ServiceSwitch(
    /// Them.
    links: Vec<ServiceLink>,
) -> impl IntoView {
    let links: Vec<_> = links
        .into_iter()
        .map(|ServiceLink { service, href, current }| {
            view! { <a href=href aria-current=current.then_some("true")>{service.label()}</a> }
        })
        .collect();
    view! { <nav class="seg push" aria-label="Service">{links}</nav> }
}
