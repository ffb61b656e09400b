//! What a sync costs: 10,000 new customers, 10,000 unchanged, 3,000 of them suspended, a package changed under 300 who are
//! online. Commands are counted by the router; each time stands beside its floor, from the round trip and the lists of
//! the same run. The simulator is a process of its own, so that the memory told is the product's alone.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

use std::{
    collections::BTreeMap,
    env, fs,
    io::{BufRead, BufReader, Lines, Write, stdin, stdout},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command as Process, Stdio},
    time::{Duration, Instant},
};

use aaa::{Config, Endpoint, Keyring, Options, Services, SyncMany, Tls, TokenSettings};
use domain::{
    customer::{Details, Password, ServiceType, Setting},
    role::{Operator, Origin, Role},
    wire::{BulkReport, BulkRow, CustomerBody, DisconnectPolicy, PackageBody, RunState},
};
use routeros::{
    Connection, Print,
    menu::{PppSecret, SystemIdentity},
};
use routeros_sim::{Service, Sim};
use store::{ItemOutcome, NewItem, NewRun, PushedAccount, RunEnd, Store, StoredCustomer};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const CUSTOMERS: usize = 10_000;
const SUSPENDED: usize = 3_000;
const CHANGED: usize = 300;
const SIMULATE: &str = "--simulate";

fn main() {
    if env::args().any(|arg| arg == SIMULATE) {
        return simulate();
    }
    println!("{:<28}{:>6}{:>9}{:>9}{:>9}{:>7}{:>9}", "", "RTT", "writes", "reads", "time", "floor", "ratio");
    println!("{:<28}{:>6}{:>9}{:>9}{:>9}{:>7}{:>9}{:>9}", "", "ms", "", "", "ms", "ms", "", "MB more");
    let in_memory = Path::new("/dev/shm").is_dir().then(|| TempDir::new_in("/dev/shm").unwrap());
    let on_disk = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let runtime = Runtime::new().unwrap();
    for (place, dir) in [("memory", in_memory.as_ref()), ("disk", Some(&on_disk))] {
        let Some(dir) = dir else { continue };
        for round_trip in [1, 10] {
            println!("store in {place}");
            runtime.block_on(series(&dir.path().join(round_trip.to_string()), round_trip));
        }
    }
}

/// All four, one after the other on one router.
async fn series(dir: &Path, round_trip: u64) {
    fs::create_dir_all(dir).unwrap();
    let mut router = Router::start();
    let endpoint = Endpoint {
        host: router.host.clone(),
        port: router.port,
        tls: Tls::Off,
        username: "admin".into(),
        password: String::new(),
    };
    let keys = Keyring::read(&"0a".repeat(32)).unwrap();
    let url = format!("sqlite://{}/netpilot.db", dir.display());
    let tokens = TokenSettings::new(vec![b'x'; 32]);
    let services = Services::open(Config::new(url, keys, tokens, Some(endpoint.clone()))).await.unwrap();
    let line = Connection::dial(&endpoint, Options::default()).await.unwrap();
    router.say(&format!("round-trip {round_trip}"));
    let floor = Floor { line: &line, rtt: measured_round_trip(&line).await };

    let all = || (1..=CUSTOMERS).map(|n| customer(n, "Active", "Basic")).collect::<Vec<_>>();
    let suspended = |n: usize| if n <= SUSPENDED { "Suspended" } else { "Active" };
    let package = |n: usize| if n > CUSTOMERS - CHANGED { "Fast" } else { "Basic" };
    let some_suspended = || (1..=CUSTOMERS).map(|n| customer(n, suspended(n), "Basic")).collect::<Vec<_>>();
    let some_faster = || (1..=CUSTOMERS).map(|n| customer(n, suspended(n), package(n))).collect::<Vec<_>>();

    let report = floor.told("10,000 new", &mut router, &services, all(), CUSTOMERS).await;
    let alone = store_alone(dir, &report.results).await;
    println!("  of it the store, measured alone: {:.0} ms", alone.as_secs_f64() * 1000.0);
    floor.told("10,000 unchanged", &mut router, &services, all(), 0).await;
    floor.told("3,000 of 10,000 suspended", &mut router, &services, some_suspended(), SUSPENDED).await;
    router.say(&format!("dial {} {CUSTOMERS}", CUSTOMERS - CHANGED + 1));
    let report = floor.told("300 changed, all online", &mut router, &services, some_faster(), CHANGED).await;
    assert_eq!(report.summary.disconnected, CHANGED);
}

/// What keeping 10,000 new customers, their run with every outcome, and their accounts takes by itself, in a database of
/// its own at the same place.
async fn store_alone(dir: &Path, rows: &[BulkRow]) -> Duration {
    let keys = Keyring::read(&"0a".repeat(32)).unwrap();
    let store = Store::open(&format!("sqlite://{}/alone.db", dir.display()), keys).await.unwrap();
    let password = |n: usize| Some(Password::new(format!("s3cret-{n}")));
    let stored = |n: usize| StoredCustomer {
        id: format!("CUS-{n}"),
        name: format!("Customer number {n}"),
        mobile: None,
        email: None,
        package: "Basic".into(),
        status: "Active".into(),
        details: Details::default(),
        service: ServiceType::Pppoe,
        username: format!("customer{n}"),
        password: password(n),
        mac_address: Setting::LeftAlone,
        ip_address: Setting::LeftAlone,
    };
    let pushed = |n: usize| PushedAccount {
        customer_id: format!("CUS-{n}"),
        username: format!("customer{n}"),
        comment: format!("NetPilot Customer: Customer number {n} (ID: CUS-{n})"),
        password: password(n),
    };
    let customers: Vec<_> = (1..=CUSTOMERS).map(stored).collect();
    let accounts: Vec<_> = (1..=CUSTOMERS).map(pushed).collect();
    let item = |(position, row): (usize, &BulkRow)| NewItem {
        position,
        customer_id: row.customer_id.clone().unwrap(),
        planned: row.clone(),
    };
    let outcome = |(position, row): (usize, &BulkRow)| ItemOutcome { position, row: row.clone(), attempts: 1 };
    let outcomes: Vec<_> = rows.iter().enumerate().map(outcome).collect();
    let run = NewRun {
        id: "run_1".into(),
        kind: "sync".into(),
        router_id: "default".into(),
        service: ServiceType::Pppoe,
        disconnect: DisconnectPolicy::Auto,
        operator_id: "op".into(),
        operator_name: "nadia".into(),
        warnings: Vec::new(),
        owner: "alone".into(),
        items: rows.iter().enumerate().map(item).collect(),
        settled: Vec::new(),
        owed: Vec::new(),
        pruned: Vec::new(),
    };
    let end = RunEnd { state: RunState::Done, problem: None, warnings: Vec::new(), pruned: Vec::new() };
    let began = Instant::now();
    store.keep_customers(&customers, |_| None, "api", 1).await.unwrap();
    store.accept_run(&run, 1).await.unwrap();
    for outcomes in outcomes.chunks(1000) {
        store.record_outcomes("run_1", "alone", outcomes, 1).await.unwrap();
    }
    store.end_run("run_1", "alone", &end, 1).await.unwrap();
    store.outcomes("run_1", None, 0, CUSTOMERS).await.unwrap();
    store.remember_pushed("default", ServiceType::Pppoe, &accounts, 1).await.unwrap();
    began.elapsed()
}

struct Floor<'a> {
    line: &'a Connection,
    rtt: Duration,
}

impl Floor<'_> {
    /// One sync, and what it cost beside what it must.
    async fn told(
        &self,
        what: &str,
        router: &mut Router,
        services: &Services,
        customers: Vec<CustomerBody>,
        changes: usize,
    ) -> BulkReport {
        let (lists, before) = (self.list().await, router.counts());
        let memory = reset_peak();
        let began = Instant::now();
        let report = services.sync_many(&admin(), request(customers)).await.unwrap();
        let took = began.elapsed();
        let grown = peak().zip(memory).map(|(peak, start)| peak.saturating_sub(start) / 1024);
        assert_eq!((report.summary.errors, report.summary.created + report.summary.updated), (0, changes), "{what}");
        let counts = router.counts();
        let sum = |reading: bool| -> u64 {
            let new = |(command, count): (&String, &u64)| count - before.get(command).copied().unwrap_or_default();
            counts.iter().filter(|(command, _)| command.ends_with("/print") == reading).map(new).sum()
        };
        let (writes, reads) = (sum(false), sum(true));
        // Sixteen at once; a list to plan, and one more to read back where something was written.
        let writing = self.rtt * u32::try_from(writes).unwrap() / 16;
        let after = if writes > 0 { self.list().await } else { Duration::ZERO };
        // Twenty sessions end in a second.
        let pace = Duration::from_secs(u64::try_from(report.summary.disconnected.saturating_sub(1) / 20).unwrap());
        let floor = lists + writing + after + pace;
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        println!(
            "{what:<28}{:>6.2}{writes:>9}{reads:>9}{:>9.0}{:>7.0}{:>9.2}{:>9}",
            ms(self.rtt),
            ms(took),
            ms(floor),
            took.as_secs_f64() / floor.as_secs_f64(),
            grown.map_or_else(|| "unknown".to_owned(), |mb| mb.to_string()),
        );
        report
    }

    /// The accounts as fast as they come, let go.
    async fn list(&self) -> Duration {
        let began = Instant::now();
        self.line.fold(&Print::<PppSecret>::new(), 0_u32, |rows, _| *rows += 1).await.unwrap();
        began.elapsed()
    }
}

async fn measured_round_trip(line: &Connection) -> Duration {
    const TIMES: u32 = 200;
    let began = Instant::now();
    for _ in 0..TIMES {
        line.list(&Print::<SystemIdentity>::new()).await.unwrap();
    }
    began.elapsed() / TIMES
}

fn customer(n: usize, status: &str, package: &str) -> CustomerBody {
    CustomerBody {
        id: Some(format!("CUS-{n}")),
        name: Some(format!("Customer number {n}")),
        status: Some(status.into()),
        service_package: Some(package.into()),
        pppoe_username: Some(format!("customer{n}")),
        pppoe_password: Some(Password::new(format!("s3cret-{n}"))),
        ..CustomerBody::default()
    }
}

fn request(customers: Vec<CustomerBody>) -> SyncMany {
    let package = |name: &str, down: f64| PackageBody {
        name: Some(name.into()),
        download_speed: Some(down),
        upload_speed: Some(5.0),
        ..PackageBody::default()
    };
    SyncMany {
        customers,
        packages: vec![package("Basic", 10.0), package("Fast", 50.0)],
        service: ServiceType::Pppoe,
        only: None,
        dry_run: false,
        plan_id: None,
        disconnect: DisconnectPolicy::Auto,
        prune: None,
    }
}

fn admin() -> Operator {
    Operator {
        id: "op".into(),
        username: "nadia".into(),
        email: "nadia@example.com".into(),
        role: Role::AdminStaff,
        origin: Origin::default(),
    }
}

/// The most memory that this process ever had, in kB, from now on. What is there now is returned.
fn reset_peak() -> Option<u64> {
    fs::write("/proc/self/clear_refs", "5").ok()?;
    peak()
}

fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The simulator in its own process, told what to do line by line.
struct Router {
    child: Child,
    to: ChildStdin,
    from: Lines<BufReader<ChildStdout>>,
    host: String,
    port: u16,
}

impl Router {
    fn start() -> Self {
        let mut child = Process::new(env::current_exe().unwrap());
        let mut child = child.arg(SIMULATE).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut from = BufReader::new(from).lines();
        let address = from.next().unwrap().unwrap();
        let (host, port) = address.rsplit_once(':').unwrap();
        Self { host: host.to_owned(), port: port.parse().unwrap(), child, to, from }
    }

    fn say(&mut self, order: &str) -> String {
        writeln!(self.to, "{order}").unwrap();
        self.from.next().unwrap().unwrap()
    }

    fn counts(&mut self) -> BTreeMap<String, u64> {
        let told = self.say("counts");
        let pairs = told.split_whitespace().filter_map(|pair| pair.split_once('='));
        pairs.map(|(command, count)| (command.to_owned(), count.parse().unwrap())).collect()
    }
}

impl Drop for Router {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn simulate() {
    let runtime = Runtime::new().unwrap();
    let _inside = runtime.enter();
    let sim = runtime.block_on(Sim::builder().redial_after(Duration::from_secs(1)).start()).unwrap();
    println!("{}", sim.address());
    for order in stdin().lock().lines() {
        let order = order.unwrap();
        let words: Vec<&str> = order.split(' ').collect();
        let number = |at: usize| words[at].parse::<u64>().unwrap();
        match words[0] {
            "round-trip" => sim.set_round_trip(Duration::from_millis(number(1))),
            "dial" => {
                for n in number(1)..=number(2) {
                    sim.dial_in(Service::Pppoe, &format!("customer{n}")).unwrap();
                }
            }
            _ => {}
        }
        let counts = sim.counts();
        let told: Vec<String> = counts.iter().map(|(command, count)| format!("{command}={count}")).collect();
        println!("{}", told.join(" "));
        stdout().flush().unwrap();
    }
}
