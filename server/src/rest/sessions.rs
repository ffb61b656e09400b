//! Who is online, and ending their sessions.

use std::time::Duration;

use aaa::{Disconnect, SessionSort, SessionsQuery, Watch};
use axum::{
    extract::{Path, Request, State},
    response::IntoResponse,
};
use domain::wire::Disconnected;
use serde::Deserialize;

use super::{
    Aaa, check_router,
    users::{agreed, optional_body},
};
use crate::{
    auth::SignedIn,
    body::{Params, Success, service},
    problem::Failure,
};

/// How long we look whether a customer comes back.
const WATCH: Watch = Watch::For(Duration::from_secs(5));

/// `GET /api/mikrotik/sessions`
pub(crate) async fn list(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    params: Params,
) -> Result<impl IntoResponse, Failure> {
    check_router(params.get("routerId"))?;
    let sorts = [
        ("name", SessionSort::Name),
        ("-name", SessionSort::NameDown),
        ("uptime", SessionSort::Uptime),
        ("bytesDown", SessionSort::BytesDown),
    ];
    let query = SessionsQuery {
        service: if params.get("type") == Some("all") { None } else { Some(params.service()?) },
        q: params.get("q").map(str::to_owned),
        package: params.get("package").map(str::to_owned),
        sort: params.choice("sort", &sorts)?.unwrap_or_default(),
        // Programs ask rarely and believe what they get: the router is read for them.
        latest_will_do: false,
    };
    Ok(Success::of(aaa.sessions(&operator, query).await?))
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct End {
    session_id: Option<String>,
    service_type: Option<String>,
    router_id: Option<String>,
    username: Option<String>,
    all: Option<bool>,
    expect: Option<Expect>,
    keep_cookie: Option<bool>,
}

#[derive(Deserialize)]
struct Expect {
    name: Option<String>,
}

/// `DELETE /api/mikrotik/sessions`
pub(crate) async fn end(
    aaa: Aaa,
    signed_in: SignedIn,
    params: Params,
    request: Request,
) -> Result<Success<Disconnected>, Failure> {
    end_any(aaa, signed_in, None, &params, request).await
}

/// `DELETE /api/mikrotik/sessions/{id}`
pub(crate) async fn end_named(
    aaa: Aaa,
    signed_in: SignedIn,
    Path(id): Path<String>,
    params: Params,
    request: Request,
) -> Result<Success<Disconnected>, Failure> {
    end_any(aaa, signed_in, Some(id), &params, request).await
}

async fn end_any(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    named: Option<String>,
    params: &Params,
    request: Request,
) -> Result<Success<Disconnected>, Failure> {
    let body: End = optional_body(request).await?;
    let service_type = agreed("serviceType", [params.get("type").map(str::to_owned), body.service_type, None])?;
    check_router(agreed("routerId", [params.get("routerId").map(str::to_owned), body.router_id, None])?.as_deref())?;
    let session_id = params.get("sessionId").map(str::to_owned);
    let request = Disconnect {
        service: service(service_type.as_deref())?,
        session_id: agreed("sessionId", [named, session_id, body.session_id])?,
        expected_username: body.expect.and_then(|expect| expect.name),
        username: body.username.filter(|_| body.all == Some(true)),
        keep_cookie: body.keep_cookie.unwrap_or(false),
        watch: WATCH,
    };
    Ok(Success::of(aaa.disconnect(&operator, request).await?))
}
