//! Who is online, and ending it.

use std::time::Duration;

use aaa::{Disconnect, SessionsQuery, Watch};
use domain::{
    customer::ServiceType,
    role::Role,
    wire::{Reappeared, problem::Code},
};
use routeros_sim::Service;

use crate::{
    bodies::{ana, basic, one},
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
