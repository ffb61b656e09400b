//! A few customers among many: their rows are asked for, and nobody is written twice for it.

use domain::{
    customer::ServiceType,
    wire::{ActionTaken, CustomerBody},
};
use routeros_sim::Service;

use crate::{
    bodies::{ana, basic, many, numbered, one},
    world::{World, world},
};

const OTHERS: u64 = 300;

/// A router on which Ana is one among many.
async fn crowded(service: ServiceType) -> World {
    let world = world().await;
    for number in 0..OTHERS {
        world.sim.add(menu(service), &[("name", &format!("other{number}")), ("password", "x")]).unwrap();
    }
    world.services.sync_one(&world.admin, one(ana(), basic(), service)).await.unwrap();
    world
}

const fn menu(service: ServiceType) -> &'static str {
    match service {
        ServiceType::Pppoe => "/ppp/secret",
        ServiceType::Hotspot => "/ip/hotspot/user",
    }
}

#[tokio::test]
async fn a_known_customer_costs_a_router_a_few_rows() {
    for service in ServiceType::ALL {
        let world = crowded(service).await;
        let before = world.sim.printed(menu(service));
        assert!(before >= OTHERS, "who was never written may have any row");
        let report = world.services.sync_one(&world.admin, one(ana(), basic(), service)).await.unwrap();
        assert_eq!(report.result.action, ActionTaken::Unchanged, "{service}");
        assert_eq!(world.sim.printed(menu(service)) - before, 1, "{service}");
        let renamed = CustomerBody { pppoe_username: Some("ana.b".into()), ..ana() };
        let report = world.services.sync_one(&world.admin, one(renamed, basic(), service)).await.unwrap();
        assert_eq!((report.result.action, report.result.verified), (ActionTaken::Updated, true));
        assert_eq!(world.sim.printed(menu(service)) - before, 3, "{service}: to plan and to read back");
    }
}

#[tokio::test]
async fn their_sessions_are_asked_for_and_end() {
    for (service, dials) in [(ServiceType::Pppoe, Service::Pppoe), (ServiceType::Hotspot, Service::Hotspot)] {
        let world = crowded(service).await;
        for name in ["ana", "other1", "other2"] {
            world.sim.dial_in(dials, name).unwrap();
        }
        let suspended = CustomerBody { status: Some("Suspended".into()), ..ana() };
        let report = world.services.sync_one(&world.admin, one(suspended, basic(), service)).await.unwrap();
        assert_eq!(report.result.sessions_disconnected, 1, "{service}");
    }
}

#[tokio::test]
async fn a_row_that_staff_renamed_is_found_by_its_comment() {
    let world = crowded(ServiceType::Pppoe).await;
    world.sim.edit("/ppp/secret", "ana", &[("name", "zoe")]).unwrap();
    let before = world.sim.printed("/ppp/secret");
    let report = world.services.sync_one(&world.admin, one(ana(), basic(), ServiceType::Pppoe)).await.unwrap();
    assert_eq!(report.result.action, ActionTaken::Updated);
    assert!(world.find("/ppp/secret", "zoe").is_none());
    assert!(world.sim.printed("/ppp/secret") - before < 5);
}

#[tokio::test]
async fn before_an_account_is_made_the_whole_menu_is_looked_at() {
    let world = crowded(ServiceType::Pppoe).await;
    let comment = "NetPilot Customer: Ana (ID: CUS-1) has moved";
    world.sim.edit("/ppp/secret", "ana", &[("name", "zoe"), ("comment", comment)]).unwrap();
    let report = world.services.sync_one(&world.admin, one(ana(), basic(), ServiceType::Pppoe)).await.unwrap();
    assert_eq!(report.result.action, ActionTaken::Updated);
    assert_eq!(world.row("/ppp/secret", "ana")["comment"], comment);
    let ours = world.sim.rows("/ppp/secret").into_iter().filter(|row| row.get("comment").is_some_and(|c| c == comment));
    assert_eq!(ours.count(), 1, "no second account of the same customer");
}

#[tokio::test]
async fn more_than_fifty_are_one_list() {
    let world = world().await;
    let fifty_one = || many((1..=51).map(numbered).collect());
    world.services.sync_many(&world.admin, fifty_one()).await.unwrap();
    world.sim.add("/ppp/secret", &[("name", "other"), ("password", "x")]).unwrap();
    let before = world.sim.printed("/ppp/secret");
    world.services.sync_many(&world.admin, fifty_one()).await.unwrap();
    assert_eq!(world.sim.printed("/ppp/secret") - before, 52);
}
