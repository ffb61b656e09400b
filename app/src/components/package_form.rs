//! Changes a package, or adds one; beside it what it becomes on the router, while it is typed.

use domain::{
    customer::ServiceType,
    wire::{PackageBody, PackageRecord, problem::Problem},
};
use leptos::prelude::*;

use super::{
    field::{Switch, TextField},
    format::counted,
    note::WarningNote,
    rate_preview::RatePreview,
    record_form::RecordForm,
};
use crate::draft::{Faults, package::PackageDraft};

/// The form.
#[component]
pub(crate) fn PackageForm(
    /// What to change; nothing to add one.
    #[prop(optional_no_strip)]
    package: Option<PackageRecord>,
    /// The last refusal of the server.
    #[prop(into)]
    refused: Signal<Option<Problem>>,
    /// Whether it is on its way.
    #[prop(into)]
    pending: Signal<bool>,
    /// Keeps the package.
    on_save: Callback<PackageBody>,
    /// Takes what somebody else saved meanwhile.
    on_load_theirs: Callback<()>,
    /// Where leaving leads.
    back: String,
) -> impl IntoView {
    let draft = PackageDraft::new(package.as_ref());
    let faults = Faults::new(move || draft.problems());
    let save = Callback::new(move |()| on_save.run(untrack(|| draft.body())));
    let (label, save_word, leave) = match package {
        None => ("New package", "Add package", "Add none"),
        Some(_) => ("Package", "Save package", "Keep as it was"),
    };
    let customers = package.map_or(0, |package| package.customers);
    view! {
        <div class="split">
            <div>
                <RecordForm label faults refused pending on_save=save on_load_theirs save=save_word back leave>
                    {follows(customers).map(|text| view! { <div class="form-notes"><WarningNote text/></div> })}
                    <Sold draft faults/>
                    <Speed draft faults/>
                    <OnTheRouter draft faults/>
                </RecordForm>
            </div>
            <aside class="pad" aria-label="On the router">
                <Preview package=Signal::derive(move || draft.body())/>
            </aside>
        </div>
    }
    .into_any()
}

/// What a package becomes on the router, for either service.
#[component]
pub(crate) fn Preview(
    /// The package.
    #[prop(into)]
    package: Signal<PackageBody>,
) -> impl IntoView {
    let service = RwSignal::new(ServiceType::Pppoe);
    let button = |choice: ServiceType| {
        view! {
            <button
                type="button" aria-pressed=move || (service.get() == choice).to_string()
                on:click=move |_| service.set(choice)
            >
                {choice.label()}
            </button>
        }
    };
    view! {
        <div class="sec-head">
            <h2>"On the router"</h2>
            <div class="seg small push" role="group" aria-label="Service">{ServiceType::ALL.map(button).into_iter().collect_view()}</div>
        </div>
        <RatePreview package service/>
    }
}

#[component]
fn Sold(draft: PackageDraft, faults: Faults) -> impl IntoView {
    view! {
        <fieldset class="form">
            <legend>"What is sold"</legend>
            <TextField entry=draft.name faults label="Name" required=true/>
            <TextField
                entry=draft.price faults label="Price" keyboard="decimal" hint="In your own currency; it changes nothing."
            />
            <TextField entry=draft.description faults label="Description" placeholder="Its name" full=true/>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Speed(draft: PackageDraft, faults: Faults) -> impl IntoView {
    let limited = move || !draft.unlimited.get();
    let burst = move || draft.burst.get();
    view! {
        <fieldset class="form">
            <legend>"Speed"</legend>
            <Switch on=draft.unlimited label="Sold without a speed limit"/>
            <div class="form full" hidden=move || !limited()>
                <Mbps entry=draft.download faults label="Download" required=true/>
                <Mbps entry=draft.upload faults label="Upload" required=true/>
                <Switch on=draft.burst label="Burst"/>
                <div class="form full" hidden=move || !burst()>
                    <Mbps entry=draft.burst_download faults label="Burst download" required=true/>
                    <Mbps entry=draft.burst_upload faults label="Burst upload" required=true/>
                    <Mbps
                        entry=draft.threshold_download faults label="Burst threshold, download" placeholder="As the download"
                    />
                    <Mbps
                        entry=draft.threshold_upload faults label="Burst threshold, upload" placeholder="As the upload"
                    />
                    <TextField
                        entry=draft.burst_time faults label="Burst time" keyboard="numeric" unit="s" placeholder="8"
                        hint="The average is taken over this time."
                    />
                </div>
                <Mbps entry=draft.minimum_download faults label="Minimum download" placeholder="None"/>
                <Mbps entry=draft.minimum_upload faults label="Minimum upload" placeholder="None"/>
                <TextField
                    entry=draft.priority faults label="Priority" keyboard="numeric" placeholder="8"
                    hint="1 is served first, 8 last."
                />
            </div>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Mbps(
    entry: crate::draft::Entry,
    faults: Faults,
    label: &'static str,
    #[prop(default = "")] placeholder: &'static str,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    view! { <TextField entry faults label keyboard="decimal" unit="Mbps" placeholder required/> }
}

#[component]
fn OnTheRouter(draft: PackageDraft, faults: Faults) -> impl IntoView {
    view! {
        <fieldset class="form">
            <legend>"Sessions and addresses"</legend>
            <TextField
                entry=draft.shared_users faults label="Devices at once" keyboard="numeric" placeholder="1"
            />
            <TextField
                entry=draft.session_timeout faults label="Session time limit" placeholder="Left to the router"
                hint="Like 1d2h, 30m or seconds; 0 is without end."
            />
            <TextField
                entry=draft.idle_timeout faults label="Idle time limit" placeholder="Left to the router"
                hint="A silent session ends after it. Hotspot: 30m where nothing is said."
            />
            <TextField
                entry=draft.keepalive_timeout faults label="Keepalive time limit" placeholder="2m"
                hint="Hotspot only: how long a device may vanish."
            />
            <TextField entry=draft.pool faults label="Address pool" placeholder="Left to the router"/>
            <TextField
                entry=draft.local_address faults label="Router’s address on the line" placeholder="Left to the router"
                hint="PPPoE only."
            />
        </fieldset>
    }
    .into_any()
}

/// Who is concerned by a change.
fn follows(customers: usize) -> Option<String> {
    let (have, theirs) =
        if customers == 1 { ("has", "its account follows") } else { ("have", "their accounts follow") };
    let who = counted(customers, "customer", "customers");
    (customers > 0).then(|| format!("{who} {have} this package; {theirs} when they are synced."))
}

#[cfg(test)]
mod tests {
    use super::follows;

    #[test]
    fn a_change_says_whom_it_concerns() {
        assert_eq!(follows(0), None);
        let twelve = "12 customers have this package; their accounts follow when they are synced.";
        assert_eq!(follows(12).as_deref(), Some(twelve));
        assert!(follows(1).is_some_and(|text| text.starts_with("1 customer has")));
    }
}
