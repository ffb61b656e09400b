//! The router, who is online on it, and its accounts.

mod readings; // what the page reads
mod sections; // its parts

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate, hooks::use_query_map};

use crate::{
    address::{Asked, list},
    api::{Disconnect, SetReadOnly},
    components::freshness::{AsOf, RouterNews},
    live::Live,
    pages::signed_in::{Console, Place},
};
use domain::{search::Search, session::session_key};
use readings::Readings;
use sections::{
    accounts::Accounts,
    connection::{Connection, Head},
    question::{Question, ROUTER},
    sessions::{Sessions, Tabs},
};

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Page {
    asked: Memo<Asked>,
    readings: Readings,
    disconnect: ServerAction<Disconnect>,
    set_read_only: ServerAction<SetReadOnly>,
    filter: RwSignal<String>,
    live: Live,
}

impl Page {
    fn new() -> Self {
        let query = use_query_map();
        let asked = Memo::new(move |_| {
            let query = query.read();
            Asked::read(|name| query.get(name))
        });
        let disconnect = ServerAction::<Disconnect>::new();
        let set_read_only = ServerAction::<SetReadOnly>::new();
        let readings = Readings::new(asked, disconnect.version(), set_read_only.version());
        let filter = RwSignal::new(asked.read_untracked().filter.clone());
        let page = Self { asked, readings, disconnect, set_read_only, filter, live: Live::new() };
        page.follow_the_url();
        page.show_what_ended();
        page
    }

    /// The page that a part stands on.
    fn shared() -> Self {
        expect_context()
    }

    /// The keys of the sessions that match, by username.
    fn shown(self) -> Vec<String> {
        let service = self.asked.read().service;
        let search = self.filter.with(|text| Search::new(text));
        self.live.of_all(|sessions| {
            let matching = sessions.iter().filter(|session| session.service_type == service && search.finds(*session));
            let mut matching: Vec<_> = matching.map(|session| (&session.username, &session.key)).collect();
            matching.sort_unstable();
            matching.into_iter().map(|(_, key)| key.clone()).collect()
        })
    }

    /// How many are online by the service that is shown: as the server rendered it, then as the stream says.
    fn count(self, at_first: Option<usize>) -> Signal<Option<usize>> {
        Signal::derive(move || {
            if !self.live.has_spoken() {
                return at_first;
            }
            let service = self.asked.read().service;
            Some(self.live.of_all(|all| all.iter().filter(|session| session.service_type == service).count()))
        })
    }

    /// A session that was ended here is gone at once, also while the stream is paused.
    fn show_what_ended(self) {
        let Self { disconnect, live, .. } = self;
        Effect::new(move |_| {
            if let Some(Ok(ended)) = disconnect.value().get()
                && let Some(id) = ended.session_id
            {
                live.ended(session_key(ROUTER, ended.service_type, &id));
            }
        });
    }

    /// A filter in the URL that changes is shown; another question forgets how the last one ended.
    fn follow_the_url(self) {
        let Self { asked, disconnect, filter, .. } = self;
        let in_url = Memo::new(move |_| asked.read().filter.clone());
        let question = Memo::new(move |_| asked.read().disconnect.clone());
        Effect::watch(move || in_url.get(), move |text, _, _| filter.set(text.clone()), false);
        Effect::watch(move || question.get(), move |_, _, _| disconnect.clear(), false);
    }
}

/// The page.
#[component]
pub(crate) fn MikrotikPage() -> impl IntoView {
    let page = Page::new();
    provide_context(page);
    let navigate = use_navigate();
    let keep_filter = Callback::new({
        let navigate = navigate.clone();
        move |()| {
            let href = list(page.asked.read_untracked().service, page.filter.read_untracked().trim());
            navigate(&href, NavigateOptions { scroll: false, replace: true, ..Default::default() });
        }
    });
    let leave_question = Callback::new(move |()| {
        navigate(&page.asked.read_untracked().list(), NavigateOptions { scroll: false, ..Default::default() });
    });
    view! {
        <Title text="Sessions"/>
        <Console me=page.readings.me here=Place::Sessions as_of=move || view! { <AsOf live=page.live/> }>
            <div class="head"><Head/></div>
            <RouterNews live=page.live/>
            <Connection/>
            <Tabs/>
            <Sessions on_enter=keep_filter/>
            <Accounts/>
            <Question on_leave=leave_question/>
        </Console>
    }
}
