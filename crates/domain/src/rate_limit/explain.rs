//! A rate limit in words and figures, for the people who sell it.

use super::{Burst, RateBase, RateLimit, Rates};

/// What each place of the router's string says, in its order.
const PLACES: [&str; 6] = ["limit", "burst", "threshold", "time", "priority", "minimum"];

/// Which way, named from the customer's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Download.
    Down,
    /// Upload.
    Up,
}

/// One place of the router's string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What it says.
    pub word: &'static str,
    /// How it is spelled.
    pub figures: Figures,
}

/// A place of the router's string as it is spelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figures {
    /// One for each direction; the router writes upload first.
    Pair {
        /// Upload.
        up: String,
        /// Download.
        down: String,
    },
    /// One for both.
    One(String),
}

/// What somebody gets in one direction who was idle and now takes all they can.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Course {
    /// What comes first.
    pub burst: Option<Spurt>,
    /// What stays, in bit/s.
    pub then_bps: u64,
}

/// The burst at the beginning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spurt {
    /// Speed in bit/s.
    pub bps: u64,
    /// How long; nothing where it never ends.
    pub seconds: Option<f64>,
}

/// Something to know about a rate limit before it is sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// It is hardly what was meant.
    Warning(String),
    /// It is so, and people ask.
    Note(String),
}

impl Direction {
    /// Both, download first.
    pub const BOTH: [Self; 2] = [Self::Down, Self::Up];

    /// How people write it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Down => "Download",
            Self::Up => "Upload",
        }
    }

    const fn of(self, rates: Rates) -> u64 {
        match self {
            Self::Down => rates.down_bps,
            Self::Up => rates.up_bps,
        }
    }
}

impl RateBase {
    /// A speed in bit/s as the Mbps of a package: `20 Mbps`.
    pub fn sold(self, bps: u64) -> String {
        format!("{} Mbps", figure(self.mbps(bps)))
    }

    /// A speed in bit/s as the Mbps of a package.
    #[expect(clippy::cast_precision_loss, reason = "speeds lie far below 2^52 bit/s")]
    pub fn mbps(self, bps: u64) -> f64 {
        bps as f64 / 1000.0 / self.kilo_per_mbps()
    }
}

impl RateLimit {
    /// The string the router gets, taken apart.
    ///
    /// ```
    /// use domain::rate_limit::{Figures, RateLimit};
    /// let limit = RateLimit::plain(10_240_000, 5_120_000).places().remove(0);
    /// assert_eq!(limit.word, "limit");
    /// assert_eq!(limit.figures, Figures::Pair { up: "5120k".to_owned(), down: "10240k".to_owned() });
    /// ```
    pub fn places(&self) -> Vec<Place> {
        let place = |(text, word): (&str, &'static str)| Place {
            word,
            figures: match text.split_once('/') {
                Some((up, down)) => Figures::Pair { up: up.to_owned(), down: down.to_owned() },
                None => Figures::One(text.to_owned()),
            },
        };
        self.to_string().split(' ').zip(PLACES).map(place).collect()
    }

    /// What somebody gets in one direction. A burst without a speed or a time is none.
    pub fn course(&self, direction: Direction) -> Course {
        let spurt = |burst: Burst| {
            let (bps, threshold) = (direction.of(burst.limit), direction.of(burst.threshold));
            let seconds = (threshold < bps).then(|| burst.lasts(direction));
            (bps > 0 && burst.time(direction) > 0).then_some(Spurt { bps, seconds })
        };
        Course { burst: self.burst.and_then(spurt), then_bps: direction.of(self.rates) }
    }

    /// The speeds as a meter on the line shows them, and why they are not those of the package.
    pub fn true_speed(&self, base: RateBase) -> String {
        let Rates { down_bps, up_bps } = self.rates;
        let gets = format!("the customer gets {} down and {} up", on_the_line(down_bps), on_the_line(up_bps));
        match base {
            RateBase::Guide => {
                format!("RouterOS counts 1 k as 1,000 bits, so {gets}: 2.4 % more than the package says.")
            }
            RateBase::Exact => format!("RouterOS counts 1 k as 1,000 bits, so {gets}, as the package says."),
        }
    }

    /// What is odd about the burst, and what people ask about it.
    pub fn remarks(&self, base: RateBase) -> Vec<Remark> {
        let Some(burst) = self.burst else { return Vec::new() };
        let odd = Direction::BOTH.map(|direction| self.oddity(burst, direction, base));
        let ordinary = odd.iter().any(Option::is_none).then(|| {
            let text = "Whoever keeps pulling at full speed gets no burst again until the average has fallen below the \
                        threshold.";
            Remark::Note(text.to_owned())
        });
        odd.into_iter().flatten().map(Remark::Warning).chain(ordinary).collect()
    }

    fn oddity(&self, burst: Burst, direction: Direction, base: RateBase) -> Option<String> {
        let [limit, speed, threshold] = [self.rates, burst.limit, burst.threshold].map(|rates| direction.of(rates));
        let [limit_said, speed_said, threshold_said] = [limit, speed, threshold].map(|bps| base.sold(bps));
        let lasts = burst.lasts(direction);
        let what = if speed < limit {
            format!("the burst of {speed_said} is below the limit of {limit_said}; it would slow customers down.")
        } else if speed == limit {
            format!("the burst is as fast as the limit of {limit_said}; nobody would notice it.")
        } else if threshold >= speed {
            format!("the threshold of {threshold_said} is not below the burst of {speed_said}; it would never end.")
        } else if threshold > limit {
            format!(
                "the threshold of {threshold_said} is above the limit of {limit_said}; the burst would come back again \
                 and again, {threshold_said} on average."
            )
        } else if lasts < 1.0 {
            format!("the burst lasts {}; nobody would notice it.", seconds(lasts))
        } else {
            return None;
        };
        Some(format!("{}: {what}", direction.label()))
    }
}

impl Burst {
    /// How long it lasts for somebody who was idle, in seconds: until the average reaches the threshold.
    #[expect(clippy::cast_precision_loss, reason = "speeds lie far below 2^52 bit/s")]
    pub(super) fn lasts(&self, direction: Direction) -> f64 {
        direction.of(self.threshold) as f64 * self.time(direction) as f64 / direction.of(self.limit) as f64
    }

    const fn time(&self, direction: Direction) -> u64 {
        match direction {
            Direction::Down => self.seconds.0,
            Direction::Up => self.seconds.1,
        }
    }
}

impl Course {
    /// In the Mbps of a package: `20 Mbps for 4 s, then 10 Mbps`.
    pub fn say(&self, base: RateBase) -> String {
        let then = base.sold(self.then_bps);
        match self.burst {
            None => then,
            Some(Spurt { bps, seconds: None }) => format!("{} without end", base.sold(bps)),
            Some(Spurt { bps, seconds: Some(lasts) }) => {
                format!("{} for {}, then {then}", base.sold(bps), seconds(lasts))
            }
        }
    }

    /// How long so many bytes take, in seconds.
    #[expect(clippy::cast_precision_loss, reason = "speeds and files lie far below 2^52")]
    pub fn seconds_for(&self, bytes: u64) -> f64 {
        let (bits, then) = (bytes as f64 * 8.0, self.then_bps as f64);
        match self.burst {
            None => bits / then,
            Some(Spurt { bps, seconds }) => {
                let at_once = bits / bps as f64;
                match seconds {
                    Some(lasts) if lasts < at_once => lasts + (bits - lasts * bps as f64) / then,
                    _ => at_once,
                }
            }
        }
    }
}

/// A speed in bit/s as a meter on the line shows it: `10.24 Mbps`.
#[expect(clippy::cast_precision_loss, reason = "speeds lie far below 2^52 bit/s")]
pub fn on_the_line(bps: u64) -> String {
    format!("{} Mbps", figure(bps as f64 / 1_000_000.0))
}

/// Seconds as people read them: `3.2 s`.
pub fn seconds(seconds: f64) -> String {
    let text = if seconds < 10.0 { format!("{seconds:.1}") } else { format!("{seconds:.0}") };
    format!("{} s", text.strip_suffix(".0").unwrap_or(&text))
}

/// A figure with the decimals that matter: `10`, `5.12`, `0.512`.
pub fn figure(value: f64) -> String {
    let text = if value < 1.0 { format!("{value:.3}") } else { format!("{value:.2}") };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(text: &str) -> RateLimit {
        text.parse().unwrap()
    }

    fn says(text: &str) -> [String; 2] {
        Direction::BOTH.map(|direction| limit(text).course(direction).say(RateBase::Guide))
    }

    fn warnings(text: &str) -> Vec<String> {
        let warning = |remark| match remark {
            Remark::Warning(text) => Some(text),
            Remark::Note(_) => None,
        };
        limit(text).remarks(RateBase::Guide).into_iter().filter_map(warning).collect()
    }

    /// The golden strings of the original integration.
    const GOLDEN: [&str; 9] = [
        "5120k/10240k",
        "5120k/10240k 10240k/20480k 5120k/10240k 8/8 8",
        "5120k/10240k 10240k/20480k 4096k/8192k 8/8 8",
        "20480k/102400k",
        "256000k/1024000k",
        "5120k/10240k 0/0 0/0 0/0 8 1024k/2048k",
        "5120k/10240k 0/0 0/0 0/0 5",
        "512k/2560k",
        "1331k/1331k",
    ];

    #[test]
    fn the_parts_of_the_string_are_the_string() {
        for text in GOLDEN {
            let places = limit(text).places();
            let spelled = |place: &Place| match &place.figures {
                Figures::Pair { up, down } => format!("{up}/{down}"),
                Figures::One(text) => text.clone(),
            };
            assert_eq!(places.iter().map(spelled).collect::<Vec<_>>().join(" "), text);
        }
        let words: Vec<_> = limit(GOLDEN[5]).places().iter().map(|place| place.word).collect();
        assert_eq!(words, ["limit", "burst", "threshold", "time", "priority", "minimum"]);
        assert_eq!(limit(GOLDEN[1]).places()[4].figures, Figures::One("8".to_owned()));
    }

    #[test]
    fn a_burst_is_said_in_the_packages_own_speeds() {
        assert_eq!(says(GOLDEN[1]), ["20 Mbps for 4 s, then 10 Mbps", "10 Mbps for 4 s, then 5 Mbps"]);
        assert_eq!(says(GOLDEN[2]), ["20 Mbps for 3.2 s, then 10 Mbps", "10 Mbps for 3.2 s, then 5 Mbps"]);
        assert_eq!(says(GOLDEN[0]), ["10 Mbps", "5 Mbps"]);
        assert_eq!(says(GOLDEN[7]), ["2.5 Mbps", "0.5 Mbps"]);
        assert_eq!(says(GOLDEN[8]), ["1.3 Mbps", "1.3 Mbps"]);
        assert_eq!(
            says("5120k/10240k 10240k/20480k 5120k/20480k 8/8"),
            ["20 Mbps without end", "10 Mbps for 4 s, then 5 Mbps"]
        );
    }

    #[test]
    fn directions_have_their_own_time_and_one_may_be_without_burst() {
        assert_eq!(
            says("5120k/10240k 10240k/20480k 5120k/10240k 4/16"),
            ["20 Mbps for 8 s, then 10 Mbps", "10 Mbps for 2 s, then 5 Mbps"]
        );
        assert_eq!(says("5120k/10240k 0/20480k 0/10240k 8/8"), ["20 Mbps for 4 s, then 10 Mbps", "5 Mbps"]);
        assert_eq!(says("5120k/10240k 10240k/20480k 5120k/10240k 0/0"), ["10 Mbps", "5 Mbps"]);
    }

    #[test]
    fn the_true_speed_is_told_with_its_reason() {
        let guide = "RouterOS counts 1 k as 1,000 bits, so the customer gets 10.24 Mbps down and 5.12 Mbps up: \
                     2.4 % more than the package says.";
        assert_eq!(limit(GOLDEN[1]).true_speed(RateBase::Guide), guide);
        let exact = limit("5000k/10000k").true_speed(RateBase::Exact);
        assert!(exact.ends_with("gets 10 Mbps down and 5 Mbps up, as the package says."), "{exact}");
        assert_eq!([102_400_000, 512_000, 1_331_000].map(on_the_line), ["102.4 Mbps", "0.512 Mbps", "1.33 Mbps"]);
    }

    #[test]
    fn the_guides_burst_only_explains_itself() {
        let note = "Whoever keeps pulling at full speed gets no burst again until the average has fallen below the \
                    threshold.";
        for text in [GOLDEN[1], GOLDEN[2]] {
            assert_eq!(limit(text).remarks(RateBase::Guide), [Remark::Note(note.to_owned())]);
        }
        assert_eq!(limit(GOLDEN[5]).remarks(RateBase::Guide), []);
    }

    #[test]
    fn a_burst_of_a_second_is_long_enough_and_a_small_file_is_done_within_one() {
        let limit = limit("10M/10M 40M/40M 10M/10M 4/4");
        assert_eq!(limit.burst_seconds(), Some(1.0));
        assert_eq!(warnings("10M/10M 40M/40M 10M/10M 4/4"), [""; 0]);
        let course = limit.course(Direction::Down);
        let half_a_second = course.seconds_for(20_000_000 / 8);
        assert!((half_a_second - 0.5).abs() < 1e-9, "{half_a_second}");
        let two_seconds = course.seconds_for(50_000_000 / 8);
        assert!((two_seconds - 2.0).abs() < 1e-9, "a second at 40 Mbps, then one at 10: {two_seconds}");
    }

    #[test]
    fn what_is_hardly_meant_is_warned_of() {
        for (text, expected) in [
            (
                "10M/10240k 20M/8192k 10M/8192k 8/8",
                "Download: the burst of 8 Mbps is below the limit of 10 Mbps; it would slow customers down.",
            ),
            (
                "10M/10240k 20M/10240k 10M/8192k 8/8",
                "Download: the burst is as fast as the limit of 10 Mbps; nobody would notice it.",
            ),
            (
                "10M/10240k 20M/20480k 10M/20480k 8/8",
                "Download: the threshold of 20 Mbps is not below the burst of 20 Mbps; it would never end.",
            ),
            (
                "10M/10240k 20M/20480k 10M/12288k 8/8",
                "Download: the threshold of 12 Mbps is above the limit of 10 Mbps; the burst would come back again and \
                 again, 12 Mbps on average.",
            ),
            ("10M/10240k 20M/20480k 10M/10240k 8/1", "Download: the burst lasts 0.5 s; nobody would notice it."),
            (
                "10240k/10M 8192k/20M 8192k/10M 8/8",
                "Upload: the burst of 8 Mbps is below the limit of 10 Mbps; it would slow customers down.",
            ),
        ] {
            assert_eq!(warnings(text), [expected], "{text}");
        }
    }

    #[test]
    fn a_file_is_sooner_there_with_a_burst() {
        let takes = |text: &str| seconds(limit(text).course(Direction::Down).seconds_for(100_000_000));
        assert_eq!(takes("5M/10M"), "80 s");
        assert_eq!(takes("5M/10M 10M/20M 5M/10M 8/8"), "76 s");
        assert_eq!(takes("5M/10M 10M/20M 5M/20M 8/8"), "40 s");
        assert_eq!(takes("5M/10M 10M/20M 5M/10M 80/80"), "40 s");
    }

    #[test]
    fn figures_keep_the_decimals_that_matter() {
        let shown = [10.0, 10.24, 1.2998, 0.512, 0.0498, 1024.0, 100.0].map(figure);
        assert_eq!(shown, ["10", "10.24", "1.3", "0.512", "0.05", "1024", "100"]);
        assert_eq!([4.0, 3.2, 12.8, 60.0, 0.04].map(seconds), ["4 s", "3.2 s", "13 s", "60 s", "0 s"]);
    }
}
