//! Drawings, all on one 16 by 16 grid.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Glyph {
    /// Who is online.
    Live,
    /// Light and dark.
    Theme,
    /// Find.
    Search,
    /// Fine.
    Check,
    /// Look here.
    Warn,
    /// It failed.
    Bad,
    /// Done.
    Done,
    /// Leave.
    Leave,
    /// Stop moving.
    Pause,
    /// Go on.
    Play,
    /// Who was online.
    History,
    /// Customers.
    People,
    /// Packages.
    Package,
    /// Take a copy.
    Copy,
    /// Close.
    Close,
}

impl Glyph {
    const fn path(self) -> &'static str {
        match self {
            Self::Live => "M2 8h2.5l1.5-4 3 8 1.75-4H14",
            Self::Theme => "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11Zm0 0v11m1.75-10.7v9.9m1.75-8.6v7.3",
            Self::Search => "M2.75 7a4.25 4.25 0 1 0 8.5 0a4.25 4.25 0 0 0-8.5 0m7.5 3.25 3.25 3.25",
            Self::Check => "m3.5 8.5 3 3 6-7",
            Self::Warn => "M8 2.5 14 13H2L8 2.5Zm0 4V9.5m0 2v.01",
            Self::Bad => "M2.25 8a5.75 5.75 0 1 0 11.5 0a5.75 5.75 0 0 0-11.5 0M6 6l4 4m0-4-4 4",
            Self::Done => "M2.25 8a5.75 5.75 0 1 0 11.5 0a5.75 5.75 0 0 0-11.5 0m3.25.25 1.75 1.75 3.25-3.75",
            Self::Pause => "M5.5 3.5v9m5-9v9",
            Self::Play => "M5 3.25v9.5L12.5 8 5 3.25Z",
            Self::History => "M2.5 8a5.5 5.5 0 1 0 1.75-4M2.5 2.75v2.5H5M8 5v3.25l2.25 1.5",
            Self::People => {
                "M3.75 5.5a2.25 2.25 0 1 0 4.5 0a2.25 2.25 0 0 0-4.5 0M2 13c.25-2.5 1.75-3.75 4-3.75S9.75 10.5 10 13\
                 m.75-9.5a2.1 2.1 0 0 1 0 4m1 2c1.4.4 2.1 1.6 2.25 3.5"
            }
            Self::Package => "M2.5 5 8 2.25 13.5 5v6L8 13.75 2.5 11V5Zm0 0L8 7.75m0 0L13.5 5M8 7.75v6",
            Self::Copy => {
                "M7 5.5h5A1.5 1.5 0 0 1 13.5 7v5a1.5 1.5 0 0 1-1.5 1.5H7A1.5 1.5 0 0 1 5.5 12V7A1.5 1.5 0 0 1 7 5.5Z\
                 m3.5 0v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2"
            }
            Self::Close => "m4 4 8 8m0-8-8 8",
            Self::Leave => "M6.5 2.75h-3v10.5h3M7 8h6.5m-2.5-2.75L13.5 8 11 10.75",
        }
    }
}

/// An icon beside its word. Readers skip it.
#[component]
pub(crate) fn Icon(glyph: Glyph) -> impl IntoView {
    view! {
        <svg class="ic" viewBox="0 0 16 16" aria-hidden="true">
            <path d=glyph.path()></path>
        </svg>
    }
}

/// The mark of the product: download above the line, upload below it.
#[component]
pub(crate) fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 20 20" aria-hidden="true">
            <path class="line" d="M1 11h18"></path>
            <path class="down" d="M2.5 9V6.5M6.25 9V2.5M10 9V5M13.75 9V3.5M17.5 9V7"></path>
            <path class="up" d="M2.5 13.2v.8M6.25 13.2v3.3M10 13.2V15M13.75 13.2v2.3M17.5 13.2v.6"></path>
        </svg>
    }
}
