//! The console and its server functions. A page of somebody who is not signed in is the sign-in page.

use app::{CallOrigin, CurrentOperator, SignInReference};
use axum::{
    Extension,
    body::Body,
    extract::{Request, State},
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::wire::problem::Problem;
use leptos::prelude::provide_context;

use crate::{
    auth::Caller,
    problem::{self, Failure},
    state::AppState,
};

const SIGN_IN: &str = "/sign-in";
/// The longest problem that a server function refuses with, in bytes.
const REFUSAL_LIMIT: usize = 1024 * 1024;

/// A page of the console.
pub(crate) async fn page(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let path = request.uri().path();
    if path == "/" {
        return Redirect::to("/mikrotik").into_response();
    }
    if path != SIGN_IN && caller.operator.is_none() {
        let wanted = request.uri().path_and_query().map_or("/mikrotik", |wanted| wanted.as_str());
        let next: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
        return Redirect::to(&format!("{SIGN_IN}?next={next}")).into_response();
    }
    let options = state.leptos.clone();
    let shell = move || app::shell(options.clone());
    let mut response = leptos_axum::render_app_async_with_context(contexts(&state, &caller), shell)(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

/// A server function. By cookie only: programs have `/api`.
pub(crate) async fn server_function(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let caller = if caller.token.is_some() { Caller::default() } else { caller };
    let answer = leptos_axum::handle_server_fns_with_context(contexts(&state, &caller), request).await;
    refusal(answer.into_response()).await
}

/// Leptos answers 500 whatever a function refuses with; a problem has a status of its own.
async fn refusal(answer: Response) -> Response {
    if answer.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return answer;
    }
    let (parts, body) = answer.into_parts();
    match axum::body::to_bytes(body, REFUSAL_LIMIT).await {
        Ok(bytes) => match serde_json::from_slice::<Problem>(&bytes) {
            Ok(problem) => Failure(problem).into_response(),
            Err(_) => Response::from_parts(parts, bytes.into()),
        },
        Err(error) => {
            tracing::error!(%error, "a server function's answer could not be read");
            parts.status.into_response()
        }
    }
}

/// A file of the site, else a page that says so, else, under `/api`, a problem.
pub(crate) async fn file_or_not_found(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    uri: Uri,
    request: Request<Body>,
) -> Response {
    if uri.path().starts_with("/api/") {
        return problem::nothing_here().await.into_response();
    }
    let context = contexts(&state, &caller);
    leptos_axum::file_and_error_handler_with_context::<AppState, _>(context, app::shell)(uri, State(state), request)
        .await
}

/// What server functions find in their context.
fn contexts(state: &AppState, caller: &Caller) -> impl Fn() + Clone + Send + Sync + 'static {
    let services = state.services.clone();
    let caller = caller.clone();
    move || {
        provide_context(services.clone());
        provide_context(CurrentOperator(caller.operator_here()));
        provide_context(CallOrigin(caller.origin.clone()));
        provide_context(SignInReference(caller.reference.clone()));
    }
}
