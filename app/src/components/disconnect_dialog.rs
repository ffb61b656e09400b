//! Shall this session end: says what happens to the person, and asks.

use domain::{customer::ServiceType, session::Session};
use leptos::{
    ev::{self, KeyboardEvent},
    form::ActionForm,
    html,
    prelude::*,
    wasm_bindgen::JsCast,
};

use super::{note::ProblemNote, session_table::ask_id};
use crate::api::{ApiError, Disconnect};

/// The question. The focus goes to the answer that changes nothing, and back to where it was.
#[component]
pub(crate) fn DisconnectDialog(
    /// Whose session.
    session: Session,
    /// The router's id of it.
    id: String,
    /// Where the answer "no" leads.
    back: String,
    /// Leaves without an answer.
    on_leave: Callback<()>,
    /// Ends it.
    action: ServerAction<Disconnect>,
) -> impl IntoView {
    let (keep, end) = (NodeRef::<html::A>::new(), NodeRef::<html::Button>::new());
    Effect::new(move |_| keep.get().map(|link| link.focus()));
    let keys = window_event_listener(ev::keydown, move |event| on_key(&event, on_leave, keep, end));
    let origin = ask_id(&id);
    on_cleanup(move || {
        keys.remove();
        give_focus_back(&origin);
    });
    let consequence = consequence(&session);
    let refused = move || match action.value().get() {
        Some(Err(ApiError(problem))) => Some(view! { <ProblemNote problem/> }),
        _ => None,
    };
    view! {
        <div class="scrim">
            <div class="dialog" role="dialog" aria-modal="true" aria-labelledby="ask-title" aria-describedby="ask-what">
                <div>
                    <h2 id="ask-title">"Disconnect "<bdi dir="ltr">{session.username.clone()}</bdi>"?"</h2>
                    <p id="ask-what" class="soft">{consequence}</p>
                    {refused}
                </div>
                <ActionForm action=action>
                    <input type="hidden" name="service" value=session.service_type.name()/>
                    <input type="hidden" name="session_id" value=id/>
                    <input type="hidden" name="username" value=session.username/>
                    <footer>
                        <a class="btn" href=back node_ref=keep>"Keep online"</a>
                        <button
                            type="submit" class="btn danger sure" node_ref=end
                            aria-disabled=move || action.pending().get().then_some("true")
                        >
                            "Disconnect"
                        </button>
                    </footer>
                </ActionForm>
            </div>
        </div>
    }
}

fn consequence(session: &Session) -> String {
    let who = session.customer_name.as_ref().unwrap_or(&session.username);
    match session.service_type {
        ServiceType::Pppoe => format!(
            "{who} will be offline for about 5 s while the device redials. \
             The account, package and password stay as they are."
        ),
        ServiceType::Hotspot => format!(
            "{who} will be offline until they sign in to the hotspot again. \
             The account, package and password stay as they are."
        ),
    }
}

/// Esc leaves; Tab goes between the two answers and nowhere else.
fn on_key(event: &KeyboardEvent, on_leave: Callback<()>, keep: NodeRef<html::A>, end: NodeRef<html::Button>) {
    match event.key().as_str() {
        "Escape" => {
            event.prevent_default();
            on_leave.run(());
        }
        "Tab" => {
            let (Some(keep), Some(end)) = (keep.get_untracked(), end.get_untracked()) else { return };
            event.prevent_default();
            let on_keep = document().active_element().is_some_and(|active| active == **keep);
            let _ = if on_keep { end.focus() } else { keep.focus() };
        }
        _ => {}
    }
}

/// To the link that asked, else, where its row is gone, to the page.
fn give_focus_back(origin: &str) {
    if cfg!(feature = "ssr") {
        return;
    }
    let element = document().get_element_by_id(origin).or_else(|| document().get_element_by_id("main"));
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
