//! When the customer was online.

use domain::session::{PastSession, PastSessions};
use leptos::prelude::*;

use super::{super::signed_in::Failed, Page};
use crate::{
    address::{HistoryAsked, RecordAsked},
    components::{
        note::{Bones, Empty},
        past_table::{PastLine, PastTable, Whose},
    },
};

/// Their last sessions, and where the others are.
#[component]
pub(super) fn Past() -> impl IntoView {
    let page = Page::shared();
    let rows = move || {
        Suspend::new(async move {
            match page.past.await {
                Ok(PastSessions { items, .. }) if items.is_empty() => {
                    view! { <Empty title="No session is kept yet"/> }.into_any()
                }
                Ok(PastSessions { items, .. }) => {
                    let line = |session: PastSession| PastLine { session, href: None };
                    let lines = items.into_iter().map(line).collect();
                    view! { <PastTable lines whose=Whose::One/> }.into_any()
                }
                Err(error) => view! { <Failed error again=page.here(RecordAsked::Show)/> }.into_any(),
            }
        })
    };
    let all = move || HistoryAsked { customer: Some(page.id.get()), ..HistoryAsked::default() }.href();
    view! {
        <section class="listing past-of" aria-labelledby="past-title">
            <h2 id="past-title">"Past sessions"</h2>
            <a class="count" href=all>"All of them"</a>
            <Transition fallback=|| view! { <Bones label="Reading the history"/> }>{rows}</Transition>
        </section>
    }
    .into_any()
}
