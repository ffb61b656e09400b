//! Customers and packages of our store.

use domain::wire::{
    AccountFate, AddedCustomer, Comparison, CustomerBody, CustomerRecord, CustomersReport, DeletedCustomer,
    PackageBody, PackageRecord,
};
use leptos::{prelude::*, server_fn::codec::Json};

use super::ApiError;
#[cfg(feature = "ssr")]
use crate::{address, context::aaa_and_operator};

/// A page of the customers whose words begin with those of `q`, of one package where one is named.
#[server(prefix = "/fn", endpoint = "customers/list")]
pub async fn customers(
    #[server(default)] q: String,
    #[server(default)] package: Option<String>,
    #[server(default)] limit: Option<usize>,
    #[server(default)] cursor: Option<String>,
) -> Result<CustomersReport, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    Ok(aaa.customers(&operator, aaa::CustomersQuery { q, package, limit, cursor }).await?)
}

/// Those of these customers who are there, by name.
#[server(prefix = "/fn", endpoint = "customers/some", input = Json)]
pub async fn customers_of(ids: Vec<String>) -> Result<Vec<CustomerRecord>, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    Ok(aaa.customers_of(&operator, &ids).await?)
}

/// One customer.
#[server(prefix = "/fn", endpoint = "customers/get")]
pub async fn customer(id: String) -> Result<CustomerRecord, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    Ok(aaa.customer(&operator, &id).await?)
}

/// Adds a customer. The id is made where none is given, and a password where none is given.
#[server(prefix = "/fn", endpoint = "customers/create", input = Json)]
pub async fn create_customer(customer: CustomerBody) -> Result<AddedCustomer, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    Ok(aaa.create_customer(&operator, customer).await?)
}

/// Changes a customer who is still as they were in `version`. A password that is absent or empty is kept.
#[server(prefix = "/fn", endpoint = "customers/update", input = Json)]
pub async fn update_customer(customer: CustomerBody, version: i64) -> Result<CustomerRecord, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    Ok(aaa.update_customer(&operator, customer, version).await?)
}

/// Deletes a customer who is still as they were in `version`, the router first.
#[server(prefix = "/fn", endpoint = "customers/delete")]
pub async fn delete_customer(id: String, version: i64, account: AccountFate) -> Result<DeletedCustomer, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    let deleted = aaa.delete_customer(&operator, &id, version, account).await?;
    leptos_axum::redirect(&address::customer_deleted(&deleted.id, account));
    Ok(deleted)
}

/// What the router holds of a customer, against what it should hold.
#[server(prefix = "/fn", endpoint = "customers/compare")]
pub async fn compare(id: String) -> Result<Comparison, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    Ok(aaa.compare(&operator, &id).await?)
}

/// Every package.
#[server(prefix = "/fn", endpoint = "packages/list")]
pub async fn packages() -> Result<Vec<PackageRecord>, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    Ok(aaa.packages(&operator).await?)
}

/// One package.
#[server(prefix = "/fn", endpoint = "packages/get")]
pub async fn package(id: String) -> Result<PackageRecord, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    Ok(aaa.package(&operator, &id).await?)
}

/// Adds a package.
#[server(prefix = "/fn", endpoint = "packages/create", input = Json)]
pub async fn create_package(package: PackageBody) -> Result<PackageRecord, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    Ok(aaa.create_package(&operator, package).await?)
}

/// Changes a package that is still as it was in `version`. Its customers follow a new name.
#[server(prefix = "/fn", endpoint = "packages/update", input = Json)]
pub async fn update_package(id: String, package: PackageBody, version: i64) -> Result<PackageRecord, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    Ok(aaa.update_package(&operator, &id, package, version).await?)
}

/// Deletes a package that nobody has.
#[server(prefix = "/fn", endpoint = "packages/delete")]
pub async fn delete_package(id: String, version: i64) -> Result<(), ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    aaa.delete_package(&operator, &id, version).await?;
    leptos_axum::redirect(address::PACKAGES);
    Ok(())
}
