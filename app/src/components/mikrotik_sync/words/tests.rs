//! A plan and its outcome, sentence by sentence.

use super::super::samples::{change, ending, failed, plan, report, row, wanted};
use super::super::stage::Sync;
use super::*;

fn whom(count: usize) -> Whom {
    Whom { count, ..Whom::default() }
}

fn rahim() -> Whom {
    Whom { one: Some("Rahim Uddin".to_owned()), count: 1, ..Whom::default() }
}

fn planned(plan: BulkReport) -> Stage {
    let mut sync = Sync::new();
    let turn = sync.plan(Some(wanted())).unwrap();
    sync.planned(turn, Ok(plan));
    sync.stage
}

fn done(report: BulkReport) -> Stage {
    let Stage::Planned(report) = planned(report) else { panic!("a plan was made") };
    Stage::Done(report)
}

fn mixed() -> BulkReport {
    let redials = BulkRow { disconnects: vec![ending("rate-limit")], ..row("CUS-1", ActionTaken::Updated, vec![]) };
    let suspended = BulkRow { disconnects: vec![ending("disabled")], ..row("CUS-2", ActionTaken::Updated, vec![]) };
    let still_online = BulkRow { disconnects: vec![ending("disabled")], ..row("CUS-9", ActionTaken::Updated, vec![]) };
    report(vec![
        redials,
        suspended,
        still_online,
        row("CUS-3", ActionTaken::Created, vec![]),
        row("CUS-4", ActionTaken::Unchanged, vec![]),
        failed("CUS-5", Code::ForeignObject),
    ])
}

#[test]
fn a_plan_is_counted_with_what_customers_notice() {
    let totals = Totals::of(&mixed());
    assert_eq!((totals.create, totals.change, totals.right, totals.impossible), (1, 3, 1, 1));
    assert_eq!(totals.felt(), "1 redials, offline about 5 s. 2 go offline and stay offline. 3 notice nothing.");
    let hotspot = BulkReport { service_type: ServiceType::Hotspot, ..mixed() };
    let felt = Totals::of(&hotspot).felt();
    assert!(
        felt.starts_with("1 is offline until they sign in to the hotspot again. 2 go offline and stay offline."),
        "{felt}"
    );
}

#[test]
fn each_case_has_its_sentence() {
    for (felt, sentence) in [
        (Felt::Nothing, "Rahim notices nothing: no session ends."),
        (Felt::Redial, "Rahim will be offline for about 5 s while the device redials."),
        (Felt::SignIn, "Rahim will be offline until they sign in to the hotspot again."),
        (Felt::CutOff, "Rahim goes offline and stays offline."),
    ] {
        assert_eq!(felt.sentence("Rahim"), sentence);
    }
}

#[test]
fn the_button_says_whom_and_how_many() {
    let of = |stage: &Stage, whom: &Whom| button(stage, whom);
    assert_eq!(of(&planned(plan()), &rahim()), ("Sync Rahim Uddin to the router".to_owned(), Does::Apply));
    assert_eq!(of(&planned(mixed()), &whom(6)), ("Sync 4 customers".to_owned(), Does::Apply));
    assert_eq!(of(&Stage::Planning(None), &whom(1)), ("Sync 1 customer".to_owned(), Does::Wait));
    let right = report(vec![row("CUS-1", ActionTaken::Unchanged, vec![])]);
    assert_eq!(of(&planned(right), &rahim()), ("Plan again".to_owned(), Does::Plan));
    assert_eq!(of(&done(mixed()), &whom(6)), ("Retry 1 failed".to_owned(), Does::Retry));
    assert_eq!(of(&done(plan()), &rahim()), ("Plan again".to_owned(), Does::Plan));
}

#[test]
fn the_header_says_how_the_router_compares() {
    let of = |plan, whom: &Whom| Sign::of_plan(&planned(plan), whom).unwrap().word;
    assert_eq!(of(plan(), &rahim()), "2 fields differ");
    assert_eq!(of(report(vec![row("CUS-1", ActionTaken::Created, vec![])]), &rahim()), "Not on the router");
    assert_eq!(of(report(vec![row("CUS-1", ActionTaken::Unchanged, vec![])]), &rahim()), "In sync");
    assert_eq!(of(report(vec![failed("CUS-1", Code::PoolNotFound)]), &rahim()), "Cannot be synced");
    assert_eq!(of(mixed(), &whom(6)), "5 differ from the router");
    assert_eq!(Sign::of_plan(&Stage::Planning(None), &rahim()), None);
}

#[test]
fn who_gets_online_by_the_other_service_is_left_out_in_words() {
    let others = |count, others| Whom { count, others, ..Whom::default() };
    let said = |whom: &Whom| left_out(whom, ServiceType::Pppoe).unwrap_or_default();
    assert_eq!(said(&others(5, 0)), "");
    assert_eq!(said(&others(3, 2)), "2 of the 5 selected get online by hotspot: choose Hotspot to plan them.");
    assert_eq!(said(&others(4, 1)), "1 of the 5 selected gets online by hotspot: choose Hotspot to plan them.");
    let one = Whom { count: 0, others: 1, ..rahim() };
    let words = "Rahim Uddin gets online by PPPoE. The service is changed in the customer’s form.";
    assert_eq!(left_out(&one, ServiceType::Hotspot).as_deref(), Some(words));
}

#[test]
fn an_outcome_is_one_word_for_each_customer() {
    let words: Vec<_> = mixed().results.iter().map(|row| Sign::of_outcome(row).word).collect();
    assert_eq!(words, ["Done", "Done", "Done", "Done", "Already right", "Failed"]);
    assert_eq!(Sign::of_outcome(&failed("CUS-1", Code::OutcomeUnknown)).word, "Not known");
    assert_eq!(outcome(&mixed()), "4 done, 1 already right, 1 failed.");
    assert_eq!(became(&mixed().results[3]), "The account of Rahim Uddin was made and read back.");
}

#[test]
fn a_session_that_goes_on_is_an_outcome_of_its_own() {
    let changed = vec![change("profile", "update", &[("rate-limit", Some("5M/10M"), Some("5M/20M"))])];
    let left = |sessions_left, changes| BulkRow { sessions_left, ..row("CUS-2", ActionTaken::Updated, changes) };
    assert_eq!(Sign::of_outcome(&left(1, changed.clone())).word, "Written, but still online");
    assert_eq!(
        became(&left(2, changed.clone())),
        "The account of Rahim Uddin is as planned; 2 sessions could not be ended and go on as before. Retry, or \
         end it among the sessions."
    );
    let mut report = report(vec![left(1, changed), failed("CUS-3", Code::RouterTimeout), left(0, vec![])]);
    assert_eq!(outcome(&report), "1 done, 1 written but still online, 1 failed.");
    report.retry.only = vec!["CUS-2".to_owned(), "CUS-3".to_owned()];
    assert_eq!(button(&done(report), &whom(3)), ("Retry 2 unfinished".to_owned(), Does::Retry));
}

#[test]
fn somebody_who_is_cut_off_without_a_write_is_told_so() {
    let cut = BulkRow { disconnects: vec![ending("disabled")], ..row("CUS-1", ActionTaken::Updated, vec![]) };
    let sign = Sign::of_plan(&planned(report(vec![cut.clone()])), &rahim()).unwrap();
    assert_eq!((sign.word.as_str(), Totals::of(&report(vec![cut.clone()])).to_do()), ("Still online", 1));
    assert_eq!(became(&cut), "Rahim Uddin was still online, and is not any more.");
}

#[test]
fn readers_hear_of_quarters_not_of_every_customer() {
    let forty = report(vec![row("CUS-1", ActionTaken::Updated, vec![]); 40]);
    let Stage::Planned(plan) = planned(forty) else { panic!("a plan was made") };
    let at = |done| {
        let stage = Stage::Applying { plan: plan.clone(), run_id: None, done, misses: 0 };
        news(&stage, false)
    };
    assert_eq!(
        [0, 9, 10, 19, 40].map(at),
        ["Syncing.", "Syncing.", "Syncing, 25 % done.", "Syncing, 25 % done.", "Syncing, 100 % done."]
    );
    let overtaken = news(&planned(mixed()), true);
    let expected = "The router has changed since; here is the new plan. \
                    1 to create, 3 to change, 1 already right, 1 cannot be done.";
    assert_eq!(overtaken, expected);
}

#[test]
fn the_routers_words_are_quoted_once() {
    let refused = failed("CUS-1", Code::RouterRejected);
    assert_eq!(router_said(&refused).as_deref(), Some("no such item"));
    let quoted = BulkRow { message: "The router refused: no such item".to_owned(), ..refused };
    assert_eq!(router_said(&quoted), None);
    assert!(advice(Code::RouterTimeout).is_some());
}
