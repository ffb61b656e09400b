//! Brings customers to the router: what would change, then doing it, then what became of each.

mod driver; // asks the server
mod lines; // what changes for one customer
mod many; // groups of customers
mod one; // a single customer
mod service; // PPPoE or hotspot
mod speeds; // the package, to be tried
mod stage; // where a sync stands
mod what_if; // speeds as they are typed
mod words; // a plan in words and counts

#[cfg(test)]
mod samples;

use domain::wire::{CustomerRecord, PackageEdit, PackageRecord};
use leptos::prelude::*;

use super::{
    note::{Bones, Empty, ProblemNote},
    rate_preview::Spelling,
};
use driver::Driver;
use many::ManyRows;
use one::{OneOutcome, OnePlan};
use service::ServiceChoice;
use speeds::{PackageStrings, Speeds};
use stage::{Report, Stage, Wanted};
use what_if::WhatIf;
use words::{Does, OVERTAKEN, Sign, Whom, button, customers, left_out, news, outcome, router_said_of};

/// The design document's component, for one customer or many.
#[component]
pub(crate) fn MikroTikSync(
    /// The one customer.
    #[prop(optional, into)]
    customer: Option<Signal<CustomerRecord>>,
    /// Or several.
    #[prop(optional, into)]
    customers: Option<Signal<Vec<CustomerRecord>>>,
    /// What is sold.
    #[prop(into)]
    packages: Signal<Vec<PackageRecord>>,
    /// Called when every customer has an outcome, also where some failed.
    on_sync_complete: Callback<()>,
) -> impl IntoView {
    let view = SyncView::new(customer, customers, packages, on_sync_complete);
    view! {
        <section class="panel sync" class:many=!view.is_one aria-labelledby="sync-title">
            <SyncHeader view/>
            <div class="embed-body">
                <div class="pad"><Package view/></div>
                <div class="pad side"><Plan view/></div>
            </div>
            <SyncFooter view/>
            <p class="vh" role="status">{move || view.news()}</p>
        </section>
    }
}

/// What the parts share.
#[derive(Clone, Copy)]
struct SyncView {
    selected: Signal<Vec<CustomerRecord>>,
    /// Those of them who get online by the chosen service: nobody's service changes here.
    who: Memo<Vec<CustomerRecord>>,
    is_one: bool,
    packages: Signal<Vec<PackageRecord>>,
    /// The one customer's package; nothing where it does not exist.
    stored: Memo<Option<PackageRecord>>,
    what_if: Option<WhatIf>,
    edited: Memo<Option<PackageEdit>>,
    whom: Memo<Whom>,
    driver: Driver,
    /// Whether the browser has taken over: before that nothing can be pressed.
    ready: RwSignal<bool>,
}

impl SyncView {
    fn new(
        customer: Option<Signal<CustomerRecord>>,
        customers: Option<Signal<Vec<CustomerRecord>>>,
        packages: Signal<Vec<PackageRecord>>,
        on_complete: Callback<()>,
    ) -> Self {
        let is_one = customer.is_some();
        let selected = match (customer, customers) {
            (Some(customer), _) => Signal::derive(move || vec![customer.get()]),
            (None, Some(many)) => many,
            (None, None) => Signal::derive(Vec::new),
        };
        let first = selected.with_untracked(|selected| selected.first().map(|one| one.service_type));
        let service = RwSignal::new(first.unwrap_or_default());
        let who = Memo::new(move |_| {
            let (mut who, service) = (selected.get(), service.get());
            who.retain(|one| one.service_type == service);
            who
        });
        let stored = Memo::new(move |_| {
            let customer = customer?.get();
            packages.with(|packages| package_of(packages, &customer).cloned())
        });
        let what_if = WhatIf::new(stored);
        let edited = Memo::new(move |_| what_if?.edited());
        let whom = Memo::new(move |_| selected.with(|selected| Whom::of(selected, service.get(), is_one)));
        let wanted = Memo::new(move |_| {
            let ids: Vec<_> = who.with(|who| who.iter().map(|one| one.id.clone()).collect());
            let packages: Vec<_> = edited.get().into_iter().collect();
            let service = service.get();
            let readable = what_if.is_none_or(|what_if| what_if.typed().unreadable().is_none())
                && packages.iter().all(|edit| Spelling::of(&edit.package, service).is_ok());
            (readable && !ids.is_empty()).then_some(Wanted { ids, packages, service })
        });
        let driver = Driver::new(wanted, service, on_complete);
        let ready = RwSignal::new(false);
        Effect::new(move |_| ready.set(true));
        Self { selected, who, is_one, packages, stored, what_if, edited, whom, driver, ready }
    }

    fn stage<T>(self, read: impl Fn(&Stage) -> T) -> T {
        self.driver.sync.with(|sync| read(&sync.stage))
    }

    /// Whether fields may be changed now.
    fn locked(self) -> bool {
        !self.ready.get() || self.stage(|stage| matches!(stage, Stage::Applying { .. }))
    }

    fn news(self) -> String {
        self.driver.sync.with(|sync| news(&sync.stage, sync.overtaken))
    }
}

/// What it is, how it compares, and for which service.
#[component]
fn SyncHeader(view: SyncView) -> impl IntoView {
    let sign = Memo::new(move |_| view.whom.with(|whom| view.stage(|stage| Sign::of_plan(stage, whom))));
    let selected = move || (!view.is_one).then(|| format!("{} selected", customers(view.whom.read().selected())));
    view! {
        <header>
            <h2 id="sync-title">"MikroTik"</h2>
            <span class="soft">{selected}</span>
            {move || sign.get().map(|Sign { class, word }| view! { <span class=class>{word}</span> })}
            <ServiceChoice service=view.driver.service locked=Signal::derive(move || view.locked())/>
        </header>
    }
}

/// What the customers bought: to be tried for one, to be read for many.
#[component]
fn Package(view: SyncView) -> impl IntoView {
    let SyncView { selected, who, is_one, packages, what_if, edited, driver, .. } = view;
    let service = driver.service;
    if !is_one {
        return view! {
            {move || view! { <PackageStrings packages=packages.get() who=who.get() service=service.get()/> }}
        }
        .into_any();
    }
    let customer = selected.read_untracked().first().cloned();
    match (customer, what_if) {
        (Some(customer), Some(what_if)) => {
            let locked = Signal::derive(move || view.locked());
            view! { <Speeds customer=customer.name what_if edited service locked/> }.into_any()
        }
        (Some(customer), None) => {
            let title = format!("There is no package {}", customer.service_package);
            view! { <Empty title>"Give the customer a package that exists, then plan again."</Empty> }.into_any()
        }
        (None, _) => ().into_any(),
    }
}

/// What would be done, is being done, or was done.
#[component]
fn Plan(view: SyncView) -> impl IntoView {
    let Driver { sync, wanted, .. } = view.driver;
    let plan = Memo::new(move |_| match &sync.read().stage {
        Stage::Planning(last) => last.clone(),
        Stage::Planned(plan) | Stage::Applying { plan, .. } => Some(plan.clone()),
        Stage::Done(_) | Stage::Refused(_) => None,
    });
    let report = Memo::new(move |_| match &sync.read().stage {
        Stage::Done(report) => Some(report.clone()),
        _ => None,
    });
    let problem = Memo::new(move |_| match &sync.read().stage {
        Stage::Refused(problem) => Some(problem.clone()),
        _ => None,
    });
    let planning = Memo::new(move |_| matches!(sync.read().stage, Stage::Planning(_)));
    let overtaken = Memo::new(move |_| sync.with(|sync| sync.overtaken && matches!(sync.stage, Stage::Planned(_))));
    let title = move || match (report.read().is_some(), view.locked() && view.ready.get()) {
        (true, _) => "What became of it",
        (false, true) => "What is being changed",
        (false, false) => "What a sync would change",
    };
    let left_out = move || view.whom.with(|whom| left_out(whom, view.driver.service.get()));
    let again = move || {
        let reads = planning.get() && plan.read().is_some();
        reads.then(|| view! { <span class="dot busy push">"Reading the router"</span> })
    };
    let body = move || {
        if let Some(problem) = problem.get() {
            let said = router_said_of(&problem)
                .map(|said| view! { <p class="hint">"The router said "<code>{said}</code>"."</p> });
            return view! { <ProblemNote problem/>{said} }.into_any();
        }
        match (report.get(), plan.get()) {
            (Some(report), _) => view! { <Became view report/> }.into_any(),
            (None, Some(plan)) => view! { <Planned view plan/> }.into_any(),
            (None, None) if wanted.read().is_some() => view! { <Bones label="Reading the router"/> }.into_any(),
            (None, None) if view.whom.read().selected() == 0 => {
                view! { <Empty title="Nobody is selected"/> }.into_any()
            }
            (None, None) if view.whom.read().count == 0 => ().into_any(),
            (None, None) => view! { <p class="soft">"Nothing is planned until the speeds can be used."</p> }.into_any(),
        }
    };
    view! {
        <div class="sec-head"><h3>{title}</h3>{again}</div>
        <noscript inner_html="<p class=\"note\">Syncing needs JavaScript: it is off in this browser, so nothing is planned here.</p>"></noscript>
        <Progress view/>
        {move || left_out().map(|words| view! { <p class="note">{words}</p> })}
        {move || overtaken.get().then(|| view! { <p class="note partial">{OVERTAKEN}</p> })}
        <div class="plan" aria-busy=move || planning.get().to_string()>{body}</div>
    }
}

#[component]
fn Planned(view: SyncView, plan: Report) -> impl IntoView {
    let SyncView { is_one, whom, edited, stored, driver, .. } = view;
    match plan.results.as_slice() {
        [row] if is_one => {
            let edited = edited.get_untracked().map(|edit| edit.package);
            let body = edited.or_else(|| Some(stored.get_untracked()?.package));
            let spelling = body.and_then(|body| Spelling::of(&body, driver.service.get_untracked()).ok());
            view! { <OnePlan row=row.clone() service=plan.service_type spelling/> }.into_any()
        }
        rows => {
            let retried = (rows.len() < whom.read_untracked().count)
                .then(|| view! { <p class="hint">{format!("Only {} that failed before.", customers(rows.len()))}</p> });
            view! { {retried}<ManyRows report=plan done=false/> }.into_any()
        }
    }
}

#[component]
fn Became(view: SyncView, report: Report) -> impl IntoView {
    match report.results.as_slice() {
        [row] if view.is_one => view! { <OneOutcome row=row.clone()/> }.into_any(),
        _ => view! { <p>{outcome(&report)}</p><ManyRows report done=true/> }.into_any(),
    }
}

/// How far a run has come.
#[component]
fn Progress(view: SyncView) -> impl IntoView {
    let done = Memo::new(move |_| {
        view.stage(|stage| match stage {
            Stage::Applying { plan, done, .. } => Some((*done, plan.results.len())),
            _ => None,
        })
    });
    let runs = Memo::new(move |_| done.read().is_some());
    let figures = move || done.get().unwrap_or_default();
    let said = move || {
        let (done, total) = figures();
        format!("{} of {}", super::format::count(done), super::format::count(total))
    };
    let bar = move || {
        view! {
            <div class="running">
                <span class="dot busy">"Syncing"</span>
                <span class="soft push">{said}</span>
                <progress max=move || figures().1.max(1).to_string() value=move || figures().0.to_string() aria-label=said></progress>
            </div>
        }
    };
    move || runs.get().then(bar)
}

/// The button. It stays where it is and keeps the focus; what it says and does follows the stage.
#[component]
fn SyncFooter(view: SyncView) -> impl IntoView {
    let driver = view.driver;
    let state = Memo::new(move |_| view.whom.with(|whom| view.stage(|stage| button(stage, whom))));
    let does = move || state.read().1;
    let press = move |_| match state.read_untracked().1 {
        Does::Apply => driver.apply(),
        Does::Plan => driver.plan_all(),
        Does::Retry => driver.retry(),
        Does::Wait => {}
    };
    let second = move || {
        let again = view.stage(|stage| matches!(stage, Stage::Planned(_) | Stage::Done(_))) && does() != Does::Plan;
        again.then(
            || view! { <button type="button" class="btn" on:click=move |_| driver.plan_all()>"Plan again"</button> },
        )
    };
    let buttons = move || {
        view! {
            <button
                type="button"
                class=move || if does() == Does::Plan { "btn" } else { "btn primary" }
                aria-disabled=move || (does() == Does::Wait).then_some("true")
                on:click=press
            >
                {move || state.get().0}
            </button>
            {second}
        }
    };
    let somebody = Memo::new(move |_| view.whom.read().count > 0);
    view! { <footer>{move || (view.ready.get() && somebody.get()).then(buttons)}</footer> }
}

fn package_of<'a>(packages: &'a [PackageRecord], customer: &CustomerRecord) -> Option<&'a PackageRecord> {
    packages.iter().find(|record| record.package.name.as_ref() == Some(&customer.service_package))
}
