//! Answers that come again and again: print with `interval`, and the monitors until somebody cancels them.
//!
//! Every round is numbered, `.section`, which stands last here; where it stands on a real router was not captured.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use crate::{
    duration, reads::Look, refused::Refused, router::Router, rules::Arguments, sentences::Outgoing, sim::Core,
};

/// How often, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rhythm {
    every: Duration,
    /// For ever without.
    rounds: Option<u64>,
}

/// A command that goes on.
pub(crate) struct Ticking {
    id: u64,
    out: Outgoing,
    rhythm: Rhythm,
    look: Look,
}

/// The commands that go on, for those who cancel them.
#[derive(Debug, Default)]
pub(crate) struct Tickers {
    running: Vec<Ticker>,
    next: u64,
}

#[derive(Debug)]
struct Ticker {
    id: u64,
    line: u64,
    out: Outgoing,
}

impl Rhythm {
    /// Reads `interval` and `duration`, and keeps to what the router allows.
    ///
    /// # Errors
    /// One of them is no time, or the interval is shorter than `least`. The words for the latter were not captured.
    pub(crate) fn read(arguments: &Arguments<'_>, least: Duration) -> Result<Option<Self>, Refused> {
        let time = |wanted: &str| match arguments.iter().find(|(name, _)| *name == wanted) {
            Some((name, raw)) => duration::parse(raw).map(Some).ok_or_else(|| Refused::invalid_time(name)),
            None => Ok(None),
        };
        let (interval, duration) = (time("interval")?, time("duration")?);
        if interval.is_none() && duration.is_none() {
            return Ok(None);
        }
        let every = interval.unwrap_or(Duration::from_secs(1));
        if every < least {
            return Err(Refused::argument("value of interval out of range"));
        }
        let rounds = duration.map(|duration| rounds_within(duration, every));
        Ok(Some(Self { every, rounds }))
    }

    /// A look every second until somebody cancels.
    pub(crate) const fn every_second() -> Self {
        Self { every: Duration::from_secs(1), rounds: None }
    }
}

impl Ticking {
    /// Sends the first round; the others follow once the command is [spawned](Self::spawn).
    pub(crate) fn begin(router: &mut Router, line: u64, out: &Outgoing, rhythm: Rhythm, look: Look) -> Self {
        let id = router.tickers.begin(line, out);
        let ticking = Self { id, out: out.clone(), rhythm, look };
        ticking.round(router, 0);
        ticking
    }

    /// Goes on until the command is cancelled, its time is over, or the router is gone.
    pub(crate) fn spawn(self, core: &Arc<Core>) {
        drop(tokio::spawn(self.go_on(Arc::downgrade(core))));
    }

    async fn go_on(self, core: Weak<Core>) {
        for section in 1.. {
            tokio::time::sleep(self.rhythm.every).await;
            let Some(core) = core.upgrade() else { return };
            let mut router = core.router();
            if !router.tickers.is_running(self.id) {
                return;
            }
            if self.rhythm.rounds.is_some_and(|rounds| section >= rounds) {
                router.tickers.end(self.id);
                return self.out.done();
            }
            self.round(&router, section);
        }
    }

    fn round(&self, router: &Router, section: u64) {
        for mut row in (self.look)(router) {
            row.push((".section", section.to_string().into_bytes()));
            self.out.row(&row);
        }
    }
}

impl Tickers {
    fn begin(&mut self, line: u64, out: &Outgoing) -> u64 {
        self.next += 1;
        self.running.push(Ticker { id: self.next, line, out: out.clone() });
        self.next
    }

    fn is_running(&self, id: u64) -> bool {
        self.running.iter().any(|ticker| ticker.id == id)
    }

    fn end(&mut self, id: u64) {
        self.running.retain(|ticker| ticker.id != id);
    }

    /// Ends the commands of a line: of one tag, or all. The ended ones are handed back.
    pub(crate) fn cancel(&mut self, line: u64, tag: Option<&[u8]>) -> Vec<Outgoing> {
        let hit = |ticker: &mut Ticker| ticker.line == line && (tag.is_none() || ticker.out.tag() == tag);
        self.running.extract_if(.., hit).map(|ticker| ticker.out).collect()
    }
}

/// The first at once, the last before the time is over.
fn rounds_within(duration: Duration, every: Duration) -> u64 {
    u64::try_from(duration.as_nanos().div_ceil(every.as_nanos().max(1))).unwrap_or(u64::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_so_many_rounds() {
        let rounds = |duration, every| rounds_within(Duration::from_millis(duration), Duration::from_millis(every));
        assert_eq!([rounds(3_000, 1_000), rounds(2_500, 1_000), rounds(0, 1_000)], [3, 3, 1]);
    }

    #[test]
    fn a_pace_is_read_or_refused() {
        let read = |name, raw: &'static [u8]| Rhythm::read(&[(name, raw)], Duration::from_millis(200));
        assert_eq!(read("once", b""), Ok(None));
        assert_eq!(read("interval", b"500ms").unwrap().unwrap().every, Duration::from_millis(500));
        assert_eq!(read("interval", b"").unwrap_err(), Refused::invalid_time("interval"));
        assert!(read("interval", b"100ms").is_err());
    }
}
