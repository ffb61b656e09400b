//! The store on a real file: what goes in comes out, also after it was closed, and secrets lie there sealed.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use domain::{
    customer::{Details, Password, ServiceType, Setting},
    role::Role,
    sync::Pushed,
    wire::PackageBody,
};
use store::{Keyring, NewOperator, PushedAccount, Store, StoreError, StoredCustomer, StoredPackage};
use tempfile::TempDir;

async fn open(dir: &TempDir) -> Store {
    let keys = Keyring::read(&"0a".repeat(32)).unwrap();
    Store::open(&format!("sqlite://{}/netpilot.db", dir.path().display()), keys).await.unwrap()
}

fn ana() -> StoredCustomer {
    StoredCustomer {
        id: "CUS-1".into(),
        name: "Ana".into(),
        mobile: Some("+880 1712".into()),
        email: None,
        package: "Gold".into(),
        status: "Active".into(),
        details: Details { zone: Some("North".into()), ..Details::default() },
        service: ServiceType::Pppoe,
        username: "ana".into(),
        password: Some(Password::new("canary-s3cret")),
        mac_address: Setting::Cleared,
        ip_address: Setting::Is("10.0.0.5".into()),
    }
}

#[tokio::test]
async fn customers_and_packages_survive_a_restart_and_passwords_lie_sealed() {
    let dir = TempDir::new().unwrap();
    let gold = StoredPackage {
        name: "Gold".into(),
        body: PackageBody { name: Some("Gold".into()), download_speed: Some(10.0), ..PackageBody::default() },
    };
    {
        let store = open(&dir).await;
        store.keep_customers(&[ana()], |_| None, "api", 1).await.unwrap();
        store.keep_packages(std::slice::from_ref(&gold), "api", 1).await.unwrap();
    }
    let store = open(&dir).await;
    assert_eq!(store.customers().await.unwrap(), [(ana(), 1)]);
    assert_eq!(store.packages().await.unwrap(), [gold]);
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(13).any(|window| window == b"canary-s3cret"));
    }
}

#[tokio::test]
async fn a_customer_kept_twice_is_one_customer() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).await;
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

#[tokio::test]
async fn a_pushed_password_is_known_again() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).await;
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
    let hotspot = store.pushed_accounts("default", ServiceType::Hotspot).await.unwrap();
    assert_eq!(hotspot.compare("CUS-1", Some(&secret)), Pushed::Never);
}

#[tokio::test]
async fn an_operator_signs_in_by_name_or_address_until_the_sign_in_ends() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).await;
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

#[tokio::test]
async fn writers_that_read_first_wait_for_each_other() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).await;
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

#[tokio::test]
async fn another_engine_is_refused_in_words_and_without_its_password() {
    let keys = Keyring::read(&"0a".repeat(32)).unwrap();
    let error = Store::open("postgres://netpilot:s3cret@db/netpilot", keys).await.unwrap_err().to_string();
    assert!(error.contains("only SQLite") && !error.contains("s3cret"), "{error}");
}

#[tokio::test]
async fn read_only_is_remembered_per_router() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).await;
    assert_eq!(store.router_read_only("default").await.unwrap(), None);
    store.set_router_read_only("default", true).await.unwrap();
    store.set_router_read_only("default", false).await.unwrap();
    assert_eq!(store.router_read_only("default").await.unwrap(), Some(false));
}

#[tokio::test]
async fn what_is_ignored_is_kept_by_router_and_service_until_it_is_noticed() {
    let dir = TempDir::new().unwrap();
    {
        let store = open(&dir).await;
        store.ignore_drift("default", ServiceType::Pppoe, "ana", "one", 1).await.unwrap();
        store.ignore_drift("default", ServiceType::Pppoe, "ana", "two", 2).await.unwrap();
        store.ignore_drift("default", ServiceType::Pppoe, "eva", "x", 2).await.unwrap();
    }
    let store = open(&dir).await;
    let ignored = store.ignored_drift("default", ServiceType::Pppoe).await.unwrap();
    assert_eq!(ignored, [("ana".to_owned(), "two".to_owned()), ("eva".to_owned(), "x".to_owned())].into());
    assert!(store.ignored_drift("default", ServiceType::Hotspot).await.unwrap().is_empty());
    assert!(store.ignored_drift("other", ServiceType::Pppoe).await.unwrap().is_empty());
    store.notice_drift("default", ServiceType::Pppoe, &["ana".to_owned()]).await.unwrap();
    let left = store.ignored_drift("default", ServiceType::Pppoe).await.unwrap();
    assert_eq!(left.keys().collect::<Vec<_>>(), ["eva"]);
}
