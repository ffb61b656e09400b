//! The audit: added to, read page by page, never changed.

use store::{AuditFilter, AuditRow};

use crate::{
    engines::try_to_execute,
    place::{Place, on_both},
};

fn row(n: i64) -> AuditRow {
    AuditRow {
        id: format!("a{n:03}"),
        at_ms: n * 1000,
        actor: if n % 2 == 0 { "nadia" } else { "budi" }.to_owned(),
        action: if n % 3 == 0 { "customer.update" } else { "session.disconnect" }.to_owned(),
        object_kind: "customer".to_owned(),
        customer_id: Some(format!("CUS-{}", n % 5)),
        outcome: "done".to_owned(),
        ..AuditRow::default()
    }
}

async fn rows_are_listed_the_latest_first_by_who_what_whom_and_when(place: Place) {
    let store = place.open().await;
    for n in 1..=30 {
        store.add_to_audit(&row(n)).await.unwrap();
    }
    let ids = async |filter: AuditFilter, at_most| {
        let rows = store.audit(&filter, at_most).await.unwrap();
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let all = AuditFilter::default;
    assert_eq!(ids(all(), 2).await, ["a030", "a029"]);
    assert_eq!(ids(AuditFilter { before: Some("a002".into()), ..all() }, 9).await, ["a001"]);
    let nadia = AuditFilter { actor: Some("nadia".into()), action: Some("customer.update".into()), ..all() };
    assert_eq!(ids(nadia, 9).await, ["a030", "a024", "a018", "a012", "a006"]);
    let one = AuditFilter { customer_id: Some("CUS-3".into()), since_ms: Some(8000), until_ms: Some(18_000), ..all() };
    assert_eq!(ids(one, 9).await, ["a013", "a008"]);
    assert_eq!(store.audit(&all(), 1).await.unwrap(), [row(30)]);
}

async fn what_has_ended_is_listed_once_and_what_has_not_is_told(place: Place) {
    let store = place.open().await;
    let begun = |n| AuditRow { outcome: "begun".to_owned(), ..row(n) };
    store.add_to_audit(&begun(1)).await.unwrap();
    store.add_to_audit(&begun(2)).await.unwrap();
    store.add_to_audit(&AuditRow { begun_id: Some("a001".to_owned()), ..row(3) }).await.unwrap();
    let listed = store.audit(&AuditFilter::default(), 9).await.unwrap();
    let listed: Vec<_> = listed.iter().map(|row| (row.id.as_str(), row.outcome.as_str())).collect();
    assert_eq!(listed, [("a003", "done"), ("a002", "begun")]);
}

async fn nothing_in_it_can_be_changed_or_deleted(place: Place) {
    let store = place.open().await;
    store.add_to_audit(&row(1)).await.unwrap();
    for harm in ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit", "DELETE FROM audit WHERE id = 'a001'"] {
        let refused = try_to_execute(&place, harm).await.unwrap_err();
        assert!(refused.contains("only added to"), "{harm}: {refused}");
    }
    assert_eq!(store.audit(&AuditFilter::default(), 9).await.unwrap(), [row(1)]);
}

on_both!(
    rows_are_listed_the_latest_first_by_who_what_whom_and_when,
    what_has_ended_is_listed_once_and_what_has_not_is_told,
    nothing_in_it_can_be_changed_or_deleted,
);
