//! What the server hands to server functions, and how they take it.

use std::sync::Arc;

use aaa::Services;
use domain::{
    role::{Operator, Origin},
    wire::problem::{Code, Problem},
};
use http::{HeaderValue, header::SET_COOKIE};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use crate::api::ApiError;

const COOKIE: &str = "__Host-netpilot";

/// Who calls, where somebody is signed in.
#[derive(Clone, Debug)]
pub struct CurrentOperator(pub Option<Operator>);

/// Where the call comes from.
#[derive(Clone, Debug)]
pub struct CallOrigin(pub Origin);

/// The caller's sign-in, as their cookie names it.
#[derive(Clone, Debug)]
pub struct SignInReference(pub Option<String>);

/// The service layer.
pub(crate) fn aaa() -> Result<Arc<Services>, ApiError> {
    let missing = || Problem::new(Code::Internal, "This server function runs outside of the server.").into();
    use_context().ok_or_else(missing)
}

/// The service layer and who calls it.
pub(crate) fn aaa_and_operator() -> Result<(Arc<Services>, Operator), ApiError> {
    let CurrentOperator(operator) = use_context().unwrap_or(CurrentOperator(None));
    let operator = operator.ok_or_else(|| Problem::new(Code::Unauthenticated, "Unauthorized"))?;
    Ok((aaa()?, operator))
}

/// Where the call comes from, as far as that is known.
pub(crate) fn origin() -> Origin {
    use_context().map(|CallOrigin(origin)| origin).unwrap_or_default()
}

/// The caller's sign-in, where there is one.
pub(crate) fn reference() -> Option<String> {
    use_context().and_then(|SignInReference(reference)| reference)
}

/// Gives the browser a sign-in, or takes it away.
pub(crate) fn set_cookie(reference: Option<&str>) {
    let rest = "HttpOnly; Secure; SameSite=Strict; Path=/";
    let cookie = match reference {
        Some(reference) => format!("{COOKIE}={reference}; {rest}"),
        None => format!("{COOKIE}=; {rest}; Max-Age=0"),
    };
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie)) {
        response.append_header(SET_COOKIE, value);
    }
}
