//! What a deleted customer's account comes to, on a router in memory, over TCP.

use std::{sync::Arc, time::Duration};

use domain::{
    customer::ServiceType,
    wire::{
        AccountFate, CustomerBody, CustomerRecord, DeletedCustomer,
        problem::{Code, Problem},
    },
};
use routeros_sim::{Service, Trouble};
use tokio::{task::JoinHandle, time::timeout};

use crate::{
    records::{ana, edited, named, world, world_with},
    world::World,
};

impl World {
    fn begin_to_delete(&self, customer: &CustomerRecord) -> JoinHandle<Result<DeletedCustomer, Problem>> {
        let (services, admin, customer) = (Arc::clone(&self.services), self.admin.clone(), customer.clone());
        tokio::spawn(async move {
            services.delete_customer(&admin, &customer.id, customer.version, AccountFate::Remove).await
        })
    }

    /// Until the router has heard the command; its answer comes later.
    async fn router_has_met(&self, command: &str) {
        let met = async {
            while !self.sim.counts().contains_key(command) {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(20), met).await.unwrap();
    }

    async fn is_kept(&self, customer: &CustomerRecord) -> bool {
        self.services.customer(&self.admin, &customer.id).await.is_ok()
    }

    /// An account on the router that bears a customer's marker.
    fn account(&self, menu: &str, username: &str, id: &str) {
        let comment = format!("NetPilot Customer: Ana (ID: {id})");
        let mut account = vec![("name", username), ("password", "x"), ("comment", comment.as_str())];
        if menu == "/ppp/secret" {
            account.push(("service", "pppoe"));
        }
        self.sim.add(menu, &account).unwrap();
    }
}

#[tokio::test]
async fn a_deleted_customers_account_is_removed_disabled_or_left_and_foreign_ones_are_never_touched() {
    for (menu, service, wire) in [
        ("/ppp/secret", ServiceType::Pppoe, Service::Pppoe),
        ("/ip/hotspot/user", ServiceType::Hotspot, Service::Hotspot),
    ] {
        for (fate, ended) in [(AccountFate::Remove, 1), (AccountFate::Disable, 1), (AccountFate::Leave, 0)] {
            let world = world().await;
            let customer = world.add(CustomerBody { service_type: Some(service), ..ana() }).await.unwrap();
            world.account(menu, "ana-old-name", &customer.id);
            world.account(menu, "eva", "CUS-2");
            world.sim.add(menu, &[("name", "ana"), ("password", "x"), ("comment", "tower link")]).unwrap();
            world.sim.dial_in(wire, "ana-old-name").unwrap();
            let foreign = [world.find(menu, "ana"), world.find(menu, "eva")];
            let deleted = world.delete(&customer, fate).await.unwrap();
            assert_eq!(deleted.sessions_disconnected, ended, "{menu} {fate:?}");
            assert!(!world.is_kept(&customer).await);
            let account = world.find(menu, "ana-old-name");
            let disabled = account.map(|row| row["disabled"].clone());
            let expected = match fate {
                AccountFate::Remove => None,
                AccountFate::Disable => Some("true"),
                AccountFate::Leave => Some("false"),
            };
            assert_eq!(disabled.as_deref(), expected, "{menu} {fate:?}");
            assert_eq!([world.find(menu, "ana"), world.find(menu, "eva")], foreign);
            assert_eq!(fate == AccountFate::Leave, world.writes() == 0);
        }
    }
}

#[tokio::test]
async fn an_account_that_is_not_there_or_stands_in_the_other_service_is_no_obstacle() {
    let world = world().await;
    let customer = world.add(ana()).await.unwrap();
    let deleted = world.delete(&customer, AccountFate::Remove).await.unwrap();
    assert_eq!(deleted.message, "Customer Ana (CUS-1) deleted. The router had no account of theirs.");
    let moved = world.add(CustomerBody { service_type: Some(ServiceType::Hotspot), ..ana() }).await.unwrap();
    world.account("/ppp/secret", "ana", &moved.id);
    let deleted = world.delete(&moved, AccountFate::Remove).await.unwrap();
    assert_eq!(deleted.message, "Customer Ana (CUS-2) deleted. Their account ana was removed from the router.");
    assert_eq!(world.find("/ppp/secret", "ana"), None);
    let without_hotspot = world.add(ana()).await.unwrap();
    let command = "/ip/hotspot/user/print".to_owned();
    world.sim.trouble(Trouble::TrapOn { command, message: "no such command prefix".into(), times: 9 });
    assert!(world.delete(&without_hotspot, AccountFate::Remove).await.is_ok());
}

#[tokio::test]
async fn a_router_that_cannot_do_its_part_keeps_the_customer() {
    let refused = world().await;
    let customer = refused.add(ana()).await.unwrap();
    refused.account("/ppp/secret", "ana", &customer.id);
    let (command, message) = ("/ppp/secret/remove".into(), "failure: busy".into());
    refused.sim.trouble(Trouble::TrapOn { command, message, times: 1 });
    let problem = refused.delete(&customer, AccountFate::Remove).await.unwrap_err();
    assert_eq!((problem.code, refused.is_kept(&customer).await), (Code::RouterRejected, true));
    assert!(refused.delete(&customer, AccountFate::Remove).await.is_ok());

    let away = world().await;
    let customer = away.add(ana()).await.unwrap();
    let World { sim, services, admin, dir: _dir, .. } = away;
    drop(sim);
    let problem =
        services.delete_customer(&admin, &customer.id, customer.version, AccountFate::Disable).await.unwrap_err();
    assert_eq!(problem.code, Code::RouterUnreachable);
    assert!(services.customer(&admin, &customer.id).await.is_ok());

    let read_only = world_with(true).await;
    let customer = read_only.add(ana()).await.unwrap();
    let problem = read_only.delete(&customer, AccountFate::Remove).await.unwrap_err();
    assert_eq!((problem.code, read_only.is_kept(&customer).await), (Code::RouterReadOnly, true));
    assert!(read_only.delete(&customer, AccountFate::Leave).await.is_ok());
}

#[tokio::test]
async fn a_customer_whose_session_cannot_be_ended_stays_and_the_next_try_ends_it() {
    let command = || "/ppp/active/remove".to_owned();
    let troubles = [
        (Trouble::TrapOn { command: command(), message: "failure: busy".into(), times: 1 }, Code::RouterRejected),
        // The router says that it is gone, and it goes on.
        (Trouble::TrapOn { command: command(), message: "no such item".into(), times: 1 }, Code::RouterRejected),
        (Trouble::FatalOn { command: command(), message: "session terminated".into() }, Code::OutcomeUnknown),
        (Trouble::DropBeforeReplyTo { command: command() }, Code::OutcomeUnknown),
    ];
    for (trouble, code) in troubles {
        for fate in [AccountFate::Remove, AccountFate::Disable] {
            let world = world().await;
            let customer = world.add(ana()).await.unwrap();
            world.account("/ppp/secret", "ana", &customer.id);
            world.sim.dial_in(Service::Pppoe, "ana").unwrap();
            world.sim.trouble(trouble.clone());
            let problem = world.delete(&customer, fate).await.unwrap_err();
            assert_eq!((problem.code, world.is_kept(&customer).await), (code, true), "{trouble:?}");
            assert!(problem.detail.ends_with("Account ana lets nobody in by now; nothing was deleted."), "{problem}");
            assert_eq!(world.row("/ppp/secret", "ana")["disabled"], "true", "nobody dials in again meanwhile");
            let deleted = world.delete(&customer, fate).await.unwrap();
            assert!(deleted.message.contains("Their account ana was"), "{}", deleted.message);
            assert_eq!(world.find("/ppp/active", "ana"), None, "{trouble:?}");
            assert_eq!(world.find("/ppp/secret", "ana").is_some(), fate == AccountFate::Disable);
        }
    }
}

#[tokio::test]
async fn who_is_edited_while_a_deletion_waits_for_the_router_keeps_the_account() {
    let (world, first, second) = two_with_accounts().await;
    let waiting = world.begin_to_delete(&first);
    world.router_has_met("/ppp/secret/print").await;
    let stale = world.begin_to_delete(&second);
    world.router_has_met("/ppp/secret/remove").await;
    world.update(CustomerBody { name: Some("Eva B".into()), ..edited_eva(&second) }, 1).await.unwrap();
    waiting.await.unwrap().unwrap();
    let refused = stale.await.unwrap().unwrap_err();
    assert_eq!(refused.code, Code::VersionConflict);
    assert!(refused.detail.ends_with("nothing was written."), "{refused}");
    assert!(world.find("/ppp/secret", "eva").is_some_and(|row| row["disabled"] == "false"));
}

#[tokio::test]
async fn who_is_edited_while_the_router_is_written_stays_and_the_account_is_said_to_be_removed() {
    let (world, _, eva) = two_with_accounts().await;
    let late = world.begin_to_delete(&eva);
    world.router_has_met("/ppp/secret/remove").await;
    world.update(CustomerBody { name: Some("Eva B".into()), ..edited_eva(&eva) }, 1).await.unwrap();
    let refused = late.await.unwrap().unwrap_err();
    assert_eq!((refused.code, world.is_kept(&eva).await), (Code::VersionConflict, true));
    assert_eq!(world.find("/ppp/secret", "eva"), None);
    assert!(refused.detail.starts_with("Their account eva was removed from the router."), "{refused}");
    assert!(!refused.detail.contains("nothing was written"), "{refused}");
}

/// Ana and Eva, both with an account, on a router that takes its time.
async fn two_with_accounts() -> (World, CustomerRecord, CustomerRecord) {
    let world = world().await;
    let (ana, eva) = (world.add(ana()).await.unwrap(), world.add(named("Eva")).await.unwrap());
    world.account("/ppp/secret", "ana", &ana.id);
    world.account("/ppp/secret", "eva", &eva.id);
    world.sim.trouble(Trouble::SlowBy { millis: 100 });
    (world, ana, eva)
}

fn edited_eva(eva: &CustomerRecord) -> CustomerBody {
    CustomerBody { pppoe_username: Some("eva".into()), ..edited(eva) }
}
