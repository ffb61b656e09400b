//! Whatever a router holds and whatever is wanted: one sync does all that can be done, a second one writes nothing.

use std::collections::BTreeMap;

use domain::{
    customer::{Password, ServiceType, Setting},
    wire::{BulkReport, CustomerBody},
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use routeros_sim::Service;
use tokio::runtime::Runtime;

use crate::{
    bodies::{basic, many},
    world::{USUAL, World, world_with},
};

const CASES: u32 = 64;
const NAMES: [&str; 5] = ["ana", "eva", "ida", "uma", "zoe"];

/// An account that staff, an earlier sync or another program left on the router.
#[derive(Clone, Debug)]
struct Found {
    name: &'static str,
    /// The customer whose marker it bears.
    of: Option<usize>,
    tail: &'static str,
    disabled: bool,
    password: &'static str,
    online: bool,
}

/// A customer of the request.
#[derive(Clone, Debug)]
struct Wanted {
    number: usize,
    name: &'static str,
    status: &'static str,
    password: Option<&'static str>,
    bound: bool,
}

fn found() -> impl Strategy<Value = Vec<Found>> {
    let names = prop::sample::subsequence(NAMES.to_vec(), 0..=NAMES.len());
    let rest = || {
        let of = prop::option::weighted(0.7, 1..=NAMES.len());
        let tail = prop::sample::select(vec!["", " paid till June"]);
        (of, tail, any::<bool>(), prop::sample::select(vec!["old", "given"]), any::<bool>())
    };
    (names, prop::collection::vec(rest(), NAMES.len())).prop_map(|(names, rest)| {
        let account =
            |(name, (of, tail, disabled, password, online))| Found { name, of, tail, disabled, password, online };
        names.into_iter().zip(rest).map(account).collect()
    })
}

fn wanted() -> impl Strategy<Value = Vec<Wanted>> {
    let row = (1..=NAMES.len(), prop::sample::select(NAMES.to_vec()), any::<bool>(), any::<bool>(), any::<bool>());
    let wanted = |(number, name, active, given, bound): (usize, &'static str, bool, bool, bool)| Wanted {
        number,
        name,
        status: if active { "Active" } else { "Suspended" },
        password: given.then_some("given"),
        bound,
    };
    prop::collection::vec(row.prop_map(wanted), 0..=NAMES.len())
}

impl Found {
    fn comment(&self) -> String {
        let marker = |n: usize| format!("NetPilot Customer: Customer {n} (ID: CUS-{n}){}", self.tail);
        self.of.map_or_else(|| "tower link".to_owned(), marker)
    }
}

impl Wanted {
    fn body(&self) -> CustomerBody {
        CustomerBody {
            id: Some(format!("CUS-{}", self.number)),
            name: Some(format!("Customer {}", self.number)),
            status: Some(self.status.to_owned()),
            service_package: basic().name,
            pppoe_username: Some(self.name.to_owned()),
            pppoe_password: self.password.map(Password::new),
            mac_address: if self.bound { Setting::Is("AA:BB:CC:DD:EE:0F".to_owned()) } else { Setting::Cleared },
            ..CustomerBody::default()
        }
    }
}

#[test]
fn one_sync_does_all_that_can_be_done_and_the_second_writes_nothing() {
    let runtime = Runtime::new().unwrap();
    for service in ServiceType::ALL {
        for sees_passwords in [true, false] {
            let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
            let converges = |(found, wanted)| runtime.block_on(converges(service, sees_passwords, found, wanted));
            runner.run(&(found(), wanted()), converges).unwrap();
        }
    }
}

async fn converges(
    service: ServiceType,
    sees_passwords: bool,
    found: Vec<Found>,
    wanted: Vec<Wanted>,
) -> Result<(), TestCaseError> {
    let policies = [USUAL, if sees_passwords { &["sensitive"] } else { &[] }].concat();
    let world = world_with(false, &policies).await;
    let (menu, dials) = match service {
        ServiceType::Pppoe => ("/ppp/secret", Service::Pppoe),
        ServiceType::Hotspot => ("/ip/hotspot/user", Service::Hotspot),
    };
    for account in &found {
        let Found { name, password, online, .. } = account;
        world.sim.add(menu, &[("name", name), ("password", password), ("comment", &account.comment())]).unwrap();
        if *online {
            world.sim.dial_in(dials, name).unwrap();
        }
        if account.disabled {
            world.sim.edit(menu, name, &[("disabled", "yes")]).unwrap();
        }
    }
    let foreign = |world: &World| -> Vec<BTreeMap<String, String>> {
        let mut rows = world.sim.rows(menu);
        rows.retain(|row| row.get("comment").is_some_and(|comment| comment == "tower link"));
        // Hotspot users count what they carry.
        let counts = |name: &str| name.starts_with("bytes-") || name.starts_with("packets-") || name == "uptime";
        for row in &mut rows {
            row.retain(|name, _| !counts(name));
        }
        rows
    };
    let before = foreign(&world);
    let sync = || async {
        let request = aaa::SyncMany { service, ..many(wanted.iter().map(Wanted::body).collect()) };
        world.services.sync_many(&world.admin, request).await.unwrap()
    };
    let first = sync().await;
    let written = world.writes();
    let second = sync().await;
    let codes = |report: &BulkReport| -> Vec<_> {
        report.results.iter().map(|row| row.error.as_ref().map(|error| error.code)).collect()
    };
    prop_assert_eq!(codes(&first), codes(&second), "who was refused is refused for the same reason");
    prop_assert_eq!(second.summary.unchanged + second.summary.errors, wanted.len(), "{:?}", second);
    prop_assert_eq!(world.writes(), written, "the second one writes nothing");
    prop_assert_eq!(foreign(&world), before, "what is not ours stays as it was");
    let rows = world.sim.rows(menu);
    for (row, wanted) in first.results.iter().zip(&wanted).filter(|(row, _)| row.success) {
        let named: Vec<_> = rows.iter().filter(|row| row["name"] == wanted.name).collect();
        prop_assert_eq!(named.len(), 1, "{:?}", row);
        prop_assert_eq!(named[0]["disabled"] == "true", wanted.status == "Suspended");
        prop_assert!(wanted.password.is_none_or(|password| named[0]["password"] == password), "{:?}", row);
    }
    Ok(())
}
