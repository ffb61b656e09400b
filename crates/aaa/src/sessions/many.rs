//! Ending the sessions of many customers, at a pace that the router and the sign-ins bear. Each has its outcome.

use std::collections::{HashMap, HashSet};

use domain::{
    customer::ServiceType,
    role::{Operator, Permission},
    search::Search,
    session::session_key,
    sync::Online,
    wire::{
        DisconnectSummary, DisconnectedMany, DisconnectedOne, Reappeared, RowError,
        problem::{Code, Problem},
    },
};
use routeros::{CallError, RowId};

use super::{
    SessionsQuery, Watch,
    ending::{Fate, Pace, end_many, who_reappeared},
};
use serde_json::json;

use crate::{
    Services,
    audit::{Act, Told},
    sync::observe::online,
    trouble,
};

/// What one request waits for. At the usual pace it is ten seconds.
const MOST_AT_ONCE: usize = 200;

/// Sessions to end.
#[derive(Clone, Debug)]
pub struct DisconnectMany {
    /// Of which service.
    pub service: ServiceType,
    /// Which.
    pub which: Which,
    /// How fast.
    pub pace: Pace,
    /// Leave hotspots' cookies, so that the devices may come back by themselves.
    pub keep_cookie: bool,
    /// Whether to wait and see what the customers do.
    pub watch: Watch,
}

/// Which sessions are meant.
#[derive(Clone, Debug)]
pub enum Which {
    /// These, by the router's ids.
    These(Vec<String>),
    /// All that a list of sessions would show.
    Matching {
        /// Words of the username, customer, package, address or MAC address.
        q: String,
        /// Of one package only.
        package: Option<String>,
    },
}

/// One that is meant, and who it is where they are online.
struct Meant {
    id: String,
    online: Option<Online>,
}

impl Services {
    /// Ends sessions of many customers, and looks which are gone. One that fails never stops the others.
    ///
    /// # Errors
    /// The operator may not, an id is none, there are too many, or the router cannot be asked.
    pub async fn disconnect_many(
        &self,
        operator: &Operator,
        request: DisconnectMany,
    ) -> Result<DisconnectedMany, Problem> {
        let act = Act::new("session.disconnect-many", "session", None);
        let told = |ended: &DisconnectedMany| {
            let who = ended.results.iter().filter(|one| one.success).filter_map(|one| one.username.as_ref());
            let who: Vec<_> = who.collect();
            Told::after(&json!({ "summary": ended.summary, "serviceType": ended.service_type, "usernames": who }))
        };
        self.audited(operator, Permission::Disconnect, act, self.end_sessions_of_many(operator, request), told).await
    }

    async fn end_sessions_of_many(
        &self,
        operator: &Operator,
        request: DisconnectMany,
    ) -> Result<DisconnectedMany, Problem> {
        let DisconnectMany { service, which, pace, keep_cookie, watch } = request;
        let router = self.writable_router().await?;
        let lease = router.lease().await?;
        let now = online(&lease, service).await.map_err(|error| trouble::of_call(&error))?;
        let meant = self.meant(operator, service, which, now).await?;
        if meant.len() > MOST_AT_ONCE {
            let detail = format!("{} sessions at once: the most is {MOST_AT_ONCE}.", meant.len());
            return Err(Problem::new(Code::TooManyItems, detail));
        }
        let sessions: Vec<Online> = meant.iter().filter_map(|meant| meant.online.clone()).collect();
        let fates = end_many(router, &lease, service, &sessions, keep_cookie, pace).await;
        let ended = sessions.iter().zip(&fates).filter(|(_, fate)| matches!(fate, Ok(Fate::Ended)));
        let ended: Vec<Online> = ended.map(|(online, _)| online.clone()).collect();
        let keys: Vec<_> = ended.iter().map(|online| session_key(router.id, service, &online.id)).collect();
        router.live.forget(&keys, self.now());
        tracing::info!(operator = %operator.username, %service, sessions = ended.len(), "Ended sessions");
        let back = if ended.is_empty() { None } else { who_reappeared(&lease, service, &ended, watch).await };
        Ok(report(service, meant, fates, back.as_ref()))
    }

    async fn meant(
        &self,
        operator: &Operator,
        service: ServiceType,
        which: Which,
        now: Vec<Online>,
    ) -> Result<Vec<Meant>, Problem> {
        match which {
            Which::These(ids) => {
                let mut by_id: HashMap<String, Online> =
                    now.into_iter().map(|online| (online.id.clone(), online)).collect();
                let mut seen = HashSet::new();
                let ids = ids.into_iter().filter(|id| seen.insert(id.clone()));
                ids.map(|id| match id.parse::<RowId>() {
                    Ok(_) => Ok(Meant { online: by_id.remove(&id), id }),
                    Err(error) => Err(Problem::member(Code::InvalidParameter, "/sessionIds", error.to_string())),
                })
                .collect()
            }
            Which::Matching { q, package } => {
                if Search::new(&q).finds_everybody() && package.is_none() {
                    let detail = "Say who is meant: an empty filter would end the session of every customer.";
                    return Err(Problem::member(Code::MissingField, "/filter", detail));
                }
                let query = SessionsQuery { service: Some(service), q: Some(q), package, ..SessionsQuery::default() };
                let listed = self.sessions(operator, query).await?.sessions.into_iter();
                let meant = listed.filter_map(|row| {
                    let id = row.row.get(".id")?.clone();
                    Some(Meant { online: Some(Online { id: id.clone(), username: row.netpilot.username }), id })
                });
                Ok(meant.collect())
            }
        }
    }
}

/// Fates are those of whoever is online, in their order.
fn report(
    service: ServiceType,
    meant: Vec<Meant>,
    fates: Vec<Result<Fate, CallError>>,
    back: Option<&HashSet<String>>,
) -> DisconnectedMany {
    let mut fates = fates.into_iter();
    let results: Vec<DisconnectedOne> = meant
        .into_iter()
        .map(|Meant { id, online }| {
            let fate = online.as_ref().and_then(|_| fates.next()).unwrap_or(Ok(Fate::GoneBefore));
            let username = online.map(|online| online.username);
            let after = username
                .as_ref()
                .zip(back)
                .map(|(name, back)| if back.contains(name) { Reappeared::Reconnected } else { Reappeared::Away });
            let problem = problem_of(service, &id, fate);
            DisconnectedOne {
                session_id: id,
                username,
                success: problem.is_none(),
                after: problem.is_none().then(|| after.unwrap_or(Reappeared::Unknown)),
                message: problem.as_ref().map_or_else(|| "Disconnected".to_owned(), |problem| problem.detail.clone()),
                error: problem.map(|problem| RowError {
                    code: problem.code,
                    retryable: problem.code.retryable(),
                    routeros: problem.routeros,
                }),
            }
        })
        .collect();
    let removed = results.iter().filter(|result| result.success).count();
    let summary = DisconnectSummary { total: results.len(), removed, errors: results.len() - removed };
    DisconnectedMany {
        message: format!("{removed} of {} {} sessions disconnected", summary.total, service.label()),
        service_type: service,
        summary,
        results,
    }
}

fn problem_of(service: ServiceType, id: &str, fate: Result<Fate, CallError>) -> Option<Problem> {
    match fate {
        Ok(Fate::Ended) => None,
        Ok(Fate::GoneBefore) => {
            let detail = format!("The router has no {} session {id}; it has ended already.", service.label());
            Some(Problem::new(Code::SessionNotFound, detail))
        }
        Ok(Fate::Left) => Some(Problem::new(Code::RouterRejected, "The router did not end the session.")),
        Err(error) => Some(trouble::of_call(&error)),
    }
}
