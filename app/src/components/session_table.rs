//! Who is online.

use domain::{session::Session, wire::RawRow};
use leptos::prelude::*;

use super::{
    filter::{device, matches},
    format,
    note::Empty,
};

/// One row of the table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SessionLine {
    /// The session.
    pub(crate) row: RawRow<Session>,
    /// Where ending it is asked; nothing where the operator may not.
    pub(crate) ask: Option<String>,
}

/// Everybody who is online and matches.
#[component]
pub(crate) fn SessionTable(
    /// Everybody who is online.
    lines: Vec<SessionLine>,
    /// What they must have in common.
    #[prop(into)]
    filter: Signal<String>,
    /// What to say where there is nobody.
    nobody: String,
    /// Takes the filter away.
    #[prop(into)]
    clear: ViewFn,
) -> impl IntoView {
    let all = lines.len();
    let shown = Memo::new(move |_| {
        let text = filter.get();
        lines.iter().filter(|line| matches(&line.row, &text)).cloned().collect::<Vec<_>>()
    });
    let found = Memo::new(move |_| shown.with(Vec::len));
    let empty = move || match (all, found.get()) {
        (0, _) => Some(view! { <Empty title=nobody.clone()/> }.into_any()),
        (_, 0) => {
            let title = format!("Nobody matches “{}”", filter.get());
            let clear = clear.clone();
            Some(view! { <Empty title>{clear.run()}</Empty> }.into_any())
        }
        _ => None,
    };
    view! {
        <p class="soft nowrap count" role="status">
            {move || format!("{} of {} sessions", format::count(found.get()), format::count(all))}
        </p>
        <div class="rows" hidden=move || found.get() == 0>
            <table class="list" role="table" aria-label="Sessions">
                <SessionHead/>
                <tbody role="rowgroup">
                    <For each=move || shown.get() key=|line| line.row.netpilot.key.clone() let:line>
                        <SessionRow line/>
                    </For>
                </tbody>
            </table>
        </div>
        {empty}
    }
}

#[component]
fn SessionHead() -> impl IntoView {
    const COLUMNS: [(&str, &str); 11] = [
        ("State", ""),
        ("Customer", ""),
        ("Username", ""),
        ("IP address", ""),
        ("Device", ""),
        ("Online for", "num"),
        ("Downloaded", "num"),
        ("Uploaded", "num"),
        ("Limit", ""),
        ("Package", ""),
        ("", ""),
    ];
    let cells = COLUMNS.map(|(name, class)| match name {
        "" => view! { <th role="columnheader" scope="col"><span class="vh">"Actions"</span></th> }.into_any(),
        name => view! { <th role="columnheader" scope="col" class=class>{name}</th> }.into_any(),
    });
    view! { <thead role="rowgroup"><tr role="row">{cells.into_iter().collect_view()}</tr></thead> }
}

#[component]
fn SessionRow(line: SessionLine) -> impl IntoView {
    let SessionLine { row, ask } = line;
    let mac = device(&row).map(str::to_owned);
    let RawRow { netpilot: session, row } = row;
    let address = row.get("address").cloned();
    let uptime = format::span(session.uptime_seconds);
    let (down, up) = (traffic(session.bytes_down), traffic(session.bytes_up));
    let label = format!("Disconnect {}", session.username);
    let id = row.get(".id").map(|id| ask_id(id));
    view! {
        <tr role="row">
            <td role="cell" class="c-state"><span class="dot ok">"Online"</span></td>
            <th role="rowheader" scope="row" class="c-name">
                <Customer id=session.customer_id name=session.customer_name/>
            </th>
            <td role="cell" class="c-user soft" data-label="Username"><bdi dir="ltr">{session.username}</bdi></td>
            <td role="cell" class="soft" data-label="IP address">{ltr_or(address, "none")}</td>
            <td role="cell" class="soft" data-label="Device"><Device mac random=session.random_mac/></td>
            <td role="cell" class="num soft nowrap" data-label="Online for"><bdi dir="ltr">{uptime}</bdi></td>
            <td role="cell" class="num nowrap k-down" data-label="Downloaded">{down}</td>
            <td role="cell" class="num nowrap k-up" data-label="Uploaded">{up}</td>
            <td role="cell" data-label="Limit"><Limit limit=session.rate_limit fits=session.matches_package/></td>
            <td role="cell" data-label="Package">{or_quiet(session.package, "not known")}</td>
            <td role="cell" class="c-do">
                {ask.map(|href| view! { <a class="btn danger small" href=href id=id aria-label=label>"Disconnect"</a> })}
            </td>
        </tr>
    }
}

/// The element of the link that asks whether a session shall end. The focus goes back to it.
pub(crate) fn ask_id(session: &str) -> String {
    format!("end-{}", session.trim_start_matches('*'))
}

#[component]
fn Customer(id: Option<String>, name: Option<String>) -> impl IntoView {
    match (name, id) {
        (Some(name), _) => view! { <bdi>{name}</bdi> }.into_any(),
        (None, Some(id)) => view! { <bdi dir="ltr">{id}</bdi> }.into_any(),
        (None, None) => view! { <span class="dot none quiet">"Not ours"</span> }.into_any(),
    }
}

#[component]
fn Device(mac: Option<String>, random: bool) -> impl IntoView {
    view! {
        {ltr_or(mac, "not told")}
        {random.then(|| view! { " " <span class="badge">"random MAC"</span> })}
    }
}

#[component]
fn Limit(limit: Option<String>, fits: Option<bool>) -> impl IntoView {
    let limit = match limit {
        Some(limit) => view! { <bdi dir="ltr" class="mono">{limit}</bdi> }.into_any(),
        None => view! { <span class="quiet">"no limit"</span> }.into_any(),
    };
    view! {
        {limit}
        {(fits == Some(false)).then(|| view! { " " <span class="dot warn">"Differs"</span> })}
    }
}

fn traffic(bytes: Option<u64>) -> AnyView {
    match bytes {
        Some(bytes) => view! { <bdi dir="ltr">{format::bytes(bytes)}</bdi> }.into_any(),
        None => view! { <span class="quiet">"not counted"</span> }.into_any(),
    }
}

/// A value of the router, or in words why there is none.
pub(crate) fn ltr_or(value: Option<String>, none: &'static str) -> AnyView {
    match value {
        Some(value) => view! { <bdi dir="ltr">{value}</bdi> }.into_any(),
        None => view! { <span class="quiet">{none}</span> }.into_any(),
    }
}

/// A word of ours, or in words why there is none.
pub(crate) fn or_quiet(value: Option<String>, none: &'static str) -> AnyView {
    match value {
        Some(value) => view! { <bdi>{value}</bdi> }.into_any(),
        None => view! { <span class="quiet">{none}</span> }.into_any(),
    }
}
