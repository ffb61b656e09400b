//! Is the router well: the strip of tiles under its name.

use domain::wire::{Check, TestReport};
use leptos::prelude::*;

use super::{
    format::{count, grouped, memory},
    icon::{Glyph, Icon},
    note::{WarningNote, command_in_mono},
};

/// How many customers, of how many accounts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Headcount {
    /// Online now; nothing where that could not be read.
    pub(crate) online: Option<usize>,
    /// On the router; nothing where that could not be read or is not to be seen.
    pub(crate) accounts: Option<usize>,
}

/// What a router that answers says of itself.
#[component]
pub(crate) fn ConnectionCard(
    /// Its answer.
    report: TestReport,
    /// Who is online.
    headcount: Headcount,
) -> impl IntoView {
    let facts = report.system_info.first().cloned().unwrap_or_default();
    let figure = |name: &str| facts.get(name).and_then(|text| text.parse::<u64>().ok());
    let failed: Vec<_> = report.checks.iter().filter(|check| !check.ok).cloned().collect();
    let warnings: Vec<_> =
        report.warnings.into_iter().map(|warning| view! { <WarningNote text=warning.detail/> }).collect();
    view! {
        <dl class="strip">
            <ChecksTile checks=report.checks/>
            <OnlineTile headcount/>
            <CpuTile load=figure("cpu-load")/>
            <MemoryTile free=figure("free-memory") total=figure("total-memory")/>
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
fn OnlineTile(headcount: Headcount) -> impl IntoView {
    let Headcount { online, accounts } = headcount;
    let online = match online {
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

#[component]
fn CpuTile(load: Option<u64>) -> impl IntoView {
    let figure = match load {
        Some(load) => view! {
            <dd>{load}" "<small>"%"</small></dd>
            <dd class="aux"><meter min="0" max="100" value=load aria-label="Router CPU"></meter></dd>
        }
        .into_any(),
        None => view! { <dd><small>"not known"</small></dd> }.into_any(),
    };
    view! { <div class="tile"><dt>"Router CPU"</dt>{figure}</div> }
}

#[component]
fn MemoryTile(free: Option<u64>, total: Option<u64>) -> impl IntoView {
    let figure = match (free, total) {
        (Some(free), Some(total)) => {
            let used = total.saturating_sub(free);
            view! {
                <dd>{memory(used)}" "<small>"of "<bdi dir="ltr">{memory(total)}" MB"</bdi></small></dd>
                <dd class="aux"><meter min="0" max=total value=used aria-label="Memory"></meter></dd>
            }
            .into_any()
        }
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
