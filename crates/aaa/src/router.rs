//! The router: its one line, and whether it may be written to.

use std::{
    fmt,
    sync::{Arc, Mutex as StdMutex, PoisonError},
    time::Duration,
};

use domain::{
    customer::ServiceType,
    role::{Operator, Permission},
    session::session_key,
    sync::Online,
    timestamp::Timestamp,
    wire::problem::{Code, Problem},
};
use routeros::{ConnectError, Lease, Link};
use serde_json::json;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{
    Services,
    audit::{Act, Told},
    live::Live,
    outside::Clock,
    trouble,
};

/// The router that `MIKROTIK_*` names.
pub(crate) const DEFAULT_ROUTER: &str = "default";

/// How long we leave a router alone that had trouble with us.
#[derive(Clone, Copy, Debug)]
pub struct Pauses {
    /// Before a router that broke the line or was busy is tried again; each next pause is twice as long.
    pub again: Duration,
    /// Before another sign-in where the last one was refused, unless somebody tests the connection by hand: a router may
    /// lock us out, and its log fills.
    pub refused: Duration,
    /// Between two questions how busy the router is. What takes less is over before it matters.
    pub load: Duration,
}

impl Default for Pauses {
    fn default() -> Self {
        Self { again: Duration::from_millis(500), refused: Duration::from_mins(5), load: Duration::from_secs(1) }
    }
}

/// A router and our line to it.
pub(crate) struct RouterHandle {
    pub(crate) id: &'static str,
    pub(crate) link: Link,
    /// Who is online on it, as it happens.
    pub(crate) live: Arc<Live>,
    pub(crate) pauses: Pauses,
    clock: Arc<dyn Clock>,
    /// When a sign-in was refused, in milliseconds since 1970, and what it came to.
    refused: StdMutex<Option<(i64, Problem)>>,
    /// One writer at a time: two plans made from the same reading would undo each other.
    writing: Arc<Mutex<()>>,
    read_only_at_first: bool,
}

impl RouterHandle {
    pub(crate) fn new(link: Link, live: Live, pauses: Pauses, clock: Arc<dyn Clock>, read_only_at_first: bool) -> Self {
        Self {
            id: DEFAULT_ROUTER,
            link,
            live: Arc::new(live),
            pauses,
            clock,
            refused: StdMutex::default(),
            writing: Arc::default(),
            read_only_at_first,
        }
    }

    /// Keeps every other writer away. Whoever only looks needs nobody to wait, and waits for nobody.
    pub(crate) async fn alone(&self, dry_run: bool) -> Option<OwnedMutexGuard<()>> {
        if dry_run { None } else { Some(Arc::clone(&self.writing).lock_owned().await) }
    }

    /// The use of our line. A router that refused us is not asked again before its pause is over.
    pub(crate) async fn lease(&self) -> Result<Lease, Problem> {
        if let Some(problem) = self.refused_lately() {
            return Err(problem);
        }
        self.lease_by_hand().await.map_err(|error| trouble::of_connect(&error, self.link.endpoint()))
    }

    /// The same for somebody who wants to know now, whatever was refused before.
    pub(crate) async fn lease_by_hand(&self) -> Result<Lease, Arc<ConnectError>> {
        let lease = self.link.lease().await;
        let refused = lease.as_ref().err().filter(|error| matches!(***error, ConnectError::LoginRefused { .. }));
        let refused = refused.map(|error| (self.clock.now_ms(), trouble::of_connect(error, self.link.endpoint())));
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = refused;
        lease
    }

    /// Notes that we end these sessions: history tells them from those that hung up.
    pub(crate) fn we_end<'a>(&self, service: ServiceType, sessions: impl Iterator<Item = &'a Online>) {
        let now = Timestamp::from_unix(self.clock.now_ms() / 1000);
        self.live.we_end(sessions.map(|online| session_key(self.id, service, &online.id)), now);
    }

    /// The router did not end it for us.
    pub(crate) fn we_did_not_end(&self, service: ServiceType, session: &Online) {
        self.live.we_did_not_end(&session_key(self.id, service, &session.id));
    }

    fn refused_lately(&self) -> Option<Problem> {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let (at_ms, problem) = refused.as_ref()?;
        let since = self.clock.now_ms().saturating_sub(*at_ms);
        let pause = self.pauses.refused;
        // A clock that was set back does not keep us out for longer.
        let is_lately = u64::try_from(since).is_ok_and(|since| Duration::from_millis(since) < pause);
        is_lately.then(|| {
            let detail =
                format!("NetPilot signs in again {} s after that; a connection test does at once.", pause.as_secs());
            problem.clone().advice("pause", detail)
        })
    }
}

impl fmt::Debug for RouterHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RouterHandle").field("link", &self.link).finish_non_exhaustive()
    }
}

impl Services {
    /// Allows or forbids writes to the router.
    ///
    /// # Errors
    /// The operator may not, or no router is configured.
    pub async fn set_read_only(&self, operator: &Operator, read_only: bool) -> Result<(), Problem> {
        let act = Act::new("router.read-only", "router", self.router.as_ref().map(|router| router.id));
        let told = |(): &()| Told::after(&json!({ "readOnly": read_only }));
        self.audited(operator, Permission::ManageRouters, act, self.make_read_only(operator, read_only), told).await
    }

    async fn make_read_only(&self, operator: &Operator, read_only: bool) -> Result<(), Problem> {
        let router = self.router()?;
        self.store.set_router_read_only(router.id, read_only).await.map_err(trouble::of_store)?;
        tracing::info!(operator = %operator.username, router = router.id, read_only, "Changed what may be written");
        Ok(())
    }

    /// Waits until nobody writes to the router, and every run is written down.
    pub async fn finish_writing(&self) {
        if let Some(router) = &self.router {
            drop(router.writing.lock().await);
        }
        self.runs.finish().await;
    }

    /// The router, where one is configured.
    pub(crate) fn router(&self) -> Result<&RouterHandle, Problem> {
        self.router.as_ref().ok_or_else(trouble::not_configured)
    }

    pub(crate) async fn is_read_only(&self, router: &RouterHandle) -> Result<bool, Problem> {
        let said = self.store.router_read_only(router.id).await.map_err(trouble::of_store)?;
        Ok(said.unwrap_or(router.read_only_at_first))
    }

    /// The router, if it may be written to, and what is done there can be recorded here.
    pub(crate) async fn writable_router(&self) -> Result<&RouterHandle, Problem> {
        let router = self.router()?;
        if self.is_read_only(router).await? {
            let detail = "NetPilot may only read this router. An admin can allow writes on the page /mikrotik.";
            return Err(Problem::new(Code::RouterReadOnly, detail));
        }
        self.store.can_write().await.map_err(trouble::of_store)?;
        Ok(router)
    }
}
