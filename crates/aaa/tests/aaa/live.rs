//! The live view against a router in memory, over TCP: every viewer sees what the router holds, at the cost of one.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use aaa::{
    Config, Endpoint, Frame, Keyring, Services, SessionsQuery, SyncOne, Timings, Tls, TokenSettings, Viewer, WatchQuery,
};
use domain::{
    customer::{Password, ServiceType},
    role::{Operator, Role},
    session::{Delta, LiveEvent, Reset, RouterState, RouterStatus, Sessions, TrafficNews},
    wire::{CustomerBody, DisconnectPolicy, PackageBody, problem::Code},
};
use routeros_sim::{Service, Sim, Trouble};
use tempfile::TempDir;

struct World {
    sim: Sim,
    services: Services,
    office: Operator,
    _dir: TempDir,
}

/// A router with ten secrets, of which two are online, and services that know it by this password.
async fn world(password: &str) -> World {
    let sim = Sim::builder().user("netpilot-api", "s3cret", "full").secrets(10).sessions(2);
    let sim = sim.redial_after(Duration::from_millis(50)).start().await.unwrap();
    let dir = TempDir::new().unwrap();
    let address = sim.address();
    let endpoint = Endpoint {
        host: address.ip().to_string(),
        port: address.port(),
        tls: Tls::Off,
        username: "netpilot-api".into(),
        password: password.into(),
    };
    let url = format!("sqlite://{}/netpilot.db", dir.path().display());
    let keys = Keyring::read(&"0a".repeat(32)).unwrap();
    let timings = Timings { idle: Duration::from_millis(400), ..Timings::default() };
    let config =
        Config { line: timings.into(), ..Config::new(url, keys, TokenSettings::new(vec![b'x'; 32]), Some(endpoint)) };
    let services = Services::open(config).await.unwrap();
    World { sim, services, office: operator(Role::OfficeStaff), _dir: dir }
}

fn operator(role: Role) -> Operator {
    Operator {
        id: "op".into(),
        username: "budi".into(),
        email: "budi@example.com".into(),
        role,
        origin: domain::role::Origin::default(),
    }
}

fn everything() -> WatchQuery {
    WatchQuery { service: None, sessions: true, status: true, last_event: None }
}

impl World {
    fn watch(&self, query: WatchQuery) -> Seen {
        Seen {
            viewer: self.services.watch(&self.office, query).unwrap(),
            sessions: Sessions::default(),
            id: String::new(),
        }
    }
}

/// What one viewer saw, taken in by the same code as a browser's.
struct Seen {
    viewer: Viewer,
    sessions: Sessions,
    id: String,
}

impl Seen {
    async fn next(&mut self) -> LiveEvent {
        let frame = tokio::time::timeout(Duration::from_secs(10), self.viewer.next()).await;
        let Frame { id, event, data } = frame.expect("an event within ten seconds").expect("not cut");
        self.id = id;
        let event = match event {
            "reset" => LiveEvent::Reset(serde_json::from_str::<Reset>(&data).unwrap()),
            "delta" => LiveEvent::Delta(serde_json::from_str::<Delta>(&data).unwrap()),
            "traffic" => LiveEvent::Traffic(serde_json::from_str::<TrafficNews>(&data).unwrap()),
            "status" => LiveEvent::Status(serde_json::from_str::<RouterStatus>(&data).unwrap()),
            other => panic!("{other} is no event"),
        };
        self.sessions.apply(event.clone());
        event
    }

    /// Goes on until this holds of an event.
    async fn until<T>(&mut self, holds: impl Fn(&LiveEvent, &Sessions) -> Option<T>) -> T {
        loop {
            let event = self.next().await;
            if let Some(found) = holds(&event, &self.sessions) {
                return found;
            }
        }
    }

    fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.sessions.iter().map(|session| session.username.as_str()).collect();
        names.sort_unstable();
        names
    }
}

#[tokio::test]
async fn a_viewer_gets_everything_first_and_then_who_comes_and_goes() {
    let world = world("s3cret").await;
    let mut seen = world.watch(everything());
    let LiveEvent::Reset(reset) = seen.next().await else { panic!("the first word is everything") };
    assert_eq!((reset.stale, reset.router.state), (false, RouterState::Up));
    assert_eq!(seen.names(), ["sub00001", "sub00002"]);
    world.sim.dial_in(Service::Pppoe, "sub00007").unwrap();
    seen.until(|event, _| matches!(event, LiveEvent::Delta(_)).then_some(())).await;
    assert_eq!(seen.names(), ["sub00001", "sub00002", "sub00007"]);
    world.sim.hang_up(Service::Pppoe, "sub00001");
    seen.until(|event, _| matches!(event, LiveEvent::Delta(_)).then_some(())).await;
    assert_eq!(seen.names(), ["sub00002", "sub00007"]);
}

#[tokio::test]
async fn a_reading_that_the_router_refuses_takes_nobody_off_the_page() {
    let world = world("s3cret").await;
    let mut seen = world.watch(everything());
    seen.next().await;
    let logins = world.sim.counts()["/login"];
    let message = "action timed out - try again (13)";
    for command in ["/interface/print", "/queue/simple/print"] {
        world.sim.trouble(Trouble::TrapOn { command: command.into(), message: message.into(), times: 1 });
    }
    // Somebody whom the router has not counted yet makes the watcher read both.
    world.sim.dial_in(Service::Pppoe, "sub00007").unwrap();
    seen.until(|event, sessions| {
        assert!(!matches!(event, LiveEvent::Status(status) if status.state != RouterState::Up), "{event:?}");
        sessions.iter().any(|session| session.username == "sub00007" && session.rate_down_bps.is_some()).then_some(())
    })
    .await;
    assert_eq!(world.sim.counts()["/login"], logins, "the line is as good as before");
}

#[tokio::test]
async fn directions_are_the_customers_and_rates_come_from_two_countings() {
    let world = world("s3cret").await;
    let mut seen = world.watch(everything());
    seen.next().await;
    let of = |name: &'static str| {
        move |_: &LiveEvent, sessions: &Sessions| {
            let session = sessions.iter().find(|session| session.username == name)?.clone();
            session.rate_down_bps.map(|_| session)
        }
    };
    let session = seen.until(of("sub00001")).await;
    // The simulator's customers download at least four times what they upload; the router calls that tx.
    let interface = &world.sim.rows("/interface").into_iter().find(|row| row["name"] == "<pppoe-sub00001>").unwrap();
    let (tx, rx): (u64, u64) = (interface["tx-byte"].parse().unwrap(), interface["rx-byte"].parse().unwrap());
    assert!(tx > 4 * rx);
    let (down, up) = (session.bytes_down.unwrap(), session.bytes_up.unwrap());
    assert!(down > 4 * up && down <= tx && up <= rx, "{down} of {tx}, {up} of {rx}");
    assert!(session.rate_window_ms.unwrap() >= 1500);
    // Who comes later is joined to an interface and counted as well, and shows the limit they got.
    world.sim.dial_in(Service::Pppoe, "sub00009").unwrap();
    let late = seen.until(of("sub00009")).await;
    assert_eq!(late.rate_limit.as_deref(), Some("5120k/10240k"), "of the simulator's own profile");
    let read = world.services.sessions(&world.office, SessionsQuery::default()).await.unwrap();
    assert!(read.sessions.iter().all(|session| session.netpilot.rate_down_bps.is_some()), "REST knows the rates too");
}

#[tokio::test]
async fn a_hundred_viewers_cost_the_router_what_one_costs() {
    let world = world("s3cret").await;
    let mut viewers: Vec<Seen> = (0..100).map(|_| world.watch(everything())).collect();
    for seen in &mut viewers {
        seen.until(|event, _| matches!(event, LiveEvent::Traffic(_)).then_some(())).await;
        assert_eq!(seen.names(), ["sub00001", "sub00002"]);
    }
    let counts = world.sim.counts();
    let of = |command: &str| counts.get(command).copied().unwrap_or_default();
    assert_eq!((of("/login"), of("/ppp/active/listen"), of("/ip/hotspot/active/listen")), (1, 1, 1));
    assert_eq!(of("/ppp/active/print"), 1, "one list for all");
    assert!(of("/interface/print") <= 3, "{counts:?}");
    assert_eq!(world.sim.connections(), 1);
}

#[tokio::test]
async fn the_router_restarts_and_every_viewer_is_told_and_recovers() {
    let world = world("s3cret").await;
    let mut seen = world.watch(everything());
    seen.next().await;
    world.sim.reboot();
    let down = seen.until(|event, _| match event {
        LiveEvent::Status(status) if status.state == RouterState::Down => Some(status.clone()),
        _ => None,
    });
    assert!(down.await.detail.is_some(), "and says why");
    let up = seen.until(|event, _| match event {
        LiveEvent::Reset(reset) => Some(reset.router.clone()),
        _ => None,
    });
    let up = up.await;
    assert!(up.state == RouterState::Up && up.detail.unwrap().contains("restarted"));
    seen.until(|_, sessions| (sessions.len() == 2).then_some(())).await;
}

#[tokio::test]
async fn who_comes_back_in_time_goes_on_where_they_were() {
    let world = world("s3cret").await;
    let mut stays = world.watch(everything());
    stays.next().await;
    let mut leaves = world.watch(everything());
    leaves.next().await;
    let Seen { sessions, id, viewer } = leaves;
    drop(viewer);
    world.sim.dial_in(Service::Pppoe, "sub00005").unwrap();
    stays.until(|event, _| matches!(event, LiveEvent::Delta(_)).then_some(())).await;
    let mut back = Seen { sessions, ..world.watch(WatchQuery { last_event: Some(id), ..everything() }) };
    let first = back.next().await;
    assert!(!matches!(first, LiveEvent::Reset(_)), "no reset for who comes back in time");
    assert_eq!(back.names(), stays.names());
    for unknown in ["nonsense", "other-1", "", "x-99999999999999999999"] {
        let query = WatchQuery { last_event: Some(unknown.into()), ..everything() };
        assert!(matches!(world.watch(query).next().await, LiveEvent::Reset(_)), "{unknown}");
    }
}

#[tokio::test]
async fn viewers_of_one_service_see_that_service_only() {
    let world = world("s3cret").await;
    world.sim.add("/ip/hotspot/user", &[("name", "room-7"), ("password", "x")]).unwrap();
    let mut hotspot = world.watch(WatchQuery { service: Some(ServiceType::Hotspot), ..everything() });
    hotspot.next().await;
    assert!(hotspot.sessions.is_empty());
    world.sim.dial_in(Service::Pppoe, "sub00008").unwrap();
    world.sim.dial_in(Service::Hotspot, "room-7").unwrap();
    hotspot.until(|event, _| matches!(event, LiveEvent::Delta(_)).then_some(())).await;
    assert_eq!(hotspot.names(), ["room-7"]);
    let totals = hotspot.until(|event, _| match event {
        LiveEvent::Traffic(news) if news.totals.rate_down_bps > 0 => Some((news.totals, news.rows.len())),
        _ => None,
    });
    let (totals, rows) = totals.await;
    assert_eq!((totals, rows), (hotspot.sessions.totals(None), 1));
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_and_again_only_when_somebody_comes() {
    let world = world("wrong").await;
    let mut seen = world.watch(everything());
    let LiveEvent::Reset(reset) = seen.next().await else {
        panic!("also the first word of a dead router is everything")
    };
    assert!(reset.stale && reset.router.detail.unwrap().contains("invalid user name or password"));
    assert!(tokio::time::timeout(Duration::from_secs(2), seen.viewer.next()).await.is_err(), "nothing new");
    assert_eq!(world.sim.counts()["/login"], 1);
    let mut second = world.watch(everything());
    assert!(matches!(second.next().await, LiveEvent::Reset(_)));
    eventually(|| world.sim.counts()["/login"] == 2).await;
}

#[tokio::test]
async fn without_viewers_nothing_is_counted_and_the_line_closes() {
    let world = world("s3cret").await;
    let mut seen = world.watch(everything());
    seen.next().await;
    drop(seen);
    eventually(|| world.sim.connections() == 0).await;
    assert_eq!(world.sim.counts()["/interface/print"], 1, "counted for the list, and never without a viewer");
    assert!(world.sim.rows("/user/active").is_empty(), "no login of ours stays");
    world.sim.dial_in(Service::Pppoe, "sub00004").unwrap();
    let mut again = world.watch(everything());
    assert!(matches!(again.next().await, LiveEvent::Reset(_)));
    assert_eq!(again.names(), ["sub00001", "sub00002", "sub00004"]);
}

#[tokio::test]
async fn a_router_that_refuses_to_be_listened_to_is_listed_instead() {
    let world = world("s3cret").await;
    let refusal =
        |command: &str| Trouble::TrapOn { command: command.into(), message: "no such command".into(), times: 1 };
    world.sim.trouble(refusal("/ppp/active/listen"));
    let mut seen = world.watch(everything());
    seen.next().await;
    world.sim.dial_in(Service::Pppoe, "sub00006").unwrap();
    seen.until(|_, sessions| (sessions.len() == 3).then_some(())).await;
    world.sim.hang_up(Service::Pppoe, "sub00006");
    seen.until(|_, sessions| (sessions.len() == 2).then_some(())).await;
}

#[tokio::test]
async fn the_limit_a_session_keeps_is_told_from_the_package_sold_since() {
    let world = world("s3cret").await;
    let admin = operator(Role::AdminStaff);
    let sync = |name: &str, mbps: f64, disconnect| SyncOne {
        customer: CustomerBody {
            id: Some("CUS-1".into()),
            name: Some("Ana".into()),
            status: Some("Active".into()),
            pppoe_username: Some("ana".into()),
            pppoe_password: Some(Password::new("anas-s3cret")),
            ..CustomerBody::default()
        },
        package: PackageBody {
            name: Some(name.into()),
            download_speed: Some(mbps),
            upload_speed: Some(mbps),
            ..PackageBody::default()
        },
        service: ServiceType::Pppoe,
        dry_run: false,
        plan_id: None,
        disconnect,
    };
    world.services.sync_one(&admin, sync("Slow", 1.0, DisconnectPolicy::Auto)).await.unwrap();
    world.sim.dial_in(Service::Pppoe, "ana").unwrap();
    world.services.sync_one(&admin, sync("Fast", 9.0, DisconnectPolicy::Never)).await.unwrap();
    let mut seen = world.watch(everything());
    seen.next().await;
    let ana = seen.sessions.iter().find(|session| session.username == "ana").unwrap();
    assert_eq!((ana.package.as_deref(), ana.rate_limit.as_deref()), (Some("Fast"), Some("1024k/1024k")));
    assert_eq!(ana.matches_package, Some(false));
}

#[tokio::test]
async fn a_customer_who_is_called_otherwise_is_told_to_viewers_and_to_pages_at_once() {
    let world = world("s3cret").await;
    let admin = operator(Role::AdminStaff);
    let home = PackageBody {
        name: Some("Home".into()),
        download_speed: Some(5.0),
        upload_speed: Some(5.0),
        ..PackageBody::default()
    };
    world.services.create_package(&admin, home).await.unwrap();
    let named = |name: &str| CustomerBody {
        name: Some(name.into()),
        status: Some("Active".into()),
        service_type: Some(ServiceType::Pppoe),
        service_package: Some("Home".into()),
        pppoe_username: Some("sub00001".into()),
        ..CustomerBody::default()
    };
    let mut seen = world.watch(everything());
    seen.next().await;
    let added = world.services.create_customer(&admin, named("Ana")).await.unwrap().customer;
    let name = |sessions: &Sessions| {
        sessions.iter().find(|session| session.username == "sub00001").and_then(|session| session.customer_name.clone())
    };
    let ana = seen.until(|event, sessions| matches!(event, LiveEvent::Delta(_)).then(|| name(sessions))).await;
    assert_eq!(ana.as_deref(), Some("Ana"));
    let body = CustomerBody { id: Some(added.id), ..named("Ana Souza") };
    world.services.update_customer(&admin, body, added.version).await.unwrap();
    let query = SessionsQuery { latest_will_do: true, ..SessionsQuery::default() };
    let latest = world.services.sessions(&world.office, query).await.unwrap();
    let page = Sessions::of(latest.sessions.into_iter().map(|row| row.netpilot));
    assert_eq!(name(&page).as_deref(), Some("Ana Souza"), "a page that is rendered now");
}

#[tokio::test]
async fn seats_are_limited_and_given_back() {
    let world = world("s3cret").await;
    let mut seats: Vec<Viewer> = (0..500).map(|_| world.services.watch(&world.office, everything()).unwrap()).collect();
    assert_eq!(world.services.watch(&world.office, everything()).unwrap_err().code, Code::TooManyStreams);
    seats.pop();
    assert!(world.services.watch(&world.office, everything()).is_ok());
}

/// Polls what no event tells: what the router counts.
async fn eventually(holds: impl Fn() -> bool) {
    let until = tokio::time::Instant::now() + Duration::from_secs(5);
    while !holds() {
        assert!(tokio::time::Instant::now() < until, "it never came to hold");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
