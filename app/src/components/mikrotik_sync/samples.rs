//! Plans for tests.

use domain::{
    customer::ServiceType,
    wire::{
        ActionTaken, BulkReport, BulkRetry, BulkRow, BulkSummary, ChangeKind, EndingSession, FieldChange, ObjectChange,
        PackageBody, PackageEdit, RouterSaid, RowError, problem::Code,
    },
};

use super::{super::rate_preview::Spelling, stage::Wanted};

pub(super) fn wanted() -> Wanted {
    Wanted { ids: vec!["CUS-1".to_owned()], packages: Vec::new(), service: ServiceType::Pppoe }
}

/// Their package, edited.
pub(super) fn faster() -> PackageEdit {
    let package = PackageBody { download_speed: Some(20.0), ..PackageBody::default() };
    PackageEdit { id: "PKG-1".to_owned(), version: 1, package }
}

/// One customer whose speed and password change.
pub(super) fn plan() -> BulkReport {
    let mut profile = change("profile", "update", &[("rate-limit", Some("5M/10M"), Some("5120k/10240k"))]);
    profile.fields.push(secret());
    report(vec![row("CUS-1", ActionTaken::Updated, vec![profile])])
}

pub(super) fn report(results: Vec<BulkRow>) -> BulkReport {
    let failed = results.iter().filter(|row| !row.success);
    BulkReport {
        run_id: None,
        message: String::new(),
        summary: BulkSummary { total: results.len(), ..BulkSummary::default() },
        retry: BulkRetry { only: failed.filter_map(|row| row.customer_id.clone()).collect() },
        results,
        service_type: ServiceType::Pppoe,
        router_id: "default".to_owned(),
        plan_id: Some("P1".to_owned()),
        dry_run: true,
        partial: false,
        warnings: Vec::new(),
        pruned: Vec::new(),
    }
}

pub(super) fn row(id: &str, action: ActionTaken, changes: Vec<ObjectChange>) -> BulkRow {
    BulkRow {
        sessions_disconnected: 0,
        customer: "Rahim Uddin".to_owned(),
        success: true,
        message: String::new(),
        customer_id: Some(id.to_owned()),
        username: Some("rahim".to_owned()),
        action,
        kind: match action {
            ActionTaken::Created => ChangeKind::Create,
            ActionTaken::Updated => ChangeKind::Update,
            ActionTaken::Unchanged => ChangeKind::Unchanged,
            ActionTaken::None => ChangeKind::Problem,
        },
        changes,
        disconnects: Vec::new(),
        sessions_left: 0,
        password_generated: false,
        error: None,
    }
}

pub(super) fn failed(id: &str, code: Code) -> BulkRow {
    let said = RouterSaid { command: "/ppp/secret/set".to_owned(), category: None, message: "no such item".to_owned() };
    let error = RowError { code, retryable: code.retryable(), routeros: Some(said) };
    BulkRow { success: false, error: Some(error), ..row(id, ActionTaken::None, Vec::new()) }
}

pub(super) fn ending(because_of: &str) -> EndingSession {
    EndingSession { session_id: "*1".to_owned(), username: "rahim".to_owned(), because_of: because_of.to_owned() }
}

pub(super) fn change(object: &str, action: &str, fields: &[(&str, Option<&str>, Option<&str>)]) -> ObjectChange {
    let field = |(field, before, after): &(&str, Option<&str>, Option<&str>)| FieldChange::Value {
        field: (*field).to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    };
    ObjectChange {
        object: object.to_owned(),
        name: "rahim".to_owned(),
        action: action.to_owned(),
        fields: fields.iter().map(field).collect(),
    }
}

pub(super) fn secret() -> FieldChange {
    FieldChange::Secret { field: "password".to_owned(), changed: true }
}

pub(super) fn home_10() -> Spelling {
    let body = PackageBody {
        name: Some("Home 10".to_owned()),
        download_speed: Some(10.0),
        upload_speed: Some(5.0),
        ..PackageBody::default()
    };
    Spelling::of(&body, ServiceType::Pppoe).unwrap()
}
