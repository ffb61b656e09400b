//! What all use cases share: the store, the router, the clock.

use std::{fmt, sync::Arc};

use domain::{
    rate_limit::RateBase,
    role::{Operator, Permission},
    timestamp::Timestamp,
    wire::problem::Problem,
};
use routeros::{Endpoint, Link, Options};
use store::{Keyring, Limits, Serving, Store, StoreError};
use tokio::sync::Semaphore;

use crate::{
    audit::Refusals,
    history::History,
    live::Live,
    outside::{Chance, Clock, SystemChance, SystemClock},
    router::{DEFAULT_ROUTER, Pauses, RouterHandle},
    runs::Runs,
    token::{TokenSettings, Tokens},
};

/// How the services are opened.
pub struct Config {
    /// Where rows are kept.
    pub database_url: String,
    /// How long the database is waited for, and how large it may get.
    pub limits: Limits,
    /// Seals secrets at rest.
    pub keys: Keyring,
    /// Signs tokens.
    pub tokens: TokenSettings,
    /// The router; without one the rest works on and says so.
    pub router: Option<Endpoint>,
    /// How our lines to it behave.
    pub line: Options,
    /// How long we leave it alone after trouble.
    pub pauses: Pauses,
    /// Whether a router that nobody ever allowed writes to is only read.
    pub read_only_at_first: bool,
    /// How many `k` the router gets for one Mbps of a package.
    pub rate_base: RateBase,
    /// For how many days it is kept who was online; 0 keeps nothing, and nobody is watched unseen.
    pub history_days: u16,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where passwords and references come from.
    pub chance: Arc<dyn Chance>,
}

impl Config {
    /// The usual clock, chance and patience; a router may be written to.
    pub fn new(database_url: String, keys: Keyring, tokens: TokenSettings, router: Option<Endpoint>) -> Self {
        Self {
            database_url,
            limits: Limits::default(),
            keys,
            tokens,
            router,
            line: Options::default(),
            pauses: Pauses::default(),
            read_only_at_first: false,
            rate_base: RateBase::default(),
            history_days: 0,
            clock: Arc::new(SystemClock),
            chance: Arc::new(SystemChance),
        }
    }
}

/// Every use case of the product.
pub struct Services {
    pub(crate) store: Store,
    pub(crate) router: Option<RouterHandle>,
    pub(crate) rate_base: RateBase,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) tokens: Tokens,
    pub(crate) runs: Runs,
    pub(crate) history: History,
    pub(crate) refusals: Refusals,
    /// A password hash takes 19 MiB: [`HASHES_AT_ONCE`], the others wait.
    pub(crate) hashing: Arc<Semaphore>,
    /// Of a server: no other one serves the database meanwhile.
    _serving: Option<Serving>,
}

/// So many passwords are hashed at once.
const HASHES_AT_ONCE: usize = 4;

/// Why the services cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store.
    #[error("could not open the database")]
    Store(#[from] StoreError),
}

impl Services {
    /// Opens the store and gets ready; the router is only dialled when somebody asks for it.
    ///
    /// # Errors
    /// The store cannot be opened.
    pub async fn open(config: Config) -> Result<Self, OpenError> {
        let Config {
            database_url,
            limits,
            keys,
            tokens,
            router,
            line,
            pauses,
            read_only_at_first,
            rate_base,
            history_days,
            clock,
            chance,
        } = config;
        let store = Store::open_within(&database_url, keys, limits).await?;
        let now = Timestamp::from_unix(clock.now_ms() / 1000);
        let runs = Runs::new(chance.as_ref());
        let live = Live::new(DEFAULT_ROUTER, chance.as_ref(), now);
        let router = router.map(|endpoint| {
            let link = Link::new(endpoint, line);
            RouterHandle::new(link, live, pauses, Arc::clone(&clock), read_only_at_first)
        });
        if let Some(router) = router.as_ref().filter(|_| history_days > 0) {
            router.live.keep_book(store.open_sessions(router.id).await?);
        }
        Ok(Self {
            store,
            router,
            rate_base,
            clock,
            chance,
            tokens: Tokens::new(tokens),
            runs,
            history: History::new(history_days),
            refusals: Refusals::default(),
            hashing: Arc::new(Semaphore::new(HASHES_AT_ONCE)),
            _serving: None,
        })
    }

    /// The same for a server: no other one may serve the database, and the keys have to be the database's.
    ///
    /// # Errors
    /// Another server is at work on it, the keys do not fit, or the store cannot be opened.
    pub async fn open_to_serve(config: Config) -> Result<Self, OpenError> {
        let serving = Store::serve_alone(&config.database_url, &config.keys)?;
        let services = Self::open(config).await?;
        services.store.fit_keys(services.clock.now_ms()).await?;
        Ok(Self { _serving: Some(serving), ..services })
    }

    /// How many `k` the router gets for one Mbps of a package.
    pub const fn rate_base(&self) -> RateBase {
        self.rate_base
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.clock.now_ms() / 1000)
    }
}

/// Whether the operator may.
pub(crate) fn check(operator: &Operator, permission: Permission) -> Result<(), Problem> {
    if operator.role.may(permission) { Ok(()) } else { Err(Problem::forbidden(permission)) }
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services").field("router", &self.router).finish_non_exhaustive()
    }
}
