//! The services against a router in memory, over TCP: what the product promises, counted in the router's own rows.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{sync::Arc, time::Duration};

use aaa::{
    AccountState, Chance, Clock, Config, CreateProfile, DeleteUser, Disconnect, Endpoint, Keyring, Services,
    SessionsQuery, SyncMany, SyncOne, SystemChance, Timings, Tls, TokenSettings, UsersQuery, Watch,
};
use domain::{
    customer::{Password, ServiceType, Setting},
    role::{Operator, Role},
    wire::{
        ActionTaken, CustomerBody, DisconnectPolicy, PackageBody, Reappeared, SyncState,
        problem::{Code, Problem},
    },
};
use routeros_sim::{Service, Sim, Trouble};
use tempfile::TempDir;

/// Half past nine on a Monday in January 2026.
const NOW_MS: i64 = 1_767_605_400_000;

struct Still;
impl Clock for Still {
    fn now_ms(&self) -> i64 {
        NOW_MS
    }
}

/// A router, the services on it, and somebody who may do everything.
struct World {
    sim: Sim,
    services: Services,
    admin: Operator,
    _dir: TempDir,
}

async fn world() -> World {
    world_with(false, &["api", "read", "write", "policy", "test"]).await
}

async fn world_with(read_only_at_first: bool, policies: &[&str]) -> World {
    let sim = Sim::builder().group("api-users", policies).user("netpilot-api", "s3cret", "api-users");
    let sim = sim.redial_after(Duration::from_millis(50)).start().await.unwrap();
    let dir = TempDir::new().unwrap();
    let address = sim.address();
    let endpoint = Endpoint {
        host: address.ip().to_string(),
        port: address.port(),
        tls: Tls::Off,
        username: "netpilot-api".into(),
        password: "s3cret".into(),
    };
    let services = Services::open(config(&dir, Some(endpoint), read_only_at_first)).await.unwrap();
    World { sim, services, admin: operator(Role::AdminStaff), _dir: dir }
}

fn config(dir: &TempDir, router: Option<Endpoint>, read_only_at_first: bool) -> Config {
    let keys = Keyring::read(&"0a".repeat(32)).unwrap();
    let url = format!("sqlite://{}/netpilot.db", dir.path().display());
    let timings = Timings { connect: Duration::from_secs(1), silence: Duration::from_secs(1), ..Timings::default() };
    let tokens = TokenSettings::new(vec![b'x'; 32]);
    Config {
        timings,
        read_only_at_first,
        clock: Arc::new(Still),
        chance: Arc::new(SystemChance) as Arc<dyn Chance>,
        ..Config::new(url, keys, tokens, router)
    }
}

fn operator(role: Role) -> Operator {
    Operator { id: "op".into(), username: "nadia".into(), email: "nadia@example.com".into(), role }
}

fn ana() -> CustomerBody {
    CustomerBody {
        id: Some("CUS-1".into()),
        name: Some("Ana".into()),
        status: Some("Active".into()),
        service_package: Some("Basic 10Mbps".into()),
        pppoe_username: Some("ana".into()),
        pppoe_password: Some(Password::new("anas-s3cret")),
        ..CustomerBody::default()
    }
}

fn basic() -> PackageBody {
    PackageBody {
        name: Some("Basic 10Mbps".into()),
        description: Some("Basic internet package".into()),
        download_speed: Some(10.0),
        upload_speed: Some(5.0),
        burst_enabled: Some(true),
        burst_download_speed: Some(20.0),
        burst_upload_speed: Some(10.0),
        ..PackageBody::default()
    }
}

fn one(customer: CustomerBody, package: PackageBody, service: ServiceType) -> SyncOne {
    SyncOne { customer, package, service, dry_run: false, disconnect: DisconnectPolicy::Auto }
}

fn many(customers: Vec<CustomerBody>) -> SyncMany {
    SyncMany {
        customers,
        packages: vec![basic()],
        service: ServiceType::Pppoe,
        only: None,
        dry_run: false,
        disconnect: DisconnectPolicy::Auto,
    }
}

fn numbered(n: usize) -> CustomerBody {
    CustomerBody {
        id: Some(format!("CUS-{n}")),
        name: Some(format!("Customer {n}")),
        pppoe_username: Some(format!("customer{n}")),
        ..ana()
    }
}

impl World {
    async fn sync_ana(&self) -> Result<ActionTaken, Problem> {
        let request = one(ana(), basic(), ServiceType::Pppoe);
        self.services.sync_one(&self.admin, request).await.map(|report| report.result.action)
    }

    /// Sentences that change the router.
    fn writes(&self) -> u64 {
        let counts = self.sim.counts();
        let writing = counts.iter().filter(|(command, _)| !command.ends_with("/print") && *command != "/login");
        writing.map(|(_, count)| count).sum()
    }

    fn row(&self, menu: &str, name: &str) -> std::collections::BTreeMap<String, String> {
        self.sim.rows(menu).into_iter().find(|row| row.get("name").is_some_and(|have| have == name)).unwrap()
    }
}

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
    let words = "failure: no space left";
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
    assert_eq!(world.row("/ppp/secret", "ana")["password"], made);
    let again = world.services.sync_one(&world.admin, request()).await.unwrap();
    assert_eq!((again.result.unchanged, again.result.generated_password), (Some(1), None));
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

#[tokio::test]
async fn sessions_have_the_customers_directions_and_the_limit_they_run_under() {
    let world = world().await;
    world.sync_ana().await.unwrap();
    let id = world.sim.dial_in(Service::Pppoe, "ana").unwrap();
    let query = SessionsQuery { service: Some(ServiceType::Pppoe), ..SessionsQuery::default() };
    let report = world.services.sessions(&world.admin, query).await.unwrap();
    let session = &report.sessions[0].netpilot;
    assert_eq!(session.key, format!("default/pppoe/{id}"));
    assert_eq!((session.customer_id.as_deref(), session.customer_name.as_deref()), (Some("CUS-1"), Some("Ana")));
    assert_eq!((session.rate_limit.as_deref(), session.matches_package), (Some("5120k/10240k"), Some(true)));
    let line = world.row("/interface", "<pppoe-ana>");
    let router_sent: u64 = line["tx-byte"].parse().unwrap();
    assert!(session.bytes_down.unwrap() <= router_sent, "what the router sends is the customer's download");
    assert!(session.bytes_up.is_some());
}

#[tokio::test]
async fn a_session_is_ended_once_seen_gone_and_told_whether_it_came_back() {
    let world = world().await;
    world.sync_ana().await.unwrap();
    let id = world.sim.dial_in(Service::Pppoe, "ana").unwrap();
    let end = |expected: &str, watch| Disconnect {
        service: ServiceType::Pppoe,
        session_id: Some(id.clone()),
        expected_username: Some(expected.into()),
        username: None,
        keep_cookie: false,
        watch,
    };
    let office = operator(Role::OfficeStaff);
    let other = world.services.disconnect(&office, end("eva", Watch::No)).await.unwrap_err();
    assert_eq!(other.code, Code::SessionChanged);
    let watch = Watch::For(Duration::from_secs(5));
    let ended = world.services.disconnect(&office, end("ana", watch)).await.unwrap();
    assert_eq!((ended.removed, ended.verified, ended.after), (1, true, Reappeared::Reconnected));
    let again = world.services.disconnect(&office, end("ana", Watch::No)).await.unwrap_err();
    assert_eq!(again.code, Code::SessionNotFound);
}

#[tokio::test]
async fn a_hotspot_guest_is_logged_out_for_good() {
    let world = world().await;
    world.services.sync_one(&world.admin, one(ana(), basic(), ServiceType::Hotspot)).await.unwrap();
    world.sim.dial_in(Service::Hotspot, "ana").unwrap();
    let all = Disconnect {
        service: ServiceType::Hotspot,
        session_id: None,
        expected_username: None,
        username: Some("ana".into()),
        keep_cookie: false,
        watch: Watch::For(Duration::from_millis(300)),
    };
    let ended = world.services.disconnect(&world.admin, all).await.unwrap();
    assert_eq!((ended.removed, ended.after), (1, Reappeared::Away));
}

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
async fn office_staff_watch_and_disconnect_and_nothing_else() {
    let world = world().await;
    let office = operator(Role::OfficeStaff);
    assert!(world.services.test(&office).await.is_ok());
    assert!(world.services.sessions(&office, SessionsQuery::default()).await.is_ok());
    let forbidden = [
        world.services.users(&office, UsersQuery::default()).await.err(),
        world.services.profiles(&office, ServiceType::Pppoe).await.err(),
        world.services.sync_one(&office, one(ana(), basic(), ServiceType::Pppoe)).await.err(),
        world.services.sync_many(&office, many(Vec::new())).await.err(),
        world.services.set_read_only(&office, true).await.err(),
    ];
    for problem in forbidden {
        assert_eq!(problem.unwrap().code, Code::Forbidden);
    }
}

#[tokio::test]
async fn a_read_only_router_is_read_and_not_written_until_an_admin_allows_it() {
    let world = world_with(true, &["api", "read", "write", "test"]).await;
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
        let services = Services::open(config(&dir, router, false)).await.unwrap();
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

#[tokio::test]
async fn operators_sign_in_with_a_cookie_or_a_token_until_they_sign_out() {
    let world = world().await;
    let add =
        async |password: &str| world.services.add_operator("nadia", "n@example.com", Role::AdminStaff, password).await;
    assert_eq!(add("too short").await.unwrap_err().code, Code::ValidationFailed);
    add("a long password").await.unwrap();
    assert_eq!(add("a long password").await.unwrap_err().code, Code::NameTaken);
    for (name, password) in [("nadia", "wrong password"), ("nobody", "a long password")] {
        let refused = world.services.sign_in(name, password).await.map(|_| ()).unwrap_err();
        assert_eq!(refused.code, Code::SignInRefused);
    }
    let signed_in = world.services.sign_in("n@example.com", "a long password").await.unwrap();
    let (token, seconds) = world.services.access_token(&signed_in).unwrap();
    assert_eq!(seconds, 900);
    let by_token = async |token: &str| world.services.operator_of_token(token).await.unwrap();
    assert_eq!(by_token(&token).await.unwrap().username, "nadia");
    assert!(by_token(&token[..token.len() - 2]).await.is_none());
    assert!(by_token(&format!("{token}x")).await.is_none());
    assert!(world.services.operator_of_reference(&signed_in.reference).await.unwrap().is_some());
    world.services.sign_out(&signed_in.reference).await.unwrap();
    assert!(by_token(&token).await.is_none(), "a token dies with its sign-in");
    assert!(world.services.operator_of_reference(&signed_in.reference).await.unwrap().is_none());
}
