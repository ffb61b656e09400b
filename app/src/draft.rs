//! What is typed into a form: each field, what is wrong with it, and the body that all of them become.

pub(crate) mod customer; // the fields of a customer
mod number; // figures as people type them
pub(crate) mod package; // the fields of a package

use domain::wire::problem::{Code, Part, Problem};
use leptos::{prelude::*, wasm_bindgen::JsCast};

/// One field: what is typed, and whether somebody has been there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// JSON pointer to the member it becomes.
    pub(crate) pointer: &'static str,
    /// What is typed.
    pub(crate) text: RwSignal<String>,
    /// Whether somebody has left it.
    pub(crate) left: RwSignal<bool>,
}

impl Entry {
    /// A field with what is known.
    fn new(pointer: &'static str, text: impl Into<String>) -> Self {
        Self { pointer, text: RwSignal::new(text.into()), left: RwSignal::new(false) }
    }

    /// What is typed, without blanks around it.
    fn read(self) -> String {
        self.text.with(|text| text.trim().to_owned())
    }

    /// The same, where something is typed.
    fn some(self) -> Option<String> {
        Some(self.read()).filter(|text| !text.is_empty())
    }

    /// A text that is cleared when nothing is typed where there was one; else it is left to the router.
    fn some_or_cleared(self, before: Option<&String>) -> Option<String> {
        self.some().or_else(|| before.map(|_| String::new()))
    }
}

/// What is wrong with a form: by our rules as one types, and as the server said last.
#[derive(Clone, Copy)]
pub(crate) struct Faults {
    by_rules: Memo<Vec<Part>>,
    by_server: RwSignal<Vec<Part>>,
    all: RwSignal<bool>,
}

impl Faults {
    /// Faults by these rules, none of them shown yet.
    pub(crate) fn new(rules: impl Fn() -> Vec<Part> + Send + Sync + 'static) -> Self {
        Self { by_rules: Memo::new(move |_| rules()), by_server: RwSignal::new(Vec::new()), all: RwSignal::new(false) }
    }

    /// What is wrong with a field, once it is time to say so.
    pub(crate) fn of(self, entry: Entry) -> Option<String> {
        let here = |parts: &Vec<Part>| at(parts, entry.pointer).map(|part| part.detail.clone());
        let by_server = self.by_server.with(here);
        if self.all.get() || entry.left.get() { by_server.or_else(|| self.by_rules.with(here)) } else { by_server }
    }

    /// What the server said of a field is past once something else is typed there.
    pub(crate) fn forget(self, entry: Entry) {
        if self.by_server.with_untracked(|parts| at(parts, entry.pointer).is_some()) {
            self.by_server.update(|parts| parts.retain(|part| part.pointer.as_deref() != Some(entry.pointer)));
        }
    }

    /// Shows all of them and goes to the first. Whether there was none.
    pub(crate) fn pass(self) -> bool {
        self.all.set(true);
        self.by_server.set(Vec::new());
        let none = self.by_rules.with(Vec::is_empty);
        if !none {
            focus_first_fault();
        }
        none
    }

    /// Takes what the server says of fields of this page to them. What is left belongs on top of the form.
    pub(crate) fn take(self, mut problem: Problem) -> Option<Problem> {
        let has_field = |part: &Part| {
            let pointer = part.pointer.as_deref();
            pointer.is_some_and(|pointer| document().get_element_by_id(&field_id(pointer)).is_some())
        };
        let (here, rest): (Vec<_>, Vec<_>) = problem.errors.drain(..).partition(has_field);
        if here.is_empty() {
            return Some(Problem { errors: rest, ..problem });
        }
        self.by_server.set(here);
        focus_first_fault();
        (!rest.is_empty()).then(|| {
            let detail = rest.iter().map(|part| part.detail.as_str()).collect::<Vec<_>>().join(" ");
            Problem::new(problem.code, detail)
        })
    }

    /// What our rules say of members that this page has no field for.
    pub(crate) fn elsewhere(self) -> Option<Problem> {
        let parts = self.by_rules.get_untracked();
        let no_field = |part: &&Part| {
            let pointer = part.pointer.as_deref();
            pointer.is_none_or(|pointer| document().get_element_by_id(&field_id(pointer)).is_none())
        };
        let part = parts.iter().find(no_field)?;
        Some(Problem::new(Code::ValidationFailed, part.detail.clone()))
    }
}

/// The element of the field of a member.
pub(crate) fn field_id(pointer: &str) -> String {
    format!("field-{}", pointer.trim_start_matches('/').replace('/', "-"))
}

fn at<'a>(parts: &'a [Part], pointer: &str) -> Option<&'a Part> {
    parts.iter().find(|part| part.pointer.as_deref() == Some(pointer))
}

/// After the fields have shown what is wrong with them.
fn focus_first_fault() {
    request_animation_frame(|| {
        let first = document().query_selector("main form [aria-invalid=\"true\"]").ok().flatten();
        if let Some(field) = first.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = field.focus();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(pointer: &str, detail: &str) -> Part {
        Part { pointer: Some(pointer.to_owned()), code: "validation-failed".to_owned(), detail: detail.to_owned() }
    }

    #[test]
    fn a_fault_is_shown_once_somebody_left_the_field() {
        Owner::new().with(|| {
            let (name, mobile) = (Entry::new("/name", ""), Entry::new("/mobile", ""));
            let faults = Faults::new(|| vec![part("/name", "No name.")]);
            assert_eq!(faults.of(name), None);
            name.left.set(true);
            assert_eq!(faults.of(name).as_deref(), Some("No name."));
            mobile.left.set(true);
            assert_eq!(faults.of(mobile), None);
        });
    }

    #[test]
    fn what_the_server_said_is_shown_at_once_and_forgotten_when_something_else_is_typed() {
        Owner::new().with(|| {
            let name = Entry::new("/name", "Ana");
            let faults = Faults::new(Vec::new);
            faults.by_server.set(vec![part("/name", "Taken."), part("/mobile", "Wrong.")]);
            assert_eq!(faults.of(name).as_deref(), Some("Taken."));
            faults.forget(name);
            assert_eq!(faults.of(name), None);
            assert_eq!(faults.by_server.get_untracked(), [part("/mobile", "Wrong.")]);
        });
    }

    #[test]
    fn a_text_that_was_there_is_cleared_and_one_that_was_not_is_left_alone() {
        Owner::new().with(|| {
            let pool = Entry::new("/addressPool", " ");
            assert_eq!(pool.some_or_cleared(Some(&"pool".to_owned())).as_deref(), Some(""));
            assert_eq!(pool.some_or_cleared(None), None);
            pool.text.set(" home ".to_owned());
            assert_eq!(pool.some_or_cleared(None).as_deref(), Some("home"));
        });
    }

    #[test]
    fn a_member_has_its_element() {
        assert_eq!(field_id("/pppoeUsername"), "field-pppoeUsername");
    }
}
