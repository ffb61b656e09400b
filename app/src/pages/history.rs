//! Who was online from when to when: the list, newest first.

use domain::session::{PastSession, PastSessions};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate, hooks::use_query_map};

use super::signed_in::{Console, Failed, Me, Place};
use crate::{
    address::{self, HISTORY, HistoryAsked, RecordAsked},
    api,
    components::{
        note::{Bones, Empty},
        past_table::{PastLine, PastTable, Whose},
        search::SearchBox,
    },
};

/// Sessions on one page.
const ON_A_PAGE: usize = 100;

/// The page. The URL says what is looked for.
#[component]
pub(crate) fn HistoryPage() -> impl IntoView {
    let me = Me::read();
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        HistoryAsked::read(|name| query.get(name))
    });
    let history = Resource::new(
        move || asked.get(),
        |HistoryAsked { username, customer, cursor }| api::history::history(customer, username, cursor, ON_A_PAGE),
    );
    let typed = RwSignal::new(asked.read_untracked().username.clone().unwrap_or_default());
    Effect::watch(move || asked.get(), move |asked, _, _| typed.set(asked.username.clone().unwrap_or_default()), false);
    let navigate = use_navigate();
    let on_enter = Callback::new(move |()| {
        let username = Some(typed.read_untracked().trim().to_owned()).filter(|name| !name.is_empty());
        let asked = HistoryAsked { username, cursor: None, ..asked.get_untracked() };
        navigate(&asked.href(), NavigateOptions { scroll: false, ..Default::default() });
    });
    let list = move || {
        Suspend::new(async move {
            let history = history.await;
            let asked = asked.get_untracked();
            match history {
                Ok(sessions) => view! { <List sessions asked/> }.into_any(),
                Err(error) => view! { <Failed error again=asked.href()/> }.into_any(),
            }
        })
    };
    view! {
        <Title text="History"/>
        <Console me here=Place::History>
            <div class="head"><h1>"History"</h1></div>
            <section class="listing" aria-label="Past sessions">
                <SearchBox label="Find a username, as it is spelt" filter=typed action=HISTORY on_enter>
                    {move || asked.read().customer.clone().map(|id| {
                        view! { <input type="hidden" name="customer" value=id/> }
                    })}
                </SearchBox>
                {move || asked.read().customer.clone().map(|id| view! { <OfCustomer id asked/> })}
                <Transition fallback=|| view! { <Bones label="Reading the history"/> }>{list}</Transition>
            </section>
        </Console>
    }
}

/// Whose the sessions are, and a link that lets everybody in again.
#[component]
fn OfCustomer(id: String, asked: Memo<HistoryAsked>) -> impl IntoView {
    let everybody = move || HistoryAsked { customer: None, cursor: None, ..asked.get() }.href();
    view! {
        <p class="of-package soft">
            "Of the customer "<a href=address::customer(&id, RecordAsked::Show)><bdi dir="ltr">{id.clone()}</bdi></a>" "
            <a href=everybody>"Show everybody"</a>
        </p>
    }
}

#[component]
fn List(sessions: PastSessions, asked: HistoryAsked) -> impl IntoView {
    let PastSessions { items, next_cursor } = sessions;
    if items.is_empty() {
        return view! { <Nothing asked/> }.into_any();
    }
    let newest = asked.cursor.is_some().then(|| HistoryAsked { cursor: None, ..asked.clone() }.href());
    let older = next_cursor.map(|cursor| HistoryAsked { cursor: Some(cursor), ..asked }.href());
    let lines = items.into_iter().map(line).collect();
    view! {
        <PastTable lines whose=Whose::Many/>
        {(newest.is_some() || older.is_some()).then(|| view! {
            <nav class="pages" aria-label="Pages">
                {newest.map(|href| view! { <a class="btn" href=href>"Newest"</a> })}
                {older.map(|href| view! { <a class="btn" href=href>"Older"</a> })}
            </nav>
        })}
    }
    .into_any()
}

#[component]
fn Nothing(asked: HistoryAsked) -> impl IntoView {
    match asked {
        HistoryAsked { cursor: Some(_), .. } => {
            let newest = HistoryAsked { cursor: None, ..asked }.href();
            view! { <Empty title="No older session is kept"><a class="btn" href=newest>"Newest"</a></Empty> }.into_any()
        }
        HistoryAsked { username: Some(username), .. } => {
            let title = format!("No session of “{username}” is kept");
            view! { <Empty title><a class="btn" href=HISTORY>"Show everybody"</a></Empty> }.into_any()
        }
        HistoryAsked { customer: Some(_), .. } => {
            view! { <Empty title="No session of this customer is kept"/> }.into_any()
        }
        HistoryAsked { .. } => view! {
            <Empty title="No session is kept yet">
                "NetPilot writes down who is online, for as many days as NETPILOT_HISTORY_DAYS says."
            </Empty>
        }
        .into_any(),
    }
}

fn line(session: PastSession) -> PastLine {
    let customer = session.customer_id.as_ref().filter(|_| session.customer_name.is_some());
    PastLine { href: customer.map(|id| address::customer(id, RecordAsked::Show)), session }
}
