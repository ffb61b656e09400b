//! The question on top of the list, whether a session shall end.

use domain::wire::SessionsReport;
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

/// Asks, where the URL says so and the session is still there.
#[component]
pub(in super::super) fn Question(page: Page, on_leave: Callback<()>) -> impl IntoView {
    let target = Memo::new(move |_| page.asked.read().disconnect.clone());
    let question = move || {
        let target = target.get();
        Suspend::new(async move {
            let report = page.readings.sessions.await.ok();
            target.zip(report).map(|(target, report)| view! { <Ask page target report on_leave/> })
        })
    };
    view! { <Transition>{question}</Transition> }
}

#[component]
fn Ask(page: Page, target: Target, report: SessionsReport, on_leave: Callback<()>) -> impl IntoView {
    let Target { id, username } = target;
    let of_target = |row: &domain::wire::RawRow<_>| row.row.get(".id") == Some(&id);
    let session = report.sessions.into_iter().find(of_target).map(|row| row.netpilot);
    match session.filter(|session| username.is_empty() || session.username == username) {
        Some(session) => {
            let back = page.asked.read_untracked().list();
            view! { <DisconnectDialog session id back on_leave action=page.disconnect/> }.into_any()
        }
        None => view! { <Gone page username/> }.into_any(),
    }
}

/// The session ended before it was asked for.
#[component]
fn Gone(page: Page, username: String) -> impl IntoView {
    let refused = move || match page.disconnect.value().get() {
        Some(Err(ApiError(problem))) => Some(view! { <ProblemNote problem/> }),
        _ => None,
    };
    let text = format!("The session of {username} is not on the router any more.");
    view! { <div class="notes late" role="status">{refused}<WarningNote text/></div> }
}
