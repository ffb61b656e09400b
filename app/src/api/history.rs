//! Who was online.

use domain::session::PastSessions;
use leptos::prelude::*;

use super::ApiError;
#[cfg(feature = "ssr")]
use crate::context::aaa_and_operator;

/// A page of sessions that were, newest first: of one customer, of one username, and after the page that ended with the
/// cursor, where these are said.
#[server(prefix = "/fn", endpoint = "mikrotik/history")]
pub async fn history(
    #[server(default)] customer_id: Option<String>,
    #[server(default)] username: Option<String>,
    #[server(default)] cursor: Option<String>,
    limit: usize,
) -> Result<PastSessions, ApiError> {
    let (aaa, operator) = aaa_and_operator()?;
    let query = aaa::HistoryQuery { customer_id, username, cursor, limit, ..Default::default() };
    Ok(aaa.session_history(&operator, query).await?)
}
