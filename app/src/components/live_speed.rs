//! A customer's speed now, against what they bought.

use domain::{
    customer::ServiceType,
    session::Session,
    wire::{CustomerRecord, PackageRecord},
};
use leptos::prelude::*;

use super::{
    format,
    session_table::{limit_of, speed},
    spark::{Mirror, ON_THE_CARD, Size},
    speed::{LoadBar, Speed, Way},
};
use crate::live::Live;

/// Who a session belongs to: by the marker of the account, else by name.
pub(crate) fn is_of(session: &Session, customer: &CustomerRecord) -> bool {
    match &session.customer_id {
        Some(id) => *id == customer.id,
        None => session.username == customer.pppoe_username && session.service_type == customer.service_type,
    }
}

/// The key of a customer's session; the longest where they have several.
pub(crate) fn session_of(live: Live, customer: &CustomerRecord) -> Memo<Option<String>> {
    let customer = customer.clone();
    Memo::new(move |_| {
        live.of_all(|sessions| {
            let theirs = sessions.iter().filter(|session| is_of(session, &customer));
            theirs.min_by_key(|session| session.started_at).map(|session| session.key.clone())
        })
    })
}

/// Online or not, and since when.
#[component]
pub(crate) fn OnlineSince(
    /// Who is online.
    live: Live,
    /// Their session.
    session: Memo<Option<String>>,
) -> impl IntoView {
    move || {
        let uptime = session.get().and_then(|key| live.of_session(&key, |session| format::span(live.uptime(session))));
        match uptime {
            Some(uptime) => {
                view! { <span class="dot ok big">"Online for "<bdi dir="ltr">{uptime}</bdi></span> }.into_any()
            }
            None => view! { <span class="dot off big">"Offline"</span> }.into_any(),
        }
    }
}

/// Download and upload now, and in the last two minutes.
#[component]
pub(crate) fn LiveSpeed(
    /// Who is online.
    live: Live,
    /// Their session.
    session: Memo<Option<String>>,
    /// Whose.
    customer: CustomerRecord,
    /// What they bought.
    package: Option<PackageRecord>,
) -> impl IntoView {
    let is_online = Memo::new(move |_| session.get().is_some());
    let offline = offline(&customer, package.as_ref());
    move || {
        if is_online.get() {
            view! { <Now live session/> }.into_any()
        } else {
            view! { <section class="pad live"><p class="soft">{offline.clone()}</p></section> }.into_any()
        }
    }
}

fn offline(customer: &CustomerRecord, package: Option<&PackageRecord>) -> String {
    let name = &customer.name;
    match (customer.status.enabled(), package) {
        (false, _) => format!("{name} is not online and cannot be: the status is {}.", customer.status.name()),
        (true, None) => format!("{name} is not online. The package {} does not exist.", customer.service_package),
        (true, Some(_)) => match customer.service_type {
            ServiceType::Pppoe => {
                format!("{name} is not online. The device dials in by itself once it has power and line.")
            }
            ServiceType::Hotspot => format!("{name} is not online. They sign in at the hotspot when they want to be."),
        },
    }
}

#[component]
fn Now(live: Live, session: Memo<Option<String>>) -> impl IntoView {
    let now = move |way| {
        Memo::new(move |_| {
            session.get().and_then(|key| live.of_traffic(&key, |session, _| speed(session, way))).unwrap_or_default()
        })
    };
    let (down, up) = (now(Way::Down), now(Way::Up));
    let carried = move || {
        let key = session.get()?;
        live.of_traffic(&key, |session, _| {
            let bytes = |bytes: Option<u64>| bytes.map_or_else(|| "an unknown amount".to_owned(), format::bytes);
            format!("This visit: {} down, {} up.", bytes(session.bytes_down), bytes(session.bytes_up))
        })
    };
    let verdict = move || {
        let (class, word, text) = verdict(down.get(), up.get());
        view! { <span class=class>{word}</span><span class="soft">{text}" "{carried}</span> }
    };
    view! {
        <section class="pad live">
            <div class="now">
                <Figure speed=down way=Way::Down/>
                <Figure speed=up way=Way::Up/>
                <p class="verdict">{verdict}</p>
            </div>
            <Visit live session/>
        </section>
    }
}

fn verdict(down: Speed, up: Speed) -> (&'static str, &'static str, &'static str) {
    match (down.bps, down.is_at_limit() || up.is_at_limit(), down.sold) {
        (None, _, _) => ("badge", "Counting", "Two countings make a speed: a few seconds."),
        (Some(_), true, _) => ("badge warn", "At limit", "The line is full, not broken. A larger package would help."),
        (Some(_), false, Some(_)) => ("badge", "Below limit", "The line has room."),
        (Some(_), false, None) => ("badge", "No limit", "This session has no queue on the router."),
    }
}

#[component]
fn Figure(speed: Memo<Speed>, way: Way) -> impl IntoView {
    let (swatch, label) = match way {
        Way::Down => ("sw", "Download now"),
        Way::Up => ("sw up", "Upload now"),
    };
    let figure = move || {
        let Speed { bps, sold } = speed.get();
        let of = sold.map(|sold| {
            let (number, unit) = format::rate(sold);
            format!("of {number} {unit}")
        });
        let (number, unit) = bps.map_or_else(|| ("…".to_owned(), ""), format::rate);
        view! { <bdi dir="ltr">{number}" "<small>{unit}" "{of}</small></bdi> }
    };
    view! {
        <dl>
            <dt><i class=swatch></i>{label}</dt>
            <dd>{figure}</dd>
            <dd class="aux">{move || speed.get().percent().map(|percent| view! { <LoadBar percent way/> })}</dd>
        </dl>
    }
}

/// The last two minutes as a mirror, with the limit as a dashed line.
#[component]
fn Visit(live: Live, session: Memo<Option<String>>) -> impl IntoView {
    let drawn = Memo::new(move |_| {
        let key = session.get()?;
        live.of_traffic(&key, |session, history| {
            let limit = limit_of(session).map(|limit| (limit.down_bps, limit.up_bps));
            let full = limit.or(history.map(crate::live::History::peak)).unwrap_or_default();
            let mirror = history.map(|history| Mirror::of(history, full, ON_THE_CARD)).unwrap_or_default();
            (mirror, limit)
        })
    });
    let Size { width, above, below } = ON_THE_CARD;
    let part = move |of: fn(&Mirror) -> &str| {
        move || drawn.with(|drawn| drawn.as_ref().map(|(mirror, _)| of(mirror).to_owned()))
    };
    let limit = move || drawn.with(|drawn| drawn.as_ref().and_then(|(_, limit)| *limit));
    let words = |bps| {
        let (number, unit) = format::rate(bps);
        format!("limit {number} {unit}")
    };
    let bottom = above + below - 1;
    let label = move || match limit() {
        Some((down, up)) => format!(
            "Download above and upload below the line, in the last two minutes; {} down, {} up.",
            words(down),
            words(up)
        ),
        None => "Download above and upload below the line, in the last two minutes.".to_owned(),
    };
    view! {
        <figure class="visit">
            <figcaption class="label">"Last 2 minutes"</figcaption>
            <div class="plot">
                <div class="ylab" aria-hidden="true">
                    {move || limit().map(|(down, up)| view! {
                        <span class="lt nowrap at-top">"limit "{format::rate(down).0}</span>
                        <span class="lt nowrap at-bottom">"limit "{format::rate(up).0}</span>
                    })}
                    <span class="at-axis">"0"</span>
                </div>
                <svg
                    class="chart mirror" viewBox=format!("0 0 {width} {}", above + below) preserveAspectRatio="none"
                    role="img" aria-label=label
                >
                    <path class="df" d=part(Mirror::down_fill)></path>
                    <path class="uf" d=part(Mirror::up_fill)></path>
                    <path class="ax" d=format!("M0 {above}H{width}")></path>
                    <path class="dl" d=part(Mirror::down_line)></path>
                    <path class="ul" d=part(Mirror::up_line)></path>
                    {move || limit().map(|_| view! {
                        <path class="lim" d=format!("M0 1H{width}M0 {bottom}H{width}")></path>
                    })}
                </svg>
            </div>
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_line_is_told_from_one_with_room_and_from_one_not_counted() {
        let speed = |bps| Speed { bps, sold: Some(10_000_000) };
        assert_eq!(verdict(speed(None), speed(None)).1, "Counting");
        assert_eq!(verdict(speed(Some(10_000_000)), speed(Some(0))).1, "At limit");
        assert_eq!(verdict(speed(Some(1_000_000)), speed(Some(9_900_000))).1, "At limit");
        assert_eq!(verdict(speed(Some(1_000_000)), speed(Some(0))).1, "Below limit");
        let unlimited = Speed { bps: Some(5), sold: None };
        assert_eq!(verdict(unlimited, unlimited).1, "No limit");
    }
}
