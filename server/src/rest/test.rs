//! The connection test.

use axum::{extract::State, response::IntoResponse};

use super::{Aaa, check_router};
use crate::{
    auth::SignedIn,
    body::{Params, Success},
    problem::Failure,
};

/// `GET /api/mikrotik/test`
pub(crate) async fn test(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    params: Params,
) -> Result<impl IntoResponse, Failure> {
    check_router(params.get("routerId"))?;
    Ok(Success::of(aaa.test(&operator).await?))
}
