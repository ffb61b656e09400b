//! Who is online: thousands of rows, of which those are drawn that can be seen.

use std::collections::HashMap;

use domain::{
    rate_limit::{RateLimit, Rates},
    session::Session,
};
use leptos::{html, prelude::*};

use super::{
    format,
    frame::Scrolled,
    note::Empty,
    spark::{IN_A_ROW, Mirror, Spark},
    speed::{Speed, SpeedCell, Way},
};
use crate::live::Live;

/// Rows that a page begins with, before the browser knows how many fit.
pub(crate) const AT_FIRST: usize = 100;
/// Rows drawn above and below what can be seen, so that scrolling shows no gap.
const SPARE: usize = 10;

/// Everybody who is online and matches.
#[component]
pub(crate) fn SessionTable(
    /// Who is online.
    live: Live,
    /// The keys of those that match, in their order.
    #[prop(into)]
    shown: Signal<Vec<String>>,
    /// Where it is asked whether a session shall end; nothing where the operator may not.
    ask: Callback<Session, Option<String>>,
    /// Where the customer of a session is shown; nothing where we do not keep them.
    card: Callback<Session, Option<String>>,
    /// What to say where there is nobody.
    #[prop(into)]
    nobody: ViewFn,
) -> impl IntoView {
    let found = Memo::new(move |_| shown.with(Vec::len));
    // Where each row stands, for readers: it changes as others come and go.
    let places = Memo::new(move |_| {
        shown.with(|keys| keys.iter().enumerate().map(|(at, key)| (key.clone(), at)).collect::<HashMap<_, _>>())
    });
    let part = Part::new(found);
    let drawn = move || {
        let (first, count) = part.range.get();
        shown.with(|keys| keys.iter().skip(first).take(count).cloned().collect::<Vec<_>>())
    };
    view! {
        <div class="rows" hidden=move || found.get() == 0>
            <div
                class="grid flow sessions" role="table" aria-label="Sessions"
                aria-rowcount=move || found.get() + 1 aria-colcount=COLUMNS.len()
            >
                <SessionHead/>
                <div class="tbody" role="rowgroup" node_ref=part.body>
                    <div class="space" node_ref=part.above></div>
                    <For each=drawn key=Clone::clone let:key>
                        <SessionRow live key ask card places/>
                    </For>
                    <div class="space" node_ref=part.below></div>
                </div>
            </div>
        </div>
        {move || (found.get() == 0).then(|| nobody.run())}
    }
}

/// Nobody is there, or nobody matches.
#[component]
pub(crate) fn Nobody(
    /// In words.
    title: String,
    /// What to do about it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    match children {
        Some(children) => view! { <Empty title>{children()}</Empty> }.into_any(),
        None => view! { <Empty title/> }.into_any(),
    }
}

/// The part of the list that is drawn, and the empty space that stands for the rest.
#[derive(Clone, Copy)]
struct Part {
    range: RwSignal<(usize, usize)>,
    body: NodeRef<html::Div>,
    above: NodeRef<html::Div>,
    below: NodeRef<html::Div>,
}

impl Part {
    fn new(found: Memo<usize>) -> Self {
        let part = Self {
            range: RwSignal::new((0, AT_FIRST)),
            body: NodeRef::new(),
            above: NodeRef::new(),
            below: NodeRef::new(),
        };
        let scrolled = use_context::<Scrolled>();
        // Runs in the browser only.
        Effect::new(move |_| {
            if let Some(Scrolled(scrolled)) = scrolled {
                scrolled.track();
            }
            part.fit(found.get());
        });
        part
    }

    /// Draws what can be seen of so many rows.
    fn fit(self, rows: usize) {
        let (Some(body), Some(above), Some(below)) = (self.body.get(), self.above.get(), self.below.get()) else {
            return;
        };
        let (first, count) = self.range.get_untracked();
        let drawn = rows.saturating_sub(first).min(count);
        let spaces = above.offset_height() + below.offset_height();
        let height = f64::from(body.offset_height() - spaces);
        if drawn == 0 || height <= 0.0 {
            self.range.set((0, AT_FIRST));
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "a list is shorter than 2^52 rows")]
        let row = height / drawn as f64;
        let hidden = (-body.get_bounding_client_rect().top()).max(0.0);
        let window = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(1000.0);
        let first = whole(hidden / row).saturating_sub(SPARE).min(rows.saturating_sub(1));
        let count = whole(window / row) + 2 * SPARE;
        let after = rows.saturating_sub(first + count);
        space(&above, first, row);
        space(&below, after, row);
        if (first, count) != self.range.get_untracked() {
            self.range.set((first, count));
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels are few and not negative here")]
fn whole(number: f64) -> usize {
    number as usize
}

fn space(element: &web_sys::HtmlDivElement, rows: usize, row: f64) {
    #[expect(clippy::cast_precision_loss, reason = "a list is shorter than 2^52 rows")]
    let height = rows as f64 * row;
    let _ = web_sys::HtmlElement::style(element).set_property("block-size", &format!("{height:.0}px"));
}

const COLUMNS: [(&str, &str); 10] = [
    ("State", "c-state"),
    ("Customer", "c-name"),
    ("Username", "c-user"),
    ("IP address", "c-ip"),
    ("Online for", "c-time num"),
    ("Download", "c-down num"),
    ("Upload", "c-upl num"),
    ("Last 2 minutes", "c-spark"),
    ("Package", "c-pkg"),
    ("Actions", "c-menu"),
];

#[component]
fn SessionHead() -> impl IntoView {
    let cells = COLUMNS.map(|(name, class)| match name {
        "Actions" => view! { <span role="columnheader" class=class><span class="vh">{name}</span></span> }.into_any(),
        name => view! { <span role="columnheader" class=class>{name}</span> }.into_any(),
    });
    view! {
        <div class="thead" role="rowgroup">
            <div class="tr" role="row" aria-rowindex="1">{cells.into_iter().collect_view()}</div>
        </div>
    }
}

#[component]
fn SessionRow(
    live: Live,
    key: String,
    ask: Callback<Session, Option<String>>,
    card: Callback<Session, Option<String>>,
    places: Memo<HashMap<String, usize>>,
) -> impl IntoView {
    let key = StoredValue::new(key);
    let session = Memo::new(move |_| key.with_value(|key| live.of_session(key, Clone::clone)));
    let speed = move |way| {
        Memo::new(move |_| {
            key.with_value(|key| live.of_traffic(key, |session, _| speed(session, way))).unwrap_or_default()
        })
    };
    let (down, up) = (speed(Way::Down), speed(Way::Up));
    let mirror = Memo::new(move |_| {
        let draw = |session: &Session, history: Option<&_>| history.map(|history| mirror(session, history));
        key.with_value(|key| live.of_traffic(key, draw)).flatten().unwrap_or_default()
    });
    let at_limit = Memo::new(move |_| down.get().is_at_limit() || up.get().is_at_limit());
    // The head is the first row.
    let place = move || key.with_value(|key| places.with(|places| places.get(key).map(|at| at + 2)));
    let uptime = move || session.with(|session| session.as_ref().map(|session| format::span(live.uptime(session))));
    move || {
        let session = session.get()?;
        let (end, card) = (ask.run(session.clone()), card.run(session.clone()));
        let label = format!("Disconnect {}", session.username);
        let id = ask_id(&session.key);
        Some(view! {
            <div class="tr" role="row" aria-rowindex=place>
                <span role="cell" class="c-state"><span class="dot ok">"Online"</span></span>
                <span role="rowheader" class="c-name name cut">
                    <Customer id=session.customer_id name=session.customer_name card/>
                </span>
                <span role="cell" class="c-user soft cut"><bdi dir="ltr">{session.username}</bdi></span>
                <span role="cell" class="c-ip soft">{ltr_or(session.address, "none")}</span>
                <span role="cell" class="c-time num soft"><bdi dir="ltr">{uptime}</bdi></span>
                <span role="cell" class="c-down num" data-l="Download"><SpeedCell speed=down way=Way::Down/></span>
                <span role="cell" class="c-upl num" data-l="Upload"><SpeedCell speed=up way=Way::Up/></span>
                <span role="cell" class="c-spark"><Spark mirror size=IN_A_ROW/></span>
                <span role="cell" class="c-pkg cut">
                    {or_quiet(session.package, "not known")}
                    {move || at_limit.get().then(|| view! { " " <span class="badge warn">"at limit"</span> })}
                    {(session.matches_package == Some(false)).then(|| view! {
                        " " <span class="dot warn" title=session.rate_limit.clone()>"Differs"</span>
                    })}
                </span>
                <span role="cell" class="c-menu">
                    {end.map(|href| view! {
                        <a class="btn danger small" href=href id=id aria-label=label>"Disconnect"</a>
                    })}
                </span>
            </div>
        })
    }
}

/// What a session may carry at most, as its own queue says.
pub(crate) fn limit_of(session: &Session) -> Option<Rates> {
    session.rate_limit.as_ref()?.parse::<RateLimit>().ok().map(|limit| limit.rates)
}

/// What a session carries one way.
pub(crate) fn speed(session: &Session, way: Way) -> Speed {
    let limit = limit_of(session);
    match way {
        Way::Down => Speed { bps: session.rate_down_bps, sold: limit.map(|limit| limit.down_bps) },
        Way::Up => Speed { bps: session.rate_up_bps, sold: limit.map(|limit| limit.up_bps) },
    }
}

/// The full height is what was sold, so that a flat top means that the line is full.
fn mirror(session: &Session, history: &crate::live::History) -> Mirror {
    let full = limit_of(session).map_or_else(|| history.peak(), |limit| (limit.down_bps, limit.up_bps));
    Mirror::of(history, full, IN_A_ROW)
}

/// The element of the link that asks whether a session shall end. The focus goes back to it.
pub(crate) fn ask_id(key: &str) -> String {
    let plain: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("end-{plain}")
}

#[component]
fn Customer(id: Option<String>, name: Option<String>, card: Option<String>) -> impl IntoView {
    match (name, id, card) {
        (Some(name), _, Some(href)) => view! { <a href=href><bdi>{name}</bdi></a> }.into_any(),
        (Some(name), _, None) => view! { <bdi>{name}</bdi> }.into_any(),
        (None, Some(id), _) => view! { <bdi dir="ltr">{id}</bdi> }.into_any(),
        (None, None, _) => view! { <span class="dot none quiet">"Not ours"</span> }.into_any(),
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
