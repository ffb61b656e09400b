//! The task that holds the line: a list, then what changes, counted every two seconds while somebody looks. Where history
//! is kept it goes on when nobody does, and counts once a minute.

use std::{sync::Arc, time::Duration};

use domain::{
    customer::ServiceType,
    rate_limit::RateBase,
    row::Row,
    session::{LiveEvent, Reset, RouterState, RouterStatus, Totals, TrafficNews},
    timestamp::Timestamp,
};
use futures_util::future::{BoxFuture, FutureExt, OptionFuture};
use routeros::{CallError, Command, ConnectError, Connection, Endpoint, Following, Options, menu::SystemResource};
use store::Store;
use tokio::{
    select,
    time::{Instant, sleep, sleep_until, timeout},
};

use super::{
    Live, RawRows,
    reading::{self, Reading, Wanted},
    view::{Changed, View},
};
use crate::{
    outside::{Chance, Clock},
    sessions::read::Counters,
    translate::{menus, row},
    trouble,
};

/// How often traffic is counted while somebody looks.
const COUNT_EVERY: Duration = Duration::from_secs(2);
/// And while nobody does.
const COUNT_UNSEEN_EVERY: Duration = Duration::from_mins(1);
/// How often the router is asked how it is, and our own store who our customers are.
const ASK_EVERY: Duration = Duration::from_secs(10);
/// How often the whole list is read, should a change ever get lost on the way.
const RELIST_EVERY: Duration = Duration::from_mins(1);
/// Changes that come together are told together: a tower that comes back is one event, not a thousand.
const GATHER_FOR: Duration = Duration::from_millis(50);
/// How long we wait before dialling again: at first, and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(15));
/// A later beginning than this much, in seconds, is a restart of the router and not a clock that drifts.
const RESTARTED_SECONDS: u64 = 5;

/// How long it is told that the router restarted.
const NEWS_SECONDS: i64 = 300;

/// What a watcher needs to work.
pub(crate) struct Desk {
    pub(crate) endpoint: Endpoint,
    pub(crate) options: Options,
    pub(crate) store: Store,
    pub(crate) rate_base: RateBase,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) router_id: &'static str,
    /// How long a router that refused us is left alone while nobody looks.
    pub(crate) refused_pause: Duration,
}

impl Desk {
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.clock.now_ms() / 1000)
    }
}

/// Why the watcher stopped following.
enum End {
    /// Nobody looks any more.
    Unwatched,
    /// The line broke, for this reason.
    Broken(CallError),
}

/// Watches until nobody has looked for a while, unless history is kept.
pub(super) async fn watch(live: Arc<Live>, desk: Desk) {
    let mut pause = PAUSE.0;
    let mut booted = None;
    loop {
        match Connection::dial(&desk.endpoint, desk.options).await {
            Ok(connection) => {
                let mut post = Post { live: &live, desk: &desk, line: &connection, booted, has_listed: false };
                match post.follow().await {
                    Err(End::Unwatched) | Ok(()) => {}
                    Err(End::Broken(error)) => went_down(&live, &desk, RouterState::Down, &error.to_string()),
                }
                if post.has_listed {
                    pause = PAUSE.0;
                }
                booted = post.booted;
            }
            Err(error) => {
                let state = if error.is_of_identity() { RouterState::IdentityChanged } else { RouterState::Down };
                went_down(&live, &desk, state, &trouble::of_connect(&error, &desk.endpoint).detail);
                if error.is_of_identity() || matches!(error, ConnectError::LoginRefused { .. }) {
                    // Trying again would lock us out, or worse. Somebody else who begins to look is a reason to, and
                    // where history is kept a long while without it.
                    until_it_may_be_tried(&live, desk.refused_pause).await;
                }
            }
        }
        if live.may_rest() {
            return;
        }
        sleep(jittered(pause, desk.chance.as_ref())).await;
        pause = (pause * 2).min(PAUSE.1);
    }
}

/// One line to the router, from its list to its end.
struct Post<'a> {
    live: &'a Live,
    desk: &'a Desk,
    line: &'a Connection,
    /// When the router started, as far as we know.
    booted: Option<Timestamp>,
    /// Whether the router let itself be read on this line.
    has_listed: bool,
}

/// One service's changes; a router that refuses to be listened to is listed instead.
struct Listened {
    service: ServiceType,
    following: Option<Following>,
}

impl Post<'_> {
    async fn follow(&mut self) -> Result<(), End> {
        // First listening, then listing: what changes in between is told twice and missed never.
        let mut pppoe = self.listen(ServiceType::Pppoe)?;
        let mut hotspot = self.listen(ServiceType::Hotspot)?;
        let mut view = self.list().await?;
        let mut counted = Instant::now();
        let mut relisted = Instant::now();
        let mut asked = Instant::now();
        let mut gathered = Changed::default();
        let mut tell_at = None;
        let mut reading: OptionFuture<BoxFuture<'_, Result<Reading, CallError>>> = None.into();
        let mut is_reading = false;
        let mut viewers = self.live.viewers.subscribe();
        let mut empty_since = None;
        loop {
            let nobody = *viewers.borrow_and_update() == 0;
            let is_kept = self.live.is_kept();
            empty_since = if nobody && !is_kept { Some(empty_since.unwrap_or_else(Instant::now)) } else { None };
            // As patient as the line for commands: whoever reloads a page finds the watcher still there.
            let rest_at = empty_since.map(|since| since + self.desk.options.timings.idle);
            let count_at = counted + if nobody { COUNT_UNSEEN_EVERY } else { COUNT_EVERY };
            select! {
                row = pppoe.next() => self.gather(&mut view, &mut pppoe, row?, &mut gathered, &mut tell_at),
                row = hotspot.next() => self.gather(&mut view, &mut hotspot, row?, &mut gathered, &mut tell_at),
                () = sleep_until(tell_at.unwrap_or_else(Instant::now)), if tell_at.is_some() => {
                    tell_at = None;
                    self.tell(std::mem::take(&mut gathered));
                }
                () = sleep_until(count_at), if (!nobody || is_kept) && !is_reading => {
                    counted = Instant::now();
                    let due = |since: &mut Instant, every| {
                        let due = since.elapsed() >= every;
                        if due { *since = Instant::now() }
                        due
                    };
                    let all = due(&mut relisted, RELIST_EVERY);
                    let wanted = Wanted {
                        counters: ServiceType::ALL.map(|service| view.has(service)),
                        joins: view.joins_are_old,
                        lists: [all || pppoe.following.is_none(), all || hotspot.following.is_none()],
                        facts: due(&mut asked, ASK_EVERY),
                        ..Wanted::NOTHING
                    };
                    view.begin_reading();
                    reading = Some(self.read(wanted)).into();
                    is_reading = true;
                }
                () = self.live.records.notified(), if !is_reading => {
                    reading = Some(self.read(Wanted { known: true, ..Wanted::NOTHING })).into();
                    is_reading = true;
                }
                Some(read) = &mut reading, if is_reading => {
                    is_reading = false;
                    tell_at = None;
                    self.take_in(&mut view, read.map_err(End::Broken)?, &mut gathered);
                }
                _ = viewers.changed() => {}
                () = sleep_until(rest_at.unwrap_or_else(Instant::now)), if rest_at.is_some() => {
                    return Err(End::Unwatched);
                }
            }
        }
    }

    fn listen(&self, service: ServiceType) -> Result<Listened, End> {
        let following = self.line.follow(Command::listen(menus(service).active)).map_err(End::Broken)?;
        Ok(Listened { service, following: Some(following) })
    }

    /// Everything at once, as the first word to all viewers.
    async fn list(&mut self) -> Result<View, End> {
        let read = self.read(Wanted::EVERYTHING).await.map_err(End::Broken)?;
        let Reading { at, now, counters, joins, lists, facts, known } = read;
        let mut view = View::new(self.desk.router_id, known.unwrap_or_default(), joins.unwrap_or_default());
        for (service, rows) in ServiceType::ALL.into_iter().zip(lists) {
            view.relist(service, rows.unwrap_or_default(), now, &mut Changed::default());
        }
        view.joins_are_old = false;
        let mut news = nothing_carried(now);
        for (service, counters) in ServiceType::ALL.into_iter().zip(&counters) {
            view.count(service, counters.as_ref().unwrap_or(&Counters::new()), at, &mut news);
        }
        self.has_listed = true;
        let status = self.status(&facts.unwrap_or_default(), now);
        let (sessions, rows) = view.everybody();
        self.live.publish(LiveEvent::Reset(Reset { as_of: now, stale: false, router: status, sessions }), rows);
        Ok(view)
    }

    /// How the router is after its first answer on this line.
    fn status(&mut self, facts: &SystemResource, now: Timestamp) -> RouterStatus {
        let old = self.live.state().status.clone();
        let mut status = RouterStatus { state: RouterState::Up, since: now, detail: None, ..old };
        facts_into(facts, &mut status);
        let booted = status.uptime_seconds.map(|uptime| now.earlier_by(uptime));
        if let (Some(before), Some(booted)) = (self.booted, booted)
            && booted.as_unix() > before.as_unix().saturating_add_unsigned(RESTARTED_SECONDS)
        {
            status.detail = Some(format!("The router restarted at {} UTC.", booted.clock()));
        }
        self.booted = booted.or(Some(now));
        status
    }

    fn gather(
        &self,
        view: &mut View,
        listened: &mut Listened,
        heard: Option<Row>,
        gathered: &mut Changed,
        tell_at: &mut Option<Instant>,
    ) {
        let Some(row) = heard else {
            listened.following = None;
            return;
        };
        view.take(listened.service, row, self.now(), gathered);
        tell_at.get_or_insert_with(|| Instant::now() + GATHER_FOR);
    }

    fn tell(&self, changed: Changed) {
        if let Some((delta, rows)) = changed.into_delta(self.now()) {
            self.live.publish(LiveEvent::Delta(delta), rows);
        }
    }

    /// What was read, and what was gathered meanwhile, told together: each session in its last state.
    fn take_in(&self, view: &mut View, reading: Reading, gathered: &mut Changed) {
        let Reading { at, now, counters, joins, lists, facts, known } = reading;
        let mut changed = std::mem::take(gathered);
        let joined = joins.is_some();
        if joined || known.is_some() {
            view.retell(joins, known, &mut changed);
        }
        if joined {
            view.joins_are_old = false;
        }
        for (service, rows) in ServiceType::ALL.into_iter().zip(lists) {
            if let Some(rows) = rows {
                view.relist(service, rows, now, &mut changed);
            }
        }
        self.tell(changed);
        let mut news = nothing_carried(now);
        for (service, counters) in ServiceType::ALL.into_iter().zip(&counters) {
            if let Some(counters) = counters {
                view.count(service, counters, at, &mut news);
            }
        }
        if counters.iter().any(Option::is_some) {
            self.live.publish(LiveEvent::Traffic(news), RawRows::new());
        }
        if let Some(facts) = facts {
            self.live.change_status(|status| {
                facts_into(&facts, status);
                if now.as_unix() - status.since.as_unix() > NEWS_SECONDS {
                    status.detail = None;
                }
            });
        }
    }

    fn read(&self, wanted: Wanted) -> BoxFuture<'_, Result<Reading, CallError>> {
        reading::read(self.line, self.desk, wanted).boxed()
    }

    fn now(&self) -> Timestamp {
        self.desk.now()
    }
}

impl Listened {
    /// The next change; `None` where the router refuses to be listened to: a router without a hotspot has no such menu.
    async fn next(&mut self) -> Result<Option<Row>, End> {
        let Some(following) = &mut self.following else { return std::future::pending().await };
        match following.next().await {
            Ok(attributes) => Ok(Some(row(&attributes))),
            Err(CallError::Refused { refusal, .. }) => {
                tracing::info!(service = %self.service, said = refusal.message(), "The router does not let us listen");
                Ok(None)
            }
            Err(error) => Err(End::Broken(error)),
        }
    }
}

fn went_down(live: &Live, desk: &Desk, state: RouterState, why: &str) {
    tracing::warn!(router = desk.router_id, why, "The live line to the router is down");
    let at = desk.now();
    live.change_status(|status| {
        if status.state != state || status.detail.as_deref() != Some(why) {
            // Since when it is down, not since when for this reason.
            if status.state == RouterState::Up {
                status.since = at;
            }
            status.state = state;
            status.detail = Some(why.to_owned());
        }
    });
}

/// What `/system/resource` says, where it says it.
fn facts_into(facts: &SystemResource, status: &mut RouterStatus) {
    status.cpu_load = facts.cpu_load;
    status.memory_used = facts.total_memory.zip(facts.free_memory).and_then(|(total, free)| total.checked_sub(free));
    status.version = facts.version.as_deref().map(str::to_owned);
    status.uptime_seconds = facts.uptime.map(|uptime| uptime.duration().as_secs());
}

fn nothing_carried(as_of: Timestamp) -> TrafficNews {
    TrafficNews { as_of, window_ms: 0, totals: Totals::default(), rows: Vec::new() }
}

/// Waits until somebody comes or all leave; where history is kept, until somebody comes or for so long.
async fn until_it_may_be_tried(live: &Live, pause: Duration) {
    let mut viewers = live.viewers.subscribe();
    let mut last = *viewers.borrow_and_update();
    let somebody_comes_or_all_leave = async {
        while viewers.changed().await.is_ok() {
            let now = *viewers.borrow_and_update();
            if now > last || (now == 0 && !live.is_kept()) {
                return;
            }
            last = now;
        }
    };
    let until = if live.is_kept() { pause } else { Duration::MAX };
    let _ = timeout(until, somebody_comes_or_all_leave).await;
}

/// Between half and all of it, so that not everybody dials at once after a power cut.
fn jittered(pause: Duration, chance: &dyn Chance) -> Duration {
    pause.mul_f64(0.5 + f64::from(chance.bytes()[0]) / 512.0)
}
