//! Changes a customer, or adds one.

use domain::{
    customer::{CustomerStatus, ServiceType},
    wire::{CustomerBody, CustomerRecord, PackageRecord, problem::Problem},
};
use leptos::prelude::*;

use super::{
    field::{PasswordField, SelectField, TextArea, TextField},
    record_form::RecordForm,
};
use crate::draft::{Faults, customer::CustomerDraft};

const KINDS: [&str; 3] = ["Home User", "Business User", "Wireless User"];

/// The form.
#[component]
pub(crate) fn CustomerForm(
    /// Whom to change; nobody to add one.
    #[prop(optional_no_strip)]
    customer: Option<CustomerRecord>,
    /// What is sold.
    packages: Vec<PackageRecord>,
    /// The last refusal of the server.
    #[prop(into)]
    refused: Signal<Option<Problem>>,
    /// Whether it is on its way.
    #[prop(into)]
    pending: Signal<bool>,
    /// Keeps the customer.
    on_save: Callback<CustomerBody>,
    /// Takes what somebody else saved meanwhile.
    on_load_theirs: Callback<()>,
    /// Where leaving leads.
    back: String,
) -> impl IntoView {
    let password_hint = password_hint(customer.as_ref());
    let new = customer.is_none();
    let draft = CustomerDraft::new(customer);
    let faults = Faults::new(move || draft.problems());
    let save = Callback::new(move |()| on_save.run(untrack(|| draft.body())));
    let (label, save_word, leave) = if new {
        ("New customer", "Add customer", "Add nobody")
    } else {
        ("Customer", "Save customer", "Keep as it was")
    };
    view! {
        <RecordForm label faults refused pending on_save=save on_load_theirs save=save_word back leave>
            <Person draft faults/>
            <Line draft faults packages password_hint/>
            <Terms draft faults/>
        </RecordForm>
    }
    .into_any()
}

#[component]
fn Person(draft: CustomerDraft, faults: Faults) -> impl IntoView {
    view! {
        <fieldset class="form">
            <legend>"Person"</legend>
            <TextField entry=draft.name faults label="Name" required=true full=true/>
            <TextField entry=draft.mobile faults label="Phone" kind="tel"/>
            <TextField entry=draft.email faults label="E-mail" kind="email"/>
            <SelectField entry=draft.kind faults label="Customer type" options=with_known(draft.kind.text, &KINDS)/>
            <TextField entry=draft.zone faults label="Zone"/>
            <TextField entry=draft.address faults label="Installation address" full=true/>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Line(
    draft: CustomerDraft,
    faults: Faults,
    packages: Vec<PackageRecord>,
    password_hint: &'static str,
) -> impl IntoView {
    let names: Vec<_> = packages.iter().filter_map(|package| package.package.name.as_deref()).collect();
    let packages = with_known(draft.package.text, &names);
    let statuses = CustomerStatus::ALL.map(|status| (status.name().to_owned(), status.name().to_owned())).to_vec();
    let services = ServiceType::ALL.map(|service| (service.name().to_owned(), service.label().to_owned())).to_vec();
    view! {
        <fieldset class="form">
            <legend>"Line"</legend>
            <SelectField entry=draft.package faults label="Package" options=packages required=true/>
            <SelectField
                entry=draft.status faults label="Status" options=statuses
                hint="Only an active customer’s account is enabled on the router."
            />
            <SelectField entry=draft.service faults label="Service" options=services/>
            <TextField entry=draft.username faults label="Username" required=true/>
            <PasswordField entry=draft.password faults label="Password" hint=password_hint/>
            <TextField
                entry=draft.mac faults label="Device (MAC address)" placeholder="Any"
                hint="The one device that may dial in."
            />
            <TextField entry=draft.ip faults label="Fixed IP address" placeholder="From its pool"/>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Terms(draft: CustomerDraft, faults: Faults) -> impl IntoView {
    view! {
        <fieldset class="form">
            <legend>"Terms"</legend>
            <TextField entry=draft.joined faults label="Joined" kind="date"/>
            <TextField
                entry=draft.paid_until faults label="Paid until" kind="date"
                hint="Tells staff; it cuts nobody off."
            />
            <TextArea entry=draft.notes faults label="Notes"/>
        </fieldset>
    }
    .into_any()
}

/// What becomes of a password that is not typed.
fn password_hint(customer: Option<&CustomerRecord>) -> &'static str {
    match customer {
        None => "Leave empty to have one made.",
        Some(CustomerRecord { has_password: true, .. }) => "Leave empty to keep the one there is.",
        Some(_) => "None is kept here. Leave empty to leave the router’s alone.",
    }
}

/// Words to choose from, nothing first, and the one that is chosen already where it is none of them.
fn with_known(chosen: RwSignal<String>, words: &[&str]) -> Vec<(String, String)> {
    let chosen = chosen.get_untracked();
    let other = Some(chosen.as_str()).filter(|word| !word.is_empty() && !words.contains(word));
    let words = words.iter().copied().chain(other).map(|word| (word.to_owned(), word.to_owned()));
    std::iter::once((String::new(), "Choose one".to_owned())).chain(words).collect()
}
