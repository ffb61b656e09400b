//! The package: its speeds to be tried for one customer, to be read for many.

use std::collections::BTreeMap;

use domain::{
    customer::ServiceType,
    rate_limit::on_the_line,
    wire::{CustomerRecord, PackageEdit, PackageRecord, problem::Problem},
};
use leptos::prelude::*;

use super::{
    super::rate_preview::{RatePreview, Spelling, Written},
    what_if::{WhatIf, concerns, mbps, unreadable},
    words::customers,
};
use crate::rate_base::rate_base;

/// Speeds that can be changed to see what would become of them.
#[component]
pub(super) fn Speeds(
    /// Whose.
    customer: String,
    /// What is typed.
    what_if: WhatIf,
    /// The package as it is typed, where it differs from the stored one.
    edited: Memo<Option<PackageEdit>>,
    /// For which service.
    #[prop(into)]
    service: Signal<ServiceType>,
    /// Whether nothing may be changed now.
    locked: Signal<bool>,
) -> impl IntoView {
    let base = what_if.base;
    let (name, unlimited) = base.with_untracked(|PackageRecord { package, .. }| {
        (package.name.clone().unwrap_or_default(), package.no_rate_limit.unwrap_or(false))
    });
    let package = Signal::derive(move || edited.get().map_or_else(|| base.get().package, |edit| edit.package));
    let problem = Memo::new(move |_| package.with(|body| Spelling::of(body, service.get())).err());
    let consequence = move || {
        (edited.read().is_some() && !locked.get()).then(|| {
            view! {
                <p class="soft">
                    {base.with(|record| concerns(record, &customer))}" "
                    <button type="button" class="btn small" on:click=move |_| what_if.reset()>
                        "Take the edit back"
                    </button>
                </p>
            }
        })
    };
    let fields = (!unlimited).then(|| {
        view! {
            <div class="form">
                <SpeedField label="Download" member="downloadSpeed" text=what_if.download problem locked/>
                <SpeedField label="Upload" member="uploadSpeed" text=what_if.upload up=true problem locked/>
            </div>
            <div class="form" hidden=move || !what_if.burst.get()>
                <SpeedField label="Burst download" member="burstDownloadSpeed" text=what_if.burst_download problem locked/>
                <SpeedField label="Burst upload" member="burstUploadSpeed" text=what_if.burst_upload up=true problem locked/>
            </div>
        }
    });
    view! {
        <div class="sec-head">
            <h3>"Package "<bdi>{name}</bdi></h3>
            {(!unlimited).then(|| view! { <BurstSwitch burst=what_if.burst locked/> })}
        </div>
        <div class="sync-form">
            {fields}
            {consequence}
            <RatePreview package service/>
        </div>
    }
}

#[component]
fn BurstSwitch(burst: RwSignal<bool>, locked: Signal<bool>) -> impl IntoView {
    view! {
        <label class="push soft burst-switch">
            <input
                class="toggle" type="checkbox" role="switch"
                checked=burst.get_untracked()
                prop:checked=move || burst.get()
                disabled=move || locked.get()
                on:change:target=move |event| burst.set(event.target().checked())
            />
            "Burst"
        </label>
    }
}

#[component]
fn SpeedField(
    label: &'static str,
    member: &'static str,
    text: RwSignal<String>,
    #[prop(optional)] up: bool,
    problem: Memo<Option<Problem>>,
    locked: Signal<bool>,
) -> impl IntoView {
    let refused = move || problem.read().as_ref().and_then(|problem| detail_of(problem, member));
    let wrong = Memo::new(move |_| text.with(|text| unreadable(text)).or_else(refused));
    let id = format!("sync-{member}");
    let hint_id = format!("{id}-hint");
    let hint = move || match (wrong.get(), text.with(|text| mbps(text))) {
        (Some(wrong), _) => wrong,
        (None, Some(speed)) => format!("{} on the router", on_the_line(rate_base().bps(speed))),
        (None, _) => String::new(),
    };
    view! {
        <div class="field" data-state=move || wrong.read().is_some().then_some("bad")>
            <label for=id.clone()><i class=if up { "sw up" } else { "sw" }></i>{label}</label>
            <span class="input">
                <input
                    id=id inputmode="decimal" autocomplete="off" aria-describedby=hint_id.clone()
                    aria-invalid=move || wrong.read().is_some().then_some("true")
                    readonly=move || locked.get()
                    value=text.get_untracked()
                    prop:value=move || text.get()
                    on:input:target=move |event| text.set(event.target().value())
                />
                <span class="unit">"Mbps"</span>
            </span>
            <span class="hint" id=hint_id>{hint}</span>
        </div>
    }
}

/// What a problem says of one member.
fn detail_of(problem: &Problem, member: &str) -> Option<String> {
    let concerns = |pointer: &str| pointer.strip_prefix('/') == Some(member);
    problem.errors.iter().find(|part| part.pointer.as_deref().is_some_and(concerns)).map(|part| part.detail.clone())
}

/// What each package of the selected customers comes to.
#[component]
pub(super) fn PackageStrings(
    /// What is sold.
    packages: Vec<PackageRecord>,
    /// Who is selected.
    who: Vec<CustomerRecord>,
    /// For which service.
    service: ServiceType,
) -> impl IntoView {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for customer in who {
        *counts.entry(customer.service_package).or_default() += 1;
    }
    let item = |(name, count): (String, usize)| {
        let body = packages.iter().map(|record| &record.package).find(|package| package.name.as_ref() == Some(&name));
        let string = match body.map(|body| Spelling::of(body, service)) {
            Some(Ok(spelling)) => view! { <div class="well"><Written spelling/></div> }.into_any(),
            Some(Err(problem)) => view! { <p class="dot bad">{problem.detail}</p> }.into_any(),
            None => view! { <p class="dot bad">"There is no such package."</p> }.into_any(),
        };
        view! {
            <li>
                <div class="sec-head"><h3><bdi>{name}</bdi></h3><span class="quiet push">{customers(count)}</span></div>
                {string}
            </li>
        }
    };
    let items = counts.into_iter().map(item).collect_view();
    view! {
        <div class="label">"Rate limits the router will get"<span class="quiet push">"upload first"</span></div>
        <ul class="strings">{items}</ul>
    }
}
