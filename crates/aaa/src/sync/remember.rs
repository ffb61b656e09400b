//! What a sync leaves in the store of the accounts it wrote: names, comments and passwords, and whose sessions must end.

use std::collections::HashSet;

use domain::{
    customer::ServiceType,
    sync::{AccountStep, SyncPlan, Target},
    wire::problem::Problem,
};
use store::{PushedAccount, PushedAccounts};

use super::carry_out::Row;
use crate::{Services, router::RouterHandle, trouble};

impl Services {
    /// What the router holds by now: the next sync finds it without a long list, and compares passwords it cannot read.
    pub(super) async fn remember_accounts(
        &self,
        router: &RouterHandle,
        service: ServiceType,
        pushed: &PushedAccounts,
        comments: Vec<Option<String>>,
        with_password: Vec<Option<String>>,
        rows: &[Result<Row, Problem>],
    ) -> Result<(), Problem> {
        let is_unknown = |row: &Result<Row, Problem>| row.as_ref().is_err_and(|problem| problem.outcome_unknown);
        let unknown = rows.iter().zip(with_password).filter(|(row, _)| is_unknown(row)).filter_map(|(_, id)| id);
        let written = rows.iter().zip(comments).filter_map(|(row, comment)| {
            let (Row { customer, password, .. }, comment) = (row.as_ref().ok()?, comment?);
            let password = password.as_ref().map(|password| password.password().clone());
            let (customer_id, username) = (customer.id.to_string(), customer.username.to_string());
            let is_known = pushed.last(&customer_id) == Some((username.as_str(), comment.as_str()));
            (password.is_some() || !is_known).then_some(PushedAccount { customer_id, username, comment, password })
        });
        let written: Vec<_> = written.collect();
        if !written.is_empty() {
            let now = self.clock.now_ms();
            self.store.remember_pushed(router.id, service, &written, now).await.map_err(trouble::of_store)?;
        }
        // Which password the router holds of these, nobody knows any more.
        let unknown: Vec<String> = unknown.collect();
        if unknown.is_empty() {
            return Ok(());
        }
        self.store.forget_passwords(router.id, service, &unknown).await.map_err(trouble::of_store)
    }

    /// Whose sessions need not end any more: none of them is left, or nothing was written for which one must.
    pub(super) async fn settle_ends(
        &self,
        router: &RouterHandle,
        service: ServiceType,
        pushed: &PushedAccounts,
        owed: &[String],
        through_profile: &HashSet<String>,
        rows: &[Result<Row, Problem>],
    ) -> Result<(), Problem> {
        let ended = rows.iter().flatten().filter(|row| row.sessions.left == 0).map(|row| row.customer.id.to_string());
        let ended: HashSet<String> = ended.collect();
        let went_well: HashSet<String> = rows.iter().flatten().map(|row| row.customer.id.to_string()).collect();
        let all_known = rows.iter().all(|row| row.as_ref().err().is_none_or(|problem| !problem.outcome_unknown));
        let is_settled = |id: &&String| {
            // Of those who failed nothing was written, unless nobody knows, or their profile was all the same.
            let nothing_written = all_known && !through_profile.contains(*id);
            ended.contains(*id) || (!went_well.contains(*id) && nothing_written && !pushed.owes_end(id))
        };
        let earlier = ended.iter().filter(|id| pushed.owes_end(id));
        let settled: HashSet<String> = owed.iter().filter(is_settled).chain(earlier).cloned().collect();
        let settled: Vec<String> = settled.into_iter().collect();
        if settled.is_empty() {
            return Ok(());
        }
        self.store.settle_ends(router.id, service, &settled).await.map_err(trouble::of_store)
    }
}

/// Customers of whom a session may go on as before when their account is written.
pub(super) fn owed(plan: &SyncPlan) -> Vec<String> {
    let is_owed = |step: &&AccountStep| {
        let changes = step.target != Target::New && !plan.is_written(step);
        step.cause.is_some() && (changes || !step.ends.is_empty())
    };
    plan.rows.iter().flatten().filter(is_owed).map(|step| step.customer.id.to_string()).collect()
}

/// Customers whose profile is written: it reaches them also where their account cannot be.
pub(super) fn through_profile(plan: &SyncPlan) -> HashSet<String> {
    let is_written = |step: &&AccountStep| !plan.profiles[step.profile].writes.is_empty();
    plan.rows.iter().flatten().filter(is_written).map(|step| step.customer.id.to_string()).collect()
}

/// The comment that each row's account bears in the end.
pub(super) fn comments(plan: &SyncPlan) -> Vec<Option<String>> {
    plan.rows.iter().map(|row| row.as_ref().ok().map(|step| step.comment.clone())).collect()
}

/// Whose password each row writes.
pub(super) fn with_password(plan: &SyncPlan) -> Vec<Option<String>> {
    let id = |step: &AccountStep| step.password.as_ref().map(|_| step.customer.id.to_string());
    plan.rows.iter().map(|row| row.as_ref().ok().and_then(id)).collect()
}
