//! Who did what.

use aaa::{AuditQuery, MOST_IN_A_PAGE};
use axum::{Json as Answer, extract::State};
use domain::wire::AuditReport;

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
        since: params.time("since")?,
        until: params.time("until")?,
        cursor: text("cursor"),
        limit: params.number("limit", 1..=MOST_IN_A_PAGE)?.unwrap_or(USUAL_PAGE),
    };
    Ok(Answer(aaa.audit(&operator, query).await?))
}
