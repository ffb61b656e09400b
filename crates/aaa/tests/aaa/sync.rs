//! One request of a program, written and read back.

use aaa::{SyncOne, UsersQuery};
use domain::{
    customer::{Password, ServiceType, Setting},
    wire::{ActionTaken, CustomerBody, PackageBody, SyncState, problem::Code},
};
use routeros_sim::{Hand, Script, Service, Trouble, What, When};

use crate::{
    bodies::{ana, basic, many, numbered, one},
    world::world,
};

#[tokio::test]
async fn a_customer_is_synced_read_back_and_a_second_time_nothing_is_written() {
    for service in ServiceType::ALL {
        let world = world().await;
        let request = || one(ana(), basic(), service);
        let first = world.services.sync_one(&world.admin, request()).await.unwrap();
        assert_eq!((first.result.created, first.result.verified), (Some(1), true), "{service}");
        assert!(!serde_json::to_string(&first).unwrap().contains("anas-s3cret"));
        let (profiles, accounts) = match service {
            ServiceType::Pppoe => ("/ppp/profile", "/ppp/secret"),
            ServiceType::Hotspot => ("/ip/hotspot/user/profile", "/ip/hotspot/user"),
        };
        let profile = world.row(profiles, &format!("Basic_10Mbps_{service}"));
        assert_eq!(profile["rate-limit"], "5120k/10240k 10240k/20480k 5120k/10240k 8/8 8");
        let account = world.row(accounts, "ana");
        assert_eq!(account["comment"], "NetPilot Customer: Ana (ID: CUS-1)");
        assert_eq!(account["password"], "anas-s3cret");
        let written = world.writes();
        let again = world.services.sync_one(&world.admin, request()).await.unwrap();
        assert_eq!((again.result.unchanged, world.writes()), (Some(1), written), "{service}");
    }
}

#[tokio::test]
async fn one_line_and_one_login_serve_a_whole_bulk_sync() {
    let world = world().await;
    let report = world.services.sync_many(&world.admin, many((1..=100).map(numbered).collect())).await.unwrap();
    assert_eq!((report.summary.total, report.summary.created, report.summary.errors), (100, 100, 0));
    let counts = world.sim.counts();
    assert_eq!((counts["/login"], counts["/ppp/secret/add"], counts["/ppp/profile/add"]), (1, 100, 1));
    assert_eq!(counts["/ppp/secret/print"], 2, "one print to plan, one to read back");
    let again = world.services.sync_many(&world.admin, many((1..=100).map(numbered).collect())).await.unwrap();
    assert_eq!(again.summary.unchanged, 100);
    assert_eq!(world.sim.counts()["/ppp/secret/print"], 3);
}

fn suspended(number: usize) -> CustomerBody {
    CustomerBody { status: Some("Suspended".into()), ..numbered(number) }
}

#[tokio::test]
async fn rows_that_change_alike_are_written_by_a_few_commands() {
    let world = world().await;
    world.services.sync_many(&world.admin, many((1..=120).map(numbered).collect())).await.unwrap();
    let report = world.services.sync_many(&world.admin, many((1..=120).map(suspended).collect())).await.unwrap();
    assert_eq!((report.summary.updated, report.summary.errors), (120, 0));
    assert!(world.sim.rows("/ppp/secret").iter().all(|row| row["disabled"] == "true"));
    assert_eq!(world.sim.counts()["/ppp/secret/set"], 3, "fifty rows go in one command");
}

#[tokio::test]
async fn a_long_run_asks_the_router_how_busy_it_is() {
    let world = world().await;
    world.sim.trouble(Trouble::SlowBy { millis: 40 });
    let report = world.services.sync_many(&world.admin, many((1..=40).map(numbered).collect())).await.unwrap();
    assert_eq!(report.summary.created, 40);
    assert!(world.sim.counts()["/system/resource/print"] > 0, "it wrote for longer than a second");
}

#[tokio::test]
async fn where_many_are_refused_together_each_is_asked_for_alone() {
    let world = world().await;
    world.services.sync_many(&world.admin, many((1..=10).map(numbered).collect())).await.unwrap();
    let set = || "/ppp/secret/set".to_owned();
    world.sim.trouble(Trouble::TrapOn { command: set(), message: "failure: one of these".into(), times: 2 });
    let report = world.services.sync_many(&world.admin, many((1..=10).map(suspended).collect())).await.unwrap();
    assert_eq!((report.summary.updated, report.summary.errors), (9, 1), "the second refusal is of one row");
    let enabled = |row: &std::collections::BTreeMap<String, String>| row["disabled"] == "false";
    assert_eq!(world.sim.rows("/ppp/secret").iter().filter(|row| enabled(row)).count(), 1);
}

#[tokio::test]
async fn a_dry_run_tells_everything_and_writes_nothing() {
    let world = world().await;
    let request = SyncOne { dry_run: true, ..one(ana(), basic(), ServiceType::Pppoe) };
    let report = world.services.sync_one(&world.admin, request).await.unwrap();
    assert_eq!((report.result.action, world.writes()), (ActionTaken::Created, 0));
    assert_eq!(report.result.changes.len(), 2);
    let users =
        world.services.users(&world.admin, UsersQuery { sync: Some(SyncState::Missing), ..UsersQuery::default() });
    assert_eq!(users.await.unwrap().count, 0, "a dry run keeps nothing");
}

#[tokio::test]
async fn a_changed_package_ends_the_session_and_the_customer_redials_faster() {
    let world = world().await;
    world.sync_ana().await.unwrap();
    let old = world.sim.dial_in(Service::Pppoe, "ana").unwrap();
    let faster = PackageBody { download_speed: Some(20.0), ..basic() };
    let report = world.services.sync_one(&world.admin, one(ana(), faster, ServiceType::Pppoe)).await.unwrap();
    assert_eq!((report.result.updated, report.result.sessions_disconnected), (Some(1), 1));
    assert!(world.sim.rows("/ppp/active").iter().all(|row| row[".id"] != old));
}

#[tokio::test]
async fn a_suspended_customer_is_cut_off_and_stays_off() {
    let world = world().await;
    world.sync_ana().await.unwrap();
    world.sim.dial_in(Service::Pppoe, "ana").unwrap();
    let suspended = CustomerBody { status: Some("Suspended".into()), ..ana() };
    let report = world.services.sync_one(&world.admin, one(suspended, basic(), ServiceType::Pppoe)).await.unwrap();
    assert_eq!(report.result.sessions_disconnected, 1);
    assert_eq!(world.row("/ppp/secret", "ana")["disabled"], "true");
    assert!(world.sim.dial_in(Service::Pppoe, "ana").is_err());
}

#[tokio::test]
async fn bad_rows_are_named_and_the_others_are_written() {
    let world = world().await;
    world.sim.add("/ppp/secret", &[("name", "customer3"), ("password", "x")]).unwrap();
    let rows = vec![
        numbered(1),
        CustomerBody { pppoe_username: None, email: None, ..numbered(2) },
        numbered(3),
        CustomerBody { service_package: Some("Gold".into()), ..numbered(4) },
        CustomerBody { pppoe_username: Some("twin".into()), ..numbered(5) },
        CustomerBody { pppoe_username: Some("twin".into()), ..numbered(6) },
    ];
    let report = world.services.sync_many(&world.admin, many(rows)).await.unwrap();
    let outcomes: Vec<_> =
        report.results.iter().map(|row| row.error.as_ref().map_or("created", |e| e.code.name())).collect();
    assert_eq!(
        outcomes,
        [
            "created",
            "missing-username",
            "foreign-object",
            "package-not-found",
            "duplicate-username",
            "duplicate-username"
        ]
    );
    assert_eq!(report.results[3].message, "Package Gold not found");
    assert_eq!(report.retry.only, ["CUS-2", "CUS-3", "CUS-4", "CUS-5", "CUS-6"]);
    assert_eq!(world.sim.counts()["/ppp/secret/add"], 1);
}

#[tokio::test]
async fn a_lost_reply_is_read_back_before_anything_is_said() {
    for command in ["/ppp/profile/add", "/ppp/secret/add"] {
        let world = world().await;
        world.sim.trouble(Trouble::DropBeforeReplyTo { command: command.into() });
        let report = world.services.sync_many(&world.admin, many((1..=20).map(numbered).collect())).await.unwrap();
        assert_eq!((report.summary.created, report.summary.errors), (20, 0), "{command}");
        let ours = world.sim.rows("/ppp/secret");
        assert_eq!(ours.iter().filter(|row| row["name"].starts_with("customer")).count(), 20, "no duplicate");
    }
}

#[tokio::test]
async fn a_line_that_breaks_anywhere_leaves_every_customer_written_once() {
    for sentences in 0..30 {
        let world = world().await;
        world.services.test(&world.admin).await.unwrap();
        world.sim.trouble(Trouble::DropAfter { sentences });
        let asked = many((1..=5).map(numbered).collect());
        let first = world.services.sync_many(&world.admin, asked.clone()).await;
        world.sim.trouble(Trouble::Clear);
        let second = world.services.sync_many(&world.admin, asked).await.unwrap();
        assert_eq!(second.summary.errors, 0, "after {sentences} sentences, first {first:?}");
        let names: Vec<_> = world.sim.rows("/ppp/secret").iter().map(|row| row["name"].clone()).collect();
        assert_eq!(names.len(), 5, "after {sentences} sentences: {names:?}");
    }
}

#[tokio::test]
async fn a_refused_profile_fails_its_customers_with_the_routers_words() {
    let world = world().await;
    let words = "failure: not today";
    world.sim.trouble(Trouble::TrapOn { command: "/ppp/profile/add".into(), message: words.into(), times: 9 });
    let report = world.services.sync_many(&world.admin, many(vec![numbered(1), numbered(2)])).await.unwrap();
    for row in &report.results {
        let error = row.error.as_ref().unwrap();
        assert_eq!((error.code, error.routeros.as_ref().unwrap().message.as_str()), (Code::ProfileFailed, words));
    }
    assert_eq!(world.sim.counts().get("/ppp/secret/add"), None);
}

#[tokio::test]
async fn a_password_is_made_once_shown_once_and_kept() {
    let world = world().await;
    let request = || one(CustomerBody { pppoe_password: None, ..ana() }, basic(), ServiceType::Pppoe);
    let report = world.services.sync_one(&world.admin, request()).await.unwrap();
    let made = report.result.generated_password.unwrap();
    assert_eq!(world.row("/ppp/secret", "ana")["password"], made.expose());
    let again = world.services.sync_one(&world.admin, request()).await.unwrap();
    assert_eq!((again.result.unchanged, again.result.generated_password), (Some(1), None));
}

#[tokio::test]
async fn what_staff_know_of_a_customer_stays_when_a_sync_does_not_mention_it() {
    let world = world().await;
    let told = CustomerBody { zone: Some("North".into()), notes: Some("A dog.".into()), ..ana() };
    let moved = CustomerBody { zone: Some("South".into()), joined: Some("2025-03-01T10:00:00Z".into()), ..ana() };
    for customer in [told, ana(), moved] {
        world.services.sync_one(&world.admin, one(customer, basic(), ServiceType::Pppoe)).await.unwrap();
    }
    let kept = world.services.customer(&world.admin, "CUS-1").await.unwrap();
    assert_eq!((kept.zone.as_deref(), kept.notes.as_deref()), (Some("South"), Some("A dog.")));
    assert_eq!((kept.joined.as_deref(), kept.origin.as_str()), (Some("2025-03-01"), "api"));
    assert_eq!(kept.version, 2, "the one that said nothing new changed nothing");
}

#[tokio::test]
async fn a_router_that_hides_passwords_is_not_rewritten_each_time_but_a_new_password_is() {
    let world = world().await;
    world.sync_ana().await.unwrap();
    assert_eq!(world.sync_ana().await.unwrap(), ActionTaken::Unchanged);
    let other = CustomerBody { pppoe_password: Some(Password::new("another-one")), ..ana() };
    let report = world.services.sync_one(&world.admin, one(other, basic(), ServiceType::Pppoe)).await.unwrap();
    assert_eq!(report.result.updated, Some(1));
    assert_eq!(world.row("/ppp/secret", "ana")["password"], "another-one");
    assert!(report.warnings.iter().any(|warning| warning.code == "passwords-hidden"), "{:?}", report.warnings);
    let bulk = world.services.sync_many(&world.admin, many(vec![ana()])).await.unwrap();
    assert_eq!(bulk.warnings.iter().map(|warning| warning.code.as_str()).collect::<Vec<_>>(), ["passwords-hidden"]);
}

#[tokio::test]
async fn addresses_are_bound_and_cleared_in_every_menu() {
    for service in ServiceType::ALL {
        let world = world().await;
        let bound = CustomerBody {
            mac_address: Setting::Is("AA:BB:CC:DD:EE:0F".into()),
            ip_address: Setting::Is("10.5.50.20".into()),
            ..ana()
        };
        let cleared = CustomerBody { mac_address: Setting::Cleared, ip_address: Setting::Cleared, ..ana() };
        for (customer, action) in [
            (bound.clone(), ActionTaken::Created),
            (bound, ActionTaken::Unchanged),
            (ana(), ActionTaken::Unchanged),
            (cleared.clone(), ActionTaken::Updated),
            (cleared, ActionTaken::Unchanged),
        ] {
            let report = world.services.sync_one(&world.admin, one(customer, basic(), service)).await.unwrap();
            assert_eq!(report.result.action, action, "{service}");
        }
    }
}

#[tokio::test]
async fn a_password_that_may_not_have_arrived_is_written_again_where_the_router_hides_it() {
    let world = world().await;
    world.sync_ana().await.unwrap();
    let other = CustomerBody { pppoe_password: Some(Password::new("another-one")), ..ana() };
    // The router takes it, and lets nobody in to look.
    world.sim.script(Script::once(When::command("/ppp/secret/set"), What::CutAfter));
    world.sim.script(Script::always(When::command("/login"), What::CutBefore));
    let unknown = world.services.sync_one(&world.admin, one(other, basic(), ServiceType::Pppoe)).await.unwrap_err();
    assert_eq!(unknown.code, Code::OutcomeUnknown);
    assert_eq!(world.row("/ppp/secret", "ana")["password"], "another-one");
    world.sim.trouble(Trouble::Clear);
    let back = world.sync_ana().await.unwrap();
    assert_eq!(back, ActionTaken::Updated, "it is not taken for the one that was written before");
    assert_eq!(world.row("/ppp/secret", "ana")["password"], "anas-s3cret");
}

#[tokio::test]
async fn who_dials_in_while_their_account_is_written_does_not_keep_what_they_had() {
    let world = world().await;
    world.sync_ana().await.unwrap();
    // Nobody was online when the plan was made.
    let dials = Hand::DialIn { service: Service::Pppoe, user: "ana".into() };
    world.sim.script(Script::once(When::command("/ppp/secret/set"), What::Meanwhile(dials)));
    let suspended = CustomerBody { status: Some("Suspended".into()), ..ana() };
    let report = world.services.sync_one(&world.admin, one(suspended, basic(), ServiceType::Pppoe)).await.unwrap();
    assert_eq!(report.result.sessions_disconnected, 1);
    assert!(world.sim.rows("/ppp/active").is_empty());
}

#[tokio::test]
async fn where_the_line_breaks_while_sessions_end_another_one_ends_the_rest() {
    let world = world().await;
    world.services.sync_many(&world.admin, many((1..=8).map(numbered).collect())).await.unwrap();
    for n in 1..=8 {
        world.sim.dial_in(Service::Pppoe, &format!("customer{n}")).unwrap();
    }
    world.sim.script(Script::once(When::command("/ppp/active/remove").nth(4), What::CutBefore));
    let report = world.services.sync_many(&world.admin, many((1..=8).map(suspended).collect())).await.unwrap();
    assert_eq!((report.summary.updated, report.summary.errors, report.summary.disconnected), (8, 0, 8));
    assert!(world.sim.rows("/ppp/active").is_empty() && report.retry.only.is_empty());
}
