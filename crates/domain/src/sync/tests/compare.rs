//! A comparison and a plan never disagree.

use super::*;
use crate::{
    timestamp::Timestamp,
    wire::{ComparedObject, Comparison, SyncState},
};

fn compared(desired: &Desired, observed: &Observed) -> Comparison {
    super::super::compare(desired, observed, Timestamp::from_unix(0))
}

fn differing(objects: &[ComparedObject]) -> Vec<String> {
    let fields = objects.iter().flat_map(|object| object.fields.iter().map(move |field| (object, field)));
    let different = fields.filter(|(_, field)| field.same == Some(false));
    different.map(|(object, field)| format!("{} {}", object.object, field.field)).collect()
}

fn password(comparison: &Comparison) -> Option<bool> {
    let fields = &comparison.objects[1].fields;
    let field = fields.iter().find(|field| field.field == "password").unwrap();
    assert_eq!((&field.want, &field.have), (&None, &None));
    field.same
}

#[test]
fn a_settled_customer_is_in_sync_in_every_property() {
    let (desired, observed) = settled();
    let comparison = compared(&desired, &observed);
    assert_eq!((comparison.state, comparison.problem), (SyncState::InSync, None));
    let told: Vec<_> = comparison.objects.iter().map(|o| (o.object.as_str(), o.name.as_str(), o.exists)).collect();
    assert_eq!(told, [("profile", "Gold_pppoe", true), ("secret", "ana", true)]);
    assert_eq!(comparison.objects.iter().map(|object| object.fields.len()).collect::<Vec<_>>(), [4, 6]);
    assert_eq!(differing(&comparison.objects), [""; 0]);
}

#[test]
fn what_differs_is_told_with_both_values_and_spelling_is_no_difference() {
    let (desired, mut observed) = settled();
    observed.profiles[0].values.insert("rate-limit".to_owned(), "5242880/10485760".to_owned());
    observed.accounts[0].values.insert("disabled".to_owned(), "true".to_owned());
    let comparison = compared(&desired, &observed);
    assert_eq!(comparison.state, SyncState::Differs);
    assert_eq!(differing(&comparison.objects), ["profile rate-limit", "secret disabled"]);
    let rate = &comparison.objects[0].fields[1];
    assert_eq!((rate.want.as_deref(), rate.have.as_deref()), (Some("5120k/10240k"), Some("5242880/10485760")));
    observed.profiles[0].values.insert("rate-limit".to_owned(), "5120000/10240000".to_owned());
    assert_eq!(differing(&compared(&desired, &observed).objects), ["secret disabled"]);
}

#[test]
fn a_router_that_holds_nothing_misses_all_of_it() {
    let (desired, _) = settled();
    let comparison = compared(&desired, &Observed::default());
    assert_eq!(comparison.state, SyncState::Missing);
    assert!(comparison.objects.iter().all(|object| !object.exists));
    assert!(comparison.objects.iter().flat_map(|object| &object.fields).all(|field| field.have.is_none()));
    assert_eq!(password(&comparison), Some(false));
}

#[test]
fn a_password_is_the_same_another_or_not_to_be_known() {
    let (mut desired, mut observed) = settled();
    assert_eq!(password(&compared(&desired, &observed)), Some(true));
    observed.accounts[0].values.insert("password".to_owned(), "theirs".to_owned());
    assert_eq!(password(&compared(&desired, &observed)), Some(false));
    observed.accounts[0].values.insert("password".to_owned(), "*****".to_owned());
    for (pushed, same) in [(Pushed::Same, Some(true)), (Pushed::Other, Some(false)), (Pushed::Never, None)] {
        first(&mut desired).pushed = pushed;
        assert_eq!(password(&compared(&desired, &observed)), same, "{pushed:?}");
    }
    first(&mut desired).customer.password = None;
    let comparison = compared(&desired, &observed);
    assert_eq!((password(&comparison), comparison.state), (None, SyncState::InSync), "the router's stays");
}

#[test]
fn a_row_that_cannot_be_planned_says_why_and_tells_the_rest() {
    let (mut desired, mut observed) = settled();
    observed.accounts[0].values.insert("comment".to_owned(), "tower link".to_owned());
    let comparison = compared(&desired, &observed);
    assert_eq!(comparison.state, SyncState::Unknown);
    assert_eq!(comparison.problem.unwrap().code, Code::ForeignObject);
    assert_eq!(comparison.objects.len(), 1, "whose account it is, is not clear; the profile is");
    desired.rows = vec![Err(Problem::new(Code::PackageNotFound, "Package Gold not found"))];
    let comparison = compared(&desired, &observed);
    assert_eq!((comparison.state, comparison.objects), (SyncState::Unknown, Vec::new()));
    assert_eq!(comparison.problem.unwrap().code, Code::PackageNotFound);
}

#[test]
fn who_is_online_is_no_part_of_a_comparison() {
    let (mut desired, mut observed) = settled();
    first(&mut desired).customer.status = crate::customer::CustomerStatus::Suspended;
    observed.accounts[0].values.insert("disabled".to_owned(), "true".to_owned());
    assert_eq!(compared(&desired, &observed).state, SyncState::InSync);
    assert!(!plan(&desired, &observed).is_empty(), "while a plan ends the session");
}

proptest! {
    /// In sync is exactly who a plan has nothing to write for, and the fields say the same.
    #[test]
    fn a_comparison_says_what_a_plan_would_do(observed in observed(), wanted in wanted()) {
        for intent in wanted {
            let known = intent.customer.password.is_some();
            let desired = desired(vec![intent]);
            let comparison = compared(&desired, &observed);
            let plan = plan(&Desired { disconnect: DisconnectPolicy::Never, ..desired }, &observed);
            let refused = plan.rows[0].is_err();
            prop_assert_eq!(refused, comparison.state == SyncState::Unknown);
            prop_assert_eq!(refused, comparison.problem.is_some());
            prop_assert_eq!(!refused && plan.is_empty(), comparison.state == SyncState::InSync);
            if let Ok(step) = &plan.rows[0] {
                prop_assert_eq!(step.target == Target::New, comparison.state == SyncState::Missing);
                let all_same = comparison.objects.iter().flat_map(|object| &object.fields).all(|field| {
                    field.same == Some(true) || (field.field == "password" && field.same.is_none() && !known)
                });
                prop_assert_eq!(all_same, comparison.state == SyncState::InSync);
            }
        }
    }
}
