//! The line is cut at every sentence of a sync, before its effect and after it. Whatever happens, nobody is written twice,
//! nothing foreign is touched, every outcome that is told is true, and the third pass at the latest leaves nothing to do.

use std::collections::{BTreeMap, BTreeSet};

use aaa::{Config, Options, SyncMany};
use domain::{
    customer::ServiceType,
    wire::{
        ActionTaken, BulkReport, BulkRow, CustomerBody, PackageBody,
        problem::{Code, Problem},
    },
};
use routeros_sim::{Script, Service, Sim, Trouble, What, When};

use crate::{
    bodies::{basic, many, numbered},
    world::{USUAL, World, world_of},
};

/// One command at a time, and as many as the product has in flight.
const WINDOWS: [usize; 2] = [1, 16];
const WAYS: [What; 3] = [What::CutBefore, What::CutAfter, What::CutAt { bytes: 3 }];
/// Passes until nothing is left to do, that with the cuts included.
const PASSES: usize = 3;
/// The customer whose name an operator's account has.
const TAKEN: &str = "customer3";
/// The one whose account differs, and who is online.
const DIFFERS: &str = "customer4";
/// The one whose account is as it should be.
const IN_STEP: usize = 5;
/// Sentences that a run has besides, once it was cut: it signs in anew and looks again.
const SENTENCES_MORE: u64 = 6;
/// Pairs of cuts that the suite tries with each window. The soak tries all.
const PAIRS: usize = 20;

/// A row of the router.
type Row = BTreeMap<String, String>;

/// The so many-th sentence of the first pass is where the line is cut.
#[derive(Clone, Debug)]
struct Cut {
    sentence: u64,
    way: What,
}

#[tokio::test]
async fn a_line_cut_anywhere_is_made_good_one_command_at_a_time() {
    assert_eq!(every_single_cut(WINDOWS[0]).await, 3 * SENTENCES);
}

#[tokio::test]
async fn a_line_cut_anywhere_is_made_good_with_a_whole_window_in_flight() {
    assert_eq!(every_single_cut(WINDOWS[1]).await, 3 * SENTENCES);
}

#[tokio::test]
async fn a_line_cut_twice_is_made_good() {
    for window in WINDOWS {
        let pairs = pairs(sentences(window).await);
        // A step that shares nothing with their number comes by all of them in an order of its own.
        let sampled = (0..PAIRS).map(|n| &pairs[(n * 7919 + window) % pairs.len()]);
        for cuts in sampled {
            hold(cuts, window).await;
        }
    }
}

/// All pairs take minutes; `cargo xtask soak` tries them.
#[cfg(feature = "soak")]
#[tokio::test]
async fn a_line_cut_twice_anywhere_is_made_good() {
    for window in WINDOWS {
        for cuts in pairs(sentences(window).await) {
            hold(&cuts, window).await;
        }
    }
}

/// Sentences of a pass that nothing disturbs: a sign-in, four prints to plan, a profile, nine accounts that are added and
/// one that is changed, four prints to look again, two looks whose the session is that is to end, its end, and a look
/// whether it is gone.
const SENTENCES: u64 = 24;

async fn every_single_cut(window: usize) -> u64 {
    let cuts = singles(sentences(window).await);
    for cut in &cuts {
        hold(std::slice::from_ref(cut), window).await;
    }
    u64::try_from(cuts.len()).unwrap()
}

fn singles(sentences: u64) -> Vec<Cut> {
    let at = |sentence| WAYS.map(|way| Cut { sentence, way });
    (1..=sentences).flat_map(at).collect()
}

fn pairs(sentences: u64) -> Vec<[Cut; 2]> {
    let later = singles(sentences + SENTENCES_MORE);
    let with = |first: Cut| {
        let behind = later.iter().filter(move |second| second.sentence > first.sentence);
        behind.map(|second| [first.clone(), second.clone()]).collect::<Vec<_>>()
    };
    singles(sentences).into_iter().flat_map(with).collect()
}

async fn sentences(window: usize) -> u64 {
    let world = prepared(window).await;
    let before = world.sim.counts().values().sum::<u64>();
    pass(&world).await.unwrap();
    world.sim.counts().values().sum::<u64>() - before
}

/// Cuts the first pass, and passes again until nothing is left to do. Looks after every pass.
async fn hold(cuts: &[Cut], window: usize) {
    let world = prepared(window).await;
    let first = Seen::of(&world);
    for Cut { sentence, way } in cuts {
        world.sim.script(Script::once(When::default().nth(*sentence), way.clone()));
    }
    let mut told = Vec::new();
    for n in 1..=PASSES {
        let about = || format!("{cuts:?}, window {window}, pass {n}");
        if n == PASSES {
            world.sim.trouble(Trouble::Clear);
        }
        let before = Seen::of(&world);
        let answer = pass(&world).await;
        let after = Seen::of(&world);
        after.is_well(&first, &about());
        after.is_told_by(&answer, &before, &about());
        told.push(answer);
        if told.last().is_some_and(is_done) {
            break;
        }
    }
    assert!(told.last().is_some_and(is_done), "{cuts:?}, window {window}: not done after {PASSES} passes: {told:#?}");
    world.sim.trouble(Trouble::Clear);
    let (writes, seen) = (world.writes(), Seen::of(&world));
    let about = format!("{cuts:?}, window {window}");
    let extra = pass(&world).await.unwrap_or_else(|problem| panic!("{about}: {problem:?} {told:#?}"));
    assert_eq!(world.writes(), writes, "{about}: the extra pass writes");
    assert_eq!((extra.summary.unchanged, extra.summary.errors), (11, 1), "{about}");
    assert_eq!(Seen::of(&world).secrets, seen.secrets, "{about}");
    assert!(world.sim.counts()["/login"] >= 2, "{about}: no line was cut");
}

/// Whether everybody is as planned who can be.
fn is_done(answer: &Result<BulkReport, Problem>) -> bool {
    let is_taken = |row: &BulkRow| row.username.as_deref() == Some(TAKEN);
    answer.as_ref().is_ok_and(|report| report.results.iter().all(|row| row.success || is_taken(row)))
}

/// A router that holds a foreign account, an operator's with a customer's name, one of ours that differs, one that was
/// left behind, and one in step. Its user does not see passwords.
async fn prepared(window: usize) -> World {
    let sim = Sim::builder().group("api-users", USUAL);
    let otherwise = |config: Config| Config { line: Options { window, ..config.line }, ..config };
    let world = world_of(sim, otherwise).await;
    let in_step = world.services.sync_many(&world.admin, wanted(vec![customer(IN_STEP)])).await.unwrap();
    assert_eq!(in_step.summary.created, 1);
    let secret = |set: &[(&str, &str)]| world.sim.add("/ppp/secret", set).unwrap();
    secret(&[("name", "tower-3"), ("password", "theirs"), ("comment", "the link to tower 3")]);
    secret(&[("name", TAKEN), ("password", "theirs"), ("service", "any")]);
    secret(&[
        ("name", DIFFERS),
        ("password", "old"),
        ("comment", "NetPilot Customer: Customer 4 (ID: CUS-4) pays late"),
    ]);
    secret(&[("name", "gone"), ("password", "old"), ("comment", "NetPilot Customer: Gone (ID: CUS-99)")]);
    world.sim.dial_in(Service::Pppoe, "tower-3").unwrap();
    world.sim.dial_in(Service::Pppoe, DIFFERS).unwrap();
    // The first pass begins with a sign-in, so that it can be cut there too.
    world.started_anew(otherwise).await
}

async fn pass(world: &World) -> Result<BulkReport, Problem> {
    world.services.sync_many(&world.admin, wanted((1..=12).map(customer).collect())).await
}

fn wanted(customers: Vec<CustomerBody>) -> SyncMany {
    let plus = PackageBody { name: Some("Plus 20Mbps".into()), download_speed: Some(20.0), ..basic() };
    SyncMany { packages: vec![basic(), plus], service: ServiceType::Pppoe, ..many(customers) }
}

/// The last four have a package whose profile the router lacks.
fn customer(n: usize) -> CustomerBody {
    CustomerBody { service_package: Some(package(n).into()), ..numbered(n) }
}

fn package(n: usize) -> &'static str {
    if n > 8 { "Plus 20Mbps" } else { "Basic 10Mbps" }
}

/// What the router holds.
struct Seen {
    secrets: Vec<Row>,
    profiles: Vec<Row>,
    /// Sessions: the id, and whose.
    online: BTreeMap<String, String>,
}

impl Seen {
    fn of(world: &World) -> Self {
        let online = world.sim.rows("/ppp/active").into_iter().map(|row| (row[".id"].clone(), row["name"].clone()));
        Self {
            secrets: world.sim.rows("/ppp/secret"),
            profiles: world.sim.rows("/ppp/profile"),
            online: online.collect(),
        }
    }

    fn secret(&self, name: &str) -> Option<&Row> {
        self.secrets.iter().find(|row| row["name"] == name)
    }

    /// Whether the account of a customer, and their profile, are as they should be.
    fn is_as_wanted(&self, n: usize) -> bool {
        let profile = format!("{}_pppoe", package(n).replace(' ', "_"));
        let has_profile = self.profiles.iter().any(|row| row["name"] == profile && row.contains_key("rate-limit"));
        let marker = format!("NetPilot Customer: Customer {n} (ID: CUS-{n})");
        let is_account = |row: &Row| {
            row["profile"] == profile
                && row["comment"].starts_with(&marker)
                && row["password"] == "anas-s3cret"
                && row["service"] == "pppoe"
                && row["disabled"] == "false"
        };
        has_profile && self.secret(&format!("customer{n}")).is_some_and(is_account)
    }

    /// Nobody is there twice, nothing foreign has changed, nothing is there that nobody asked for.
    fn is_well(&self, first: &Self, about: &str) {
        let names: BTreeSet<&str> = self.secrets.iter().map(|row| row["name"].as_str()).collect();
        assert_eq!(names.len(), self.secrets.len(), "{about}: a name twice: {names:?}");
        let expected = |name: &str| first.secret(name).is_some() || (1..=12).any(|n| name == format!("customer{n}"));
        assert!(names.iter().all(|name| expected(name)), "{about}: {names:?}");
        let ours = |row: &&Row| row.get("comment").is_some_and(|comment| comment.starts_with("NetPilot Customer: "));
        let markers: Vec<&str> = self.secrets.iter().filter(ours).map(|row| row["comment"].as_str()).collect();
        let one_of_a_kind: BTreeSet<_> = markers.iter().filter_map(|marker| marker.split_once("(ID: ")).collect();
        assert_eq!(one_of_a_kind.len(), markers.len(), "{about}: a customer twice: {markers:?}");
        for name in ["tower-3", TAKEN, "gone", &format!("customer{IN_STEP}")] {
            assert_eq!(self.secret(name), first.secret(name), "{about}: {name} is not ours to change");
        }
        let known: Vec<_> = self.profiles.iter().filter(|row| row["name"] != "Plus_20Mbps_pppoe").collect();
        assert_eq!(known, first.profiles.iter().collect::<Vec<_>>(), "{about}: profiles");
        assert!(self.profiles.len() <= first.profiles.len() + 1, "{about}: a profile twice");
        let theirs = |seen: &Self| seen.online.iter().find(|(_, name)| *name == "tower-3").map(|(id, _)| id.clone());
        assert_eq!(theirs(self), theirs(first), "{about}: the session of somebody else");
        if let Some(row) = self.secret(DIFFERS) {
            assert!(row["comment"].ends_with(" pays late"), "{about}: what staff wrote is kept");
        }
    }

    /// What was told of a pass is what became of it.
    fn is_told_by(&self, answer: &Result<BulkReport, Problem>, before: &Self, about: &str) {
        let report = match answer {
            Ok(report) => report,
            Err(problem) => {
                assert!(!problem.outcome_unknown && problem.code.retryable(), "{about}: {problem:?}");
                assert_eq!(self.secrets, before.secrets, "{about}: {problem:?}");
                assert_eq!(self.profiles, before.profiles, "{about}: {problem:?}");
                return;
            }
        };
        let told: Vec<_> = report.results.iter().map(|row| row.customer_id.clone().unwrap()).collect();
        assert_eq!(told, (1..=12).map(|n| format!("CUS-{n}")).collect::<Vec<_>>(), "{about}: one outcome each");
        for (n, row) in (1..).zip(&report.results) {
            self.is_row_true(n, row, before, about);
        }
        let differs = &report.results[3];
        let ended = before.online.keys().filter(|id| !self.online.contains_key(*id)).count();
        assert!(report.summary.disconnected <= ended, "{about}: {differs:?}");
        if differs.success && !differs.disconnects.is_empty() {
            let told = report.summary.disconnected + differs.sessions_left;
            assert_eq!(told, 1, "{about}: what became of the session is told: {differs:?}");
        }
    }

    fn is_row_true(&self, n: usize, row: &BulkRow, before: &Self, about: &str) {
        let about = format!("{about}, {row:?}");
        let name = format!("customer{n}");
        let (had, has) = (before.secret(&name), self.secret(&name));
        match (row.action, &row.error) {
            (ActionTaken::Created, None) => assert!(had.is_none() && self.is_as_wanted(n), "{about}: {has:?}"),
            (ActionTaken::Updated, None) => {
                assert!(had.is_some() && !before.is_as_wanted(n) && self.is_as_wanted(n), "{about}: {had:?} {has:?}");
            }
            (ActionTaken::Unchanged, None) => {
                assert!(had == has && self.is_as_wanted(n), "{about}: {had:?} {has:?}");
            }
            (ActionTaken::None, Some(error)) if error.code == Code::ForeignObject => assert_eq!(name, TAKEN, "{about}"),
            (ActionTaken::None, Some(error)) => {
                assert!(error.retryable, "{about}");
                let is_unknown = error.code == Code::OutcomeUnknown;
                assert!(is_unknown || !self.is_as_wanted(n), "{about}: it is there");
            }
            told => panic!("{about}: {told:?}"),
        }
    }
}
