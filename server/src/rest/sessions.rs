//! Who is online, and ending their sessions.

use std::time::Duration;

use aaa::{Disconnect, DisconnectMany, HistoryQuery, Pace, SessionSort, SessionsQuery, Watch, Which};
use axum::{
    extract::{Path, Request, State},
    response::IntoResponse,
};
use domain::wire::{
    Disconnected,
    problem::{Code, Problem},
};
use serde::Deserialize;

use super::{
    Aaa, check_router,
    sync::finished,
    users::{agreed, optional_body},
};
use crate::{
    auth::SignedIn,
    body::{Json, Params, Success, service},
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

/// `GET /api/mikrotik/sessions/history`
pub(crate) async fn history(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    params: Params,
) -> Result<impl IntoResponse, Failure> {
    check_router(params.get("routerId"))?;
    let usual = HistoryQuery::default();
    let query = HistoryQuery {
        customer_id: params.get("customerId").map(str::to_owned),
        username: params.get("username").map(str::to_owned),
        // Whoever asks about a customer asks about all of their sessions.
        service: if matches!(params.get("type"), None | Some("all")) { None } else { Some(params.service()?) },
        since: params.time("since")?,
        until: params.time("until")?,
        cursor: params.get("cursor").map(str::to_owned),
        limit: params.number("limit", 1..=aaa::MOST_IN_A_PAGE)?.unwrap_or(usual.limit),
    };
    Ok(axum::Json(aaa.session_history(&operator, query).await?))
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
    let done = tokio::spawn(async move { aaa.disconnect(&operator, request).await });
    Ok(Success::of(finished(done).await?))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EndMany {
    session_ids: Option<Vec<String>>,
    filter: Option<Filter>,
    service_type: Option<String>,
    router_id: Option<String>,
    pace_per_second: Option<u32>,
    keep_cookie: Option<bool>,
}

#[derive(Deserialize)]
struct Filter {
    q: Option<String>,
    package: Option<String>,
}

/// `POST /api/mikrotik/sessions/disconnect`
pub(crate) async fn end_many(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    Json(body): Json<EndMany>,
) -> Result<impl IntoResponse, Failure> {
    let EndMany { session_ids, filter, service_type, router_id, pace_per_second, keep_cookie } = body;
    check_router(router_id.as_deref())?;
    let which = match (session_ids, filter) {
        (Some(ids), None) => Which::These(ids),
        (None, Some(Filter { q, package })) => Which::Matching { q: q.unwrap_or_default(), package },
        _ => {
            let detail = "Say sessionIds or filter, one of them.";
            return Err(Problem::member(Code::MissingField, "/sessionIds", detail).into());
        }
    };
    let too_fast = || Problem::member(Code::ValidationFailed, "/pacePerSecond", "The pace is from 1 to 200 a second.");
    let request = DisconnectMany {
        service: service(service_type.as_deref())?,
        which,
        pace: pace_per_second.map_or_else(|| Some(Pace::default()), Pace::new).ok_or_else(too_fast)?,
        keep_cookie: keep_cookie.unwrap_or(false),
        watch: WATCH,
    };
    let done = tokio::spawn(async move { aaa.disconnect_many(&operator, request).await });
    Ok(Success::of(finished(done).await?))
}
