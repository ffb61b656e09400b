//! Our intent written onto an account, a row hidden, an account removed.

use domain::{
    account::Marker,
    customer::ServiceType,
    drift::DriftRow,
    role::Operator,
    row::Property,
    wire::{
        AccountFate, ActionTaken, DisconnectPolicy, DriftOutcome,
        problem::{Code, Problem},
    },
};

use super::{
    DriftItem, Seen,
    acted::{Acted, Proof},
    adopt::mark,
    again, services_of,
};
use crate::{Services, router::RouterHandle, sync::Brought, trouble};

impl Services {
    /// Makes an account ours by its marker alone, where our intent can be written onto it. A sync does the rest: should
    /// it fail, the account is ours and differs.
    pub(super) async fn claim(&self, router: &RouterHandle, seen: &Seen, row: &DriftRow) -> Result<Acted, Problem> {
        let nobody = || {
            let detail = format!("No {} customer has the username {}.", seen.service.word(), row.username);
            Problem::new(Code::CustomerNotFound, format!("{detail} Adopt it, or give somebody this username."))
        };
        let (customer, _) = row.wanted.and_then(|at| seen.wanted.customers.get(at)).ok_or_else(nobody)?;
        if let Some(obstacle) = &row.obstacle {
            return Err(obstacle.clone());
        }
        let message = format!("{} holds what NetPilot wants for {} now.", row.username, customer.name);
        let mut acted =
            Acted { customer_id: Some(customer.id.clone()), ..Acted::new(DriftOutcome::Overwritten, message) };
        if row.account.is_none() {
            return Ok(acted);
        }
        let account = seen.account(row)?;
        if Marker::of(account).is_none_or(|marker| marker.id.as_str() != customer.id) {
            let lease = router.lease().await?;
            let account = again(&lease, seen.service, account).await?;
            // What was written for them once was another account's password.
            let forgotten = self.store.forget_pushed(router.id, seen.service, &customer.id).await;
            forgotten.map_err(trouble::of_store)?;
            // Whether the marker was written after all, the sync sees.
            let marked = mark(&lease, seen.service, &account, &customer.id, &customer.name).await?;
            acted.changes.extend(marked.change);
        }
        Ok(acted)
    }

    /// Syncs the customers whose accounts were claimed.
    pub(super) async fn bring_chosen(
        &self,
        operator: &Operator,
        items: &[DriftItem],
        acted: &mut [Result<Acted, Problem>],
    ) {
        for service in services_of(items) {
            let chosen: Vec<(usize, String)> = chosen(items, acted, service);
            if chosen.is_empty() {
                continue;
            }
            let (places, ids): (Vec<usize>, Vec<String>) = chosen.into_iter().unzip();
            match self.bring(operator, service, ids, DisconnectPolicy::Auto).await {
                Ok(rows) => {
                    for (at, row) in places.into_iter().zip(rows) {
                        settle(&mut acted[at], row);
                    }
                }
                Err(problem) => places.into_iter().for_each(|at| settle(&mut acted[at], Err(problem.clone()))),
            }
        }
    }

    pub(super) async fn ignore(&self, router: &RouterHandle, seen: &Seen, row: &DriftRow) -> Result<Acted, Problem> {
        let DriftRow { username, seen: text, .. } = row;
        let kept = self.store.ignore_drift(router.id, seen.service, username, text, self.clock.now_ms()).await;
        kept.map_err(trouble::of_store)?;
        let message = format!("{username} is not shown until it changes.");
        Ok(Acted { customer_id: row.customer_id.clone(), ..Acted::new(DriftOutcome::Ignored, message) })
    }

    pub(super) async fn remove(&self, router: &RouterHandle, seen: &Seen, row: &DriftRow) -> Result<Acted, Problem> {
        let account = seen.account(row)?;
        let lease = router.lease().await?;
        let account = again(&lease, seen.service, account).await?;
        let name = account.get(Property::Name).unwrap_or_default().to_owned();
        let (sessions, doubt) = match self.end_one(&lease, seen.service, &account, &name, AccountFate::Remove).await {
            Ok(sessions) => (sessions, None),
            Err(problem) if problem.outcome_unknown => (0, Some(problem)),
            Err(problem) => return Err(problem),
        };
        Ok(Acted {
            customer_id: row.customer_id.clone(),
            sessions,
            proof: Proof::Gone { row: account.id, name: name.clone() },
            doubt,
            ..Acted::new(DriftOutcome::Removed, format!("{name} was removed from the router."))
        })
    }
}

/// The customers of claimed accounts, each with the place of their item.
fn chosen(items: &[DriftItem], acted: &[Result<Acted, Problem>], service: ServiceType) -> Vec<(usize, String)> {
    let claimed = |(at, (item, acted)): (usize, (&DriftItem, &Result<Acted, Problem>))| match acted {
        Ok(Acted { outcome: DriftOutcome::Overwritten, customer_id: Some(id), .. }) if item.service == service => {
            Some((at, id.clone()))
        }
        _ => None,
    };
    items.iter().zip(acted).enumerate().filter_map(claimed).collect()
}

fn settle(acted: &mut Result<Acted, Problem>, brought: Result<Brought, Problem>) {
    let Ok(claimed) = acted else { return };
    match brought {
        Err(problem) if claimed.changes.is_empty() => *acted = Err(problem),
        Err(problem) => {
            let detail = format!("The account bears our marker now, but is not as it should be. {}", problem.detail);
            *acted = Err(Problem { detail, ..problem });
        }
        Ok(Brought { action, changes, sessions, left }) => {
            if action == ActionTaken::Unchanged && claimed.changes.is_empty() {
                claimed.outcome = DriftOutcome::Unchanged;
            }
            claimed.changes.extend(changes);
            claimed.sessions = sessions;
            if left > 0 {
                let goes_on =
                    format!(" {left} of its sessions could not be ended; until they end, they go on as before.");
                claimed.message.push_str(&goes_on);
            }
        }
    }
}
