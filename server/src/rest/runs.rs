//! Bulk work: how far it is, what became of each customer, ending it early, trying again.

use aaa::MOST_IN_A_PAGE;
use axum::{
    Json as Answer,
    extract::{Path, State},
    http::StatusCode,
};
use domain::wire::{RunReport, RunResults, RunsReport};

use super::{Aaa, sync::finished};
use crate::{auth::SignedIn, body::Params, problem::Failure};

/// How many a page has where nobody says.
const USUAL_PAGE: usize = 100;

/// `GET /api/mikrotik/runs`
pub(crate) async fn list(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    params: Params,
) -> Result<Answer<RunsReport>, Failure> {
    let limit = params.number("limit", 1..=MOST_IN_A_PAGE)?.unwrap_or(USUAL_PAGE);
    Ok(Answer(aaa.runs(&operator, params.get("cursor"), limit).await?))
}

/// `GET /api/mikrotik/runs/{id}`
pub(crate) async fn one(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    Path(id): Path<String>,
) -> Result<Answer<RunReport>, Failure> {
    // What became of each customer is a page of its own: ten thousand rows are no answer to "how far is it".
    Ok(Answer(RunReport { report: None, ..aaa.run(&operator, &id).await? }))
}

/// `GET /api/mikrotik/runs/{id}/results`
pub(crate) async fn results(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    Path(id): Path<String>,
    params: Params,
) -> Result<Answer<RunResults>, Failure> {
    let words = ["created", "updated", "unchanged", "skipped", "failed"].map(|word| (word, word));
    let outcome = params.choice("outcome", &words)?;
    let limit = params.number("limit", 1..=MOST_IN_A_PAGE)?.unwrap_or(USUAL_PAGE);
    Ok(Answer(aaa.run_results(&operator, &id, outcome, params.get("cursor"), limit).await?))
}

/// `POST /api/mikrotik/runs/{id}/cancel`
pub(crate) async fn cancel(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    Path(id): Path<String>,
) -> Result<Answer<RunReport>, Failure> {
    Ok(Answer(aaa.cancel_run(&operator, &id).await?))
}

/// `POST /api/mikrotik/runs/{id}/retry`
pub(crate) async fn retry(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    Path(id): Path<String>,
) -> Result<(StatusCode, Answer<RunReport>), Failure> {
    // What is accepted is begun, also when the caller hangs up.
    let begun = tokio::spawn(async move { aaa.retry_run(&operator, &id).await });
    Ok((StatusCode::ACCEPTED, Answer(finished(begun).await?)))
}
