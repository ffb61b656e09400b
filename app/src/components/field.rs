//! One field of a form: its label, what is typed, and under it what is wrong or worth knowing.

use leptos::{either::Either, prelude::*};

use crate::draft::{Entry, Faults, field_id};

/// A line of text.
#[component]
pub(crate) fn TextField(
    /// What is typed.
    entry: Entry,
    /// What is wrong with the form.
    faults: Faults,
    /// Its name.
    label: &'static str,
    /// The kind of input.
    #[prop(default = "text")]
    kind: &'static str,
    /// The keyboard of a telephone.
    #[prop(optional)]
    keyboard: Option<&'static str>,
    /// The unit behind a figure.
    #[prop(optional)]
    unit: Option<&'static str>,
    /// What it stands for while nothing is typed.
    #[prop(optional)]
    placeholder: Option<&'static str>,
    /// What is worth knowing.
    #[prop(optional)]
    hint: &'static str,
    /// Whether it has to be filled in.
    #[prop(optional)]
    required: bool,
    /// Whether it takes a whole line of the form.
    #[prop(optional)]
    full: bool,
) -> impl IntoView {
    let id = field_id(entry.pointer);
    let fault = Memo::new(move |_| faults.of(entry));
    let wrong = move || fault.with(Option::is_some);
    view! {
        <Framed id=id.clone() label fault hint full>
            <span class="input">
                <input
                    id=id.clone() type=kind inputmode=keyboard autocomplete="off" autocapitalize="none"
                    spellcheck="false" placeholder=placeholder
                    aria-required=required.then_some("true")
                    aria-invalid=move || wrong().then_some("true")
                    aria-describedby=move || described_by(&id, wrong(), hint)
                    value=entry.text.get_untracked()
                    prop:value=move || entry.text.get()
                    on:input:target=move |event| {
                        entry.text.set(event.target().value());
                        faults.forget(entry);
                    }
                    on:blur=move |_| entry.left.set(true)
                />
                {unit.map(|unit| view! { <span class="unit" aria-hidden="true">{unit}</span> })}
            </span>
        </Framed>
    }
    .into_any()
}

/// A password: hidden, until somebody wants to see what they type.
#[component]
pub(crate) fn PasswordField(
    /// What is typed.
    entry: Entry,
    /// What is wrong with the form.
    faults: Faults,
    /// Its name.
    label: &'static str,
    /// What is worth knowing.
    hint: &'static str,
) -> impl IntoView {
    let id = field_id(entry.pointer);
    let (field, shown) = (id.clone(), RwSignal::new(false));
    let fault = Memo::new(move |_| faults.of(entry));
    let wrong = move || fault.with(Option::is_some);
    let kind = move || if shown.get() { "text" } else { "password" };
    view! {
        <Framed id=id.clone() label fault hint>
            <span class="input">
                <input
                    id=id.clone() type=kind autocomplete="new-password" autocapitalize="none" spellcheck="false"
                    aria-invalid=move || wrong().then_some("true")
                    aria-describedby=move || described_by(&id, wrong(), hint)
                    prop:value=move || entry.text.get()
                    on:input:target=move |event| {
                        entry.text.set(event.target().value());
                        faults.forget(entry);
                    }
                    on:blur=move |_| entry.left.set(true)
                />
                <button
                    type="button" class="reveal" aria-label="Show the password" aria-controls=field
                    aria-pressed=move || shown.get().to_string()
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    "Show"
                </button>
            </span>
        </Framed>
    }
    .into_any()
}

/// Several lines of text.
#[component]
pub(crate) fn TextArea(
    /// What is typed.
    entry: Entry,
    /// What is wrong with the form.
    faults: Faults,
    /// Its name.
    label: &'static str,
) -> impl IntoView {
    let id = field_id(entry.pointer);
    let fault = Memo::new(move |_| faults.of(entry));
    let wrong = move || fault.with(Option::is_some);
    view! {
        <Framed id=id.clone() label fault hint="" full=true>
            <span class="input">
                <textarea
                    id=id.clone() rows="3"
                    aria-invalid=move || wrong().then_some("true")
                    aria-describedby=move || described_by(&id, wrong(), "")
                    prop:value=move || entry.text.get()
                    on:input:target=move |event| {
                        entry.text.set(event.target().value());
                        faults.forget(entry);
                    }
                    on:blur=move |_| entry.left.set(true)
                >
                    {entry.text.get_untracked()}
                </textarea>
            </span>
        </Framed>
    }
    .into_any()
}

/// One of several words.
#[component]
pub(crate) fn SelectField(
    /// What is chosen.
    entry: Entry,
    /// What is wrong with the form.
    faults: Faults,
    /// Its name.
    label: &'static str,
    /// Values with the words for them.
    options: Vec<(String, String)>,
    /// What is worth knowing.
    #[prop(optional)]
    hint: &'static str,
    /// Whether one has to be chosen.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let id = field_id(entry.pointer);
    let fault = Memo::new(move |_| faults.of(entry));
    let wrong = move || fault.with(Option::is_some);
    let options: Vec<_> = options
        .into_iter()
        .map(|(value, word)| {
            let chosen = entry.text.with_untracked(|text| *text == value);
            view! { <option value=value selected=chosen>{word}</option> }
        })
        .collect();
    view! {
        <Framed id=id.clone() label fault hint>
            <span class="input">
                <select
                    id=id.clone()
                    aria-required=required.then_some("true")
                    aria-invalid=move || wrong().then_some("true")
                    aria-describedby=move || described_by(&id, wrong(), hint)
                    prop:value=move || entry.text.get()
                    on:change:target=move |event| {
                        entry.text.set(event.target().value());
                        faults.forget(entry);
                    }
                    on:blur=move |_| entry.left.set(true)
                >
                    {options}
                </select>
            </span>
        </Framed>
    }
    .into_any()
}

/// On or off.
#[component]
pub(crate) fn Switch(
    /// Whether it is on.
    on: RwSignal<bool>,
    /// What it switches.
    label: &'static str,
) -> impl IntoView {
    view! {
        <label class="switch-line full">
            <input
                class="toggle" type="checkbox" role="switch" checked=on.get_untracked()
                prop:checked=move || on.get()
                on:change:target=move |event| on.set(event.target().checked())
            />
            {label}
        </label>
    }
}

#[component]
fn Framed(
    id: String,
    label: &'static str,
    fault: Memo<Option<String>>,
    hint: &'static str,
    #[prop(optional)] full: bool,
    children: Children,
) -> impl IntoView {
    let below = format!("{id}-says");
    let class = if full { "field full" } else { "field" };
    let says = move || match fault.get() {
        Some(detail) => Either::Left(detail),
        None => Either::Right(hint),
    };
    view! {
        <div class=class data-state=move || fault.with(Option::is_some).then_some("bad")>
            <label for=id>{label}</label>
            {children()}
            <p class="hint" id=below>{says}</p>
        </div>
    }
}

fn described_by(id: &str, wrong: bool, hint: &str) -> Option<String> {
    (wrong || !hint.is_empty()).then(|| format!("{id}-says"))
}
