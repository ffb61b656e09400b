//! An account becomes ours, and its values those of its customer.

use domain::wire::{DriftAction, DriftOutcome, SyncState, problem::Code};
use routeros_sim::Trouble;

use super::{BOTH, PPPOE, SENSITIVE, code, world};
use crate::world::USUAL;

#[tokio::test]
async fn without_a_customer_an_adopted_account_makes_one() {
    for of in BOTH {
        for (policies, has_password) in [(SENSITIVE, true), (USUAL, false)] {
            let world = world(policies).await;
            let bound = [(of.mac, "AA:BB:CC:DD:EE:0F"), (of.ip, "10.0.0.5"), ("disabled", "yes")];
            world.foreign(of, "ida", &[&bound[..], &[("profile", of.profile), ("comment", "Ida Haque")]].concat());
            let done = world.choose_one(of, DriftAction::Adopt, "ida").await;
            assert_eq!((code(&done), done.outcome), (None, DriftOutcome::Adopted), "{}", done.message);
            let customers = world.everybody().await;
            let [ida] = customers.as_slice() else { panic!("one customer, not {customers:?}") };
            assert_eq!((ida.id.as_str(), ida.name.as_str(), ida.origin.as_str()), ("CUS-1", "Ida Haque", "adopted"));
            assert_eq!((ida.pppoe_username.as_str(), ida.service_type), ("ida", of.service));
            assert_eq!((ida.service_package.as_str(), ida.status.name()), ("Home 10", "Suspended"));
            let bound = (ida.mac_address.as_deref(), ida.ip_address.as_deref());
            assert_eq!(bound, (Some("AA:BB:CC:DD:EE:0F"), Some("10.0.0.5")));
            assert_eq!(ida.has_password, has_password, "stars are no password");
            let account = world.account_of(of, "ida");
            assert_eq!(account["comment"], "NetPilot Customer: Ida Haque (ID: CUS-1) Ida Haque");
            assert_eq!(account["password"], "theirs");
            // What is left is the profile, which is not the account's.
            let left = world.row_of(of, "ida").await.unwrap().fields;
            assert!(left.iter().all(|field| field.object == "profile"), "{left:?}");
        }
    }
}

#[tokio::test]
async fn an_adopted_accounts_values_become_those_of_the_customer_of_its_username() {
    for of in BOTH {
        let world = world(SENSITIVE).await;
        let ana = world.customer(of, "Ana").await;
        world.foreign(of, "ana", &[("profile", of.profile), ("disabled", "yes"), (of.ip, "10.0.0.5")]);
        let done = world.choose_one(of, DriftAction::Adopt, "ana").await;
        assert_eq!((done.outcome, done.customer_id.as_deref()), (DriftOutcome::Adopted, Some(ana.id.as_str())));
        let taken = world.services.customer(&world.admin, &ana.id).await.unwrap();
        assert_eq!((taken.name.as_str(), taken.status.name(), taken.version), ("Ana", "Suspended", 2));
        assert_eq!(taken.ip_address.as_deref(), Some("10.0.0.5"));
        // Also the password: it is the router's that is kept from now on.
        world.choose_one(of, DriftAction::Overwrite, "ana").await;
        assert_eq!(world.account_of(of, "ana")["password"], "theirs");
        assert_eq!(world.state_of(of, "ana").await, SyncState::InSync);
        // Our own account that staff changed is adopted the same way.
        world.sim.edit(of.accounts, "ana", &[("disabled", "no"), (of.ip, "10.0.0.6")]).unwrap();
        let done = world.choose_one(of, DriftAction::Adopt, "ana").await;
        assert_eq!((done.outcome, done.state), (DriftOutcome::Adopted, Some(SyncState::InSync)), "{}", done.message);
        let taken = world.services.customer(&world.admin, &ana.id).await.unwrap();
        assert_eq!((taken.status.name(), taken.ip_address.as_deref()), ("Active", Some("10.0.0.6")));
        assert_eq!(world.everybody().await.len(), 1);
    }
}

#[tokio::test]
async fn what_no_customer_can_have_stays_on_the_router() {
    let world = world(SENSITIVE).await;
    world.foreign(PPPOE, "ida", &[("profile", PPPOE.profile), ("caller-id", "vlan12")]);
    let done = world.choose_one(PPPOE, DriftAction::Adopt, "ida").await;
    assert!(done.message.ends_with("Its caller-id vlan12 is no device's, and stays on the router as it is."));
    world.choose_one(PPPOE, DriftAction::Overwrite, "ida").await;
    assert_eq!(world.account_of(PPPOE, "ida")["caller-id"], "vlan12");
    assert_eq!(world.state_of(PPPOE, "ida").await, SyncState::InSync);
}

#[tokio::test]
async fn an_account_whose_profile_is_nobodys_package_is_not_adopted() {
    for of in BOTH {
        let world = world(SENSITIVE).await;
        world.foreign(of, "ida", &[("comment", "tower 3")]);
        let before = world.account_of(of, "ida");
        let done = world.choose_one(of, DriftAction::Adopt, "ida").await;
        assert_eq!((code(&done), done.state), (Some(Code::PackageNotFound), Some(SyncState::Foreign)));
        assert!(done.message.starts_with("No package comes to its profile default."), "{}", done.message);
        assert_eq!((world.account_of(of, "ida"), world.everybody().await.len()), (before, 0));
        assert_eq!(world.writes(), 0);
    }
}

#[tokio::test]
async fn a_leftover_comes_back_under_its_id_and_a_copy_gets_one_of_its_own() {
    for of in BOTH {
        let world = world(SENSITIVE).await;
        world.settled(of, &["Ana"]).await;
        let marker = |id: &str| format!("NetPilot Customer: Old (ID: {id}) roof");
        world.foreign(of, "lost", &[("profile", of.profile), ("comment", &marker("CUS-9"))]);
        world.foreign(of, "copy", &[("profile", of.profile), ("comment", &marker("CUS-1"))]);
        assert_eq!(world.state_of(of, "copy").await, SyncState::Unknown);
        for (name, id) in [("lost", "CUS-9"), ("copy", "CUS-10")] {
            let done = world.choose_one(of, DriftAction::Adopt, name).await;
            assert_eq!((code(&done), done.customer_id.as_deref()), (None, Some(id)), "{}", done.message);
            assert_eq!(world.account_of(of, name)["comment"], marker(id));
            assert_eq!(world.state_of(of, name).await, SyncState::InSync);
        }
        assert_eq!(world.state_of(of, "ana").await, SyncState::InSync);
    }
}

#[tokio::test]
async fn an_adoption_that_broke_off_heals_by_adopting_again() {
    for of in BOTH {
        let world = world(SENSITIVE).await;
        world.foreign(of, "ida", &[("profile", of.profile)]);
        let command = format!("{}/set", of.accounts);
        let (message, times) = ("failure: not today".to_owned(), 1);
        world.sim.trouble(Trouble::TrapOn { command: command.clone(), message: message.clone(), times });
        let failed = world.choose_one(of, DriftAction::Adopt, "ida").await;
        assert_eq!((code(&failed), failed.state), (Some(Code::RouterRejected), Some(SyncState::Foreign)));
        assert_eq!(failed.error.unwrap().routeros.unwrap().message, message);
        assert!(failed.message.starts_with("Customer ida (CUS-1) is kept"), "{}", failed.message);
        // The line falls after the router wrote, before it said so: what it holds has the last word.
        world.sim.trouble(Trouble::DropBeforeReplyTo { command });
        let done = world.choose_one(of, DriftAction::Adopt, "ida").await;
        assert_eq!((code(&done), done.outcome), (None, DriftOutcome::Adopted), "{}", done.message);
        let ids: Vec<_> = world.everybody().await.into_iter().map(|customer| (customer.id, customer.version)).collect();
        assert_eq!(ids, [("CUS-1".to_owned(), 1)]);
    }
}
