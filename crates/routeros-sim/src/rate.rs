//! Speeds: the `rate-limit` of profiles and the number pairs of queues.

/// Bits per second, from the customer's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// What the router receives: the customer's upload. Printed first.
    pub(crate) up: u64,
    /// What the router sends: the customer's download.
    pub(crate) down: u64,
}

impl std::ops::Sub for Pair {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self { up: self.up.saturating_sub(before.up), down: self.down.saturating_sub(before.down) }
    }
}

/// A profile's `rate-limit`, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RateLimit {
    pub(crate) max: Pair,
    pub(crate) burst: Pair,
    pub(crate) threshold: Pair,
    pub(crate) burst_time: Pair,
    pub(crate) priority: u64,
    pub(crate) min: Pair,
}

/// Reads `rx[/tx] [burst [threshold [time [priority [min]]]]]`. `None` for what no router can mean.
pub(crate) fn parse_limit(raw: &[u8]) -> Option<RateLimit> {
    let words: Vec<&str> = std::str::from_utf8(raw).ok()?.split_whitespace().collect();
    let pair = |index: usize| words.get(index).map(|word| parse_pair(word));
    let or = |given: Option<Option<Pair>>, default| given.unwrap_or(Some(default));
    if words.len() > 6 {
        return None;
    }
    let max = parse_pair(words.first()?)?;
    let nothing = Pair { up: 0, down: 0 };
    let burst = or(pair(1), nothing)?;
    let threshold = or(pair(2), if words.len() > 1 { max } else { nothing })?;
    let burst_time = match words.get(3) {
        Some(word) => parse_times(word)?,
        None if words.len() > 1 => Pair { up: 1, down: 1 },
        None => nothing,
    };
    let priority =
        words.get(4).map_or(Some(8), |word| word.parse().ok()).filter(|priority| (1..=8).contains(priority))?;
    // A minimum over the rate cannot be met; seen on a router: without one, limit-at is the rate itself.
    let min = or(pair(5), max)?;
    (min.up <= max.up && min.down <= max.down).then_some(RateLimit { max, burst, threshold, burst_time, priority, min })
}

/// Reads `5M/10M`; one number stands for both.
pub(crate) fn parse_pair(text: &str) -> Option<Pair> {
    let (up, down) = text.split_once('/').unwrap_or((text, text));
    Some(Pair { up: parse_rate(up)?, down: parse_rate(down)? })
}

/// Reads `10240k`: k is a thousand, M a million, G a thousand million.
pub(crate) fn parse_rate(text: &str) -> Option<u64> {
    let (digits, factor) = match text.as_bytes().last()? {
        b'k' | b'K' => (&text[..text.len() - 1], 1_000),
        b'M' => (&text[..text.len() - 1], 1_000_000),
        b'G' => (&text[..text.len() - 1], 1_000_000_000),
        _ => (text, 1),
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

fn parse_times(text: &str) -> Option<Pair> {
    let (up, down) = text.split_once('/').unwrap_or((text, text));
    let seconds = |part: &str| crate::duration::parse(part.as_bytes()).map(|time| time.as_secs());
    Some(Pair { up: seconds(up)?, down: seconds(down)? })
}

impl std::fmt::Display for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { up, down } = self;
        write!(f, "{up}/{down}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_limit_is_taken_apart() {
        let limit = parse_limit(b"5120k/10240k 10240k/20480k 4096k/8192k 8/8 8 1024k/2048k").unwrap();
        assert_eq!(limit.max.to_string(), "5120000/10240000");
        assert_eq!(limit.burst.to_string(), "10240000/20480000");
        assert_eq!(limit.burst_time.to_string(), "8/8");
        assert_eq!(limit.min.to_string(), "1024000/2048000");
    }

    #[test]
    fn one_number_is_both_directions() {
        assert_eq!(parse_limit(b"10M").unwrap().max, Pair { up: 10_000_000, down: 10_000_000 });
    }

    #[test]
    fn the_impossible_is_refused() {
        for limit in ["abc", "10M/", "1M 2M 1M 8 9", "1M/1M 0 0 0 8 2M/2M", "1 2 3 4 5 6 7", "-5M"] {
            assert_eq!(parse_limit(limit.as_bytes()), None, "{limit}");
        }
    }
}
