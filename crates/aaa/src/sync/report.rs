//! What became of a sync, for callers.

use std::time::Duration;

use domain::{
    customer::ServiceType,
    sync::NewPassword,
    wire::{
        ActionTaken, BulkReport, BulkRetry, BulkRow, BulkSummary, ChangeKind, CustomerBody, ObjectChange, PackageBody,
        PrunedRow, RowError, SyncReport, SyncResult, Warning, problem::Problem,
    },
};
use store::StoredRun;

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
    if let Some(detail) = goes_on(row.customer.username.as_str(), row.sessions.left) {
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

/// What a plan would do, row by row.
pub(super) fn planned(done: Done, service: ServiceType, router_id: &str, took: Duration) -> BulkReport {
    let Done { bodies, rows, plan_id, hides_passwords, pruned } = done;
    let rows = bodies.iter().zip(rows).map(|(body, planned)| row(body, planned, true)).collect();
    BulkReport {
        plan_id,
        dry_run: true,
        warnings: hides_passwords.then(passwords_hidden).into_iter().collect(),
        ..counted(rows, service, router_id, pruned, took)
    }
}

/// What became of a run that has ended.
pub(crate) fn report_of(run: &StoredRun, rows: Vec<BulkRow>) -> BulkReport {
    let took = run.ended_ms.map_or(0, |ended| u64::try_from(ended - run.created_ms).unwrap_or_default());
    let took = Duration::from_millis(took);
    BulkReport {
        run_id: Some(run.id.clone()),
        warnings: run.warnings.clone(),
        ..counted(rows, run.service, &run.router_id, run.pruned.clone(), took)
    }
}

fn counted(
    results: Vec<BulkRow>,
    service: ServiceType,
    router_id: &str,
    pruned: Vec<PrunedRow>,
    took: Duration,
) -> BulkReport {
    let words = |word: &str| results.iter().filter(|row| row.word() == word).count();
    let ended_with_accounts: usize = pruned.iter().map(|row| row.sessions_disconnected).sum();
    let summary = BulkSummary {
        total: results.len(),
        created: words("created"),
        updated: words("updated"),
        unchanged: words("unchanged"),
        errors: words("failed"),
        skipped: words("skipped"),
        disconnected: ended_with_accounts + results.iter().map(|row| row.sessions_disconnected).sum::<usize>(),
        removed: pruned.iter().filter(|row| row.removed).count(),
        duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
    };
    let again = results.iter().filter(|row| row.error.is_some() || row.sessions_left > 0);
    let retry = BulkRetry { only: again.filter_map(|row| row.customer_id.clone()).collect() };
    let BulkSummary { created, updated, errors, skipped, .. } = summary;
    BulkReport {
        message: format!("Bulk sync completed: {created} created, {updated} updated, {errors} errors"),
        partial: errors + skipped > 0 || pruned.iter().any(|row| row.error.is_some()),
        summary,
        results,
        service_type: service,
        router_id: router_id.to_owned(),
        run_id: None,
        plan_id: None,
        dry_run: false,
        retry,
        warnings: Vec::new(),
        pruned,
    }
}

/// What became of one customer, or would.
pub(super) fn row(body: &CustomerBody, row: Result<Row, Problem>, dry_run: bool) -> BulkRow {
    match row {
        Ok(row) => went_well(row, dry_run),
        Err(problem) => failed(body, &problem),
    }
}

/// What became of a customer whom a run went on with that was broken off: what had been written by then is part of what
/// was planned, and of what was done.
pub(super) fn taken_up(planned: &BulkRow, now: BulkRow) -> BulkRow {
    let is_of_plan = |change: &ObjectChange| {
        planned.changes.iter().any(|planned| planned.object == change.object && planned.name == change.name)
    };
    if now.error.is_some() || !(planned.action == ActionTaken::Created || now.changes.iter().all(is_of_plan)) {
        return now;
    }
    // Sessions that are not there any more were ended before it was broken off.
    let ended = planned.disconnects.len().saturating_sub(now.sessions_left).max(now.sessions_disconnected);
    let message =
        with_what_goes_on(planned.message.clone(), planned.username.as_deref().unwrap_or_default(), now.sessions_left);
    BulkRow { sessions_disconnected: ended, message, sessions_left: now.sessions_left, ..planned.clone() }
}

/// A customer whom a run that was broken off could not go on with.
pub(super) fn given_up(planned: &BulkRow, customer_id: String, problem: &Problem) -> BulkRow {
    let body = CustomerBody {
        id: Some(customer_id),
        name: Some(planned.customer.clone()),
        pppoe_username: planned.username.clone(),
        ..CustomerBody::default()
    };
    failed(&body, problem)
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
        sessions_disconnected: row.sessions.gone,
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
        sessions_disconnected: 0,
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
    with_what_goes_on(done, row.customer.username.as_str(), row.sessions.left)
}

fn with_what_goes_on(done: String, username: &str, left: usize) -> String {
    match goes_on(username, left) {
        Some(warning) => format!("{done}. {warning}"),
        None => done,
    }
}

/// That a session was not seen to end, and what becomes of it.
fn goes_on(username: &str, left: usize) -> Option<String> {
    match left {
        0 => None,
        1 => Some(format!(
            "A session of {username} could not be ended and goes on as before; the next sync tries to end it again."
        )),
        left => Some(format!(
            "{left} sessions of {username} could not be ended and go on as before; the next sync tries to end them again."
        )),
    }
}
