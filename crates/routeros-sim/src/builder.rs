//! Putting a router together.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use tokio::{net::TcpListener, sync::mpsc};

use crate::{
    Full, Pace, factory,
    router::{Clearing, Router},
    rules, schema,
    sim::{Habits, Sim},
    version::Version,
    world::Redial,
};

/// What kind of router, with which customers on it.
#[derive(Clone, Debug)]
#[must_use]
pub struct Builder {
    version: String,
    users: Vec<(String, String, String)>,
    groups: Vec<(String, String)>,
    secrets: usize,
    sessions: usize,
    seed: u64,
    listen: SocketAddr,
    redial_after: Duration,
    clearing: Clearing,
    round_trip: Duration,
    pace: Pace,
    full: Full,
    churn: u32,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            version: "7.22.3".to_owned(),
            users: Vec::new(),
            groups: Vec::new(),
            secrets: 0,
            sessions: 0,
            seed: 0,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            redial_after: Duration::from_millis(1_500),
            clearing: Clearing::default(),
            round_trip: Duration::ZERO,
            pace: Pace::default(),
            full: Full::default(),
            churn: 0,
        }
    }
}

impl Builder {
    /// The RouterOS version it claims, from 6.40 on. 7.22.3 if not said.
    pub fn version(self, version: &str) -> Self {
        Self { version: version.to_owned(), ..self }
    }

    /// A user in a group. Without any there is `admin` without a password, in `full`.
    pub fn user(mut self, name: &str, password: &str, group: &str) -> Self {
        self.users.push((name.to_owned(), password.to_owned(), group.to_owned()));
        self
    }

    /// A group beside `read`, `write` and `full`.
    pub fn group(mut self, name: &str, policies: &[&str]) -> Self {
        self.groups.push((name.to_owned(), policies.join(",")));
        self
    }

    /// So many secrets, `sub00001` and so on, on profiles of four packages.
    pub fn secrets(self, secrets: usize) -> Self {
        Self { secrets, ..self }
    }

    /// The first so many of them are online.
    pub fn sessions(self, sessions: usize) -> Self {
        Self { sessions, ..self }
    }

    /// Everything left to chance comes from here.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Where to listen. A free port on this machine if not said.
    pub fn listen(self, listen: SocketAddr) -> Self {
        Self { listen, ..self }
    }

    /// How long a customer's equipment takes to dial again. A second and a half if not said.
    pub fn redial_after(self, redial_after: Duration) -> Self {
        Self { redial_after, ..self }
    }

    /// Which value clears `address` and `mac-address` of a hotspot user.
    pub fn clearing(self, clearing: Clearing) -> Self {
        Self { clearing, ..self }
    }

    /// How much later every answer leaves, to the microsecond. Commands do not wait for each other's way.
    pub fn round_trip(self, round_trip: Duration) -> Self {
        Self { round_trip, ..self }
    }

    /// How fast commands are worked off. As fast as this machine is if not said.
    pub fn pace(self, pace: Pace) -> Self {
        Self { pace, ..self }
    }

    /// What a line over `max-sessions` of `/ip/service` sees.
    pub fn when_full(self, full: Full) -> Self {
        Self { full, ..self }
    }

    /// So many `PPPoE` lines per second break and are dialled again, by chance.
    pub fn churn(self, per_second: u32) -> Self {
        Self { churn: per_second, ..self }
    }

    /// Starts the router.
    ///
    /// # Errors
    /// The address is taken, the version is none, or a user, group or policy does not fit.
    pub async fn start(self) -> io::Result<Sim> {
        let listener = TcpListener::bind(self.listen).await?;
        let (again, redials) = mpsc::unbounded_channel();
        let habits = Habits { redials, redial_after: self.redial_after, churn: self.churn };
        Ok(Sim::run(self.router(listener.local_addr()?, again)?, listener, habits))
    }

    fn router(self, home: SocketAddr, redials: mpsc::UnboundedSender<Redial>) -> io::Result<Router> {
        let Self { version, mut users, groups, secrets, sessions, seed, clearing, round_trip, pace, full, .. } = self;
        let version =
            Version::parse(&version).ok_or_else(|| invalid(&format!("{version:?} is no RouterOS version")))?;
        let mut router = Router::new(version, seed, home, redials);
        router.clearing = clearing;
        router.full = full;
        router.round_trip.set(round_trip);
        router.work.set_pace(pace);
        factory::ship(&mut router);
        for (name, policy) in &groups {
            add(&mut router, "/user/group", &[("name", name), ("policy", policy)])?;
        }
        if users.is_empty() {
            users.push(("admin".to_owned(), String::new(), "full".to_owned()));
        }
        for (name, password, group) in &users {
            add(&mut router, "/user", &[("name", name), ("password", password), ("group", group)])?;
        }
        factory::populate(&mut router, secrets);
        factory::dial_in_first(&mut router, sessions);
        Ok(router)
    }
}

fn add(router: &mut Router, path: &str, values: &[(&str, &str)]) -> io::Result<()> {
    let menu = schema::menu(path).expect("a menu of the schema");
    let arguments: Vec<(&str, &[u8])> = values.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    rules::add(router, menu, &arguments).map(drop).map_err(|refused| invalid(&refused.message))
}

fn invalid(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message)
}
