//! Shall this be deleted: says what happens to the person, and asks.

use domain::wire::{
    AccountFate, CustomerRecord, PackageRecord,
    problem::{Code, Problem},
};
use leptos::{form::ActionForm, prelude::*};

use super::{dialog::Dialog, format::counted, note::ProblemNote};
use crate::api::{
    ApiError,
    records::{DeleteCustomer, DeletePackage},
};

/// The element of the link that asks. The focus goes back to it.
pub(crate) const ASK: &str = "ask-delete";

/// Deletes a customer, and asks what becomes of their account on the router.
#[component]
pub(crate) fn DeleteCustomerDialog(
    /// Whom.
    customer: CustomerRecord,
    /// Where the answer "no" leads.
    back: String,
    /// Leaves without an answer.
    on_leave: Callback<()>,
    /// Deletes them.
    action: ServerAction<DeleteCustomer>,
) -> impl IntoView {
    let choices = AccountFate::ALL.map(|fate| {
        let (label, what) = consequence(fate, &customer);
        view! {
            <label class="fate">
                <input type="radio" name="account" value=fate.name() checked=fate == AccountFate::Remove/>
                <span><b>{label}</b><small>{what}</small></span>
            </label>
        }
    });
    let refused = move || refusal(action.value().get()).map(|problem| view! { <ProblemNote problem/> });
    let CustomerRecord { id, version, name, .. } = customer;
    view! {
        <Dialog class="dialog" named_by="delete-title" origin=ASK on_leave>
            <ActionForm action=action>
                <div class="dialog-body">
                    <h2 id="delete-title">"Delete "<bdi>{name}</bdi>"?"</h2>
                    {refused}
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="version" value=version/>
                    <fieldset class="fates">
                        <legend>"Their account on the router"</legend>
                        {choices.into_iter().collect_view()}
                    </fieldset>
                </div>
                <Answers back pending=action.pending() yes="Delete customer" no="Keep customer"/>
            </ActionForm>
        </Dialog>
    }
    .into_any()
}

/// Deletes a package, which the server refuses while somebody has it.
#[component]
pub(crate) fn DeletePackageDialog(
    /// Which.
    package: PackageRecord,
    /// Where its customers are listed.
    customers: String,
    /// Where the answer "no" leads.
    back: String,
    /// Leaves without an answer.
    on_leave: Callback<()>,
    /// Deletes it.
    action: ServerAction<DeletePackage>,
) -> impl IntoView {
    let refused = move || {
        let customers = customers.clone();
        refusal(action.value().get()).map(|problem| {
            let in_use = problem.code == Code::PackageInUse;
            view! {
                <ProblemNote problem>
                    {in_use.then(|| view! { <a class="btn small" href=customers>"Show its customers"</a> })}
                </ProblemNote>
            }
        })
    };
    let PackageRecord { id, package, customers: count, version, .. } = package;
    let what = match count {
        0 => "Nobody has it. Its profiles stay on the router.".to_owned(),
        count => {
            let who = counted(count, "customer has", "customers have");
            format!("{who} it. Give them another package first.")
        }
    };
    view! {
        <Dialog class="dialog" named_by="delete-title" origin=ASK on_leave>
            <ActionForm action=action>
                <div class="dialog-body">
                    <h2 id="delete-title">"Delete "<bdi>{package.name}</bdi>"?"</h2>
                    <p class="soft">{what}</p>
                    {refused}
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="version" value=version/>
                </div>
                <Answers back pending=action.pending() yes="Delete package" no="Keep package"/>
            </ActionForm>
        </Dialog>
    }
    .into_any()
}

/// The two answers. The focus goes to the one that changes nothing.
#[component]
pub(super) fn Answers(
    /// Where the answer "no" leads.
    back: String,
    /// Whether the answer "yes" is on its way.
    #[prop(into)]
    pending: Signal<bool>,
    /// What "yes" does.
    yes: &'static str,
    /// What "no" does.
    no: &'static str,
) -> impl IntoView {
    view! {
        <footer>
            <a class="btn" href=back data-first="">{no}</a>
            <button
                type="submit" class="btn danger sure" aria-disabled=move || pending.get().then_some("true")
            >
                {yes}
            </button>
        </footer>
    }
}

fn refusal<T>(answer: Option<Result<T, ApiError>>) -> Option<Problem> {
    answer?.err().map(|ApiError(problem)| problem)
}

fn consequence(fate: AccountFate, customer: &CustomerRecord) -> (&'static str, String) {
    let CustomerRecord { name, pppoe_username: username, .. } = customer;
    match fate {
        AccountFate::Remove => ("Remove it", format!("{name} goes offline, and {username} is no account any more.")),
        AccountFate::Disable => {
            ("Disable it", format!("{name} goes offline. {username} stays on the router and lets nobody in."))
        }
        AccountFate::Leave => {
            ("Leave it", format!("Nothing is written to the router. {name} stays online as {username}."))
        }
    }
}
