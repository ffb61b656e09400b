//! Whether the router is there, and whether it may be written to.

use aaa::{Endpoint, Services, SyncOne, Tls};
use domain::{
    customer::ServiceType,
    role::Role,
    wire::{ActionTaken, problem::Code},
};
use routeros_sim::Sim;
use tempfile::TempDir;

use crate::{
    bodies::{ana, basic, one},
    world::{USUAL, config, operator, world_with},
};

#[tokio::test]
async fn a_read_only_router_is_read_and_not_written_until_an_admin_allows_it() {
    let world = world_with(true, USUAL).await;
    assert!(world.services.test(&world.admin).await.unwrap().read_only);
    assert_eq!(world.sync_ana().await.unwrap_err().code, Code::RouterReadOnly);
    let dry = SyncOne { dry_run: true, ..one(ana(), basic(), ServiceType::Pppoe) };
    assert!(world.services.sync_one(&world.admin, dry).await.is_ok());
    assert_eq!(world.writes(), 0);
    world.services.set_read_only(&world.admin, false).await.unwrap();
    assert_eq!(world.sync_ana().await.unwrap(), ActionTaken::Created);
}

#[tokio::test]
async fn the_connection_test_tells_each_step_and_what_is_missing() {
    let world = world_with(false, &["api", "read", "test"]).await;
    let report = world.services.test(&world.admin).await.unwrap();
    let names: Vec<_> = report.checks.iter().map(|check| check.name.as_str()).collect();
    assert_eq!(names, ["resolve", "tcp", "tls", "login", "rights", "version", "clock"]);
    let rights = &report.checks[4];
    assert_eq!((rights.ok, rights.missing.as_deref()), (false, Some(&["write".to_owned()][..])));
    assert_eq!(report.system_info[0]["board-name"], "RB5009UG+S+");
    assert_eq!(world.sync_ana().await.unwrap_err().code, Code::RouterPermission);
}

#[tokio::test]
async fn each_way_of_not_reaching_the_router_has_its_code_and_advice() {
    let dir = TempDir::new().unwrap();
    let admin = operator(Role::AdminStaff);
    let test = async |router: Option<Endpoint>| {
        let services = Services::open(config(&dir, router)).await.unwrap();
        services.test(&admin).await.unwrap_err()
    };
    let nobody = test(None).await;
    assert_eq!(nobody.code, Code::RouterNotConfigured);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let sim = Sim::builder().user("u", "right", "full").start().await.unwrap();
    let at = |host: &str, port| Endpoint {
        host: host.into(),
        port,
        tls: Tls::Off,
        username: "u".into(),
        password: "wrong-s3cret".into(),
    };
    let refused = test(Some(at("127.0.0.1", closed.port()))).await;
    assert_eq!((refused.code, refused.errors[0].code.as_str()), (Code::RouterUnreachable, "tcp-refused"));
    assert_eq!(refused.checks.iter().map(|check| check.ok).collect::<Vec<_>>(), [true, false]);
    assert_eq!(test(Some(at("router.invalid", 8728))).await.errors[0].code, "resolve");
    let password = test(Some(at("127.0.0.1", sim.address().port()))).await;
    assert_eq!(password.code, Code::RouterAuthFailed);
    assert_eq!(password.routeros.as_ref().unwrap().message, "invalid user name or password (6)");
    assert!(!format!("{password:?}").contains("wrong-s3cret"));
}
