//! Plans as people read them, and the one property that matters: applied once, nothing is left to do.

mod compare;
mod fingerprint;
mod owed;

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::{
    customer::Setting,
    package::Package,
    rate_limit::RateBase,
    wire::{CustomerBody, PackageBody},
};

fn package(name: &str, down: f64) -> Package {
    Package::read(&PackageBody {
        name: Some(name.to_owned()),
        download_speed: Some(down),
        upload_speed: Some(5.0),
        ..PackageBody::default()
    })
    .unwrap()
}

fn intent(id: &str, username: &str, package: &Package) -> Intent {
    let customer = Customer::read(&CustomerBody {
        id: Some(id.to_owned()),
        name: Some(format!("Customer {id}")),
        status: Some("Active".to_owned()),
        service_package: Some(package.name.clone()),
        pppoe_username: Some(username.to_owned()),
        pppoe_password: Some(Password::new("given")),
        ..CustomerBody::default()
    });
    Intent {
        customer: customer.unwrap(),
        profile: Profile::of(package, ServiceType::Pppoe, RateBase::Guide),
        fallback_password: Password::new("made"),
        pushed: Pushed::Never,
        owes_end: false,
    }
}

fn desired(rows: Vec<Intent>) -> Desired {
    Desired {
        service: ServiceType::Pppoe,
        disconnect: DisconnectPolicy::Auto,
        sold: Vec::new(),
        rows: rows.into_iter().map(Ok).collect(),
    }
}

/// A router that takes every write, but no name twice.
fn apply(plan: &SyncPlan, observed: &mut Observed) {
    for step in &plan.profiles {
        write(&mut observed.profiles, &step.target, &step.writes, None);
    }
    for step in plan.rows.iter().flatten() {
        if let (Some(name), Target::Row(id)) = (&step.aside, &step.target) {
            let row = observed.accounts.iter_mut().find(|row| row.id == *id).unwrap();
            row.values.insert("name".to_owned(), name.clone());
        }
    }
    for at in plan.turns().concat() {
        let step = plan.rows[at].as_ref().unwrap();
        write(&mut observed.accounts, &step.target, &step.writes, step.password.as_ref());
        let named = |row: &&Row| row.get(Property::Name) == Some(step.customer.username.as_str());
        assert_eq!(observed.accounts.iter().filter(named).count(), 1, "{} twice", step.customer.username);
        observed.online.retain(|online| step.ends.iter().all(|ending| ending.session != *online));
    }
}

fn write(rows: &mut Vec<Row>, target: &Target, writes: &[Write], password: Option<&NewPassword>) {
    let at = match target {
        Target::New => {
            rows.push(Row { id: format!("*{:X}", rows.len() + 1), ..Row::default() });
            rows.len() - 1
        }
        Target::Row(id) => rows.iter().position(|row| row.id == *id).unwrap(),
    };
    for Write { property, want, .. } in writes {
        match want {
            Want::Is(value) => rows[at].values.insert(property.name().to_owned(), value.clone()),
            Want::Cleared => rows[at].values.remove(property.name()),
        };
    }
    if let Some(password) = password {
        rows[at].values.insert("password".to_owned(), password.password().expose().to_owned());
    }
}

fn told(plan: &SyncPlan) -> String {
    let mut out = String::new();
    for row in &plan.rows {
        match row {
            Err(problem) => writeln!(out, "! {}: {}", problem.code.name(), problem.detail).unwrap(),
            Ok(step) => {
                let ends = step.ends.iter().map(|ending| format!(", ends a session: {}", ending.because_of.name()));
                let ends: String = ends.collect();
                writeln!(out, "{:?} {}{ends}", plan.action(step), step.customer.username).unwrap();
                for change in plan.changes(step) {
                    let fields: Vec<_> = change.fields.iter().map(tell).collect();
                    writeln!(out, "  {} {} {}: {}", change.action, change.object, change.name, fields.join(", "))
                        .unwrap();
                }
            }
        }
    }
    out
}

fn tell(field: &FieldChange) -> String {
    match field {
        FieldChange::Secret { field, .. } => format!("{field} changed"),
        FieldChange::Value { field, before, after } => {
            let or_nothing = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
            format!("{field} {} -> {}", or_nothing(before), or_nothing(after))
        }
    }
}

fn check(desired: &Desired, observed: &Observed, expected: &Expect) {
    expected.assert_eq(&told(&plan(desired, observed)));
}

/// The router after one customer was brought there, and that customer online.
fn settled() -> (Desired, Observed) {
    let desired = desired(vec![intent("CUS-1", "ana", &package("Gold", 10.0))]);
    let mut observed = Observed::default();
    apply(&plan(&desired, &observed), &mut observed);
    observed.online.push(Online { id: "*80000001".to_owned(), username: "ana".to_owned() });
    (desired, observed)
}

fn first(desired: &mut Desired) -> &mut Intent {
    desired.rows[0].as_mut().unwrap()
}

#[test]
fn a_new_customer_gets_profile_and_secret() {
    let desired = desired(vec![intent("CUS-1", "ana", &package("Gold", 10.0))]);
    check(
        &desired,
        &Observed::default(),
        &expect![[r"
            Created ana
              create profile Gold_pppoe: name - -> Gold_pppoe, rate-limit - -> 5120k/10240k, only-one - -> yes, comment - -> NetPilot: Gold
              create secret ana: name - -> ana, service - -> pppoe, profile - -> Gold_pppoe, disabled - -> no, comment - -> NetPilot Customer: Customer CUS-1 (ID: CUS-1), password changed
        "]],
    );
}

#[test]
fn a_second_time_there_is_nothing_to_do() {
    let (desired, observed) = settled();
    assert!(plan(&desired, &observed).is_empty());
    check(&desired, &observed, &expect!["Unchanged ana\n"]);
}

#[test]
fn a_faster_package_changes_the_profile_and_ends_the_session() {
    let (mut desired, observed) = settled();
    first(&mut desired).profile = Profile::of(&package("Gold", 20.0), ServiceType::Pppoe, RateBase::Guide);
    check(
        &desired,
        &observed,
        &expect![[r"
            Updated ana, ends a session: rate-limit
              update profile Gold_pppoe: rate-limit 5120k/10240k -> 5120k/20480k
        "]],
    );
}

#[test]
fn a_suspended_customer_is_disabled_and_hung_up() {
    let (mut desired, observed) = settled();
    first(&mut desired).customer.status = crate::customer::CustomerStatus::Suspended;
    check(
        &desired,
        &observed,
        &expect![[r"
            Updated ana, ends a session: disabled
              update secret ana: disabled no -> yes
        "]],
    );
    desired.disconnect = DisconnectPolicy::Never;
    assert!(plan(&desired, &observed).rows[0].as_ref().unwrap().ends.is_empty());
}

#[test]
fn a_customer_who_is_cut_off_is_not_in_sync_while_they_are_online() {
    let (mut desired, mut observed) = settled();
    first(&mut desired).customer.status = crate::customer::CustomerStatus::Suspended;
    observed.accounts[0].values.insert("disabled".to_owned(), "true".to_owned());
    check(&desired, &observed, &expect!["Updated ana, ends a session: disabled\n"]);
    let online = plan(&desired, &observed);
    assert!(!online.is_empty() && online.is_written(online.rows[0].as_ref().unwrap()));
    for policy in [DisconnectPolicy::Never, DisconnectPolicy::Always] {
        let plan = plan(&Desired { disconnect: policy, ..desired.clone() }, &observed);
        assert_eq!(plan.is_empty(), policy == DisconnectPolicy::Never);
    }
    observed.online.clear();
    assert!(plan(&desired, &observed).is_empty());
}

#[test]
fn a_session_that_ends_says_why() {
    let (mut desired, observed) = settled();
    desired.disconnect = DisconnectPolicy::Always;
    check(&desired, &observed, &expect![["Unchanged ana, ends a session: asked\n"]]);
    let causes = |desired: &Desired| -> Vec<String> {
        let disconnects = plan(desired, &observed).rows[0].as_ref().unwrap().disconnects();
        disconnects.into_iter().map(|ending| ending.because_of).collect()
    };
    first(&mut desired).profile = Profile::of(&package("Gold", 20.0), ServiceType::Pppoe, RateBase::Guide);
    assert_eq!(causes(&desired), ["rate-limit"], "a change says more than that it was asked for");
    first(&mut desired).profile = Profile::of(&package("Silver", 20.0), ServiceType::Pppoe, RateBase::Guide);
    first(&mut desired).customer.username = "ana.b".parse().unwrap();
    assert_eq!(causes(&desired), ["profile"], "another package says more than another name");
    first(&mut desired).customer.status = crate::customer::CustomerStatus::Suspended;
    assert_eq!(causes(&desired), ["disabled"], "who is cut off wants to know that first");
}

#[test]
fn a_new_username_renames_our_row_and_keeps_what_staff_wrote() {
    let (mut desired, mut observed) = settled();
    observed.accounts[0].values.get_mut("comment").unwrap().push_str(" roof antenna");
    first(&mut desired).customer.username = "ana.b".parse().unwrap();
    check(
        &desired,
        &observed,
        &expect![[r"
            Updated ana.b, ends a session: name
              rename secret ana.b: name ana -> ana.b
        "]],
    );
}

/// A router with one account for each username, `CUS-1` the first, and all of them online.
fn settled_as(usernames: &[&str]) -> Observed {
    let mut observed = Observed::default();
    apply(&plan(&named(usernames), &observed), &mut observed);
    let online = usernames.iter().enumerate();
    let online = online.map(|(at, name)| Online { id: format!("*8000000{at}"), username: (*name).to_owned() });
    Observed { online: online.collect(), ..observed }
}

/// One customer for each username, `CUS-1` the first.
fn named(usernames: &[&str]) -> Desired {
    let gold = package("Gold", 10.0);
    let rows = usernames.iter().enumerate();
    desired(rows.map(|(at, username)| intent(&format!("CUS-{}", at + 1), username, &gold)).collect())
}

#[test]
fn a_name_that_is_given_up_is_taken_after_that() {
    let mut observed = settled_as(&["ana", "eva", "ida"]);
    let wanted = named(&["eva", "ida", "uma"]);
    let first = plan(&wanted, &observed);
    assert_eq!(first.turns(), [vec![2], vec![1], vec![0]]);
    let ends = |at: usize| first.rows[at].as_ref().unwrap().disconnects();
    let ended: Vec<_> =
        (0..3).map(|at| ends(at).into_iter().map(|ending| ending.username).collect::<Vec<_>>()).collect();
    assert_eq!(ended, [["ana"], ["eva"], ["ida"]], "everybody's own session");
    apply(&first, &mut observed);
    assert!(plan(&wanted, &observed).is_empty());
}

#[test]
fn of_customers_who_swap_names_one_steps_aside() {
    let mut observed = settled_as(&["ana", "eva", "ida"]);
    let wanted = named(&["eva", "ana", "ida"]);
    let first = plan(&wanted, &observed);
    let asides: Vec<_> = first.rows.iter().map(|row| row.as_ref().unwrap().aside.as_deref()).collect();
    assert_eq!(asides, [Some("CUS-1.moving"), None, None]);
    let ends = |at: usize| first.rows[at].as_ref().unwrap().disconnects().len();
    assert_eq!([ends(0), ends(1), ends(2)], [1, 1, 0], "everybody's own session");
    let mut taken = observed.clone();
    taken.accounts.push(row(9, &[("name", "CUS-1.moving"), ("comment", "who would")]));
    assert_eq!(plan(&wanted, &taken).rows[0].as_ref().unwrap().aside.as_deref(), Some("CUS-1.moving."));
    // The line breaks after the first one stepped aside: the next sync finds it by its marker.
    let mut broken = observed.clone();
    broken.accounts[0].values.insert("name".to_owned(), "CUS-1.moving".to_owned());
    for router in [&mut observed, &mut broken] {
        apply(&plan(&wanted, router), router);
        assert!(plan(&wanted, router).is_empty());
    }
}

#[test]
fn who_waits_for_a_name_that_is_not_given_up_is_refused() {
    let mut observed = settled_as(&["ana", "eva", "ida"]);
    observed.accounts[2].values.insert("comment".to_owned(), "tower link".to_owned());
    check(
        &named(&["eva", "ida"]),
        &observed,
        &expect![[r"
            ! foreign-object: The router has an account eva already. It belongs to customer CUS-2. It stays untouched.
            ! foreign-object: The router has an account ida already. It was not made by NetPilot. It stays untouched.
        "]],
    );
}

#[test]
fn a_hotspot_user_of_another_server_is_in_nobodys_way() {
    let mut desired = desired(vec![intent("CUS-1", "ana", &package("Gold", 10.0))]);
    desired.service = ServiceType::Hotspot;
    let foreign = |server: Option<&str>| {
        let mut row = row(0, &[("name", "ana"), ("comment", "lobby")]);
        server.map(|server| row.values.insert("server".to_owned(), server.to_owned()));
        Observed { accounts: vec![row], ..Observed::default() }
    };
    for (server, is_refused) in [(None, true), (Some("all"), true), (Some("lobby"), false)] {
        assert_eq!(plan(&desired, &foreign(server)).rows[0].is_err(), is_refused, "{server:?}");
    }
    // Their own user is one of the lobby.
    let marked = [("name", "was"), ("comment", "NetPilot Customer: Ana (ID: CUS-1)"), ("server", "lobby")];
    for (server, is_refused) in [("lobby", true), ("all", true), ("roof", false)] {
        let mut observed = foreign(Some(server));
        observed.accounts.push(row(1, &marked));
        assert_eq!(plan(&desired, &observed).rows[0].is_err(), is_refused, "{server}");
    }
}

#[test]
fn every_change_has_its_word() {
    use crate::customer::CustomerStatus::{Active, Suspended};
    let kind = |change: &dyn Fn(&mut Intent, &mut Observed)| {
        let (mut desired, mut observed) = settled();
        change(first(&mut desired), &mut observed);
        let plan = plan(&desired, &observed);
        plan.kind(plan.rows[0].as_ref().unwrap())
    };
    assert_eq!(kind(&|_, observed| observed.accounts.clear()), ChangeKind::Create);
    assert_eq!(kind(&|_, _| {}), ChangeKind::Unchanged);
    assert_eq!(kind(&|intent, _| intent.customer.name = "Ana B".to_owned()), ChangeKind::Update);
    assert_eq!(kind(&|intent, _| intent.customer.username = "ana.b".parse().unwrap()), ChangeKind::Rename);
    assert_eq!(kind(&|intent, _| intent.customer.status = Suspended), ChangeKind::Disable);
    let disabled = |intent: &mut Intent, observed: &mut Observed| {
        intent.customer.status = Active;
        intent.customer.username = "ana.b".parse().unwrap();
        observed.accounts[0].values.insert("disabled".to_owned(), "yes".to_owned());
    };
    assert_eq!(kind(&disabled), ChangeKind::Enable, "that they are back matters more than their name");
}

#[test]
fn a_row_of_somebody_else_stays_untouched() {
    let (mut desired, mut observed) = settled();
    observed.accounts[0].values.insert("comment".to_owned(), "tower link".to_owned());
    check(
        &desired,
        &observed,
        &expect![[r"
            ! foreign-object: The router has an account ana already. It was not made by NetPilot. It stays untouched.
        "]],
    );
    first(&mut desired).customer.id = "CUS-2".parse().unwrap();
    let (_, observed) = settled();
    check(
        &desired,
        &observed,
        &expect![[r"
            ! foreign-object: The router has an account ana already. It belongs to customer CUS-1. It stays untouched.
        "]],
    );
}

#[test]
fn rows_that_cannot_be_meant_are_named_and_the_others_go_on() {
    let (gold, pool) = (package("Gold", 10.0), PackageBody { address_pool: Some("home".into()), ..body("Pool") });
    let rows = vec![
        intent("CUS-1", "ana", &gold),
        intent("CUS-2", "ana", &gold),
        intent("CUS-3", "eva", &package("A B", 10.0)),
        intent("CUS-4", "ida", &package("A_B", 20.0)),
        intent("CUS-5", "uma", &Package::read(&pool).unwrap()),
        intent("CUS-6", "zoe", &gold),
    ];
    let plan = plan(&desired(rows), &Observed::default());
    let codes: Vec<_> = plan.rows.iter().map(|row| row.as_ref().map_err(|problem| problem.code.name()).err()).collect();
    assert_eq!(
        codes,
        [
            Some("duplicate-username"),
            Some("duplicate-username"),
            Some("name-collision"),
            Some("name-collision"),
            Some("pool-not-found"),
            None
        ]
    );
    assert_eq!(plan.profiles.len(), 1, "nothing is planned for a refused row");
    assert_eq!(plan.rows[5].as_ref().unwrap().comment, "NetPilot Customer: Customer CUS-6 (ID: CUS-6)");
}

#[test]
fn a_profile_that_another_package_would_share_is_refused_also_where_nobody_else_has_it() {
    let mut wanted = desired(vec![intent("CUS-1", "ana", &package("A B", 10.0))]);
    wanted.sold = vec!["A B".to_owned(), "Gold".to_owned()];
    assert!(plan(&wanted, &Observed::default()).rows[0].is_ok());
    wanted.sold.push("A_B".to_owned());
    let refused = plan(&wanted, &Observed::default()).rows[0].as_ref().unwrap_err().clone();
    assert_eq!(refused.code, Code::NameCollision);
    assert!(refused.detail.contains(r#""A B" and "A_B""#), "{}", refused.detail);
}

#[test]
fn a_password_that_was_emptied_is_written_where_passwords_are_shown() {
    let (mut desired, mut observed) = settled();
    first(&mut desired).pushed = Pushed::Same;
    observed.accounts[0].values.insert("password".to_owned(), String::new());
    let writes = |observed: &Observed| plan(&desired, observed).rows[0].as_ref().unwrap().password.is_some();
    assert!(!writes(&observed), "a router that hides them may not even show stars");
    observed.accounts.push(row(7, &[("name", "tower"), ("password", "readable")]));
    assert!(writes(&observed));
}

#[test]
fn a_pool_that_the_router_has_is_given() {
    let pool = PackageBody { address_pool: Some("home".into()), ..body("Pool") };
    let wanted = desired(vec![intent("CUS-1", "ana", &Package::read(&pool).unwrap())]);
    let observed = |pools: &[&str]| Observed {
        pools: pools.iter().map(|pool| (*pool).to_owned()).collect(),
        ..Observed::default()
    };
    assert!(plan(&wanted, &observed(&["home"])).rows[0].is_ok());
    let refused = plan(&wanted, &observed(&["homes"])).rows[0].as_ref().unwrap_err().clone();
    assert!(refused.detail.contains("no address pool \"home\""), "{}", refused.detail);
}

fn body(name: &str) -> PackageBody {
    PackageBody {
        name: Some(name.to_owned()),
        download_speed: Some(1.0),
        upload_speed: Some(1.0),
        ..PackageBody::default()
    }
}

#[test]
fn a_password_is_written_when_it_differs_or_cannot_be_known() {
    let (mut desired, mut observed) = settled();
    let writes =
        |desired: &Desired, observed: &Observed| plan(desired, observed).rows[0].as_ref().unwrap().password.is_some();
    first(&mut desired).customer.password = Some(Password::new("other"));
    assert!(writes(&desired, &observed));
    first(&mut desired).customer.password = None;
    assert!(!writes(&desired, &observed), "nobody knows another one, so the router's stays");

    observed.accounts[0].values.insert("password".to_owned(), "*****".to_owned());
    first(&mut desired).customer.password = Some(Password::new("given"));
    for (pushed, expected) in [(Pushed::Never, true), (Pushed::Same, false), (Pushed::Other, true)] {
        first(&mut desired).pushed = pushed;
        assert_eq!(writes(&desired, &observed), expected, "{pushed:?}");
    }
    assert!(plan(&desired, &observed).hides_passwords && !plan(&desired, &settled().1).hides_passwords);
}

#[test]
fn a_customer_without_password_gets_the_one_handed_in() {
    let mut desired = desired(vec![intent("CUS-1", "ana", &package("Gold", 10.0))]);
    first(&mut desired).customer.password = None;
    let plan = plan(&desired, &Observed::default());
    let generated = NewPassword::Generated(Password::new("made"));
    assert_eq!(plan.rows[0].as_ref().unwrap().password, Some(generated));
    assert!(!told(&plan).contains("made") && !format!("{plan:?}").contains("made"));
}

/// Routers in every state that staff and other programs leave them in.
fn observed() -> impl Strategy<Value = Observed> {
    let names = prop::sample::select(vec!["ana", "eva", "ida", "uma"]);
    let comments = prop::sample::select(vec![
        "",
        "tower link",
        "NetPilot Customer: X (ID: CUS-1)",
        "NetPilot Customer: X (ID: CUS-2) note",
        "NetPilot Customer: Customer CUS-3 (ID: CUS-3)",
    ]);
    let profiles = prop::sample::select(vec!["default", "Gold_pppoe", "A_pppoe"]);
    let account = (names, comments, profiles, any::<bool>(), prop::option::of("[a-z*]{0,5}"));
    let rates = prop::sample::select(vec!["", "5120k/10240k", "5M/10M", "odd", "5120k/10240k 1M/1M"]);
    let profile = (prop::sample::select(vec!["default", "Gold_pppoe", "A_pppoe"]), rates);
    let online = prop::collection::vec(prop::sample::select(vec!["ana", "eva", "ida", "guest"]), 0..4);
    let router = (prop::collection::vec(account, 0..6), prop::collection::vec(profile, 0..3), online);
    router.prop_map(|(accounts, profiles, online)| {
        let online = online.into_iter().enumerate();
        let online = online.map(|(at, name)| Online { id: format!("*8{at:X}"), username: name.to_owned() });
        let mut observed = Observed { online: online.collect(), ..Observed::default() };
        for (name, comment, profile, disabled, password) in accounts {
            let values = [("name", name), ("comment", comment), ("profile", profile), ("service", "any")];
            let mut row = row(observed.accounts.len(), &values);
            row.values.insert("disabled".to_owned(), disabled.to_string());
            password.map(|password| row.values.insert("password".to_owned(), password));
            if observed.accounts.iter().all(|other| other.get(Property::Name) != Some(name)) {
                observed.accounts.push(row);
            }
        }
        for (name, rate) in profiles {
            if observed.profiles.iter().all(|other| other.get(Property::Name) != Some(name)) {
                let row = row(observed.profiles.len(), &[("name", name), ("rate-limit", rate)]);
                observed.profiles.push(row);
            }
        }
        observed
    })
}

fn row(at: usize, values: &[(&str, &str)]) -> Row {
    Row {
        id: format!("*{:X}", at + 1),
        values: values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    }
}

fn wanted() -> impl Strategy<Value = Vec<Intent>> {
    let names = prop::sample::select(vec!["ana", "eva", "ida", "uma"]);
    let row = (1..5usize, names, any::<bool>(), any::<bool>(), any::<bool>());
    prop::collection::vec(row, 0..5).prop_map(|rows| {
        let intents = rows.into_iter().map(|(id, username, gold, bound, suspended)| {
            let package = if gold { package("Gold", 10.0) } else { package("A", 20.0) };
            let mut intent = intent(&format!("CUS-{id}"), username, &package);
            intent.customer.mac_address =
                if bound { Setting::Is("AA:BB:CC:DD:EE:0F".to_owned()) } else { Setting::Cleared };
            if suspended {
                intent.customer.status = crate::customer::CustomerStatus::Suspended;
            }
            intent
        });
        intents.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]
    #[test]
    fn applied_once_nothing_is_left_and_nothing_foreign_was_touched(mut observed in observed(), wanted in wanted()) {
        let desired = desired(wanted);
        let foreign = |observed: &Observed| -> Vec<Row> {
            observed.accounts.iter().filter(|row| crate::account::Marker::of(row).is_none()).cloned().collect()
        };
        let before = foreign(&observed);
        let first = plan(&desired, &observed);
        apply(&first, &mut observed);
        let again = plan(&desired, &observed);
        prop_assert!(again.is_empty(), "left to do: {}", told(&again));
        let codes = |plan: &SyncPlan| plan.rows.iter().map(|row| row.as_ref().err().map(|e| e.code)).collect::<Vec<_>>();
        prop_assert_eq!(codes(&first), codes(&again), "who was refused is refused for the same reason");
        prop_assert_eq!(foreign(&observed), before);
    }

    #[test]
    fn a_plan_is_the_same_each_time(observed in observed(), wanted in wanted()) {
        let desired = desired(wanted);
        let fingerprint = || plan(&desired, &observed).fingerprint(ServiceType::Pppoe, "default");
        prop_assert_eq!(fingerprint(), fingerprint());
    }
}
