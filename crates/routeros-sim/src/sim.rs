//! A running router, and the hands that move its world.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
    task::AbortHandle,
};

use crate::{
    Builder, Ids, Pace, Refused, Script, Service, Trouble,
    backup::Backup,
    hand, power,
    print::{self, View},
    redial::{churn, redial, time_out},
    router::{Router, menu_at},
    server,
    table::print_id,
    welcome,
    world::{self, Redial},
};

/// A router that runs until it is dropped.
#[derive(Debug)]
pub struct Sim {
    core: Arc<Core>,
    churn: watch::Sender<u32>,
    tasks: [AbortHandle; 4],
}

/// What the customers' equipment does by itself.
pub(crate) struct Habits {
    pub(crate) redials: mpsc::UnboundedReceiver<Redial>,
    pub(crate) redial_after: Duration,
    pub(crate) churn: u32,
}

/// What every line shares.
pub(crate) struct Core(Mutex<Router>);

impl Core {
    /// The router, for as long as it takes to do one thing.
    pub(crate) fn router(&self) -> MutexGuard<'_, Router> {
        // A line that panicked leaves a router that is still worth looking at.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core").finish_non_exhaustive()
    }
}

impl Sim {
    /// A router out of its box, to be furnished.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn run(router: Router, listener: TcpListener, habits: Habits) -> Self {
        let Habits { redials, redial_after, churn: per_second } = habits;
        let seed = router.seed;
        let (port, next_end, clock) = (router.port(), router.sessions.next_end(), router.clock);
        let core = Arc::new(Core(Mutex::new(router)));
        let (churning, rate) = watch::channel(per_second);
        let tasks = [
            tokio::spawn(server::accept(Arc::clone(&core), listener, port)).abort_handle(),
            tokio::spawn(redial(Arc::clone(&core), redials, redial_after)).abort_handle(),
            tokio::spawn(time_out(Arc::clone(&core), next_end, clock)).abort_handle(),
            tokio::spawn(churn(Arc::clone(&core), rate, seed)).abort_handle(),
        ];
        Self { core, churn: churning, tasks }
    }

    /// Where the API listens, or will when it is on.
    pub fn address(&self) -> SocketAddr {
        welcome::listens_at(&self.core.router())
    }

    /// A customer comes online; the `.id` of their row in the service's `active` menu.
    ///
    /// # Errors
    /// The router does not let them in.
    pub fn dial_in(&self, service: Service, user: &str) -> Result<String, Refused> {
        world::dial_in(&mut self.core.router(), service, user.as_bytes()).map(print_id)
    }

    /// A customer hangs up and stays away; how many sessions that ended.
    pub fn hang_up(&self, service: Service, user: &str) -> usize {
        world::hang_up(&mut self.core.router(), service, user.as_bytes())
    }

    /// Somebody changes a row in `WinBox`. The same rules hold as for the API.
    ///
    /// # Errors
    /// The router's refusal.
    pub fn edit(&self, menu: &str, id_or_name: &str, set: &[(&str, &str)]) -> Result<(), Refused> {
        hand::edit(&mut self.core.router(), menu, id_or_name, &arguments(set))
    }

    /// Somebody adds a row in `WinBox`; its `.id`.
    ///
    /// # Errors
    /// The router's refusal.
    pub fn add(&self, menu: &str, set: &[(&str, &str)]) -> Result<String, Refused> {
        hand::add(&mut self.core.router(), menu, &arguments(set))
    }

    /// Somebody removes a row in `WinBox`.
    ///
    /// # Errors
    /// The router's refusal.
    pub fn remove(&self, menu: &str, id_or_name: &str) -> Result<(), Refused> {
        hand::remove(&mut self.core.router(), menu, id_or_name)
    }

    /// Everything in a menu, passwords included, as text. A menu that does not exist has no rows.
    pub fn rows(&self, menu: &str) -> Vec<BTreeMap<String, String>> {
        let (Ok(menu), router) = (menu_at(menu), self.core.router()) else {
            return Vec::new();
        };
        let view = View::everything();
        let text = |value: Vec<u8>| String::from_utf8_lossy(&value).into_owned();
        let row = |(id, row)| print::values(&router, menu, id, row, &view);
        let rows = router.table(menu.path).iter().map(row);
        rows.map(|row| row.into_iter().map(|(name, value)| (name.to_owned(), text(value))).collect()).collect()
    }

    /// Power off and on again at once: every API line and session is gone, the uptime starts again, `PPPoE` customers
    /// redial.
    pub fn reboot(&self) {
        self.reboot_for(Duration::ZERO, Ids::Keep);
    }

    /// The same with the power away for a time, in which nobody can connect or dial in.
    pub fn reboot_for(&self, down: Duration, ids: Ids) {
        power::reboot(&mut self.core.router(), down, ids);
    }

    /// Puts a backup aside: every row that somebody wrote. There is one; the next takes its place.
    pub fn snapshot(&self) {
        let router = &mut self.core.router();
        router.snapshot = Some(Backup::of(router));
    }

    /// The rows of a menu, or of all menus, go back to the snapshot, under the ids they had. Sessions stay.
    ///
    /// # Errors
    /// No snapshot was taken, or there is no such menu.
    pub fn restore(&self, menu: Option<&str>) -> Result<(), Refused> {
        let only = menu.map(menu_at).transpose()?;
        self.core.router().restore(only)
    }

    /// Makes trouble, or clears all of it.
    pub fn trouble(&self, trouble: Trouble) {
        let router = &mut self.core.router();
        match trouble {
            Trouble::Clear => router.troubles.clear(),
            Trouble::RefuseConnections => router.troubles.refusing = true,
            Trouble::DropAfter { sentences: 0 } => router.cut_lines(),
            named => named.into_script().into_iter().for_each(|script| router.troubles.begin(script)),
        }
        router.look_at_port();
    }

    /// Makes any trouble, at any sentence or byte.
    pub fn script(&self, script: Script) {
        self.core.router().troubles.begin(script);
    }

    /// Every answer, and every piece of news, leaves this much later. Commands do not wait for each other.
    pub fn set_round_trip(&self, round_trip: Duration) {
        self.core.router().round_trip.set(round_trip);
    }

    /// How fast commands are worked off from now on.
    pub fn set_pace(&self, pace: Pace) {
        self.core.router().work.set_pace(pace);
    }

    /// So many `PPPoE` lines per second break and are dialled again, by chance.
    pub fn set_churn(&self, per_second: u32) {
        self.churn.send_replace(per_second);
    }

    /// Sentences received so far, by command word: `/ppp/secret/add` → 3.
    pub fn counts(&self) -> BTreeMap<String, u64> {
        self.core.router().counts.clone()
    }

    /// Rows of a menu that were printed so far.
    pub fn printed(&self, menu: &str) -> u64 {
        self.core.router().printed.get(menu).copied().unwrap_or_default()
    }

    /// Open API lines.
    pub fn connections(&self) -> usize {
        self.core.router().lines()
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

fn arguments<'a>(set: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a [u8])> {
    set.iter().map(|(name, value)| (*name, value.as_bytes())).collect()
}
