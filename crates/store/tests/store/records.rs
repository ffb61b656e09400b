//! Customers and packages as the console works on them: nobody's change is lost, and what must be one of a kind is.

use domain::{
    customer::{Details, Password, ServiceType},
    wire::PackageBody,
    wire::PackageEdit,
};
use store::{Store, StoreError, StoredCustomer, StoredPackage};

use crate::{
    people::{ana, eva, gold, named},
    place::{Place, on_both},
};

struct Kept {
    store: Store,
    _place: Place,
}

/// A store with the package Gold in it.
async fn kept(place: Place) -> Kept {
    let store = place.open().await;
    store.insert_package("Gold", &gold(), "console", 1).await.unwrap();
    Kept { store, _place: place }
}

impl Kept {
    async fn add(&self, customer: &StoredCustomer) -> Result<i64, StoreError> {
        self.store.insert_customer(customer, "console", 1).await.map(|record| record.version)
    }

    /// The number somebody new was given.
    async fn add_numbered(&self, username: &str) -> String {
        let customer = StoredCustomer { id: "nobody".into(), username: username.into(), ..ana() };
        self.store.insert_numbered_customer(&customer, "console", 1).await.unwrap().id
    }

    async fn only_customer(&self) -> StoredCustomer {
        let [(customer, _)] = self.store.customers().await.unwrap().try_into().unwrap();
        customer
    }
}

async fn a_customer_is_added_changed_and_deleted_each_time_in_a_known_version(place: Place) {
    let kept = kept(place).await;
    let added = kept.store.insert_customer(&ana(), "console", 1).await.unwrap();
    assert_eq!((added.version, added.origin.as_str(), added.has_password), (1, "console", true));
    assert_eq!((added.mac_address.as_deref(), added.ip_address.as_deref()), (None, Some("10.0.0.5")));
    assert_eq!(kept.only_customer().await, ana());
    let moved =
        StoredCustomer { name: "Ana B".into(), service: ServiceType::Hotspot, username: "anab".into(), ..ana() };
    let changed = kept.store.update_customer(&moved, 1, 2).await.unwrap();
    assert_eq!((changed.version, changed.service_type), (2, ServiceType::Hotspot));
    assert_eq!(kept.store.customer_record("CUS-1").await.unwrap(), Some(changed));
    assert_eq!(kept.only_customer().await, moved);
    kept.store.delete_customer("CUS-1", 2).await.unwrap();
    assert_eq!(kept.store.customer_record("CUS-1").await.unwrap(), None);
}

async fn a_password_that_is_not_given_stays_and_details_that_are_emptied_go(place: Place) {
    let kept = kept(place).await;
    kept.add(&ana()).await.unwrap();
    let bare = StoredCustomer { password: None, details: Details::default(), mobile: None, ..ana() };
    kept.store.update_customer(&bare, 1, 2).await.unwrap();
    assert_eq!(kept.only_customer().await, StoredCustomer { password: ana().password, ..bare });
}

async fn of_two_changes_of_one_version_the_second_is_refused_and_loses_nothing(place: Place) {
    let kept = kept(place).await;
    kept.add(&ana()).await.unwrap();
    kept.store.update_customer(&StoredCustomer { name: "First".into(), ..ana() }, 1, 2).await.unwrap();
    let second = StoredCustomer { name: "Second".into(), ..ana() };
    assert!(matches!(kept.store.update_customer(&second, 1, 3).await, Err(StoreError::Changed(_))));
    assert!(matches!(kept.store.delete_customer("CUS-1", 1).await, Err(StoreError::Changed(_))));
    assert_eq!(kept.only_customer().await.name, "First");
    assert!(matches!(kept.store.update_customer(&eva(), 1, 3).await, Err(StoreError::Gone(_))));
    assert!(matches!(kept.store.delete_customer("CUS-2", 1).await, Err(StoreError::Gone(_))));
}

async fn a_username_is_one_customers_within_a_service(place: Place) {
    let kept = kept(place).await;
    kept.add(&ana()).await.unwrap();
    kept.add(&eva()).await.unwrap();
    let twin = StoredCustomer { username: "ana".into(), ..eva() };
    let StoreError::UsernameTaken { username, id, name } = kept.store.update_customer(&twin, 1, 2).await.unwrap_err()
    else {
        panic!("a twin was taken");
    };
    assert_eq!((username.as_str(), id.as_str(), name.as_str()), ("ana", "CUS-1", "Ana"));
    assert_eq!(kept.store.customer_record("CUS-2").await.unwrap().unwrap().pppoe_username, "eva");
    let third = StoredCustomer { id: "CUS-3".into(), ..ana() };
    assert!(matches!(kept.add(&third).await, Err(StoreError::UsernameTaken { .. })));
    assert!(kept.add(&StoredCustomer { service: ServiceType::Hotspot, ..third }).await.is_ok());
    assert!(matches!(kept.add(&StoredCustomer { username: "new".into(), ..ana() }).await, Err(StoreError::Taken(_))));
    assert_eq!(kept.store.customer_records().await.unwrap().len(), 3);
}

async fn a_customer_has_a_package_that_exists(place: Place) {
    let kept = kept(place).await;
    let lost = StoredCustomer { package: "Silver".into(), ..ana() };
    assert!(matches!(kept.add(&lost).await, Err(StoreError::NoSuchPackage(_))));
    kept.add(&ana()).await.unwrap();
    assert!(matches!(kept.store.update_customer(&lost, 1, 2).await, Err(StoreError::NoSuchPackage(_))));
    assert_eq!(kept.only_customer().await, ana());
}

async fn a_number_is_above_every_one_that_was_ever_given(place: Place) {
    let kept = kept(place).await;
    assert_eq!(kept.add_numbered("first").await, "CUS-1");
    for (at, id) in ["CUS-9", "CUS-10", "CUS-x1", "CUS-7b", "cus-99", "GUEST-50"].into_iter().enumerate() {
        kept.add(&StoredCustomer { id: id.into(), username: format!("user{at}"), ..ana() }).await.unwrap();
    }
    let twin = StoredCustomer { username: "first".into(), ..ana() };
    let refused = kept.store.insert_numbered_customer(&twin, "console", 1).await;
    assert!(matches!(refused, Err(StoreError::UsernameTaken { .. })));
    assert_eq!(kept.add_numbered("second").await, "CUS-11", "who is refused takes no number");
    kept.store.delete_customer("CUS-11", 1).await.unwrap();
    assert_eq!(kept.add_numbered("third").await, "CUS-12");
    kept.store.keep_customers(&[StoredCustomer { id: "CUS-41".into(), ..ana() }], |_| None, "api", 1).await.unwrap();
    kept.store.delete_customer("CUS-41", 1).await.unwrap();
    assert_eq!(kept.add_numbered("fourth").await, "CUS-42");
}

async fn a_number_too_long_to_be_one_of_ours_is_passed_by(place: Place) {
    let kept = kept(place).await;
    let of = |digits: String| StoredCustomer { id: format!("CUS-{digits}"), username: digits, ..ana() };
    for digits in [16, 17, 19, 60].map(|count| "9".repeat(count)) {
        kept.add(&of(digits)).await.unwrap();
    }
    assert_eq!(kept.add_numbered("short").await, "CUS-1");
    kept.add(&of("9".repeat(15))).await.unwrap();
    kept.add(&of(format!("1{}", "0".repeat(15)))).await.unwrap();
    assert_eq!(kept.add_numbered("one").await, "CUS-1000000000000001");
    assert_eq!(kept.add_numbered("two").await, "CUS-1000000000000002");
}

async fn a_packages_number_is_never_given_again(place: Place) {
    let kept = kept(place).await;
    let silver = kept.store.insert_package("Silver", &named("Silver"), "console", 1).await.unwrap();
    kept.store.delete_package(&silver.id, 1).await.unwrap();
    assert!(kept.store.insert_package("Gold", &gold(), "console", 1).await.is_err());
    let tin = kept.store.insert_package("Tin", &named("Tin"), "console", 1).await.unwrap();
    assert_eq!((silver.id.as_str(), tin.id.as_str()), ("PKG-2", "PKG-3"));
    kept.store.delete_package(&tin.id, 1).await.unwrap();
    let brought = StoredPackage { name: "Bronze".into(), body: named("Bronze") };
    kept.store.keep_packages(&[brought], "api", 2).await.unwrap();
    assert!(kept.store.package_record("PKG-4").await.unwrap().is_some());
}

async fn a_sync_keeps_the_details_it_does_not_mention_and_who_is_the_same_keeps_the_version(place: Place) {
    let kept = kept(place).await;
    kept.add(&ana()).await.unwrap();
    let version = async || kept.store.customer_record("CUS-1").await.unwrap().unwrap().version;
    let silent = StoredCustomer { details: Details::default(), ..ana() };
    kept.store.keep_customers(std::slice::from_ref(&silent), |_| Some(1), "api", 2).await.unwrap();
    assert_eq!((kept.only_customer().await, version().await), (ana(), 1));
    let zone = Details { zone: Some("South".into()), ..Details::default() };
    kept.store.keep_customers(&[StoredCustomer { details: zone, ..silent }], |_| Some(1), "api", 3).await.unwrap();
    let moved = StoredCustomer { details: Details { zone: Some("South".into()), ..ana().details }, ..ana() };
    assert_eq!((kept.only_customer().await, version().await), (moved, 2));
    let other = StoredCustomer { password: Some(Password::new("another")), ..ana() };
    kept.store.keep_customers(&[other], |_| Some(2), "api", 4).await.unwrap();
    assert_eq!(version().await, 3);
    assert_eq!(kept.store.customer_record("CUS-1").await.unwrap().unwrap().origin, "console");
}

async fn a_made_password_is_kept_by_whom_it_was_made_for_and_brings_nobody_back(place: Place) {
    let kept = kept(place).await;
    let bare = StoredCustomer { password: None, ..ana() };
    kept.add(&bare).await.unwrap();
    let made = |id: &str, version| vec![(id.to_owned(), version, Password::new("made"))];
    kept.store.keep_made_passwords(&[made("CUS-1", 7), made("CUS-2", 1)].concat(), 2).await.unwrap();
    assert_eq!(kept.store.customers().await.unwrap(), [(bare.clone(), 1)]);
    kept.store.keep_made_passwords(&made("CUS-1", 1), 2).await.unwrap();
    let with_it = StoredCustomer { password: Some(Password::new("made")), ..bare };
    assert_eq!(kept.store.customers().await.unwrap(), [(with_it, 2)]);
}

async fn a_package_keeps_its_id_and_takes_its_customers_along_to_a_new_name(place: Place) {
    let kept = kept(place).await;
    kept.add(&ana()).await.unwrap();
    let renamed = kept.store.update_package("PKG-1", "Gold 20", &named("Gold 20"), 1, 2).await.unwrap();
    assert_eq!((renamed.id.as_str(), renamed.version, renamed.customers), ("PKG-1", 2, 1));
    assert_eq!(renamed.package.name.as_deref(), Some("Gold 20"));
    let record = kept.store.customer_record("CUS-1").await.unwrap().unwrap();
    assert_eq!((record.service_package.as_str(), record.version), ("Gold 20", 2));
    let faster = PackageBody { download_speed: Some(99.0), ..named("Gold 20") };
    kept.store.update_package("PKG-1", "Gold 20", &faster, 2, 3).await.unwrap();
    assert_eq!(kept.store.customer_record("CUS-1").await.unwrap().unwrap().version, 2, "only a new name is theirs");
}

async fn of_several_edits_all_are_kept_or_none(place: Place) {
    let kept = kept(place).await;
    kept.store.insert_package("Silver", &named("Silver"), "console", 1).await.unwrap();
    let edit = |id: &str, name: &str, version, mbps| PackageEdit {
        id: id.into(),
        version,
        package: PackageBody { download_speed: Some(mbps), ..named(name) },
    };
    let speeds = async || {
        let packages = kept.store.packages().await.unwrap();
        packages.iter().filter_map(|stored| stored.body.download_speed).collect::<Vec<_>>()
    };
    let gold = || edit("PKG-1", "Gold", 1, 20.0);
    let stale = kept.store.edit_packages(&[gold(), edit("PKG-2", "Silver", 7, 20.0)], 2).await;
    assert!(matches!(stale, Err(StoreError::Changed(_))));
    let gone = kept.store.edit_packages(&[gold(), edit("PKG-9", "Tin", 1, 20.0)], 2).await;
    assert!(matches!(gone, Err(StoreError::Gone(_))));
    let renamed = kept.store.edit_packages(&[edit("PKG-1", "Gold 20", 1, 20.0)], 2).await;
    assert!(matches!(renamed, Err(StoreError::Changed(_))));
    assert_eq!(speeds().await, [10.0, 10.0]);
    kept.store.edit_packages(&[gold(), edit("PKG-2", "Silver", 1, 5.0)], 2).await.unwrap();
    assert_eq!(speeds().await, [20.0, 5.0]);
    let record = kept.store.package_record("PKG-1").await.unwrap().unwrap();
    assert_eq!((record.version, record.origin.as_str()), (2, "console"));
}

async fn packages_have_names_of_their_own_and_stale_changes_are_refused(place: Place) {
    let kept = kept(place).await;
    let silver = kept.store.insert_package("Silver", &named("Silver"), "console", 1).await.unwrap();
    assert_eq!(silver.id, "PKG-2");
    let taken = kept.store.insert_package("Gold", &gold(), "console", 1).await;
    assert!(matches!(taken, Err(StoreError::Taken(name)) if name == "Gold"));
    let taken = kept.store.update_package("PKG-2", "Gold", &gold(), 1, 2).await;
    assert!(matches!(taken, Err(StoreError::Taken(_))));
    let stale = kept.store.update_package("PKG-2", "Silver", &named("Silver"), 7, 2).await;
    assert!(matches!(stale, Err(StoreError::Changed(_))));
    let gone = kept.store.update_package("PKG-9", "Tin", &named("Tin"), 1, 2).await;
    assert!(matches!(gone, Err(StoreError::Gone(_))));
    assert_eq!(kept.store.package_record("PKG-2").await.unwrap(), Some(silver));
}

async fn a_package_that_somebody_has_stays(place: Place) {
    let kept = kept(place).await;
    kept.add(&ana()).await.unwrap();
    kept.add(&eva()).await.unwrap();
    let in_use = kept.store.delete_package("PKG-1", 1).await;
    assert!(matches!(in_use, Err(StoreError::PackageInUse { customers: 2 })));
    assert_eq!(kept.store.package_records().await.unwrap().len(), 1);
    for id in ["CUS-1", "CUS-2"] {
        kept.store.delete_customer(id, 1).await.unwrap();
    }
    assert!(matches!(kept.store.delete_package("PKG-1", 2).await, Err(StoreError::Changed(_))));
    kept.store.delete_package("PKG-1", 1).await.unwrap();
    assert!(matches!(kept.store.delete_package("PKG-1", 1).await, Err(StoreError::Gone(_))));
}

async fn a_package_that_a_sync_brings_is_numbered_and_keeps_its_number(place: Place) {
    let kept = kept(place).await;
    let stored = |name: &str, body| StoredPackage { name: name.into(), body };
    let faster = PackageBody { download_speed: Some(20.0), ..gold() };
    let brought = [stored("Silver", named("Silver")), stored("Gold", faster), stored("Tin", named("Tin"))];
    kept.store.keep_packages(&brought, "api", 2).await.unwrap();
    let mut packages = kept.store.package_records().await.unwrap();
    packages.sort_by(|a, b| a.id.cmp(&b.id));
    let seen: Vec<_> = packages
        .iter()
        .map(|kept| (kept.id.as_str(), kept.package.name.as_deref().unwrap(), kept.origin.as_str(), kept.version))
        .collect();
    let expected = [("PKG-1", "Gold", "console", 2), ("PKG-2", "Silver", "api", 1), ("PKG-3", "Tin", "api", 1)];
    assert_eq!(seen, expected);
}

on_both!(
    a_customer_is_added_changed_and_deleted_each_time_in_a_known_version,
    a_password_that_is_not_given_stays_and_details_that_are_emptied_go,
    of_two_changes_of_one_version_the_second_is_refused_and_loses_nothing,
    a_username_is_one_customers_within_a_service,
    a_customer_has_a_package_that_exists,
    a_number_is_above_every_one_that_was_ever_given,
    a_number_too_long_to_be_one_of_ours_is_passed_by,
    a_packages_number_is_never_given_again,
    a_sync_keeps_the_details_it_does_not_mention_and_who_is_the_same_keeps_the_version,
    a_made_password_is_kept_by_whom_it_was_made_for_and_brings_nobody_back,
    a_package_keeps_its_id_and_takes_its_customers_along_to_a_new_name,
    of_several_edits_all_are_kept_or_none,
    packages_have_names_of_their_own_and_stale_changes_are_refused,
    a_package_that_somebody_has_stays,
    a_package_that_a_sync_brings_is_numbered_and_keeps_its_number,
);
