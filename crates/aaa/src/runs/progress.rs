//! How far a piece of bulk work is, shared by who works and who looks.

use std::sync::{
    Arc, Mutex, MutexGuard, OnceLock, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use domain::wire::{RouterAtWork, problem::Problem};

/// How many rows have their outcome, how the router bears it, and whether to go on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress(Arc<Told>);

#[derive(Debug, Default)]
struct Told {
    done: AtomicUsize,
    router: Mutex<Option<RouterAtWork>>,
    stopped: OnceLock<Problem>,
}

impl Progress {
    /// So many rows more.
    pub(crate) fn add(&self, rows: usize) {
        self.0.done.fetch_add(rows, Ordering::Relaxed);
    }

    /// How many commands are in flight at most.
    pub(crate) fn tell_window(&self, width: usize) {
        self.lock().get_or_insert_default().window = Some(width);
    }

    /// How busy the router is, in percent of its CPU.
    pub(crate) fn tell_load(&self, percent: u64) {
        self.lock().get_or_insert_default().cpu_load = Some(percent);
    }

    /// Nothing more is to be begun: what is not written yet has this problem. The first one counts.
    pub(crate) fn stop(&self, why: Problem) {
        // Who comes later has nothing to add.
        let _ = self.0.stopped.set(why);
    }

    /// Why nothing more is to be begun.
    pub(crate) fn stopped(&self) -> Option<&Problem> {
        self.0.stopped.get()
    }

    pub(super) fn done(&self) -> usize {
        self.0.done.load(Ordering::Relaxed)
    }

    pub(super) fn router(&self) -> Option<RouterAtWork> {
        *self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, Option<RouterAtWork>> {
        self.0.router.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
