//! A plan is carried out and read back. What the router left unknown is looked at before anything is said of it.

use domain::{
    customer::{Customer, ServiceType},
    sync::{AccountStep, Desired, NewPassword, Online, Pushed, SyncPlan, plan},
    wire::{
        ActionTaken, ObjectChange,
        problem::{Code, Problem},
    },
};
use routeros::{CallError, Lease};

use super::{apply, observe::observe};
use crate::{router::RouterHandle, sessions, trouble};

/// How often a broken line is opened anew within one request.
const ROUNDS: usize = 3;

/// What to do, where, and what for.
pub(super) struct Job<'a> {
    pub(super) router: &'a RouterHandle,
    pub(super) service: ServiceType,
    pub(super) desired: Desired,
}

/// What became of every row, in the order of the request.
pub(super) struct CarriedOut {
    pub(super) rows: Vec<Result<Row, Problem>>,
}

/// What became of one customer.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) customer: Customer,
    pub(super) action: ActionTaken,
    pub(super) changes: Vec<ObjectChange>,
    pub(super) password: Option<NewPassword>,
    pub(super) verified: bool,
    pub(super) sessions_ended: usize,
}

impl CarriedOut {
    /// Nothing could be planned.
    pub(super) fn refused(desired: Desired) -> Self {
        let problem =
            |row: Result<_, Problem>| row.err().unwrap_or_else(|| Problem::new(Code::Internal, "Not planned."));
        Self { rows: desired.rows.into_iter().map(|row| Err(problem(row))).collect() }
    }

    /// Nothing was written.
    pub(super) fn planned(plan: &SyncPlan) -> Self {
        let rows = plan.rows.iter().map(|row| row.as_ref().map(|step| Row::planned(plan, step)).map_err(Clone::clone));
        Self { rows: rows.collect() }
    }
}

impl Row {
    fn planned(plan: &SyncPlan, step: &AccountStep) -> Self {
        Self {
            customer: step.customer.clone(),
            action: plan.action(step),
            changes: plan.changes(step),
            password: step.password.clone(),
            verified: false,
            sessions_ended: 0,
        }
    }
}

/// Where a row stands between two looks at the router.
#[derive(Clone)]
enum Standing {
    /// Written, or nothing to write.
    Written,
    /// To be looked at again, and what happened last.
    Open(Problem),
    /// Refused for good.
    Failed(Problem),
}

/// Profiles, accounts, a second look, then the sessions that must end.
pub(super) async fn carry_out(mut job: Job<'_>, lease: Lease, first: SyncPlan) -> CarriedOut {
    let mut standing: Vec<Standing> = first.rows.iter().map(begin).collect();
    let mut lease = write_and_look(&mut job, lease, &first, &mut standing).await;
    let ended = match &mut lease {
        Some(lease) => end_sessions(&job, lease, &first, &standing).await,
        None => Vec::new(),
    };
    let rows = first.rows.iter().zip(standing).enumerate().map(|(at, (row, standing))| {
        let step = row.as_ref().map_err(Clone::clone)?;
        match standing {
            Standing::Failed(problem) => Err(problem),
            Standing::Open(problem) => Err(unsettled(problem)),
            Standing::Written => Ok(Row {
                verified: true,
                sessions_ended: ended.get(at).copied().unwrap_or_default(),
                ..Row::planned(&first, step)
            }),
        }
    });
    CarriedOut { rows: rows.collect() }
}

fn begin(row: &Result<AccountStep, Problem>) -> Standing {
    match row {
        Ok(_) => Standing::Open(Problem::new(Code::RouterUnreachable, "The row was not reached.")),
        Err(problem) => Standing::Failed(problem.clone()),
    }
}

/// What nobody could settle is unknown where a write may have happened.
fn unsettled(problem: Problem) -> Problem {
    if problem.outcome_unknown { Problem { code: Code::OutcomeUnknown, ..problem } } else { problem }
}

/// Writes, then plans again from what the router holds now: a row is done when nothing is left to do for it. Gives the
/// line that still works, if one does.
async fn write_and_look(job: &mut Job<'_>, lease: Lease, first: &SyncPlan, standing: &mut [Standing]) -> Option<Lease> {
    let mut lease = lease;
    let mut now = first.clone();
    for _ in 0..ROUNDS {
        if nothing_to_do(&now, standing) {
            settle(&now, standing);
            return Some(lease);
        }
        write(job, &lease, &now, standing).await;
        if lease.is_closed() {
            lease = job.router.lease().await.ok()?;
        }
        match observe(&lease, job.service).await {
            Ok(observed) => now = plan(&job.desired, &observed),
            Err(error) => note(standing, &trouble::of_call(&error)),
        }
    }
    settle(&now, standing);
    Some(lease)
}

/// Whether no open row has anything left to write.
fn nothing_to_do(plan: &SyncPlan, standing: &[Standing]) -> bool {
    open_steps(plan, standing).iter().all(|(_, step)| plan.action(step) == ActionTaken::Unchanged)
}

fn open_steps<'a>(plan: &'a SyncPlan, standing: &[Standing]) -> Vec<(usize, &'a AccountStep)> {
    let open = |at: usize| matches!(standing.get(at), Some(Standing::Open(_)));
    plan.rows
        .iter()
        .enumerate()
        .filter(|(at, _)| open(*at))
        .filter_map(|(at, row)| Some((at, row.as_ref().ok()?)))
        .collect()
}

/// Rows that the router holds as planned are written; of the others the last word stays.
fn settle(plan: &SyncPlan, standing: &mut [Standing]) {
    for (row, standing) in plan.rows.iter().zip(standing) {
        if !matches!(standing, Standing::Open(_)) {
            continue;
        }
        match row {
            Ok(step) if plan.action(step) == ActionTaken::Unchanged => *standing = Standing::Written,
            Ok(_) => {}
            Err(problem) => *standing = Standing::Failed(problem.clone()),
        }
    }
}

async fn write(job: &mut Job<'_>, lease: &Lease, plan: &SyncPlan, standing: &mut [Standing]) {
    let steps = open_steps(plan, standing);
    let mut profiles: Vec<Option<Problem>> = vec![None; plan.profiles.len()];
    for (at, step) in plan.profiles.iter().enumerate() {
        let needed = steps.iter().any(|(_, account)| account.profile == at);
        if needed && let Err(error) = apply::write_profile(lease, job.service, step).await {
            profiles[at] = Some(profile_failed(&step.name, &error));
        }
    }
    let ready: Vec<_> = steps.iter().filter(|(_, step)| profiles[step.profile].is_none()).copied().collect();
    for (at, step) in &steps {
        if let Some(problem) = &profiles[step.profile] {
            standing[*at] = stands(problem.clone());
        }
    }
    let accounts: Vec<_> = ready.iter().map(|(_, step)| *step).collect();
    for ((at, _), written) in ready.iter().zip(apply::write_accounts(lease, job.service, &accounts).await) {
        standing[*at] = match written {
            Ok(()) => {
                written_now(&mut job.desired, *at);
                Standing::Open(Problem::new(Code::RouterRejected, "The router holds something else than was written."))
            }
            Err(error) => after(&error),
        };
    }
}

/// The router took the password. One that hides passwords cannot be asked, so we remember it for the second look.
fn written_now(desired: &mut Desired, at: usize) {
    if let Some(Ok(intent)) = desired.rows.get_mut(at) {
        intent.pushed = Pushed::Same;
    }
}

/// A race with somebody else at the router is looked at again; any other refusal is final.
fn after(error: &CallError) -> Standing {
    let problem = trouble::of_call(error);
    match error {
        CallError::Refused { refusal, .. } if refusal.is_duplicate() || refusal.is_no_such_item() => {
            Standing::Open(problem)
        }
        CallError::Refused { .. } | CallError::OddRow { .. } | CallError::Unsendable { .. } => {
            Standing::Failed(problem)
        }
        CallError::Unknown { .. } | CallError::NotSent { .. } => Standing::Open(problem),
    }
}

fn profile_failed(name: &str, error: &CallError) -> Problem {
    let problem = trouble::of_call(error);
    match problem.code {
        Code::RouterRejected => {
            let detail = format!("The profile {name} could not be written. {}", problem.detail);
            Problem { code: Code::ProfileFailed, detail, ..problem }
        }
        _ => problem,
    }
}

fn stands(problem: Problem) -> Standing {
    match problem.code {
        Code::OutcomeUnknown | Code::RouterUnreachable | Code::RouterTimeout => Standing::Open(problem),
        _ => Standing::Failed(problem),
    }
}

/// The line broke while we looked: what is still open keeps the news of a write that may have happened.
fn note(standing: &mut [Standing], problem: &Problem) {
    for standing in standing {
        if let Standing::Open(last) = standing
            && !last.outcome_unknown
        {
            *last = problem.clone();
        }
    }
}

/// Ends the sessions that a written change concerns; how many, for each row.
async fn end_sessions(job: &Job<'_>, lease: &Lease, plan: &SyncPlan, standing: &[Standing]) -> Vec<usize> {
    let mut counts = vec![0; plan.rows.len()];
    for (at, row) in plan.rows.iter().enumerate() {
        let (Ok(step), Some(Standing::Written)) = (row, standing.get(at)) else { continue };
        counts[at] = end(job, lease, &step.ends).await;
    }
    counts
}

/// A session that cannot be ended leaves the account as it was written; the count tells.
async fn end(job: &Job<'_>, lease: &Lease, sessions: &[Online]) -> usize {
    if sessions.is_empty() {
        return 0;
    }
    match sessions::end(lease, job.service, sessions, false).await {
        Ok(ended) if sessions::gone(lease, job.service, &ended).await => ended.len(),
        Ok(_) => 0,
        Err(error) => {
            tracing::warn!(error = %error, "a session could not be ended after a sync");
            0
        }
    }
}
