//! Who is online.

use domain::{role::Permission, session::Session, wire::OnlineReport};
use leptos::prelude::*;

use super::super::Page;
use crate::{
    address::{HOME, RecordAsked, customer, list},
    components::{
        format,
        note::{Bones, DoneNote},
        search::SearchBox,
        session_table::{AT_FIRST, Nobody, SessionTable},
    },
    pages::signed_in::Failed,
};

/// Leads to the two lists of the page.
#[component]
pub(in super::super) fn Tabs() -> impl IntoView {
    let page = Page::shared();
    let counts = move || {
        Suspend::new(async move {
            let online = page.count(page.readings.online.await.ok().map(|report| report.total));
            let users = page.readings.users.await;
            let users = users.map(|report| report.ok().map(|report| format::count(report.total)));
            view! {
                <a href="#sessions" rel="external">
                    "Sessions "<span class="n">{move || online.get().map(format::count)}</span>
                </a>
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
pub(in super::super) fn Sessions(on_enter: Callback<()>) -> impl IntoView {
    let page = Page::shared();
    let service = Signal::derive(move || page.asked.read().service);
    let ended = move || {
        page.asked.read().ended.clone().map(|name| {
            view! { <DoneNote><bdi dir="ltr">{name}</bdi>"’s session has ended."</DoneNote> }
        })
    };
    let rows = move || {
        Suspend::new(async move {
            match page.readings.online.await {
                Ok(report) => {
                    let may_end = page.readings.may(Permission::Disconnect).await;
                    view! { <Table report may_end/> }.into_any()
                }
                Err(error) => view! { <Failed error brief=true/> }.into_any(),
            }
        })
    };
    view! {
        <section class="listing" id="sessions" aria-labelledby="sessions-title">
            <h2 id="sessions-title">"Sessions"</h2>
            <div role="status" class="news">{ended}</div>
            <SearchBox label="Filter these sessions" filter=page.filter action=HOME on_enter>
                <input type="hidden" name="type" value=move || service.get().name()/>
            </SearchBox>
            <Transition fallback=|| view! { <Bones label="Reading the sessions"/> }>{rows}</Transition>
        </section>
    }
}

#[component]
fn Table(report: OnlineReport, may_end: bool) -> impl IntoView {
    let page = Page::shared();
    let OnlineReport { as_of, total, matching, sessions } = report;
    page.live.begin(sessions, as_of);
    let asked = page.asked;
    let shown = Memo::new(move |_| page.shown());
    let online = page.count(Some(total));
    let found = move || if page.live.has_spoken() { shown.with(Vec::len) } else { matching };
    let nobody = move || {
        if online.get() == Some(0) {
            return view! { <Nobody title=format!("Nobody is online by {}.", asked.read().service.label())/> }
                .into_any();
        }
        let everybody = list(asked.read().service, "");
        view! {
            <Nobody title=format!("Nobody matches “{}”", page.filter.get())>
                <a class="btn" href=everybody on:click=move |_| page.filter.set(String::new())>"Clear filter"</a>
            </Nobody>
        }
        .into_any()
    };
    let ask = Callback::new(move |session: Session| {
        let id = session.key.rsplit('/').next().filter(|_| may_end)?;
        Some(asked.read().ask(id, &session.username))
    });
    let card = Callback::new(|Session { customer_id, customer_name, .. }: Session| {
        customer_id.filter(|_| customer_name.is_some()).map(|id| customer(&id, RecordAsked::Show))
    });
    // Pages are for whoever has no scripts: with them everybody is in the list.
    let next = move || {
        let from = asked.read().from + AT_FIRST;
        let more = matching.checked_sub(from).filter(|more| *more > 0 && !page.live.has_spoken())?;
        let text = format!("{} more", format::count(more));
        Some(view! { <p class="more-rows"><a class="btn" href=asked.read().after(from)>{text}</a></p> })
    };
    view! {
        <p class="soft nowrap count">
            {move || format!("{} of {} sessions", format::count(found()), online.get().map(format::count).unwrap_or_default())}
        </p>
        <SessionTable live=page.live shown ask card nobody/>
        {next}
    }
}
