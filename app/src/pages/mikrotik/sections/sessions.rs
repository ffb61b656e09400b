//! Who is online.

use domain::{role::Permission, wire::SessionsReport};
use leptos::prelude::*;

use super::super::{Page, readings::Failed};
use crate::{
    address::{Asked, list},
    components::{
        format,
        note::{Bones, DoneNote},
        search::SearchBox,
        session_table::{SessionLine, SessionTable},
    },
};

/// Leads to the two lists of the page.
#[component]
pub(in super::super) fn Tabs(page: Page) -> impl IntoView {
    let counts = move || {
        Suspend::new(async move {
            let sessions = page.readings.sessions.await.ok().map(|report| format::count(report.total));
            let users = page.readings.users.await;
            let users = users.map(|report| report.ok().map(|report| format::count(report.total)));
            view! {
                <a href="#sessions" rel="external">"Sessions "<span class="n">{sessions}</span></a>
                {users.map(|count| view! {
                    <a href="#accounts" rel="external">"Accounts "<span class="n">{count}</span></a>
                })}
            }
        })
    };
    view! { <nav class="tabs" aria-label="Lists"><Transition>{counts}</Transition></nav> }
}

/// The list of sessions.
#[component]
pub(in super::super) fn Sessions(page: Page, on_enter: Callback<()>) -> impl IntoView {
    let service = Signal::derive(move || page.asked.read().service);
    let ended = move || {
        page.asked.read().ended.clone().map(|name| {
            view! { <DoneNote><bdi dir="ltr">{name}</bdi>"’s session has ended."</DoneNote> }
        })
    };
    let rows = move || {
        Suspend::new(async move {
            match page.readings.sessions.await {
                Ok(report) => {
                    let may_end = page.readings.may(Permission::Disconnect).await;
                    view! { <Table page report may_end/> }.into_any()
                }
                Err(error) => view! { <Failed error brief=true/> }.into_any(),
            }
        })
    };
    view! {
        <section class="listing" id="sessions" aria-labelledby="sessions-title">
            <h2 id="sessions-title">"Sessions"</h2>
            <div role="status" class="news">{ended}</div>
            <SearchBox label="Filter these sessions" filter=page.filter service on_enter/>
            <Transition fallback=|| view! { <Bones label="Reading the sessions"/> }>{rows}</Transition>
        </section>
    }
}

#[component]
fn Table(page: Page, report: SessionsReport, may_end: bool) -> impl IntoView {
    let asked = page.asked.get_untracked();
    let label = asked.service.label();
    let lines = lines(report, &asked, may_end);
    let everybody = list(asked.service, "");
    let clear = move || {
        view! { <a class="btn" href=everybody.clone() on:click=move |_| page.filter.set(String::new())>"Clear filter"</a> }
    };
    view! {
        <SessionTable lines filter=page.filter nobody=format!("Nobody is online by {label}.") clear/>
    }
}

fn lines(report: SessionsReport, asked: &Asked, may_end: bool) -> Vec<SessionLine> {
    let line = |row: domain::wire::RawRow<domain::session::Session>| {
        let id = row.row.get(".id").filter(|_| may_end);
        let ask = id.map(|id| asked.ask(id, &row.netpilot.username));
        SessionLine { row, ask }
    };
    report.sessions.into_iter().map(line).collect()
}
