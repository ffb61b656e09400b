//! Who is online and what they carry, as the watcher knows it.

use std::collections::{BTreeMap, HashSet};

use domain::{
    customer::ServiceType,
    row::Row,
    session::{Delta, Session, SessionEnd, Totals, TrafficNews, TrafficRow, session_key},
    timestamp::Timestamp,
};
use tokio::time::Instant;

use super::RawRows;
use crate::{
    sessions::{
        directory::Directory,
        read::{Bytes, Counters, Joins, Teller, is_session_of},
    },
    translate::raw,
};

/// How far a session's beginning may seem to move before we believe that it did.
const SAME_BEGINNING_SECONDS: u64 = 3;

/// Everybody online.
pub(super) struct View {
    router_id: &'static str,
    pub(super) known: Directory,
    joins: Joins,
    /// Whether somebody came whose interface and limit have not been looked up yet.
    pub(super) joins_are_old: bool,
    /// Who came, changed or went since the reading that is under way began: of them, the list it brings is old.
    heard: HashSet<String>,
    online: BTreeMap<String, Online>,
}

/// One of them.
struct Online {
    row: Row,
    session: Session,
    counted: Option<(Instant, Bytes)>,
}

/// What changed, and the router's own words on it.
#[derive(Default)]
pub(super) struct Changed {
    pub(super) up: Vec<Session>,
    pub(super) down: Vec<SessionEnd>,
    pub(super) rows: RawRows,
}

impl View {
    pub(super) fn new(router_id: &'static str, known: Directory, joins: Joins) -> Self {
        Self { router_id, known, joins, joins_are_old: false, heard: HashSet::new(), online: BTreeMap::new() }
    }

    /// Everybody, with the router's own words.
    pub(super) fn everybody(&self) -> (Vec<Session>, RawRows) {
        let sessions = self.online.values().map(|online| online.session.clone()).collect();
        let rows = self.online.iter().map(|(key, online)| (key.clone(), raw(&online.row))).collect();
        (sessions, rows)
    }

    /// A reading begins: what is heard from now on is newer than what it will bring.
    pub(super) fn begin_reading(&mut self) {
        self.heard.clear();
    }

    /// One row of a `listen`: somebody came, changed, or went.
    pub(super) fn take(&mut self, service: ServiceType, row: Row, now: Timestamp, changed: &mut Changed) {
        let key = session_key(self.router_id, service, &row.id);
        self.heard.insert(key.clone());
        if row.raw(".dead").is_some_and(|dead| matches!(dead, "true" | "yes")) {
            self.lose(key, changed);
        } else if is_session_of(&row, service) {
            self.put(key, service, row, now, changed);
        }
    }

    /// The whole list of one service, where changes may have been missed.
    pub(super) fn relist(&mut self, service: ServiceType, rows: Vec<Row>, now: Timestamp, changed: &mut Changed) {
        let listed = rows.into_iter().map(|row| (session_key(self.router_id, service, &row.id), row));
        let listed: BTreeMap<String, Row> = listed.filter(|(key, _)| !self.heard.contains(key)).collect();
        let is_gone = |(key, online): &(&String, &Online)| {
            let is_old_news = self.heard.contains(*key) || online.session.service_type != service;
            !is_old_news && !listed.contains_key(*key)
        };
        let gone: Vec<String> = self.online.iter().filter(is_gone).map(|(key, _)| key.clone()).collect();
        for key in gone {
            self.lose(key, changed);
        }
        for (key, row) in listed {
            self.put(key, service, row, now, changed);
        }
    }

    /// What interfaces and limits belong to whom, and what we keep of customers, was read anew.
    pub(super) fn retell(&mut self, joins: Option<Joins>, known: Option<Directory>, changed: &mut Changed) {
        if let Some(joins) = joins {
            self.joins = joins;
        }
        if let Some(known) = known {
            self.known = known;
        }
        for (key, old) in std::mem::take(&mut self.online) {
            let session = self.tell(old.session.service_type, &old.row, old.session.started_at);
            self.keep(key, old.row.clone(), session, Some(old), changed);
        }
    }

    /// What was counted at a moment; the sessions of which it changed, with what they carried since the last time.
    pub(super) fn count(&mut self, service: ServiceType, counters: &Counters, at: Instant, news: &mut TrafficNews) {
        for (key, online) in &mut self.online {
            if online.session.service_type != service {
                continue;
            }
            let bytes = self.joins.counter_of(service, &online.row).and_then(|counter| counters.get(counter));
            let Some(bytes) = bytes.copied() else { continue };
            let window = online.counted.map(|(before, bytes)| (at.duration_since(before).as_millis(), bytes));
            let (down, up) = match window {
                Some((millis, before)) => (rate(before.down, bytes.down, millis), rate(before.up, bytes.up, millis)),
                None => (None, None),
            };
            if let Some((millis, _)) = window {
                news.window_ms = u64::try_from(millis).unwrap_or(u64::MAX);
            }
            online.counted = Some((at, bytes));
            let session = &mut online.session;
            let row = TrafficRow(key.clone(), down, up, bytes.down, bytes.up);
            let before = (session.rate_down_bps, session.rate_up_bps, session.bytes_down, session.bytes_up);
            if before != (down, up, bytes.down, bytes.up) {
                (session.rate_down_bps, session.rate_up_bps) = (down, up);
                (session.bytes_down, session.bytes_up) = (bytes.down, bytes.up);
                news.rows.push(row);
            }
        }
        news.totals = self.totals();
    }

    /// Whether anybody is online by this service.
    pub(super) fn has(&self, service: ServiceType) -> bool {
        self.online.values().any(|online| online.session.service_type == service)
    }

    fn totals(&self) -> Totals {
        let sum = |rate: fn(&Session) -> Option<u64>| {
            self.online.values().filter_map(|online| rate(&online.session)).fold(0, u64::saturating_add)
        };
        Totals { rate_down_bps: sum(|session| session.rate_down_bps), rate_up_bps: sum(|session| session.rate_up_bps) }
    }

    fn put(&mut self, key: String, service: ServiceType, row: Row, now: Timestamp, changed: &mut Changed) {
        let session = self.tell(service, &row, now);
        let old = self.online.remove(&key).filter(|old| is_same_visit(&old.session, &session));
        self.keep(key, row, session, old, changed);
    }

    fn lose(&mut self, key: String, changed: &mut Changed) {
        if self.online.remove(&key).is_some() {
            changed.up.retain(|session| session.key != key);
            changed.rows.remove(&key);
            changed.down.push(SessionEnd { key, end_reason: None });
        }
    }

    fn tell(&self, service: ServiceType, row: &Row, now: Timestamp) -> Session {
        let teller = Teller { router_id: self.router_id, known: &self.known, joins: &self.joins, now };
        teller.session(service, row, &Counters::new())
    }

    /// Of the same visit, what was counted and when it began stay.
    fn keep(&mut self, key: String, row: Row, session: Session, old: Option<Online>, changed: &mut Changed) {
        let counted = old.as_ref().and_then(|old| old.counted);
        let session = match old.as_ref().map(|old| &old.session) {
            Some(old) => Session {
                started_at: old.started_at,
                uptime_seconds: old.uptime_seconds,
                bytes_down: old.bytes_down,
                bytes_up: old.bytes_up,
                rate_down_bps: old.rate_down_bps,
                rate_up_bps: old.rate_up_bps,
                rate_window_ms: old.rate_window_ms,
                ..session
            },
            None => session,
        };
        self.joins_are_old |= old.is_none();
        if old.is_none_or(|old| old.session != session) {
            changed.up.retain(|waiting| waiting.key != key);
            changed.up.push(session.clone());
            changed.rows.insert(key.clone(), raw(&row));
        }
        self.online.insert(key, Online { row, session, counted });
    }
}

impl Changed {
    /// As an event; `None` where nothing changed.
    pub(super) fn into_delta(self, as_of: Timestamp) -> Option<(Delta, RawRows)> {
        let Self { mut up, down, rows } = self;
        for session in &mut up {
            session.lasts_until(as_of);
        }
        if up.is_empty() && down.is_empty() { None } else { Some((Delta { as_of, up, down }, rows)) }
    }
}

/// Ids are used again after a restart of the router: another beginning is another visit.
fn is_same_visit(old: &Session, new: &Session) -> bool {
    old.username == new.username
        && old.started_at.as_unix().abs_diff(new.started_at.as_unix()) <= SAME_BEGINNING_SECONDS
}

/// Bit/s between two countings; nothing where either is missing, or where the counter began anew.
fn rate(before: Option<u64>, now: Option<u64>, millis: u128) -> Option<u64> {
    let bits = u128::from(now?.checked_sub(before?)?) * 8;
    let rate = (bits * 1000).checked_div(millis)?;
    u64::try_from(rate).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000_000;

    fn row(id: &str, name: &str) -> Row {
        let values = [("name", name), ("service", "pppoe"), ("uptime", "1m")];
        Row { id: id.to_owned(), values: values.map(|(name, value)| (name.to_owned(), value.to_owned())).into() }
    }

    fn dead(id: &str) -> Row {
        Row { id: id.to_owned(), values: [(".dead".to_owned(), "true".to_owned())].into() }
    }

    fn names(view: &View) -> Vec<&str> {
        view.online.values().map(|online| online.session.username.as_str()).collect()
    }

    fn view(rows: Vec<Row>) -> View {
        let mut view = View::new("default", Directory::default(), Joins::default());
        view.relist(ServiceType::Pppoe, rows, Timestamp::from_unix(NOW), &mut Changed::default());
        view
    }

    /// The list was printed before two changes were heard, and is taken in after them.
    #[test]
    fn an_old_list_brings_nobody_back_and_ends_nobody() {
        let mut view = view(vec![row("*1", "ana"), row("*2", "eva")]);
        let now = Timestamp::from_unix(NOW);
        let mut changed = Changed::default();
        view.begin_reading();
        let list = vec![row("*1", "ana"), row("*2", "eva")];
        view.take(ServiceType::Pppoe, dead("*1"), now, &mut changed);
        view.take(ServiceType::Pppoe, row("*3", "ida"), now, &mut changed);
        view.relist(ServiceType::Pppoe, list, now, &mut changed);
        assert_eq!(names(&view), ["eva", "ida"]);
        let (delta, _) = changed.into_delta(now).unwrap();
        assert_eq!((delta.up.len(), delta.down.len()), (1, 1));
        view.begin_reading();
        view.relist(ServiceType::Pppoe, vec![row("*3", "ida")], now, &mut Changed::default());
        assert_eq!(names(&view), ["ida"], "what was missed is mended by the next list");
    }

    #[test]
    fn what_is_told_together_is_told_in_its_last_state() {
        let mut view = view(Vec::new());
        let now = Timestamp::from_unix(NOW);
        let mut changed = Changed::default();
        view.take(ServiceType::Pppoe, row("*1", "ana"), now, &mut changed);
        view.take(ServiceType::Pppoe, row("*1", "ana.b"), now, &mut changed);
        view.take(ServiceType::Pppoe, row("*2", "eva"), now, &mut changed);
        view.take(ServiceType::Pppoe, dead("*2"), now, &mut changed);
        let (delta, rows) = changed.into_delta(now).unwrap();
        let up: Vec<_> = delta.up.iter().map(|session| session.username.as_str()).collect();
        assert_eq!((up, rows.len()), (vec!["ana.b"], 1));
    }

    #[test]
    fn a_session_that_goes_on_keeps_its_beginning_and_one_with_its_id_does_not() {
        let mut view = view(vec![row("*1", "ana")]);
        let began = view.online["default/pppoe/*1"].session.started_at;
        let later = Timestamp::from_unix(NOW + 61);
        let mut changed = Changed::default();
        let mut goes_on = row("*1", "ana");
        goes_on.values.insert("uptime".to_owned(), "2m".to_owned());
        view.take(ServiceType::Pppoe, goes_on, later, &mut changed);
        assert_eq!(view.online["default/pppoe/*1"].session.started_at, began);
        assert!(changed.into_delta(later).is_none(), "nothing is told of what has not changed");
        view.take(ServiceType::Pppoe, row("*1", "eva"), later, &mut Changed::default());
        assert_eq!(view.online["default/pppoe/*1"].session.started_at, later.earlier_by(60));
    }

    #[test]
    fn a_rate_is_what_was_counted_over_the_time_between() {
        assert_eq!(rate(Some(1000), Some(2250), 2000), Some(5000));
        assert_eq!(rate(None, Some(2250), 2000), None, "one counting is none");
        assert_eq!(rate(Some(2250), Some(1000), 2000), None, "the counter began anew");
        assert_eq!(rate(Some(1), Some(2), 0), None);
    }
}
