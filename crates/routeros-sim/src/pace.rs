//! How long things take: the way to the router and back, and the router's own work.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// How fast the router works its commands off.
///
/// The figures were measured on one CHR 7.23.2 with another client, on which more connections did not help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[cfg_attr(feature = "control", derive(serde::Deserialize, clap::ValueEnum), serde(rename_all = "kebab-case"))]
pub enum Pace {
    /// As fast as this machine is.
    #[default]
    None,
    /// One command at a time over all lines: 1 ms each for the first 150, then 20 ms each until it has had a rest.
    Router,
}

const QUICK: Duration = Duration::from_millis(1);
/// Between 120 and 220 were seen.
const QUICKLY: u32 = 150;
const SLOW: Duration = Duration::from_millis(20);
/// How long a router idles until it is quick again was not measured.
const REST: Duration = Duration::from_secs(1);

/// What the router has to do.
#[derive(Debug, Default)]
pub(crate) struct Work {
    pace: Pace,
    /// When the last command that was taken is done.
    free: Option<Instant>,
    done: u32,
}

impl Work {
    /// Another pace, after a rest.
    pub(crate) fn set_pace(&mut self, pace: Pace) {
        *self = Self { pace, ..Self::default() };
    }

    /// Takes one more command; when it is done, or `None` for at once.
    pub(crate) fn take(&mut self, now: Instant) -> Option<Instant> {
        if self.pace == Pace::None {
            return None;
        }
        let begins = self.free.map_or(now, |free| free.max(now));
        if self.free.is_none_or(|free| now.saturating_duration_since(free) >= REST) {
            self.done = 0;
        }
        self.done = self.done.saturating_add(1);
        let ends = begins + if self.done <= QUICKLY { QUICK } else { SLOW };
        self.free = Some(ends);
        Some(ends)
    }
}

/// The round trip of every line, in steps of 1 µs. Lines know it without asking the router.
#[derive(Clone, Debug, Default)]
pub(crate) struct RoundTrip(Arc<AtomicU64>);

impl RoundTrip {
    pub(crate) fn set(&self, round_trip: Duration) {
        self.0.store(u64::try_from(round_trip.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// When something said now may leave; `None` for at once.
    pub(crate) fn due(&self) -> Option<Instant> {
        let micros = self.0.load(Ordering::Relaxed);
        (micros > 0).then(|| Instant::now() + Duration::from_micros(micros))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_router_is_quick_at_first_then_slow_until_it_has_rested() {
        let (mut work, now) = (Work::default(), Instant::now());
        assert_eq!(work.take(now), None);
        work.set_pace(Pace::Router);
        let quick = (0..QUICKLY).filter_map(|_| work.take(now)).last().unwrap();
        assert_eq!(quick - now, Duration::from_millis(150));
        assert_eq!(work.take(now).unwrap() - quick, SLOW);
        let soon = quick + SLOW + REST / 2;
        let busy = work.take(soon).unwrap();
        assert_eq!(busy - soon, SLOW);
        let rested = busy + REST;
        assert_eq!(work.take(rested).unwrap() - rested, QUICK);
    }
}
