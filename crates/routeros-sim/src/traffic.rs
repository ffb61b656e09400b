//! How much a customer uses: down much more than up, some hardly at all, and never evenly.

use std::{f64::consts::TAU, time::Duration};

use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::rate::Pair;

/// What a line without a rate limit carries, in bits per second.
const UNLIMITED: f64 = 100_000_000.0;
/// How far the waves below may lift the average. Peaks stay within the limit.
const PEAK: f64 = 1.85;

/// One customer's habits. Counters are worked out from the time online, so nothing has to tick.
#[derive(Clone, Debug)]
pub(crate) struct Traffic {
    down: f64,
    up: f64,
    /// Height, radians per second, phase.
    waves: [(f64, f64, f64); 2],
}

impl Traffic {
    /// Habits drawn from a seed, within a limit.
    pub(crate) fn new(seed: u64, limit: Option<Pair>) -> Self {
        let mut chance = StdRng::seed_from_u64(seed);
        let max = |rate: u64| if rate == 0 { UNLIMITED } else { number(rate) };
        let down = limit.map_or(UNLIMITED, |limit| max(limit.down)) / PEAK;
        let up = limit.map_or(UNLIMITED, |limit| max(limit.up)) / PEAK;
        // Cubed: most people are nearly idle, a few are not.
        let eager: f64 = chance.random_range(0.12..1.0_f64).powi(3);
        let mut wave = |height: f64, shortest: f64| {
            (height, TAU / (shortest * chance.random_range(1.0..3.0)), chance.random_range(0.0..TAU))
        };
        let waves = [wave(0.5, 40.0), wave(0.35, 7.0)];
        let down = down * eager;
        Self { down, up: (down * chance.random_range(0.04..0.15)).min(up), waves }
    }

    /// Bytes after so long online.
    pub(crate) fn bytes(&self, online: Duration) -> Pair {
        let seconds = self.wave_seconds(online);
        Pair { up: whole(self.up * seconds / 8.0), down: whole(self.down * seconds / 8.0) }
    }

    /// Bits per second at that moment.
    pub(crate) fn rate(&self, online: Duration) -> Pair {
        let t = online.as_secs_f64();
        let height =
            1.0 + self.waves.iter().map(|(height, speed, phase)| height * (speed * t + phase).sin()).sum::<f64>();
        Pair { up: whole(self.up * height), down: whole(self.down * height) }
    }

    /// Packets after so long online.
    pub(crate) fn packets(&self, online: Duration) -> Pair {
        let Pair { up, down } = self.bytes(online);
        Pair { up: up / 120 + down / 2_600, down: down / 1_300 }
    }

    /// The integral of [`Self::rate`] for one bit per second: it only ever grows.
    fn wave_seconds(&self, online: Duration) -> f64 {
        let t = online.as_secs_f64();
        let swing =
            |(height, speed, phase): &(f64, f64, f64)| height / speed * (phase.cos() - (speed * t + phase).cos());
        t + self.waves.iter().map(swing).sum::<f64>()
    }
}

#[expect(clippy::cast_precision_loss, reason = "speeds are far below 2^53")]
fn number(rate: u64) -> f64 {
    rate as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counters are positive and below 2^53")]
fn whole(number: f64) -> u64 {
    number.max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_only_grow_and_never_beyond_the_limit() {
        let limit = Pair { up: 5_120_000, down: 10_240_000 };
        for seed in 0..50 {
            let traffic = Traffic::new(seed, Some(limit));
            let mut last = Pair { up: 0, down: 0 };
            for seconds in 1..300 {
                let online = Duration::from_secs(seconds);
                let (now, rate) = (traffic.bytes(online), traffic.rate(online));
                assert!(now.down >= last.down && (now.down - last.down) * 8 <= limit.down);
                assert!(rate.down <= limit.down && rate.up <= limit.up);
                last = now;
            }
            assert!(last.down > 4 * last.up, "seed {seed} uploads too much");
        }
    }

    #[test]
    fn no_two_customers_are_alike() {
        let hour = Duration::from_hours(1);
        let mut seen: Vec<_> = (0..20).map(|seed| Traffic::new(seed, None).bytes(hour).down).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 20);
    }
}
