//! A burst as a picture: one time line, download above it, upload below it.

use domain::rate_limit::{Course, Direction, RateLimit, figure, seconds};
use leptos::prelude::*;

use crate::rate_base::rate_base;

// The drawing's own units; it is as wide as its column.
const WIDTH: f64 = 376.0;
const HEIGHT: f64 = 142.0;
const LEFT: f64 = 34.0;
const RIGHT: f64 = 370.0;
const TOP: f64 = 18.0;
const BOTTOM: f64 = 117.0;
/// Text needs this much from line to line.
const LINE: f64 = 11.0;
/// How long the time line is without a burst, in seconds.
const NO_BURST: f64 = 16.0;

/// Every line and word of the picture, placed.
#[derive(Debug, PartialEq)]
struct Drawing {
    axis: f64,
    down: Curve,
    up: Curve,
    /// Places on the time line, and what they say.
    times: Vec<(f64, String)>,
    /// Heights, and what they say.
    speeds: Vec<(f64, String)>,
}

/// One direction.
#[derive(Debug, PartialEq)]
struct Curve {
    line: String,
    area: String,
    /// Where the words stand.
    at: (f64, f64),
    words: String,
}

/// How somebody feels who was idle and now takes all they can.
#[component]
pub(super) fn BurstDrawing(
    /// The package's speed.
    limit: RateLimit,
) -> impl IntoView {
    let Drawing { axis, down, up, times, speeds } = Drawing::of(&limit);
    let sentence = format!("Download {}. Upload {}.", down.words, up.words);
    let last = times.len().saturating_sub(1);
    let times = times.into_iter().enumerate().map(|(index, (x, text))| {
        let anchor = if index == last { "end" } else { "middle" };
        view! {
            <path class="gr" d=format!("M{} 10V122", px(x))></path>
            <text x=px(x) y="141" text-anchor=anchor>{text}</text>
        }
    });
    let speeds =
        speeds.into_iter().map(|(y, text)| view! { <text x="28" y=px(y + 4.0) text-anchor="end">{text}</text> });
    view! {
        <svg class="chart mirror burst" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=sentence>
            {times.collect_view()}
            <path class="df" d=down.area></path>
            <path class="uf" d=up.area></path>
            <path class="ax" d=format!("M{LEFT} {axis}H{RIGHT}", axis = px(axis))></path>
            <path class="dl" d=down.line></path>
            <path class="ul" d=up.line></path>
            {speeds.collect_view()}
            <text class="em" x=px(down.at.0) y=px(down.at.1)>{down.words}</text>
            <text class="em" x=px(up.at.0) y=px(up.at.1)>{up.words}</text>
        </svg>
    }
}

impl Drawing {
    fn of(limit: &RateLimit) -> Self {
        let [down, up] = Direction::BOTH.map(|direction| limit.course(direction));
        // Both directions are drawn to one scale, the longer burst takes a quarter of the time.
        let whole = longest(down, up).map_or(NO_BURST, |lasts| 4.0 * lasts);
        let scale = (BOTTOM - TOP) / (highest(down) + highest(up)).max(f64::MIN_POSITIVE);
        let axis = TOP + highest(down) * scale;
        let above = |bps: u64| axis - rate_base().mbps(bps) * scale;
        let below = |bps: u64| axis + rate_base().mbps(bps) * scale;
        let x = |time: f64| LEFT + (RIGHT - LEFT) * time / whole;
        let middle = |y: f64| y.midpoint(axis) + 4.0;
        let down_curve = Curve::of(down, axis, &x, &above, |y, burst| {
            let free = if burst { y + 14.0 } else { middle(y) };
            free.min(axis - 4.0).max(LINE)
        });
        let up_curve = Curve::of(up, axis, &x, &below, |y, burst| {
            let free = if burst { y - 4.0 } else { middle(y) };
            free.max(axis + LINE + 2.0)
        });
        let mut heights: Vec<(f64, u64)> = vec![(axis, 0)];
        heights.extend(levels(down).map(|bps| (above(bps), bps)));
        heights.extend(levels(up).map(|bps| (below(bps), bps)));
        let quarter = |n: u32| whole * f64::from(n) / 4.0;
        Self {
            axis,
            down: down_curve,
            up: up_curve,
            times: (0..=4).map(|n| (x(quarter(n)), seconds(quarter(n)))).collect(),
            speeds: apart(heights),
        }
    }
}

impl Curve {
    fn of(
        course: Course,
        axis: f64,
        x: &dyn Fn(f64) -> f64,
        y: &dyn Fn(u64) -> f64,
        words_at: impl Fn(f64, bool) -> f64,
    ) -> Self {
        let then = y(course.then_bps);
        let (line, at) = match course.burst.map(|burst| (y(burst.bps), burst.seconds)) {
            None => (format!("M{LEFT} {}H{RIGHT}", px(then)), (LEFT + 8.0, words_at(then, false))),
            Some((first, None)) => (format!("M{LEFT} {}H{RIGHT}", px(first)), (LEFT + 8.0, words_at(first, false))),
            Some((first, Some(lasts))) => {
                let end = x(lasts);
                let line = format!("M{LEFT} {}H{}V{}H{RIGHT}", px(first), px(end), px(then));
                (line, (end + 8.0, words_at(first, true)))
            }
        };
        Self { area: format!("{line}V{}H{LEFT}Z", px(axis)), line, at, words: course.say(rate_base()) }
    }
}

/// The longer of both bursts that end, in seconds.
fn longest(down: Course, up: Course) -> Option<f64> {
    let lasts = [down, up].into_iter().filter_map(|course| course.burst?.seconds);
    lasts.filter(|lasts| *lasts > 0.0).reduce(f64::max)
}

/// Mbps.
fn highest(course: Course) -> f64 {
    levels(course).map(|bps| rate_base().mbps(bps)).fold(0.0, f64::max)
}

fn levels(course: Course) -> impl Iterator<Item = u64> {
    course.burst.map(|burst| burst.bps).into_iter().chain([course.then_bps])
}

/// Leaves out what would be written over something before it.
fn apart(heights: Vec<(f64, u64)>) -> Vec<(f64, String)> {
    let mut kept: Vec<(f64, String)> = Vec::new();
    for (y, bps) in heights {
        if kept.iter().all(|(other, _)| (y - other).abs() >= LINE) {
            kept.push((y, figure(rate_base().mbps(bps))));
        }
    }
    kept
}

/// A tenth of a unit is finer than any screen.
fn px(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawing(text: &str) -> Drawing {
        Drawing::of(&text.parse().unwrap())
    }

    fn says(drawing: &Drawing) -> Vec<&str> {
        drawing.speeds.iter().map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn the_guides_burst_is_drawn_to_one_scale() {
        let drawing = drawing("5120k/10240k 10240k/20480k 5120k/10240k 8/8 8");
        assert_eq!(drawing.down.area, "M34 18H118V51H370V84H34Z");
        assert_eq!(drawing.up.area, "M34 117H118V100.5H370V84H34Z");
        assert_eq!(drawing.down.line, "M34 18H118V51H370");
        assert_eq!(drawing.down.words, "20 Mbps for 4 s, then 10 Mbps");
        assert_eq!(says(&drawing), ["0", "20", "10", "10", "5"]);
        let times: Vec<_> = drawing.times.iter().map(|(x, text)| (px(*x), text.as_str())).collect();
        let expected = [("34", "0 s"), ("118", "4 s"), ("202", "8 s"), ("286", "12 s"), ("370", "16 s")];
        assert_eq!(times, expected.map(|(x, text)| (x.to_owned(), text)));
    }

    #[test]
    fn without_burst_the_line_is_flat() {
        let drawing = drawing("5120k/10240k");
        assert_eq!(drawing.down.line, "M34 18H370");
        assert_eq!(says(&drawing), ["0", "10", "5"]);
    }

    #[test]
    fn words_stay_inside_and_are_never_written_over_each_other() {
        for text in [
            "1024k/1024000k",
            "1024000k/1024k",
            "10000k/10240k 10100k/10300k 10000k/10240k 8/8",
            "5120k/10240k 10240k/20480k 5120k/20480k 8/8",
            "102k/102k 204k/204k 1k/1k 1/3600",
        ] {
            let Drawing { axis, down, up, speeds, .. } = drawing(text);
            assert!((TOP..=BOTTOM).contains(&axis), "{text}: {axis}");
            for (x, y) in [down.at, up.at] {
                assert!(x < RIGHT / 2.0 && (LINE..HEIGHT - LINE).contains(&y), "{text}: {x} {y}");
            }
            assert!(up.at.1 - down.at.1 >= LINE, "{text}");
            for (index, (y, _)) in speeds.iter().enumerate() {
                assert!(speeds[..index].iter().all(|(other, _)| (y - other).abs() >= LINE), "{text}");
            }
        }
    }
}
