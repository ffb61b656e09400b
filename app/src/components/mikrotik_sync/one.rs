//! One customer: every line that changes, and what became of it.

use domain::{customer::ServiceType, wire::BulkRow};
use leptos::prelude::*;

use super::{
    super::{
        diff_line::{DiffLine, Line},
        note::{DoneNote, WarningNote},
        rate_preview::Spelling,
    },
    lines::{changes, kept},
    many::Why,
    words::{Felt, Group, Sign, became},
};

/// More lines than this wait behind one more click.
const INLINE: usize = 8;

/// What would change for one customer.
#[component]
pub(super) fn OnePlan(
    /// The customer's row.
    row: BulkRow,
    /// For which service.
    service: ServiceType,
    /// What their package comes to.
    spelling: Option<Spelling>,
) -> impl IntoView {
    if Group::of(&row) == Group::Impossible {
        return view! { <p><span class="dot bad">"Cannot be done"</span></p><Why row/> }.into_any();
    }
    let felt = Felt::of(&row, service).sentence(&row.customer);
    let mut lines = changes(&row);
    lines.extend(kept(&row, spelling.as_ref()));
    let said = match Group::of(&row) {
        Group::Right => "Nothing would change: the router already holds all of this.".to_owned(),
        _ => felt,
    };
    view! {
        <Lines lines/>
        <p class="hint">{said}</p>
        {row.password_generated.then(|| view! { <p class="hint">"A password is made for the account: none is stored."</p> })}
    }
    .into_any()
}

/// What became of one customer.
#[component]
pub(super) fn OneOutcome(
    /// The customer's row.
    row: BulkRow,
) -> impl IntoView {
    let Sign { class, word } = Sign::of_outcome(&row);
    if !row.success {
        return view! { <p><span class=class>{word}</span></p><Why row/> }.into_any();
    }
    let lines = changes(&row);
    let said = became(&row);
    let note = match Group::of(&row) {
        Group::StillOnline => view! { <p><span class=class>{word}</span></p><WarningNote text=said/> }.into_any(),
        _ => view! { <DoneNote><b>{word}"."</b>" "{said}</DoneNote> }.into_any(),
    };
    view! {
        {note}
        {row.password_generated.then(|| view! { <PasswordMade/> })}
        <Lines lines/>
    }
    .into_any()
}

/// A password that nobody has seen.
#[component]
pub(super) fn PasswordMade() -> impl IntoView {
    view! { <p class="hint">"A password was made for this account. Give the customer a new one to hand it out."</p> }
}

#[component]
fn Lines(mut lines: Vec<Line>) -> impl IntoView {
    let rest = lines.split_off(lines.len().min(INLINE));
    let more = (!rest.is_empty()).then(|| {
        let summary = if rest.len() == 1 { "1 more line".to_owned() } else { format!("{} more lines", rest.len()) };
        view! { <details class="more-lines"><summary>{summary}</summary><LineList lines=rest/></details> }
    });
    view! { <LineList lines/>{more} }
}

#[component]
fn LineList(lines: Vec<Line>) -> impl IntoView {
    view! { <ul class="diff">{lines.into_iter().map(|line| view! { <DiffLine line/> }).collect_view()}</ul> }
}
