//! Sessions that an earlier change did not reach.

use super::*;

#[test]
fn a_session_that_is_owed_ends_though_nothing_is_left_to_write() {
    let (mut desired, mut observed) = settled();
    first(&mut desired).owes_end = true;
    check(&desired, &observed, &expect!["Updated ana, ends a session: earlier-change\n"]);
    let owed = plan(&desired, &observed);
    let step = owed.rows[0].as_ref().unwrap();
    assert!(!owed.is_empty() && owed.is_written(step));
    let left_alone = Desired { disconnect: DisconnectPolicy::Never, ..desired.clone() };
    assert!(plan(&left_alone, &observed).is_empty());
    observed.online.clear();
    assert!(plan(&desired, &observed).is_empty(), "nobody is left whose session could end");
}

#[test]
fn what_changes_now_says_more_than_what_is_owed() {
    let (mut desired, observed) = settled();
    first(&mut desired).owes_end = true;
    first(&mut desired).customer.status = crate::customer::CustomerStatus::Suspended;
    let plan = plan(&desired, &observed);
    assert_eq!(plan.rows[0].as_ref().unwrap().disconnects()[0].because_of, "disabled");
}
