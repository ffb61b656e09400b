//! All that is known of one customer.

use domain::{customer::CustomerStatus, wire::CustomerRecord};
use leptos::prelude::*;

use super::{copy::Copyable, format};

/// Whether they may be online: a shape and a word.
#[component]
pub(crate) fn StatusDot(
    /// Whether.
    status: CustomerStatus,
) -> impl IntoView {
    let class = match status {
        CustomerStatus::Active => "dot calm",
        CustomerStatus::Suspended => "dot warn",
        CustomerStatus::Inactive => "dot off",
    };
    view! { <span class=class>{status.name()}</span> }
}

/// A day as people read it.
#[component]
pub(crate) fn Day(
    /// As the wire has it.
    text: Option<String>,
) -> impl IntoView {
    match text {
        Some(text) => {
            let day = format::day(&text).unwrap_or_else(|| text.clone());
            view! { <time datetime=text>{day}</time> }.into_any()
        }
        None => view! { <span class="quiet">"not set"</span> }.into_any(),
    }
}

/// What somebody on the telephone asks for, in one line.
#[component]
pub(crate) fn FactLine(
    /// Whose.
    customer: CustomerRecord,
    /// The address and the device of their session, where they are online.
    now: Signal<(Option<String>, Option<String>)>,
) -> impl IntoView {
    let phone = match customer.mobile {
        Some(text) => view! { <Copyable text what="phone"/> }.into_any(),
        None => view! { <span class="quiet">"not told"</span> }.into_any(),
    };
    // What they have now says more than what they may have.
    let ltr = |now: Option<String>, bound: Option<String>, none: &'static str| match now.or(bound) {
        Some(value) => view! { <bdi dir="ltr">{value}</bdi> }.into_any(),
        None => view! { <span class="quiet">{none}</span> }.into_any(),
    };
    let (ip, mac) = (customer.ip_address, customer.mac_address);
    view! {
        <dl class="factline">
            <div><dt>"Phone"</dt><dd>{phone}</dd></div>
            <div><dt>"Username"</dt><dd><Copyable text=customer.pppoe_username what="username"/></dd></div>
            <div><dt>"IP address"</dt><dd>{move || ltr(now.get().0, ip.clone(), "from its pool")}</dd></div>
            <div><dt>"Device"</dt><dd>{move || ltr(now.get().1, mac.clone(), "any")}</dd></div>
            <div><dt>"Paid until"</dt><dd><Day text=customer.expiry_date/></dd></div>
        </dl>
    }
    .into_any()
}

/// The rest.
#[component]
pub(crate) fn CustomerFacts(
    /// Whose.
    customer: CustomerRecord,
    /// Where their package is, where there is one.
    package: Option<String>,
) -> impl IntoView {
    let name = customer.service_package;
    let package = match package {
        Some(href) => view! { <a href=href><bdi>{name}</bdi></a> }.into_any(),
        None if name.is_empty() => view! { <span class="quiet">"none"</span> }.into_any(),
        None => view! { <bdi>{name}</bdi>" "<span class="dot warn">"Not sold here"</span> }.into_any(),
    };
    let rest = [
        ("Customer type", customer.customer_type),
        ("E-mail", customer.email),
        ("Installation address", customer.installation_address),
        ("Zone", customer.zone),
        ("Notes", customer.notes),
    ];
    let fact = |(name, value): (&'static str, Option<String>)| {
        value.map(|value| view! { <dt>{name}</dt><dd class="lines"><bdi>{value}</bdi></dd> })
    };
    view! {
        <section class="pad" aria-labelledby="facts-title">
            <div class="sec-head"><h2 id="facts-title">"Customer"</h2></div>
            <dl class="facts">
                <dt>"Package"</dt><dd>{package}</dd>
                <dt>"Service"</dt><dd>{customer.service_type.label()}</dd>
                <dt>"Password"</dt><dd>{if customer.has_password { "known here" } else { "not known here" }}</dd>
                {rest.map(fact).into_iter().collect::<Vec<_>>()}
                <dt>"Joined"</dt><dd><Day text=customer.joined/></dd>
                <dt>"Id"</dt><dd><bdi dir="ltr">{customer.id}</bdi></dd>
            </dl>
        </section>
    }
    .into_any()
}
