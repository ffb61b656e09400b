//! Whose an account is, or could be by choice: the plan says so, else its name.

use std::collections::{HashMap, HashSet};

use super::Who;
use crate::{
    account::{Marker, is_of_customer},
    customer::ServiceType,
    row::{Property, Row},
    sync::{Desired, Observed, SyncPlan, Target},
};

/// For each wanted row the place of its account. No account is given twice.
pub(super) fn claims(who: &[Who], service: ServiceType, plan: &SyncPlan, observed: &Observed) -> Vec<Option<usize>> {
    let mut free = Free::of(who, service, observed);
    let mut claims: Vec<Option<usize>> = plan
        .rows
        .iter()
        .map(|row| match row.as_ref().map(|step| &step.target) {
            Ok(Target::Row(id)) => free.take_by_id(id),
            Ok(Target::New) | Err(_) => None,
        })
        .collect();
    for (at, row) in plan.rows.iter().enumerate() {
        if row.is_err() {
            claims[at] = free.take_for(&who[at]);
        }
    }
    claims
}

/// The router as it would be if every account bore the marker of the customer who claims it; `None` where that is how
/// it is.
pub(super) fn as_if_marked(claims: &[Option<usize>], desired: &Desired, observed: &Observed) -> Option<Observed> {
    let mut marked = None;
    for (claim, wanted) in claims.iter().zip(&desired.rows) {
        let (Some(at), Ok(intent)) = (claim, wanted) else { continue };
        let customer = &intent.customer;
        if Marker::of(&observed.accounts[*at]).is_none_or(|marker| marker.id != customer.id) {
            let row = &mut marked.get_or_insert_with(|| observed.clone()).accounts[*at];
            let comment = Marker::onto(row, &customer.name, &customer.id);
            row.values.insert(Property::Comment.name().to_owned(), comment);
        }
    }
    marked
}

/// Accounts that nobody was given yet.
struct Free<'a> {
    accounts: &'a [Row],
    by_id: HashMap<&'a str, usize>,
    by_name: HashMap<&'a str, Vec<usize>>,
    by_marker: HashMap<String, Vec<usize>>,
    ours: HashSet<&'a str>,
    taken: HashSet<usize>,
}

impl<'a> Free<'a> {
    fn of(who: &'a [Who], service: ServiceType, observed: &'a Observed) -> Self {
        let accounts = observed.accounts.as_slice();
        let mut free = Self {
            accounts,
            by_id: accounts.iter().enumerate().map(|(at, row)| (row.id.as_str(), at)).collect(),
            by_name: HashMap::new(),
            by_marker: HashMap::new(),
            ours: who.iter().map(|who| who.customer_id.as_str()).collect(),
            taken: HashSet::new(),
        };
        for (at, row) in accounts.iter().enumerate().filter(|(_, row)| is_of_customer(row, service)) {
            if let Some(name) = row.get(Property::Name) {
                free.by_name.entry(name).or_default().push(at);
            }
            if let Some(marker) = Marker::of(row) {
                free.by_marker.entry(marker.id.to_string()).or_default().push(at);
            }
        }
        free
    }

    fn take_by_id(&mut self, id: &str) -> Option<usize> {
        let at = *self.by_id.get(id)?;
        self.taken.insert(at).then_some(at)
    }

    /// Their own account under their username, else one there that is nobody's, else the one that bears their marker.
    fn take_for(&mut self, who: &Who) -> Option<usize> {
        let named = self.free(self.by_name.get(who.username.as_str()));
        let owner = |at: usize| Marker::of(&self.accounts[at]).map(|marker| marker.id.to_string());
        let is_theirs = |at: &&usize| owner(**at).as_deref() == Some(who.customer_id.as_str());
        let is_nobodys = |at: &&usize| owner(**at).is_none_or(|id| !self.ours.contains(id.as_str()));
        let under_their_name = named.iter().find(is_theirs).or_else(|| named.iter().find(is_nobodys)).copied();
        let at = under_their_name.or_else(|| match self.free(self.by_marker.get(&who.customer_id)).as_slice() {
            [only] => Some(*only),
            _ => None,
        })?;
        self.taken.insert(at);
        Some(at)
    }

    fn free(&self, places: Option<&Vec<usize>>) -> Vec<usize> {
        places.into_iter().flatten().copied().filter(|at| !self.taken.contains(at)).collect()
    }
}
