//! What every handler shares.

use std::{net::SocketAddr, path::Path, sync::Arc};

use aaa::Services;
use axum::extract::FromRef;
use leptos::config::{Env, LeptosOptions};
use tokio::sync::watch;

#[derive(Clone, FromRef)]
pub(crate) struct AppState {
    pub(crate) services: Arc<Services>,
    pub(crate) leptos: LeptosOptions,
    pub(crate) closing: Closing,
}

/// Tells answers that have no end of their own that the server ends.
#[derive(Clone)]
pub(crate) struct Closing(watch::Sender<bool>);

impl Closing {
    /// The server ends.
    pub(crate) fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Waits until it does.
    pub(crate) async fn begun(&self) {
        // The sender is ours: it cannot be gone before us.
        let _ = self.0.subscribe().wait_for(|closing| *closing).await;
    }
}

impl AppState {
    pub(crate) fn new(services: Services, site: &Path, address: SocketAddr) -> Self {
        let leptos = LeptosOptions::builder()
            .output_name("netpilot")
            .site_root(site.display().to_string())
            .site_pkg_dir("pkg")
            .site_addr(address)
            .env(Env::PROD)
            .build();
        Self { services: Arc::new(services), leptos, closing: Closing(watch::Sender::new(false)) }
    }
}
