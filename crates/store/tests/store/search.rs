//! Finding customers: who is found, page by page while others come and go, by words that follow every change; and that
//! no engine reads everybody for it.

use std::collections::BTreeSet;

use domain::{
    customer::{ServiceType, Setting},
    search::{Search, index},
};
use store::{Cursor, CustomerPage, CustomerQuery, Store, StoredCustomer, StoredPackage};

use crate::{
    engines::{execute, query},
    people::{ana, gold, named},
    place::{Place, on_both},
};

async fn page(store: &Store, q: &str, after: Option<Cursor>, limit: usize) -> CustomerPage {
    let search = Search::new(q);
    store.customer_page(&CustomerQuery { search: &search, package: None, after, limit }).await.unwrap()
}

/// Who is found on the first page.
async fn found(store: &Store, q: &str) -> Vec<String> {
    let CustomerPage { items, next, total } = page(store, q, None, 100).await;
    assert_eq!((next, total), (None, Some(items.len())), "{q:?}");
    items.into_iter().map(|record| record.id).collect()
}

fn customer(n: usize, name: &str) -> StoredCustomer {
    StoredCustomer { id: format!("CUS-{n}"), name: name.into(), username: format!("user{n}"), ..ana() }
}

async fn kept(place: &Place, customers: &[StoredCustomer]) -> Store {
    let store = place.open().await;
    store.insert_package("Gold", &gold(), "console", 1).await.unwrap();
    store.keep_customers(customers, |_| None, "api", 1).await.unwrap();
    store
}

fn various() -> Vec<StoredCustomer> {
    vec![
        StoredCustomer {
            mobile: Some("+880 1712 553018".into()),
            mac_address: Setting::Is("AA:BB:CC:DD:EE:0F".into()),
            username: "rahim-0172.home".into(),
            ..customer(1, "Rahim Uddin")
        },
        StoredCustomer {
            mobile: None, ip_address: Setting::Is("10.10.0.51".into()), ..customer(2, "siobhán O’Brien")
        },
        StoredCustomer {
            package: "Home 10".into(), mobile: Some("01999".into()), ..customer(3, "ОЛЬГА Иванова")
        },
        StoredCustomer { mac_address: Setting::Is("02:00:00:12:34:56".into()), ..customer(4, "رহিমা aabb") },
        StoredCustomer { service: ServiceType::Hotspot, ..customer(5, "rahim uddin") },
    ]
}

async fn everybody_is_found_by_the_words_of_theirs_and_nobody_else(place: Place) {
    let store = kept(&place, &various()).await;
    let records = store.customer_records().await.unwrap();
    for q in [
        "",
        " ",
        "rah",
        "UDDIN rahim",
        "uddin rahim x",
        "o'b",
        "O’BRIEN",
        "siobhán 10.10.0.5",
        "иван",
        "রহি",
        "ahim",
        "0172",
        "home",
        "home 10",
        "gold user",
        "10.",
        "0.0",
        "1712",
        "+880-1712",
        "3018",
        "018",
        "553018",
        "aa:bb",
        "AABB.CCDD.EE0F",
        "aabbcc",
        "aabb",
        "cc-dd",
        "ee0f",
        "12:34",
        "34:56",
        "a",
        "a:",
        "880 aa:bb uddin",
        "uddin udd",
        "%",
        "_",
        "'",
        "\\",
        "user1 user1",
        "\0",
    ] {
        let search = Search::new(q);
        let mut expected: Vec<_> = records.iter().filter(|record| search.finds(*record)).collect();
        expected.sort_by_key(|record| (index::sort_name(&record.name), &record.id));
        let expected: Vec<_> = expected.iter().map(|record| record.id.clone()).collect();
        assert_eq!(found(&store, q).await, expected, "{q:?}");
    }
    assert_eq!(found(&store, "rahim").await, ["CUS-1", "CUS-5"], "of one name the ids decide");
    assert!(found(&store, "2:3").await.is_empty(), "it begins within a pair");
    let search = Search::new("user");
    let query = CustomerQuery { search: &search, package: Some("Gold"), after: None, limit: 10 };
    let of_gold: Vec<_> = store.customer_page(&query).await.unwrap().items.into_iter().map(|one| one.id).collect();
    assert_eq!(of_gold, ["CUS-5", "CUS-2", "CUS-4"]);
    let query = CustomerQuery { package: Some("gold"), ..query };
    assert_eq!(store.customer_page(&query).await.unwrap().items, []);
}

async fn pages_have_no_gap_and_no_double_while_others_come_and_go(place: Place) {
    let people: Vec<_> = (0..30).map(|n| customer(n, &format!("Name {:02}", n / 2))).collect();
    let store = kept(&place, &people).await;
    for (q, total) in [("", 30), ("name gold", 30), ("user1", 11)] {
        let mut after = None;
        let mut seen = Vec::new();
        let mut pages = 0_usize;
        let mut gone = None;
        loop {
            let page = page(&store, q, after, 4).await;
            assert!(page.total.is_some_and(|now| (total - 1..=total + 1).contains(&now)), "{q:?}: {:?}", page.total);
            seen.extend(page.items.into_iter().map(|record| record.id));
            // Before where we are, so that a page that is found by counting would shift. The place is deleted itself.
            let before = StoredCustomer { username: "user1-before".into(), ..customer(900, "Aaa Name") };
            let last = people.iter().find(|one| Some(&one.id) == seen.last()).unwrap().clone();
            if pages == 0 {
                store.keep_customers(&[before], |_| None, "api", 2).await.unwrap();
                store.delete_customer(&last.id, 1).await.unwrap();
                gone = Some(last);
            } else if let Some(gone) = gone.take() {
                store.keep_customers(&[gone], |_| None, "api", 2).await.unwrap();
                store.delete_customer("CUS-900", 1).await.unwrap();
            }
            pages += 1;
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), total, "{q:?}");
        assert_eq!(seen.len(), total, "{q:?}");
        assert_eq!(pages, total.div_ceil(4));
    }
    let behind = Cursor { sort_name: "zz".into(), id: String::new() };
    assert_eq!(
        page(&store, "name", Some(behind), 4).await,
        CustomerPage { items: vec![], next: None, total: Some(30) }
    );
}

/// Compares every word on disk with those that the customers should have.
async fn assert_words_are_true(place: &Place, store: &Store) {
    let (mut expected, mut sorted) = (Vec::new(), Vec::new());
    for record in store.customer_records().await.unwrap() {
        let sort_name = index::sort_name(&record.name);
        let row = |word| [word, record.id.clone(), sort_name.clone()].map(Some).to_vec();
        expected.extend(index::words(&record).into_iter().map(row));
        sorted.push(vec![Some(record.id), Some(sort_name)]);
    }
    sorted.sort();
    assert_eq!(query(place, "SELECT id, sort_name FROM customer ORDER BY id").await, sorted);
    let mut kept = query(place, "SELECT word, customer_id, sort_name FROM customer_word").await;
    kept.sort();
    expected.sort();
    assert!(!expected.is_empty());
    assert_eq!(kept, expected);
}

async fn words_follow_every_change(place: Place) {
    let store = kept(&place, &various()).await;
    assert_words_are_true(&place, &store).await;
    let eva = StoredCustomer { mobile: Some("0555 12345".into()), ..customer(7, "Eva Vogel") };
    store.insert_customer(&eva, "console", 2).await.unwrap();
    let nth = StoredCustomer { username: "nth".into(), ..ana() };
    let added = store.insert_numbered_customer(&nth, "console", 2).await.unwrap();
    assert_eq!(found(&store, "nth").await, [added.id.as_str()]);
    assert_eq!(found(&store, "vogel 2345").await, ["CUS-7"]);
    assert_words_are_true(&place, &store).await;

    let married = StoredCustomer { name: "Eva Ast".into(), mobile: None, ..eva.clone() };
    store.update_customer(&married, 1, 3).await.unwrap();
    assert!(found(&store, "vogel").await.is_empty() && found(&store, "2345").await.is_empty());
    assert_eq!(found(&store, "eva ast").await, ["CUS-7"]);
    assert_words_are_true(&place, &store).await;

    let twin = StoredCustomer { username: "nth".into(), name: "Refused".into(), ..eva.clone() };
    assert!(store.update_customer(&twin, 2, 4).await.is_err());
    assert!(store.insert_customer(&StoredCustomer { id: "X".into(), ..twin }, "console", 4).await.is_err());
    assert!(found(&store, "refused").await.is_empty());
    store.keep_customers(&[StoredCustomer { status: "Suspended".into(), ..eva }], |_| Some(2), "api", 5).await.unwrap();
    assert_eq!(found(&store, "vogel 2345").await, ["CUS-7"]);
    assert_words_are_true(&place, &store).await;

    store.delete_customer("CUS-7", 3).await.unwrap();
    assert!(store.delete_customer("CUS-1", 9).await.is_err());
    assert!(found(&store, "vogel").await.is_empty());
    assert_eq!(found(&store, "rahim-0172").await, ["CUS-1"]);
    assert_words_are_true(&place, &store).await;
}

async fn customers_are_found_by_the_new_name_of_their_package(place: Place) {
    let goldie = StoredCustomer { username: "goldie".into(), ..customer(1, "Ana") };
    let people: Vec<_> = (2..600).map(|n| customer(n, "Bo")).chain([goldie]).collect();
    let store = kept(&place, &people).await;
    store.keep_packages(&[StoredPackage { name: "Gold 20".into(), body: named("Gold 20") }], "api", 2).await.unwrap();
    store.update_package("PKG-1", "Silver 30", &named("Silver 30"), 1, 3).await.unwrap();
    assert_eq!(page(&store, "silver 30", None, 1).await.total, Some(599));
    assert_eq!(found(&store, "gold").await, ["CUS-1"], "the username begins so too");
    let everybody = Search::new("");
    let query = CustomerQuery { search: &everybody, package: Some("Silver 30"), after: None, limit: 1 };
    assert_eq!(store.customer_page(&query).await.unwrap().total, Some(599));
    let query = CustomerQuery { package: Some("Gold"), ..query };
    assert_eq!(store.customer_page(&query).await.unwrap().total, Some(0));
    assert_words_are_true(&place, &store).await;
}

async fn who_has_no_words_yet_gets_them_when_the_database_is_opened(place: Place) {
    let people: Vec<_> = (0..1_201).map(|n| customer(n, "Bo")).collect();
    drop(kept(&place, &people).await);
    // As an older version left it: and again as if a part had been done when the program was stopped.
    execute(&place, "UPDATE customer SET sort_name = NULL; DELETE FROM customer_word").await;
    let store = place.open().await;
    assert_eq!(page(&store, "bo gold", None, 1).await.total, Some(1_201));
    assert_words_are_true(&place, &store).await;
    drop(store);
    execute(
        &place,
        "UPDATE customer SET sort_name = NULL WHERE id > 'CUS-5';
         DELETE FROM customer_word WHERE customer_id > 'CUS-7'",
    )
    .await;
    assert_words_are_true(&place, &place.open().await).await;
}

/// 20,001 customers with a few words each: one everybody has, one only the second half.
async fn filled(place: &Place) -> Store {
    let store = kept(place, &[]).await;
    execute(
        place,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20001)
         INSERT INTO customer (id, name, package, status, service_type, username, origin, updated_ms, sort_name)
         SELECT 'CUS-' || i, 'Bo ' || (10000 + i), 'Gold', 'Active', 'pppoe', 'user' || i, 'api', 1,
                'bo ' || (10000 + i) FROM n;
         INSERT INTO customer_word (word, customer_id, sort_name)
         SELECT 'wuser' || substr(id, 5), id, sort_name FROM customer UNION ALL
         SELECT 'wgold', id, sort_name FROM customer UNION ALL
         SELECT 'wbo', id, sort_name FROM customer UNION ALL
         SELECT 'm0200000' || substr(sort_name, 4), id, sort_name FROM customer UNION ALL
         SELECT 't1' || substr(sort_name, 4), id, sort_name FROM customer UNION ALL
         SELECT 'wlast', id, sort_name FROM customer WHERE sort_name > 'bo 2'",
    )
    .await;
    if !place.url.starts_with("sqlite") {
        execute(place, "ANALYZE").await;
    }
    store
}

async fn what_many_have_is_not_counted_and_found_page_by_page(place: Place) {
    let store = filled(&place).await;
    let first = page(&store, "gold bo user", None, 3).await;
    assert_eq!(
        first.items.iter().map(|record| record.name.as_str()).collect::<Vec<_>>(),
        ["Bo 10001", "Bo 10002", "Bo 10003"]
    );
    assert_eq!(first.total, None);
    let second = page(&store, "gold bo user", first.next, 3).await;
    assert_eq!(second.items[0].name, "Bo 10004");
    let sorted = page(&store, "last gold", None, 3).await;
    assert_eq!((sorted.items[0].name.as_str(), sorted.total), ("Bo 20000", None));
    assert_eq!(page(&store, "last gold", sorted.next, 3).await.items[0].name, "Bo 20003");
    let mut counted = page(&store, "last", None, 10_000).await;
    assert_eq!(
        (counted.items.len(), counted.total, counted.items[9_999].name.as_str()),
        (10_000, Some(10_002), "Bo 29999")
    );
    counted = page(&store, "last", counted.next, 10_000).await;
    assert_eq!((counted.items.len(), counted.total, counted.next), (2, Some(10_002), None));
    let most = page(&store, "gold", None, 3).await;
    assert_eq!((most.items[0].name.as_str(), most.items.len(), most.total), ("Bo 10001", 3, None));
    let few = page(&store, "gold user1999", None, 20).await;
    assert_eq!((few.items.len(), few.total), (11, Some(11)));
    assert_eq!(page(&store, "gold xyzzy", None, 3).await, CustomerPage { items: vec![], next: None, total: Some(0) });
    assert_eq!(page(&store, "", None, 3).await.total, Some(20_001));
}

async fn no_search_reads_everybody(place: Place) {
    let store = filled(&place).await;
    let is_sqlite = place.url.starts_with("sqlite");
    let by_word =
        if is_sqlite { "SEARCH customer_word USING PRIMARY KEY (word>? AND word<?)" } else { "customer_word_pkey" };
    for q in ["", "gold", "user77", "gold bo", "0234", "02:00:00:01", "user1 gold 1012 bo"] {
        for after in [None, Some(Cursor { sort_name: "bo 20000".into(), id: "CUS-10000".into() })] {
            let search = Search::new(q);
            let package = q.is_empty().then_some("Gold").filter(|_| after.is_some());
            let query = CustomerQuery { search: &search, package, after, limit: 100 };
            let plans = store.explain_customer_page(&query).await.unwrap();
            let [walk, others @ ..] = plans.as_slice() else { panic!("nothing is planned") };
            assert!(walk.contains("customer_by_sort_name"), "{q:?}: {walk}");
            for plan in others {
                assert!(plan.contains(by_word), "{q:?}: {plan}");
            }
            for plan in &plans {
                let scans = ["Seq Scan", "SCAN customer", "SCAN other"];
                assert!(!scans.iter().any(|scan| plan.contains(scan)), "{q:?}: {plan}");
            }
            if query.search.beginnings().len() > 1 {
                assert!(plans.last().unwrap().contains("customer_word_by_customer"), "{q:?}: {plans:?}");
            }
        }
    }
}

on_both!(
    everybody_is_found_by_the_words_of_theirs_and_nobody_else,
    pages_have_no_gap_and_no_double_while_others_come_and_go,
    words_follow_every_change,
    customers_are_found_by_the_new_name_of_their_package,
    who_has_no_words_yet_gets_them_when_the_database_is_opened,
    what_many_have_is_not_counted_and_found_page_by_page,
    no_search_reads_everybody,
);
