//! Accounts that are written or removed by choice.

use std::{sync::Arc, time::Duration};

use aaa::ResolveDrift;
use domain::{
    customer::{Password, Setting},
    wire::{CustomerBody, DriftAction, DriftOutcome, SyncState, problem::Code},
};
use routeros_sim::{Service, Trouble};

use super::{BOTH, PPPOE, SENSITIVE, code, item, world};
use crate::{
    records::ana,
    stored::until,
    world::{USUAL, World},
};

#[tokio::test]
async fn our_intent_is_written_onto_a_foreign_account_by_choice_and_its_sessions_end() {
    for of in BOTH {
        let world = world(USUAL).await;
        // Something was written for Ida once: that says nothing of the account that has her name now.
        world.settled(of, &["Ida"]).await;
        world.sim.remove(of.accounts, "ida").unwrap();
        world.foreign(of, "ida", &[("comment", "tower 3")]);
        world.sim.dial_in(of.wire, "ida").unwrap();
        let session = world.sim.rows(of.active)[0][".id"].clone();
        let done = world.choose_one(of, DriftAction::Overwrite, "ida").await;
        assert_eq!((code(&done), done.outcome, done.state), (None, DriftOutcome::Overwritten, Some(SyncState::InSync)));
        assert_eq!((done.customer_id.as_deref(), done.sessions_disconnected), (Some("CUS-1"), 1));
        assert!(world.sim.rows(of.active).iter().all(|row| row[".id"] != session));
        let account = world.account_of(of, "ida");
        assert_eq!(account["comment"], "NetPilot Customer: Ida (ID: CUS-1) tower 3");
        assert_eq!((account["profile"].as_str(), account["password"].as_str()), (of.profile, "canary-s3cret"));
        let again = world.choose_one(of, DriftAction::Overwrite, "ida").await;
        assert_eq!((again.outcome, again.success), (DriftOutcome::Unchanged, true));
    }
}

#[tokio::test]
async fn an_account_that_staff_changed_is_overwritten_and_one_that_is_missing_is_made() {
    for of in BOTH {
        let world = world(SENSITIVE).await;
        world.settled(of, &["Ana"]).await;
        world.sim.edit(of.accounts, "ana", &[("password", "other"), (of.mac, "AA:BB:CC:DD:EE:0F")]).unwrap();
        let row = world.row_of(of, "ana").await.unwrap();
        let fields: Vec<_> = row.fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!((row.state, fields), (SyncState::Differs, vec![of.mac, "password"]));
        assert_eq!(world.choose_one(of, DriftAction::Overwrite, "ana").await.state, Some(SyncState::InSync));
        assert_eq!(world.account_of(of, "ana")["password"], "canary-s3cret");
        world.sim.remove(of.accounts, "ana").unwrap();
        assert_eq!(world.state_of(of, "ana").await, SyncState::Missing);
        let made = world.choose_one(of, DriftAction::Overwrite, "ana").await;
        assert_eq!((made.outcome, made.state), (DriftOutcome::Overwritten, Some(SyncState::InSync)));
    }
}

#[tokio::test]
async fn a_removal_is_confirmed_by_number_and_ends_sessions() {
    for of in BOTH {
        let world = world(SENSITIVE).await;
        world.foreign(of, "link", &[]);
        world.foreign(of, "ida", &[]);
        world.customer(of, "Eva").await;
        world.sim.dial_in(of.wire, "link").unwrap();
        for confirmed in [None, Some(1), Some(3)] {
            let items = vec![item(of, "link"), item(of, "eva")];
            let request = ResolveDrift { items, action: DriftAction::Remove, confirmed };
            let refused = world.services.resolve_drift(&world.admin, request).await.unwrap_err();
            assert_eq!((refused.code, refused.code.status()), (Code::ConfirmationNeeded, 409));
        }
        assert_eq!(world.writes(), 0);
        let done = world.choose(of, DriftAction::Remove, &["link", "eva"]).await;
        assert_eq!((done[0].outcome, done[0].sessions_disconnected, done[0].state), (DriftOutcome::Removed, 1, None));
        assert_eq!(code(&done[1]), Some(Code::UserNotFound), "a row that is no account is not removed");
        assert!(world.find(of.accounts, "link").is_none() && !world.is_online(of, "link"));
        assert!(world.find(of.accounts, "ida").is_some());
        assert_eq!(world.state_of(of, "eva").await, SyncState::Missing);
    }
}

#[tokio::test]
async fn an_account_whose_session_does_not_end_is_not_removed_and_the_router_says_why() {
    let world = world(SENSITIVE).await;
    world.foreign(PPPOE, "link", &[]);
    world.sim.dial_in(Service::Pppoe, "link").unwrap();
    let (command, message) = ("/ppp/active/remove".to_owned(), "failure: busy".to_owned());
    world.sim.trouble(Trouble::TrapOn { command, message: message.clone(), times: 1 });
    let failed = world.choose_one(PPPOE, DriftAction::Remove, "link").await;
    assert_eq!(failed.error.unwrap().routeros.unwrap().message, message);
    assert!(world.find("/ppp/secret", "link").is_some());
}

/// The router's answers take their time, so that somebody can be quicker than what follows from them.
#[tokio::test]
async fn a_row_that_changes_under_our_hands_is_left_as_it_is() {
    let World { sim, services, admin, dir: _dir, .. } = world(SENSITIVE).await;
    sim.add("/ppp/secret", &[("name", "link"), ("password", "x"), ("service", "pppoe")]).unwrap();
    sim.set_round_trip(Duration::from_millis(300));
    let sim = Arc::new(sim);
    let resolving = tokio::spawn(async move {
        let items = vec![item(PPPOE, "link")];
        let request = ResolveDrift { items, action: DriftAction::Remove, confirmed: Some(1) };
        services.resolve_drift(&admin, request).await
    });
    until(|| sim.counts().contains_key("/ppp/secret/print").then_some(())).await;
    sim.edit("/ppp/secret", "link", &[("comment", "do not touch")]).unwrap();
    let done = resolving.await.unwrap().unwrap().items.remove(0);
    assert_eq!(code(&done), Some(Code::PlanStale));
    assert_eq!(sim.rows("/ppp/secret")[0]["comment"], "do not touch");
}

#[tokio::test]
async fn a_customer_whose_account_was_left_behind_takes_it_over() {
    for of in BOTH {
        let world = world(SENSITIVE).await;
        world.foreign(of, "ana", &[("comment", "NetPilot Customer: Ana (ID: CUS-7) roof")]);
        let body = CustomerBody {
            service_type: Some(of.service),
            pppoe_password: Some(Password::new("new-s3cret")),
            mac_address: Setting::Is("AA:BB:CC:DD:EE:0F".into()),
            ..ana()
        };
        let ana = world.add(body).await.unwrap();
        assert_eq!(world.state_of(of, "ana").await, SyncState::Unknown);
        let done = world.choose_one(of, DriftAction::Overwrite, "ana").await;
        assert_eq!((done.customer_id, done.state), (Some(ana.id.clone()), Some(SyncState::InSync)));
        let account = world.account_of(of, "ana");
        assert_eq!(account["comment"], format!("NetPilot Customer: Ana (ID: {}) roof", ana.id));
        assert_eq!((account["password"].as_str(), account[of.mac].as_str()), ("new-s3cret", "AA:BB:CC:DD:EE:0F"));
    }
}
