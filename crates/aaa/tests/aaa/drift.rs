//! Drift, told and resolved: each state, each choice, and what stays untouched.

mod adopting; // an account becomes ours
mod writing; // overwritten, removed

use std::collections::BTreeMap;

use aaa::{CustomersQuery, DriftItem, DriftQuery, ResolveDrift};
use domain::{
    customer::ServiceType,
    role::{Permission, Role},
    wire::{
        CustomerBody, CustomerRecord, DriftAction, DriftOutcome, DriftRecord, DriftReport, DriftResolved, PackageBody,
        ResolvedReport, SyncState,
        problem::{Code, Problem},
    },
};
use routeros_sim::Service;

use crate::{
    records::named,
    world::{World, operator, world_with},
};

/// What a service is called in each place.
#[derive(Clone, Copy)]
struct Of {
    service: ServiceType,
    wire: Service,
    accounts: &'static str,
    profiles: &'static str,
    active: &'static str,
    active_user: &'static str,
    profile: &'static str,
    mac: &'static str,
    ip: &'static str,
}

const PPPOE: Of = Of {
    service: ServiceType::Pppoe,
    wire: Service::Pppoe,
    accounts: "/ppp/secret",
    profiles: "/ppp/profile",
    active: "/ppp/active",
    active_user: "name",
    profile: "Home_10_pppoe",
    mac: "caller-id",
    ip: "remote-address",
};
const HOTSPOT: Of = Of {
    service: ServiceType::Hotspot,
    wire: Service::Hotspot,
    accounts: "/ip/hotspot/user",
    profiles: "/ip/hotspot/user/profile",
    active: "/ip/hotspot/active",
    active_user: "user",
    profile: "Home_10_hotspot",
    mac: "mac-address",
    ip: "address",
};
const BOTH: [Of; 2] = [PPPOE, HOTSPOT];
const SENSITIVE: &[&str] = &["api", "read", "write", "policy", "test", "sensitive"];

/// A router with the profiles of the one package, whose user sees passwords or does not.
async fn world(policies: &[&str]) -> World {
    let world = world_with(false, policies).await;
    let home = PackageBody {
        name: Some("Home 10".into()),
        download_speed: Some(10.0),
        upload_speed: Some(5.0),
        ..PackageBody::default()
    };
    world.services.create_package(&world.admin, home).await.unwrap();
    for of in BOTH {
        world.sim.add(of.profiles, &[("name", of.profile)]).unwrap();
    }
    world
}

impl World {
    async fn customer(&self, of: Of, name: &str) -> CustomerRecord {
        self.add(CustomerBody { service_type: Some(of.service), ..named(name) }).await.unwrap()
    }

    /// Customers whose accounts are as they should be.
    async fn settled(&self, of: Of, names: &[&str]) -> Vec<CustomerRecord> {
        let mut customers = Vec::new();
        for name in names {
            customers.push(self.customer(of, name).await);
        }
        let names: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
        for name in names {
            assert_eq!(self.choose_one(of, DriftAction::Overwrite, &name).await.state, Some(SyncState::InSync));
        }
        customers
    }

    /// An account that somebody made in `WinBox`.
    fn foreign(&self, of: Of, name: &str, values: &[(&'static str, &str)]) {
        let mut account = vec![("name", name), ("password", "theirs")];
        account.extend(values);
        if of.service == ServiceType::Pppoe {
            account.push(("service", "pppoe"));
        }
        self.sim.add(of.accounts, &account).unwrap();
    }

    async fn list(&self, query: DriftQuery) -> DriftReport {
        let report = self.services.drift(&self.admin, query).await.unwrap();
        assert_eq!(report.total, report.items.len());
        report
    }

    async fn drift_of(&self, of: Of) -> DriftReport {
        self.list(DriftQuery { service: of.service, ..DriftQuery::default() }).await
    }

    async fn row_of(&self, of: Of, name: &str) -> Option<DriftRecord> {
        self.drift_of(of).await.items.into_iter().find(|row| row.username == name)
    }

    async fn state_of(&self, of: Of, name: &str) -> SyncState {
        self.row_of(of, name).await.unwrap().state
    }

    async fn resolve(&self, items: Vec<DriftItem>, action: DriftAction) -> Result<ResolvedReport, Problem> {
        let confirmed = (action == DriftAction::Remove).then_some(items.len());
        self.services.resolve_drift(&self.admin, ResolveDrift { items, action, confirmed }).await
    }

    async fn choose(&self, of: Of, action: DriftAction, names: &[&str]) -> Vec<DriftResolved> {
        let items = names.iter().map(|name| item(of, name)).collect();
        let report = self.resolve(items, action).await.unwrap();
        assert_eq!((report.total, report.action), (names.len(), action));
        report.items
    }

    async fn choose_one(&self, of: Of, action: DriftAction, name: &str) -> DriftResolved {
        self.choose(of, action, &[name]).await.remove(0)
    }

    async fn everybody(&self) -> Vec<CustomerRecord> {
        self.services.customers(&self.admin, CustomersQuery::default()).await.unwrap().items
    }

    fn is_online(&self, of: Of, name: &str) -> bool {
        self.sim.rows(of.active).iter().any(|row| row[of.active_user] == name)
    }

    fn account_of(&self, of: Of, name: &str) -> BTreeMap<String, String> {
        self.row(of.accounts, name)
    }
}

fn item(of: Of, name: &str) -> DriftItem {
    DriftItem { username: name.to_owned(), service: of.service, fingerprint: None }
}

fn code(done: &DriftResolved) -> Option<Code> {
    assert_eq!(done.success, done.outcome != DriftOutcome::Failed);
    done.error.as_ref().map(|error| error.code)
}

#[tokio::test]
async fn every_account_and_customer_is_told_once_in_its_state() {
    for of in BOTH {
        let world = world(SENSITIVE).await;
        world.settled(of, &["Ana", "Bob"]).await;
        world.sim.edit(of.accounts, "bob", &[("disabled", "yes")]).unwrap();
        world.customer(of, "Eva").await;
        world.customer(of, "Ida").await;
        world.foreign(of, "ida", &[("comment", "tower 3")]);
        world.foreign(of, "link", &[]);
        world.foreign(of, "lost", &[("comment", "NetPilot Customer: X (ID: CUS-9)")]);
        // Rows that are no customers: another service's, and the hotspot's own default-trial.
        world.sim.add("/ppp/secret", &[("name", "vpn"), ("password", "x"), ("service", "l2tp")]).unwrap();
        let report = world.drift_of(of).await;
        let seen: Vec<_> = report.items.iter().map(|row| (row.username.as_str(), row.state)).collect();
        let expected = [
            ("ana", SyncState::InSync),
            ("bob", SyncState::Differs),
            ("eva", SyncState::Missing),
            ("ida", SyncState::Foreign),
            ("link", SyncState::Foreign),
            ("lost", SyncState::Unknown),
        ];
        assert_eq!(seen, expected);
        let counts = report.counts;
        assert_eq!(
            [counts.in_sync, counts.differs, counts.missing, counts.foreign, counts.unknown, counts.ignored],
            [1, 1, 1, 2, 1, 0]
        );
        let bob = &report.items[1];
        let field = bob.fields.iter().map(|field| (field.field.as_str(), field.have.as_deref(), field.want.as_deref()));
        assert_eq!(field.collect::<Vec<_>>(), [("disabled", Some("true"), Some("no"))]);
        assert_eq!(
            (bob.customer_id.as_deref(), report.items[3].customer_id.as_deref()),
            (Some("CUS-2"), Some("CUS-4"))
        );
        assert!(report.items[5].detail.as_ref().unwrap().contains("CUS-9"), "a leftover is told in words");
        let text = serde_json::to_string(&report).unwrap();
        assert!(!text.contains("canary") && !text.contains("theirs"), "{text}");
        let foreign = DriftQuery { service: of.service, state: Some(SyncState::Foreign), ignored: false };
        let foreign = world.list(foreign).await;
        assert_eq!((foreign.total, foreign.counts), (2, counts));
    }
}

#[tokio::test]
async fn what_is_ignored_is_hidden_until_it_changes_and_nothing_is_written() {
    for of in BOTH {
        let world = world(SENSITIVE).await;
        world.foreign(of, "link", &[]);
        world.customer(of, "Eva").await;
        world.services.set_read_only(&world.admin, true).await.unwrap();
        let done = world.choose(of, DriftAction::Ignore, &["link", "eva"]).await;
        assert!(done.iter().all(|done| done.outcome == DriftOutcome::Ignored));
        let report = world.drift_of(of).await;
        assert_eq!((report.total, report.counts.ignored, report.counts.foreign), (0, 2, 0));
        let all = world.list(DriftQuery { service: of.service, ignored: true, ..DriftQuery::default() }).await;
        assert!(all.total == 2 && all.items.iter().all(|row| row.ignored));
        assert_eq!(world.writes(), 0);
        world.sim.edit(of.accounts, "link", &[("comment", "roof")]).unwrap();
        let shown: Vec<_> = world.drift_of(of).await.items.into_iter().map(|row| row.username).collect();
        assert_eq!(shown, ["link"]);
        // It was seen in the meantime; but nobody resolved it, so going back hides it again.
        world.sim.edit(of.accounts, "link", &[("comment", "")]).unwrap();
        assert_eq!(world.drift_of(of).await.total, 0);
    }
}

#[tokio::test]
async fn what_was_resolved_is_shown_when_it_drifts_back() {
    let world = world(SENSITIVE).await;
    world.settled(PPPOE, &["Ana"]).await;
    world.sim.edit("/ppp/secret", "ana", &[("disabled", "yes")]).unwrap();
    world.choose_one(PPPOE, DriftAction::Ignore, "ana").await;
    assert_eq!(world.row_of(PPPOE, "ana").await, None);
    world.choose_one(PPPOE, DriftAction::Overwrite, "ana").await;
    world.sim.edit("/ppp/secret", "ana", &[("disabled", "yes")]).unwrap();
    assert_eq!(world.state_of(PPPOE, "ana").await, SyncState::Differs);
    let nothing = world.choose_one(PPPOE, DriftAction::Ignore, "bob").await;
    assert_eq!(code(&nothing), Some(Code::UserNotFound));
}

#[tokio::test]
async fn a_row_that_changed_since_somebody_looked_is_left_as_it_is() {
    for of in BOTH {
        let world = world(SENSITIVE).await;
        world.foreign(of, "ida", &[("profile", of.profile)]);
        let looked_at = world.row_of(of, "ida").await.unwrap().fingerprint;
        let seen = |fingerprint: &str| vec![DriftItem { fingerprint: Some(fingerprint.to_owned()), ..item(of, "ida") }];
        world.sim.edit(of.accounts, "ida", &[("comment", "somebody else's by now")]).unwrap();
        let before = world.account_of(of, "ida");
        for action in [DriftAction::Adopt, DriftAction::Overwrite, DriftAction::Ignore, DriftAction::Remove] {
            let done = world.resolve(seen(&looked_at), action).await.unwrap().items.remove(0);
            assert_eq!(code(&done), Some(Code::PlanStale), "{action:?}");
            assert!(done.message.contains("another now"), "{}", done.message);
        }
        assert_eq!((world.account_of(of, "ida"), world.everybody().await.len()), (before, 0));
        let now = world.row_of(of, "ida").await.unwrap().fingerprint;
        let done = world.resolve(seen(&now), DriftAction::Adopt).await.unwrap().items.remove(0);
        assert_eq!(done.outcome, DriftOutcome::Adopted);
    }
}

#[tokio::test]
async fn a_foreign_account_is_touched_by_no_other_choice() {
    for of in BOTH {
        let world = world(SENSITIVE).await;
        world.settled(of, &["Ana"]).await;
        world.customer(of, "Ida").await;
        for name in ["ida", "link"] {
            world.foreign(of, name, &[("profile", of.profile), ("comment", "tower 3")]);
        }
        world.foreign(of, "eva", &[("profile", of.profile)]);
        let foreign = || [world.account_of(of, "ida"), world.account_of(of, "link")];
        let before = foreign();
        world.choose(of, DriftAction::Ignore, &["ida", "link", "ana"]).await;
        world.choose(of, DriftAction::Adopt, &["ana", "eva"]).await;
        world.choose(of, DriftAction::Overwrite, &["ana", "eva", "link"]).await;
        world.choose(of, DriftAction::Remove, &["eva"]).await;
        assert_eq!(foreign(), before);
        assert_eq!(
            world.choose_one(of, DriftAction::Overwrite, "link").await.error.unwrap().code,
            Code::CustomerNotFound
        );
        assert_eq!(foreign(), before);
    }
}

#[tokio::test]
async fn each_row_has_its_outcome_and_a_bad_one_stops_no_other() {
    let world = world(SENSITIVE).await;
    world.foreign(PPPOE, "ana", &[("profile", PPPOE.profile)]);
    world.foreign(HOTSPOT, "ana", &[("profile", HOTSPOT.profile)]);
    world.foreign(PPPOE, "odd", &[]);
    world.foreign(PPPOE, "twin", &[("profile", PPPOE.profile)]);
    let items = ["odd", "twin", "nobody", "ana", "twin"].map(|name| item(PPPOE, name));
    let items = items.into_iter().chain([item(HOTSPOT, "ana")]).collect();
    let report = world.resolve(items, DriftAction::Adopt).await.unwrap();
    let codes: Vec<_> = report.items.iter().map(code).collect();
    let expected = [
        Some(Code::PackageNotFound),
        Some(Code::DuplicateUsername),
        Some(Code::UserNotFound),
        None,
        Some(Code::DuplicateUsername),
        None,
    ];
    assert_eq!((codes.as_slice(), report.total, report.failed), (&expected[..], 6, 4));
    assert_eq!(world.everybody().await.len(), 2);
}

#[tokio::test]
async fn a_secret_of_another_service_is_never_written_nor_removed() {
    let world = world(SENSITIVE).await;
    world.customer(PPPOE, "Vpn").await;
    world.sim.add("/ppp/secret", &[("name", "vpn"), ("password", "x"), ("service", "l2tp")]).unwrap();
    let before = world.row("/ppp/secret", "vpn");
    assert_eq!(world.state_of(PPPOE, "vpn").await, SyncState::Unknown);
    for (action, expected) in [
        (DriftAction::Adopt, Code::UserNotFound),
        (DriftAction::Overwrite, Code::ForeignObject),
        (DriftAction::Remove, Code::UserNotFound),
    ] {
        assert_eq!(code(&world.choose_one(PPPOE, action, "vpn").await), Some(expected), "{action:?}");
    }
    let trial = world.find("/ip/hotspot/user", "default-trial");
    let done = world.choose_one(HOTSPOT, DriftAction::Remove, "default-trial").await;
    assert_eq!(code(&done), Some(Code::UserNotFound));
    assert_eq!((world.row("/ppp/secret", "vpn"), world.find("/ip/hotspot/user", "default-trial")), (before, trial));
    assert_eq!(world.writes(), 0);
}

#[tokio::test]
async fn office_staff_neither_look_nor_choose_and_a_read_only_router_is_not_written() {
    let world = world(SENSITIVE).await;
    world.foreign(PPPOE, "link", &[("profile", PPPOE.profile)]);
    let office = operator(Role::OfficeStaff);
    let looked = world.services.drift(&office, DriftQuery::default()).await.unwrap_err();
    assert_eq!(looked.required_permission.map(Permission::name), Some("mikrotik_view_users"));
    let actions = [DriftAction::Adopt, DriftAction::Overwrite, DriftAction::Ignore, DriftAction::Remove];
    for action in actions {
        let request = ResolveDrift { items: vec![item(PPPOE, "link")], action, confirmed: Some(1) };
        let chose = world.services.resolve_drift(&office, request).await.unwrap_err();
        assert_eq!(chose.required_permission.map(Permission::name), Some("mikrotik_sync"), "{action:?}");
    }
    world.services.set_read_only(&world.admin, true).await.unwrap();
    for action in [DriftAction::Adopt, DriftAction::Overwrite, DriftAction::Remove] {
        let refused = world.resolve(vec![item(PPPOE, "link")], action).await.unwrap_err();
        assert_eq!(refused.code, Code::RouterReadOnly, "{action:?}");
    }
    assert_eq!((world.writes(), world.everybody().await.len()), (0, 0));
    let none = world.resolve(Vec::new(), DriftAction::Ignore).await.unwrap_err();
    assert_eq!(none.code, Code::MissingField);
}
