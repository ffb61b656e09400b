//! The book of who was online: what the store has to be told of the beginnings and ends that the live view knows.
//!
//! It hears every event and waits for nobody; what is new in it is written beside the watcher (`history.rs`). A session is
//! known by its row on the router and by when it began, for rows are used again after a restart.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{
    session::{Delta, EndReason, LiveEvent, Reset, RouterState, Session, Sessions},
    timestamp::Timestamp,
};
use store::{KeptEnd, KeptSession, SessionCount};

/// How far a beginning may seem to move before it is another session: some seconds, and as much as clocks part in the
/// time that the session lasts.
const SAME_BEGINNING_SECONDS: u64 = 3;
const CLOCKS_PART: u64 = 5_000;
/// How long a session that we end may take to be told gone.
const ENDING_SECONDS: i64 = 60;
/// A router that was out of sight for longer before it started anew may have lost its sessions otherwise.
const RESTART_SECONDS: i64 = 120;
/// What waits while the store fails. Then the oldest is given up, and the log says so.
const MOST_WAITING: usize = 100_000;

/// Who is online by what is written down, and what is not written yet.
pub(super) struct Book {
    /// Sessions that go on, by key.
    open: HashMap<String, KeptSession>,
    /// What the store does not know yet, by id.
    unwritten: BTreeMap<String, KeptSession>,
    /// Sessions that we are ending, by key, and since when.
    ending: HashMap<String, Timestamp>,
    /// When the router last said who is online.
    heard: Option<Timestamp>,
    /// Whether it is heard now.
    hears: bool,
}

impl Book {
    /// With the sessions that went on when somebody last looked.
    pub(super) fn new(open: Vec<KeptSession>) -> Self {
        Self {
            open: open.into_iter().map(|kept| (kept.session_key.clone(), kept)).collect(),
            unwritten: BTreeMap::new(),
            ending: HashMap::new(),
            heard: None,
            hears: false,
        }
    }

    /// Takes in what happened. `known` is who was online before, with what they carried.
    pub(super) fn take_in(&mut self, event: &LiveEvent, known: &Sessions) {
        match event {
            LiveEvent::Reset(reset) if !reset.stale => self.begin_anew(reset, known),
            LiveEvent::Delta(delta) => self.change(delta, known),
            LiveEvent::Traffic(news) if self.hears => self.heard = Some(news.as_of),
            LiveEvent::Status(status) if status.state != RouterState::Up => self.hears = false,
            LiveEvent::Reset(_) | LiveEvent::Traffic(_) | LiveEvent::Status(_) => {}
        }
    }

    /// Notes that we end these sessions, before anybody can hear that they are gone.
    pub(super) fn we_end(&mut self, keys: impl IntoIterator<Item = String>, now: Timestamp) {
        self.ending.retain(|_, since| now.as_unix() - since.as_unix() < ENDING_SECONDS);
        self.ending.extend(keys.into_iter().map(|key| (key, now)));
    }

    /// It was not us who ended it.
    pub(super) fn we_did_not_end(&mut self, key: &str) {
        self.ending.remove(key);
    }

    /// What is to be written, so many sessions at most. They are not here any more.
    pub(super) fn take_unwritten(&mut self, most: usize) -> Vec<KeptSession> {
        let rest = self.unwritten.keys().nth(most).cloned();
        let rest = rest.map(|first| self.unwritten.split_off(&first)).unwrap_or_default();
        std::mem::replace(&mut self.unwritten, rest).into_values().collect()
    }

    /// Takes back what could not be written; what is newer stays. Says how many were given up.
    pub(super) fn put_back(&mut self, kept: Vec<KeptSession>) -> usize {
        for kept in kept {
            self.unwritten.entry(kept.id.clone()).or_insert(kept);
        }
        let mut given_up = 0;
        while self.unwritten.len() > MOST_WAITING {
            self.unwritten.pop_first();
            given_up += 1;
        }
        given_up
    }

    /// What sessions that go on carried so far, while the router is heard.
    pub(super) fn counts(&mut self, known: &Sessions) -> Vec<SessionCount> {
        let Some(heard) = self.heard.filter(|_| self.hears) else { return Vec::new() };
        let count = |kept: &mut KeptSession| {
            kept.seen_ms = ms(heard);
            carried(kept, known.get(&kept.session_key));
            let KeptSession { id, seen_ms, bytes_down, bytes_up, .. } = &*kept;
            SessionCount { id: id.clone(), seen_ms: *seen_ms, bytes_down: *bytes_down, bytes_up: *bytes_up }
        };
        self.open.values_mut().map(count).collect()
    }

    /// A list after nobody watched for a while: whoever is not in it is gone, nobody knows since when.
    fn begin_anew(&mut self, reset: &Reset, known: &Sessions) {
        let Reset { as_of, router, sessions, .. } = reset;
        let booted = router.uptime_seconds.map(|uptime| as_of.earlier_by(uptime));
        let goes_on =
            |session: &&Session| self.open.get(&session.key).is_some_and(|kept| is_same(kept, session, *as_of));
        let listed: HashSet<&str> = sessions.iter().filter(goes_on).map(|session| session.key.as_str()).collect();
        let gone: Vec<String> = self.open.keys().filter(|key| !listed.contains(key.as_str())).cloned().collect();
        for key in gone {
            let last_ms = self.open.get(&key).map_or(0, |kept| kept.seen_ms).max(self.heard.map_or(0, ms));
            let ended = match (self.we_ended(&key, *as_of), booted) {
                (Some(at), _) => KeptEnd { at_ms: ms(at), reason: EndReason::Disconnected, gap: false },
                (None, Some(booted)) if ms(booted) > last_ms => {
                    let gap = ms(booted) - last_ms > RESTART_SECONDS * 1000;
                    KeptEnd { at_ms: last_ms, reason: EndReason::RouterRestarted, gap }
                }
                (None, _) => KeptEnd { at_ms: last_ms, reason: EndReason::Unknown, gap: true },
            };
            self.end(&key, known, ended);
        }
        (self.heard, self.hears) = (Some(*as_of), true);
        for session in sessions {
            self.go_on(session, *as_of, known);
        }
    }

    fn change(&mut self, delta: &Delta, known: &Sessions) {
        let Delta { as_of, up, down } = delta;
        if self.hears {
            self.heard = Some(*as_of);
        }
        for gone in down {
            let ours = self.we_ended(&gone.key, *as_of).is_some();
            let reason = if ours { EndReason::Disconnected } else { EndReason::HungUp };
            self.end(&gone.key, known, KeptEnd { at_ms: ms(*as_of), reason, gap: false });
        }
        for session in up {
            self.go_on(session, *as_of, known);
        }
    }

    /// A session is there: it goes on, or begins in place of the one that had its row.
    fn go_on(&mut self, session: &Session, as_of: Timestamp, known: &Sessions) {
        match self.open.get_mut(&session.key) {
            Some(kept) if is_same(kept, session, as_of) => {
                if !is_told(kept, session) {
                    tell(kept, session);
                    kept.seen_ms = ms(as_of);
                    self.unwritten.insert(kept.id.clone(), kept.clone());
                }
                return;
            }
            Some(_) => {
                let at_ms = ms(session.started_at.min(as_of));
                self.end(&session.key, known, KeptEnd { at_ms, reason: EndReason::HungUp, gap: false });
            }
            None => {}
        }
        let kept = begun(session, as_of);
        self.unwritten.insert(kept.id.clone(), kept.clone());
        self.open.insert(session.key.clone(), kept);
    }

    /// Since when we were ending a session, where that was a moment ago. Its row may be another's later.
    fn we_ended(&mut self, key: &str, as_of: Timestamp) -> Option<Timestamp> {
        let since = self.ending.remove(key)?;
        (as_of.as_unix() - since.as_unix() < ENDING_SECONDS).then_some(since)
    }

    fn end(&mut self, key: &str, known: &Sessions, ended: KeptEnd) {
        let Some(mut kept) = self.open.remove(key) else { return };
        carried(&mut kept, known.get(key));
        let at_ms = ended.at_ms.max(kept.started_ms);
        kept.seen_ms = kept.seen_ms.max(at_ms);
        kept.ended = Some(KeptEnd { at_ms, ..ended });
        self.unwritten.insert(kept.id.clone(), kept);
    }
}

fn begun(session: &Session, as_of: Timestamp) -> KeptSession {
    let started_ms = ms(session.started_at);
    let mut kept = KeptSession {
        id: format!("{}@{started_ms}", session.key),
        router_id: session.router_id.clone(),
        service: session.service_type,
        session_key: session.key.clone(),
        username: session.username.clone(),
        customer_id: None,
        address: None,
        caller_id: None,
        started_ms,
        seen_ms: ms(as_of),
        ended: None,
        bytes_down: None,
        bytes_up: None,
    };
    tell(&mut kept, session);
    carried(&mut kept, Some(session));
    kept
}

/// What may change while a session goes on. Whose it was stays, also when the customer is deleted.
fn tell(kept: &mut KeptSession, session: &Session) {
    kept.customer_id = session.customer_id.clone().or(kept.customer_id.take());
    kept.address.clone_from(&session.address);
    kept.caller_id.clone_from(&session.mac_address);
}

fn is_told(kept: &KeptSession, session: &Session) -> bool {
    let customer = session.customer_id.is_none() || session.customer_id == kept.customer_id;
    customer && session.address == kept.address && session.mac_address == kept.caller_id
}

/// What was counted is never forgotten for not being counted now. The row may be another session's by now.
fn carried(kept: &mut KeptSession, session: Option<&Session>) {
    let Some(session) = session.filter(|session| session.username == kept.username) else { return };
    let signed = |bytes: Option<u64>| bytes.and_then(|bytes| i64::try_from(bytes).ok());
    kept.bytes_down = signed(session.bytes_down).or(kept.bytes_down);
    kept.bytes_up = signed(session.bytes_up).or(kept.bytes_up);
}

fn is_same(kept: &KeptSession, session: &Session, as_of: Timestamp) -> bool {
    let apart = kept.started_ms.abs_diff(ms(session.started_at));
    let lasts = ms(as_of).abs_diff(kept.started_ms);
    kept.username == session.username && apart <= SAME_BEGINNING_SECONDS * 1000 + lasts / CLOCKS_PART
}

fn ms(at: Timestamp) -> i64 {
    at.as_unix().saturating_mul(1000)
}

#[cfg(test)]
mod tests {
    use domain::{
        customer::ServiceType,
        session::{RouterStatus, SessionEnd, Totals, TrafficNews, session_key},
    };

    use super::*;

    const NOW: i64 = 1_000_000;

    /// A session that began so many seconds after [`NOW`], or before.
    fn session(id: &str, username: &str, began: i64) -> Session {
        Session {
            key: session_key("default", ServiceType::Pppoe, id),
            username: username.to_owned(),
            service_type: ServiceType::Pppoe,
            customer_id: None,
            customer_name: None,
            package: None,
            address: Some("10.0.0.2".to_owned()),
            mac_address: Some("D0:D0:4B:00:00:01".to_owned()),
            started_at: Timestamp::from_unix(NOW + began),
            uptime_seconds: 0,
            bytes_down: None,
            bytes_up: None,
            rate_down_bps: None,
            rate_up_bps: None,
            rate_window_ms: None,
            rate_limit: None,
            matches_package: None,
            random_mac: false,
            router_id: "default".to_owned(),
        }
    }

    /// A book that hears what a live view hears.
    struct Heard {
        book: Book,
        known: Sessions,
    }

    impl Heard {
        fn new(open: Vec<KeptSession>) -> Self {
            Self { book: Book::new(open), known: Sessions::default() }
        }

        fn happens(&mut self, event: LiveEvent) {
            self.book.take_in(&event, &self.known);
            self.known.apply(event);
        }

        fn list(&mut self, after: i64, uptime: u64, sessions: Vec<Session>) {
            let as_of = Timestamp::from_unix(NOW + after);
            let router = RouterStatus { uptime_seconds: Some(uptime), ..status(RouterState::Up) };
            self.happens(LiveEvent::Reset(Reset { as_of, stale: false, router, sessions }));
        }

        fn change(&mut self, after: i64, up: Vec<Session>, down: &[&str]) {
            let end = |id: &&str| SessionEnd { key: session_key("default", ServiceType::Pppoe, id), end_reason: None };
            let as_of = Timestamp::from_unix(NOW + after);
            self.happens(LiveEvent::Delta(Delta { as_of, up, down: down.iter().map(end).collect() }));
        }

        fn cut(&mut self) {
            self.happens(LiveEvent::Status(status(RouterState::Down)));
        }

        fn hears_nothing_new(&mut self, after: i64) {
            let as_of = Timestamp::from_unix(NOW + after);
            let news = TrafficNews { as_of, window_ms: 0, totals: Totals::default(), rows: Vec::new() };
            self.happens(LiveEvent::Traffic(news));
        }

        /// `ana 0..60 hung-up`, seconds from [`NOW`], for each that is to be written.
        fn written(&mut self) -> Vec<String> {
            let line = |kept: KeptSession| {
                let at = |ms: i64| ms / 1000 - NOW;
                let end = kept.ended.map_or(String::new(), |KeptEnd { at_ms, reason, gap }| {
                    format!("{} {reason}{}", at(at_ms), if gap { " gap" } else { "" })
                });
                format!("{} {}..{end}", kept.username, at(kept.started_ms))
            };
            let mut lines: Vec<String> = self.book.take_unwritten(usize::MAX).into_iter().map(line).collect();
            lines.sort();
            lines
        }
    }

    fn status(state: RouterState) -> RouterStatus {
        RouterStatus {
            router_id: "default".to_owned(),
            state,
            since: Timestamp::from_unix(NOW),
            detail: None,
            cpu_load: None,
            memory_used: None,
            version: None,
            uptime_seconds: None,
        }
    }

    #[test]
    fn who_comes_and_goes_is_written_with_the_reason() {
        let mut heard = Heard::new(Vec::new());
        heard.list(0, 9999, vec![session("*1", "ana", -100)]);
        heard.change(5, vec![session("*2", "eva", 5)], &[]);
        assert_eq!(heard.written(), ["ana -100..", "eva 5.."]);
        let eva = session_key("default", ServiceType::Pppoe, "*2");
        heard.book.we_end([eva], Timestamp::from_unix(NOW + 9));
        heard.change(10, vec![], &["*1", "*2"]);
        assert_eq!(heard.written(), ["ana -100..10 hung-up", "eva 5..10 disconnected"]);
        heard.change(11, vec![], &["*1"]);
        assert!(heard.written().is_empty(), "an end that is told twice is one");
    }

    #[test]
    fn one_that_we_could_not_end_hangs_up_by_itself() {
        let mut heard = Heard::new(Vec::new());
        heard.list(0, 9999, vec![session("*1", "ana", 0), session("*2", "eva", 0)]);
        let key = |id| session_key("default", ServiceType::Pppoe, id);
        heard.book.we_end([key("*1"), key("*2")], Timestamp::from_unix(NOW));
        heard.book.we_did_not_end(&key("*1"));
        heard.written();
        heard.change(90, vec![], &["*1", "*2"]);
        assert_eq!(heard.written(), ["ana 0..90 hung-up", "eva 0..90 hung-up"], "much later it was not us");
    }

    #[test]
    fn who_is_gone_after_the_line_was_cut_ended_when_they_were_last_seen() {
        let mut heard = Heard::new(Vec::new());
        heard.list(0, 9999, vec![session("*1", "ana", -9), session("*2", "eva", -9)]);
        heard.hears_nothing_new(30);
        heard.cut();
        heard.written();
        heard.list(90, 9999 + 90, vec![session("*2", "eva", -8), session("*3", "ida", 70)]);
        // Who came meanwhile began when the router says.
        assert_eq!(heard.written(), ["ana -9..30 unknown gap", "ida 70.."]);
    }

    #[test]
    fn a_restart_ends_everybody_though_their_rows_are_used_again() {
        let mut heard = Heard::new(Vec::new());
        heard.list(0, 9999, vec![session("*1", "ana", -9), session("*2", "eva", -9)]);
        heard.cut();
        heard.written();
        heard.list(60, 30, vec![session("*1", "ana", 50)]);
        assert_eq!(heard.written(), ["ana -9..0 router-restarted", "ana 50..", "eva -9..0 router-restarted"]);
        heard.cut();
        heard.list(900, 30, vec![]);
        assert_eq!(heard.written(), ["ana 50..60 router-restarted gap"], "it was out of sight for long before");
    }

    #[test]
    fn sessions_of_the_run_before_go_on_or_end_with_a_gap() {
        let mut before = Heard::new(Vec::new());
        before.list(0, 9999, vec![session("*1", "ana", -864_000), session("*2", "eva", -9)]);
        let open = before.book.take_unwritten(usize::MAX);
        let mut heard = Heard::new(open);
        // In ten days two clocks part by a minute.
        heard.list(500, 9999, vec![session("*1", "ana", -863_940)]);
        assert_eq!(heard.written(), ["eva -9..0 unknown gap"]);
        assert_eq!(heard.book.open.len(), 1);
    }

    #[test]
    fn counters_are_told_while_the_router_is_heard_and_never_forgotten() {
        let mut heard = Heard::new(Vec::new());
        assert!(heard.book.counts(&heard.known).is_empty());
        heard.list(0, 9999, vec![Session { bytes_down: Some(7), ..session("*1", "ana", 0) }]);
        heard.hears_nothing_new(60);
        let [count] = heard.book.counts(&heard.known).try_into().unwrap();
        assert_eq!((count.seen_ms, count.bytes_down, count.bytes_up), ((NOW + 60) * 1000, Some(7), None));
        heard.cut();
        assert!(heard.book.counts(&heard.known).is_empty());
        heard.list(70, 9999, vec![session("*1", "ana", 0)]);
        heard.change(71, vec![], &["*1"]);
        let [ana] = heard.book.take_unwritten(usize::MAX).try_into().unwrap();
        assert_eq!(ana.bytes_down, Some(7));
    }

    #[test]
    fn what_could_not_be_written_waits_and_what_is_newer_wins() {
        let mut heard = Heard::new(Vec::new());
        heard.list(0, 9999, vec![session("*1", "ana", 0), session("*2", "eva", 0)]);
        let taken = heard.book.take_unwritten(1);
        assert_eq!((taken.len(), heard.book.unwritten.len()), (1, 1), "no more than were asked for");
        heard.change(5, vec![], &["*1"]);
        assert_eq!(heard.book.put_back(taken), 0);
        assert_eq!(heard.written(), ["ana 0..5 hung-up", "eva 0.."]);
    }
}
