//! Who writes before whom. A router refuses a name that another row still bears, also where that row is about to get
//! another one in the same plan.

use std::collections::{HashMap, HashSet};

use super::{
    Intent,
    find::{Accounts, not_ours},
};
use crate::{customer::Customer, row::Row, wire::problem::Problem};

/// Where one customer's account is written, and after which other row of the request.
#[derive(Clone)]
pub(super) struct Place<'a> {
    /// The row that is theirs.
    pub(super) existing: Option<&'a Row>,
    /// The row of the request whose account has the name until then.
    pub(super) after: Option<usize>,
    /// A name that the account takes meanwhile, for another waits for its own.
    pub(super) aside: Option<String>,
    /// Accounts are written turn by turn; those of one turn do not depend on each other.
    pub(super) turn: usize,
}

/// Finds every customer's row. Who wants a name that somebody keeps is refused, and whoever waits for them as well.
pub(super) fn places<'a>(
    wanted: &[Result<&Intent, Problem>],
    accounts: &Accounts<'a>,
) -> Vec<Result<Place<'a>, Problem>> {
    let own: Vec<Result<Option<&Row>, Problem>> =
        wanted.iter().map(|intent| accounts.of_customer(&intent.as_ref().map_err(Clone::clone)?.customer)).collect();
    let owners: HashMap<&str, usize> =
        own.iter().enumerate().filter_map(|(at, row)| Some((row.as_ref().ok()?.as_ref()?.id.as_str(), at))).collect();
    let place = |(intent, own): (&Result<&Intent, Problem>, Result<Option<&'a Row>, Problem>)| {
        let (customer, existing) = (&intent.as_ref().map_err(Clone::clone)?.customer, own?);
        let after = match accounts.in_the_way(customer, existing) {
            None => None,
            Some(row) => Some(leaver(row, customer, &owners, wanted).ok_or_else(|| not_ours(row))?),
        };
        Ok(Place { existing, after, aside: None, turn: 0 })
    };
    let mut places: Vec<_> = wanted.iter().zip(own).map(place).collect();
    refuse_those_who_wait_in_vain(&mut places, wanted, accounts);
    break_rings(&mut places, wanted, accounts);
    take_turns(&mut places);
    places
}

/// The row of the request that gives up the name of this account.
fn leaver(
    row: &Row,
    customer: &Customer,
    owners: &HashMap<&str, usize>,
    wanted: &[Result<&Intent, Problem>],
) -> Option<usize> {
    let at = *owners.get(row.id.as_str())?;
    let intent = wanted.get(at)?.as_ref().ok()?;
    (intent.customer.username != customer.username).then_some(at)
}

/// Nobody gives up a name who is refused themselves.
fn refuse_those_who_wait_in_vain(
    places: &mut [Result<Place<'_>, Problem>],
    wanted: &[Result<&Intent, Problem>],
    accounts: &Accounts<'_>,
) {
    let waiting: HashMap<usize, usize> =
        places.iter().enumerate().filter_map(|(at, place)| Some((place.as_ref().ok()?.after?, at))).collect();
    let refused: Vec<usize> = (0..places.len()).filter(|at| places[*at].is_err()).collect();
    for mut leaver in refused {
        while let Some(at) = waiting.get(&leaver).copied() {
            let (Ok(place), Ok(intent)) = (&places[at], &wanted[at]) else { break };
            let Some(row) = accounts.in_the_way(&intent.customer, place.existing) else { break };
            places[at] = Err(not_ours(row));
            leaver = at;
        }
    }
}

/// Of customers who swap names in a ring, one steps aside.
fn break_rings(
    places: &mut [Result<Place<'_>, Problem>],
    wanted: &[Result<&Intent, Problem>],
    accounts: &Accounts<'_>,
) {
    let mut seen = HashSet::new();
    for start in 0..places.len() {
        let mut way = HashSet::new();
        let mut at = start;
        while seen.insert(at) {
            way.insert(at);
            let Some(leaver) = waits_for(places, at) else { break };
            if way.contains(&leaver)
                && let (Ok(place), Ok(intent)) = (&mut places[leaver], &wanted[leaver])
            {
                place.aside = Some(free_name(&intent.customer, accounts));
            }
            at = leaver;
        }
    }
}

/// Who has to write first; nobody, where the one who gives up the name steps aside before anybody writes.
fn waits_for(places: &[Result<Place<'_>, Problem>], at: usize) -> Option<usize> {
    let leaver = places.get(at)?.as_ref().ok()?.after?;
    places.get(leaver)?.as_ref().ok()?.aside.is_none().then_some(leaver)
}

/// A name that nobody has. Should the line break while an account bears it, its marker still says whose it is.
fn free_name(customer: &Customer, accounts: &Accounts<'_>) -> String {
    let mut name = format!("{}.moving", customer.id);
    while accounts.has(&name) {
        name.push('.');
    }
    name
}

fn take_turns(places: &mut [Result<Place<'_>, Problem>]) {
    for start in 0..places.len() {
        // The way to somebody who waits for nobody, or whose turn is known.
        let mut way = vec![start];
        let mut at = start;
        while let Some(leaver) = waits_for(places, at).filter(|_| turn(places, at) == 0) {
            way.push(leaver);
            at = leaver;
        }
        let first = turn(places, at);
        for (turns, at) in way.into_iter().rev().enumerate().skip(1) {
            if let Ok(place) = &mut places[at] {
                place.turn = first + turns;
            }
        }
    }
}

fn turn(places: &[Result<Place<'_>, Problem>], at: usize) -> usize {
    places.get(at).and_then(|place| place.as_ref().ok()).map_or(0, |place| place.turn)
}
