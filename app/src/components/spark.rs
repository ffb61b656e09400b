//! The mirror: one time line, download above it, upload below it.

use std::fmt::Write;

use leptos::prelude::*;

use crate::live::{History, SAMPLES};

/// A mirror of the last two minutes, as wide as its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    /// Units across.
    pub(crate) width: u32,
    /// Units above the line.
    pub(crate) above: u32,
    /// Units below it.
    pub(crate) below: u32,
}

/// The size in a row of the list.
pub(crate) const IN_A_ROW: Size = Size { width: 112, above: 20, below: 8 };
/// The size in the strip of figures.
pub(crate) const IN_THE_STRIP: Size = Size { width: 260, above: 17, below: 5 };
/// The size on a customer's card.
pub(crate) const ON_THE_CARD: Size = Size { width: 800, above: 140, below: 50 };

/// Geometry of a mirror: SVG path data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mirror {
    down_line: String,
    down_fill: String,
    up_line: String,
    up_fill: String,
}

impl Mirror {
    /// Draws a history; the full height is `full` bit/s of download above and of upload below.
    pub(crate) fn of(history: &History, full: (u64, u64), size: Size) -> Self {
        let Size { width, above, below } = size;
        let count = history.iter().len();
        let step = f64::from(width) / f64::from(u32::try_from(SAMPLES - 1).unwrap_or(1));
        let first = SAMPLES - count;
        let axis = f64::from(above);
        let mut down = Curve::new(axis);
        let mut up = Curve::new(axis);
        for (at, (d, u)) in history.iter().enumerate() {
            let x = f64::from(u32::try_from(first + at).unwrap_or(0)) * step;
            down.to(x, axis - share(d, full.0) * (axis - 1.0));
            up.to(x, axis + share(u, full.1) * (f64::from(below) - 1.0));
        }
        let (down_line, down_fill) = down.finish();
        let (up_line, up_fill) = up.finish();
        Self { down_line, down_fill, up_line, up_fill }
    }
}

impl Mirror {
    /// The line of the download.
    pub(crate) fn down_line(&self) -> &str {
        &self.down_line
    }

    /// The ground between it and the axis.
    pub(crate) fn down_fill(&self) -> &str {
        &self.down_fill
    }

    /// The line of the upload.
    pub(crate) fn up_line(&self) -> &str {
        &self.up_line
    }

    /// The ground between it and the axis.
    pub(crate) fn up_fill(&self) -> &str {
        &self.up_fill
    }
}

/// A mirror beside figures that say the same; readers skip it.
#[component]
pub(crate) fn Spark(
    /// What to draw.
    #[prop(into)]
    mirror: Signal<Mirror>,
    /// How large.
    size: Size,
) -> impl IntoView {
    let Size { width, above, below } = size;
    let path = move |of: fn(&Mirror) -> &str| move || mirror.with(|mirror| of(mirror).to_owned());
    view! {
        <svg
            class="chart mirror" viewBox=format!("0 0 {width} {}", above + below) preserveAspectRatio="none"
            aria-hidden="true"
        >
            <path class="df" d=path(Mirror::down_fill)></path>
            <path class="uf" d=path(Mirror::up_fill)></path>
            <path class="ax" d=format!("M0 {above}H{width}")></path>
            <path class="dl" d=path(Mirror::down_line)></path>
            <path class="ul" d=path(Mirror::up_line)></path>
        </svg>
    }
}

/// A single curve of percents, for the router's load.
pub(crate) fn load_curve(percents: &[u64], size: Size) -> (String, String) {
    let height = size.above + size.below;
    let step = f64::from(size.width) / f64::from(u32::try_from(SAMPLES - 1).unwrap_or(1));
    let first = SAMPLES.saturating_sub(percents.len());
    let mut curve = Curve::new(f64::from(height));
    for (at, percent) in percents.iter().enumerate() {
        let x = f64::from(u32::try_from(first + at).unwrap_or(0)) * step;
        curve.to(x, f64::from(height) - share(Some(*percent), 100) * (f64::from(height) - 1.0));
    }
    curve.finish()
}

/// A line and the ground under it.
struct Curve {
    axis: f64,
    line: String,
    begin: Option<f64>,
    end: f64,
}

impl Curve {
    const fn new(axis: f64) -> Self {
        Self { axis, line: String::new(), begin: None, end: 0.0 }
    }

    fn to(&mut self, x: f64, y: f64) {
        let verb = if self.begin.is_none() { 'M' } else { ' ' };
        // Writing to a String cannot fail.
        let _ = write!(self.line, "{verb}{x:.1} {y:.1}");
        self.begin.get_or_insert(x);
        self.end = x;
    }

    fn finish(self) -> (String, String) {
        let Self { axis, line, begin, end } = self;
        let fill = begin.map(|begin| format!("{line} {end:.1} {axis:.1} {begin:.1} {axis:.1}Z")).unwrap_or_default();
        (line, fill)
    }
}

/// How much of the full height; a burst above the package still ends at its top.
#[expect(clippy::cast_precision_loss, reason = "a tenth of a unit is drawn")]
fn share(bps: Option<u64>, full: u64) -> f64 {
    if full == 0 { 0.0 } else { (bps.unwrap_or(0) as f64 / full as f64).min(1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_is_at_the_right_and_full_speed_is_a_flat_top() {
        let mut history = History::default();
        history.push(Some(5), Some(1));
        history.push(Some(10), None);
        history.push(Some(25), Some(2));
        let mirror = Mirror::of(&history, (10, 2), Size { width: 59, above: 11, below: 5 });
        assert_eq!(mirror.down_line, "M57.0 6.0 58.0 1.0 59.0 1.0");
        assert_eq!(mirror.up_line, "M57.0 13.0 58.0 11.0 59.0 15.0");
        assert_eq!(mirror.down_fill, "M57.0 6.0 58.0 1.0 59.0 1.0 59.0 11.0 57.0 11.0Z");
    }

    #[test]
    fn nothing_counted_draws_nothing() {
        assert_eq!(Mirror::of(&History::default(), (0, 0), IN_A_ROW), Mirror::default());
        let mut gap = History::default();
        gap.push(None, None);
        assert_eq!(Mirror::of(&gap, (0, 0), IN_A_ROW).down_line, "M112.0 20.0");
    }
}
