//! What happens to customers' lines by itself: equipment dials again when it was cut off, sessions reach their end, and
//! lines break now and then.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, MissedTickBehavior},
};

use crate::{
    clock::Clock,
    sim::Core,
    world::{self, Redial},
};

/// How many dial in before others may talk to the router again.
const AT_ONCE: usize = 64;
/// How often lines break, if they do.
const BEAT: Duration = Duration::from_millis(50);

/// Equipment that waits, the first to dial in front.
type Waiting = VecDeque<(Instant, Redial)>;

/// Lets equipment dial again, each a moment after it was cut off; after a power cut, a moment after the power is back.
pub(crate) async fn redial(core: Arc<Core>, mut again: mpsc::UnboundedReceiver<Redial>, after: Duration) {
    let (mut waiting, mut cut_off) = (Waiting::new(), Vec::new());
    loop {
        let first = waiting.front().map(|(due, _)| *due);
        tokio::select! {
            count = again.recv_many(&mut cut_off, AT_ONCE) => {
                if count == 0 {
                    return;
                }
                let due = core.router().down_until().unwrap_or_else(Instant::now) + after;
                waiting.extend(cut_off.drain(..).map(|redial| (due, redial)));
            }
            () = tokio::time::sleep_until(first.unwrap_or_else(Instant::now)), if first.is_some() => {
                dial_due(&core, &mut waiting);
            }
        }
    }
}

fn dial_due(core: &Core, waiting: &mut Waiting) {
    let (router, now) = (&mut core.router(), Instant::now());
    // The power may have gone again meanwhile.
    let down = router.down_until();
    for _ in 0..AT_ONCE {
        let Some((_, redial)) = waiting.pop_front_if(|(due, _)| *due <= now) else {
            return;
        };
        match down {
            None => world::dial_again(router, &redial),
            Some(until) => waiting.push_back((until, redial)),
        }
    }
}

/// Ends every session that has lasted as long as its profile lets it.
pub(crate) async fn time_out(core: Arc<Core>, mut next: watch::Receiver<Option<Duration>>, clock: Clock) {
    loop {
        let end = *next.borrow_and_update();
        let left = end.unwrap_or_default().saturating_sub(clock.now());
        tokio::select! {
            changed = next.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(left), if end.is_some() => world::end_overdue(&mut core.router()),
        }
    }
}

/// So many lines per second break and are dialled again, by chance.
pub(crate) async fn churn(core: Arc<Core>, mut per_second: watch::Receiver<u32>, seed: u64) {
    let mut chance = StdRng::seed_from_u64(seed);
    loop {
        let rate = *per_second.borrow_and_update();
        tokio::select! {
            () = break_lines(&core, &mut chance, rate), if rate > 0 => {}
            changed = per_second.changed() => if changed.is_err() { return },
        }
    }
}

/// Never ends: it is dropped when the rate changes.
async fn break_lines(core: &Core, chance: &mut StdRng, per_second: u32) {
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (begun, mut broken) = (Instant::now(), 0_u64);
    loop {
        beat.tick().await;
        let due = begun.elapsed().mul_f64(f64::from(per_second)).as_secs();
        let router = &mut core.router();
        while broken < due {
            let last = router.sessions.last();
            world::drop_one(router, chance.random_range(0..=last));
            broken += 1;
        }
    }
}
