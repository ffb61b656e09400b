//! The store cannot be written: no write to the router is begun, reads go on, and later the same calls work.

use std::{collections::BTreeMap, sync::atomic::Ordering, time::Duration};

use aaa::{
    CreateProfile, CustomersQuery, DeleteUser, Disconnect, DisconnectMany, DriftItem, DriftQuery, Keyring, Limits,
    Pace, ResolveDrift, SessionsQuery, SyncOne, UsersQuery, Watch, Which,
};
use domain::{
    customer::{Password, ServiceType},
    role::Role,
    wire::{
        AccountFate, ActionTaken, CustomerBody, DriftAction,
        problem::{Code, Problem},
    },
};
use routeros_sim::{Service, Sim};
use store::{Store, StoreError};

use crate::{
    bodies::{ana, basic, many, one},
    stored::stored,
    world::{USUAL, World, world_of},
};

const PPPOE: ServiceType = ServiceType::Pppoe;
/// A little more than an empty database has, in pages.
const SMALL: Limits = Limits { patience: Duration::from_secs(5), most_pages: Some(120) };

fn eva() -> CustomerBody {
    CustomerBody { id: Some("CUS-2".into()), name: Some("Eva".into()), pppoe_username: Some("eva".into()), ..ana() }
}

/// A router where Ana is online, and whoever was signed in a while ago.
async fn world_within(limits: Limits) -> (World, String) {
    let sim = Sim::builder().group("api-users", USUAL);
    let world = world_of(sim, |config| aaa::Config { limits, ..config }).await;
    world.sync_ana().await.unwrap();
    world.sim.dial_in(Service::Pppoe, "ana").unwrap();
    world.services.add_operator("nadia", "n@example.com", Role::AdminStaff, "a long password").await.unwrap();
    let signed_in = world.services.sign_in("nadia", "a long password", &domain::role::Origin::default()).await.unwrap();
    world.clock.0.fetch_add(30 * 60 * 1000, Ordering::Relaxed);
    (world, signed_in.reference)
}

/// Another program on the same store.
async fn beside(world: &World, limits: Limits) -> Store {
    let url = format!("sqlite://{}/netpilot.db", world.dir.path().display());
    Store::open_within(&url, Keyring::read(&"0a".repeat(32)).unwrap(), limits).await.unwrap()
}

impl World {
    /// Everything that writes to the router, and what came of it.
    async fn every_write(&self) -> BTreeMap<&'static str, Option<Problem>> {
        let Self { services, admin, .. } = self;
        let version = services.customer(admin, "CUS-1").await.unwrap().version;
        let plan = services.plan_stored(admin, stored(&["CUS-1"], Vec::new())).await.unwrap().plan_id.unwrap();
        let profile = CreateProfile { package: basic(), service: ServiceType::Hotspot, dry_run: false, update: false };
        let delete =
            DeleteUser { username: "ana".into(), service: PPPOE, dry_run: false, disconnect: true, force: false };
        let these = DisconnectMany {
            service: PPPOE,
            which: Which::Matching { q: "ana".into(), package: None },
            pace: Pace::new(200).unwrap(),
            keep_cookie: false,
            watch: Watch::No,
        };
        let item = DriftItem { username: "ana".into(), service: PPPOE, fingerprint: None };
        let resolve = ResolveDrift { items: vec![item], action: DriftAction::Remove, confirmed: Some(1) };
        let password = Some(Password::new("another-one"));
        BTreeMap::from([
            ("sync one", services.sync_one(admin, one(eva(), basic(), PPPOE)).await.err()),
            ("sync many", services.sync_many(admin, many(vec![eva()])).await.err()),
            ("begin a run", services.begin_sync(admin, stored(&["CUS-1"], Vec::new()), plan).await.err()),
            ("make a profile", services.create_profile(admin, profile).await.err()),
            ("disable", services.set_account_enabled(admin, "ana", PPPOE, false).await.err()),
            ("reset a password", services.reset_password(admin, "ana", PPPOE, password).await.err()),
            ("delete an account", services.delete_user(admin, delete).await.err()),
            ("disconnect", services.disconnect(admin, of_ana()).await.err()),
            ("disconnect many", services.disconnect_many(admin, these).await.err()),
            ("delete a customer", services.delete_customer(admin, "CUS-1", version, AccountFate::Remove).await.err()),
            ("resolve drift", services.resolve_drift(admin, resolve).await.err()),
        ])
    }

    /// What is only read works, also for somebody whose sign-in would have to be noted.
    async fn every_read(&self, reference: &str) {
        let Self { services, admin, .. } = self;
        assert_eq!(services.operator_of_reference(reference).await.unwrap().unwrap().username, "nadia");
        assert_eq!(services.sessions(admin, SessionsQuery::default()).await.unwrap().total, 1);
        assert_eq!(services.users(admin, UsersQuery::default()).await.unwrap().total, 1);
        assert_eq!(services.profiles(admin, PPPOE).await.unwrap().service_type, PPPOE);
        assert_eq!(services.customers(admin, CustomersQuery::default()).await.unwrap().total, Some(1));
        services.drift(admin, DriftQuery::default()).await.unwrap();
        services.test(admin).await.unwrap();
        let dry = SyncOne { dry_run: true, ..one(eva(), basic(), PPPOE) };
        assert_eq!(services.sync_one(admin, dry).await.unwrap().result.action, ActionTaken::Created);
    }

    /// Nothing is begun while the store cannot be written, and nothing is half done.
    async fn check(&self, code: Code, says: &str, reference: &str) {
        let kept = self.services.customer(&self.admin, "CUS-1").await.unwrap();
        let (writes, secrets) = (self.writes(), self.sim.rows("/ppp/secret"));
        for (what, problem) in self.every_write().await {
            let problem = problem.unwrap_or_else(|| panic!("{what} was done"));
            assert_eq!((problem.code, problem.code.status(), problem.outcome_unknown), (code, 503, false), "{what}");
            assert!(problem.detail.contains(says), "{what}: {}", problem.detail);
        }
        assert_eq!(self.writes(), writes, "no writing sentence was sent");
        assert_eq!(self.sim.rows("/ppp/secret"), secrets);
        assert_eq!(self.services.customer(&self.admin, "CUS-1").await.unwrap(), kept);
        self.every_read(reference).await;
    }

    /// The same calls, once the store can be written.
    async fn check_later(&self) {
        self.services.disconnect(&self.admin, of_ana()).await.unwrap();
        let synced = self.services.sync_one(&self.admin, one(eva(), basic(), PPPOE)).await.unwrap();
        assert_eq!(synced.result.action, ActionTaken::Created);
        self.services.set_account_enabled(&self.admin, "ana", PPPOE, false).await.unwrap();
        assert_eq!(self.row("/ppp/secret", "ana")["disabled"], "true");
    }
}

fn of_ana() -> Disconnect {
    Disconnect {
        service: PPPOE,
        session_id: None,
        expected_username: None,
        username: Some("ana".into()),
        keep_cookie: false,
        watch: Watch::No,
    }
}

#[tokio::test]
async fn no_write_to_the_router_begins_where_the_disk_is_full() {
    let (world, reference) = world_within(SMALL).await;
    let filler = beside(&world, SMALL).await;
    let mut names = Vec::new();
    loop {
        let name = format!("x{}", names.len());
        match filler.ignore_drift("another", PPPOE, &name, &"x".repeat(8000), 1).await {
            Ok(()) => names.push(name),
            Err(StoreError::Full(_)) => break,
            Err(error) => panic!("{error}"),
        }
    }
    world.check(Code::StoreFull, "disk", &reference).await;
    filler.notice_drift("another", PPPOE, &names).await.unwrap();
    world.check_later().await;
}

#[tokio::test]
async fn no_write_to_the_router_begins_while_another_program_holds_the_store() {
    let impatient = Limits { patience: Duration::from_millis(50), most_pages: None };
    let (world, reference) = world_within(impatient).await;
    let other = beside(&world, Limits::default()).await;
    let held = other.hold().await.unwrap();
    world.check(Code::StoreBusy, "database", &reference).await;
    drop(held);
    // It lets go of it before it begins anything else.
    other.can_write().await.unwrap();
    world.check_later().await;
}
