//! What was carried in the last two minutes: sixty countings of two seconds each.

use std::collections::VecDeque;

/// How many countings are kept.
pub(crate) const SAMPLES: usize = 60;

/// Download and upload in bit/s, oldest first. What could not be counted is a gap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct History(VecDeque<(Option<u64>, Option<u64>)>);

impl History {
    /// Adds a counting.
    pub(crate) fn push(&mut self, down: Option<u64>, up: Option<u64>) {
        self.0.push_back((down, up));
        while self.0.len() > SAMPLES {
            self.0.pop_front();
        }
    }

    /// All of it, oldest first.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (Option<u64>, Option<u64>)> {
        self.0.iter().copied()
    }

    /// The most of each direction.
    pub(crate) fn peak(&self) -> (u64, u64) {
        self.0.iter().fold((0, 0), |(down, up), (d, u)| (down.max(d.unwrap_or(0)), up.max(u.unwrap_or(0))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_minutes_are_kept() {
        let mut history = History::default();
        (0..70).for_each(|at| history.push(Some(at), None));
        assert_eq!(history.iter().len(), SAMPLES);
        assert_eq!(history.iter().next(), Some((Some(10), None)));
        assert_eq!(history.peak(), (69, 0));
    }
}
