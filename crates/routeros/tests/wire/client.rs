//! The client against a router in memory, over TCP.

use std::time::Duration;

use routeros::{
    Attributes, CallError, Command, ConnectError, Connection, Endpoint, Link, Menu, Print, Query, Row, RowId, Step,
    Timings, Tls,
    menu::{PppActive, PppActiveProperty, PppSecret, PppSecretProperty},
};
use routeros_sim::{Service, Sim, Trouble};

async fn router() -> Sim {
    Sim::builder().user("netpilot-api", "s3cret", "full").secrets(3).sessions(1).start().await.unwrap()
}

fn endpoint(sim: &Sim) -> Endpoint {
    let address = sim.address();
    Endpoint {
        host: address.ip().to_string(),
        port: address.port(),
        tls: Tls::Off,
        username: "netpilot-api".into(),
        password: "s3cret".into(),
    }
}

fn quick() -> Timings {
    Timings {
        connect: Duration::from_millis(500),
        silence: Duration::from_millis(300),
        answer: Duration::from_secs(2),
        idle: Duration::from_millis(100),
    }
}

#[tokio::test]
async fn many_commands_share_one_line_and_one_login() {
    let sim = router().await;
    let line = Connection::dial(&endpoint(&sim), quick()).await.unwrap();
    let names = ["sub00001", "sub00002", "sub00003", "nobody"];
    let commands = names.iter().map(|name| {
        Print::<PppSecret>::new()
            .only(&[PppSecretProperty::Name])
            .matching(Query::is(PppSecretProperty::Name, *name))
            .command()
    });
    let answers = line.run_all(commands.collect()).await;
    let found: Vec<_> = answers.iter().map(|answer| answer.as_ref().unwrap().rows.len()).collect();
    assert_eq!(found, [1, 1, 1, 0]);
    assert_eq!((sim.counts()["/login"], sim.connections()), (1, 1));
}

#[tokio::test]
async fn a_row_is_made_changed_cleared_and_removed() {
    use PppSecretProperty::{Comment, Name, Password, RemoteAddress};
    let sim = router().await;
    let line = Connection::dial(&endpoint(&sim), quick()).await.unwrap();
    let secret = [(Name, "ana"), (Password, "x=y"), (Comment, "a"), (RemoteAddress, "10.0.0.9")];
    let id: RowId = line.run(PppSecret::add(secret)).await.unwrap().ret.unwrap().parse().unwrap();
    line.run(PppSecret::set(id, [(Comment, "b")])).await.unwrap();
    line.run(PppSecret::unset(id, RemoteAddress)).await.unwrap();
    let read = line
        .run(Print::<PppSecret>::new().matching(Query::is(PppSecretProperty::Name, "ana")).command())
        .await
        .unwrap();
    assert_eq!(read.rows[0].get("comment"), Some("b"));
    assert_eq!(read.rows[0].get("password"), Some("x=y"));
    assert_eq!(read.rows[0].get("remote-address"), None);
    line.run(PppSecret::remove(id)).await.unwrap();
    let gone = line.run(PppSecret::remove(id)).await.unwrap_err();
    assert!(matches!(gone, CallError::Refused { refusal, .. } if refusal.is_no_such_item()));
}

#[tokio::test]
async fn a_refusal_leaves_the_line_good_and_says_what_the_router_said() {
    let sim = router().await;
    let line = Connection::dial(&endpoint(&sim), quick()).await.unwrap();
    let twice = Command::add(Menu::PppSecret, [("name", "sub00001")]);
    let CallError::Refused { command, refusal } = line.run(twice).await.unwrap_err() else { panic!("not refused") };
    assert_eq!(command, "/ppp/secret/add");
    assert_eq!(refusal.message(), "failure: secret with the same name already exists");
    assert!(refusal.is_duplicate());
    assert!(line.run(Command::print(Menu::SystemIdentity)).await.is_ok());
}

#[tokio::test]
async fn every_version_lets_us_in_and_a_wrong_password_is_refused() {
    for version in ["6.40", "6.42.12", "6.49.10", "7.17.2", "7.22.3"] {
        let sim = Sim::builder().version(version).user("netpilot-api", "s3cret", "full").start().await.unwrap();
        assert!(Connection::dial(&endpoint(&sim), quick()).await.is_ok(), "{version}");
        let wrong = Endpoint { password: "other".into(), ..endpoint(&sim) };
        let refused = Connection::dial(&wrong, quick()).await.unwrap_err();
        assert!(matches!(refused, ConnectError::LoginRefused { .. }), "{version}: {refused}");
        assert_eq!(refused.step(), Step::Login);
    }
}

#[tokio::test]
async fn each_way_of_not_being_there_is_told_apart() {
    let sim = router().await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = Endpoint { port: closed.port(), ..endpoint(&sim) };
    let refused = Connection::dial(&nobody, quick()).await.unwrap_err();
    assert!(matches!(refused, ConnectError::Refused { .. }), "{refused}");
    sim.trouble(Trouble::Silent);
    let silent = Connection::dial(&endpoint(&sim), quick()).await.unwrap_err();
    assert!(matches!(silent, ConnectError::Login { .. }), "{silent}");
    let nowhere = Endpoint { host: "router.invalid".into(), ..endpoint(&sim) };
    let unknown = Connection::dial(&nowhere, quick()).await.unwrap_err();
    assert_eq!(unknown.step(), Step::Resolve, "{unknown}");
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_unknown_and_the_next_is_not_sent() {
    let sim = router().await;
    let line = Connection::dial(&endpoint(&sim), quick()).await.unwrap();
    sim.trouble(Trouble::DropBeforeReplyTo { command: "/ppp/secret/add".into() });
    let lost = line.run(Command::add(Menu::PppSecret, [("name", "ana")])).await.unwrap_err();
    assert!(matches!(lost, CallError::Unknown { .. }), "{lost}");
    assert!(sim.rows("/ppp/secret").iter().any(|row| row["name"] == "ana"), "the router had carried it out");
    let after = line.run(Command::print(Menu::PppSecret)).await.unwrap_err();
    assert!(matches!(after, CallError::NotSent { .. }), "{after}");
    assert!(line.is_closed());
}

#[tokio::test]
async fn silence_ends_the_line_and_nothing_waits_for_ever() {
    let sim = router().await;
    let line = Connection::dial(&endpoint(&sim), quick()).await.unwrap();
    sim.trouble(Trouble::Silent);
    let lost = line.run(Command::print(Menu::PppSecret)).await.unwrap_err();
    assert!(lost.to_string().contains("no byte came"), "{lost}");
}

#[tokio::test]
async fn a_link_shares_one_line_opens_a_new_one_after_a_break_and_closes_it_when_idle() {
    let sim = router().await;
    let link = Link::new(endpoint(&sim), quick());
    let (one, two) = tokio::join!(link.lease(), link.lease());
    one.unwrap().run(Command::print(Menu::SystemIdentity)).await.unwrap();
    let held = two.unwrap();
    assert_eq!(sim.counts()["/login"], 1);
    sim.reboot();
    held.closed().await;
    drop(held);
    link.lease().await.unwrap().run(Command::print(Menu::SystemIdentity)).await.unwrap();
    assert_eq!(sim.connections(), 1);
    eventually(|| sim.connections() == 0).await;
}

#[tokio::test]
async fn whoever_waits_for_a_dead_router_waits_once() {
    let sim = router().await;
    let link = Link::new(endpoint(&sim), quick());
    sim.trouble(Trouble::Silent);
    let began = std::time::Instant::now();
    let (a, b, c) = tokio::join!(link.lease(), link.lease(), link.lease());
    assert!(a.is_err() && b.is_err() && c.is_err());
    assert!(began.elapsed() < quick().silence * 2, "three waits would take three times as long");
}

#[tokio::test]
async fn a_hung_up_session_is_gone() {
    let sim = router().await;
    let line = Connection::dial(&endpoint(&sim), quick()).await.unwrap();
    let id: RowId = sim.dial_in(Service::Pppoe, "sub00002").unwrap().parse().unwrap();
    line.run(Command::remove(Menu::PppActive, id)).await.unwrap();
    let active = line
        .run(Print::<PppActive>::new().matching(Query::is(PppActiveProperty::Name, "sub00002")).command())
        .await
        .unwrap();
    assert!(active.rows.iter().all(|row| row.get(".id") != Some(&id.to_string())));
}

/// Polls what no event tells: that the other side noticed a closed socket.
async fn eventually(holds: impl Fn() -> bool) {
    let until = tokio::time::Instant::now() + Duration::from_secs(5);
    while !holds() {
        assert!(tokio::time::Instant::now() < until, "it never came to hold");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn who_follows_a_menu_hears_of_every_change_and_a_drop_ends_it_on_the_router() {
    let sim = router().await;
    let line = Connection::dial(&endpoint(&sim), quick()).await.unwrap();
    let mut online = line.follow::<Attributes>(Command::listen(Menu::PppActive)).unwrap();
    // Answered after the listen was taken up: both went out in order.
    line.run(Command::print(Menu::SystemIdentity)).await.unwrap();
    let id = sim.dial_in(Service::Pppoe, "sub00002").unwrap();
    let up = online.next().await.unwrap();
    assert_eq!((up.get(".id"), up.get("name")), (Some(id.as_str()), Some("sub00002")));
    sim.hang_up(Service::Pppoe, "sub00002");
    let down = online.next().await.unwrap();
    assert_eq!((down.get(".id"), down.get(".dead")), (Some(id.as_str()), Some("true")));
    drop(online);
    eventually(|| sim.counts().contains_key("/cancel")).await;
    sim.dial_in(Service::Pppoe, "sub00003").unwrap();
    assert!(line.run(Command::print(Menu::SystemIdentity)).await.is_ok(), "a left command must not break the line");
}

#[tokio::test]
async fn following_a_quiet_menu_is_no_silence_and_a_broken_line_ends_it() {
    let sim = router().await;
    let line = Connection::dial(&endpoint(&sim), quick()).await.unwrap();
    let mut online = line.follow::<Attributes>(Command::listen(Menu::HotspotActive)).unwrap();
    let waited = tokio::time::timeout(quick().silence * 3, online.next()).await;
    assert!(waited.is_err(), "nothing changed, and nothing was said: {waited:?}");
    sim.reboot();
    assert!(matches!(online.next().await.unwrap_err(), CallError::Unknown { .. }));
    assert!(line.is_closed() && line.follow::<Attributes>(Command::listen(Menu::PppActive)).is_err());
}

#[tokio::test]
async fn a_refused_listen_says_why() {
    let sim = router().await;
    let line = Connection::dial(&endpoint(&sim), quick()).await.unwrap();
    let mut clock = line.follow::<Attributes>(Command::listen(Menu::SystemClock)).unwrap();
    let refused = clock.next().await.unwrap_err();
    assert!(
        matches!(&refused, CallError::Refused { refusal, .. } if refusal.message().contains("follow-only")),
        "{refused}"
    );
}

#[tokio::test]
async fn one_line_for_commands_and_one_for_streams_and_none_once_nobody_needs_them() {
    let sim = router().await;
    let signed_in = || sim.rows("/user/active").iter().filter(|row| row["via"] == "api").count();
    let link = Link::new(endpoint(&sim), quick());
    for _ in 0..5 {
        link.lease().await.unwrap().run(Command::print(Menu::Pool)).await.unwrap();
    }
    let streams = Connection::dial(&endpoint(&sim), quick()).await.unwrap();
    let mut online = streams.follow::<Attributes>(Command::listen(Menu::PppActive)).unwrap();
    streams.run(Command::print(Menu::SystemIdentity)).await.unwrap();
    assert_eq!(signed_in(), 2);
    eventually(|| signed_in() == 1).await;
    sim.dial_in(Service::Pppoe, "sub00003").unwrap();
    assert!(online.next().await.is_ok(), "the stream outlives the idle line for commands");
    drop((online, streams));
    eventually(|| signed_in() == 0).await;
}

#[tokio::test]
async fn a_line_is_idle_from_the_moment_its_last_lease_ends() {
    let sim = router().await;
    let idle = Duration::from_millis(300);
    let link = Link::new(endpoint(&sim), Timings { idle, ..quick() });
    let lease = link.lease().await.unwrap();
    // A lease that is held is use. That nothing closes the line meanwhile, only time can show.
    tokio::time::sleep(idle * 19 / 10).await;
    drop(lease);
    let dropped = std::time::Instant::now();
    eventually(|| sim.connections() == 0).await;
    assert!(dropped.elapsed() >= idle * 9 / 10, "it was closed after {:?}", dropped.elapsed());
}

#[tokio::test]
async fn rows_are_asked_for_by_expressions() {
    use PppSecretProperty::{Name, Profile};
    let sim = router().await;
    let line = Connection::dial(&endpoint(&sim), quick()).await.unwrap();
    let names = async |query: Query<PppSecretProperty>| {
        let rows = line.list(&Print::<PppSecret>::new().only(&[Name]).matching(query)).await.unwrap().whole().unwrap();
        rows.into_iter().filter_map(|row| row.name).collect::<Vec<_>>()
    };
    let two = Query::is_one_of(Name, ["sub00001", "sub00003"]).unwrap();
    assert_eq!(names(two.clone()).await, ["sub00001", "sub00003"]);
    assert_eq!(names(!two.clone()).await, ["sub00002"]);
    assert_eq!(names(two.and(Query::is(Profile, "Basic_10Mbps_pppoe"))).await, ["sub00001"]);
    assert_eq!(Query::is_one_of(Name, [""; 0]), None);
}

#[tokio::test]
async fn rows_that_change_alike_change_in_one_command() {
    let sim = router().await;
    let line = Connection::dial(&endpoint(&sim), quick()).await.unwrap();
    let secrets = line.list(&Print::<PppSecret>::new().only(&[PppSecretProperty::Id])).await.unwrap().rows;
    let ids: Vec<RowId> = secrets.iter().filter_map(|secret| secret.id).collect();
    line.run(Command::disable_all(Menu::PppSecret, &ids)).await.unwrap();
    assert!(sim.rows("/ppp/secret").iter().all(|row| row["disabled"] == "true"));
    line.run(Command::enable_all(Menu::PppSecret, &ids[..2])).await.unwrap();
    line.run(Command::set_all(Menu::PppSecret, &ids, [("comment", "moved")])).await.unwrap();
    line.run(Command::set_only(Menu::SystemIdentity, [("name", "tower-7")])).await.unwrap();
    let states: Vec<_> =
        sim.rows("/ppp/secret").iter().map(|row| (row["disabled"].clone(), row["comment"].clone())).collect();
    let expect = ["false", "false", "true"].map(|disabled| (disabled.to_owned(), "moved".to_owned()));
    assert_eq!(states, expect);
    assert_eq!(sim.rows("/system/identity")[0]["name"], "tower-7");
    line.run(Command::remove_all(Menu::PppSecret, &ids)).await.unwrap();
    assert!(sim.rows("/ppp/secret").is_empty());
    assert_eq!(sim.counts()["/ppp/secret/remove"], 1);
}
