//! What became of a choice, and what on the router proves it.

use domain::{
    account::Marker,
    customer::ServiceType,
    drift::DriftRow,
    row::Property,
    wire::{
        DriftOutcome, DriftResolved, ObjectChange, RowError, SyncState,
        problem::{Code, Problem},
    },
};

use super::{DriftItem, Seen, services_of};
use crate::{Services, router::RouterHandle};

/// What was done about one row.
pub(super) struct Acted {
    pub(super) outcome: DriftOutcome,
    pub(super) message: String,
    /// Whose it is now.
    pub(super) customer_id: Option<String>,
    pub(super) changes: Vec<ObjectChange>,
    /// Sessions that were ended.
    pub(super) sessions: usize,
    pub(super) proof: Proof,
    /// The line broke over it: only the router knows whether it was done.
    pub(super) doubt: Option<Problem>,
}

/// What the router has to show for it.
pub(super) enum Proof {
    /// Nothing was written, or it was read back already.
    None,
    /// The row of this id bears the marker of this customer.
    Marked { row: String, customer: String },
    /// There is no row of this id and name.
    Gone { row: String, name: String },
}

impl Acted {
    pub(super) fn new(outcome: DriftOutcome, message: String) -> Self {
        Self { outcome, message, customer_id: None, changes: Vec::new(), sessions: 0, proof: Proof::None, doubt: None }
    }

    pub(super) fn unchanged(row: &DriftRow) -> Self {
        let message = format!("{} is in sync; there was nothing to do.", row.username);
        Self { customer_id: row.customer_id.clone(), ..Self::new(DriftOutcome::Unchanged, message) }
    }

    /// What the router holds has the last word.
    fn proven(self, after: Option<&Result<Seen, Problem>>) -> Result<Self, Problem> {
        let accounts = match (&self.proof, after) {
            (Proof::None, _) => return Ok(self),
            (_, Some(Ok(after))) => &after.observed.accounts,
            (_, Some(Err(problem))) => return Err(unread(problem)),
            (_, None) => return Err(unread(&Problem::new(Code::Internal, "Nobody looked."))),
        };
        let is_there = accounts.iter().any(|account| match &self.proof {
            Proof::None => false,
            Proof::Marked { row, customer } => {
                account.id == *row && Marker::of(account).is_some_and(|marker| marker.id.as_str() == customer)
            }
            Proof::Gone { row, name } => account.id == *row && account.get(Property::Name) == Some(name),
        });
        let is_done = is_there == matches!(self.proof, Proof::Marked { .. });
        let otherwise = || Problem::new(Code::RouterRejected, "The router holds something else than was written.");
        if is_done { Ok(self) } else { Err(self.doubt.unwrap_or_else(otherwise)) }
    }
}

fn unread(problem: &Problem) -> Problem {
    let detail = format!("It was written, and could not be read back. {}", problem.detail);
    Problem { code: Code::OutcomeUnknown, detail, outcome_unknown: true, ..problem.clone() }
}

impl Services {
    /// Looks at the router again, once for each service, and tells each row's outcome.
    pub(super) async fn read_back(
        &self,
        router: &RouterHandle,
        items: &[DriftItem],
        acted: Vec<Result<Acted, Problem>>,
    ) -> Vec<DriftResolved> {
        let mut after: Vec<(ServiceType, Result<Seen, Problem>)> = Vec::new();
        for service in services_of(items) {
            after.push((service, self.seen(router, service).await));
        }
        let tell = |(item, acted): (&DriftItem, Result<Acted, Problem>)| {
            let after = after.iter().find(|(service, _)| *service == item.service).map(|(_, seen)| seen);
            let acted = acted.and_then(|acted| acted.proven(after));
            let rows = after.and_then(|seen| seen.as_ref().ok()).map_or(&[][..], |seen| seen.rows.as_slice());
            resolved(item, acted, rows)
        };
        items.iter().zip(acted).map(tell).collect()
    }

    /// What was resolved is shown again when it drifts anew.
    pub(super) async fn notice(&self, router: &RouterHandle, resolved: &[DriftResolved]) {
        let is_noticed = |done: &&DriftResolved| {
            done.success && !matches!(done.outcome, DriftOutcome::Ignored | DriftOutcome::Unchanged)
        };
        for service in ServiceType::ALL {
            let done = resolved.iter().filter(is_noticed).filter(|done| done.service_type == service);
            let usernames: Vec<String> = done.map(|done| done.username.clone()).collect();
            if !usernames.is_empty()
                && let Err(error) = self.store.notice_drift(router.id, service, &usernames).await
            {
                // The rows are resolved; at worst one that drifts back exactly stays hidden.
                tracing::warn!(error = &error as &dyn std::error::Error, "Resolved drift is still marked as ignored");
            }
        }
    }
}

fn resolved(item: &DriftItem, acted: Result<Acted, Problem>, rows: &[DriftRow]) -> DriftResolved {
    let DriftItem { username, service, fingerprint: _ } = item;
    let whose = acted.as_ref().ok().and_then(|acted| acted.customer_id.as_ref());
    let is_theirs = |row: &&DriftRow| whose.is_some() && row.customer_id.as_ref() == whose && row.wanted.is_some();
    let row = rows.iter().find(is_theirs).or_else(|| rows.iter().find(|row| row.username == *username));
    let state: Option<SyncState> = row.map(|row| row.state);
    match acted {
        Ok(Acted { outcome, message, customer_id, changes, sessions, proof: _, doubt: _ }) => DriftResolved {
            username: username.clone(),
            service_type: *service,
            success: true,
            outcome,
            message,
            customer_id,
            changes,
            sessions_disconnected: sessions,
            state,
            error: None,
        },
        Err(problem) => DriftResolved {
            username: username.clone(),
            service_type: *service,
            success: false,
            outcome: DriftOutcome::Failed,
            message: problem.detail,
            customer_id: row.and_then(|row| row.customer_id.clone()),
            changes: Vec::new(),
            sessions_disconnected: 0,
            state,
            error: Some(RowError {
                code: problem.code,
                retryable: problem.code.retryable(),
                routeros: problem.routeros,
            }),
        },
    }
}
