//! Losing power, and what a router is like when it comes back.

use std::time::Duration;

use crate::{backup, router::Router, world};

/// What becomes of the ids of rows over a reboot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[cfg_attr(feature = "control", derive(serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Ids {
    /// Rows that somebody wrote keep theirs. Those of sessions are given from the start again.
    #[default]
    Keep,
    /// Every written row has the id that the next row of its menu had before. Whether real routers ever do it is
    /// unknown; nobody promises that they do not.
    Shift,
}

/// Power off, and on again after `down`: every API line and session is gone, nobody can connect meanwhile, the uptime
/// starts again, `PPPoE` customers redial.
pub(crate) fn reboot(router: &mut Router, down: Duration, ids: Ids) {
    router.forget_listeners();
    router.stay_down(down);
    world::power_cut(router);
    router.cut_lines();
    router.restart_ids();
    if ids == Ids::Shift {
        backup::shift_ids(router);
    }
    router.booted = router.clock.now() + down;
}
