//! Accounts of ours that a whole list names nobody for are removed, and seen to be gone.

use std::collections::{HashMap, HashSet};

use domain::{
    account::Marker,
    customer::ServiceType,
    row::{Property, Row},
    sync::{Online, Prune, Removal},
    wire::{
        PrunedRow, RowError,
        problem::{Code, Problem},
    },
};
use routeros::{CallError, Command, Lease, Menu, RowId};

use super::{apply::ends_all, observe::print_rows};
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

/// None goes where the router lets nothing be written.
pub(super) fn given_up(prune: &Prune, problem: &Problem) -> Vec<PrunedRow> {
    prune.removals.iter().map(|removal| failed(removal, problem.clone())).collect()
}

/// What is told of removals where the work breaks off before anybody knows.
pub(super) fn not_reached(prune: &Prune) -> Vec<PrunedRow> {
    let detail = "The work broke off before it was known whether the account was removed; send the whole list again.";
    given_up(prune, &Problem { outcome_unknown: true, ..Problem::new(Code::OutcomeUnknown, detail) })
}

/// What would go.
pub(super) fn planned(prune: &Prune) -> Vec<PrunedRow> {
    let row = |removal: &Removal| pruned(removal, false, 0, format!("{} would be removed", removal.username), None);
    prune.removals.iter().map(row).collect()
}

/// Removes accounts, then ends their sessions: whoever is put offline finds no account to dial in with.
pub(super) async fn remove(router: &RouterHandle, service: ServiceType, prune: &Prune) -> Vec<PrunedRow> {
    // Much may have happened since the plan was made.
    let (lease, before) = match look(router, service).await {
        Ok(seen) => seen,
        Err(problem) => return prune.removals.iter().map(|removal| failed(removal, problem.clone())).collect(),
    };
    let (known, changed): (Vec<_>, Vec<_>) =
        prune.removals.iter().cloned().partition(|removal| before.contains(&Account::of(removal)));
    let refused = remove_rows(&lease, menus(service).accounts, &known).await;
    let (lease, left) = match look(router, service).await {
        Ok(seen) => seen,
        Err(problem) => {
            let unknown = Problem { code: Code::OutcomeUnknown, outcome_unknown: true, ..problem };
            return prune.removals.iter().map(|removal| failed(removal, unknown.clone())).collect();
        }
    };
    let is_gone = |removal: &&Removal| !changed.contains(removal) && !left.contains(&Account::of(removal));
    let sessions: Vec<Online> =
        prune.removals.iter().filter(is_gone).flat_map(|removal| removal.ends.iter().cloned()).collect();
    let fates = sessions::end_and_look(router, &lease, service, &sessions).await;
    let fates: HashMap<&str, Fate> = sessions.iter().map(|online| online.id.as_str()).zip(fates).collect();
    let row = |removal: &Removal| {
        if changed.contains(removal) {
            let detail = format!("The account {} changed since this was planned.", removal.username);
            return failed(removal, Problem::new(Code::PlanStale, detail));
        }
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

/// One account of the router, by what makes it the one that is meant.
#[derive(PartialEq, Eq, Hash)]
struct Account {
    row: String,
    name: String,
    customer_id: String,
}

impl Account {
    fn of(Removal { row, username, customer_id, .. }: &Removal) -> Self {
        Self { row: row.clone(), name: username.clone(), customer_id: customer_id.clone() }
    }
}

/// Fifty at once; where the router refuses them together, each alone, unless every other would be refused as well. Gives
/// what was not done, by row.
async fn remove_rows(lease: &Lease, menu: Menu, removals: &[Removal]) -> HashMap<String, CallError> {
    let mut refused = HashMap::new();
    let mut ended = None;
    for some in removals.chunks(ROWS_IN_ONE) {
        if let Some(error) = &ended {
            refused.extend(some.iter().map(|removal| (removal.row.clone(), CallError::clone(error))));
            continue;
        }
        let ids: Vec<(&String, RowId)> =
            some.iter().filter_map(|removal| Some((&removal.row, removal.row.parse().ok()?))).collect();
        let together: Vec<_> = ids.iter().map(|(_, id)| *id).collect();
        match lease.run(Command::remove_all(menu, &together)).await {
            Ok(_) => {}
            Err(error @ CallError::Refused { .. }) if !ends_all(&error) => {
                let each = ids.iter().map(|(_, id)| Command::remove(menu, *id)).collect();
                let answers = ids.iter().zip(lease.run_all(each).await);
                refused.extend(answers.filter_map(|((row, _), answer)| Some(((*row).clone(), answer.err()?))));
            }
            Err(error) => {
                refused.extend(ids.iter().map(|(row, _)| ((*row).clone(), error.clone())));
                ended = Some(error);
            }
        }
    }
    refused
}

/// The accounts that are ours, each with its name and whose it is: an id may be another account's by now.
async fn look(router: &RouterHandle, service: ServiceType) -> Result<(Lease, HashSet<Account>), Problem> {
    let mut last = None;
    for _ in 0..LOOKS {
        let lease = router.lease().await?;
        match print_rows(&lease, prints::accounts(service, [])).await {
            Ok(rows) => {
                let account = |row: &Row| {
                    let name = row.get(Property::Name).unwrap_or_default().to_owned();
                    Some(Account { row: row.id.clone(), name, customer_id: Marker::of(row)?.id.to_string() })
                };
                return Ok((lease, rows.iter().filter_map(account).collect()));
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
