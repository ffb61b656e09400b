//! Accounts on the router.

use aaa::{AccountState, DeleteUser, UserSort, UsersQuery};
use axum::{
    body::Bytes,
    extract::{FromRequest, Path, Request, State},
    response::IntoResponse,
};
use domain::{
    customer::{Password, ServiceType},
    wire::{
        ChangedUser, DeletedUser, SyncState,
        problem::{Code, Problem},
    },
};
use serde::Deserialize;

use super::{Aaa, check_router, sync::finished};
use crate::{
    auth::SignedIn,
    body::{Json, Params, Success, service},
    problem::Failure,
};

/// How accounts compare, as callers write it.
pub(super) const SYNC_STATES: [(&str, SyncState); 5] = [
    ("in_sync", SyncState::InSync),
    ("differs", SyncState::Differs),
    ("missing", SyncState::Missing),
    ("foreign", SyncState::Foreign),
    ("unknown", SyncState::Unknown),
];

/// `GET /api/mikrotik/users`
pub(crate) async fn list(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    params: Params,
) -> Result<impl IntoResponse, Failure> {
    check_router(params.get("routerId"))?;
    let sorts = [("name", UserSort::Name), ("-name", UserSort::NameDown), ("profile", UserSort::Profile)];
    let states = [("enabled", AccountState::Enabled), ("disabled", AccountState::Disabled)];
    let query = UsersQuery {
        service: params.service()?,
        q: params.get("q").map(str::to_owned),
        state: params.choice("state", &states)?,
        online: params.flag("online")?,
        sync: params.choice("sync", &SYNC_STATES)?,
        sort: params.choice("sort", &sorts)?.unwrap_or_default(),
    };
    Ok(Success::of(aaa.users(&operator, query).await?))
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Remove {
    username: Option<String>,
    service_type: Option<String>,
    router_id: Option<String>,
    dry_run: Option<bool>,
    disconnect: Option<bool>,
    force: Option<bool>,
}

/// `DELETE /api/mikrotik/users`, the account in the body or in the query.
pub(crate) async fn remove(
    aaa: Aaa,
    signed_in: SignedIn,
    params: Params,
    request: Request,
) -> Result<Success<DeletedUser>, Failure> {
    remove_any(aaa, signed_in, None, &params, request).await
}

/// `DELETE /api/mikrotik/users/{username}`
pub(crate) async fn remove_named(
    aaa: Aaa,
    signed_in: SignedIn,
    Path(username): Path<String>,
    params: Params,
    request: Request,
) -> Result<Success<DeletedUser>, Failure> {
    remove_any(aaa, signed_in, Some(username), &params, request).await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Change {
    disabled: bool,
    service_type: Option<String>,
    router_id: Option<String>,
}

/// `PATCH /api/mikrotik/users/{username}`
pub(crate) async fn change(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    Path(username): Path<String>,
    params: Params,
    Json(body): Json<Change>,
) -> Result<Success<ChangedUser>, Failure> {
    let service = of_one(&params, body.service_type, body.router_id)?;
    let disabled = body.disabled;
    let done = tokio::spawn(async move { aaa.set_account_enabled(&operator, &username, service, !disabled).await });
    Ok(Success::of(finished(done).await?))
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Reset {
    password: Option<Password>,
    service_type: Option<String>,
    router_id: Option<String>,
}

/// `POST /api/mikrotik/users/{username}/reset-password`
pub(crate) async fn reset_password(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    Path(username): Path<String>,
    params: Params,
    request: Request,
) -> Result<impl IntoResponse, Failure> {
    let body: Reset = optional_body(request).await?;
    let service = of_one(&params, body.service_type, body.router_id)?;
    let done = tokio::spawn(async move { aaa.reset_password(&operator, &username, service, body.password).await });
    Ok(Success::of(finished(done).await?))
}

/// Which service and router, said in the query or in the body.
fn of_one(params: &Params, service_type: Option<String>, router_id: Option<String>) -> Result<ServiceType, Failure> {
    let service_type = agreed("serviceType", [params.get("type").map(str::to_owned), service_type, None])?;
    check_router(agreed("routerId", [params.get("routerId").map(str::to_owned), router_id, None])?.as_deref())?;
    Ok(service(service_type.as_deref())?)
}

async fn remove_any(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    named: Option<String>,
    params: &Params,
    request: Request,
) -> Result<Success<DeletedUser>, Failure> {
    let body: Remove = optional_body(request).await?;
    let query = params.get("username").map(str::to_owned);
    let username = agreed("username", [named, query, body.username])?;
    let request = DeleteUser {
        username: username.unwrap_or_default(),
        service: of_one(params, body.service_type, body.router_id)?,
        dry_run: params.flag("dryRun")?.or(body.dry_run).unwrap_or(false),
        disconnect: params.flag("disconnect")?.or(body.disconnect).unwrap_or(true),
        force: params.flag("force")?.or(body.force).unwrap_or(false),
    };
    // The work goes on when the caller hangs up: half a removal helps nobody.
    let done = tokio::spawn(async move { aaa.delete_user(&operator, request).await });
    Ok(Success::of(finished(done).await?))
}

/// What a DELETE has in its body, if it has one.
pub(super) async fn optional_body<T: Default + serde::de::DeserializeOwned>(request: Request) -> Result<T, Failure> {
    let (parts, body) = request.into_parts();
    let bytes = Bytes::from_request(Request::new(body), &()).await;
    match bytes {
        Ok(bytes) if bytes.is_empty() => Ok(T::default()),
        Ok(bytes) => Ok(Json::from_request(Request::from_parts(parts, bytes.into()), &()).await?.0),
        Err(rejection) => Err(Problem::new(Code::TooLarge, rejection.body_text()).into()),
    }
}

/// One thing said in several places has to be the same everywhere.
pub(super) fn agreed(name: &str, said: [Option<String>; 3]) -> Result<Option<String>, Problem> {
    let mut said = said.into_iter().flatten();
    let first = said.next();
    if said.any(|other| Some(&other) != first.as_ref()) {
        return Err(Problem::new(Code::InvalidParameter, format!("{name} is said twice, and not the same.")));
    }
    Ok(first)
}
