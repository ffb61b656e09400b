//! Who was online from when to when, watched by nobody but the history.

use std::{sync::atomic::Ordering, time::Duration};

use aaa::{Config, Disconnect, DisconnectMany, HistoryQuery, Pace, Timings, Watch, WatchQuery, Which};
use domain::{customer::ServiceType, role::Role, session::PastSession, wire::problem::Code};
use routeros_sim::{Service, Sim, Trouble};
use tokio::time::{Instant, sleep, timeout};

use crate::world::{USUAL, World, operator, world_of};

const PATIENCE: Duration = Duration::from_secs(10);

fn kept(config: Config) -> Config {
    Config { history_days: 90, ..config }
}

/// A router with ten secrets, of which nobody is online, and services that keep history of it.
async fn world() -> World {
    let world = world_of(Sim::builder().group("api-users", USUAL).secrets(10), kept).await;
    world.services.begin_history().await;
    world
}

impl World {
    fn passes(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    fn dials_in(&self, username: &str) {
        self.sim.dial_in(Service::Pppoe, username).unwrap();
    }

    fn hangs_up(&self, username: &str) {
        assert_eq!(self.sim.hang_up(Service::Pppoe, username), 1);
    }

    async fn past(&self) -> Vec<PastSession> {
        self.services.session_history(&self.admin, HistoryQuery::default()).await.unwrap().items
    }

    /// Waits until this is what the history says, whatever the order: `sub00001 60 hung-up` for one that ended after a
    /// minute, `sub00001` for one that goes on.
    async fn history_says(&self, wanted: &[&str]) {
        let until = Instant::now() + PATIENCE;
        loop {
            let mut told: Vec<String> = self.past().await.iter().map(line).collect();
            told.sort();
            if told == wanted {
                return;
            }
            assert!(Instant::now() < until, "{told:?}, not {wanted:?}");
            // No event tells what was written.
            sleep(Duration::from_millis(10)).await;
        }
    }
}

fn line(past: &PastSession) -> String {
    let (username, gap) = (&past.username, if past.gap { " gap" } else { "" });
    match (past.seconds(), past.end_reason) {
        (Some(seconds), Some(reason)) => format!("{username} {seconds} {reason}{gap}"),
        _ => username.clone(),
    }
}

#[tokio::test]
async fn who_comes_and_goes_is_kept_with_the_reason() {
    let world = world().await;
    world.dials_in("sub00001");
    world.dials_in("sub00002");
    world.dials_in("sub00003");
    world.history_says(&["sub00001", "sub00002", "sub00003"]).await;
    world.passes(60);
    world.hangs_up("sub00001");
    let end = Disconnect {
        service: ServiceType::Pppoe,
        session_id: None,
        expected_username: None,
        username: Some("sub00002".into()),
        keep_cookie: false,
        watch: Watch::No,
    };
    world.services.disconnect(&world.admin, end).await.unwrap();
    let ids = world.sim.rows("/ppp/active").into_iter().filter(|row| row["name"] == "sub00003");
    let many = DisconnectMany {
        service: ServiceType::Pppoe,
        which: Which::These(ids.map(|row| row[".id"].clone()).collect()),
        pace: Pace::new(200).unwrap(),
        keep_cookie: false,
        watch: Watch::No,
    };
    world.services.disconnect_many(&world.admin, many).await.unwrap();
    // Whose session we end dials in again, for their equipment does so by itself.
    let wanted =
        ["sub00001 60 hung-up", "sub00002", "sub00002 60 disconnected", "sub00003", "sub00003 60 disconnected"];
    world.history_says(&wanted).await;
    let past = world.past().await;
    let ana = past.iter().find(|past| past.username == "sub00001").unwrap();
    assert!(ana.address.is_some() && ana.caller_id.is_some(), "{ana:?}");
}

#[tokio::test]
async fn what_was_carried_is_kept_as_it_was_counted_last() {
    let world = world().await;
    world.dials_in("sub00001");
    world.history_says(&["sub00001"]).await;
    // Somebody who looks makes the watcher count.
    let query = WatchQuery { service: None, sessions: true, status: true, last_event: None };
    let mut viewer = world.services.watch(&world.admin, query).unwrap();
    loop {
        let frame = timeout(PATIENCE, viewer.next()).await.unwrap().unwrap();
        if frame.event == "traffic" && frame.data.contains("default/pppoe/") {
            break;
        }
    }
    world.services.finish_history().await;
    let [ana] = world.past().await.try_into().unwrap();
    let row = world.row("/interface", "<pppoe-sub00001>");
    let (down, sent): (u64, u64) = (ana.bytes_down.unwrap(), row["tx-byte"].parse().unwrap());
    assert!(down > 0 && down <= sent && ana.bytes_up.is_some(), "{ana:?}, {sent}");
    world.hangs_up("sub00001");
    world.history_says(&["sub00001 0 hung-up"]).await;
    assert!(world.past().await[0].bytes_down >= Some(down));
}

#[tokio::test]
async fn a_restart_of_the_router_ends_everybody_and_says_so() {
    let world = world().await;
    world.dials_in("sub00001");
    world.dials_in("sub00002");
    world.history_says(&["sub00001", "sub00002"]).await;
    world.passes(60);
    world.sim.reboot();
    // Their rows on the router have the ids that others had before.
    let wanted = ["sub00001", "sub00001 0 router-restarted", "sub00002", "sub00002 0 router-restarted"];
    world.history_says(&wanted).await;
}

#[tokio::test]
async fn who_hangs_up_while_the_line_is_cut_leaves_a_gap() {
    let world = world().await;
    world.dials_in("sub00001");
    world.history_says(&["sub00001"]).await;
    // Uptimes go by the router's own clock: a session stays the same while its beginning moves by seconds only.
    world.passes(2);
    world.dials_in("sub00002");
    world.history_says(&["sub00001", "sub00002"]).await;
    world.sim.trouble(Trouble::RefuseConnections);
    world.sim.trouble(Trouble::DropAfter { sentences: 0 });
    world.passes(1);
    world.hangs_up("sub00001");
    world.dials_in("sub00003");
    world.sim.trouble(Trouble::Clear);
    // Last seen when somebody else dialled in.
    world.history_says(&["sub00001 2 unknown gap", "sub00002", "sub00003"]).await;
}

#[tokio::test]
async fn netpilot_is_started_anew_and_finds_who_stayed_went_and_came() {
    let world = world().await;
    world.dials_in("sub00001");
    world.dials_in("sub00002");
    world.history_says(&["sub00001", "sub00002"]).await;
    let began = world.past().await[0].started_at;
    world.services.finish_history().await;
    let world = world.started_anew(kept).await;
    world.hangs_up("sub00001");
    world.dials_in("sub00003");
    world.passes(2);
    world.services.begin_history().await;
    world.history_says(&["sub00001 0 unknown gap", "sub00002", "sub00003"]).await;
    let past = world.past().await;
    let stayed = past.iter().find(|past| past.username == "sub00002").unwrap();
    assert_eq!(stayed.started_at, began, "one session, and one row");
    // Without history nobody will know how it ended.
    let world = world.started_anew(|config| config).await;
    world.services.begin_history().await;
    let told: Vec<String> = world.past().await.iter().map(line).collect();
    assert!(told.iter().all(|line| line.ends_with("unknown gap")), "{told:?}");
}

#[tokio::test]
async fn the_line_stays_without_viewers_and_nothing_is_counted_every_two_seconds() {
    let short = |config: Config| {
        let timings = Timings { idle: Duration::from_millis(100), ..Timings::default() };
        kept(Config { line: timings.into(), ..config })
    };
    let world = world_of(Sim::builder().group("api-users", USUAL).secrets(10), short).await;
    world.services.begin_history().await;
    world.dials_in("sub00001");
    world.history_says(&["sub00001"]).await;
    // Longer than a viewer's counting, and than a line without history would be left open.
    sleep(Duration::from_millis(2500)).await;
    world.hangs_up("sub00001");
    world.history_says(&["sub00001 0 hung-up"]).await;
    let counts = world.sim.counts();
    assert_eq!((counts["/login"], counts["/interface/print"], counts["/ppp/active/print"]), (1, 1, 1), "{counts:?}");
}

#[tokio::test]
async fn sessions_are_forgotten_after_their_days() {
    let world = world().await;
    world.dials_in("sub00001");
    world.history_says(&["sub00001"]).await;
    world.hangs_up("sub00001");
    world.history_says(&["sub00001 0 hung-up"]).await;
    world.passes(89 * 24 * 60 * 60);
    let world = world.started_anew(kept).await;
    world.services.begin_history().await;
    world.dials_in("sub00002");
    world.history_says(&["sub00001 0 hung-up", "sub00002"]).await;
    world.passes(2 * 24 * 60 * 60);
    let world = world.started_anew(kept).await;
    world.sim.trouble(Trouble::RefuseConnections);
    world.services.begin_history().await;
    world.history_says(&["sub00002"]).await;
}

#[tokio::test]
async fn the_list_is_read_by_page_by_everybody_who_sees_sessions() {
    let world = world().await;
    let names = ["sub00001", "sub00002", "sub00003"];
    for name in names {
        world.dials_in(name);
    }
    world.history_says(&names).await;
    let office = operator(Role::OfficeStaff);
    let page = |cursor| HistoryQuery { cursor, limit: 2, ..HistoryQuery::default() };
    let first = world.services.session_history(&office, page(None)).await.unwrap();
    let second = world.services.session_history(&office, page(first.next_cursor.clone())).await.unwrap();
    assert_eq!((first.items.len(), second.items.len(), second.next_cursor), (2, 1, None));
    let mut read: Vec<String> = first.items.iter().chain(&second.items).map(line).collect();
    read.sort();
    assert_eq!(read, names);
    let one = HistoryQuery { username: Some("sub00002".into()), ..HistoryQuery::default() };
    assert_eq!(world.services.session_history(&office, one).await.unwrap().items.len(), 1);
    let others = [page(Some("nonsense".into())), HistoryQuery { limit: 0, ..page(None) }];
    for query in others.into_iter().chain([HistoryQuery { limit: 1001, ..page(None) }]) {
        let refused = world.services.session_history(&office, query).await.unwrap_err();
        assert_eq!(refused.code, Code::InvalidParameter);
    }
}
