//! The router: its one line, and whether it may be written to.

use std::sync::Arc;

use domain::{
    role::{Operator, Permission},
    wire::problem::{Code, Problem},
};
use routeros::{Endpoint, Lease, Link, Options};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{Services, live::Live, services::check, trouble};

/// The router that `MIKROTIK_*` names.
pub(crate) const DEFAULT_ROUTER: &str = "default";

/// A router and our line to it.
#[derive(Debug)]
pub(crate) struct RouterHandle {
    pub(crate) id: &'static str,
    pub(crate) link: Link,
    /// Who is online on it, as it happens.
    pub(crate) live: Arc<Live>,
    /// One writer at a time: two plans made from the same reading would undo each other.
    writing: Arc<Mutex<()>>,
    read_only_at_first: bool,
}

impl RouterHandle {
    pub(crate) fn new(endpoint: Endpoint, options: Options, read_only_at_first: bool, live: Live) -> Self {
        Self {
            id: DEFAULT_ROUTER,
            link: Link::new(endpoint, options),
            live: Arc::new(live),
            writing: Arc::default(),
            read_only_at_first,
        }
    }

    /// Keeps every other writer away. Whoever only looks needs nobody to wait, and waits for nobody.
    pub(crate) async fn alone(&self, dry_run: bool) -> Option<OwnedMutexGuard<()>> {
        if dry_run { None } else { Some(Arc::clone(&self.writing).lock_owned().await) }
    }

    pub(crate) async fn lease(&self) -> Result<Lease, Problem> {
        self.link.lease().await.map_err(|error| trouble::of_connect(&error, self.link.endpoint()))
    }
}

impl Services {
    /// Allows or forbids writes to the router.
    ///
    /// # Errors
    /// The operator may not, or no router is configured.
    pub async fn set_read_only(&self, operator: &Operator, read_only: bool) -> Result<(), Problem> {
        check(operator, Permission::ManageRouters)?;
        let router = self.router()?;
        self.store.set_router_read_only(router.id, read_only).await.map_err(trouble::of_store)?;
        tracing::info!(operator = %operator.username, router = router.id, read_only, "Changed what may be written");
        Ok(())
    }

    /// Waits until nobody writes to the router.
    pub async fn finish_writing(&self) {
        if let Some(router) = &self.router {
            drop(router.writing.lock().await);
        }
    }

    /// The router, where one is configured.
    pub(crate) fn router(&self) -> Result<&RouterHandle, Problem> {
        self.router.as_ref().ok_or_else(trouble::not_configured)
    }

    pub(crate) async fn is_read_only(&self, router: &RouterHandle) -> Result<bool, Problem> {
        let said = self.store.router_read_only(router.id).await.map_err(trouble::of_store)?;
        Ok(said.unwrap_or(router.read_only_at_first))
    }

    /// The router, if it may be written to.
    pub(crate) async fn writable_router(&self) -> Result<&RouterHandle, Problem> {
        let router = self.router()?;
        if self.is_read_only(router).await? {
            let detail = "NetPilot may only read this router. An admin can allow writes on the page /mikrotik.";
            return Err(Problem::new(Code::RouterReadOnly, detail));
        }
        Ok(router)
    }
}
