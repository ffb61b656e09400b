//! One line per router, opened on first use, shared by everybody, closed some time after the last use.

use std::{
    ops::Deref,
    sync::{Arc, Mutex as StdMutex, PoisonError, Weak},
    time::Duration,
};

use tokio::{
    sync::Mutex,
    time::{Instant, sleep_until},
};

use crate::{ConnectError, Connection, Endpoint, Options};

/// The one line to one router.
#[derive(Debug)]
pub struct Link {
    endpoint: Endpoint,
    options: Options,
    state: Arc<Mutex<State>>,
}

/// The use of a line. While one is held, the line stays open.
#[derive(Debug)]
pub struct Lease(Arc<Held>);

/// An open line, and when it was last used.
#[derive(Debug)]
struct Held {
    connection: Connection,
    used: StdMutex<Used>,
}

#[derive(Clone, Copy, Debug)]
struct Used {
    leases: usize,
    last: Instant,
}

#[derive(Debug, Default)]
struct State {
    line: Option<Arc<Held>>,
    last_failure: Option<(Instant, Arc<ConnectError>)>,
}

impl Link {
    /// A link that opens its line when somebody needs it.
    pub fn new(endpoint: Endpoint, options: impl Into<Options>) -> Self {
        Self { endpoint, options: options.into(), state: Arc::default() }
    }

    /// Where it leads.
    pub const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// How the line behaves.
    pub const fn options(&self) -> Options {
        self.options
    }

    /// The open line, or a new one.
    ///
    /// # Errors
    /// Why there is none. Whoever waited while somebody else's attempt failed shares that failure: a page that asks
    /// three things waits for a dead router once.
    pub async fn lease(&self) -> Result<Lease, Arc<ConnectError>> {
        let asked = Instant::now();
        let mut state = self.state.lock().await;
        if let Some(line) = state.line.as_ref().filter(|line| !line.connection.is_closed()) {
            return Ok(Lease::of(line));
        }
        if let Some((_, failure)) = state.last_failure.as_ref().filter(|(at, _)| *at >= asked) {
            return Err(Arc::clone(failure));
        }
        match Connection::dial(&self.endpoint, self.options).await {
            Ok(connection) => {
                let used = StdMutex::new(Used { leases: 0, last: Instant::now() });
                let line = Arc::new(Held { connection, used });
                state.line = Some(Arc::clone(&line));
                let idle = self.options.timings.idle;
                tokio::spawn(close_when_idle(Arc::downgrade(&self.state), Arc::downgrade(&line), idle));
                Ok(Lease::of(&line))
            }
            Err(error) => {
                let failure = Arc::new(error);
                state.line = None;
                state.last_failure = Some((Instant::now(), Arc::clone(&failure)));
                Err(failure)
            }
        }
    }
}

impl Lease {
    fn of(line: &Arc<Held>) -> Self {
        line.change(|used| used.leases += 1);
        Self(Arc::clone(line))
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.0.change(|used| *used = Used { leases: used.leases - 1, last: Instant::now() });
    }
}

impl Deref for Lease {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0.connection
    }
}

impl Held {
    fn change(&self, change: impl FnOnce(&mut Used)) {
        change(&mut self.used.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// When it will have been idle for so long, as far as is known now.
    fn idle_at(&self, idle: Duration) -> Instant {
        let Used { leases, last } = *self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if leases > 0 { Instant::now() + idle } else { last + idle }
    }
}

/// Gives the line up once nobody has used it for `idle`.
async fn close_when_idle(state: Weak<Mutex<State>>, line: Weak<Held>, idle: Duration) {
    loop {
        let Some(at) = line.upgrade().map(|line| line.idle_at(idle)) else { return };
        sleep_until(at).await;
        let (Some(state), Some(line)) = (state.upgrade(), line.upgrade()) else { return };
        // Whoever wants it meanwhile waits for this, and gets a new one.
        let mut state = state.lock().await;
        if line.idle_at(idle) <= Instant::now() {
            if state.line.as_ref().is_some_and(|current| Arc::ptr_eq(current, &line)) {
                state.line = None;
            }
            return;
        }
    }
}
