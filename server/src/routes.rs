//! The table of routes.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    handler::Handler,
    middleware,
    routing::{delete, get, post},
};
use leptos_axum::{LeptosRoutes, generate_route_list};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{auth, pages, problem, rest, state::AppState};

/// The largest body, in bytes; a list of customers may be longer.
const BODY_LIMIT: usize = 1024 * 1024;
const BULK_BODY_LIMIT: usize = 32 * BODY_LIMIT;

pub(crate) fn routes(state: AppState) -> Router {
    let console = generate_route_list(app::App);
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .nest("/api", api())
        .route("/fn/{*name}", post(pages::server_function))
        .leptos_routes_with_handler(console, get(pages::page))
        .fallback(pages::file_or_not_found)
        .layer(middleware::from_fn_with_state(state.clone(), auth::who))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(middleware::from_fn(problem::finish))
        .with_state(state)
}

fn api() -> Router<AppState> {
    Router::new()
        // Signing in.
        .route("/auth/login", post(rest::auth::login))
        .route("/auth/profile", get(rest::auth::me))
        .route("/users/me", get(rest::auth::me))
        // Who did what.
        .route("/audit", get(rest::audit::list))
        // The design document's endpoints.
        .route("/mikrotik/test", get(rest::test::test))
        .route("/mikrotik/users", get(rest::users::list).delete(rest::users::remove))
        .route("/mikrotik/users/{username}", delete(rest::users::remove_named).patch(rest::users::change))
        .route("/mikrotik/users/{username}/reset-password", post(rest::users::reset_password))
        .route("/mikrotik/sessions", get(rest::sessions::list).delete(rest::sessions::end))
        .route("/mikrotik/sessions/history", get(rest::sessions::history))
        .route("/mikrotik/sessions/disconnect", post(rest::sessions::end_many))
        .route("/mikrotik/sessions/{id}", delete(rest::sessions::end_named))
        .route("/mikrotik/profiles", get(rest::profiles::list).post(rest::profiles::create))
        .route(
            "/mikrotik/sync",
            post(rest::sync::one).put(rest::sync::many.layer(DefaultBodyLimit::max(BULK_BODY_LIMIT))),
        )
        // Bulk work.
        .route("/mikrotik/runs", get(rest::runs::list))
        .route("/mikrotik/runs/{id}", get(rest::runs::one))
        .route("/mikrotik/runs/{id}/results", get(rest::runs::results))
        .route("/mikrotik/runs/{id}/cancel", post(rest::runs::cancel))
        .route("/mikrotik/runs/{id}/retry", post(rest::runs::retry))
        // Where router and store disagree.
        .route("/mikrotik/drift", get(rest::drift::list))
        .route("/mikrotik/drift/resolve", post(rest::drift::resolve))
        // Who is online, as it happens.
        .route("/mikrotik/events", get(rest::events::watch))
        .fallback(problem::nothing_here)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
}
