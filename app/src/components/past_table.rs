//! Sessions that were: from when to when, where from, how much, and why they ended.

use domain::{
    session::{EndReason, PastSession},
    timestamp::Timestamp,
};
use leptos::prelude::*;

use super::{
    format,
    session_table::{ltr_or, or_quiet},
};

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PastLine {
    /// The session.
    pub(crate) session: PastSession,
    /// Where its customer is, where we keep them.
    pub(crate) href: Option<String>,
}

/// Whether a table says whose each session was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// All are of one customer.
    One,
    /// They are of many.
    Many,
}

/// Sessions that were, as they are given.
#[component]
pub(crate) fn PastTable(
    /// Them.
    lines: Vec<PastLine>,
    /// Whose they are.
    whose: Whose,
) -> impl IntoView {
    const COLUMNS: [(&str, &str); 6] =
        [("Began (UTC)", ""), ("Lasted", "num"), ("Address", ""), ("Download", "num"), ("Upload", "num"), ("End", "")];
    let head = |(name, class): (&'static str, &'static str)| {
        view! { <th role="columnheader" scope="col" class=class>{name}</th> }
    };
    let customer = (whose == Whose::Many).then(|| head(("Customer", "")));
    let rows: Vec<_> = lines.into_iter().map(|line| view! { <PastRow line whose/> }).collect();
    view! {
        <div class="rows">
            <table class="list past" role="table" aria-label="Past sessions">
                <thead role="rowgroup"><tr role="row">{customer}{COLUMNS.map(head).into_iter().collect_view()}</tr></thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn PastRow(line: PastLine, whose: Whose) -> impl IntoView {
    let PastLine { session, href } = line;
    let bytes = |bytes: Option<u64>| or_quiet(bytes.map(format::bytes), "not counted");
    let lasted = lasted(&session);
    let end = view! { <End session=session.clone()/> };
    let PastSession {
        username, customer_id, customer_name, address, caller_id, started_at, bytes_down, bytes_up, ..
    } = session;
    let began = view! { <Moment at=started_at/> };
    let first = match whose {
        Whose::Many => view! {
            <th role="rowheader" scope="row" class="c-name">
                <Customer name=customer_name.or(customer_id) href/>
                <small><bdi dir="ltr">{username}</bdi></small>
            </th>
            <td role="cell" class="nowrap" data-label="Began (UTC)">{began}</td>
        }
        .into_any(),
        Whose::One => view! { <th role="rowheader" scope="row" class="c-name nowrap">{began}</th> }.into_any(),
    };
    view! {
        <tr role="row">
            {first}
            <td role="cell" class="num nowrap soft" data-label="Lasted">{lasted}</td>
            <td role="cell" class="soft" data-label="Address">
                {ltr_or(address, "none")}<small>{ltr_or(caller_id, "device not known")}</small>
            </td>
            <td role="cell" class="num nowrap" data-label="Download">{bytes(bytes_down)}</td>
            <td role="cell" class="num nowrap" data-label="Upload">{bytes(bytes_up)}</td>
            <td role="cell" class="c-wide" data-label="End">{end}</td>
        </tr>
    }
}

#[component]
fn Customer(name: Option<String>, href: Option<String>) -> impl IntoView {
    match (name, href) {
        (Some(name), Some(href)) => view! { <a href=href><bdi>{name}</bdi></a> }.into_any(),
        (Some(name), None) => view! { <bdi>{name}</bdi> }.into_any(),
        (None, _) => view! { <span class="dot none quiet">"Not ours"</span> }.into_any(),
    }
}

/// Why it ended, and when; or that it goes on.
#[component]
fn End(session: PastSession) -> impl IntoView {
    let Some(at) = session.ended_at else {
        return view! { <span class="dot ok">"Online"</span> }.into_any();
    };
    let (class, word) = why(&session);
    let seen = session.gap.then_some("last seen ");
    view! { <span class=class>{word}</span><small class="nowrap">{seen}<Moment at/></small> }.into_any()
}

#[component]
fn Moment(at: Timestamp) -> impl IntoView {
    view! { <time datetime=at.to_string()><bdi dir="ltr">{format::moment(at)}</bdi></time> }
}

/// How long it lasted, as far as somebody watched.
fn lasted(session: &PastSession) -> AnyView {
    match session.seconds() {
        None => view! { <span class="quiet">"goes on"</span> }.into_any(),
        Some(seconds) => {
            let at_least = session.gap.then_some("at least ");
            view! { {at_least}<bdi dir="ltr">{format::span(seconds)}</bdi> }.into_any()
        }
    }
}

/// Why a session ended: a shape and words.
fn why(session: &PastSession) -> (&'static str, &'static str) {
    match (session.end_reason, session.gap) {
        (Some(EndReason::HungUp), _) => ("dot off", "Hung up"),
        (Some(EndReason::Disconnected), _) => ("dot off", "Ended by NetPilot"),
        (Some(EndReason::RouterRestarted), false) => ("dot warn", "Router restarted"),
        (Some(EndReason::RouterRestarted), true) => ("dot warn", "Router restarted, nobody watched"),
        (Some(EndReason::Unknown) | None, true) => ("dot warn", "Nobody watched"),
        (Some(EndReason::Unknown) | None, false) => ("quiet", "not known"),
    }
}

#[cfg(test)]
mod tests {
    use domain::customer::ServiceType;

    use super::*;

    #[test]
    fn an_end_that_nobody_saw_is_told_as_such() {
        let session = |end_reason, gap| PastSession {
            username: "ana".to_owned(),
            customer_id: None,
            customer_name: None,
            service_type: ServiceType::Pppoe,
            router_id: "default".to_owned(),
            address: None,
            caller_id: None,
            started_at: Timestamp::from_unix(0),
            ended_at: Some(Timestamp::from_unix(60)),
            bytes_down: None,
            bytes_up: None,
            end_reason: Some(end_reason),
            gap,
        };
        assert_eq!(why(&session(EndReason::HungUp, false)).1, "Hung up");
        assert_eq!(why(&session(EndReason::Unknown, true)).1, "Nobody watched");
        for reason in EndReason::ALL {
            let (plain, gap) = (why(&session(reason, false)), why(&session(reason, true)));
            let may_be_unseen = matches!(reason, EndReason::RouterRestarted | EndReason::Unknown);
            assert_eq!(plain != gap, may_be_unseen, "{reason}");
        }
    }
}
