//! How true what is shown is: live, paused, reconnecting, or old, and since when.

use domain::{session::RouterState, timestamp::Timestamp};
use leptos::prelude::*;

use super::{
    icon::{Glyph, Icon},
    note::{DoneNote, WarningNote},
};
use crate::live::{Freshness, Live};

/// In the bar: a word, the time of the figures, and the button that stops all movement.
#[component]
pub(crate) fn AsOf(live: Live) -> impl IntoView {
    let word = move || match live.freshness() {
        Freshness::Still => view! { <span class="opt">"As of"</span> }.into_any(),
        Freshness::Live => view! { <Icon glyph=Glyph::Live/><span class="opt">"Live, as of"</span> }.into_any(),
        Freshness::Paused => view! { <Icon glyph=Glyph::Pause/><span>"Paused at"</span> }.into_any(),
        Freshness::Reconnecting => view! { <span class="dot busy">"Reconnecting, as of"</span> }.into_any(),
        Freshness::Stale => view! { <span class="dot warn">"Stale since"</span> }.into_any(),
    };
    let time = move || live.as_of().map(|at| view! { <Time at/> });
    let label = move || if live.is_paused() { "Go on" } else { "Pause" };
    view! {
        <span class="asof" role="status">{word}" "{time}</span>
        <button
            type="button" class="btn bare icon" aria-label=label title=label
            aria-pressed=move || live.is_paused().to_string()
            on:click=move |_| live.toggle_pause()
        >
            {move || view! { <Icon glyph=if live.is_paused() { Glyph::Play } else { Glyph::Pause }/> }}
        </button>
    }
}

/// On the page: what happened to the router, and that it is tried again.
#[component]
pub(crate) fn RouterNews(live: Live) -> impl IntoView {
    let news = move || {
        let status = live.status.get()?;
        let as_of = live.as_of();
        match (status.state, status.detail) {
            (RouterState::Up, None) => None,
            (RouterState::Up, Some(detail)) => Some(view! { <DoneNote>{detail}</DoneNote> }.into_any()),
            (RouterState::Down, why) => {
                let shown = as_of.map(|at| format!(" What you see is from {} UTC.", at.clock())).unwrap_or_default();
                let why = why.map(|why| format!(" {why}")).unwrap_or_default();
                let text = format!(
                    "The router has not answered since {} UTC; it is tried again by itself.{shown}{why}",
                    status.since.clock()
                );
                Some(view! { <WarningNote text/> }.into_any())
            }
            (RouterState::IdentityChanged, why) => {
                let why = why.unwrap_or_else(|| "The router shows another key than the pinned one.".to_owned());
                Some(view! { <WarningNote text=why/> }.into_any())
            }
        }
    };
    view! { <div class="notes" role="status">{news}</div> }
}

#[component]
fn Time(at: Timestamp) -> impl IntoView {
    view! {
        <time datetime=at.to_string()><bdi dir="ltr">{at.clock()}</bdi></time>
        <span class="quiet opt">" UTC"</span>
    }
}
