//! Every account and every customer once, in the state that the plan gives them, and hidden only while nothing changes.

use std::{collections::BTreeSet, fmt::Write as _};

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::{
    customer::{Customer, CustomerStatus, Password, Setting},
    package::Package,
    profile::Profile,
    rate_limit::RateBase,
    sync::Pushed,
    wire::{CustomerBody, PackageBody, problem::Code},
};

fn package(name: &str, down: f64) -> Package {
    let body = PackageBody {
        name: Some(name.to_owned()),
        download_speed: Some(down),
        upload_speed: Some(5.0),
        ..PackageBody::default()
    };
    Package::read(&body).unwrap()
}

fn profile(name: &str, down: f64, service: ServiceType) -> Profile {
    Profile::of(&package(name, down), service, RateBase::Guide)
}

fn intent(id: &str, username: &str, profile: Profile) -> Intent {
    let customer = Customer::read(&CustomerBody {
        id: Some(id.to_owned()),
        name: Some(format!("Customer {id}")),
        status: Some("Active".to_owned()),
        service_package: Some(profile.package.name.clone()),
        pppoe_username: Some(username.to_owned()),
        pppoe_password: Some(Password::new("canary")),
        ..CustomerBody::default()
    });
    Intent {
        customer: customer.unwrap(),
        profile,
        fallback_password: Password::new("made"),
        pushed: Pushed::Never,
        owes_end: false,
    }
}

fn gold(id: &str, username: &str) -> Intent {
    intent(id, username, profile("Gold", 10.0, ServiceType::Pppoe))
}

fn desired(rows: &[Intent]) -> (Vec<Who>, Desired) {
    let who = |intent: &Intent| Who {
        customer_id: intent.customer.id.to_string(),
        username: intent.customer.username.to_string(),
    };
    let desired = Desired {
        service: ServiceType::Pppoe,
        disconnect: DisconnectPolicy::Auto,
        sold: Vec::new(),
        rows: rows.iter().cloned().map(Ok).collect(),
    };
    (rows.iter().map(who).collect(), desired)
}

fn row(at: usize, values: &[(&str, &str)]) -> Row {
    let values = values.iter().filter(|(_, value)| !value.is_empty());
    Row {
        id: format!("*{:X}", at + 1),
        values: values.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    }
}

fn router(accounts: &[(&str, &str)]) -> Observed {
    let gold = profile("Gold", 10.0, ServiceType::Pppoe);
    let values = gold.properties.iter().filter_map(|(property, want)| match want {
        crate::row::Want::Is(value) => Some((property.name().to_owned(), value.clone())),
        crate::row::Want::Cleared => None,
    });
    let settled = [("profile", "Gold_pppoe"), ("service", "pppoe"), ("disabled", "false"), ("password", "canary")];
    let account = |(at, (name, comment))| row(at, &[&[("name", name), ("comment", comment)], &settled[..]].concat());
    let accounts = accounts.iter().copied().enumerate().map(account);
    Observed {
        profiles: vec![Row { id: "*A".to_owned(), values: values.collect() }],
        accounts: accounts.collect(),
        ..Observed::default()
    }
}

fn told(rows: &[DriftRow]) -> String {
    let mut out = String::new();
    for row in rows {
        let whose = row.customer_id.as_deref().unwrap_or("-");
        writeln!(out, "{} {whose} {:?}", row.username, row.state).unwrap();
        for DriftField { object, field, want, have } in &row.fields {
            let or_nothing = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
            writeln!(out, "  {object} {field} {} -> {}", or_nothing(have), or_nothing(want)).unwrap();
        }
        if let Some(detail) = &row.detail {
            writeln!(out, "  {detail}").unwrap();
        }
        if let Some(obstacle) = &row.obstacle {
            writeln!(out, "  ! {}", obstacle.code.name()).unwrap();
        }
    }
    out
}

fn check((who, desired): &(Vec<Who>, Desired), observed: &Observed, expected: &Expect) {
    expected.assert_eq(&told(&drift(who, desired, observed, &Ignored::new())));
}

const ANA: &str = "NetPilot Customer: Customer CUS-1 (ID: CUS-1)";

#[test]
fn every_state_says_why() {
    let wanted = desired(&[gold("CUS-1", "ana"), gold("CUS-2", "bob"), gold("CUS-3", "eva"), gold("CUS-4", "ida")]);
    let mut observed = router(&[
        ("ana", ANA),
        ("bob", "NetPilot Customer: Customer CUS-2 (ID: CUS-2) roof"),
        ("ida", "tower 3"),
        ("link", ""),
        ("lost", "NetPilot Customer: X (ID: CUS-9)"),
        ("copy", ANA),
        ("vpn", "head office"),
    ]);
    observed.accounts[1].values.insert("disabled".to_owned(), "true".to_owned());
    observed.accounts[3].values.insert("caller-id".to_owned(), String::new());
    observed.accounts[6].values.insert("service".to_owned(), "l2tp".to_owned());
    check(
        &wanted,
        &observed,
        &expect![[r"
            ana CUS-1 InSync
            bob CUS-2 Differs
              secret disabled true -> no
            copy CUS-1 Unknown
              secret name copy -> -
              secret service pppoe -> -
              secret profile Gold_pppoe -> -
              secret disabled false -> -
              secret comment NetPilot Customer: Customer CUS-1 (ID: CUS-1) -> -
              It bears the marker of customer CUS-1, whose account is another.
            eva CUS-3 Missing
              secret name - -> eva
              secret service - -> pppoe
              secret profile - -> Gold_pppoe
              secret disabled - -> no
              secret comment - -> NetPilot Customer: Customer CUS-3 (ID: CUS-3)
              secret password - -> -
            ida CUS-4 Foreign
              secret comment tower 3 -> NetPilot Customer: Customer CUS-4 (ID: CUS-4) tower 3
              The router has an account ida already. It was not made by NetPilot. It stays untouched.
            link - Foreign
              secret name link -> -
              secret service pppoe -> -
              secret profile Gold_pppoe -> -
              secret disabled false -> -
            lost CUS-9 Unknown
              secret name lost -> -
              secret service pppoe -> -
              secret profile Gold_pppoe -> -
              secret disabled false -> -
              secret comment NetPilot Customer: X (ID: CUS-9) -> -
              It bears the marker of CUS-9, whom NetPilot does not have as a PPPoE customer.
        "]],
    );
}

#[test]
fn a_leftover_under_a_customers_name_and_a_row_that_is_no_customers() {
    let wanted = desired(&[gold("CUS-7", "ana"), gold("CUS-8", "vpn")]);
    let mut observed = router(&[("ana", ANA), ("vpn", "")]);
    observed.accounts[1].values.insert("service".to_owned(), "l2tp".to_owned());
    check(
        &wanted,
        &observed,
        &expect![[r"
            ana CUS-7 Unknown
              secret comment NetPilot Customer: Customer CUS-1 (ID: CUS-1) -> NetPilot Customer: Customer CUS-7 (ID: CUS-7)
              It bears the marker of CUS-1, whom NetPilot does not have as a PPPoE customer.
            vpn CUS-8 Unknown
              The router has an account vpn already. It was not made by NetPilot. It stays untouched.
              ! foreign-object
        "]],
    );
}

#[test]
fn a_customer_who_cannot_be_understood_keeps_their_account() {
    let (who, mut desired) = desired(&[gold("CUS-1", "ana")]);
    desired.rows[0] = Err(Problem::new(Code::PackageNotFound, "Package Gold not found"));
    check(
        &(who, desired),
        &router(&[("ana", ANA)]),
        &expect![[r"
            ana CUS-1 Unknown
              Package Gold not found
              ! package-not-found
        "]],
    );
}

#[test]
fn a_customer_is_taken_from_an_account() {
    let profiles = [profile("Home 10", 10.0, ServiceType::Hotspot), profile("Gold", 20.0, ServiceType::Hotspot)];
    let taken = |values: &[(&str, &str)]| Taken::of(&row(0, values), ServiceType::Hotspot, &profiles);
    let plain = [("name", "ana"), ("profile", "Home_10_hotspot")];
    let ana = taken(&[&plain[..], &[("comment", "Ana B, tower 3"), ("mac-address", "aa-bb-cc-dd-ee-0f")]].concat());
    let ana = ana.unwrap();
    assert_eq!((ana.name.as_str(), ana.package.as_str(), ana.enabled), ("Ana B, tower 3", "Home 10", true));
    assert_eq!(ana.mac_address, Setting::Is("AA:BB:CC:DD:EE:0F".to_owned()));
    assert_eq!((ana.ip_address, ana.password), (Setting::Cleared, None));
    let odd = taken(&[&plain[..], &[("mac-address", "ether1"), ("address", "0.0.0.0"), ("comment", "\n")]].concat());
    let odd = odd.unwrap();
    assert_eq!((odd.mac_address, odd.ip_address, odd.name.as_str()), (Setting::LeftAlone, Setting::Cleared, "ana"));
    for (password, readable) in [("*****", false), ("s3cret", true), ("a\nb", false)] {
        let taken = taken(&[&plain[..], &[("password", password)]].concat()).unwrap();
        assert_eq!(taken.password, readable.then(|| Password::new(password)), "{password:?}");
    }
    let code = |values: &[(&str, &str)]| taken(values).unwrap_err().code;
    assert_eq!(code(&[("name", "ana")]), Code::PackageNotFound);
    assert_eq!(code(&[("name", "a b"), ("profile", "Home_10_hotspot")]), Code::ValidationFailed);
}

#[test]
fn a_status_stays_as_long_as_it_says_the_same() {
    use CustomerStatus::{Active, Inactive, Suspended};
    let profiles = [profile("Gold", 10.0, ServiceType::Pppoe)];
    let taken = |disabled| {
        let values = [("name", "ana"), ("profile", "Gold_pppoe"), ("disabled", disabled)];
        Taken::of(&row(0, &values), ServiceType::Pppoe, &profiles).unwrap()
    };
    for (disabled, theirs, expected) in [
        ("false", None, Active),
        ("true", None, Suspended),
        ("true", Some(Active), Suspended),
        ("true", Some(Inactive), Inactive),
        ("false", Some(Inactive), Active),
    ] {
        assert_eq!(taken(disabled).status(theirs), expected, "{disabled} {theirs:?}");
    }
}

/// Routers in every state that staff and other programs leave them in.
fn observed() -> impl Strategy<Value = Observed> {
    let comments = prop::sample::select(vec![
        "",
        "tower link",
        "NetPilot Customer: X (ID: CUS-1)",
        "NetPilot Customer: X (ID: CUS-2) note",
        "NetPilot Customer: Customer CUS-3 (ID: CUS-3)",
        "NetPilot Customer: X (ID: CUS-9)",
    ]);
    let names = prop::sample::select(vec!["ana", "eva", "ida", "uma", "zoe"]);
    let services = prop::sample::select(vec!["pppoe", "any", "l2tp"]);
    let profiles = prop::sample::select(vec!["default", "Gold_pppoe"]);
    let account = (names, comments, services, profiles, any::<bool>(), prop::option::of("[a-z*]{0,5}"));
    prop::collection::vec(account, 0..7).prop_map(|accounts| {
        let mut observed = router(&[]);
        for (name, comment, service, profile, disabled, password) in accounts {
            let values = [("name", name), ("comment", comment), ("service", service), ("profile", profile)];
            let mut row = row(observed.accounts.len(), &values);
            row.values.insert("disabled".to_owned(), disabled.to_string());
            password.map(|password| row.values.insert("password".to_owned(), password));
            // A router keeps a name once for each service.
            let is_same = |other: &Row| other.raw("name") == Some(name) && other.raw("service") == Some(service);
            if !observed.accounts.iter().any(is_same) {
                observed.accounts.push(row);
            }
        }
        observed
    })
}

/// Customers, some of whom nobody can make out, some of whom are each other's twins.
fn wanted() -> impl Strategy<Value = (Vec<Who>, Desired)> {
    let names = prop::sample::select(vec!["ana", "eva", "ida", "uma"]);
    let row = (1..5usize, names, any::<bool>(), any::<bool>(), prop::bool::weighted(0.1));
    prop::collection::vec(row, 0..5).prop_map(|rows| {
        let intents = rows.iter().map(|(id, username, is_gold, suspended, _)| {
            let (name, down) = if *is_gold { ("Gold", 10.0) } else { ("A", 20.0) };
            let mut intent = intent(&format!("CUS-{id}"), username, profile(name, down, ServiceType::Pppoe));
            if *suspended {
                intent.customer.status = CustomerStatus::Suspended;
            }
            intent
        });
        let (who, mut desired) = desired(&intents.collect::<Vec<_>>());
        for (wanted, (.., is_odd)) in desired.rows.iter_mut().zip(&rows) {
            if *is_odd {
                *wanted = Err(Problem::new(Code::ValidationFailed, "odd"));
            }
        }
        (who, desired)
    })
}

/// One thing that somebody changes, on the router or here.
#[derive(Clone, Debug)]
enum Edit {
    Account(&'static str, &'static str),
    Name,
    Package,
    Status,
}

fn edit() -> impl Strategy<Value = Edit> {
    prop::sample::select(vec![
        Edit::Account("profile", "other"),
        Edit::Account("disabled", "odd"),
        Edit::Account("comment", "somebody wrote"),
        Edit::Account("caller-id", "AA:BB:CC:DD:EE:0F"),
        Edit::Account("remote-address", "10.0.0.9"),
        Edit::Name,
        Edit::Package,
        Edit::Status,
    ])
}

impl Edit {
    /// Whether there was anything to change.
    fn change(&self, row: &DriftRow, desired: &mut Desired, observed: &mut Observed) -> bool {
        let intent = row.wanted.and_then(|at| desired.rows[at].as_mut().ok());
        match (self, intent, row.account) {
            (Self::Account(property, value), _, Some(at)) => {
                observed.accounts[at].values.insert((*property).to_owned(), (*value).to_owned());
            }
            (Self::Name, Some(intent), _) => intent.customer.name.push_str(" B"),
            (Self::Package, Some(intent), _) => intent.profile = profile("Silver", 1.0, ServiceType::Pppoe),
            (Self::Status, Some(intent), _) => {
                let enabled = intent.customer.status.enabled();
                intent.customer.status = if enabled { CustomerStatus::Suspended } else { CustomerStatus::Active };
            }
            _ => return false,
        }
        true
    }
}

proptest! {
    #[test]
    fn everybody_is_there_once_in_the_state_of_the_plan((who, desired) in wanted(), observed in observed()) {
        let rows = drift(&who, &desired, &observed, &Ignored::new());
        let wanted: Vec<usize> = rows.iter().filter_map(|row| row.wanted).collect();
        prop_assert_eq!(wanted.iter().copied().collect::<BTreeSet<_>>(), (0..who.len()).collect());
        prop_assert_eq!(wanted.len(), who.len());
        let accounts: Vec<usize> = rows.iter().filter_map(|row| row.account).collect();
        let once: BTreeSet<usize> = accounts.iter().copied().collect();
        prop_assert_eq!(accounts.len(), once.len());
        for (at, account) in observed.accounts.iter().enumerate() {
            prop_assert!(once.contains(&at) || !is_of_customer(account, desired.service), "{account:?} is not told");
        }
        let plan = plan(&Desired { disconnect: DisconnectPolicy::Never, ..desired.clone() }, &observed);
        for row in &rows {
            let action = row.wanted.and_then(|at| plan.rows[at].as_ref().ok()).map(|step| plan.action(step));
            prop_assert_eq!(row.state == SyncState::InSync, action == Some(ActionTaken::Unchanged));
            prop_assert_eq!(row.state == SyncState::Missing, action == Some(ActionTaken::Created));
            prop_assert_eq!(row.state == SyncState::Differs, action == Some(ActionTaken::Updated));
            prop_assert_eq!(row.state == SyncState::InSync, row.fields.is_empty() && row.obstacle.is_none());
        }
        let tells_a_secret = format!("{rows:?}").contains("canary");
        prop_assert!(!tells_a_secret);
        prop_assert_eq!(drift(&who, &desired, &observed, &Ignored::new()), rows);
    }

    #[test]
    fn what_is_ignored_is_hidden_until_it_changes(
        (who, mut desired) in wanted(), mut observed in observed(), at in any::<prop::sample::Index>(), edit in edit(),
    ) {
        let rows = drift(&who, &desired, &observed, &Ignored::new());
        prop_assume!(!rows.is_empty());
        let row = at.get(&rows);
        let ignored: Ignored = [(row.username.clone(), row.seen.clone())].into();
        let hidden = drift(&who, &desired, &observed, &ignored);
        let again = hidden.iter().find(|other| (other.wanted, other.account) == (row.wanted, row.account)).unwrap();
        prop_assert_eq!(again.ignored, row.state != SyncState::InSync);
        prop_assert!(hidden.iter().all(|other| !other.ignored || other.username == row.username));
        let before = format!("{desired:?} {observed:?}");
        prop_assume!(edit.change(row, &mut desired, &mut observed));
        let after = format!("{desired:?} {observed:?}");
        prop_assume!(after != before);
        let shown = drift(&who, &desired, &observed, &ignored);
        let is_it = |other: &&DriftRow| {
            row.account.map_or(other.wanted == row.wanted, |account| other.account == Some(account))
        };
        prop_assert!(shown.iter().filter(is_it).all(|other| !other.ignored), "{}", told(&shown));
    }
}
