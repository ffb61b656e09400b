//! Customers and packages of our store, through the services: who may, what is refused, and how they are found.

use std::sync::Arc;

use aaa::CustomersQuery;
use domain::{
    customer::{Password, ServiceType, Setting},
    role::Role,
    wire::{
        AccountFate, AddedCustomer, CustomerBody, CustomerRecord, DeletedCustomer, PackageBody,
        problem::{Code, Problem},
    },
};

use crate::world::{self, USUAL, World, operator};

/// A router, and one package in the store.
pub(crate) async fn world() -> World {
    world_with(false).await
}

pub(crate) async fn world_with(read_only_at_first: bool) -> World {
    let world = world::world_with(read_only_at_first, USUAL).await;
    world.services.create_package(&world.admin, home()).await.unwrap();
    world
}

fn home() -> PackageBody {
    PackageBody {
        name: Some("Home 10".into()),
        download_speed: Some(10.0),
        upload_speed: Some(5.0),
        ..PackageBody::default()
    }
}

pub(crate) fn ana() -> CustomerBody {
    CustomerBody {
        name: Some("Ana".into()),
        mobile: Some("+880 1712 553018".into()),
        service_package: Some("Home 10".into()),
        status: Some("Active".into()),
        zone: Some("North".into()),
        service_type: Some(ServiceType::Pppoe),
        pppoe_username: Some("ana".into()),
        pppoe_password: Some(Password::new("canary-s3cret")),
        ..CustomerBody::default()
    }
}

pub(crate) fn named(name: &str) -> CustomerBody {
    CustomerBody { name: Some(name.into()), pppoe_username: Some(name.to_lowercase()), ..ana() }
}

/// A customer as the form that edits them sends them back.
pub(crate) fn edited(record: &CustomerRecord) -> CustomerBody {
    CustomerBody { id: Some(record.id.clone()), pppoe_password: None, ..ana() }
}

fn pointers(problem: &Problem) -> Vec<&str> {
    problem.errors.iter().filter_map(|part| part.pointer.as_deref()).collect()
}

impl World {
    pub(crate) async fn add(&self, customer: CustomerBody) -> Result<CustomerRecord, Problem> {
        Ok(self.services.create_customer(&self.admin, customer).await?.customer)
    }

    pub(crate) async fn update(&self, customer: CustomerBody, version: i64) -> Result<CustomerRecord, Problem> {
        self.services.update_customer(&self.admin, customer, version).await
    }

    pub(crate) async fn delete(
        &self,
        customer: &CustomerRecord,
        fate: AccountFate,
    ) -> Result<DeletedCustomer, Problem> {
        self.services.delete_customer(&self.admin, &customer.id, customer.version, fate).await
    }

    async fn names(&self, q: &str) -> Vec<String> {
        let query = CustomersQuery { q: q.into(), ..CustomersQuery::default() };
        let found = self.services.customers(&self.admin, query).await.unwrap();
        assert_eq!((found.total, found.next_cursor), (Some(found.items.len()), None));
        found.items.into_iter().map(|customer| customer.name).collect()
    }
}

#[tokio::test]
async fn a_customer_is_numbered_kept_with_everything_and_their_password_is_never_told() {
    let world = world().await;
    let added = world.add(ana()).await.unwrap();
    assert_eq!((added.id.as_str(), added.version, added.origin.as_str()), ("CUS-1", 1, "console"));
    assert_eq!((added.zone.as_deref(), added.has_password), (Some("North"), true));
    let read = world.services.customer(&world.admin, "CUS-1").await.unwrap();
    assert_eq!(read, added);
    assert!(!format!("{read:?}{}", serde_json::to_string(&read).unwrap()).contains("canary"));
    let eva = CustomerBody { pppoe_password: None, ..named("Eva") };
    let AddedCustomer { customer: eva, generated_password } =
        world.services.create_customer(&world.admin, eva).await.unwrap();
    assert_eq!((eva.id.as_str(), eva.has_password), ("CUS-2", true));
    assert!(generated_password.unwrap().expose().len() >= 12, "whoever hands it over has to see it once");
    let given = world.add(CustomerBody { id: Some("TOWER-9".into()), ..named("Ida") }).await.unwrap();
    assert_eq!(given.id, "TOWER-9");
    let taken = world.add(CustomerBody { id: Some("TOWER-9".into()), ..named("Uma") }).await.unwrap_err();
    assert_eq!((taken.code, pointers(&taken)), (Code::NameTaken, vec!["/id"]));
}

#[tokio::test]
async fn customers_added_at_once_get_numbers_of_their_own() {
    let World { services, admin, dir: _dir, .. } = world().await;
    let adding = (0..20).map(|n| {
        let (services, admin) = (Arc::clone(&services), admin.clone());
        tokio::spawn(async move { services.create_customer(&admin, named(&format!("Customer{n}"))).await })
    });
    let mut ids = Vec::new();
    for added in adding.collect::<Vec<_>>() {
        ids.push(added.await.unwrap().unwrap().customer.id);
    }
    ids.sort();
    let mut expected: Vec<_> = (1..=20).map(|n| format!("CUS-{n}")).collect();
    expected.sort();
    assert_eq!(ids, expected);
}

#[tokio::test]
async fn everything_wrong_is_told_at_once_and_nothing_is_kept() {
    let world = world().await;
    let wrong = CustomerBody { name: None, joined: Some("soon".into()), pppoe_username: Some("an".into()), ..ana() };
    let refused = world.add(wrong).await.unwrap_err();
    assert_eq!(
        (refused.code, pointers(&refused)),
        (Code::ValidationFailed, vec!["/name", "/joined", "/pppoeUsername"])
    );
    let lost = world.add(CustomerBody { service_package: Some("Gold".into()), ..ana() }).await.unwrap_err();
    assert_eq!((lost.code, lost.code.status(), pointers(&lost)), (Code::PackageNotFound, 422, vec!["/servicePackage"]));
    let package = PackageBody { name: None, upload_speed: Some(0.0), ..home() };
    let refused = world.services.create_package(&world.admin, package).await.unwrap_err();
    assert_eq!(pointers(&refused), ["/name", "/uploadSpeed"]);
    assert_eq!(world.names("").await, [""; 0]);
}

#[tokio::test]
async fn a_username_is_refused_with_whose_it_is() {
    let world = world().await;
    world.add(ana()).await.unwrap();
    let eva = world.add(named("Eva")).await.unwrap();
    let twin = CustomerBody { pppoe_username: Some("ana".into()), ..edited(&eva) };
    for refused in [world.add(named("Ana")).await, world.update(twin.clone(), 1).await] {
        let refused = refused.unwrap_err();
        assert_eq!((refused.code, pointers(&refused)), (Code::NameTaken, vec!["/pppoeUsername"]));
        assert_eq!(refused.detail, "ana is the username of Ana (CUS-1).");
    }
    let elsewhere = CustomerBody { service_type: Some(ServiceType::Hotspot), ..twin };
    assert_eq!(world.update(elsewhere, 1).await.unwrap().service_type, ServiceType::Hotspot);
}

#[tokio::test]
async fn an_edit_replaces_every_member_but_the_password_and_an_older_one_is_refused() {
    let world = world().await;
    let bound = CustomerBody {
        mac_address: Setting::Is("aa-bb-cc-dd-ee-0f".into()),
        ip_address: Setting::Is("10.0.0.5".into()),
        ..ana()
    };
    let added = world.add(bound).await.unwrap();
    assert_eq!(added.mac_address.as_deref(), Some("AA:BB:CC:DD:EE:0F"));
    let edit = CustomerBody { name: Some("Ana B".into()), zone: Some(String::new()), ..edited(&added) };
    let changed = world.update(edit.clone(), 1).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.version), ("Ana B", 2));
    assert_eq!((changed.zone, changed.mac_address, changed.ip_address), (None, None, None));
    assert!(changed.has_password);
    assert_eq!(world.update(edit, 1).await.unwrap_err().code, Code::VersionConflict);
    assert_eq!(world.delete(&added, AccountFate::Leave).await.unwrap_err().code, Code::VersionConflict);
    let nobody = CustomerBody { id: Some("CUS-9".into()), ..edited(&added) };
    assert_eq!(world.update(nobody, 1).await.unwrap_err().code, Code::CustomerNotFound);
    let unnamed = CustomerBody { id: None, ..edited(&added) };
    assert_eq!(pointers(&world.update(unnamed, 2).await.unwrap_err()), ["/id"]);
}

#[tokio::test]
async fn customers_are_listed_by_name_whatever_its_letters_and_found_by_words() {
    let world = world().await;
    for (at, name) in ["Zoe", "ana", "Ána", "Bo"].into_iter().enumerate() {
        world.add(CustomerBody { pppoe_username: Some(format!("user{at}")), ..named(name) }).await.unwrap();
    }
    assert_eq!(world.names("").await, ["ana", "Bo", "Zoe", "Ána"]);
    assert_eq!(world.names("án").await, ["Ána"]);
    assert_eq!(world.names("3018 zo").await, ["Zoe"]);
    assert_eq!(world.names("nobody").await, [""; 0]);
}

#[tokio::test]
async fn customers_come_page_by_page_and_a_page_that_cannot_be_is_refused() {
    let world = world().await;
    for name in ["Eva", "ana", "Bob", "Ida", "Uma"] {
        world.add(named(name)).await.unwrap();
    }
    let mut query = CustomersQuery { q: "home".into(), limit: Some(2), ..CustomersQuery::default() };
    let mut names = Vec::new();
    loop {
        let page = world.services.customers(&world.admin, query.clone()).await.unwrap();
        assert_eq!(page.total, Some(5));
        names.push(page.items.into_iter().map(|customer| customer.name).collect::<Vec<_>>().join(" "));
        match page.next_cursor {
            Some(cursor) => query.cursor = Some(cursor),
            None => break,
        }
    }
    assert_eq!(names, ["ana Bob", "Eva Ida", "Uma"]);
    let of_another = CustomersQuery { package: Some("Home".into()), ..CustomersQuery::default() };
    assert_eq!(world.services.customers(&world.admin, of_another).await.unwrap().items, []);
    let wrong = |query| async {
        let refused = world.services.customers(&world.admin, query).await.unwrap_err();
        (refused.code, pointers(&refused).join(" "))
    };
    let usual = CustomersQuery::default;
    let is_wrong = |pointer: &str| (Code::InvalidParameter, pointer.to_owned());
    assert_eq!(wrong(CustomersQuery { limit: Some(0), ..usual() }).await, is_wrong("/limit"));
    assert_eq!(wrong(CustomersQuery { limit: Some(1_001), ..usual() }).await, is_wrong("/limit"));
    assert_eq!(wrong(CustomersQuery { cursor: Some("CUS-1".into()), ..usual() }).await, is_wrong("/cursor"));
    assert_eq!(wrong(CustomersQuery { q: "a ".repeat(17), ..usual() }).await, is_wrong("/q"));
}

#[tokio::test]
async fn a_package_is_renamed_with_its_customers_and_stays_while_somebody_has_it() {
    let world = world().await;
    world.add(ana()).await.unwrap();
    let (services, admin) = (&world.services, &world.admin);
    let renamed = PackageBody { name: Some("Home 12".into()), ..home() };
    let changed = services.update_package(admin, "PKG-1", renamed.clone(), 1).await.unwrap();
    assert_eq!((changed.version, changed.customers), (2, 1));
    assert_eq!(services.customer(admin, "CUS-1").await.unwrap().service_package, "Home 12");
    let stale = services.update_package(admin, "PKG-1", renamed, 1).await.unwrap_err();
    assert_eq!(stale.code, Code::VersionConflict);
    let in_use = services.delete_package(admin, "PKG-1", 2).await.unwrap_err();
    assert_eq!(in_use.code, Code::PackageInUse);
    assert_eq!(in_use.detail, "1 customer has this package. Give them another one first.");
    let basic = PackageBody { name: Some("basic".into()), ..home() };
    let basic = services.create_package(admin, basic).await.unwrap();
    let taken = services.update_package(admin, &basic.id, PackageBody { name: Some("Home 12".into()), ..home() }, 1);
    let taken = taken.await.unwrap_err();
    assert_eq!((taken.code, pointers(&taken)), (Code::NameTaken, vec!["/name"]));
    let listed = services.packages(admin).await.unwrap();
    assert_eq!(listed.iter().map(|record| record.id.as_str()).collect::<Vec<_>>(), ["PKG-2", "PKG-1"]);
    services.delete_package(admin, &basic.id, 1).await.unwrap();
    assert_eq!(services.package(admin, &basic.id).await.unwrap_err().code, Code::PackageUnknown);
}

#[tokio::test]
async fn office_staff_look_customers_and_packages_up_and_change_nothing() {
    let world = world().await;
    let customer = world.add(ana()).await.unwrap();
    let (services, office) = (&world.services, operator(Role::OfficeStaff));
    assert!(services.customers(&office, CustomersQuery::default()).await.is_ok());
    assert!(services.customer(&office, "CUS-1").await.is_ok());
    assert_eq!(services.customers_of(&office, &["CUS-1".into()]).await.unwrap().len(), 1);
    assert!(services.packages(&office).await.is_ok() && services.package(&office, "PKG-1").await.is_ok());
    let forbidden = [
        services.create_customer(&office, named("Eva")).await.err(),
        services.update_customer(&office, edited(&customer), 1).await.err(),
        services.delete_customer(&office, "CUS-1", 1, AccountFate::Leave).await.err(),
        services.create_package(&office, home()).await.err(),
        services.update_package(&office, "PKG-1", home(), 1).await.err(),
        services.delete_package(&office, "PKG-1", 1).await.err(),
    ];
    for problem in forbidden {
        assert_eq!(problem.unwrap().code, Code::Forbidden);
    }
}
