//! Everything that changes something leaves its rows, and no secret is in them.

use aaa::{AuditQuery, CreateProfile, Disconnect, DriftItem, ResolveDrift, Services, Watch};
use domain::{
    customer::{Password, ServiceType},
    role::{Operator, Origin, Role},
    wire::{AccountFate, AuditOutcome, AuditRecord, CustomerBody, DriftAction, problem::Code},
};
use routeros_sim::Service;
use serde_json::json;

use crate::{
    stored::{basic, numbered, one, stored, world, world_of},
    world::{World, operator},
};

fn everything() -> AuditQuery {
    AuditQuery { limit: 1000, ..AuditQuery::default() }
}

/// What was done, the first first.
async fn audit(services: &Services, query: AuditQuery) -> Vec<AuditRecord> {
    let mut rows = services.audit(&operator(Role::AdminStaff), query).await.unwrap().items;
    rows.reverse();
    rows
}

async fn last(world: &World) -> AuditRecord {
    audit(&world.services, everything()).await.pop().unwrap()
}

/// Nadia, from her desk.
fn nadia() -> Operator {
    let origin = Origin { address: Some("192.0.2.7".to_owned()), request_id: Some("req-1".to_owned()) };
    Operator { origin, ..operator(Role::AdminStaff) }
}

#[tokio::test]
async fn a_changed_record_is_told_before_and_after_with_who_and_from_where() {
    let world = world().await;
    let (services, nadia) = (&world.services, nadia());
    let package = services.create_package(&nadia, basic(10.0)).await.unwrap();
    let service_type = Some(ServiceType::Pppoe);
    let new = CustomerBody { id: None, service_type, service_package: Some("Basic".into()), ..numbered(1) };
    let added = services.create_customer(&nadia, new.clone()).await.unwrap().customer;
    let row = last(&world).await;
    assert_eq!((row.actor.as_str(), row.role.as_deref()), ("nadia", Some("Admin Staff")));
    assert_eq!((row.from.as_deref(), row.request_id.as_deref()), (Some("192.0.2.7"), Some("req-1")));
    assert_eq!((row.action.as_str(), row.object.id.as_deref()), ("customer.create", Some(added.id.as_str())));
    assert_eq!((row.outcome, row.before), (AuditOutcome::Done, None));
    assert_eq!(row.after.unwrap()["password"], "changed");
    let moved = CustomerBody {
        id: Some(added.id.clone()),
        zone: Some("South".into()),
        pppoe_password: Some(Password::new("canary-s3cret")),
        ..new
    };
    services.update_customer(&nadia, moved, added.version).await.unwrap();
    let row = last(&world).await;
    assert_eq!(row.customer_id.as_deref(), Some(added.id.as_str()));
    assert_eq!(
        (row.before, row.after),
        (Some(json!({ "zone": null })), Some(json!({ "zone": "South", "password": "changed" })))
    );
    services.delete_customer(&nadia, &added.id, 2, AccountFate::Leave).await.unwrap();
    services.update_package(&nadia, &package.id, basic(20.0), package.version).await.unwrap();
    services.delete_package(&nadia, &package.id, 2).await.unwrap();
    let actions: Vec<_> = audit(services, everything()).await.into_iter().map(|row| row.action).collect();
    let expected =
        ["package.create", "customer.create", "customer.update", "customer.delete", "package.update", "package.delete"];
    assert_eq!(actions, expected);
    let about = AuditQuery { customer_id: Some(added.id), ..everything() };
    assert_eq!(audit(services, about).await.len(), 3, "made, changed, deleted");
}

#[tokio::test]
async fn what_is_done_on_the_router_is_told_and_no_password_with_it() {
    let world = world_of(2).await;
    let services = &world.services;
    let nadia = nadia();
    world.sim.dial_in(Service::Pppoe, "customer1").unwrap();
    let pppoe = ServiceType::Pppoe;
    let session = Disconnect {
        service: pppoe,
        session_id: None,
        expected_username: None,
        username: Some("customer1".to_owned()),
        keep_cookie: false,
        watch: Watch::No,
    };
    services.disconnect(&nadia, session).await.unwrap();
    let row = last(&world).await;
    assert_eq!((row.action.as_str(), row.object.label.as_deref()), ("session.disconnect", Some("customer1")));
    assert_eq!(row.after.unwrap()["removed"], 1);
    services.set_account_enabled(&nadia, "customer1", pppoe, false).await.unwrap();
    assert_eq!(last(&world).await.after.unwrap()["disabled"], true);
    let password = services.reset_password(&nadia, "customer1", pppoe, None).await.unwrap().password;
    assert_eq!(last(&world).await.after.unwrap()["password"], "changed");
    let profile = CreateProfile { package: basic(30.0), service: ServiceType::Hotspot, dry_run: false, update: true };
    services.create_profile(&nadia, profile).await.unwrap();
    let report = services.sync_one(&nadia, one(numbered(2), basic(30.0))).await.unwrap();
    let row = last(&world).await;
    assert_eq!((row.action.as_str(), row.customer_id.as_deref()), ("sync.one", Some("CUS-2")));
    assert_eq!(row.after.unwrap()["changes"], json!(report.result.changes));
    let wanted = stored(&["CUS-1"], Vec::new());
    let plan_id = world.plan(&wanted).await.plan_id.unwrap();
    let run = world.services.begin_sync(&nadia, wanted, plan_id).await.unwrap();
    let row = last(&world).await;
    assert_eq!((row.action.as_str(), row.run_id.as_deref()), ("sync.many", Some(run.run_id.as_str())));
    world.end_of(&run.run_id).await;
    world.sim.add("/ppp/secret", &[("name", "x"), ("password", "canary-foreign")]).unwrap();
    let item = DriftItem { username: "x".to_owned(), service: pppoe, fingerprint: None };
    let adopt = ResolveDrift { items: vec![item], action: DriftAction::Adopt, confirmed: None };
    services.resolve_drift(&nadia, adopt).await.unwrap();
    let row = last(&world).await;
    assert_eq!((row.action.as_str(), row.object.id.as_deref()), ("drift.adopt", Some("x")));
    let told = serde_json::to_string(&audit(services, everything()).await).unwrap();
    for secret in [password.expose(), "canary-foreign", numbered(2).pppoe_password.unwrap().expose()] {
        assert!(!told.contains(secret), "{secret} is in {told}");
    }
}

#[tokio::test]
async fn what_somebody_may_not_or_could_not_do_is_told_too() {
    let world = world_of(1).await;
    let office = operator(Role::OfficeStaff);
    let refused = world.services.delete_customer(&office, "CUS-1", 1, AccountFate::Remove).await.unwrap_err();
    assert_eq!(refused.code, Code::Forbidden);
    let row = last(&world).await;
    assert_eq!(
        (row.outcome, row.code.as_deref(), row.role.as_deref()),
        (AuditOutcome::Refused, Some("forbidden"), Some("Office Staff"))
    );
    assert!(world.find("/ppp/secret", "customer1").is_some());
    let stale = world.services.delete_customer(&world.admin, "CUS-1", 99, AccountFate::Remove).await.unwrap_err();
    let row = last(&world).await;
    assert_eq!((row.outcome, row.code.as_deref()), (AuditOutcome::Failed, Some(stale.code.name())));
    let nobody = world.services.audit(&office, everything()).await.unwrap_err();
    assert_eq!(nobody.code, Code::Forbidden);
    // Whoever looks or plans changes nothing.
    let before = audit(&world.services, everything()).await.len();
    world.plan(&stored(&["CUS-1"], Vec::new())).await;
    assert_eq!(audit(&world.services, everything()).await.len(), before);
}

#[tokio::test]
async fn sign_ins_are_told_and_of_a_wrong_name_only_its_beginning() {
    let world = world().await;
    world.services.add_operator("nadia", "n@example.com", Role::AdminStaff, "a long password").await.unwrap();
    let origin = nadia().origin;
    world.services.sign_in("canary-password-typed-as-name", "x", &origin).await.map(drop).unwrap_err();
    world.services.sign_in("nadia", "a long password", &origin).await.unwrap();
    let rows = audit(&world.services, everything()).await;
    let seen: Vec<_> = rows.iter().map(|row| (row.action.as_str(), row.actor.as_str(), row.outcome)).collect();
    let expected = [
        ("operator.add", "command line", AuditOutcome::Done),
        ("sign-in", "can…", AuditOutcome::Refused),
        ("sign-in", "nadia", AuditOutcome::Done),
    ];
    assert_eq!(seen, expected);
    assert_eq!(rows[1].from.as_deref(), Some("192.0.2.7"));
}

#[tokio::test]
async fn pages_of_it_follow_each_other() {
    let world = world().await;
    for n in 0..5 {
        world.services.set_read_only(&world.admin, n % 2 == 0).await.unwrap();
    }
    let page = |cursor| AuditQuery { limit: 2, cursor, ..AuditQuery::default() };
    let (mut cursor, mut seen) = (None, Vec::new());
    loop {
        let report = world.services.audit(&world.admin, page(cursor)).await.unwrap();
        assert!(report.items.len() <= 2);
        seen.extend(report.items.into_iter().map(|row| row.after.unwrap()["readOnly"].clone()));
        cursor = report.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, [json!(true), json!(false), json!(true), json!(false), json!(true)]);
}
