//! A plan is carried out and read back. What the router left unknown is looked at before anything is said of it.

use std::{collections::HashSet, pin::pin};

use domain::{
    customer::{Customer, ServiceType},
    sync::{AccountStep, Desired, NewPassword, Online, Pushed, SyncPlan},
    wire::{
        ActionTaken, ChangeKind, EndingSession, ObjectChange,
        problem::{Code, Problem},
    },
};
use futures_util::StreamExt;
use routeros::{CallError, Lease};

use super::{
    apply,
    load::heeding_load,
    observe::{Look, look_and_plan},
};
use crate::{
    router::RouterHandle,
    runs::Progress,
    sessions::{self, Fate},
    trouble,
};

/// How often a broken line is opened anew within one request.
const ROUNDS: usize = 3;

/// What to do, where, and what for.
pub(super) struct Job<'a> {
    router: &'a RouterHandle,
    service: ServiceType,
    desired: Desired,
    look: Look,
    settled: Settled,
}

/// Which rows have their outcome. A row that is written in a second round is counted once.
struct Settled {
    progress: Progress,
    rows: HashSet<usize>,
}

/// What became of one customer.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) customer: Customer,
    pub(super) action: ActionTaken,
    pub(super) kind: ChangeKind,
    pub(super) changes: Vec<ObjectChange>,
    pub(super) password: Option<NewPassword>,
    pub(super) verified: bool,
    /// Sessions that end for it.
    pub(super) disconnects: Vec<EndingSession>,
    /// What became of them.
    pub(super) sessions: Ended,
}

/// Sessions that a change ended, and those that go on all the same.
#[derive(Clone, Copy, Default)]
pub(super) struct Ended {
    /// Removed, and seen to be gone.
    pub(super) gone: usize,
    /// Still there, or nobody could look.
    pub(super) left: usize,
}

/// What would become of every row, in the order of the request.
pub(super) fn planned(plan: &SyncPlan) -> Vec<Result<Row, Problem>> {
    plan.rows.iter().map(|row| row.as_ref().map(|step| Row::planned(plan, step)).map_err(Clone::clone)).collect()
}

impl<'a> Job<'a> {
    pub(super) fn new(
        router: &'a RouterHandle,
        service: ServiceType,
        desired: Desired,
        look: Look,
        progress: Progress,
    ) -> Self {
        Self { router, service, desired, look, settled: Settled { progress, rows: HashSet::new() } }
    }
}

impl Settled {
    fn row(&mut self, at: usize) {
        if self.rows.insert(at) {
            self.progress.add(1);
        }
    }
}

impl Row {
    fn planned(plan: &SyncPlan, step: &AccountStep) -> Self {
        Self {
            customer: step.customer.clone(),
            action: plan.action(step),
            kind: plan.kind(step),
            changes: plan.changes(step),
            password: step.password.clone(),
            verified: false,
            disconnects: step.disconnects(),
            sessions: Ended::default(),
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

/// Profiles, accounts, a second look, then the sessions that must end. One outcome for every row, in the order of the
/// request.
pub(super) async fn carry_out(mut job: Job<'_>, lease: Lease, first: SyncPlan) -> Vec<Result<Row, Problem>> {
    let mut standing: Vec<Standing> = first.rows.iter().map(begin).collect();
    let lease = write_and_look(&mut job, lease, &first, &mut standing).await;
    let ended = match &lease {
        Some(lease) => end_sessions(&job, lease, &first, &standing).await,
        None => Vec::new(),
    };
    (0..first.rows.len()).for_each(|at| job.settled.row(at));
    let rows = first.rows.iter().zip(standing).enumerate().map(|(at, (row, standing))| {
        let step = row.as_ref().map_err(Clone::clone)?;
        match standing {
            Standing::Failed(problem) => Err(problem),
            Standing::Open(problem) => Err(unsettled(problem)),
            Standing::Written => Ok(Row {
                verified: true,
                sessions: ended.get(at).copied().unwrap_or_default(),
                ..Row::planned(&first, step)
            }),
        }
    });
    rows.collect()
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
        heeding_load(&lease, write(job, &lease, &now, standing)).await;
        if lease.is_closed() {
            lease = job.router.lease().await.ok()?;
        }
        match look_and_plan(&lease, &job.desired, &job.look).await {
            Ok(plan) => now = plan,
            Err(error) => note(standing, &trouble::of_call(&error)),
        }
    }
    settle(&now, standing);
    Some(lease)
}

/// Whether no open row has anything left to write.
fn nothing_to_do(plan: &SyncPlan, standing: &[Standing]) -> bool {
    open_steps(plan, standing).iter().all(|(_, step)| plan.is_written(step))
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
            Ok(step) if plan.is_written(step) => *standing = Standing::Written,
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
    let mut ready = Vec::new();
    for (at, step) in steps {
        match &profiles[step.profile] {
            Some(problem) => standing[at] = stands(problem.clone()),
            None => ready.push((at, step)),
        }
    }
    let mut written = pin!(apply::write_accounts(lease, job.service, &ready));
    while let Some((at, written)) = written.next().await {
        standing[at] = match written {
            Ok(()) => {
                written_now(&mut job.desired, at);
                job.settled.row(at);
                Standing::Open(Problem::new(Code::RouterRejected, "The router holds something else than was written."))
            }
            Err(error) => after(&error),
        };
        if matches!(standing[at], Standing::Failed(_)) {
            job.settled.row(at);
        }
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
        CallError::Refused { refusal, .. } if refusal.is_unsettled() => {
            Standing::Open(Problem { outcome_unknown: true, ..problem })
        }
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

/// Ends the sessions that a written change concerns, and looks which are gone. A session that goes on leaves the account
/// as it was written; the row says so.
async fn end_sessions(job: &Job<'_>, lease: &Lease, plan: &SyncPlan, standing: &[Standing]) -> Vec<Ended> {
    let written =
        plan.rows.iter().zip(standing).enumerate().filter_map(|(at, (row, standing))| match (row, standing) {
            (Ok(step), Standing::Written) => Some((at, step)),
            _ => None,
        });
    let (rows, sessions): (Vec<usize>, Vec<Online>) =
        written.flat_map(|(at, step)| step.ends.iter().map(move |ending| (at, ending.session.clone()))).unzip();
    let mut ended = vec![Ended::default(); plan.rows.len()];
    if sessions.is_empty() {
        return ended;
    }
    let fates = sessions::end_and_look(lease, job.service, &sessions).await;
    for (at, fate) in rows.into_iter().zip(fates) {
        match fate {
            Fate::Ended => ended[at].gone += 1,
            Fate::GoneBefore => {}
            Fate::Left => ended[at].left += 1,
        }
    }
    ended
}
