//! Keys come and go, and what they seal stays.

use domain::{
    customer::{Password, ServiceType},
    role::Role,
    sync::Pushed,
};
use store::{Keyring, NewOperator, PushedAccount, Rotated, SealError, Store, StoreError, StoredCustomer};

use crate::{
    engines::{columns, execute, query},
    people::{ana, eva, gold},
    place::{Place, on_both},
};

const PPPOE: ServiceType = ServiceType::Pppoe;
/// The ids of the keys 0a0a… and 0b0b….
const OLD: &str = "b9b07dd4";
const NEW: &str = "f0e38b83";

fn ring(keys: &[&str]) -> Keyring {
    Keyring::read(&keys.iter().map(|key| key.repeat(32)).collect::<Vec<_>>().join(",")).unwrap()
}

async fn open(place: &Place, keys: &[&str]) -> Store {
    Store::open(&place.url, ring(keys)).await.unwrap()
}

fn written(customer: &StoredCustomer) -> PushedAccount {
    PushedAccount {
        customer_id: customer.id.clone(),
        username: customer.username.clone(),
        comment: "c".into(),
        password: customer.password.clone(),
    }
}

fn numbered(n: usize) -> StoredCustomer {
    StoredCustomer { id: format!("CUS-{n:04}"), username: format!("user{n}"), ..ana() }
}

/// How many customers' passwords this key sealed.
async fn sealed_by(place: &Place, id: &str) -> usize {
    let sealed = query(place, "SELECT password_sealed FROM customer").await;
    sealed.iter().flatten().flatten().filter(|sealed| sealed.starts_with(&format!("v1.{id}."))).count()
}

async fn compared(store: &Store, customer: &StoredCustomer) -> Pushed {
    store.pushed_accounts("default", PPPOE).await.unwrap().compare(&customer.id, customer.password.as_ref())
}

async fn a_new_key_takes_over_and_the_old_one_can_go(place: Place) {
    let old = open(&place, &["0a"]).await;
    old.keep_customers(&[ana(), eva()], |_| None, "api", 1).await.unwrap();
    old.remember_pushed("default", PPPOE, &[written(&ana())], 1).await.unwrap();
    let both = open(&place, &["0b", "0a"]).await;
    assert_eq!(both.check_sealed().await.unwrap().keys, [(OLD.to_owned(), 3)].into());
    assert_eq!(both.rotate_keys(2).await.unwrap(), Rotated { resealed: 3, ..Rotated::default() });
    assert_eq!(both.rotate_keys(2).await.unwrap(), Rotated::default(), "nothing is left");
    let new = open(&place, &["0b"]).await;
    assert_eq!(new.customers().await.unwrap(), [(ana(), 1), (eva(), 1)], "in the versions they had");
    assert_eq!(compared(&new, &ana()).await, Pushed::Same, "the hashes outlive the key");
    let found = new.check_sealed().await.unwrap();
    assert_eq!((found.keys, found.unreadable), ([(NEW.to_owned(), 3)].into(), Vec::new()));
    let refused = open(&place, &["0a"]).await.customers().await.unwrap_err();
    assert!(matches!(refused, StoreError::Seal(SealError::UnknownKey { key, .. }) if key == NEW));
}

async fn a_rotation_that_was_cut_off_is_continued(place: Place) {
    const MANY: usize = 3000;
    let both = open(&place, &["0a"]).await;
    both.keep_customers(&(0..MANY).map(numbered).collect::<Vec<_>>(), |_| None, "api", 1).await.unwrap();
    let both = open(&place, &["0b", "0a"]).await;
    let some_are_done = async {
        while sealed_by(&place, NEW).await == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        rotated = both.rotate_keys(2) => panic!("it was not cut off: {rotated:?}"),
        () = some_are_done => {}
    }
    let before = sealed_by(&place, NEW).await;
    assert!(0 < before && before < MANY, "{before}");
    assert_eq!(both.customers().await.unwrap().len(), MANY, "all of them open in between");
    assert_eq!(both.rotate_keys(3).await.unwrap().resealed, u64::try_from(MANY - before).unwrap());
    let customers = open(&place, &["0b"]).await.customers().await.unwrap();
    assert!(customers.iter().all(|(customer, version)| customer.password == ana().password && *version == 1));
}

async fn others_write_while_keys_are_rotated(place: Place) {
    let store = open(&place, &["0a"]).await;
    store.insert_package("Gold", &gold(), "console", 1).await.unwrap();
    store.keep_customers(&(0..1000).map(numbered).collect::<Vec<_>>(), |_| None, "api", 1).await.unwrap();
    let (rotating, server) = (open(&place, &["0b", "0a"]).await, open(&place, &["0b", "0a"]).await);
    let changed = |n| StoredCustomer { password: Some(Password::new(format!("new {n}"))), ..numbered(n) };
    let changing = async {
        for n in (0..1000).step_by(20) {
            server.update_customer(&changed(n), 1, 2).await.unwrap();
        }
    };
    let (rotated, ()) = tokio::join!(rotating.rotate_keys(2), changing);
    assert!(rotated.unwrap().unreadable.is_empty());
    let customers = open(&place, &["0b"]).await.customers().await.unwrap();
    for (n, found) in customers.into_iter().enumerate() {
        assert_eq!(found, if n % 20 == 0 { (changed(n), 2) } else { (numbered(n), 1) });
    }
}

async fn what_the_first_version_sealed_is_read_and_gets_todays_form(place: Place) {
    let store = open(&place, &["0a"]).await;
    store.keep_customers(&[ana()], |_| None, "api", 1).await.unwrap();
    execute(&place, "UPDATE customer SET password_sealed = 'v1.ubB91Odx.AAECAwQFBgcICQoLDA0ODxAREhMUFRYX.Qb4vDHAKV4kaDTPPXTSP5d1EN-mz8w'").await;
    let first = StoredCustomer { password: Some(Password::new("s3cret")), ..ana() };
    assert_eq!(store.customers().await.unwrap(), [(first.clone(), 1)]);
    assert_eq!(store.check_sealed().await.unwrap().keys, [(OLD.to_owned(), 1)].into());
    assert_eq!(store.rotate_keys(2).await.unwrap(), Rotated { resealed: 1, ..Rotated::default() });
    assert_eq!(sealed_by(&place, OLD).await, 1);
    assert_eq!(store.customers().await.unwrap(), [(first, 1)]);
}

async fn hashes_of_the_first_version_hold_as_long_as_they_can(place: Place) {
    let store = open(&place, &["0a"]).await;
    store.keep_customers(&[ana()], |_| None, "api", 1).await.unwrap();
    execute(
        &place,
        "INSERT INTO pushed_account (router_id, service_type, customer_id, password_hash, pushed_ms) VALUES
             ('default', 'pppoe', 'CUS-1', 'ubB91Odx.KMh5800nhXgPWgtHLhD2L8MpUNtNccLOdj8dQ859bYI', 1),
             ('default', 'pppoe', 'CUS-2', 'ubB91Odx.DEwsx6wqw-Sgg5gcQ9hlstyVYxW30tXOzDjGW9zYmbQ', 1)",
    )
    .await;
    // Nobody knows this one's password but the router.
    let stranger = StoredCustomer { password: Some(Password::new("s3cret")), ..eva() };
    let other = StoredCustomer { password: Some(Password::new("other")), ..eva() };
    let check = async |store: &Store, of_stranger: Pushed| {
        assert_eq!(compared(store, &ana()).await, Pushed::Same);
        assert_eq!(compared(store, &stranger).await, of_stranger);
    };
    check(&store, Pushed::Same).await;
    assert_eq!(compared(&store, &other).await, Pushed::Other);
    assert_eq!(store.check_sealed().await.unwrap().keys, [(OLD.to_owned(), 3)].into());
    assert_eq!(store.rotate_keys(2).await.unwrap(), Rotated { hashes_kept: 1, ..Rotated::default() });
    check(&store, Pushed::Same).await;
    let both = open(&place, &["0b", "0a"]).await;
    check(&both, Pushed::Same).await;
    assert_eq!(both.rotate_keys(3).await.unwrap(), Rotated { resealed: 2, hashes_dropped: 1, ..Rotated::default() });
    check(&both, Pushed::Never).await;
    check(&open(&place, &["0b"]).await, Pushed::Never).await;
}

async fn a_value_that_was_moved_does_not_open_and_stops_no_other(place: Place) {
    let store = open(&place, &["0a"]).await;
    let third = StoredCustomer { id: "CUS-3".into(), username: "ida".into(), ..ana() };
    store.keep_customers(&[ana(), eva(), third], |_| None, "api", 1).await.unwrap();
    execute(
        &place,
        "UPDATE customer SET password_sealed = (SELECT password_sealed FROM customer WHERE id = 'CUS-3')
         WHERE id = 'CUS-1'",
    )
    .await;
    let refused = store.customers().await.unwrap_err();
    let damaged = SealError::Damaged { place: "customer.password_sealed of CUS-1".into() };
    assert!(matches!(refused, StoreError::Seal(why) if why == damaged));
    assert_eq!(store.check_sealed().await.unwrap().unreadable, std::slice::from_ref(&damaged));
    let both = open(&place, &["0b", "0a"]).await;
    let rotated = both.rotate_keys(2).await.unwrap();
    assert_eq!((rotated.resealed, rotated.unreadable), (2, vec![damaged]));
}

async fn programs_that_make_the_hash_key_at_once_have_the_same(place: Place) {
    let (one, two) = (open(&place, &["0a"]).await, open(&place, &["0a"]).await);
    let (by_one, by_two) = (written(&ana()), written(&eva()));
    let (one_did, two_did) = tokio::join!(
        one.remember_pushed("default", PPPOE, std::slice::from_ref(&by_one), 1),
        two.remember_pushed("default", PPPOE, std::slice::from_ref(&by_two), 1),
    );
    one_did.and(two_did).unwrap();
    for store in [&one, &two] {
        assert_eq!((compared(store, &ana()).await, compared(store, &eva()).await), (Pushed::Same, Pushed::Same));
    }
    assert!(
        query(&place, "SELECT password_hash FROM pushed_account")
            .await
            .iter()
            .flatten()
            .flatten()
            .all(|hash| hash.starts_with("v2."))
    );
}

async fn a_server_with_another_key_notices_before_it_serves(place: Place) {
    let store = open(&place, &["0a"]).await;
    store.fit_keys(1).await.unwrap();
    store.fit_keys(2).await.unwrap();
    let refused = open(&place, &["0b"]).await.fit_keys(3).await.unwrap_err();
    assert!(matches!(refused, StoreError::Seal(SealError::UnknownKey { key, .. }) if key == OLD));
}

/// It could open nothing any more.
#[tokio::test]
async fn keys_are_not_rotated_under_a_server_that_lacks_the_new_one() {
    let place = Place::sqlite();
    let store = open(&place, &["0b", "0a"]).await;
    store.keep_customers(&[ana()], |_| None, "api", 1).await.unwrap();
    let serving = Store::serve_alone(&place.url, &ring(&["0a"])).unwrap();
    let refused = store.rotate_keys(2).await.unwrap_err();
    assert!(matches!(&refused, StoreError::ServerLacksKey { key } if key == NEW));
    assert!(refused.to_string().contains("start it again"), "{refused}");
    drop(serving);
    let _serving = Store::serve_alone(&place.url, &ring(&["0b", "0a"])).unwrap();
    store.rotate_keys(2).await.unwrap();
}

#[test]
fn what_holds_a_secret_does_not_print_it() {
    let operator = NewOperator {
        id: "op".into(),
        username: "nadia".into(),
        email: "n@example.com".into(),
        role: Role::AdminStaff,
        password_hash: "canary".into(),
    };
    let printed = format!("{:?} {operator:?} {:?} {:?}", ring(&["0a"]), ana(), written(&ana()));
    assert!(!printed.contains("canary") && !printed.contains("0a0a"), "{printed}");
}

/// A column that nobody told the rotation of would be lost with its key.
async fn every_sealed_column_is_rotated(place: Place) {
    let store = open(&place, &["0a"]).await;
    let there = columns(&place).await.into_iter().flat_map(|(table, columns)| {
        let sealed = columns.into_iter().filter(|column| column.ends_with("_sealed"));
        sealed.map(move |column| format!("{table}.{column}")).collect::<Vec<_>>()
    });
    assert_eq!(store.check_sealed().await.unwrap().columns.into_keys().collect::<Vec<_>>(), there.collect::<Vec<_>>());
}

async fn one_server_serves_a_file_and_any_number_a_postgresql(place: Place) {
    let store = place.open().await;
    let serving = Store::serve_alone(&place.url, &ring(&["0a"])).unwrap();
    let other = Store::serve_alone(&place.url, &ring(&["0a"]));
    if place.url.starts_with("sqlite") {
        let refused = other.unwrap_err().to_string();
        assert!(refused.contains("netpilot.db-serving") && refused.contains("stop it first"), "{refused}");
    } else {
        drop(other.unwrap());
    }
    // Whoever does not serve works beside it.
    place.open().await.keep_customers(&[ana()], |_| None, "api", 1).await.unwrap();
    assert_eq!(store.customers().await.unwrap().len(), 1);
    drop(serving);
    drop(Store::serve_alone(&place.url, &ring(&["0a"])).unwrap());
}

on_both!(
    a_new_key_takes_over_and_the_old_one_can_go,
    a_rotation_that_was_cut_off_is_continued,
    others_write_while_keys_are_rotated,
    what_the_first_version_sealed_is_read_and_gets_todays_form,
    hashes_of_the_first_version_hold_as_long_as_they_can,
    a_value_that_was_moved_does_not_open_and_stops_no_other,
    programs_that_make_the_hash_key_at_once_have_the_same,
    a_server_with_another_key_notices_before_it_serves,
    every_sealed_column_is_rotated,
    one_server_serves_a_file_and_any_number_a_postgresql,
);
