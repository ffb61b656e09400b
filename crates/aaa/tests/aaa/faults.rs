//! What networks and routers do to a sync, and what must come of it: a table, each row run by the real client over TCP.
//!
//! The numbers are those of the list of faults that the product answers for. Elsewhere: 3 (a name that may not be called is
//! refused when a router is kept, and ours comes from the environment); of 4 that another key ends the connection before a
//! sign-in (`routeros/tests/wire/tls.rs`; no crate but that speaks TLS) and what it is called (`aaa/src/trouble.rs`); of 16
//! what a viewer sees of a restart (`live.rs`); of 20 a setting that keeps an operator's edit.

mod table; // fault -> outcome

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use aaa::{Config, Options, SessionsQuery, SyncMany, Timings, UsersQuery};
use domain::{
    customer::Password,
    wire::{
        ActionTaken, BulkReport, BulkRow, CustomerBody, PackageBody,
        problem::{Code, Problem},
    },
};
use futures_util::{StreamExt, stream};
use routeros_sim::{Script, Service, Sim, What, When};
use tokio::net::TcpStream;

use crate::{
    bodies::{basic, many, numbered},
    world::{USUAL, World, world_of},
};
use table::table;

/// One fault, and what must come of it.
struct Fault {
    /// Its number in the list.
    number: u8,
    name: &'static str,
    /// What the router's user may do.
    policies: &'static [&'static str],
    /// How many commands are in flight.
    window: usize,
    /// What else is otherwise than usual.
    config: fn(Config) -> Config,
    /// Whether the three customers are on the router before.
    begun: bool,
    trouble: Trouble,
    asked: Asked,
    /// What is told, customer by customer or as one problem with its advice; then what the router was sent for it.
    told: &'static str,
}

/// What goes wrong.
enum Trouble {
    /// On the router.
    Sim(fn(&Sim)),
    /// Its port is closed.
    Refused,
    /// Other programs hold so many of its sessions.
    Sessions(usize),
}

/// What somebody asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Three customers.
    Sync,
    /// The same, suspended: three rows that change alike.
    Suspend,
    /// The same, each with another name: three rows that change each for itself.
    Rename,
    /// The first two have another package than the third.
    TwoPackages,
    /// Two of three have one username.
    Twins,
    /// Two of two have one username.
    OnlyTwins,
    /// The accounts on the router.
    Users,
    /// Who is online.
    Sessions,
}

/// How long a silent router is waited for here.
const SILENCE: Duration = Duration::from_millis(700);

#[tokio::test]
async fn every_fault_has_its_outcome() {
    let told = stream::iter(table())
        .map(|fault| async move { (format!("{} {}", fault.number, fault.name), fault.told, fault.come().await) });
    let told: Vec<_> = told.buffered(8).collect().await;
    let wrong: Vec<_> = told.into_iter().filter(|(_, required, came)| required != came).collect();
    let lines =
        wrong.iter().map(|(fault, required, came)| format!("{fault}\n  required: {required}\n  came:     {came}"));
    assert!(wrong.is_empty(), "{}", lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn no_fault_of_the_list_is_forgotten() {
    let numbers: BTreeSet<u8> = table().iter().map(|fault| fault.number).collect();
    assert_eq!(numbers, (1..=24).filter(|number| *number != 3).collect());
}

#[tokio::test]
async fn where_no_more_is_written_no_session_is_ended_and_its_customer_is_told() {
    let one_by_one = |config: Config| Config { line: Options { window: 1, ..config.line }, ..config };
    let world = world_of(Sim::builder().group("api-users", USUAL), one_by_one).await;
    world.services.sync_many(&world.admin, many(three())).await.unwrap();
    let online = world.sim.dial_in(Service::Pppoe, "customer1").unwrap();
    world.sim.script(Script::always(When::command("/ppp/secret/set").nth(2), What::DiskFull));
    let mut request = Asked::Rename.request();
    // Another password and a line that must end, in one command.
    let first = &mut request.customers[0];
    (first.status, first.pppoe_password) = (Some("Suspended".into()), Some(Password::new("another one")));
    let report = world.services.sync_many(&world.admin, request).await.unwrap();
    assert_eq!(outcomes(&report), "updated router-storage-full router-storage-full");
    assert_eq!((report.results[0].sessions_left, report.summary.disconnected), (1, 0));
    assert_eq!(report.retry.only, ["CUS-1", "CUS-2", "CUS-3"]);
    assert!(world.sim.rows("/ppp/active").iter().any(|row| row[".id"] == online));
    assert_eq!(world.sim.counts().get("/ppp/active/remove"), None);
}

impl Fault {
    /// Makes the trouble, asks, and tells what came of it.
    async fn come(self) -> String {
        let Self { number, name, policies, window, config, begun, trouble, asked, told: _ } = self;
        let timings = Timings { connect: SILENCE, silence: SILENCE, answer: 2 * SILENCE, ..Timings::default() };
        let usual = |usual: Config| Config { line: Options { window, ..timings.into() }, ..usual };
        let builder = Sim::builder().group("api-users", policies).group("all", USUAL);
        let world = world_of(builder, usual).await;
        if begun {
            // With every right: it is the state before, not the fault.
            world.sim.edit("/user", "netpilot-api", &[("group", "all")]).unwrap();
            let report = world.services.sync_many(&world.admin, many(three())).await.unwrap();
            assert_eq!(report.summary.created, 3, "{number} {name}");
            world.sim.edit("/user", "netpilot-api", &[("group", "api-users")]).unwrap();
        }
        let world = world.started_anew(|plain| config(usual(plain))).await;
        let _held = match trouble {
            Trouble::Sim(trouble) => {
                trouble(&world.sim);
                Vec::new()
            }
            Trouble::Refused => {
                world.sim.trouble(routeros_sim::Trouble::RefuseConnections);
                let is_refused = || std::net::TcpStream::connect(world.sim.address()).is_err().then_some(());
                crate::stored::until(is_refused).await;
                Vec::new()
            }
            Trouble::Sessions(sessions) => hold(&world.sim, sessions).await,
        };
        let (writes, logins) = (world.writes(), world.logins());
        let came = asked.ask(&world).await;
        format!("{came} | {} writes, {} logins", world.writes() - writes, world.logins() - logins)
    }
}

/// Lines of other programs that are open and say nothing.
async fn hold(sim: &Sim, sessions: usize) -> Vec<TcpStream> {
    let mut held = Vec::new();
    let others = sim.connections();
    for _ in 0..sessions {
        held.push(TcpStream::connect(sim.address()).await.unwrap());
    }
    crate::stored::until(|| (sim.connections() == others + sessions).then_some(())).await;
    held
}

fn three() -> Vec<CustomerBody> {
    (1..=3).map(numbered).collect()
}

impl Asked {
    async fn ask(self, world: &World) -> String {
        let services = Arc::clone(&world.services);
        match self {
            Self::Users => words(services.users(&world.admin, UsersQuery::default()).await.map(|users| users.count)),
            Self::Sessions => {
                words(services.sessions(&world.admin, SessionsQuery::default()).await.map(|sessions| sessions.count))
            }
            _ => {
                let answer = services.sync_many(&world.admin, self.request()).await;
                if let Ok(report) = &answer {
                    is_true(self, report, world);
                }
                answer.map_or_else(|problem| in_words(&problem), |report| outcomes(&report))
            }
        }
    }

    fn request(self) -> SyncMany {
        let each = |change: fn(CustomerBody) -> CustomerBody| many(three().into_iter().map(change).collect());
        let twin = |body: CustomerBody| CustomerBody { pppoe_username: Some("twin".into()), ..body };
        match self {
            Self::Suspend => each(|body| CustomerBody { status: Some("Suspended".into()), ..body }),
            Self::Rename => each(|body| CustomerBody { name: body.name.map(|name| format!("{name} Junior")), ..body }),
            Self::TwoPackages => {
                let mut request = many(three());
                request.customers[2].service_package = Some("Plus".into());
                request.packages.push(PackageBody { name: Some("Plus".into()), ..basic() });
                request
            }
            Self::Twins => many(vec![twin(numbered(1)), twin(numbered(2)), numbered(3)]),
            Self::OnlyTwins => many(vec![twin(numbered(1)), twin(numbered(2))]),
            Self::Sync | Self::Users | Self::Sessions => many(three()),
        }
    }
}

/// Each customer's outcome in a word.
fn outcomes(report: &BulkReport) -> String {
    let word = |row: &BulkRow| match (&row.error, row.action) {
        (Some(error), _) => error.code.name(),
        (None, ActionTaken::Created) => "created",
        (None, ActionTaken::Updated) => "updated",
        (None, _) => "unchanged",
    };
    report.results.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn words(answer: Result<usize, Problem>) -> String {
    answer.map_or_else(|problem| in_words(&problem), |count| format!("{count} rows"))
}

/// A problem, whether it may pass, and what is said to do about it.
fn in_words(problem: &Problem) -> String {
    let advice: Vec<&str> = problem.errors.iter().map(|part| part.code.as_str()).collect();
    let may_pass = if problem.code.retryable() { "may pass" } else { "stays" };
    format!("{} {may_pass} {advice:?}", problem.code.name())
}

/// Nobody is there twice, who is told to be written is there, and who is told not to be is not.
fn is_true(asked: Asked, report: &BulkReport, world: &World) {
    let secrets = world.sim.rows("/ppp/secret");
    let names: BTreeSet<_> = secrets.iter().map(|row| row["name"].clone()).collect();
    assert_eq!(names.len(), secrets.len(), "somebody is there twice: {names:?}");
    let disabled = (asked == Asked::Suspend).to_string();
    for (row, wanted) in report.results.iter().zip(asked.request().customers) {
        let name = wanted.name.unwrap();
        let marker = format!("NetPilot Customer: {name} (ID: {})", wanted.id.unwrap());
        let is_theirs = |have: &&BTreeMap<String, String>| have.get("comment") == Some(&marker);
        let is_there = secrets.iter().find(is_theirs).is_some_and(|have| have["disabled"] == disabled);
        let is_unknown = row.error.as_ref().is_some_and(|error| error.code == Code::OutcomeUnknown);
        assert!(is_unknown || row.success == is_there, "{row:?}: {secrets:?}");
    }
}
