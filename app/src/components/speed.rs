//! Speeds as figures: the number right, the unit left of a line of its own, a bar against what was sold.

use leptos::prelude::*;

use super::format;

/// Which way bits go, as the customer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// To the customer.
    Down,
    /// From the customer.
    Up,
}

/// One speed now, and how much of what was sold it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Speed {
    /// Bit/s; absent until it was counted twice.
    pub(crate) bps: Option<u64>,
    /// What was sold in bit/s, where there is a limit.
    pub(crate) sold: Option<u64>,
}

impl Speed {
    /// Hundredths of what was sold.
    pub(crate) fn percent(self) -> Option<u64> {
        let sold = self.sold.filter(|sold| *sold > 0)?;
        Some(self.bps?.saturating_mul(100).checked_div(sold)?.min(100))
    }

    /// Whether the line is full: within a twentieth of the limit, as counters and queues never agree to the bit.
    pub(crate) fn is_at_limit(self) -> bool {
        self.percent().is_some_and(|percent| percent >= 95)
    }
}

/// A speed in a row.
#[component]
pub(crate) fn SpeedCell(
    /// What it is now.
    #[prop(into)]
    speed: Signal<Speed>,
    /// Which way.
    way: Way,
) -> impl IntoView {
    let figure = move || match speed.get().bps {
        Some(bps) => {
            let (number, unit) = format::rate(bps);
            view! { <span class="rate" class:idle=bps < 1000><b>{number}</b><i>{unit}</i></span> }.into_any()
        }
        None => view! { <span class="quiet" title="Not counted yet">"…"</span> }.into_any(),
    };
    view! {
        {figure}
        {move || speed.get().percent().map(|percent| view! { <LoadBar percent way/> })}
    }
}

/// How much of what was sold is in use; the figure beside it says the same.
#[component]
pub(crate) fn LoadBar(percent: u64, way: Way) -> impl IntoView {
    let class = if way == Way::Up { "load up" } else { "load" };
    view! {
        <svg class=class viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
            <rect width=percent height="3"></rect>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::Speed;

    #[test]
    fn a_line_is_full_close_to_its_limit_and_unknown_is_not_full() {
        let speed = |bps, sold| Speed { bps, sold };
        assert!(speed(Some(9_700_000), Some(10_000_000)).is_at_limit());
        assert!(speed(Some(12_000_000), Some(10_000_000)).is_at_limit());
        assert!(!speed(Some(9_000_000), Some(10_000_000)).is_at_limit());
        assert!(!speed(None, Some(10_000_000)).is_at_limit());
        assert!(!speed(Some(9_000_000), None).is_at_limit());
        assert_eq!(speed(Some(1), Some(0)).percent(), None);
    }
}
