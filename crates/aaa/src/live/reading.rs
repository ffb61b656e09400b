//! What a watcher reads besides what comes by itself: lists, counters, who is who, how the router is.

use domain::{customer::ServiceType, row::Row, timestamp::Timestamp};
use routeros::{CallError, Connection, Print, menu::SystemResource};
use tokio::{join, time::Instant};

use super::watcher::Desk;
use crate::{
    sessions::{
        directory::Directory,
        read::{self, Counters, Joins},
    },
    sync::observe::list,
};

/// What was read. What was not asked for is absent, and so is what the router refused.
pub(super) struct Reading {
    pub(super) at: Instant,
    pub(super) now: Timestamp,
    pub(super) counters: [Option<Counters>; 2],
    pub(super) joins: Option<Joins>,
    pub(super) lists: [Option<Vec<Row>>; 2],
    pub(super) facts: Option<SystemResource>,
    pub(super) known: Option<Directory>,
}

/// Which of it.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) counters: [bool; 2],
    pub(super) joins: bool,
    pub(super) lists: [bool; 2],
    pub(super) facts: bool,
    pub(super) known: bool,
    /// What a refusal of the router means.
    pub(super) refusal: Refusal,
}

/// What a refusal means.
#[derive(Clone, Copy)]
pub(super) enum Refusal {
    /// There is nothing to show without it.
    Fails,
    /// It is left out, and asked for again when its time comes.
    IsSkipped,
}

impl Wanted {
    /// For the first word to all viewers: what is missing in it would be told as not being there.
    pub(super) const EVERYTHING: Self =
        Self { counters: [true; 2], joins: true, lists: [true; 2], facts: true, known: true, refusal: Refusal::Fails };
    /// To ask for some of it later.
    pub(super) const NOTHING: Self = Self {
        counters: [false; 2],
        joins: false,
        lists: [false; 2],
        facts: false,
        known: false,
        refusal: Refusal::IsSkipped,
    };

    async fn when<T>(
        self,
        wanted: bool,
        read: impl Future<Output = Result<T, CallError>>,
    ) -> Result<Option<T>, CallError> {
        if !wanted {
            return Ok(None);
        }
        match (read.await, self.refusal) {
            (Err(error @ CallError::Refused { .. }), Refusal::IsSkipped) => {
                tracing::info!(%error, "The live view goes on with what it knew");
                Ok(None)
            }
            (read, _) => read.map(Some),
        }
    }
}

/// Reads what is wanted, all in flight.
///
/// # Errors
/// The line broke, or the router refused what cannot be done without.
pub(super) async fn read(line: &Connection, desk: &Desk, wanted: Wanted) -> Result<Reading, CallError> {
    let [counts_pppoe, counts_hotspot] = wanted.counters;
    let [lists_pppoe, lists_hotspot] = wanted.lists;
    let resource = Print::<SystemResource>::new();
    let (pppoe, hotspot, joins, pppoe_rows, hotspot_rows, facts, known) = join!(
        wanted.when(counts_pppoe, read::counters(line, ServiceType::Pppoe)),
        wanted.when(counts_hotspot, or_absent(read::counters(line, ServiceType::Hotspot))),
        wanted.when(wanted.joins, read::joins(line, &ServiceType::ALL)),
        wanted.when(lists_pppoe, read::active(line, ServiceType::Pppoe)),
        wanted.when(lists_hotspot, or_absent(read::active(line, ServiceType::Hotspot))),
        wanted.when(wanted.facts, list(line, &resource)),
        directory(desk, wanted.facts || wanted.joins || wanted.known),
    );
    Ok(Reading {
        at: Instant::now(),
        now: desk.now(),
        counters: [pppoe?, hotspot?],
        joins: joins?,
        lists: [pppoe_rows?, hotspot_rows?],
        facts: facts?.and_then(|rows| rows.into_iter().next()),
        known,
    })
}

/// Our customers; what is known of them stays where the store fails, and the log says why.
async fn directory(desk: &Desk, wanted: bool) -> Option<Directory> {
    if !wanted {
        return None;
    }
    let read = Directory::read(&desk.store, desk.rate_base).await;
    read.inspect_err(|error| tracing::error!(%error, "The live view could not read our customers")).ok()
}

/// A router without the hotspot package has no such menu, and so nobody in it.
async fn or_absent<T: Default>(read: impl Future<Output = Result<T, CallError>>) -> Result<T, CallError> {
    match read.await {
        Err(CallError::Refused { refusal, .. }) if refusal.message().starts_with("no such command") => Ok(T::default()),
        read => read,
    }
}
