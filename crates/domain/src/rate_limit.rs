//! A package's speed, and RouterOS's spelling of it.
//!
//! RouterOS counts from the router: in `rx/tx` the customer's upload comes first. `k` is 1000 bit/s there, and the
//! original integration guide makes 10 Mbps `10240k`, which is 2.4 % more; we keep its string and tell the true figure.

mod explain;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::span::Span;
pub use explain::{Course, Direction, Figures, Place, Remark, Spurt, figure, on_the_line, seconds};

/// How many RouterOS `k` make one Mbps of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum RateBase {
    /// 1024, as the original integration guide fixes it.
    #[default]
    Guide,
    /// 1000, the true figure.
    Exact,
}

/// A speed in bit/s for each direction, named from the customer's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rates {
    /// Download in bit/s.
    pub down_bps: u64,
    /// Upload in bit/s.
    pub up_bps: u64,
}

/// A speed above the sold one, for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burst {
    /// Speed while the burst lasts.
    pub limit: Rates,
    /// The average above which the burst ends.
    pub threshold: Rates,
    /// Over how many seconds that average is taken: download, upload.
    pub seconds: (u64, u64),
}

/// A whole rate limit. `Display` writes it as RouterOS takes it, `FromStr` reads every legal spelling.
///
/// ```
/// use domain::rate_limit::RateLimit;
/// let ours: RateLimit = "5120k/10240k".parse()?;
/// assert_eq!(ours.rates.down_bps, 10_240_000);
/// assert!(ours.same_as(&"5120000/10240000".parse()?));
/// # Ok::<(), domain::rate_limit::NotARateLimit>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// What is sold.
    pub rates: Rates,
    /// A burst above it.
    pub burst: Option<Burst>,
    /// 1 (first) to 8 (last). RouterOS takes 8 where nothing is said.
    pub priority: Option<u8>,
    /// What is kept free for the customer. RouterOS takes the sold speed where nothing is said.
    pub minimum: Option<Rates>,
}

/// Text that RouterOS would not take as a rate limit.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is no rate limit")]
pub struct NotARateLimit(String);

/// Text that names no base.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a Mbps is 1024 k or 1000 k")]
pub struct UnknownRateBase;

impl fmt::Display for RateBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Guide => "1024",
            Self::Exact => "1000",
        })
    }
}

impl FromStr for RateBase {
    type Err = UnknownRateBase;

    fn from_str(text: &str) -> Result<Self, UnknownRateBase> {
        match text {
            "1024" => Ok(Self::Guide),
            "1000" => Ok(Self::Exact),
            _ => Err(UnknownRateBase),
        }
    }
}

impl RateBase {
    /// Mbps in bit/s, rounded to a whole `k`.
    pub fn bps(self, mbps: f64) -> u64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates, which is meant")]
        let kilo = (mbps * self.kilo_per_mbps()).round() as u64;
        kilo.saturating_mul(1000)
    }

    const fn kilo_per_mbps(self) -> f64 {
        match self {
            Self::Guide => 1024.0,
            Self::Exact => 1000.0,
        }
    }
}

impl RateLimit {
    /// A plain limit without burst.
    pub const fn plain(down_bps: u64, up_bps: u64) -> Self {
        Self { rates: Rates { down_bps, up_bps }, burst: None, priority: None, minimum: None }
    }

    /// Whether a router treats both alike, however they are spelled.
    pub fn same_as(&self, other: &Self) -> bool {
        self.meaning() == other.meaning()
    }

    /// How long a burst lasts for a customer who was idle, in seconds of download.
    ///
    /// The average reaches the threshold after threshold x time / burst speed.
    pub fn burst_seconds(&self) -> Option<f64> {
        self.burst.map(|burst| burst.lasts(Direction::Down))
    }

    fn meaning(&self) -> (Rates, Option<Burst>, u8, Rates) {
        (self.rates, self.burst, self.priority.unwrap_or(8), self.minimum.unwrap_or(self.rates))
    }
}

impl fmt::Display for RateLimit {
    /// Upload first. Places that are not used but stand before one that is are written as zero.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rates, burst, priority, minimum } = self;
        write!(f, "{rates}")?;
        if burst.is_none() && priority.is_none() && minimum.is_none() {
            return Ok(());
        }
        match burst {
            Some(Burst { limit, threshold, seconds: (down, up) }) => write!(f, " {limit} {threshold} {up}/{down}")?,
            None => f.write_str(" 0/0 0/0 0/0")?,
        }
        write!(f, " {}", priority.unwrap_or(8))?;
        minimum.map_or(Ok(()), |minimum| write!(f, " {minimum}"))
    }
}

impl fmt::Display for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { down_bps, up_bps } = *self;
        write!(f, "{}/{}", Kilo(up_bps), Kilo(down_bps))
    }
}

struct Kilo(u64);

impl fmt::Display for Kilo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bps if bps % 1000 == 0 && bps > 0 => write!(f, "{}k", bps / 1000),
            bps => write!(f, "{bps}"),
        }
    }
}

impl FromStr for RateLimit {
    type Err = NotARateLimit;

    /// The manual's grammar: `rx[/tx] [rx-burst[/tx-burst] [rx-threshold[/tx-threshold] [rx-time[/tx-time] [priority]
    /// [rx-min[/tx-min]]]]]`. A missing tx is the rx, a missing threshold the rate, a missing time one second.
    fn from_str(text: &str) -> Result<Self, NotARateLimit> {
        let mut places = text.split_ascii_whitespace();
        parse(&mut places).filter(|_| places.next().is_none()).ok_or_else(|| NotARateLimit(text.to_owned()))
    }
}

fn parse<'a>(places: &mut impl Iterator<Item = &'a str>) -> Option<RateLimit> {
    let rates = pair(places.next()?)?;
    let limit = optional(places.next(), pair).ok()?;
    let threshold = optional(places.next(), pair).ok()?;
    let seconds = optional(places.next(), times).ok()?;
    let priority =
        optional(places.next(), |text| text.parse().ok().filter(|priority| (1..=8).contains(priority))).ok()?;
    let minimum = optional(places.next(), pair).ok()?;
    let burst = limit.filter(|limit| limit.down_bps > 0 || limit.up_bps > 0).map(|limit| Burst {
        limit,
        threshold: threshold.unwrap_or(rates),
        seconds: seconds.unwrap_or((1, 1)),
    });
    Some(RateLimit { rates, burst, priority, minimum })
}

/// Nothing said is fine, nonsense is not.
fn optional<T>(place: Option<&str>, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, ()> {
    place.map(|text| read(text).ok_or(())).transpose()
}

fn pair(text: &str) -> Option<Rates> {
    let (up, down) = text.split_once('/').unwrap_or((text, text));
    Some(Rates { down_bps: bits(down)?, up_bps: bits(up)? })
}

fn times(text: &str) -> Option<(u64, u64)> {
    let (up, down) = text.split_once('/').unwrap_or((text, text));
    Some((down.parse::<Span>().ok()?.as_seconds(), up.parse::<Span>().ok()?.as_seconds()))
}

fn bits(text: &str) -> Option<u64> {
    let (digits, factor) = match text.as_bytes().last()? {
        b'k' | b'K' => (&text[..text.len() - 1], 1_000),
        b'M' | b'm' => (&text[..text.len() - 1], 1_000_000),
        b'G' | b'g' => (&text[..text.len() - 1], 1_000_000_000),
        _ => (text, 1),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_figure_in_any_legal_spelling_is_one_meaning() {
        for (one, other) in [
            ("10M/10M", "10000k/10000k"),
            ("10M", "10M/10M"),
            ("512k/1M", "512000/1000000"),
            ("1M/2M 0/0 0/0 0/0 8", "1M/2M"),
            ("1M/2M 2M/4M", "1M/2M 2M/4M 1M/2M 1s/1s 8"),
            ("1M/2M 2M/4M 1M/2M 8/8 8", "1M/2M 2M/4M 1M/2M 8s/00:00:08"),
            ("1M/2M 0/0 0/0 0/0 8 1M/2M", "1M/2M"),
            ("1G/2g", "1000M/2000m"),
        ] {
            let (one, other): (RateLimit, RateLimit) = (one.parse().unwrap(), other.parse().unwrap());
            assert!(one.same_as(&other), "{one} and {other}");
        }
    }

    #[test]
    fn a_base_is_read_as_it_is_written() {
        for base in [RateBase::Guide, RateBase::Exact] {
            assert_eq!(base.to_string().parse(), Ok(base));
        }
        assert_eq!("1025".parse::<RateBase>(), Err(UnknownRateBase));
    }

    #[test]
    fn what_differs_in_meaning_differs() {
        let ours: RateLimit = "5120k/10240k".parse().unwrap();
        for text in ["10240k/5120k", "5M/10M", "5120k/10240k 6M/12M", "5120k/10240k 0/0 0/0 0/0 5"] {
            assert!(!ours.same_as(&text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn a_burst_in_one_direction_is_one_and_nothing_is_written_without_its_k() {
        for text in ["1M/2M 2M/0", "1M/2M 0/4M"] {
            assert!(text.parse::<RateLimit>().unwrap().burst.is_some(), "{text}");
        }
        assert_eq!(RateLimit::plain(0, 0).to_string(), "0/0");
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "abc", "10M/", "/10M", "1M/1M 1M/1M 1M/1M 1/1 9", "1M 2M 3M 4 5 6M 7", "-1/1", "1.5M"] {
            assert!(text.parse::<RateLimit>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_guides_burst_lasts_four_seconds() {
        let guide: RateLimit = "5120k/10240k 10240k/20480k 5120k/10240k 8/8 8".parse().unwrap();
        assert_eq!(guide.burst_seconds(), Some(4.0));
        let tested: RateLimit = "5120k/10240k 10240k/20480k 4096k/8192k 8/8 8".parse().unwrap();
        assert_eq!(tested.burst_seconds(), Some(3.2));
        assert_eq!(RateLimit::plain(1, 1).burst_seconds(), None);
    }

    fn rates() -> impl Strategy<Value = Rates> {
        (1u64..1_000_000_000_000, 1u64..1_000_000_000_000).prop_map(|(down_bps, up_bps)| Rates { down_bps, up_bps })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_as_the_same(
            rates in rates(),
            burst in prop::option::of((rates_pair(), (1u64..100, 1u64..100))),
            priority in prop::option::of(1u8..=8),
            minimum in prop::option::of(rates_again()),
        ) {
            let burst = burst.map(|((limit, threshold), seconds)| Burst { limit, threshold, seconds });
            let limit = RateLimit { rates, burst, priority, minimum };
            let read: RateLimit = limit.to_string().parse().unwrap();
            prop_assert!(read.same_as(&limit), "{} reads as {:?}", limit, read);
        }

        #[test]
        fn any_text_is_survived(text in ".{0,60}") {
            let _ = text.parse::<RateLimit>();
        }
    }

    fn rates_pair() -> impl Strategy<Value = (Rates, Rates)> {
        (rates(), rates())
    }

    fn rates_again() -> impl Strategy<Value = Rates> {
        rates()
    }
}
