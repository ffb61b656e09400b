//! Who did what.

use aaa::{AuditQuery, MOST_IN_A_PAGE};
use axum::{Json as Answer, extract::State};
use domain::{
    timestamp::Timestamp,
    wire::{
        AuditReport,
        problem::{Code, Problem},
    },
};

use super::Aaa;
use crate::{auth::SignedIn, body::Params, problem::Failure};

/// How many a page has where nobody says.
const USUAL_PAGE: usize = 100;

/// `GET /api/audit`
pub(crate) async fn list(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    params: Params,
) -> Result<Answer<AuditReport>, Failure> {
    let text = |name: &str| params.get(name).map(str::to_owned);
    let query = AuditQuery {
        customer_id: text("customerId"),
        actor: text("actor"),
        action: text("action"),
        since: time(&params, "since")?,
        until: time(&params, "until")?,
        cursor: text("cursor"),
        limit: params.number("limit", 1..=MOST_IN_A_PAGE)?.unwrap_or(USUAL_PAGE),
    };
    Ok(Answer(aaa.audit(&operator, query).await?))
}

fn time(params: &Params, name: &str) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = params.get(name) else { return Ok(None) };
    let detail = || format!("{name}={text:?} is no time; write it as 2026-01-05T09:30:00Z.");
    text.parse().map(Some).map_err(|_| Problem::new(Code::InvalidParameter, detail()))
}
