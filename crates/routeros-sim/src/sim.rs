//! A running router, and the hands that move its world.

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
    task::{AbortHandle, JoinSet},
};

use crate::{
    Builder, Refused, Service, Trouble,
    print::{self, View},
    router::{Router, menu_at},
    rules, server,
    table::print_id,
    world::{self, Redial},
};

/// A router that runs until it is dropped.
#[derive(Debug)]
pub struct Sim {
    core: Arc<Core>,
    address: SocketAddr,
    refusing: watch::Sender<bool>,
    tasks: [AbortHandle; 2],
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

    pub(crate) fn run(
        router: Router,
        listener: TcpListener,
        again: mpsc::UnboundedReceiver<Redial>,
        redial_after: Duration,
    ) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let core = Arc::new(Core(Mutex::new(router)));
        let (refusing, refused) = watch::channel(false);
        let accepting = tokio::spawn(server::accept(Arc::clone(&core), listener, refused));
        let redialling = tokio::spawn(redial(Arc::clone(&core), again, redial_after));
        Ok(Self { core, address, refusing, tasks: [accepting.abort_handle(), redialling.abort_handle()] })
    }

    /// Where the API listens.
    pub fn address(&self) -> SocketAddr {
        self.address
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
        let (menu, router) = (menu_at(menu)?, &mut self.core.router());
        let ids = rules::find(router, menu, id_or_name.as_bytes())?;
        rules::set(router, menu, &ids, &arguments(set))
    }

    /// Somebody adds a row in `WinBox`; its `.id`.
    ///
    /// # Errors
    /// The router's refusal.
    pub fn add(&self, menu: &str, set: &[(&str, &str)]) -> Result<String, Refused> {
        let menu = menu_at(menu)?;
        rules::add(&mut self.core.router(), menu, &arguments(set)).map(print_id)
    }

    /// Somebody removes a row in `WinBox`.
    ///
    /// # Errors
    /// The router's refusal.
    pub fn remove(&self, menu: &str, id_or_name: &str) -> Result<(), Refused> {
        let (menu, router) = (menu_at(menu)?, &mut self.core.router());
        let ids = rules::find(router, menu, id_or_name.as_bytes())?;
        rules::remove(router, menu, &ids)
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

    /// Power off and on: every API line and session is gone, the uptime starts again, `PPPoE` customers redial.
    pub fn reboot(&self) {
        let router = &mut self.core.router();
        world::power_cut(router);
        router.cut_lines();
        router.booted = router.clock.now();
    }

    /// Makes trouble, or clears all of it.
    pub fn trouble(&self, trouble: Trouble) {
        let router = &mut self.core.router();
        if trouble == (Trouble::DropAfter { sentences: 0 }) {
            return router.cut_lines();
        }
        router.troubles.begin(trouble);
        self.refusing.send_replace(router.troubles.refuses_connections());
    }

    /// Sentences received so far, by command word: `/ppp/secret/add` → 3.
    pub fn counts(&self) -> BTreeMap<String, u64> {
        self.core.router().counts.clone()
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

/// Lets equipment dial again, each a moment after it was cut off.
async fn redial(core: Arc<Core>, mut again: mpsc::UnboundedReceiver<Redial>, after: Duration) {
    let mut waiting = JoinSet::new();
    loop {
        tokio::select! {
            next = again.recv() => {
                let Some(next) = next else { return };
                let core = Arc::clone(&core);
                waiting.spawn(async move {
                    tokio::time::sleep(after).await;
                    world::dial_again(&mut core.router(), &next);
                });
            }
            Some(_) = waiting.join_next() => {}
        }
    }
}
