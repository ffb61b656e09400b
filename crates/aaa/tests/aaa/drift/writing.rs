//! Accounts that are written or removed by choice.

use aaa::ResolveDrift;
use domain::{
    customer::{Password, Setting},
    wire::{CustomerBody, DriftAction, DriftOutcome, SyncState, problem::Code},
};
use routeros_sim::{Hand, Script, Service, Trouble, What, When};

use super::{BOTH, PPPOE, SENSITIVE, code, item, world};
use crate::{records::ana, world::USUAL};

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

#[tokio::test]
async fn a_row_that_changes_under_our_hands_is_left_as_it_is() {
    for of in BOTH {
        for action in [DriftAction::Adopt, DriftAction::Overwrite, DriftAction::Remove] {
            let world = world(SENSITIVE).await;
            world.customer(of, "Ida").await;
            world.foreign(of, "ida", &[("profile", of.profile)]);
            let set = [("comment".to_owned(), "do not touch".to_owned())].into();
            let edit = Hand::Edit { menu: of.accounts.into(), id: "ida".into(), set };
            let print = format!("{}/print", of.accounts);
            world.sim.script(Script::once(When::command(&print).nth(2), What::Meanwhile(edit)));
            let done = world.choose_one(of, action, "ida").await;
            assert_eq!((code(&done), world.writes()), (Some(Code::PlanStale), 0), "{action:?}");
            assert_eq!(world.account_of(of, "ida")["comment"], "do not touch");
            assert_eq!(world.everybody().await[0].version, 1);
        }
    }
}

#[tokio::test]
async fn nothing_is_done_before_it_was_read_back() {
    for (action, command) in [(DriftAction::Adopt, "/ppp/secret/set"), (DriftAction::Remove, "/ppp/secret/remove")] {
        let world = world(SENSITIVE).await;
        world.foreign(PPPOE, "ida", &[("profile", PPPOE.profile)]);
        let sentences = vec![vec!["!done".to_owned(), ".tag".to_owned()]];
        world.sim.script(Script::once(When::command(command), What::Instead { sentences }));
        let done = world.choose_one(PPPOE, action, "ida").await;
        assert_eq!((code(&done), done.success), (Some(Code::RouterRejected), false), "{action:?}");
    }
}

#[tokio::test]
async fn an_overwrite_that_the_router_refuses_leaves_an_account_of_ours_that_differs() {
    for of in BOTH {
        let world = world(SENSITIVE).await;
        let ana = world.customer(of, "Ana").await;
        world.foreign(of, "ana", &[("comment", "tower 3")]);
        let refusal = What::Trap { category: None, message: "failure: not today".into() };
        let set = When::command(&format!("{}/set", of.accounts));
        world.sim.script(Script::once(set.nth(2), refusal));
        let failed = world.choose_one(of, DriftAction::Overwrite, "ana").await;
        assert_eq!((code(&failed), failed.state), (Some(Code::RouterRejected), Some(SyncState::Differs)));
        assert!(failed.message.starts_with("The account bears our marker now"), "{}", failed.message);
        assert_eq!(failed.customer_id, Some(ana.id));
        let done = world.choose_one(of, DriftAction::Overwrite, "ana").await;
        assert_eq!((done.outcome, done.state), (DriftOutcome::Overwritten, Some(SyncState::InSync)));
    }
}

/// The line falls at every sentence, before and after it is carried out.
#[tokio::test]
async fn whatever_breaks_what_is_told_is_true_and_doing_it_again_heals() {
    for action in [DriftAction::Adopt, DriftAction::Overwrite, DriftAction::Remove] {
        let world = world(SENSITIVE).await;
        for (at, what) in (1..=30).flat_map(|at| [(at, What::CutBefore), (at, What::CutAfter)]) {
            let name = format!("u{at}{what:?}");
            let customer = match action {
                DriftAction::Overwrite => Some(world.customer(PPPOE, &name).await),
                _ => None,
            };
            let name = name.to_lowercase();
            world.foreign(PPPOE, &name, &[("profile", PPPOE.profile)]);
            world.sim.dial_in(Service::Pppoe, &name).unwrap();
            world.sim.script(Script::once(When::default().nth(at), what));
            let mut told = false;
            for _ in 0..4 {
                let report = world.resolve(vec![item(PPPOE, &name)], action).await;
                world.sim.trouble(Trouble::Clear);
                told = report.is_ok_and(|report| report.items[0].success);
                if told {
                    break;
                }
                // Gone after all: the first answer only did not know.
                if action == DriftAction::Remove && world.find("/ppp/secret", &name).is_none() {
                    told = true;
                    break;
                }
            }
            assert!(told, "{action:?} of {name} never went well");
            let account = world.find("/ppp/secret", &name);
            let theirs: Vec<_> = world.everybody().await.into_iter().filter(|who| who.pppoe_username == name).collect();
            if action == DriftAction::Remove {
                assert!(account.is_none() && !world.is_online(PPPOE, &name), "{name}");
                continue;
            }
            let [theirs] = theirs.as_slice() else { panic!("{name} is one customer, not {theirs:?}") };
            assert!(account.unwrap()["comment"].contains(&format!("(ID: {})", theirs.id)), "{name}");
            assert!(customer.is_none_or(|customer| customer.id == theirs.id));
        }
    }
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
