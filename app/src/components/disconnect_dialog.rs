//! Shall this session end: says what happens to the person, and asks.

use domain::{customer::ServiceType, session::Session};
use leptos::{form::ActionForm, prelude::*};

use super::{delete_dialog::Answers, dialog::Dialog, note::ProblemNote, session_table::ask_id};
use crate::api::{ApiError, Disconnect};

/// The question.
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
    let origin = ask_id(&session.key);
    let consequence = consequence(&session);
    let refused = move || match action.value().get() {
        Some(Err(ApiError(problem))) => Some(view! { <ProblemNote problem/> }),
        _ => None,
    };
    view! {
        <Dialog class="dialog" named_by="ask-title" told_by="ask-what" origin on_leave>
            <ActionForm action=action>
                <div class="dialog-body">
                    <h2 id="ask-title">"Disconnect "<bdi dir="ltr">{session.username.clone()}</bdi>"?"</h2>
                    <p id="ask-what" class="soft">{consequence}</p>
                    {refused}
                    <input type="hidden" name="service" value=session.service_type.name()/>
                    <input type="hidden" name="session_id" value=id/>
                    <input type="hidden" name="username" value=session.username/>
                </div>
                <Answers back pending=action.pending() yes="Disconnect" no="Keep online"/>
            </ActionForm>
        </Dialog>
    }
    .into_any()
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
