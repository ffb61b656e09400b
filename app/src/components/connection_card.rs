//! Is the router well: the strip of tiles under its name.

use domain::{
    session::RouterStatus,
    wire::{Check, TestReport},
};
use leptos::prelude::*;

use super::{
    format::{count, grouped, memory, rate},
    icon::{Glyph, Icon},
    note::{WarningNote, command_in_mono},
    spark::{IN_THE_STRIP, Mirror, Size, Spark, load_curve},
};
use crate::live::Live;

/// What a router that answers says of itself; load and traffic as they happen.
#[component]
pub(crate) fn ConnectionCard(
    /// Its answer.
    report: TestReport,
    /// Accounts on the router; nothing where they could not be read or are not to be seen.
    accounts: Option<usize>,
    /// Customers online; nothing where that could not be read.
    #[prop(into)]
    online: Signal<Option<usize>>,
    /// What they carry, and how the router is.
    live: Live,
) -> impl IntoView {
    let facts = report.system_info.first().cloned().unwrap_or_default();
    let figure = |name: &str| facts.get(name).and_then(|text| text.parse::<u64>().ok());
    let failed: Vec<_> = report.checks.iter().filter(|check| !check.ok).cloned().collect();
    let warnings: Vec<_> =
        report.warnings.into_iter().map(|warning| view! { <WarningNote text=warning.detail/> }).collect();
    let (load, total, free) = (figure("cpu-load"), figure("total-memory"), figure("free-memory"));
    let used = total.zip(free).and_then(|(total, free)| total.checked_sub(free));
    let told = move |of: fn(&RouterStatus) -> Option<u64>| live.status.with(|status| status.as_ref().and_then(of));
    let load = Signal::derive(move || told(|status| status.cpu_load).or(load));
    let used = Signal::derive(move || told(|status| status.memory_used).or(used));
    view! {
        <dl class="strip">
            <ChecksTile checks=report.checks/>
            <OnlineTile online accounts/>
            <TrafficTile live/>
            <CpuTile load live/>
            <MemoryTile used total/>
        </dl>
        {(!failed.is_empty()).then(|| view! { <Failed checks=failed/> })}
        {(!warnings.is_empty()).then(|| view! { <div class="notes">{warnings}</div> })}
    }
}

#[component]
fn ChecksTile(checks: Vec<Check>) -> impl IntoView {
    let made = || checks.iter().filter(|check| !check.skipped);
    let (passed, all) = (made().filter(|check| check.ok).count(), made().count());
    let class = if passed == all { "dot ok" } else { "dot bad" };
    view! {
        <div class="tile wide">
            <dt>"Connection checks"</dt>
            <dd class="check-line"><span class=class>{format!("{passed} of {all} checks pass")}</span></dd>
            <dd class="aux"><CheckList checks/></dd>
        </div>
    }
}

/// Every step of reaching the router, each with its shape and its word.
#[component]
pub(crate) fn CheckList(
    /// The steps.
    checks: Vec<Check>,
) -> impl IntoView {
    let items: Vec<_> = checks
        .iter()
        .map(|check| {
            let word = check_word(&check.name);
            match (check.ok, check.skipped) {
                (_, true) => view! { <li class="dot none">{word}" skipped"</li> }.into_any(),
                (true, _) => {
                    view! { <li><Icon glyph=Glyph::Check/>{word}<span class="vh">" passed"</span></li> }.into_any()
                }
                (false, _) => view! { <li class="dot bad">{word}" failed"</li> }.into_any(),
            }
        })
        .collect();
    view! { <ul class="checks">{items}</ul> }
}

#[component]
fn Failed(checks: Vec<Check>) -> impl IntoView {
    let notes: Vec<_> = checks
        .iter()
        .map(|check| {
            let detail = check.detail.clone().unwrap_or_else(|| "The router did not say why.".to_owned());
            view! {
                <div class="note error">
                    <Icon glyph=Glyph::Bad/>
                    <div class="say"><p><b>{check_word(&check.name)}"."</b> " " {command_in_mono(&detail)}</p></div>
                </div>
            }
        })
        .collect();
    view! { <div class="notes">{notes}</div> }
}

#[component]
fn OnlineTile(online: Signal<Option<usize>>, accounts: Option<usize>) -> impl IntoView {
    let online = move || match online.get() {
        Some(online) => view! { {count(online)} }.into_any(),
        None => view! { <small>"not known"</small> }.into_any(),
    };
    view! {
        <div class="tile">
            <dt>"Customers online"</dt>
            <dd>
                {online}
                {accounts.map(|accounts| view! { " " <small>"of "{count(accounts)}" accounts"</small> })}
            </dd>
        </div>
    }
}

/// What all customers carry together.
#[component]
fn TrafficTile(live: Live) -> impl IntoView {
    let last = move || live.in_all(|_, history| history.iter().last());
    let figure = move |bps: Option<u64>| match bps {
        Some(bps) => {
            let (number, unit) = rate(bps);
            view! { <bdi dir="ltr">{number}" "<small>{unit}</small></bdi> }.into_any()
        }
        None => view! { <small>"…"</small> }.into_any(),
    };
    let mirror = Memo::new(move |_| live.in_all(|_, history| Mirror::of(history, history.peak(), IN_THE_STRIP)));
    view! {
        <div class="tile xwide">
            <dt><i class="sw"></i>"Download "<i class="sw up"></i>"Upload"</dt>
            <dd>
                {move || figure(last().and_then(|(down, _)| down))}
                " "<span class="slash">"/"</span>" "
                {move || figure(last().and_then(|(_, up)| up))}
            </dd>
            <dd class="aux"><Spark mirror size=IN_THE_STRIP/></dd>
        </div>
    }
}

#[component]
fn CpuTile(load: Signal<Option<u64>>, live: Live) -> impl IntoView {
    let figure = move || match load.get() {
        Some(load) => view! { {load}" "<small>"%"</small> }.into_any(),
        None => view! { <small>"not known"</small> }.into_any(),
    };
    let curve = Memo::new(move |_| load_curve(&live.cpu(), IN_THE_STRIP));
    let Size { width, above, below } = IN_THE_STRIP;
    view! {
        <div class="tile">
            <dt>"Router CPU"</dt>
            <dd>{figure}</dd>
            <dd class="aux">
                <svg
                    class="chart mirror one" viewBox=format!("0 0 {width} {}", above + below)
                    preserveAspectRatio="none" aria-hidden="true"
                >
                    <path class="f" d=move || curve.get().1></path>
                    <path class="l" d=move || curve.get().0></path>
                </svg>
            </dd>
        </div>
    }
}

#[component]
fn MemoryTile(used: Signal<Option<u64>>, total: Option<u64>) -> impl IntoView {
    let figure = move || match (used.get(), total) {
        (Some(used), Some(total)) => view! {
            <dd>{memory(used)}" "<small>"of "<bdi dir="ltr">{memory(total)}" MB"</bdi></small></dd>
            <dd class="aux"><meter min="0" max=total value=used aria-label="Memory"></meter></dd>
        }
        .into_any(),
        (None, Some(total)) => view! { <dd><small>{grouped(total >> 20)}" MB in all"</small></dd> }.into_any(),
        _ => view! { <dd><small>"not known"</small></dd> }.into_any(),
    };
    view! { <div class="tile"><dt>"Memory"</dt>{figure}</div> }
}

fn check_word(name: &str) -> String {
    match name {
        "resolve" => "Name",
        "tcp" => "Port",
        "tls" => "TLS",
        "login" => "Sign-in",
        "rights" => "Rights",
        "version" => "Version",
        "clock" => "Clock",
        other => other,
    }
    .to_owned()
}
