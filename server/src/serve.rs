//! Listening, and ending cleanly.

use std::{io, net::SocketAddr, path::PathBuf};

use aaa::Services;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use crate::{routes, state::AppState};

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

    /// Serves until SIGINT or SIGTERM, then lets requests in flight finish.
    pub(crate) async fn run(self) -> io::Result<()> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let stopped = async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            tracing::info!("Ending; requests in flight may finish");
        };
        axum::serve(self.listener, routes::routes(self.state)).with_graceful_shutdown(stopped).await
    }
}
