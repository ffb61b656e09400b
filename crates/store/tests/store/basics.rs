//! What goes in comes out, also after it was closed.

use domain::{
    customer::{Password, ServiceType},
    role::Role,
    sync::Pushed,
    wire::PackageBody,
};
use store::{NewOperator, PushedAccount, StoreError, StoredCustomer, StoredPackage};

use crate::{
    people::ana,
    place::{Place, on_both},
};

async fn customers_and_packages_survive_a_restart_and_passwords_lie_sealed(place: Place) {
    let gold = StoredPackage {
        name: "Gold".into(),
        body: PackageBody { name: Some("Gold".into()), download_speed: Some(10.0), ..PackageBody::default() },
    };
    {
        let store = place.open().await;
        store.keep_customers(&[ana()], |_| None, "api", 1).await.unwrap();
        store.keep_packages(std::slice::from_ref(&gold), "api", 1).await.unwrap();
    }
    let store = place.open().await;
    assert_eq!(store.customers().await.unwrap(), [(ana(), 1)]);
    assert_eq!(store.packages().await.unwrap(), [gold]);
    for file in std::fs::read_dir(place.dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(13).any(|window| window == b"canary-s3cret"));
    }
}

async fn a_customer_kept_twice_is_one_customer(place: Place) {
    let store = place.open().await;
    store.keep_customers(&[ana()], |_| None, "api", 1).await.unwrap();
    let renamed = StoredCustomer { name: "Ana B".into(), ..ana() };
    store.keep_customers(std::slice::from_ref(&renamed), |_| Some(1), "api", 2).await.unwrap();
    assert_eq!(store.customers().await.unwrap(), [(renamed.clone(), 2)]);
    // Whoever read an older version keeps nothing, of nobody.
    let other = StoredCustomer { id: "CUS-9".into(), ..ana() };
    for read in [Some(1), None] {
        let late = store.keep_customers(&[other.clone(), ana()], |id| read.filter(|_| id == "CUS-1"), "api", 3).await;
        assert!(matches!(late, Err(StoreError::Changed(_))), "{read:?}");
    }
    assert_eq!(store.customers().await.unwrap(), [(renamed, 2)]);
}

async fn a_pushed_password_is_known_again(place: Place) {
    let store = place.open().await;
    let (secret, other) = (Password::new("s"), Password::new("t"));
    let written = |password| PushedAccount {
        customer_id: "CUS-1".into(),
        username: "ana".into(),
        comment: "NetPilot Customer: Ana (ID: CUS-1)".into(),
        password,
    };
    for password in [Some(secret.clone()), None] {
        store.remember_pushed("default", ServiceType::Pppoe, &[written(password)], 1).await.unwrap();
    }
    let pushed = store.pushed_accounts("default", ServiceType::Pppoe).await.unwrap();
    assert_eq!(pushed.compare("CUS-1", Some(&secret)), Pushed::Same);
    assert_eq!(pushed.compare("CUS-1", Some(&other)), Pushed::Other);
    assert_eq!(pushed.compare("CUS-2", Some(&secret)), Pushed::Never);
    assert_eq!(pushed.last("CUS-1"), Some(("ana", "NetPilot Customer: Ana (ID: CUS-1)")));
    let one = ["CUS-1".to_owned()];
    store.owe_ends("default", ServiceType::Pppoe, &one, 2).await.unwrap();
    store.forget_passwords("default", ServiceType::Pppoe, &one).await.unwrap();
    let after = store.pushed_accounts("default", ServiceType::Pppoe).await.unwrap();
    assert_eq!((after.compare("CUS-1", Some(&secret)), after.owes_end("CUS-1")), (Pushed::Never, true));
    assert_eq!(after.last("CUS-1"), pushed.last("CUS-1"));
    store.settle_ends("default", ServiceType::Pppoe, &one).await.unwrap();
    assert!(!store.pushed_accounts("default", ServiceType::Pppoe).await.unwrap().owes_end("CUS-1"));
    let hotspot = store.pushed_accounts("default", ServiceType::Hotspot).await.unwrap();
    assert_eq!(hotspot.compare("CUS-1", Some(&secret)), Pushed::Never);
}

async fn an_operator_signs_in_by_name_or_address_until_the_sign_in_ends(place: Place) {
    let store = place.open().await;
    let new = NewOperator {
        id: "op-1".into(),
        username: "nadia".into(),
        email: "nadia@example.com".into(),
        role: Role::AdminStaff,
        password_hash: "hash".into(),
    };
    store.add_operator(&new, 1).await.unwrap();
    assert!(matches!(store.add_operator(&new, 1).await, Err(StoreError::Taken(_))));
    for login in ["nadia", "nadia@example.com"] {
        assert_eq!(store.operator_by_login(login).await.unwrap().unwrap().operator.role, Role::AdminStaff);
    }
    store.begin_sign_in("reference", "op-1", 5).await.unwrap();
    store.touch_sign_in("reference", 9).await.unwrap();
    let sign_in = store.sign_in("reference").await.unwrap().unwrap();
    assert_eq!((sign_in.created_ms, sign_in.last_used_ms), (5, 9));
    store.end_sign_in("reference").await.unwrap();
    assert!(store.sign_in("reference").await.unwrap().is_none());
}

async fn writers_that_read_first_wait_for_each_other(place: Place) {
    let store = place.open().await;
    let writes = (0..50).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let id = format!("CUS-{n}");
            store.keep_customers(&[StoredCustomer { id, ..ana() }], |_| None, "api", 1).await
        })
    });
    for write in writes.collect::<Vec<_>>() {
        write.await.unwrap().unwrap();
    }
    assert_eq!(store.customers().await.unwrap().len(), 50);
}

async fn read_only_is_remembered_per_router(place: Place) {
    let store = place.open().await;
    assert_eq!(store.router_read_only("default").await.unwrap(), None);
    store.set_router_read_only("default", true).await.unwrap();
    store.set_router_read_only("default", false).await.unwrap();
    assert_eq!(store.router_read_only("default").await.unwrap(), Some(false));
}

async fn what_is_ignored_is_kept_by_router_and_service_until_it_is_noticed(place: Place) {
    {
        let store = place.open().await;
        store.ignore_drift("default", ServiceType::Pppoe, "ana", "one", 1).await.unwrap();
        store.ignore_drift("default", ServiceType::Pppoe, "ana", "two", 2).await.unwrap();
        store.ignore_drift("default", ServiceType::Pppoe, "eva", "x", 2).await.unwrap();
    }
    let store = place.open().await;
    let ignored = store.ignored_drift("default", ServiceType::Pppoe).await.unwrap();
    assert_eq!(ignored, [("ana".to_owned(), "two".to_owned()), ("eva".to_owned(), "x".to_owned())].into());
    assert!(store.ignored_drift("default", ServiceType::Hotspot).await.unwrap().is_empty());
    assert!(store.ignored_drift("other", ServiceType::Pppoe).await.unwrap().is_empty());
    store.notice_drift("default", ServiceType::Pppoe, &["ana".to_owned()]).await.unwrap();
    let left = store.ignored_drift("default", ServiceType::Pppoe).await.unwrap();
    assert_eq!(left.keys().collect::<Vec<_>>(), ["eva"]);
}

on_both!(
    customers_and_packages_survive_a_restart_and_passwords_lie_sealed,
    a_customer_kept_twice_is_one_customer,
    a_pushed_password_is_known_again,
    an_operator_signs_in_by_name_or_address_until_the_sign_in_ends,
    writers_that_read_first_wait_for_each_other,
    read_only_is_remembered_per_router,
    what_is_ignored_is_kept_by_router_and_service_until_it_is_noticed,
);
