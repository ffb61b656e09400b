//! The accounts on the router, for those who may see them.

use leptos::prelude::*;

use super::super::Page;
use crate::{
    address::Asked,
    api::ApiError,
    components::{
        account_table::AccountTable,
        format,
        note::{Bones, Empty},
    },
    pages::signed_in::Failed,
};
use domain::wire::UsersReport;

/// The list of accounts; nothing at all for those who may not see it.
#[component]
pub(in super::super) fn Accounts() -> impl IntoView {
    let page = Page::shared();
    let rows = move || {
        Suspend::new(async move {
            let users = page.readings.users.await;
            users.map(|report| view! { <List report asked=page.asked.get_untracked()/> })
        })
    };
    view! { <Transition fallback=|| view! { <Bones label="Reading the accounts"/> }>{rows}</Transition> }
}

#[component]
fn List(report: Result<UsersReport, ApiError>, asked: Asked) -> impl IntoView {
    let (count, rows) = match report {
        Ok(report) if report.users.is_empty() => {
            let title = format!("The router has no {} account.", asked.service.label());
            (None, view! { <Empty title/> }.into_any())
        }
        Ok(report) => {
            let all = format!("{} accounts", format::count(report.total));
            (Some(all), view! { <AccountTable accounts=report.users/> }.into_any())
        }
        Err(error) => (None, view! { <Failed error brief=true/> }.into_any()),
    };
    view! {
        <section class="listing" id="accounts" aria-labelledby="accounts-title">
            <h2 id="accounts-title">"Accounts"</h2>
            {count.map(|count| view! { <p class="soft nowrap count">{count}</p> })}
            {rows}
        </section>
    }
}
