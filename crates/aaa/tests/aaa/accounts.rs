//! Accounts on the router: whose they are, and which are in step.

use aaa::{AccountState, DeleteUser, UsersQuery};
use domain::{
    customer::ServiceType,
    wire::{SyncState, problem::Code},
};
use routeros_sim::{Service, Trouble};

use crate::world::world;

#[tokio::test]
async fn what_is_not_ours_stays_untouched() {
    let world = world().await;
    world.sim.add("/ppp/secret", &[("name", "ana"), ("password", "theirs"), ("comment", "tower link")]).unwrap();
    let refused = world.sync_ana().await.unwrap_err();
    assert_eq!(refused.code, Code::ForeignObject);
    assert_eq!(world.row("/ppp/secret", "ana")["password"], "theirs");
    let delete = |force| DeleteUser {
        username: "ana".into(),
        service: ServiceType::Pppoe,
        dry_run: false,
        disconnect: true,
        force,
    };
    let refused = world.services.delete_user(&world.admin, delete(false)).await.unwrap_err();
    assert_eq!(refused.code, Code::ForeignObject);
    assert!(world.services.delete_user(&world.admin, delete(true)).await.unwrap().deleted);
}

#[tokio::test]
async fn an_account_whose_session_cannot_be_ended_stays_and_lets_nobody_in() {
    let world = world().await;
    world.sync_ana().await.unwrap();
    world.sim.dial_in(Service::Pppoe, "ana").unwrap();
    let busy = Trouble::TrapOn { command: "/ppp/active/remove".into(), message: "failure: busy".into(), times: 1 };
    world.sim.trouble(busy);
    let delete = || DeleteUser {
        username: "ana".into(),
        service: ServiceType::Pppoe,
        dry_run: false,
        disconnect: true,
        force: false,
    };
    let problem = world.services.delete_user(&world.admin, delete()).await.unwrap_err();
    assert!(problem.detail.ends_with("Account ana lets nobody in by now; nothing was deleted."), "{problem}");
    assert_eq!(world.row("/ppp/secret", "ana")["disabled"], "true");
    let deleted = world.services.delete_user(&world.admin, delete()).await.unwrap();
    assert_eq!((deleted.deleted, deleted.sessions_disconnected), (true, 1));
    assert!(world.find("/ppp/secret", "ana").is_none() && world.find("/ppp/active", "ana").is_none());
}

#[tokio::test]
async fn accounts_tell_whose_they_are_and_whether_they_are_in_step() {
    let world = world().await;
    world.sync_ana().await.unwrap();
    world.sim.add("/ppp/secret", &[("name", "tower"), ("password", "x")]).unwrap();
    let stranger = "NetPilot Customer: X (ID: CUS-9)";
    world.sim.add("/ppp/secret", &[("name", "lost"), ("password", "x"), ("comment", stranger)]).unwrap();
    world.sim.dial_in(Service::Pppoe, "ana").unwrap();
    let list = async |query: UsersQuery| world.services.users(&world.admin, query).await.unwrap();
    let report = list(UsersQuery::default()).await;
    let seen: Vec<_> = report.users.iter().map(|user| (user.row["name"].as_str(), user.netpilot.sync)).collect();
    assert_eq!(seen, [("ana", SyncState::InSync), ("tower", SyncState::Foreign), ("lost", SyncState::Unknown)]);
    assert!(report.users[0].netpilot.online && report.users[0].netpilot.has_password);
    assert!(report.users.iter().all(|user| !user.row.contains_key("password")));
    world.sim.edit("/ppp/secret", "ana", &[("profile", "default"), ("disabled", "yes")]).unwrap();
    let differs = list(UsersQuery { sync: Some(SyncState::Differs), ..UsersQuery::default() }).await;
    assert_eq!((differs.count, differs.users[0].netpilot.enabled), (1, false));
    let disabled = list(UsersQuery { state: Some(AccountState::Disabled), ..UsersQuery::default() }).await;
    assert_eq!(disabled.count, 1);
    world.sim.remove("/ppp/secret", "ana").unwrap();
    let missing = list(UsersQuery { sync: Some(SyncState::Missing), ..UsersQuery::default() }).await;
    assert_eq!(missing.users[0].row["name"], "ana");
}
