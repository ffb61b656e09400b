//! How many commands may be in flight: many while the router is quick, fewer when it slows or has much to do.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// A load above this is too much, in percent of the router's CPU.
const BUSY_PERCENT: u64 = 80;
/// For how many answers a load counts.
const BUSY_FOR: usize = 500;
/// An answer that takes this many times the quickest one seen is slow.
const SLOW_TIMES: u32 = 4;
/// An answer within this time is never slow: nobody waits for it.
const NEVER_SLOW: Duration = Duration::from_millis(100);
/// Of how many answers, more or less, the smoothed time is made.
const SMOOTHED_OVER: u32 = 8;

/// The window of one line. It is told of each answer; it reads no clock.
#[derive(Debug)]
pub(crate) struct Window {
    most: usize,
    /// Seen by others, changed here.
    width: Arc<AtomicUsize>,
    /// Answers since the width last changed.
    answers: usize,
    quickest: Option<Duration>,
    smoothed: Duration,
    /// Answers for which the last word on the load still counts; 0 when the router was not busy.
    busy_for: usize,
    /// Whether a whole window of answers has come since the width last changed.
    is_judged: bool,
}

impl Window {
    /// A window that begins at its widest, and tells its width there.
    pub(crate) fn new(most: usize, width: Arc<AtomicUsize>) -> Self {
        let most = most.max(1);
        width.store(most, Ordering::Relaxed);
        Self { most, width, answers: 0, quickest: None, smoothed: Duration::ZERO, busy_for: 0, is_judged: true }
    }

    /// How many commands may be in flight now.
    pub(crate) fn width(&self) -> usize {
        self.width.load(Ordering::Relaxed)
    }

    /// A command without rows was answered after that time.
    pub(crate) fn answered(&mut self, after: Duration) {
        self.quickest = Some(self.quickest.map_or(after, |quickest| quickest.min(after)));
        self.smoothed =
            if self.smoothed.is_zero() { after } else { (self.smoothed * (SMOOTHED_OVER - 1) + after) / SMOOTHED_OVER };
        self.answers += 1;
        self.busy_for = self.busy_for.saturating_sub(1);
        // One change is judged by a whole window of answers before the next.
        let width = self.width();
        if self.answers < width {
            return;
        }
        if self.is_slow() {
            self.narrow();
        } else if self.busy_for == 0 && width < self.most {
            self.change(width + 1);
        } else {
            self.answers = 0;
            self.is_judged = true;
        }
    }

    /// The router's CPU load, in percent. What was cut before shows in a load only after a while, so one window of
    /// answers is waited for before the next cut; and a load that nobody renews is forgotten.
    pub(crate) fn loaded(&mut self, percent: u64) {
        let is_busy = percent > BUSY_PERCENT;
        self.busy_for = if is_busy { BUSY_FOR } else { 0 };
        if is_busy && self.is_judged {
            self.narrow();
        }
    }

    fn is_slow(&self) -> bool {
        let slow = self.quickest.map_or(NEVER_SLOW, |quickest| (quickest * SLOW_TIMES).max(NEVER_SLOW));
        self.smoothed > slow
    }

    fn narrow(&mut self) {
        self.change((self.width() / 2).max(1));
    }

    fn change(&mut self, width: usize) {
        self.width.store(width, Ordering::Relaxed);
        self.answers = 0;
        self.is_judged = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many answers, each after the same time; the width afterwards.
    fn after(window: &mut Window, answers: usize, each: Duration) -> usize {
        (0..answers).for_each(|_| window.answered(each));
        window.width()
    }

    fn window(most: usize) -> Window {
        Window::new(most, Arc::default())
    }

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_router_that_slows_is_given_less_and_one_that_recovers_more() {
        let mut window = window(16);
        assert_eq!(after(&mut window, 100, ms(2)), 16);
        assert_eq!(after(&mut window, 16, ms(400)), 8);
        assert_eq!(after(&mut window, 400, ms(400)), 1);
        assert_eq!(after(&mut window, 400, ms(2)), 16);
    }

    #[test]
    fn a_distant_router_is_not_a_slow_one() {
        let mut window = window(64);
        assert_eq!(after(&mut window, 1_000, ms(600)), 64);
    }

    #[test]
    fn a_busy_router_is_given_less_until_it_is_not() {
        let mut window = window(16);
        window.loaded(81);
        assert_eq!(window.width(), 8);
        assert_eq!(after(&mut window, 100, ms(2)), 8, "it does not grow while the router is busy");
        window.loaded(80);
        assert_eq!(after(&mut window, 200, ms(2)), 16);
    }

    #[test]
    fn a_load_cuts_once_a_window_and_is_forgotten_where_nobody_renews_it() {
        let mut window = window(16);
        (0..5).for_each(|_| window.loaded(100));
        assert_eq!(window.width(), 8, "nothing was answered since the first cut");
        after(&mut window, 8, ms(2));
        window.loaded(100);
        assert_eq!(window.width(), 4);
        assert_eq!(after(&mut window, 1_000, ms(2)), 16);
    }

    #[test]
    fn one_slow_answer_changes_nothing() {
        let mut window = window(16);
        after(&mut window, 100, ms(2));
        window.answered(ms(500));
        assert_eq!(after(&mut window, 40, ms(2)), 16);
    }
}
