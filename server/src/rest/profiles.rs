//! Packages as the router spells them.

use aaa::CreateProfile;
use axum::{extract::State, response::IntoResponse};
use domain::wire::{
    PackageBody,
    problem::{Code, Problem},
};
use serde::Deserialize;

use super::{Aaa, check_router};
use crate::{
    auth::SignedIn,
    body::{Json, Params, Success, service},
    problem::Failure,
};

/// `GET /api/mikrotik/profiles`
pub(crate) async fn list(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    params: Params,
) -> Result<impl IntoResponse, Failure> {
    check_router(params.get("routerId"))?;
    Ok(Success::of(aaa.profiles(&operator, params.service()?).await?))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Create {
    package: Option<PackageBody>,
    service_type: Option<String>,
    router_id: Option<String>,
    dry_run: Option<bool>,
    update: Option<bool>,
}

/// `POST /api/mikrotik/profiles`
pub(crate) async fn create(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    Json(body): Json<Create>,
) -> Result<impl IntoResponse, Failure> {
    check_router(body.router_id.as_deref())?;
    let missing = || Problem::member(Code::MissingField, "/package", "Package data is required");
    let request = CreateProfile {
        service: service(body.service_type.as_deref())?,
        package: body.package.ok_or_else(missing)?,
        dry_run: body.dry_run.unwrap_or(false),
        update: body.update.unwrap_or(true),
    };
    Ok(Success::of(aaa.create_profile(&operator, request).await?))
}
