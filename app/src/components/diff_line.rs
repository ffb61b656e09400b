//! One property of a row on the router: what it is in plain words, and what becomes of it.

use leptos::prelude::*;

/// What becomes of a property: a sign, never without its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It is not there yet.
    Add,
    /// It is another.
    Change,
    /// It goes.
    Remove,
    /// It stays.
    Keep,
    /// Nobody can tell.
    Unknown,
}

impl Mark {
    /// Its sign and its word.
    pub(super) const fn shown(self) -> (&'static str, &'static str) {
        match self {
            Self::Add => ("+", "add"),
            Self::Change => ("~", "change"),
            Self::Remove => ("−", "remove"),
            Self::Keep => ("=", "keep"),
            Self::Unknown => ("?", "unknown"),
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Change => "chg",
            Self::Remove => "del",
            Self::Keep | Self::Unknown => "same",
        }
    }
}

/// What a property holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Words in place of a value that is not shown.
    Said(&'static str),
    /// What the router holds, and what it holds then.
    Held {
        /// Nothing where it is not set, or stays.
        before: Option<String>,
        /// Nothing where it goes.
        after: Option<String>,
    },
}

/// One property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// What becomes of it.
    pub(crate) mark: Mark,
    /// What it is, in plain words.
    pub(crate) field: String,
    /// What it holds.
    pub(crate) value: Value,
}

/// A line of a list.
#[component]
pub(crate) fn DiffLine(
    /// It.
    line: Line,
) -> impl IntoView {
    let Line { mark, field, value } = line;
    let (sign, word) = mark.shown();
    view! {
        <li class=mark.class()>
            <span class="sym" aria-hidden="true">{sign}</span>
            <span class="word">{word}</span>
            <span class="f">{field}</span>
            <span><Values value/></span>
        </li>
    }
}

/// What is held, and what is held then.
#[component]
pub(crate) fn Values(
    /// It.
    value: Value,
) -> impl IntoView {
    match value {
        Value::Said(words) => view! { <span class="quiet">{words}</span> }.into_any(),
        Value::Held { before, after } => {
            let becomes = (before.is_some() && after.is_some()).then(|| {
                view! { <span class="arrow" aria-hidden="true">"→"</span><span class="vh">" becomes "</span><wbr/> }
            });
            let before = before.map(|before| {
                view! { <del class="was"><bdi dir="ltr" class="mono">{before}</bdi></del> }
            });
            let after = after.map(|after| view! { <bdi dir="ltr" class="mono">{after}</bdi> });
            view! { {before}{becomes}{after} }.into_any()
        }
    }
}
