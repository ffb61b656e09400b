//! The router, who is online on it, and its accounts.

mod readings; // what the page reads
mod sections; // its parts

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate, hooks::use_query_map};

use crate::{
    address::{Asked, list},
    api::{Disconnect, SetReadOnly},
    components::frame::Frame,
};
use readings::Readings;
use sections::{
    accounts::Accounts,
    connection::{AsOf, Connection, Head, SignedIn},
    question::Question,
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
        let page = Self { asked, readings, disconnect, set_read_only, filter };
        page.follow_the_url();
        page
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
        <Frame who=move || view! { <SignedIn page/> } as_of=move || view! { <AsOf page/> }>
            <div class="head"><Head page/></div>
            <Connection page/>
            <Tabs page/>
            <Sessions page on_enter=keep_filter/>
            <Accounts page/>
            <Question page on_leave=leave_question/>
        </Frame>
    }
}
