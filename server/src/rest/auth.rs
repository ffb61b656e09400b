//! Signing in by REST.

use aaa::Services;
use axum::{Extension, extract::State, response::IntoResponse};
use domain::wire::{
    Myself,
    problem::{Code, Problem},
};
use serde::{Deserialize, Serialize};

use super::Aaa;
use crate::{
    auth::{Caller, SignedIn},
    body::{Json, Success},
    problem::Failure,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Login {
    username_or_email: Option<String>,
    password: Option<String>,
}

/// Names as OAuth and the original write them.
#[derive(Serialize)]
struct LoggedIn {
    message: String,
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    user: Myself,
}

/// `POST /api/auth/login`
pub(crate) async fn login(
    State(aaa): Aaa,
    Extension(caller): Extension<Caller>,
    Json(login): Json<Login>,
) -> Result<impl IntoResponse, Failure> {
    let needed = |member: Option<String>, pointer: &str| {
        member.ok_or_else(|| Problem::member(Code::MissingField, pointer, "Send usernameOrEmail and password."))
    };
    let name = needed(login.username_or_email, "/usernameOrEmail")?;
    let password = needed(login.password, "/password")?;
    let signed_in = aaa.sign_in(&name, &password, &caller.origin).await?;
    let (access_token, expires_in) = aaa.access_token(&signed_in)?;
    Ok(Success::of(LoggedIn {
        message: "Login successful".to_owned(),
        access_token,
        token_type: "Bearer",
        expires_in,
        user: Services::myself(&signed_in.operator),
    }))
}

/// `GET /api/users/me` and `GET /api/auth/profile`: the operator without envelope, as the original has it.
pub(crate) async fn me(SignedIn(operator): SignedIn) -> impl IntoResponse {
    axum::Json(Services::myself(&operator))
}
