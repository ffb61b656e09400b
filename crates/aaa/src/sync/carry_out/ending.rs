//! Sessions end after a change, and are seen to be gone.

use std::collections::HashMap;

use domain::sync::{Online, SyncPlan};
use routeros::Lease;

use super::{Ended, Job, Standing};
use crate::{
    sessions::{self, Fate},
    sync::observe::online_as,
};

/// Ends the sessions that a written change concerns: all that its customers have now, for who dialled in meanwhile may
/// have done so before the change. Where the line breaks, another one looks who is left. A session that goes on leaves the
/// account as it was written; the row says so.
pub(super) async fn end_sessions(
    job: &mut Job<'_>,
    lease: Option<Lease>,
    plan: &SyncPlan,
    names: HashMap<&str, usize>,
) -> Vec<Ended> {
    let mut ended = vec![Ended::default(); plan.rows.len()];
    if names.is_empty() {
        return ended;
    }
    let of = |online: &Online| names.get(online.username.as_str()).copied();
    let (mut lease, mut waiting) = (lease, None::<Vec<Online>>);
    while let Some(line) = line_to_end_with(job, lease.take()).await {
        let Ok(now) = online_as(&line, job.service, names.keys().copied().collect()).await else { continue };
        let pending: Vec<Online> = match waiting.take() {
            None => now,
            // A session that is new by now began after the change.
            Some(waiting) => {
                let (left, gone): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|online| now.contains(online));
                gone.iter().filter_map(of).for_each(|at| ended[at].gone += 1);
                left
            }
        };
        let fates = sessions::end_and_look(job.router, &line, job.service, &pending).await;
        let gone = pending.iter().zip(&fates).filter(|(_, fate)| **fate == Fate::Ended);
        gone.filter_map(|(online, _)| of(online)).for_each(|at| ended[at].gone += 1);
        let left: Vec<_> =
            pending.into_iter().zip(fates).filter(|(_, fate)| *fate == Fate::Left).map(|(online, _)| online).collect();
        let is_over = left.is_empty() || !line.is_closed();
        waiting = Some(left);
        if is_over {
            break;
        }
    }
    // Where nobody could look, what was seen before the change goes on as far as we know.
    let seen = || plan.rows.iter().flatten().flat_map(|step| &step.ends).map(|ending| ending.session.clone()).collect();
    waiting.unwrap_or_else(seen).iter().filter_map(of).for_each(|at| ended[at].left += 1);
    ended
}

/// The names by which customers are online whom a change concerns, each with its row.
pub(super) fn concerned<'a>(plan: &'a SyncPlan, standing: &[Standing]) -> HashMap<&'a str, usize> {
    let rows = plan.rows.iter().zip(standing).enumerate();
    let written = rows.filter_map(|(at, (row, standing))| match (row, standing) {
        (Ok(step), Standing::Written) if step.cause.is_some() => Some((at, step)),
        _ => None,
    });
    let concerned = written.filter(|(_, step)| !step.ends.is_empty() || !plan.is_written(step));
    concerned.flat_map(|(at, step)| step.online_as.iter().map(move |name| (name.as_str(), at))).collect()
}

/// The line that still works, or a new one while we may open one.
async fn line_to_end_with(job: &mut Job<'_>, lease: Option<Lease>) -> Option<Lease> {
    if let Some(lease) = lease.filter(|lease| !lease.is_closed()) {
        return Some(lease);
    }
    while let Some(left) = job.lines_left.checked_sub(1) {
        job.lines_left = left;
        job.pause().await;
        if let Ok(lease) = job.router.lease().await {
            return Some(lease);
        }
    }
    None
}
