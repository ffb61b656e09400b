//! Who is online, and ending it.

use std::time::Duration;

use aaa::{Disconnect, DisconnectMany, Pace, SessionsQuery, Watch, Which};
use domain::{
    customer::ServiceType,
    role::Role,
    wire::{Reappeared, problem::Code},
};
use routeros_sim::{Service, Trouble};

use crate::{
    bodies::{ana, basic, many, numbered, one},
    world::{operator, world},
};

#[tokio::test]
async fn sessions_have_the_customers_directions_and_the_limit_they_run_under() {
    let world = world().await;
    world.sync_ana().await.unwrap();
    let id = world.sim.dial_in(Service::Pppoe, "ana").unwrap();
    let query = SessionsQuery { service: Some(ServiceType::Pppoe), ..SessionsQuery::default() };
    let report = world.services.sessions(&world.admin, query).await.unwrap();
    let session = &report.sessions[0].netpilot;
    assert_eq!(session.key, format!("default/pppoe/{id}"));
    assert_eq!((session.customer_id.as_deref(), session.customer_name.as_deref()), (Some("CUS-1"), Some("Ana")));
    assert_eq!((session.rate_limit.as_deref(), session.matches_package), (Some("5120k/10240k"), Some(true)));
    let line = world.row("/interface", "<pppoe-ana>");
    let router_sent: u64 = line["tx-byte"].parse().unwrap();
    assert!(session.bytes_down.unwrap() <= router_sent, "what the router sends is the customer's download");
    assert!(session.bytes_up.is_some());
}

#[tokio::test]
async fn a_session_is_ended_once_seen_gone_and_told_whether_it_came_back() {
    let world = world().await;
    world.sync_ana().await.unwrap();
    let id = world.sim.dial_in(Service::Pppoe, "ana").unwrap();
    let end = |expected: &str, watch| Disconnect {
        service: ServiceType::Pppoe,
        session_id: Some(id.clone()),
        expected_username: Some(expected.into()),
        username: None,
        keep_cookie: false,
        watch,
    };
    let office = operator(Role::OfficeStaff);
    let other = world.services.disconnect(&office, end("eva", Watch::No)).await.unwrap_err();
    assert_eq!(other.code, Code::SessionChanged);
    let watch = Watch::For(Duration::from_secs(5));
    let ended = world.services.disconnect(&office, end("ana", watch)).await.unwrap();
    assert_eq!((ended.removed, ended.verified, ended.after), (1, true, Reappeared::Reconnected));
    let again = world.services.disconnect(&office, end("ana", Watch::No)).await.unwrap_err();
    assert_eq!(again.code, Code::SessionNotFound);
}

#[tokio::test]
async fn a_hotspot_guest_is_logged_out_for_good() {
    let world = world().await;
    world.services.sync_one(&world.admin, one(ana(), basic(), ServiceType::Hotspot)).await.unwrap();
    world.sim.dial_in(Service::Hotspot, "ana").unwrap();
    let all = Disconnect {
        service: ServiceType::Hotspot,
        session_id: None,
        expected_username: None,
        username: Some("ana".into()),
        keep_cookie: false,
        watch: Watch::For(Duration::from_millis(300)),
    };
    let ended = world.services.disconnect(&world.admin, all).await.unwrap();
    assert_eq!((ended.removed, ended.after), (1, Reappeared::Away));
}

fn ending(which: Which) -> DisconnectMany {
    DisconnectMany {
        service: ServiceType::Pppoe,
        which,
        pace: Pace::new(200).unwrap(),
        keep_cookie: false,
        watch: Watch::For(Duration::from_secs(5)),
    }
}

#[tokio::test]
async fn many_sessions_end_and_each_has_its_outcome() {
    let world = world().await;
    world.services.sync_many(&world.admin, many((1..=30).map(numbered).collect())).await.unwrap();
    let dial = |n: usize| world.sim.dial_in(Service::Pppoe, &format!("customer{n}")).unwrap();
    let mut ids: Vec<String> = (1..=30).map(dial).collect();
    ids.push("*FFFFFF".to_owned());
    // One does not come back: it may not any more.
    world.sim.edit("/ppp/secret", "customer7", &[("disabled", "yes")]).unwrap();
    let refusal = Trouble::TrapOn { command: "/ppp/active/remove".into(), message: "failure: busy".into(), times: 1 };
    world.sim.trouble(refusal);
    let ended = world.services.disconnect_many(&world.admin, ending(Which::These(ids.clone()))).await.unwrap();
    assert_eq!((ended.summary.total, ended.summary.removed, ended.summary.errors), (31, 29, 2));
    assert!(ended.results.iter().map(|result| &result.session_id).eq(&ids), "in the order of the request");
    let failed: Vec<_> = ended.results.iter().filter_map(|one| one.error.as_ref()).map(|error| error.code).collect();
    assert_eq!(failed, [Code::RouterRejected, Code::SessionNotFound]);
    let now = world.sim.rows("/ppp/active");
    let left = ids.iter().filter(|id| now.iter().any(|row| row[".id"] == **id)).count();
    assert_eq!(left, 1, "the one that was refused");
    let of = |name: &str| ended.results.iter().find(|one| one.username.as_deref() == Some(name)).unwrap();
    assert_eq!(of("customer7").after, Some(Reappeared::Away));
    let back = ended.results.iter().filter(|one| one.after == Some(Reappeared::Reconnected)).count();
    assert!(back >= 28, "{back} came back");
}

#[tokio::test]
async fn a_filter_means_those_whom_the_list_shows_and_never_everybody_by_accident() {
    let world = world().await;
    world.services.sync_many(&world.admin, many((1..=12).map(numbered).collect())).await.unwrap();
    for n in 1..=12 {
        world.sim.dial_in(Service::Pppoe, &format!("customer{n}")).unwrap();
    }
    let matching = |q: &str, package: Option<&str>| Which::Matching { q: q.into(), package: package.map(Into::into) };
    for empty in ["", "  "] {
        let refused = world.services.disconnect_many(&world.admin, ending(matching(empty, None))).await;
        assert_eq!(refused.unwrap_err().code, Code::MissingField);
    }
    let ended = world.services.disconnect_many(&world.admin, ending(matching("customer1", None))).await.unwrap();
    let mut names: Vec<_> = ended.results.into_iter().filter_map(|one| one.username).collect();
    names.sort();
    assert_eq!(names, ["customer1", "customer10", "customer11", "customer12"]);
    let package = matching("", Some("Basic 10Mbps"));
    let all = world.services.disconnect_many(&world.admin, ending(package)).await.unwrap();
    assert_eq!(all.summary.total, 12);
    let odd = Which::These(vec!["*1,*2".into()]);
    assert_eq!(
        world.services.disconnect_many(&world.admin, ending(odd)).await.unwrap_err().code,
        Code::InvalidParameter
    );
    let too_many = Which::These((0..201).map(|n| format!("*{n:X}")).collect());
    assert_eq!(
        world.services.disconnect_many(&world.admin, ending(too_many)).await.unwrap_err().code,
        Code::TooManyItems
    );
}

#[tokio::test]
async fn sessions_end_at_the_pace_that_was_asked_for() {
    let world = world().await;
    world.services.sync_many(&world.admin, many((1..=5).map(numbered).collect())).await.unwrap();
    let ids: Vec<_> = (1..=5).map(|n| world.sim.dial_in(Service::Pppoe, &format!("customer{n}")).unwrap()).collect();
    let slow = DisconnectMany { pace: Pace::new(2).unwrap(), watch: Watch::No, ..ending(Which::These(ids)) };
    let began = std::time::Instant::now();
    let ended = world.services.disconnect_many(&world.admin, slow).await.unwrap();
    assert_eq!(ended.summary.removed, 5);
    assert!(began.elapsed() >= Duration::from_secs(2), "two, then two a second later, then the last");
    assert_eq!((Pace::new(0), Pace::new(201)), (None, None));
}
