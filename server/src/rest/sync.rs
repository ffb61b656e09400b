//! Bringing customers and packages to the router.

use aaa::{PruneAsked, SyncMany, SyncOne};
use axum::{extract::State, response::IntoResponse};
use domain::wire::{
    CustomerBody, DisconnectPolicy, PackageBody,
    problem::{Code, Problem},
};
use serde::Deserialize;

use super::{Aaa, check_router};
use crate::{
    auth::SignedIn,
    body::{Json, Success, service},
    problem::Failure,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct One {
    customer: Option<CustomerBody>,
    package: Option<PackageBody>,
    service_type: Option<String>,
    router_id: Option<String>,
    dry_run: Option<bool>,
    plan_id: Option<String>,
    disconnect: Option<DisconnectPolicy>,
}

/// `POST /api/mikrotik/sync`: one customer. A dry run answers with a `planId`; sent back, exactly that plan is carried
/// out, or it is 409 `plan-stale` and nothing is written.
pub(crate) async fn one(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    Json(body): Json<One>,
) -> Result<impl IntoResponse, Failure> {
    check_router(body.router_id.as_deref())?;
    let service = service(body.service_type.as_deref())?;
    let missing =
        |pointer: &str| Problem::member(Code::MissingField, pointer, "Customer and package data are required");
    let request = SyncOne {
        customer: body.customer.ok_or_else(|| missing("/customer"))?,
        package: body.package.ok_or_else(|| missing("/package"))?,
        service,
        dry_run: body.dry_run.unwrap_or(false),
        plan_id: body.plan_id,
        disconnect: body.disconnect.unwrap_or_default(),
    };
    // The work goes on when the caller hangs up: half a sync helps nobody.
    let done = tokio::spawn(async move { aaa.sync_one(&operator, request).await });
    Ok(Success::of(finished(done).await?))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Many {
    customers: Option<Vec<CustomerBody>>,
    packages: Option<Vec<PackageBody>>,
    service_type: Option<String>,
    router_id: Option<String>,
    only: Option<Vec<String>>,
    dry_run: Option<bool>,
    plan_id: Option<String>,
    disconnect: Option<DisconnectPolicy>,
    prune: Option<bool>,
    complete: Option<bool>,
    confirm: Option<Confirm>,
}

#[derive(Deserialize)]
struct Confirm {
    remove: Option<usize>,
}

/// `PUT /api/mikrotik/sync`: many customers, and plans as for one.
pub(crate) async fn many(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    Json(body): Json<Many>,
) -> Result<impl IntoResponse, Failure> {
    check_router(body.router_id.as_deref())?;
    let service = service(body.service_type.as_deref())?;
    let missing =
        |pointer: &str| Problem::member(Code::MissingField, pointer, "Customers and packages arrays are required");
    let prune = body.prune.unwrap_or(false);
    if prune && body.complete != Some(true) {
        let detail = "Accounts go only by a whole list: send complete:true with prune.";
        return Err(Problem::member(Code::ValidationFailed, "/complete", detail).into());
    }
    let request = SyncMany {
        customers: body.customers.ok_or_else(|| missing("/customers"))?,
        packages: body.packages.ok_or_else(|| missing("/packages"))?,
        service,
        only: body.only,
        dry_run: body.dry_run.unwrap_or(false),
        plan_id: body.plan_id,
        disconnect: body.disconnect.unwrap_or_default(),
        prune: prune.then(|| PruneAsked { confirmed: body.confirm.and_then(|confirm| confirm.remove) }),
    };
    let done = tokio::spawn(async move { aaa.sync_many(&operator, request).await });
    Ok(Success::of(finished(done).await?))
}

pub(super) async fn finished<T>(work: tokio::task::JoinHandle<Result<T, Problem>>) -> Result<T, Problem> {
    work.await.unwrap_or_else(|error| {
        tracing::error!(%error, "A sync panicked");
        Err(Problem::new(Code::Internal, "Something went wrong here. The log says more."))
    })
}
