//! What every handler shares.

use std::{net::SocketAddr, path::Path, sync::Arc};

use aaa::Services;
use axum::extract::FromRef;
use leptos::config::{Env, LeptosOptions};

#[derive(Clone, FromRef)]
pub(crate) struct AppState {
    pub(crate) services: Arc<Services>,
    pub(crate) leptos: LeptosOptions,
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
        Self { services: Arc::new(services), leptos }
    }
}
