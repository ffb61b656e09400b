//! A database of an older version, with rows in it, is opened by this one.

use domain::{
    customer::{Details, Password, ServiceType, Setting},
    search::Search,
    wire::PackageBody,
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use store::{CustomerQuery, Keyring, Store, StoredCustomer, StoredPackage};
use tempfile::TempDir;

use crate::place::{Place, on_both};

fn url(dir: &TempDir) -> String {
    format!("sqlite://{}/netpilot.db?mode=rwc", dir.path().display())
}

async fn open(dir: &TempDir) -> Store {
    Store::open(&url(dir), Keyring::read(&"0a".repeat(32)).unwrap()).await.unwrap()
}

fn ana() -> StoredCustomer {
    StoredCustomer {
        id: "CUS-1".into(),
        name: "Ana".into(),
        mobile: Some("+880 1712".into()),
        email: None,
        package: "Gold".into(),
        status: "Active".into(),
        details: Details::default(),
        service: ServiceType::Hotspot,
        username: "ana".into(),
        password: Some(Password::new("s3cret")),
        mac_address: Setting::LeftAlone,
        ip_address: Setting::Cleared,
    }
}

/// A password of Ana's as it lies on disk.
async fn sealed() -> String {
    let dir = TempDir::new().unwrap();
    open(&dir).await.keep_customers(&[ana()], |_| None, "api", 1).await.unwrap();
    let mut file = SqliteConnection::connect(&url(&dir)).await.unwrap();
    sqlx::query_scalar("SELECT password_sealed FROM customer").fetch_one(&mut file).await.unwrap()
}

#[tokio::test]
async fn rows_of_the_first_version_are_kept_and_its_packages_are_numbered() {
    let dir = TempDir::new().unwrap();
    let sealed = sealed().await;
    {
        let mut file = SqliteConnection::connect(&url(&dir)).await.unwrap();
        sqlx::migrate!("migrations/sqlite").run_to(1, &mut file).await.unwrap();
        sqlx::raw_sql(
            r#"INSERT INTO package (name, body, origin, updated_ms, version) VALUES
                   ('Silver', '{"name":"Silver","downloadSpeed":5.0}', 'api', 7, 3),
                   ('Gold', '{"name":"Gold","downloadSpeed":10.0}', 'api', 7, 1);
               INSERT INTO customer (id, name, mobile, package, status, service_type, username, ip_address, origin,
                                     updated_ms, version)
               VALUES ('CUS-1', 'Ana', '+880 1712', 'Gold', 'Active', 'hotspot', 'ana', '', 'api', 7, 4)"#,
        )
        .execute(&mut file)
        .await
        .unwrap();
        sqlx::query("UPDATE customer SET password_sealed = $1").bind(sealed).execute(&mut file).await.unwrap();
        file.close().await.unwrap();
    }
    let store = open(&dir).await;
    assert_eq!(store.customers().await.unwrap(), [(ana(), 4)]);
    let record = store.customer_record("CUS-1").await.unwrap().unwrap();
    assert_eq!((record.origin.as_str(), record.version, record.zone), ("api", 4, None));
    let search = Search::new("an +880-17 gold");
    let query = CustomerQuery { search: &search, package: None, after: None, limit: 9 };
    assert_eq!(store.customer_page(&query).await.unwrap().items.len(), 1, "words are written where there were none");
    let mut packages = store.package_records().await.unwrap();
    packages.sort_by(|a, b| a.id.cmp(&b.id));
    let seen: Vec<_> =
        packages.iter().map(|kept| (kept.id.as_str(), kept.package.download_speed, kept.version)).collect();
    assert_eq!(seen, [("PKG-1", Some(10.0), 1), ("PKG-2", Some(5.0), 3)]);
    assert_eq!(packages[0].customers, 1);
    let bronze = StoredPackage { name: "Bronze".into(), body: PackageBody::default() };
    store.keep_packages(&[bronze], "api", 8).await.unwrap();
    assert!(store.package_record("PKG-3").await.unwrap().is_some());
}

#[tokio::test]
async fn numbers_that_the_second_version_gave_are_not_given_again() {
    let dir = TempDir::new().unwrap();
    {
        let mut file = SqliteConnection::connect(&url(&dir)).await.unwrap();
        sqlx::migrate!("migrations/sqlite").run_to(2, &mut file).await.unwrap();
        sqlx::raw_sql(
            r#"INSERT INTO package (id, name, body, origin, updated_ms) VALUES
                   ('PKG-2', 'Gold', '{"name":"Gold","downloadSpeed":10.0}', 'console', 7);
               INSERT INTO customer (id, name, package, status, service_type, username, origin, updated_ms) VALUES
                   ('CUS-3', 'Ana', 'Gold', 'Active', 'pppoe', 'ana', 'console', 7),
                   ('CUS-x9', 'Eva', 'Gold', 'Active', 'pppoe', 'eva', 'console', 7),
                   ('CUS-9999999999999999999999', 'Ida', 'Gold', 'Active', 'pppoe', 'ida', 'api', 7);
               INSERT INTO pushed_account (router_id, service_type, customer_id, password_hash, pushed_ms) VALUES
                   ('default', 'pppoe', 'CUS-7', 'x', 7)"#,
        )
        .execute(&mut file)
        .await
        .unwrap();
        file.close().await.unwrap();
    }
    let store = open(&dir).await;
    let new = StoredCustomer { username: "new".into(), ..ana() };
    let added = store.insert_numbered_customer(&new, "console", 8).await.unwrap();
    assert_eq!(added.id, "CUS-8", "an account on a router may still bear CUS-7");
    let silver = PackageBody { name: Some("Silver".into()), ..PackageBody::default() };
    assert_eq!(store.insert_package("Silver", &silver, "console", 8).await.unwrap().id, "PKG-3");
    assert_eq!(store.customer_records().await.unwrap().len(), 4);
}

#[tokio::test]
async fn an_empty_database_of_the_second_version_begins_with_one() {
    let dir = TempDir::new().unwrap();
    let mut file = SqliteConnection::connect(&url(&dir)).await.unwrap();
    sqlx::migrate!("migrations/sqlite").run_to(2, &mut file).await.unwrap();
    file.close().await.unwrap();
    let gold = PackageBody { name: Some("Gold".into()), ..PackageBody::default() };
    let store = open(&dir).await;
    assert_eq!(store.insert_package("Gold", &gold, "console", 1).await.unwrap().id, "PKG-1");
    assert_eq!(store.insert_numbered_customer(&ana(), "console", 1).await.unwrap().id, "CUS-1");
}

/// Rows of the fifth version, the first that PostgreSQL had, with a sealed password and a number of each kind.
async fn fifth_version(place: &Place, sealed: &str) {
    let rows = format!(
        r#"INSERT INTO operator (id, username, email, role, password_hash, created_ms)
               VALUES ('op-1', 'nadia', 'n@example.com', 'Admin Staff', 'hash', 7);
           INSERT INTO operator_session (id, operator_id, created_ms, last_used_ms) VALUES ('s', 'op-1', 7, 7);
           INSERT INTO package (id, name, body, origin, updated_ms)
               VALUES ('PKG-1', 'Gold', '{{"name":"Gold","downloadSpeed":10.0}}', 'console', 7);
           INSERT INTO customer (id, name, package, status, service_type, username, password_sealed, origin, updated_ms)
               VALUES ('CUS-1', 'Ana', 'Gold', 'Active', 'pppoe', 'ana', '{sealed}', 'console', 7);
           INSERT INTO router (id, read_only) VALUES ('default', {truth});
           UPDATE numbering SET highest = 7;
           INSERT INTO pushed_account (router_id, service_type, customer_id, username, comment, pushed_ms)
               VALUES ('default', 'pppoe', 'CUS-1', 'ana', 'Ana', 7);
           INSERT INTO ignored_drift (router_id, service_type, username, seen, ignored_ms)
               VALUES ('default', 'pppoe', 'x', 'seen', 7)"#,
        truth = if place.url.starts_with("sqlite") { "1" } else { "TRUE" },
    );
    if place.url.starts_with("sqlite") {
        let mut file = SqliteConnection::connect(&place.url).await.unwrap();
        sqlx::migrate!("migrations/sqlite").run_to(5, &mut file).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(rows)).execute(&mut file).await.unwrap();
        file.close().await.unwrap();
    } else {
        let mut line = PgConnection::connect(&place.url).await.unwrap();
        sqlx::migrate!("migrations/postgres").run_to(5, &mut line).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(rows)).execute(&mut line).await.unwrap();
        line.close().await.unwrap();
    }
}

async fn every_row_of_the_fifth_version_is_there_after_it(place: Place) {
    fifth_version(&place, &sealed().await).await;
    let store = place.open().await;
    assert_eq!(store.operator_by_login("nadia").await.unwrap().unwrap().operator.id, "op-1");
    assert!(store.sign_in("s").await.unwrap().is_some());
    let [(customer, version)] = store.customers().await.unwrap().try_into().unwrap();
    assert_eq!((customer.username.as_str(), customer.password, version), ("ana", ana().password, 1));
    assert_eq!(store.package_record("PKG-1").await.unwrap().unwrap().customers, 1);
    assert_eq!(store.router_read_only("default").await.unwrap(), Some(true));
    let pushed = store.pushed_accounts("default", ServiceType::Pppoe).await.unwrap();
    assert_eq!((pushed.last("CUS-1"), pushed.owes_end("CUS-1")), (Some(("ana", "Ana")), false));
    assert_eq!(store.ignored_drift("default", ServiceType::Pppoe).await.unwrap()["x"], "seen");
    let search = Search::new("an");
    let asked = CustomerQuery { search: &search, package: None, after: None, limit: 10 };
    let found = store.customer_page(&asked).await.unwrap();
    assert_eq!(found.items.len(), 1, "the words of an older database are written when it is opened");
    let new = StoredCustomer { username: "new".into(), ..ana() };
    assert_eq!(store.insert_numbered_customer(&new, "console", 8).await.unwrap().id, "CUS-8");
}

on_both!(every_row_of_the_fifth_version_is_there_after_it);
