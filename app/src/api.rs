//! The way to the server: each function takes the request apart and calls one method of the service layer.
#![expect(missing_docs, reason = "the macro makes a struct of each function's arguments")]
#![cfg_attr(feature = "ssr", expect(clippy::unused_async, reason = "a server function is async"))]

pub mod records; // customers and packages of our store
pub mod runs; // bringing them to the router
pub mod history; // who was online

use domain::{
    customer::ServiceType,
    wire::{
        CustomerBody, Disconnected, Myself, OnlineReport, PackageBody, ProfilesReport, SessionsReport, SyncReport,
        TestReport, UsersReport,
        problem::{Code, Problem},
    },
};
use leptos::{
    prelude::*,
    server_fn::{
        codec::{Json, JsonEncoding},
        error::ServerFnErrorErr,
    },
};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use domain::wire::DisconnectPolicy;

#[cfg(feature = "ssr")]
use crate::{
    address,
    components::session_table::AT_FIRST,
    context::{aaa, aaa_and_operator, origin, reference, set_cookie},
};

/// What a server function refuses with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error(transparent)]
#[serde(transparent)]
pub struct ApiError(#[from] pub Problem);

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let detail = match error {
            ServerFnErrorErr::Request(_) => "NetPilot's server cannot be reached from this browser.".to_owned(),
            other => format!("The browser and NetPilot's server do not understand each other: {other}."),
        };
        Self(Problem::new(Code::Internal, detail))
    }
}

/// Brings one customer and their package to the router, or, dry, tells what that would write.
#[server(prefix = "/fn", endpoint = "mikrotik/sync", input = Json)]
pub async fn sync_one(
    customer: CustomerBody,
    package: PackageBody,
    service_type: ServiceType,
    dry_run: bool,
) -> Result<SyncReport, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    let disconnect = DisconnectPolicy::Auto;
    let request = aaa::SyncOne { customer, package, service: service_type, dry_run, plan_id: None, disconnect };
    Ok(aaa.sync_one(&operator, request).await?)
}

/// Who is signed in, and what they may do.
#[server(prefix = "/fn", endpoint = "me")]
pub async fn me() -> Result<Myself, ApiError> {
    let (_, operator) = aaa_and_operator()?;
    Ok(aaa::Services::myself(&operator))
}

/// Whether the router answers and is as it should be.
#[server(prefix = "/fn", endpoint = "mikrotik/test")]
pub async fn test_connection() -> Result<TestReport, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    Ok(aaa.test(&operator).await?)
}

/// Who is online, in the router's own words too.
#[server(prefix = "/fn", endpoint = "mikrotik/sessions")]
pub async fn sessions(service: ServiceType) -> Result<SessionsReport, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    let query = aaa::SessionsQuery { service: Some(service), ..Default::default() };
    Ok(aaa.sessions(&operator, query).await?)
}

/// Who is online, as much of it as a page begins with: those after the first `from` that match, and the session `also`.
#[server(prefix = "/fn", endpoint = "mikrotik/online")]
pub async fn online(
    service: ServiceType,
    #[server(default)] q: String,
    #[server(default)] from: usize,
    #[server(default)] also: Option<String>,
) -> Result<OnlineReport, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    let query = aaa::OnlineQuery { service, q, from, count: AT_FIRST, also };
    Ok(aaa.online(&operator, query).await?)
}

/// The accounts on the router.
#[server(prefix = "/fn", endpoint = "mikrotik/users")]
pub async fn users(service: ServiceType) -> Result<UsersReport, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    let query = aaa::UsersQuery { service, ..Default::default() };
    Ok(aaa.users(&operator, query).await?)
}

/// The profiles on the router.
#[server(prefix = "/fn", endpoint = "mikrotik/profiles")]
pub async fn profiles(service: ServiceType) -> Result<ProfilesReport, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    Ok(aaa.profiles(&operator, service).await?)
}

/// Ends one session, where it is still the one of `username`.
#[server(prefix = "/fn", endpoint = "mikrotik/disconnect")]
pub async fn disconnect(service: ServiceType, session_id: String, username: String) -> Result<Disconnected, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    let request = aaa::Disconnect {
        service,
        session_id: Some(session_id),
        expected_username: Some(username),
        username: None,
        keep_cookie: false,
        watch: aaa::Watch::No,
    };
    let ended = aaa.disconnect(&operator, request).await?;
    leptos_axum::redirect(&address::ended(service, &ended.username));
    Ok(ended)
}

/// Allows or forbids writes to the router.
#[server(prefix = "/fn", endpoint = "mikrotik/read-only")]
pub async fn set_read_only(read_only: bool) -> Result<(), ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    aaa.set_read_only(&operator, read_only).await?;
    leptos_axum::redirect(address::HOME);
    Ok(())
}

/// Signs an operator in and goes on to `next`.
#[server(prefix = "/fn", endpoint = "auth/sign-in")]
pub async fn sign_in(login: String, password: String, next: String) -> Result<(), ApiError> {
    let next = address::inside(&next);
    match aaa()?.sign_in(&login, &password, &origin()).await {
        Ok(signed_in) => {
            set_cookie(Some(&signed_in.reference));
            leptos_axum::redirect(next);
        }
        Err(problem) if problem.code == Code::SignInRefused => {
            leptos_axum::redirect(&address::sign_in(next, true));
        }
        Err(problem) => return Err(problem.into()),
    }
    Ok(())
}

/// Ends the caller's sign-in.
#[server(prefix = "/fn", endpoint = "auth/sign-out")]
pub async fn sign_out() -> Result<(), ApiError> {
    if let Some(reference) = reference() {
        aaa()?.sign_out(&reference).await?;
    }
    set_cookie(None);
    leptos_axum::redirect(address::SIGN_IN);
    Ok(())
}
