//! What became of a sync, for callers.

use std::time::Duration;

use domain::{
    customer::ServiceType,
    sync::NewPassword,
    wire::{
        ActionTaken, BulkReport, BulkRetry, BulkRow, BulkSummary, ChangeKind, CustomerBody, PackageBody, RowError,
        SyncReport, SyncResult, Warning, problem::Problem,
    },
};

use super::{Done, carry_out::Row};

/// What is worth knowing of a request that goes through.
pub(super) fn warnings(customer: &CustomerBody, package: &PackageBody) -> Vec<Warning> {
    let warning = |code: &str, detail: String| Warning { code: code.to_owned(), detail };
    let mut warnings = Vec::new();
    if let (Some(bought), Some(sent)) = (&customer.service_package, &package.name)
        && bought != sent
    {
        let detail = format!("The customer's package is {bought}; the one sent is {sent}, and it was used.");
        warnings.push(warning("package-differs", detail));
    }
    if customer.status.as_deref().unwrap_or_default().is_empty() {
        let detail = "The customer was sent without a status; only Active enables an account.";
        warnings.push(warning("status-absent", detail.to_owned()));
    }
    warnings
}

/// The router's user may not see passwords.
pub(super) fn passwords_hidden() -> Warning {
    let detail = "The router hides passwords from its user, so they are compared with the last ones written from here; one \
                  that was never written from here is written once. To compare them with the router's: \
                  /user group set GROUP policy=…,sensitive";
    Warning { code: "passwords-hidden".to_owned(), detail: detail.to_owned() }
}

pub(super) fn one(
    row: Row,
    plan_id: Option<String>,
    mut warnings: Vec<Warning>,
    package: String,
    service: ServiceType,
    router_id: &str,
) -> SyncReport {
    let dry_run = plan_id.is_some();
    if let Some(detail) = goes_on(&row) {
        warnings.push(Warning { code: "session-not-ended".to_owned(), detail });
    }
    let message = message(&row, dry_run);
    let count = |action: ActionTaken| (row.action == action).then_some(1);
    let result = SyncResult {
        success: true,
        message: message.clone(),
        created: count(ActionTaken::Created),
        updated: count(ActionTaken::Updated),
        unchanged: count(ActionTaken::Unchanged),
        action: row.action,
        verified: row.verified,
        sessions_disconnected: row.sessions.gone,
        generated_password: match &row.password {
            Some(NewPassword::Generated(password)) if !dry_run => Some(password.clone()),
            _ => None,
        },
        changes: row.changes,
        disconnects: row.disconnects,
    };
    SyncReport {
        message,
        result,
        customer: row.customer.name,
        package,
        service_type: service,
        router_id: router_id.to_owned(),
        plan_id,
        dry_run,
        warnings,
    }
}

pub(super) fn many(done: Done, service: ServiceType, router_id: &str, took: Duration) -> BulkReport {
    let Done { bodies, rows, plan_id, hides_passwords, pruned } = done;
    let dry_run = plan_id.is_some();
    let mut summary = BulkSummary {
        total: rows.len(),
        removed: pruned.iter().filter(|row| row.removed).count(),
        disconnected: pruned.iter().map(|row| row.sessions_disconnected).sum(),
        duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        ..BulkSummary::default()
    };
    let mut retry = BulkRetry::default();
    let rows = bodies.iter().zip(rows).map(|(body, row)| {
        match &row {
            Ok(row) => count(&mut summary, row),
            Err(_) => summary.errors += 1,
        }
        if !row.as_ref().is_ok_and(|row| row.sessions.left == 0) {
            retry.only.extend(body.id.clone());
        }
        row.map_or_else(|problem| failed(body, &problem), |row| went_well(row, dry_run))
    });
    let results: Vec<BulkRow> = rows.collect();
    let BulkSummary { created, updated, errors, .. } = summary;
    BulkReport {
        message: format!("Bulk sync completed: {created} created, {updated} updated, {errors} errors"),
        partial: errors > 0 || pruned.iter().any(|row| row.error.is_some()),
        summary,
        results,
        service_type: service,
        router_id: router_id.to_owned(),
        plan_id,
        dry_run,
        retry,
        warnings: hides_passwords.then(passwords_hidden).into_iter().collect(),
        pruned,
    }
}

fn count(summary: &mut BulkSummary, row: &Row) {
    summary.disconnected += row.sessions.gone;
    match row.action {
        ActionTaken::Created => summary.created += 1,
        ActionTaken::Updated => summary.updated += 1,
        ActionTaken::Unchanged => summary.unchanged += 1,
        ActionTaken::None => summary.skipped += 1,
    }
}

fn went_well(row: Row, dry_run: bool) -> BulkRow {
    BulkRow {
        message: message(&row, dry_run),
        success: true,
        customer_id: Some(row.customer.id.to_string()),
        username: Some(row.customer.username.to_string()),
        action: row.action,
        kind: row.kind,
        changes: row.changes,
        disconnects: row.disconnects,
        sessions_left: row.sessions.left,
        password_generated: matches!(row.password, Some(NewPassword::Generated(_))),
        error: None,
        customer: row.customer.name,
    }
}

fn failed(body: &CustomerBody, problem: &Problem) -> BulkRow {
    BulkRow {
        customer: body.name.clone().unwrap_or_default(),
        success: false,
        message: problem.detail.clone(),
        customer_id: body.id.clone(),
        username: body.pppoe_username.clone().or_else(|| body.email.clone()),
        action: ActionTaken::None,
        kind: ChangeKind::Problem,
        changes: Vec::new(),
        disconnects: Vec::new(),
        sessions_left: 0,
        password_generated: false,
        error: Some(RowError {
            code: problem.code,
            retryable: problem.code.retryable(),
            routeros: problem.routeros.clone(),
        }),
    }
}

fn message(row: &Row, dry_run: bool) -> String {
    let name = &row.customer.name;
    let done = match (dry_run, row.action) {
        (_, ActionTaken::Unchanged) => format!("Customer {name} is in sync; nothing was written"),
        (true, _) => format!("Customer {name} would be synced to MikroTik"),
        (false, _) => format!("Customer {name} synced successfully to MikroTik"),
    };
    match goes_on(row) {
        Some(warning) => format!("{done}. {warning}"),
        None => done,
    }
}

/// What is still to be done by hand where a session was not seen to end.
fn goes_on(row: &Row) -> Option<String> {
    let username = &row.customer.username;
    match row.sessions.left {
        0 => None,
        1 => Some(format!("A session of {username} could not be ended; until it ends, it goes on as before.")),
        left => {
            Some(format!("{left} sessions of {username} could not be ended; until they end, they go on as before."))
        }
    }
}
