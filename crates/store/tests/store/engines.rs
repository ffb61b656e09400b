//! What only shows where both engines are looked at, or where more than one program is.

use std::collections::BTreeMap;

use domain::{customer::ServiceType, role::Role};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection};
use store::{NewOperator, PushedAccount, Store, StoreError, StoredCustomer, StoredPackage};

use crate::{
    people::{ana, eva, gold, named},
    place::{Place, keys, on_both},
};

/// Every row of every table as text, by table. What is new each time (sealed values) is only said to be there.
async fn dump(place: &Place) -> BTreeMap<String, Vec<Vec<Option<String>>>> {
    let mut found = BTreeMap::new();
    for (table, columns) in columns(place).await {
        let cell = |column: &String| match column.ends_with("_sealed") {
            true => format!("CASE WHEN {column} IS NOT NULL THEN 'sealed' END"),
            false => format!("CAST({column} AS TEXT)"),
        };
        let cells: Vec<String> = columns.iter().map(cell).collect();
        let mut rows = query(place, &format!("SELECT {} FROM {table}", cells.join(", "))).await;
        // A truth is 1 or true.
        for cell in rows.iter_mut().flatten() {
            if cell.as_deref() == Some("true") {
                *cell = Some("1".to_owned());
            }
        }
        rows.sort();
        found.insert(table, rows);
    }
    found
}

/// The columns of every table of ours, by name.
async fn columns(place: &Place) -> BTreeMap<String, Vec<String>> {
    let listed = if place.url.starts_with("sqlite") {
        "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'"
    } else {
        "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'"
    };
    let mut tables = BTreeMap::<String, Vec<String>>::new();
    for row in query(place, listed).await {
        let [Some(table), Some(column)] = <[_; 2]>::try_from(row).unwrap() else { panic!("a name is missing") };
        tables.entry(table).or_default().push(column);
    }
    tables.remove("_sqlx_migrations");
    tables.values_mut().for_each(|columns| columns.sort());
    tables
}

pub(crate) async fn query(place: &Place, text: &str) -> Vec<Vec<Option<String>>> {
    let text = AssertSqlSafe(text.to_owned());
    if place.url.starts_with("sqlite") {
        let mut file = SqliteConnection::connect(&place.url).await.unwrap();
        let rows = sqlx::query(text).fetch_all(&mut file).await.unwrap();
        rows.iter().map(|row| (0..row.len()).map(|at| row.get(at)).collect()).collect()
    } else {
        let mut line = PgConnection::connect(&place.url).await.unwrap();
        let rows = sqlx::query(text).fetch_all(&mut line).await.unwrap();
        rows.iter().map(|row| (0..row.len()).map(|at| row.get(at)).collect()).collect()
    }
}

/// Changes the database behind the store's back.
pub(crate) async fn execute(place: &Place, text: &'static str) {
    if place.url.starts_with("sqlite") {
        let mut file = SqliteConnection::connect(&place.url).await.unwrap();
        sqlx::raw_sql(text).execute(&mut file).await.unwrap();
    } else {
        let mut line = PgConnection::connect(&place.url).await.unwrap();
        sqlx::raw_sql(text).execute(&mut line).await.unwrap();
    }
}

/// A little of everything.
async fn work(store: &Store) {
    let service = ServiceType::Pppoe;
    store.insert_package("Gold", &gold(), "console", 1).await.unwrap();
    store.keep_packages(&[StoredPackage { name: "Silver".into(), body: named("Silver") }], "api", 2).await.unwrap();
    store.insert_customer(&ana(), "console", 3).await.unwrap();
    store.insert_numbered_customer(&StoredCustomer { username: "ida".into(), ..ana() }, "console", 4).await.unwrap();
    store.keep_customers(&[eva()], |_| Some(1), "api", 5).await.unwrap();
    store.update_customer(&StoredCustomer { name: "Ænna ’ ☂".into(), ..ana() }, 1, 6).await.unwrap();
    store.update_package("PKG-1", "Gold 20", &named("Gold 20"), 1, 7).await.unwrap();
    assert!(store.update_package("PKG-2", "Gold 20", &named("Gold 20"), 1, 7).await.is_err());
    let written = PushedAccount {
        customer_id: "CUS-1".into(),
        username: "ana".into(),
        comment: "Ana".into(),
        password: ana().password,
    };
    store.remember_pushed("default", service, &[written], 8).await.unwrap();
    store.ignore_drift("default", service, "x", "seen", 9).await.unwrap();
    store.set_router_read_only("default", true).await.unwrap();
    let operator = NewOperator {
        id: "op-1".into(),
        username: "nadia".into(),
        email: "nadia@example.com".into(),
        role: Role::AdminStaff,
        password_hash: "hash".into(),
    };
    store.add_operator(&operator, 10).await.unwrap();
    store.begin_sign_in("reference", "op-1", 11).await.unwrap();
}

#[tokio::test]
async fn the_same_work_leaves_the_same_rows() {
    let (sqlite, postgres) = (Place::sqlite(), Place::postgres().await);
    work(&sqlite.open().await).await;
    work(&postgres.open().await).await;
    let (one, other) = (dump(&sqlite).await, dump(&postgres).await);
    assert!(one.values().filter(|rows| !rows.is_empty()).count() >= 8, "{one:?}");
    assert_eq!(one, other);
    assert_eq!(columns(&sqlite).await, columns(&postgres).await);
    assert!(!format!("{other:?}").contains("canary"));
}

#[tokio::test]
async fn an_address_of_neither_engine_is_refused_in_words_and_without_its_password() {
    let error = Store::open("mysql://netpilot:s3cret@db/netpilot", keys()).await.unwrap_err().to_string();
    assert!(error.contains("neither SQLite nor PostgreSQL") && !error.contains("s3cret"), "{error}");
}

async fn a_database_of_a_newer_version_is_refused_and_left_alone(place: Place) {
    drop(place.open().await);
    execute(
        &place,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         SELECT 9999, 'later', success, checksum, 0 FROM _sqlx_migrations ORDER BY version LIMIT 1",
    )
    .await;
    let error = Store::open(&place.url, keys()).await.unwrap_err();
    assert!(matches!(error, StoreError::Newer { found: 9999, known } if known < 9999), "{error}");
    assert!(error.to_string().contains("newer NetPilot"), "{error}");
}

async fn two_programs_that_open_an_empty_database_at_once_both_can(place: Place) {
    let open = || Store::open(&place.url, keys());
    let (one, two, three) = tokio::join!(open(), open(), open());
    one.unwrap().insert_package("Gold", &gold(), "console", 1).await.unwrap();
    assert_eq!(two.unwrap().packages().await.unwrap().len(), 1);
    three.unwrap();
}

/// Each reads the highest number and writes the next: whoever does not see the other gives it twice.
async fn programs_that_write_at_once_do_not_undo_each_other(place: Place) {
    let (one, two) = (place.open().await, place.open().await);
    one.insert_package("Gold", &gold(), "console", 1).await.unwrap();
    let adding = (0..40).map(|n| {
        let store = if n % 2 == 0 { one.clone() } else { two.clone() };
        let new = StoredCustomer { username: format!("user{n}"), ..ana() };
        tokio::spawn(async move { store.insert_numbered_customer(&new, "console", 1).await.map(|added| added.id) })
    });
    let mut ids = Vec::new();
    for added in adding.collect::<Vec<_>>() {
        ids.push(added.await.unwrap().unwrap());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 40);
}

on_both!(
    a_database_of_a_newer_version_is_refused_and_left_alone,
    two_programs_that_open_an_empty_database_at_once_both_can,
    programs_that_write_at_once_do_not_undo_each_other,
);

#[tokio::test]
async fn connections_that_postgresql_cut_are_made_anew() {
    let place = Place::postgres().await;
    let store = place.open().await;
    store.insert_package("Gold", &gold(), "console", 1).await.unwrap();
    execute(
        &place,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .await;
    store.insert_customer(&ana(), "console", 1).await.unwrap();
    assert_eq!(store.customers().await.unwrap().len(), 1);
}
