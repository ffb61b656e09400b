//! Whatever a plan would do otherwise, its text tells.

use super::*;

fn fingerprint(desired: &Desired, observed: &Observed) -> String {
    plan(desired, observed).fingerprint(desired.service, "default")
}

#[test]
fn a_plan_is_told_whole_and_without_its_password() {
    let (mut desired, mut observed) = settled();
    desired.rows.insert(0, Err(Problem::new(Code::PackageNotFound, "Package Gold not found")));
    observed.accounts[0].values.insert("password".to_owned(), "hers".to_owned());
    desired.rows[1].as_mut().unwrap().customer.status = crate::customer::CustomerStatus::Suspended;
    expect![[r#"
        pppoe "default"
        profile "Gold_pppoe" Row("*1")
        refused package-not-found
        account CUS-1 profile 0 Row("*1")
          disabled Some("no") -> Is("yes")
          password
          ends "ana" disabled"#]]
    .assert_eq(&fingerprint(&desired, &observed));
}

#[test]
fn a_made_password_is_another_each_time_and_the_plan_is_the_same() {
    let mut desired = desired(vec![intent("CUS-1", "ana", &package("Gold", 10.0))]);
    first(&mut desired).customer.password = None;
    let before = fingerprint(&desired, &Observed::default());
    first(&mut desired).fallback_password = Password::new("made anew");
    assert_eq!(fingerprint(&desired, &Observed::default()), before);
    first(&mut desired).customer.name = "Other".to_owned();
    assert_ne!(fingerprint(&desired, &Observed::default()), before);
}

#[test]
fn every_change_of_the_router_or_the_intent_that_matters_shows() {
    type Edit = fn(&mut Desired, &mut Observed);
    let edits: [Edit; 9] = [
        |desired, _| first(desired).customer.username = "ana.b".parse().unwrap(),
        |desired, _| first(desired).customer.id = "CUS-2".parse().unwrap(),
        |desired, _| first(desired).profile = Profile::of(&package("Gold", 20.0), ServiceType::Pppoe, RateBase::Guide),
        |desired, _| desired.service = ServiceType::Hotspot,
        |desired, _| desired.disconnect = DisconnectPolicy::Always,
        |desired, _| desired.rows.clear(),
        |_, observed| observed.accounts[0].id = "*99".to_owned(),
        |_, observed| drop(observed.accounts[0].values.insert("disabled".to_owned(), "true".to_owned())),
        |_, observed| drop(observed.profiles[0].values.insert("rate-limit".to_owned(), "1M/1M".to_owned())),
    ];
    let (desired, observed) = settled();
    let mut seen = vec![fingerprint(&desired, &observed)];
    for edit in edits {
        let (mut desired, mut observed) = (desired.clone(), observed.clone());
        edit(&mut desired, &mut observed);
        seen.push(fingerprint(&desired, &observed));
    }
    let different: std::collections::HashSet<_> = seen.iter().collect();
    assert_eq!(different.len(), seen.len(), "{seen:#?}");
    let plan = plan(&desired, &observed);
    assert_ne!(plan.fingerprint(desired.service, "default"), plan.fingerprint(desired.service, "tower"));
}

proptest! {
    /// What the router holds besides is no part of a plan; what the plan writes is.
    #[test]
    fn two_plans_with_one_text_write_the_same(one in observed(), other in observed(), wanted in wanted()) {
        let desired = desired(wanted);
        let (one, other) = (plan(&desired, &one), plan(&desired, &other));
        let changes = |plan: &SyncPlan| plan.rows.iter().map(|row| match row {
            Ok(step) => (plan.changes(step), step.target.clone(), None),
            Err(problem) => (Vec::new(), Target::New, Some(problem.code)),
        }).collect::<Vec<_>>();
        let same_text = one.fingerprint(ServiceType::Pppoe, "r") == other.fingerprint(ServiceType::Pppoe, "r");
        prop_assert!(!same_text || changes(&one) == changes(&other));
    }
}
