//! A router in memory, the services on it, and somebody who may do everything.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use aaa::{Clock, Config, Endpoint, Keyring, Pauses, Services, Timings, Tls, TokenSettings};
use domain::role::{Operator, Origin, Role};
use routeros_sim::{Builder, Sim};
use tempfile::TempDir;

/// How long a customer's equipment takes to dial again.
pub(crate) const REDIAL: Duration = Duration::from_millis(50);
/// What the router's user may usually do. It does not see passwords.
pub(crate) const USUAL: &[&str] = &["api", "read", "write", "policy", "test"];
/// Half past nine on a Monday in January 2026.
const NOW_MS: i64 = 1_767_605_400_000;

/// Stands still until somebody moves it.
pub(crate) struct ByHand(pub(crate) AtomicI64);

impl Clock for ByHand {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) services: Arc<Services>,
    pub(crate) clock: Arc<ByHand>,
    pub(crate) admin: Operator,
    pub(crate) dir: TempDir,
}

/// A router that may be written to by its usual user.
pub(crate) async fn world() -> World {
    world_with(false, USUAL).await
}

/// A router whose user has these policies.
pub(crate) async fn world_with(read_only_at_first: bool, policies: &[&str]) -> World {
    let config = |config| Config { read_only_at_first, ..config };
    world_of(Sim::builder().group("api-users", policies), config).await
}

/// A router and services that are otherwise than usual. The router's user is in `api-users`.
pub(crate) async fn world_of(sim: Builder, otherwise: impl FnOnce(Config) -> Config) -> World {
    let sim = sim.user("netpilot-api", "s3cret", "api-users").redial_after(REDIAL).start().await.unwrap();
    let dir = TempDir::new().unwrap();
    let clock = Arc::new(ByHand(AtomicI64::new(NOW_MS)));
    let services = services_on(&sim, &dir, &clock, otherwise).await;
    World { sim, services, clock, admin: operator(Role::AdminStaff), dir }
}

/// Services on a router, with the rows that lie there. They know nothing else of what others did before.
async fn services_on(
    sim: &Sim,
    dir: &TempDir,
    clock: &Arc<ByHand>,
    otherwise: impl FnOnce(Config) -> Config,
) -> Arc<Services> {
    let endpoint = endpoint(sim);
    let config = Config { clock: Arc::clone(clock) as Arc<dyn Clock>, ..config(dir, Some(endpoint)) };
    Arc::new(Services::open(otherwise(config)).await.unwrap())
}

fn endpoint(sim: &Sim) -> Endpoint {
    Endpoint {
        host: sim.address().ip().to_string(),
        port: sim.address().port(),
        tls: Tls::Off,
        username: "netpilot-api".into(),
        password: "s3cret".into(),
    }
}

/// Services that keep their rows here and are not patient.
pub(crate) fn config(dir: &TempDir, router: Option<Endpoint>) -> Config {
    let keys = Keyring::read(&"0a".repeat(32)).unwrap();
    let url = format!("sqlite://{}/netpilot.db", dir.path().display());
    let timings = Timings { connect: Duration::from_secs(1), silence: Duration::from_secs(2), ..Timings::default() };
    let pauses = Pauses { again: Duration::ZERO, ..Pauses::default() };
    Config { line: timings.into(), pauses, ..Config::new(url, keys, TokenSettings::new(vec![b'x'; 32]), router) }
}

pub(crate) fn operator(role: Role) -> Operator {
    Operator {
        id: "op".into(),
        username: "nadia".into(),
        email: "nadia@example.com".into(),
        role,
        origin: Origin::default(),
    }
}

impl World {
    /// `NetPilot` ends, and is started anew: it has no line, and remembers what lies in its store.
    pub(crate) async fn started_anew(self, otherwise: impl FnOnce(Config) -> Config) -> Self {
        let Self { sim, services, clock, admin, dir } = self;
        drop(services);
        let services = services_on(&sim, &dir, &clock, otherwise).await;
        Self { sim, services, clock, admin, dir }
    }

    /// Another start of `NetPilot` on the same router and rows. What it works on ends with the runtime that it is opened in.
    pub(crate) fn another_netpilot(&self) -> impl Future<Output = Arc<Services>> + Send + 'static {
        let endpoint = endpoint(&self.sim);
        let config = Config { clock: Arc::clone(&self.clock) as Arc<dyn Clock>, ..config(&self.dir, Some(endpoint)) };
        async { Arc::new(Services::open(config).await.unwrap()) }
    }

    /// Sentences that change the router.
    pub(crate) fn writes(&self) -> u64 {
        let counts = self.sim.counts();
        let is_write = |command: &str| command.starts_with('/') && !command.ends_with("/print") && command != "/login";
        let writing = counts.iter().filter(|(command, _)| is_write(command));
        writing.map(|(_, count)| count).sum()
    }

    /// Sign-ins that the router has seen.
    pub(crate) fn logins(&self) -> u64 {
        self.sim.counts().get("/login").copied().unwrap_or(0)
    }

    pub(crate) fn find(&self, menu: &str, name: &str) -> Option<BTreeMap<String, String>> {
        self.sim.rows(menu).into_iter().find(|row| row.get("name").is_some_and(|have| have == name))
    }

    /// The same where it has to be there.
    pub(crate) fn row(&self, menu: &str, name: &str) -> BTreeMap<String, String> {
        self.find(menu, name).unwrap()
    }
}
