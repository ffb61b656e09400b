//! One line per router, opened on first use, shared by everybody, closed some time after the last use.

use std::{
    ops::Deref,
    sync::{Arc, Weak},
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
pub struct Lease(Arc<Connection>);

#[derive(Debug)]
struct State {
    connection: Option<Arc<Connection>>,
    last_used: Instant,
    last_failure: Option<(Instant, Arc<ConnectError>)>,
}

impl Link {
    /// A link that opens its line when somebody needs it.
    pub fn new(endpoint: Endpoint, options: impl Into<Options>) -> Self {
        let state = State { connection: None, last_used: Instant::now(), last_failure: None };
        Self { endpoint, options: options.into(), state: Arc::new(Mutex::new(state)) }
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
        state.last_used = Instant::now();
        if let Some(connection) = state.connection.as_ref().filter(|connection| !connection.is_closed()) {
            return Ok(Lease(Arc::clone(connection)));
        }
        if let Some((_, failure)) = state.last_failure.as_ref().filter(|(at, _)| *at >= asked) {
            return Err(Arc::clone(failure));
        }
        match Connection::dial(&self.endpoint, self.options).await {
            Ok(connection) => {
                let connection = Arc::new(connection);
                state.connection = Some(Arc::clone(&connection));
                state.last_used = Instant::now();
                tokio::spawn(close_when_idle(
                    Arc::downgrade(&self.state),
                    Arc::downgrade(&connection),
                    self.options.timings.idle,
                ));
                Ok(Lease(connection))
            }
            Err(error) => {
                let failure = Arc::new(error);
                state.connection = None;
                state.last_failure = Some((Instant::now(), Arc::clone(&failure)));
                Err(failure)
            }
        }
    }
}

impl Deref for Lease {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

/// Gives the line up once nobody has used it for `idle`. A lease that is still held counts as use.
async fn close_when_idle(state: Weak<Mutex<State>>, connection: Weak<Connection>, idle: Duration) {
    let mut wake = Instant::now() + idle;
    loop {
        sleep_until(wake).await;
        let (Some(state), Some(connection)) = (state.upgrade(), connection.upgrade()) else { return };
        let mut state = state.lock().await;
        // One handle is the state's, one is ours.
        if Arc::strong_count(&connection) > 2 {
            state.last_used = Instant::now();
        }
        wake = state.last_used + idle;
        let ours = state.connection.as_ref().is_some_and(|current| Arc::ptr_eq(current, &connection));
        if ours && wake <= Instant::now() {
            state.connection = None;
        }
        if state.connection.is_none() || !ours {
            return;
        }
    }
}
