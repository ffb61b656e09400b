//! The question on top of the list, whether a session shall end.

use domain::session::session_key;
use leptos::prelude::*;

use super::super::Page;
use crate::{
    address::Target,
    api::ApiError,
    components::{
        disconnect_dialog::DisconnectDialog,
        note::{ProblemNote, WarningNote},
    },
};

/// The router there is, until there are several.
pub(in super::super) const ROUTER: &str = "default";

/// Asks, where the URL says so and the session is still there.
#[component]
pub(in super::super) fn Question(on_leave: Callback<()>) -> impl IntoView {
    let page = Page::shared();
    let target = Memo::new(move |_| page.asked.read().disconnect.clone());
    // Worked out now, on one thread: a server renders what follows on several, and a memo that is being worked out
    // answers a second reader as though it were gone.
    target.with_untracked(|_| ());
    let question = move || {
        let target = target.get();
        Suspend::new(async move {
            let report = page.readings.online.await.ok();
            target.zip(report).map(|(target, report)| {
                page.live.begin(report.sessions, report.as_of);
                view! { <Ask target on_leave/> }
            })
        })
    };
    view! { <Transition>{question}</Transition> }
}

#[component]
fn Ask(target: Target, on_leave: Callback<()>) -> impl IntoView {
    let page = Page::shared();
    let Target { id, username } = target;
    let key = session_key(ROUTER, page.asked.read_untracked().service, &id);
    // As it was when it was asked for: the question does not change under the hand.
    let session = untrack(|| page.live.of_session(&key, Clone::clone));
    match session.filter(|session| username.is_empty() || session.username == username) {
        Some(session) => {
            let back = page.asked.read_untracked().list();
            view! { <DisconnectDialog session id back on_leave action=page.disconnect/> }.into_any()
        }
        None => view! { <Gone username/> }.into_any(),
    }
}

/// The session ended before it was asked for.
#[component]
fn Gone(username: String) -> impl IntoView {
    let page = Page::shared();
    let refused = move || match page.disconnect.value().get() {
        Some(Err(ApiError(problem))) => Some(view! { <ProblemNote problem/> }),
        _ => None,
    };
    let text = format!("The session of {username} is not on the router any more.");
    view! { <div class="notes late" role="status">{refused}<WarningNote text/></div> }
}
