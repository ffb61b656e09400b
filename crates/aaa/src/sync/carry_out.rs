//! A plan is carried out and read back. What the router left unknown is looked at before anything is said of it.

mod ending; // the sessions that a change concerns

use std::{collections::HashSet, time::Duration};

use domain::{
    customer::{Customer, ServiceType},
    sync::{AccountStep, Desired, NewPassword, Pushed, SyncPlan},
    wire::{
        ActionTaken, ChangeKind, EndingSession, ObjectChange,
        problem::{Code, Problem},
    },
};
use routeros::{CallError, Lease, Refusal};
use tokio::{sync::mpsc, time::sleep};

use super::{
    apply::{self, Pen},
    load::heeding_load,
    observe::{Look, look_and_plan},
};
use crate::{router::RouterHandle, runs::Progress, trouble};

/// How often rows are written that a look found not to be there yet.
const ROUNDS: usize = 3;
/// New lines in one request, to look at what a broken one left unknown. A look that fails on a good line counts too.
const MORE_LINES: u32 = 3;

/// What to do, where, and what for.
pub(super) struct Job<'a> {
    router: &'a RouterHandle,
    service: ServiceType,
    desired: Desired,
    look: Look,
    settled: Settled,
    /// Who is told what became of a row, as soon as it is known.
    told: Option<Tell>,
    /// How long to wait before the router is bothered again.
    pause: Duration,
    lines_left: u32,
}

/// What became of rows, each by its place in the request.
pub(super) type Tell = mpsc::UnboundedSender<(usize, Result<Row, Problem>)>;

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
        told: Option<Tell>,
    ) -> Self {
        let settled = Settled { progress, rows: HashSet::new() };
        Self { router, service, desired, look, settled, told, pause: router.pauses.again, lines_left: MORE_LINES }
    }

    /// Hands on what became of a row. Whoever does not listen any more has a reason of their own.
    fn tell(&self, at: usize, row: &Result<Row, Problem>) {
        if let Some(told) = &self.told {
            let _ = told.send((at, row.clone()));
        }
    }

    /// Lets the router come to itself. Each time takes twice as long as the one before.
    async fn pause(&mut self) {
        sleep(self.pause).await;
        self.pause *= 2;
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
enum Standing {
    /// As planned, as far as we have seen.
    Written,
    /// Not as planned, and why not.
    Open(Problem),
    /// The router was told, and not looked at since. It agreed, or nobody knows what it did.
    Told(Result<(), Problem>),
    /// Refused for good.
    Failed(Problem),
}

/// Profiles, accounts, a second look, then the sessions that must end. One outcome for every row, in the order of the
/// request.
pub(super) async fn carry_out(mut job: Job<'_>, lease: Lease, first: SyncPlan) -> Vec<Result<Row, Problem>> {
    let mut standing: Vec<Standing> = first.rows.iter().map(|row| begin(&first, row)).collect();
    let lease = write_and_look(&mut job, lease, &first, &mut standing).await;
    let waiting = ending::concerned(&first, &standing);
    let waits: HashSet<usize> = waiting.values().copied().collect();
    let mut rows: Vec<Option<Result<Row, Problem>>> = first.rows.iter().map(|_| None).collect();
    for at in (0..first.rows.len()).filter(|at| !waits.contains(at)) {
        let row = end_of(&first, at, &standing[at], Ended::default());
        job.tell(at, &row);
        rows[at] = Some(row);
    }
    let ended = ending::end_sessions(&mut job, lease, &first, waiting).await;
    (0..first.rows.len()).for_each(|at| job.settled.row(at));
    let rows = rows.into_iter().enumerate().map(|(at, early)| {
        early.unwrap_or_else(|| {
            let row = end_of(&first, at, &standing[at], ended[at]);
            job.tell(at, &row);
            row
        })
    });
    rows.collect()
}

/// What became of a row, as far as it will ever be known.
fn end_of(plan: &SyncPlan, at: usize, standing: &Standing, sessions: Ended) -> Result<Row, Problem> {
    let step = plan.rows[at].as_ref().map_err(Clone::clone)?;
    match standing {
        Standing::Failed(problem) | Standing::Open(problem) => Err(problem.clone()),
        Standing::Told(answer) => Err(unknown(answer.clone())),
        Standing::Written => Ok(Row { verified: true, sessions, ..Row::planned(plan, step) }),
    }
}

/// What needs no writing was seen to be as planned.
fn begin(plan: &SyncPlan, row: &Result<AccountStep, Problem>) -> Standing {
    match row {
        Ok(step) if plan.is_written(step) => Standing::Written,
        Ok(_) => Standing::Open(Problem::new(Code::RouterUnreachable, "The row was not reached.")),
        Err(problem) => Standing::Failed(problem.clone()),
    }
}

/// What nobody could read back: it may be there or not.
fn unknown(answer: Result<(), Problem>) -> Problem {
    let unread = || Problem::new(Code::RouterUnreachable, "The router agreed, and could not be read afterwards.");
    Problem { code: Code::OutcomeUnknown, outcome_unknown: true, ..answer.err().unwrap_or_else(unread) }
}

/// Writes, then plans again from what the router holds now: a row is done when nothing is left to do for it. Gives the
/// line that still works, where sessions may be ended over it.
async fn write_and_look(job: &mut Job<'_>, lease: Lease, first: &SyncPlan, standing: &mut [Standing]) -> Option<Lease> {
    let (mut lease, mut now) = (lease, None);
    for round in 0..ROUNDS {
        let plan = now.as_ref().unwrap_or(first);
        if open_steps(plan, standing).is_empty() {
            break;
        }
        if let Some(problem) = job.settled.progress.stopped() {
            leave_open(standing, problem);
            break;
        }
        if round > 0 {
            job.pause().await;
        }
        let ended = write(job, &lease, plan, standing).await;
        match look(job, lease).await {
            Ok((line, plan)) => {
                settle(&plan, standing);
                (lease, now) = (line, Some(plan));
            }
            Err(problem) => {
                leave_open(standing, ended.as_ref().unwrap_or(&problem));
                return None;
            }
        }
        if let Some(problem) = ended {
            leave_open(standing, &problem);
            // Nothing more is asked of this router.
            job.lines_left = 0;
            return None;
        }
    }
    Some(lease)
}

/// The steps of rows that are to be written.
fn open_steps<'a>(plan: &'a SyncPlan, standing: &[Standing]) -> Vec<(usize, &'a AccountStep)> {
    let rows = plan.rows.iter().zip(standing).enumerate();
    rows.filter_map(|(at, (row, standing))| match (row, standing) {
        (Ok(step), Standing::Open(_)) => Some((at, step)),
        _ => None,
    })
    .collect()
}

/// Writes what is open. Gives the trouble that every further row would have had as well: then no more was sent.
async fn write(job: &mut Job<'_>, lease: &Lease, plan: &SyncPlan, standing: &mut [Standing]) -> Option<Problem> {
    let (pauses, progress) = (job.router.pauses, job.settled.progress.clone());
    let pen = Pen::of(lease, &progress);
    heeding_load(lease, pauses, &progress, write_rows(job, &pen, plan, standing)).await;
    pen.ended_by().map(trouble::of_call)
}

async fn write_rows(job: &mut Job<'_>, pen: &Pen<'_>, plan: &SyncPlan, standing: &mut [Standing]) {
    let Job { service, desired, settled, .. } = job;
    let steps = open_steps(plan, standing);
    let mut profiles: Vec<Result<(), CallError>> = Vec::with_capacity(plan.profiles.len());
    for (at, step) in plan.profiles.iter().enumerate() {
        let is_needed = steps.iter().any(|(_, account)| account.profile == at);
        profiles.push(if is_needed { apply::write_profile(pen, *service, step).await } else { Ok(()) });
    }
    let mut ready = Vec::new();
    for (at, step) in steps {
        match &profiles[step.profile] {
            Ok(()) => ready.push((at, step)),
            Err(error) => standing[at] = after(error, profile_failed(&plan.profiles[step.profile].name, error)),
        }
    }
    let written = |at: usize, answer: Result<(), CallError>| {
        settled.progress.tell_window(pen.window());
        standing[at] = match answer {
            Ok(()) => {
                written_now(desired, at);
                Standing::Told(Ok(()))
            }
            Err(error) => after(&error, trouble::of_call(&error)),
        };
        if matches!(standing[at], Standing::Told(Ok(())) | Standing::Failed(_)) {
            settled.row(at);
        }
    };
    apply::write_accounts(pen, *service, &ready, written).await;
}

/// The router took the password. One that hides passwords cannot be asked, so we remember it for the second look.
fn written_now(desired: &mut Desired, at: usize) {
    if let Some(Ok(intent)) = desired.rows.get_mut(at) {
        intent.pushed = Pushed::Same;
    }
}

/// A race with somebody else at the router is looked at again, and so is what the router may have done all the same; any
/// other refusal is final.
fn after(error: &CallError, problem: Problem) -> Standing {
    match error {
        CallError::Unknown { .. } => Standing::Told(Err(problem)),
        CallError::NotSent { .. } => Standing::Open(problem),
        CallError::Refused { refusal, .. } if refusal.is_unsettled() => Standing::Told(Err(problem)),
        // Of several rows in one command some may have been changed before there was no room.
        CallError::Refused { refusal, .. } if refusal.is_storage_full() => Standing::Told(Err(problem)),
        CallError::Refused { refusal, .. } if refusal.is_not_permitted() || is_a_race(refusal) => {
            Standing::Open(problem)
        }
        CallError::Refused { .. } | CallError::OddRow { .. } | CallError::Unsendable { .. } => {
            Standing::Failed(problem)
        }
    }
}

/// The router is not as it was when it was looked at.
fn is_a_race(refusal: &Refusal) -> bool {
    refusal.is_duplicate() || refusal.is_no_such_item() || refusal.lacks_profile()
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

/// Plans again from what the router holds, over a new line where the old one broke. What goes wrong meanwhile is tried
/// again where that can help.
async fn look(job: &mut Job<'_>, lease: Lease) -> Result<(Lease, SyncPlan), Problem> {
    let mut lease = Some(lease).filter(|lease| !lease.is_closed());
    let mut last = Problem::new(Code::RouterUnreachable, "The line to the router broke again and again.");
    loop {
        if lease.is_none() {
            let Some(left) = job.lines_left.checked_sub(1) else { return Err(last) };
            job.lines_left = left;
        }
        match look_once(job, lease.take()).await {
            Err(problem) if is_worth_another(&problem) => last = problem,
            looked => return looked,
        }
        if job.lines_left > 0 {
            job.pause().await;
        }
    }
}

async fn look_once(job: &Job<'_>, lease: Option<Lease>) -> Result<(Lease, SyncPlan), Problem> {
    let lease = match lease {
        Some(lease) => lease,
        None => job.router.lease().await?,
    };
    let plan = look_and_plan(&lease, &job.desired, &job.look).await.map_err(|error| trouble::of_call(&error))?;
    Ok((lease, plan))
}

/// Bytes that are no reply may have been garbled on their way.
fn is_worth_another(problem: &Problem) -> bool {
    problem.code.retryable() || problem.code == Code::RouterProtocol
}

/// Every row that was written to is seen: it is as planned, or known not to be.
fn settle(plan: &SyncPlan, standing: &mut [Standing]) {
    for (row, standing) in plan.rows.iter().zip(standing) {
        *standing = match (row, std::mem::replace(standing, Standing::Written)) {
            (_, settled @ (Standing::Written | Standing::Failed(_))) => settled,
            (Ok(step), _) if plan.is_written(step) => Standing::Written,
            (Err(problem), _) => Standing::Failed(problem.clone()),
            (Ok(_), Standing::Open(problem)) => Standing::Open(problem),
            (Ok(_), Standing::Told(answer)) => Standing::Open(seen_undone(answer)),
        };
    }
}

/// Why a row is not as planned, now that it was looked at.
fn seen_undone(answer: Result<(), Problem>) -> Problem {
    match answer {
        Ok(()) => Problem::new(Code::RouterRejected, "The router holds something else than was written."),
        Err(problem) if problem.code == Code::OutcomeUnknown => {
            let detail = format!("{} It was not written.", problem.detail);
            Problem { code: Code::RouterUnreachable, outcome_unknown: false, detail, ..problem }
        }
        Err(problem) => problem,
    }
}

/// Nothing more is written: what is open has this problem.
fn leave_open(standing: &mut [Standing], problem: &Problem) {
    for standing in standing {
        if let Standing::Open(last) = standing {
            *last = problem.clone();
        }
    }
}
