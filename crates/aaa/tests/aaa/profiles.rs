//! Packages as profiles of the router.

use aaa::{Config, CreateProfile};
use domain::{
    customer::ServiceType,
    rate_limit::RateBase,
    wire::{ActionTaken, PackageBody, SyncState, problem::Code},
};

use crate::{bodies::basic, world::world};

#[tokio::test]
async fn a_profile_is_made_found_as_it_should_be_and_changed() {
    let world = world().await;
    let request =
        |package: PackageBody, update| CreateProfile { package, service: ServiceType::Pppoe, dry_run: false, update };
    let action = async |package, update| {
        world.services.create_profile(&world.admin, request(package, update)).await.map(|made| made.action)
    };
    assert_eq!(action(basic(), true).await.unwrap(), ActionTaken::Created);
    assert_eq!(action(basic(), true).await.unwrap(), ActionTaken::Unchanged);
    let slower = PackageBody { burst_enabled: Some(false), ..basic() };
    assert_eq!(action(slower.clone(), false).await.unwrap_err().code, Code::NameTaken);
    assert_eq!(action(slower, true).await.unwrap(), ActionTaken::Updated);
    assert_eq!(world.row("/ppp/profile", "Basic_10Mbps_pppoe")["rate-limit"], "5120k/10240k");
    let listed = world.services.profiles(&world.admin, ServiceType::Pppoe).await.unwrap();
    let ours = listed.profiles.iter().find(|row| row.row["name"] == "Basic_10Mbps_pppoe").unwrap();
    assert_eq!((ours.netpilot.managed, ours.netpilot.sync), (true, SyncState::InSync));
}

#[tokio::test]
async fn where_a_mbps_is_a_thousand_k_the_router_gets_the_true_figure() {
    let world = world().await;
    world.sync_ana().await.unwrap();
    let exact = |config| Config { rate_base: RateBase::Exact, ..config };
    let world = world.started_anew(exact).await;
    assert_eq!(world.sync_ana().await.unwrap(), ActionTaken::Updated, "the profiles are brought up to date");
    let written = &world.row("/ppp/profile", "Basic_10Mbps_pppoe")["rate-limit"];
    assert_eq!(written, "5000k/10000k 10000k/20000k 5000k/10000k 8/8 8");
    assert_eq!(world.sync_ana().await.unwrap(), ActionTaken::Unchanged);
    let listed = world.services.profiles(&world.admin, ServiceType::Pppoe).await.unwrap();
    assert!(listed.profiles.iter().any(|row| row.netpilot.sync == SyncState::InSync));
}

#[tokio::test]
async fn a_profile_that_cannot_be_meant_is_refused_before_it_is_written() {
    let world = world().await;
    let create = async |package| {
        let request = CreateProfile { package, service: ServiceType::Hotspot, dry_run: false, update: true };
        world.services.create_profile(&world.admin, request).await
    };
    let pool = PackageBody { address_pool: Some("nowhere".into()), ..basic() };
    assert_eq!(create(pool).await.unwrap_err().code, Code::PoolNotFound);
    assert_eq!(world.writes(), 0);
    // A new hotspot profile has a keepalive of its own, which a package without one does not want.
    let endless = PackageBody { keepalive_timeout: Some(0), ..basic() };
    assert_eq!(create(endless).await.unwrap().action, ActionTaken::Created);
    assert_eq!(world.row("/ip/hotspot/user/profile", "Basic_10Mbps_hotspot")["keepalive-timeout"], "none");
    let twin = PackageBody { name: Some("Basic_10Mbps".into()), download_speed: Some(99.0), ..basic() };
    assert_eq!(create(twin).await.unwrap_err().code, Code::NameCollision);
}
