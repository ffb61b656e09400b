//! What the router holds of a customer, against what it should.

use domain::wire::{ComparedField, ComparedObject, Comparison, SyncState};
use leptos::prelude::*;

use super::{
    diff_line::{DiffLine, Line, Mark, Value},
    format::counted,
    note::{ProblemNote, WarningNote},
    property_words::{field_word, value_word},
};

/// The state in one word, then every row of the router, property by property.
#[component]
pub(crate) fn ComparisonView(
    /// The comparison.
    comparison: Comparison,
) -> impl IntoView {
    let Comparison { state, problem, objects, as_of } = comparison;
    let (class, word) = state_words(state, &objects);
    let objects: Vec<_> = objects.into_iter().map(|object| view! { <Object object/> }).collect();
    view! {
        <div class="sec-head">
            <h2>"On the router"</h2>
            <span class=class>{word}</span>
            <span class="quiet push nowrap">
                "read " <time datetime=as_of.to_string()><bdi dir="ltr">{as_of.clock()}</bdi></time> " UTC"
            </span>
        </div>
        {problem.map(|problem| view! { <ProblemNote problem/> })}
        {objects}
    }
    .into_any()
}

#[component]
fn Object(object: ComparedObject) -> impl IntoView {
    let ComparedObject { object, name, exists, fields } = object;
    let title = object_word(&object);
    let label = format!("{title} {name}");
    let missing = (!exists).then(|| {
        let text = format!("The router has no {} of that name. A sync makes it.", title.to_lowercase());
        view! { <WarningNote text/> }
    });
    let (right, wrong): (Vec<_>, Vec<_>) = fields.into_iter().partition(|field| field.same == Some(true));
    let lines = |fields: Vec<ComparedField>| {
        let line = |field| view! { <DiffLine line=line(&object, field)/> };
        fields.into_iter().map(line).collect::<Vec<_>>()
    };
    let right = (!right.is_empty()).then(|| {
        let summary = counted(right.len(), "property is as it should be", "properties are as they should be");
        let label = format!("{label}, as it should be");
        view! {
            <details class="kept">
                <summary>{summary}</summary>
                <ul class="diff" aria-label=label>{lines(right)}</ul>
            </details>
        }
    });
    let wrong = (!wrong.is_empty()).then(|| view! { <ul class="diff" aria-label=label.clone()>{lines(wrong)}</ul> });
    view! {
        <h3 class="compared">{title}" "<bdi dir="ltr" class="mono soft">{name}</bdi></h3>
        {missing}
        {wrong}
        {right}
    }
}

/// A property, with what a sync would do to it.
fn line(object: &str, field: ComparedField) -> Line {
    let ComparedField { field, want, have, same } = field;
    let read = |value: Option<String>| Some(value_word(&field, value.filter(|value| !value.is_empty())?));
    let (want, have) = (read(want), read(have));
    let mark = match (same, &want, &have) {
        (Some(true), ..) => Mark::Keep,
        (None, ..) => Mark::Unknown,
        (Some(false), Some(_), None) => Mark::Add,
        (Some(false), None, Some(_)) => Mark::Remove,
        (Some(false), ..) => Mark::Change,
    };
    let value = match mark {
        _ if field == "password" => Value::Said(password_words(mark)),
        Mark::Keep | Mark::Unknown => match have.or(want) {
            None => Value::Said("not set"),
            after => Value::Held { before: None, after },
        },
        Mark::Add | Mark::Change | Mark::Remove => Value::Held { before: have, after: want },
    };
    Line { mark, field: field_word(object, &field), value }
}

fn state_words(state: SyncState, objects: &[ComparedObject]) -> (&'static str, String) {
    match state {
        SyncState::InSync => ("dot calm", "In sync".to_owned()),
        SyncState::Differs => {
            let differing = objects.iter().flat_map(|object| &object.fields).filter(|field| field.same == Some(false));
            ("dot warn", counted(differing.count(), "field differs", "fields differ"))
        }
        SyncState::Missing => ("dot warn", "Missing on the router".to_owned()),
        SyncState::Foreign => ("dot none", "Not ours".to_owned()),
        SyncState::Unknown => ("quiet", "Not known".to_owned()),
    }
}

fn object_word(object: &str) -> &'static str {
    match object {
        "profile" => "Profile",
        "hotspot-user" => "Hotspot user",
        _ => "Account",
    }
}

const fn password_words(mark: Mark) -> &'static str {
    match mark {
        Mark::Keep => "unchanged",
        Mark::Unknown => "cannot be compared",
        Mark::Change | Mark::Add | Mark::Remove => "differs",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(want: Option<&str>, have: Option<&str>, same: Option<bool>) -> ComparedField {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        ComparedField { field: "address".to_owned(), want: owned(want), have: owned(have), same }
    }

    #[test]
    fn a_field_says_what_a_sync_would_do() {
        let (a, b) = (Some("a"), Some("b"));
        let held = |before: Option<&str>, after: Option<&str>| Value::Held {
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        };
        for (field, mark, value) in [
            (field(a, b, Some(false)), Mark::Change, held(b, a)),
            (field(a, None, Some(false)), Mark::Add, held(None, a)),
            (field(a, Some(""), Some(false)), Mark::Add, held(None, a)),
            (field(None, b, Some(false)), Mark::Remove, held(b, None)),
            (field(a, b, Some(true)), Mark::Keep, held(None, b)),
            (field(None, None, Some(true)), Mark::Keep, Value::Said("not set")),
        ] {
            assert_eq!(line("secret", field), Line { mark, field: "Fixed IP".to_owned(), value });
        }
    }

    #[test]
    fn a_password_is_told_without_it() {
        for (same, mark, words) in [
            (Some(false), Mark::Change, "differs"),
            (Some(true), Mark::Keep, "unchanged"),
            (None, Mark::Unknown, "cannot be compared"),
        ] {
            let password = ComparedField { field: "password".to_owned(), ..field(None, None, same) };
            let value = Value::Said(words);
            assert_eq!(line("secret", password), Line { mark, field: "Password".to_owned(), value });
        }
    }

    #[test]
    fn a_difference_is_counted_over_all_objects() {
        let object =
            |fields| ComparedObject { object: "secret".to_owned(), name: "ana".to_owned(), exists: true, fields };
        let differs = || field(Some("a"), Some("b"), Some(false));
        let objects = [object(vec![differs(), field(None, None, None)]), object(vec![differs()])];
        assert_eq!(state_words(SyncState::Differs, &objects).1, "2 fields differ");
        assert_eq!(state_words(SyncState::Differs, &objects[1..]).1, "1 field differs");
    }
}
