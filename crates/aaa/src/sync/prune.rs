//! Accounts of ours that a whole list names nobody for are removed, and seen to be gone.

use std::collections::{HashMap, HashSet};

use domain::{
    account::Marker,
    customer::ServiceType,
    sync::{Online, Prune, Removal},
    wire::{
        PrunedRow, RowError,
        problem::{Code, Problem},
    },
};
use routeros::{CallError, Command, Lease, Menu, RowId};

use super::observe::print_rows;
use crate::{
    router::RouterHandle,
    sessions::{self, Fate},
    translate::{menus, prints},
    trouble,
};

/// Accounts in one command.
const ROWS_IN_ONE: usize = 50;
/// How often a broken line is opened anew to see what is gone.
const LOOKS: usize = 3;

/// A prune that somebody asked for, with the number they said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PruneAsked {
    /// How many accounts may go, where that was asked.
    pub confirmed: Option<usize>,
}

/// # Errors
/// More go than may without the number, or another number was said.
pub(super) fn check(prune: &Prune, asked: PruneAsked) -> Result<(), Problem> {
    let (gone, owned) = (prune.removals.len(), prune.owned);
    match asked.confirmed {
        Some(said) if said == gone => Ok(()),
        None if !prune.needs_confirmation() => Ok(()),
        _ => {
            let detail = format!(
                "{gone} of {owned} accounts of ours would be removed, for the list names nobody for them. Nothing was \
                 written. If that is meant, say the number: confirm {{\"remove\":{gone}}}."
            );
            Err(Problem::new(Code::ConfirmationNeeded, detail))
        }
    }
}

/// What would go.
pub(super) fn planned(prune: &Prune) -> Vec<PrunedRow> {
    let row = |removal: &Removal| pruned(removal, false, 0, format!("{} would be removed", removal.username), None);
    prune.removals.iter().map(row).collect()
}

/// Removes accounts, then ends their sessions: whoever is put offline finds no account to dial in with.
pub(super) async fn remove(router: &RouterHandle, service: ServiceType, prune: &Prune) -> Vec<PrunedRow> {
    let refused = match router.lease().await {
        Ok(lease) => remove_rows(&lease, menus(service).accounts, &prune.removals).await,
        Err(problem) => return prune.removals.iter().map(|removal| failed(removal, problem.clone())).collect(),
    };
    let (lease, left) = match look(router, service).await {
        Ok(seen) => seen,
        Err(problem) => {
            let unknown = Problem { code: Code::OutcomeUnknown, outcome_unknown: true, ..problem };
            return prune.removals.iter().map(|removal| failed(removal, unknown.clone())).collect();
        }
    };
    let is_gone = |removal: &&Removal| !left.contains(&(removal.row.clone(), removal.customer_id.clone()));
    let sessions: Vec<Online> =
        prune.removals.iter().filter(is_gone).flat_map(|removal| removal.ends.iter().cloned()).collect();
    let fates = sessions::end_and_look(&lease, service, &sessions).await;
    let fates: HashMap<&str, Fate> = sessions.iter().map(|online| online.id.as_str()).zip(fates).collect();
    let row = |removal: &Removal| {
        if !is_gone(&removal) {
            let why = refused.get(&removal.row).map(trouble::of_call);
            let still_there = || Problem::new(Code::RouterRejected, "The router still has the account.");
            return failed(removal, why.unwrap_or_else(still_there));
        }
        let ended =
            |fate: Fate| removal.ends.iter().filter(|online| fates.get(online.id.as_str()) == Some(&fate)).count();
        let message = match ended(Fate::Left) {
            0 => format!("{} was removed", removal.username),
            left => format!("{} was removed; {left} of its sessions could not be ended and go on", removal.username),
        };
        pruned(removal, true, ended(Fate::Ended), message, None)
    };
    prune.removals.iter().map(row).collect()
}

/// Fifty at once; where the router refuses them together, each alone. Gives the refusals, by row.
async fn remove_rows(lease: &Lease, menu: Menu, removals: &[Removal]) -> HashMap<String, CallError> {
    let mut refused = HashMap::new();
    for some in removals.chunks(ROWS_IN_ONE) {
        let ids: Vec<(&String, RowId)> =
            some.iter().filter_map(|removal| Some((&removal.row, removal.row.parse().ok()?))).collect();
        let together: Vec<_> = ids.iter().map(|(_, id)| *id).collect();
        if let Err(CallError::Refused { .. }) = lease.run(Command::remove_all(menu, &together)).await {
            let each = ids.iter().map(|(_, id)| Command::remove(menu, *id)).collect();
            let answers = ids.iter().zip(lease.run_all(each).await);
            refused.extend(answers.filter_map(|((row, _), answer)| Some(((*row).clone(), answer.err()?))));
        }
    }
    refused
}

/// The accounts of ours that are left, each with whose it is: an id may be another account's by now.
async fn look(router: &RouterHandle, service: ServiceType) -> Result<(Lease, HashSet<(String, String)>), Problem> {
    let mut last = None;
    for _ in 0..LOOKS {
        let lease = router.lease().await?;
        match print_rows(&lease, prints::accounts(service, [])).await {
            Ok(rows) => {
                let ours = rows.iter().filter_map(|row| Some((row.id.clone(), Marker::of(row)?.id.to_string())));
                return Ok((lease, ours.collect()));
            }
            Err(error) => last = Some(trouble::of_call(&error)),
        }
    }
    Err(last.unwrap_or_else(trouble::not_configured))
}

fn failed(removal: &Removal, problem: Problem) -> PrunedRow {
    let message = format!("{} was not removed. {}", removal.username, problem.detail);
    let error = RowError { code: problem.code, retryable: problem.code.retryable(), routeros: problem.routeros };
    pruned(removal, false, 0, message, Some(error))
}

fn pruned(
    Removal { username, customer_id, .. }: &Removal,
    removed: bool,
    sessions_disconnected: usize,
    message: String,
    error: Option<RowError>,
) -> PrunedRow {
    let (username, customer_id) = (username.clone(), customer_id.clone());
    PrunedRow { username, customer_id, removed, sessions_disconnected, message, error }
}
