//! A timer finer than tokio's, whose wheel turns once a millisecond: a round trip of 1 ms would last two.
//!
//! One thread for the whole process sleeps until shortly before the next alarm and wakes whoever waits for it.
//! Without alarms it sleeps for good.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant},
};

/// Linux wakes a sleeping thread 50 µs late unless told otherwise, and the switch to it takes a moment.
const EARLY: Duration = Duration::from_micros(60);

/// Ready at that moment, and hardly later.
pub(crate) fn until(at: Instant) -> Until {
    Until { at, number: None }
}

/// The future of [`until`].
#[derive(Debug)]
pub(crate) struct Until {
    at: Instant,
    number: Option<u64>,
}

impl Future for Until {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.at {
            return Poll::Ready(());
        }
        let at = self.at;
        TIMER.set(at, &mut self.number, cx.waker());
        Poll::Pending
    }
}

impl Drop for Until {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            TIMER.alarms().waiting.remove(&(self.at, number));
        }
    }
}

static TIMER: LazyLock<Timer> = LazyLock::new(|| {
    let ringing = thread::Builder::new().name("alarms".to_owned()).spawn(|| TIMER.ring());
    ringing.expect("a machine that runs a simulator has room for one more thread");
    Timer::default()
});

#[derive(Default)]
struct Timer {
    alarms: Mutex<Alarms>,
    sooner: Condvar,
}

/// Whom to wake when. The number tells alarms of one moment apart.
#[derive(Default)]
struct Alarms {
    waiting: BTreeMap<(Instant, u64), Waker>,
    last: u64,
}

impl Timer {
    fn alarms(&self) -> MutexGuard<'_, Alarms> {
        self.alarms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, at: Instant, number: &mut Option<u64>, waker: &Waker) {
        let mut alarms = self.alarms();
        let number = *number.get_or_insert_with(|| alarms.next_number());
        let is_sooner = alarms.first().is_none_or(|first| at < first);
        alarms.waiting.insert((at, number), waker.clone());
        drop(alarms);
        if is_sooner {
            self.sooner.notify_one();
        }
    }

    fn ring(&self) {
        let mut alarms = self.alarms();
        loop {
            let due = alarms.take_due(Instant::now());
            if !due.is_empty() {
                drop(alarms);
                due.into_iter().for_each(Waker::wake);
                alarms = self.alarms();
                continue;
            }
            let wait = alarms.first().map(|first| first.saturating_duration_since(Instant::now()));
            alarms = match wait {
                None => self.sooner.wait(alarms).unwrap_or_else(PoisonError::into_inner),
                Some(wait) if wait > EARLY => {
                    let woken = self.sooner.wait_timeout(alarms, wait.saturating_sub(EARLY));
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
                Some(_) => {
                    drop(alarms);
                    std::hint::spin_loop();
                    self.alarms()
                }
            };
        }
    }
}

impl Alarms {
    fn next_number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    fn first(&self) -> Option<Instant> {
        self.waiting.first_key_value().map(|((at, _), _)| *at)
    }

    fn take_due(&mut self, now: Instant) -> Vec<Waker> {
        let mut due = Vec::new();
        while self.first().is_some_and(|first| first <= now) {
            due.extend(self.waiting.pop_first().map(|(_, waker)| waker));
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_is_woken_early_and_a_later_alarm_does_not_hide_a_sooner_one() {
        let begun = Instant::now();
        let far = begun + Duration::from_hours(1);
        let soon = begun + Duration::from_micros(1_300);
        // Both wait; only the sooner can end the test.
        tokio::select! {
            () = until(far) => panic!("an hour early"),
            () = until(soon) => assert!(Instant::now() >= soon),
        }
    }

    #[tokio::test]
    async fn who_no_longer_waits_leaves_nothing_behind() {
        let far = Instant::now() + Duration::from_hours(1);
        let waiting = tokio::time::timeout(Duration::from_millis(1), until(far)).await;
        assert!(waiting.is_err());
        assert!(TIMER.alarms().waiting.keys().all(|(at, _)| *at != far));
    }
}
