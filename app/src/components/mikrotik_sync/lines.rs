//! What changes on the router for one customer, line by line.

use domain::wire::{ActionTaken, BulkRow, FieldChange, ObjectChange};

use super::super::{
    diff_line::{Line, Mark, Value},
    property_words::{field_word, value_word},
    rate_preview::Spelling,
};

/// Everything that changes for a row, the profile first.
pub(super) fn changes(row: &BulkRow) -> Vec<Line> {
    let of = |object: &ObjectChange| object.fields.iter().map(|field| line(object, field)).collect::<Vec<_>>();
    row.changes.iter().flat_map(of).collect()
}

/// What people ask about and what stays as it is.
pub(super) fn kept(row: &BulkRow, spelling: Option<&Spelling>) -> Vec<Line> {
    if !matches!(row.action, ActionTaken::Updated | ActionTaken::Unchanged) {
        return Vec::new();
    }
    let stays = |field: &str| !row.changes.iter().flat_map(|object| &object.fields).any(|change| name(change) == field);
    let keep = |field: &str, value: Value| Line { mark: Mark::Keep, field: field_word("secret", field), value };
    let held = |value: String| Value::Held { before: None, after: Some(value) };
    let mut lines = Vec::new();
    if let Some(Spelling { profile, limit, .. }) = spelling {
        if stays("rate-limit") {
            lines.push(keep("rate-limit", limit.map_or(Value::Said("no limit"), |limit| held(limit.to_string()))));
        }
        if stays("profile") {
            lines.push(keep("profile", held(profile.clone())));
        }
    }
    if stays("password") {
        lines.push(keep("password", Value::Said("unchanged")));
    }
    lines
}

fn line(object: &ObjectChange, change: &FieldChange) -> Line {
    let field = field_word(&object.object, name(change));
    match change {
        FieldChange::Secret { .. } if object.action == "create" => {
            Line { mark: Mark::Add, field, value: Value::Said("set") }
        }
        FieldChange::Secret { .. } => Line { mark: Mark::Change, field, value: Value::Said("changed") },
        FieldChange::Value { before, after, .. } => {
            let read = |value: &Option<String>| Some(value_word(name(change), value.clone()?));
            let (before, after) = (read(before), read(after));
            let mark = match (&before, &after) {
                (None, _) => Mark::Add,
                (Some(_), Some(_)) => Mark::Change,
                (Some(_), None) => Mark::Remove,
            };
            Line { mark, field, value: Value::Held { before, after } }
        }
    }
}

fn name(change: &FieldChange) -> &str {
    match change {
        FieldChange::Secret { field, .. } | FieldChange::Value { field, .. } => field,
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{change, home_10, row, secret};
    use super::*;

    fn said(lines: &[Line]) -> Vec<String> {
        let said = |line: &Line| {
            let Line { mark, field, value } = line;
            let values: Vec<_> = match value {
                Value::Said(words) => vec![*words],
                Value::Held { before, after } => before.iter().chain(after).map(String::as_str).collect(),
            };
            let (sign, word) = mark.shown();
            format!("{sign} {word} {field}: {}", values.join(" → "))
        };
        lines.iter().map(said).collect()
    }

    #[test]
    fn every_change_has_its_sign_its_word_and_both_values() {
        let profile = change("profile", "update", &[("rate-limit", Some("5120k/10240k"), Some("10240k/20480k"))]);
        let mut account = change(
            "secret",
            "update",
            &[
                ("disabled", Some("true"), Some("no")),
                ("comment", None, Some("NetPilot Customer: Rahim (ID: CUS-1)")),
                ("remote-address", Some("10.20.6.102"), None),
            ],
        );
        account.fields.push(secret());
        let row = row("CUS-1", ActionTaken::Updated, vec![profile, account]);
        assert_eq!(
            said(&changes(&row)),
            [
                "~ change Speed: 5120k/10240k → 10240k/20480k",
                "~ change State: disabled → enabled",
                "+ add Comment: NetPilot Customer: Rahim (ID: CUS-1)",
                "− remove Fixed IP: 10.20.6.102",
                "~ change Password: changed",
            ]
        );
        assert_eq!(said(&kept(&row, Some(&home_10()))), ["= keep Profile: Home_10_pppoe"]);
    }

    #[test]
    fn what_is_right_already_is_all_kept() {
        let row = row("CUS-1", ActionTaken::Unchanged, Vec::new());
        assert_eq!(
            said(&kept(&row, Some(&home_10()))),
            ["= keep Speed: 5120k/10240k", "= keep Profile: Home_10_pppoe", "= keep Password: unchanged",]
        );
    }

    #[test]
    fn a_new_account_keeps_nothing_and_its_password_is_not_shown() {
        let mut account = change("hotspot-user", "create", &[("name", None, Some("rahim"))]);
        account.fields.push(secret());
        let row = row("CUS-1", ActionTaken::Created, vec![account]);
        assert_eq!(said(&changes(&row)), ["+ add Username: rahim", "+ add Password: set"]);
        assert_eq!(kept(&row, Some(&home_10())), []);
    }
}
