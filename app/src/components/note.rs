//! Something to know: a problem, a warning, good news, and rows that are not there yet.

use domain::wire::{
    Check,
    problem::{Part, Problem},
};
use leptos::prelude::*;

use super::{
    connection_card::CheckList,
    icon::{Glyph, Icon},
};

/// What went wrong, the router's own words, and what to do.
#[component]
pub(crate) fn ProblemNote(
    /// The problem.
    problem: Problem,
    /// Leaves out what another note of the page says already.
    #[prop(optional)]
    brief: bool,
    /// Links and buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let Problem { code, detail, errors, checks, .. } = problem;
    // A part with a pointer repeats the detail: its one member is what is wrong.
    let advice: Vec<_> = errors.into_iter().filter(|part| part.pointer.is_none() && !brief).collect();
    let checks: Vec<Check> = if brief { Vec::new() } else { checks };
    view! {
        <div class="note error" role="alert">
            <Icon glyph=Glyph::Bad/>
            <div class="say">
                <p><b>{code.title()}"."</b> " " {command_in_mono(&detail)}</p>
                {(!advice.is_empty()).then(|| view! { <Advice parts=advice/> })}
                {(!checks.is_empty()).then(|| view! { <CheckList checks/> })}
            </div>
            {children.map(|children| view! { <div class="btns">{children()}</div> })}
        </div>
    }
}

#[component]
fn Advice(parts: Vec<Part>) -> impl IntoView {
    let lines: Vec<_> = parts.iter().map(|part| view! { <li>{command_in_mono(&part.detail)}</li> }).collect();
    view! { <ul class="advice">{lines}</ul> }
}

/// A sentence whose end is a RouterOS command: `Enable it on the router: /ip service enable api`.
pub(crate) fn command_in_mono(text: &str) -> impl IntoView + use<> {
    let (words, command) = match text.split_once(": /") {
        Some((words, command)) => (format!("{words}: "), Some(format!("/{command}"))),
        None => (text.to_owned(), None),
    };
    view! {
        {words}
        {command.map(|command| view! { <bdi class="mono command" dir="ltr">{command}</bdi> })}
    }
}

/// Something that could be better.
#[component]
pub(crate) fn WarningNote(
    /// In words.
    text: String,
) -> impl IntoView {
    view! {
        <div class="note partial">
            <Icon glyph=Glyph::Warn/>
            <div class="say"><p>{command_in_mono(&text)}</p></div>
        </div>
    }
}

/// What was done.
#[component]
pub(crate) fn DoneNote(
    /// In words.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="note done">
            <Icon glyph=Glyph::Done/>
            <p>{children()}</p>
        </div>
    }
}

/// Nothing to show, and why.
#[component]
pub(crate) fn Empty(
    /// Why.
    #[prop(into)]
    title: String,
    /// What to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <h3>{title}</h3>
            {children.map(|children| children())}
        </div>
    }
}

/// Rows that are being read.
#[component]
pub(crate) fn Bones(
    /// What is being read.
    label: &'static str,
) -> impl IntoView {
    let row = || view! { <div class="bones"><span class="bone"></span><span class="bone"></span><span class="bone"></span></div> };
    view! {
        <div role="group" aria-busy="true" aria-label=label>
            {row()}{row()}{row()}
        </div>
    }
}
