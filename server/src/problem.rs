//! Problems as HTTP: RFC 9457 documents that the original's client can read too.

use std::any::Any;

use axum::{
    Json,
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::wire::problem::{Code, Problem};
use serde_json::{Value, json};

/// A handler's failure.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) Problem);

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for Failure {
    /// The document is written by [`finish`], which knows the request.
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self.0);
        response
    }
}

/// The id of a request, as its answer tells it.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Gives every request an id, and writes the document of every problem.
pub(crate) async fn finish(mut request: Request, next: Next) -> Response {
    let given = request.headers().get("x-request-id").and_then(|id| id.to_str().ok());
    let id = given.filter(|id| is_request_id(id)).map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned);
    request.extensions_mut().insert(RequestId(id.clone()));
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let allow = response.headers().get(header::ALLOW).cloned();
        response = document(&problem, &path, &id);
        if let Some(allow) = allow {
            response.headers_mut().insert(header::ALLOW, allow);
        }
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    if path.starts_with("/api/") || path.starts_with("/fn/") {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

fn is_request_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

fn document(problem: &Problem, path: &str, id: &str) -> Response {
    let code = problem.code;
    let mut document = json!({
        "type": format!("/problems/{}", code.name()),
        "title": code.title(),
        "status": code.status(),
        "instance": path,
        "success": false,
        "message": [problem.detail],
        "requestId": id,
        "retryable": code.retryable(),
    });
    // The problem's own members: code, detail, errors, and what else it carries.
    if let (Some(document), Ok(Value::Object(own))) = (document.as_object_mut(), serde_json::to_value(problem)) {
        document.extend(own);
    }
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(document)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if code == Code::Unauthenticated {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Nothing under `/api` ever answers HTML.
pub(crate) async fn nothing_here() -> Failure {
    Failure(Problem::new(Code::NotFound, "There is no such endpoint."))
}

/// A known path, another method. The router adds `Allow`.
pub(crate) async fn wrong_method() -> Failure {
    Failure(Problem::new(Code::MethodNotAllowed, "This endpoint does not serve that method."))
}

/// A panic is a defect of ours: the caller gets its number, the log the rest.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response<Body> {
    let words = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = words.unwrap_or("no words"), "A request panicked");
    Failure(Problem::new(Code::Internal, "Something went wrong here. The log says more.")).into_response()
}
