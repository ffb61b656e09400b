//! Many customers: totals, and groups that open.

use domain::{customer::ServiceType, wire::BulkRow};
use leptos::prelude::*;

use super::{
    super::{
        diff_line::{Line, Values},
        format,
    },
    lines::changes,
    one::PasswordMade,
    stage::Report,
    words::{Felt, Group, Sign, Totals, advice, became, router_said},
};

/// Rows of a group that are shown before somebody asks for more.
const AT_ONCE: usize = 100;

/// A plan or its outcome.
#[component]
pub(super) fn ManyRows(
    /// It.
    report: Report,
    /// Whether it was carried out.
    done: bool,
) -> impl IntoView {
    const GROUPS: [(Group, &str, &str); 5] = [
        (Group::Impossible, "Cannot be done", "Failed"),
        (Group::StillOnline, "Still online", "Written, but still online"),
        (Group::Create, "Create", "Created"),
        (Group::Change, "Change", "Changed"),
        (Group::Right, "Already right", "Already right"),
    ];
    let totals = (!done).then(|| view! { <TotalsList totals=Totals::of(&report)/> });
    let service = report.service_type;
    let groups = GROUPS.map(|(group, planned, became)| {
        let rows: Vec<_> = report.results.iter().filter(|row| Group::of(row) == group).cloned().collect();
        let title = if done { became } else { planned };
        (!rows.is_empty()).then(|| view! { <GroupRows group title rows service done/> })
    });
    view! { {totals}{groups.into_iter().collect_view()} }
}

#[component]
fn TotalsList(totals: Totals) -> impl IntoView {
    let Totals { create, change, right, impossible, .. } = totals;
    let tile = |group: Group, word: &'static str, number: usize| {
        let (symbol, class) = symbol(group);
        view! {
            <div>
                <dt>{word}</dt>
                <dd><span class=format!("sym {class}") aria-hidden="true">{symbol}</span>{format::count(number)}</dd>
            </div>
        }
    };
    view! {
        <dl class="totals">
            {tile(Group::Create, "to create", create)}
            {tile(Group::Change, "to change", change)}
            {tile(Group::Right, "already right", right)}
            {tile(Group::Impossible, "cannot be done", impossible)}
            <div class="say"><dt>"For the customers"</dt><dd class="txt">{totals.felt()}</dd></div>
        </dl>
    }
}

#[component]
fn GroupRows(group: Group, title: &'static str, rows: Vec<BulkRow>, service: ServiceType, done: bool) -> impl IntoView {
    let (symbol, class) = symbol(group);
    let count = rows.len();
    let rows = StoredValue::new(rows);
    let shown = RwSignal::new(AT_ONCE);
    let items = move || {
        let one = |row: &BulkRow| view! { <Row row=row.clone() felt=Felt::of(row, service) done/> };
        rows.with_value(|rows| rows.iter().take(shown.get()).map(one).collect_view())
    };
    let more = move || {
        let left = count.saturating_sub(shown.get());
        let label = format!("Show {} more of {}", format::count(left.min(AT_ONCE)), format::count(left));
        (left > 0).then(|| {
            view! {
                <button type="button" class="btn small" on:click=move |_| shown.update(|shown| *shown += AT_ONCE)>
                    {label}
                </button>
            }
        })
    };
    view! {
        <details class="group" open=group != Group::Right>
            <summary>
                <span class=format!("sym {class}") aria-hidden="true">{symbol}</span>
                <b>{title}</b>
                <span class="soft">{format::count(count)}</span>
            </summary>
            <ul class="planrows">{items}</ul>
            {more}
        </details>
    }
}

#[component]
fn Row(row: BulkRow, felt: Felt, done: bool) -> impl IntoView {
    let field = |Line { field, value, .. }| {
        view! { <span class="fr"><span class="f">{field}</span><span><Values value/></span></span> }
    };
    let fields = changes(&row).into_iter().map(field).collect_view();
    let end = match (done, row.success) {
        (true, _) => {
            let Sign { class, word } = Sign::of_outcome(&row);
            view! { <span class=class>{word}</span> }.into_any()
        }
        (false, true) if felt == Felt::Nothing => view! { <span class="quiet">{felt.brief()}</span> }.into_any(),
        (false, true) => view! { <span class="soft">{felt.brief()}</span> }.into_any(),
        (false, false) => ().into_any(),
    };
    let made = (done && row.password_generated).then(|| view! { <PasswordMade/> });
    let why = match Group::of(&row) {
        Group::Impossible => Some(view! { <Why row=row.clone()/> }.into_any()),
        Group::StillOnline => Some(view! { <p class="why">{became(&row)}</p> }.into_any()),
        Group::Create | Group::Change | Group::Right => None,
    };
    view! {
        <li class="tr">
            <span class="c-name">
                <span class="name"><bdi>{row.customer.clone()}</bdi></span>
                <span class="quiet"><bdi dir="ltr">{row.username.clone()}</bdi></span>
            </span>
            <div class="c-chg">{fields}{made}{why}</div>
            <span class="c-out">{end}</span>
        </li>
    }
}

/// Why a customer cannot be synced, in our words and the router's, and what to do.
#[component]
pub(super) fn Why(row: BulkRow) -> impl IntoView {
    let said = router_said(&row).map(|said| view! { " The router said "<code dir="ltr">{said}</code>"." });
    let advice = row.error.as_ref().and_then(|error| advice(error.code));
    view! { <p class="why">{row.message}{said}{advice.map(|advice| format!(" {advice}"))}</p> }
}

const fn symbol(group: Group) -> (&'static str, &'static str) {
    match group {
        Group::Impossible => ("!", "s-bad"),
        Group::Create => ("+", "s-ok"),
        Group::Change => ("~", "s-warn"),
        Group::StillOnline => ("!", "s-warn"),
        Group::Right => ("=", "s-quiet"),
    }
}
