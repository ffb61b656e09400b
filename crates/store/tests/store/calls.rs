//! Calls that are repeated, settings and plans.

use store::{CallKnown, KeyedCall, StoreError, StoredPlan};

use crate::place::{Place, on_both};

const CALL: KeyedCall<'static> = KeyedCall { scope: "op-1 POST /api/x", key: "k", fingerprint: "body" };

async fn a_call_is_carried_out_once_and_its_answer_kept_sealed(place: Place) {
    let store = place.open().await;
    assert_eq!(store.begin_call(CALL, 1).await.unwrap(), CallKnown::New);
    assert_eq!(store.begin_call(CALL, 2).await.unwrap(), CallKnown::AtWork);
    let other = KeyedCall { fingerprint: "other", ..CALL };
    assert_eq!(store.begin_call(other, 2).await.unwrap(), CallKnown::OtherBody);
    let elsewhere = KeyedCall { scope: "op-2 POST /api/x", ..CALL };
    assert_eq!(store.begin_call(elsewhere, 2).await.unwrap(), CallKnown::New);
    store.answer_call(CALL, 201, "canary-s3cret").await.unwrap();
    let store = place.open().await;
    let answered = CallKnown::Answered { status: 201, body: "canary-s3cret".to_owned() };
    assert_eq!(store.begin_call(CALL, 3).await.unwrap(), answered);
    store.forget_call(CALL).await.unwrap();
    assert_eq!(store.begin_call(CALL, 4).await.unwrap(), CallKnown::New);
    assert_eq!(store.forget_calls_before(4).await.unwrap(), 1, "that of the other operator");
}

async fn of_many_same_calls_at_once_one_begins(place: Place) {
    let store = place.open().await;
    let calls = (0..20).map(|n| {
        let store = store.clone();
        tokio::spawn(async move { store.begin_call(CALL, n).await.unwrap() })
    });
    let mut begun = 0;
    for call in calls.collect::<Vec<_>>() {
        begun += u32::from(call.await.unwrap() == CallKnown::New);
    }
    assert_eq!(begun, 1);
}

async fn a_setting_is_set_in_the_version_it_was_read_in(place: Place) {
    let store = place.open().await;
    assert_eq!(store.set("rateBase", "1024", 0, 1).await.unwrap(), 1);
    assert_eq!(store.set("rateBase", "1000", 1, 2).await.unwrap(), 2);
    for stale in [0, 1, 3] {
        let refused = store.set("rateBase", "7", stale, 3).await;
        assert!(matches!(refused, Err(StoreError::Changed(_))), "{stale}");
    }
    assert!(matches!(store.set("new", "7", 4, 3).await, Err(StoreError::Changed(_))), "it was never set");
    let kept = store.settings().await.unwrap();
    let kept: Vec<_> = kept.iter().map(|kept| (kept.name.as_str(), kept.value.as_str(), kept.version)).collect();
    assert_eq!(kept, [("rateBase", "1000", 2)]);
}

async fn a_plan_is_kept_until_its_time_is_over(place: Place) {
    let store = place.open().await;
    let plan = |id: &str, created_ms| StoredPlan {
        id: id.to_owned(),
        operator_id: "op-1".to_owned(),
        asked: "{}".to_owned(),
        fingerprint: "f".to_owned(),
        created_ms,
        expires_ms: created_ms + 900,
    };
    store.keep_plan(&plan("plan_1", 100)).await.unwrap();
    assert_eq!(store.plan("plan_1", 999).await.unwrap(), Some(plan("plan_1", 100)));
    assert_eq!(store.plan("plan_1", 1000).await.unwrap(), None);
    store.keep_plan(&plan("plan_2", 1000)).await.unwrap();
    assert_eq!(store.plan("plan_1", 0).await.unwrap(), None, "it was forgotten");
    assert_eq!(store.plan("plan_2", 1000).await.unwrap(), Some(plan("plan_2", 1000)));
}

on_both!(
    a_call_is_carried_out_once_and_its_answer_kept_sealed,
    of_many_same_calls_at_once_one_begins,
    a_setting_is_set_in_the_version_it_was_read_in,
    a_plan_is_kept_until_its_time_is_over,
);
