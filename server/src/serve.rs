//! Listening, and ending cleanly.

use std::{io, net::SocketAddr, path::PathBuf, pin::pin, time::Duration};

use aaa::Services;
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    time::timeout,
};

use crate::{routes, state::AppState};

/// How long requests in flight may take to finish once the server ends.
const REQUESTS_FINISH_WITHIN: Duration = Duration::from_secs(10);
/// How long a sync that is writing may.
const SYNC_FINISHES_WITHIN: Duration = Duration::from_mins(1);

/// A server that has its port.
pub(crate) struct Server {
    listener: TcpListener,
    address: SocketAddr,
    state: AppState,
}

impl Server {
    pub(crate) async fn bind(listen: SocketAddr, site: PathBuf, services: Services) -> io::Result<Self> {
        let named = |error: io::Error| io::Error::new(error.kind(), format!("cannot listen on {listen}: {error}"));
        let listener = TcpListener::bind(listen).await.map_err(named)?;
        let address = listener.local_addr()?;
        if !site.join("pkg").is_dir() {
            tracing::warn!(site = %site.display(), "No built site there: pages come without WASM. Build it with cargo xtask build");
        }
        Ok(Self { listener, address, state: AppState::new(services, &site, address) })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until SIGINT or SIGTERM, then lets requests in flight and a sync that is writing finish, each for a while.
    /// A second signal ends everything at once.
    pub(crate) async fn run(self) -> io::Result<()> {
        self.state.services.begin_history().await;
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let mut asked = Asked { interrupt, terminate };
        let (closing, services) = (self.state.closing.clone(), self.state.services.clone());
        // It ends with the server: what it has begun is in the store.
        let tending = tokio::spawn(services.clone().tend_runs());
        let stopped = {
            let closing = closing.clone();
            async move { closing.begun().await }
        };
        let routes = routes::routes(self.state).into_make_service_with_connect_info::<SocketAddr>();
        let served = axum::serve(self.listener, routes).with_graceful_shutdown(stopped);
        let mut served = pin!(served.into_future());
        tokio::select! {
            ended = &mut served => return ended,
            () = asked.comes() => {}
        }
        tracing::info!("Ending; what is under way may finish, a second signal ends it at once");
        closing.begin();
        let finish = async {
            // A reader that does not read would hold its connection for ever.
            let _ = timeout(REQUESTS_FINISH_WITHIN, served).await;
            if timeout(SYNC_FINISHES_WITHIN, services.finish_writing()).await.is_err() {
                tracing::warn!("A sync was still writing; the next start goes on with it");
            }
            tending.abort();
            services.finish_history().await;
        };
        tokio::select! {
            () = finish => {}
            () = asked.comes() => tracing::warn!("Ended at once"),
        }
        Ok(())
    }
}

/// The ways of asking a process to end.
struct Asked {
    interrupt: Signal,
    terminate: Signal,
}

impl Asked {
    async fn comes(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
