//! Accounts of ours that nobody is listed for. They go only where somebody asked for it and said that the list is whole.

use std::collections::HashSet;

use super::{Observed, Online};
use crate::{
    account::{Marker, is_of_service},
    customer::ServiceType,
    row::{Property, Row},
};

/// So many may go without being counted by somebody first.
const FEW: usize = 10;
/// Or one in so many of all that are ours.
const ONE_IN: usize = 20;

/// An account that goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The router's `.id` of it.
    pub row: String,
    /// Its name.
    pub username: String,
    /// Whose it was, by its marker.
    pub customer_id: String,
    /// Sessions that end with it.
    pub ends: Vec<Online>,
}

/// What a prune would remove.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prune {
    /// Accounts that go, in the router's order.
    pub removals: Vec<Removal>,
    /// Accounts of this service that are ours.
    pub owned: usize,
}

impl Prune {
    /// Finds every account of ours whose customer is not among the listed. Nothing else ever goes.
    pub fn plan(service: ServiceType, listed: &HashSet<String>, observed: &Observed) -> Self {
        let owned = observed.accounts.iter().filter(|row| is_of_service(row, service));
        let owned: Vec<(&Row, Marker)> = owned.filter_map(|row| Some((row, Marker::of(row)?))).collect();
        let leftover = owned.iter().filter(|(_, marker)| !listed.contains(marker.id.as_str()));
        let removal = |(row, marker): &(&Row, Marker)| {
            let username = row.get(Property::Name).unwrap_or_default().to_owned();
            let ends = observed.online.iter().filter(|online| online.username == username).cloned().collect();
            Removal { row: row.id.clone(), username, customer_id: marker.id.to_string(), ends }
        };
        Self { removals: leftover.map(removal).collect(), owned: owned.len() }
    }

    /// What it does, line by line, to know it again.
    pub fn fingerprint(&self) -> String {
        let line = |Removal { row, username, customer_id, ends: _ }: &Removal| {
            format!("removes {row:?} {username:?} {customer_id:?}\n")
        };
        self.removals.iter().map(line).collect()
    }

    /// Whether somebody has to say the number first: more than ten go, and more than one in twenty.
    pub fn needs_confirmation(&self) -> bool {
        self.removals.len() > FEW.max(self.owned / ONE_IN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn router(owned: usize) -> Observed {
        let account = |n: usize| Row {
            id: format!("*{n:X}"),
            values: [
                ("name".to_owned(), format!("c{n}")),
                ("service".to_owned(), "pppoe".to_owned()),
                ("comment".to_owned(), format!("NetPilot Customer: C (ID: CUS-{n})")),
            ]
            .into(),
        };
        let mut observed = Observed { accounts: (1..=owned).map(account).collect(), ..Observed::default() };
        let mut foreign = account(owned + 1);
        foreign.values.insert("comment".to_owned(), "tower link".to_owned());
        let mut tunnel = account(owned + 2);
        tunnel.values.insert("service".to_owned(), "l2tp".to_owned());
        observed.accounts.extend([foreign, tunnel]);
        observed.online.push(Online { id: "*80000001".to_owned(), username: "c2".to_owned() });
        observed
    }

    fn listed(numbers: impl IntoIterator<Item = usize>) -> HashSet<String> {
        numbers.into_iter().map(|n| format!("CUS-{n}")).collect()
    }

    #[test]
    fn only_what_is_ours_and_of_nobody_goes_with_its_sessions() {
        let prune = Prune::plan(ServiceType::Pppoe, &listed([1, 3]), &router(3));
        let gone: Vec<_> = prune.removals.iter().map(|gone| (gone.username.as_str(), gone.ends.len())).collect();
        assert_eq!((gone, prune.owned), (vec![("c2", 1)], 3));
        assert_eq!(prune.removals[0].row, "*2");
        assert_eq!(prune.fingerprint(), "removes \"*2\" \"c2\" \"CUS-2\"\n");
        assert!(Prune::plan(ServiceType::Pppoe, &listed([1, 2, 3]), &router(3)).removals.is_empty());
    }

    #[test]
    fn many_have_to_be_counted_first() {
        for (owned, gone, asks) in [(10, 10, false), (11, 11, true), (400, 20, false), (400, 21, true), (0, 0, false)] {
            let prune = Prune::plan(ServiceType::Pppoe, &listed(gone + 1..=owned), &router(owned));
            assert_eq!((prune.removals.len(), prune.needs_confirmation()), (gone, asks), "{gone} of {owned}");
        }
    }
}
