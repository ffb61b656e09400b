//! Bringing customers of our store to the router: plan, carry out, see what became of each.

use domain::{
    customer::ServiceType,
    wire::{BulkReport, PackageEdit, RunReport},
};
use leptos::{prelude::*, server_fn::codec::Json};

use super::ApiError;
#[cfg(feature = "ssr")]
use crate::context::aaa_and_operator;

/// What a sync of these customers would do. `packages` stand in for the stored ones.
#[server(prefix = "/fn", endpoint = "mikrotik/plan", input = Json)]
pub async fn plan_sync(
    customer_ids: Vec<String>,
    packages: Vec<PackageEdit>,
    service_type: ServiceType,
) -> Result<BulkReport, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    let wanted = aaa::StoredSync { customer_ids, packages, service: service_type };
    Ok(aaa.plan_stored(&operator, wanted).await?)
}

/// Begins to carry out exactly the plan with this id, and keeps the packages; `plan-stale` where the router or the store
/// moved since.
#[server(prefix = "/fn", endpoint = "mikrotik/apply", input = Json)]
pub async fn begin_sync(
    customer_ids: Vec<String>,
    packages: Vec<PackageEdit>,
    service_type: ServiceType,
    plan_id: String,
) -> Result<RunReport, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    let wanted = aaa::StoredSync { customer_ids, packages, service: service_type };
    Ok(aaa.begin_sync(&operator, wanted, plan_id).await?)
}

/// Where a run stands, with what became of each customer once it is done.
#[server(prefix = "/fn", endpoint = "mikrotik/run")]
pub async fn run(run_id: String) -> Result<RunReport, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    Ok(aaa.run(&operator, &run_id).await?)
}
