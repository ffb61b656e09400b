//! One account enabled, disabled, or given a new password: the customer changes, and the account follows.

use aaa::UsersQuery;
use domain::{
    customer::{Password, ServiceType},
    role::Role,
    wire::{ActionTaken, SyncState, problem::Code},
};
use routeros_sim::{Service, Trouble};

use crate::{
    bodies::{ana, basic, one},
    world::{World, operator, world},
};

const PPPOE: ServiceType = ServiceType::Pppoe;

async fn online() -> World {
    let world = world().await;
    world.sync_ana().await.unwrap();
    world.sim.dial_in(Service::Pppoe, "ana").unwrap();
    world
}

impl World {
    async fn is_in_sync(&self) -> bool {
        let users = self.services.users(&self.admin, UsersQuery::default()).await.unwrap();
        users.users.iter().all(|user| user.netpilot.sync == SyncState::InSync)
    }
}

#[tokio::test]
async fn who_is_disabled_is_put_offline_stays_off_and_is_suspended_here() {
    let world = online().await;
    let off = world.services.set_account_enabled(&world.admin, "ana", PPPOE, false).await.unwrap();
    assert_eq!((off.disabled, off.sessions_disconnected, off.customer_id.as_str()), (true, 1, "CUS-1"));
    assert!(world.sim.dial_in(Service::Pppoe, "ana").is_err());
    assert_eq!(world.services.customer(&world.admin, "CUS-1").await.unwrap().status.name(), "Suspended");
    assert!(world.is_in_sync().await);
    let on = world.services.set_account_enabled(&world.admin, "ana", PPPOE, true).await.unwrap();
    assert_eq!((on.disabled, on.sessions_disconnected), (false, 0));
    assert!(world.sim.dial_in(Service::Pppoe, "ana").is_ok() && world.is_in_sync().await);
}

#[tokio::test]
async fn a_reset_password_is_shown_once_written_and_kept() {
    let world = online().await;
    let reset = world.services.reset_password(&world.admin, "ana", PPPOE, None).await.unwrap();
    assert!(reset.generated && reset.user.sessions_disconnected == 1);
    assert_eq!(world.row("/ppp/secret", "ana")["password"], reset.password.expose());
    let request = one(domain::wire::CustomerBody { pppoe_password: None, ..ana() }, basic(), PPPOE);
    let again = world.services.sync_one(&world.admin, request).await.unwrap();
    assert_eq!(again.result.action, ActionTaken::Unchanged, "the store knows it");
    let given = world.services.reset_password(&world.admin, "ana", PPPOE, Some(Password::new("chosen-one"))).await;
    assert!(!given.unwrap().generated);
    assert_eq!(world.row("/ppp/secret", "ana")["password"], "chosen-one");
    let stars = world.services.reset_password(&world.admin, "ana", PPPOE, Some(Password::new("*****"))).await;
    assert_eq!(stars.unwrap_err().errors[0].pointer.as_deref(), Some("/password"));
}

#[tokio::test]
async fn an_account_of_ours_that_nobody_is_stored_for_is_changed_on_the_router_alone() {
    let world = world().await;
    let comment = "NetPilot Customer: Eva (ID: CUS-9)";
    world.sim.add("/ppp/secret", &[("name", "eva"), ("password", "old"), ("comment", comment)]).unwrap();
    world.sim.dial_in(Service::Pppoe, "eva").unwrap();
    let off = world.services.set_account_enabled(&world.admin, "eva", PPPOE, false).await.unwrap();
    assert_eq!((off.sessions_disconnected, off.customer_id.as_str()), (1, "CUS-9"));
    world.services.set_account_enabled(&world.admin, "eva", PPPOE, true).await.unwrap();
    assert_eq!(world.row("/ppp/secret", "eva")["disabled"], "false");
    let reset = world.services.reset_password(&world.admin, "eva", PPPOE, None).await.unwrap();
    assert_eq!(world.row("/ppp/secret", "eva")["password"], reset.password.expose());
}

#[tokio::test]
async fn what_is_not_ours_or_not_there_or_not_allowed_is_refused() {
    let world = world().await;
    world.sim.add("/ppp/secret", &[("name", "tower"), ("password", "x")]).unwrap();
    let (admin, office) = (&world.admin, operator(Role::OfficeStaff));
    let code = |result: Result<domain::wire::ChangedUser, domain::wire::problem::Problem>| result.unwrap_err().code;
    assert_eq!(code(world.services.set_account_enabled(admin, "tower", PPPOE, false).await), Code::ForeignObject);
    assert_eq!(code(world.services.set_account_enabled(admin, "nobody", PPPOE, false).await), Code::UserNotFound);
    assert_eq!(code(world.services.set_account_enabled(&office, "tower", PPPOE, false).await), Code::Forbidden);
    assert_eq!(world.writes(), 0);
}

#[tokio::test]
async fn where_the_router_fails_the_customer_is_as_wanted_here_and_the_answer_says_so() {
    let world = online().await;
    let words = "failure: not today".to_owned();
    world.sim.trouble(Trouble::TrapOn { command: "/ppp/secret/set".into(), message: words.clone(), times: 1 });
    let failed = world.services.set_account_enabled(&world.admin, "ana", PPPOE, false).await.unwrap_err();
    assert_eq!(failed.routeros.unwrap().message, words);
    assert!(failed.detail.starts_with("Ana was changed here, but not on the router."), "{}", failed.detail);
    assert_eq!(world.services.customer(&world.admin, "CUS-1").await.unwrap().status.name(), "Suspended");
    assert!(!world.is_in_sync().await);
}

#[tokio::test]
async fn a_copy_of_an_account_is_not_its_customer() {
    let world = online().await;
    let comment = world.row("/ppp/secret", "ana")["comment"].clone();
    world.sim.add("/ppp/secret", &[("name", "ana2"), ("password", "x"), ("comment", &comment)]).unwrap();
    let refused = world.services.set_account_enabled(&world.admin, "ana2", PPPOE, false).await.unwrap_err();
    assert_eq!(refused.code, Code::AmbiguousName);
    assert_eq!(world.services.reset_password(&world.admin, "ana2", PPPOE, None).await.unwrap_err().code, refused.code);
    assert_eq!(world.row("/ppp/secret", "ana")["disabled"], "false");
    assert_eq!(world.services.customer(&world.admin, "CUS-1").await.unwrap().status.name(), "Active");
}

#[tokio::test]
async fn a_new_password_is_shown_where_it_holds_and_taken_back_where_it_does_not() {
    let world = online().await;
    let trap = |command: &str, times| {
        let message = "failure: not today".to_owned();
        world.sim.trouble(Trouble::TrapOn { command: command.into(), message, times });
    };
    trap("/ppp/active/remove", 1);
    let reset = world.services.reset_password(&world.admin, "ana", PPPOE, None).await.unwrap();
    assert!(reset.user.message.contains("could not be ended"), "{}", reset.user.message);
    assert_eq!(world.row("/ppp/secret", "ana")["password"], reset.password.expose());
    trap("/ppp/secret/set", 1);
    assert!(world.services.reset_password(&world.admin, "ana", PPPOE, None).await.is_err());
    assert!(world.is_in_sync().await, "the store has the one that the customer knows");
    assert_eq!(world.row("/ppp/secret", "ana")["password"], reset.password.expose());
}
