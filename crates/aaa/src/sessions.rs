//! Who is online, and ending their sessions: gone means that the router was seen without it.

pub(crate) mod directory; // whose a session is
mod many; // ending the sessions of many customers
mod ending; // ending sessions, and seeing that they are gone
pub(crate) mod read; // active rows in our words

use std::time::Duration;

use domain::{
    customer::ServiceType,
    role::{Operator, Permission},
    search::Search,
    session::{Session, session_key},
    sync::Online,
    wire::{
        Disconnected, OnlineReport, RawRow, SessionsReport,
        problem::{Code, Problem},
    },
};
use futures_util::future::join_all;
use routeros::{CallError, Lease, RowId};
use serde_json::json;

use crate::{
    Services,
    audit::{Act, Told},
    router::RouterHandle,
    services::check,
    sync::observe::online,
    trouble,
};
use directory::Directory;
pub use ending::Pace;
pub(crate) use ending::{Fate, end, end_and_look, nobody_of};
use ending::{gone, reappeared};
pub use many::{DisconnectMany, Which};

/// Which sessions to list.
#[derive(Clone, Debug, Default)]
pub struct SessionsQuery {
    /// Of which service; `None` is all.
    pub service: Option<ServiceType>,
    /// Words of the username, customer, package, address or MAC address.
    pub q: Option<String>,
    /// Of one package only.
    pub package: Option<String>,
    /// In which order.
    pub sort: SessionSort,
    /// Whether what the watcher knows will do, where one watches. Else the router is read.
    pub latest_will_do: bool,
}

/// A page of those who are online.
#[derive(Clone, Debug)]
pub struct OnlineQuery {
    /// By which service.
    pub service: ServiceType,
    /// What they must have in common.
    pub q: String,
    /// How many of them to leave out first.
    pub from: usize,
    /// How many to list.
    pub count: usize,
    /// The router's id of one to list in any case.
    pub also: Option<String>,
}

/// The order of a list of sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum SessionSort {
    /// As the router has them.
    #[default]
    Router,
    /// By name.
    Name,
    /// By name, last first.
    NameDown,
    /// Longest first.
    Uptime,
    /// Most downloaded first.
    BytesDown,
}

/// A session to end, or all of a user's.
#[derive(Clone, Debug)]
pub struct Disconnect {
    /// Of which service.
    pub service: ServiceType,
    /// The router's id of it.
    pub session_id: Option<String>,
    /// Whose it has to be: ids are used again after a restart.
    pub expected_username: Option<String>,
    /// All sessions of this user.
    pub username: Option<String>,
    /// Leave a hotspot's cookie, so that the device may come back by itself.
    pub keep_cookie: bool,
    /// Whether to wait and see what the customer does.
    pub watch: Watch,
}

/// Whether to look what the customer does after the session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// Answer at once.
    No,
    /// Look until they are back, or this long.
    For(Duration),
}

impl Services {
    /// Who is online.
    ///
    /// # Errors
    /// The operator may not, or the router cannot be read.
    pub async fn sessions(&self, operator: &Operator, query: SessionsQuery) -> Result<SessionsReport, Problem> {
        check(operator, Permission::ViewSessions)?;
        let router = self.router()?;
        let latest = if query.latest_will_do { router.live.snapshot(query.service) } else { None };
        let (as_of, mut sessions) = match latest {
            Some((as_of, mut sessions)) => {
                // The watcher's word on customers may be ten seconds old; our own store's costs the router nothing.
                let known = Directory::read(&self.store, self.rate_base).await.map_err(trouble::of_store)?;
                for session in &mut sessions {
                    known.tell(&mut session.netpilot);
                }
                (as_of, sessions)
            }
            None => (self.now(), self.read_sessions(router, query.service).await?),
        };
        let search = Search::new(query.q.as_deref().unwrap_or_default());
        sessions.retain(|session| query.is_of_package(session) && search.finds(&session.netpilot));
        query.sort.apply(&mut sessions);
        let label = query.service.map_or("", ServiceType::label);
        Ok(SessionsReport {
            message: format!("Active {label} sessions retrieved successfully").replace("  ", " "),
            service_type: query.service.map_or("all", ServiceType::name).to_owned(),
            count: sessions.len(),
            total: sessions.len(),
            sessions,
            next_cursor: None,
            router_id: router.id.to_owned(),
            as_of,
            stale: false,
        })
    }

    /// A page of those who are online, by username; what the watcher knows will do.
    ///
    /// # Errors
    /// The operator may not, or the router cannot be read.
    pub async fn online(&self, operator: &Operator, query: OnlineQuery) -> Result<OnlineReport, Problem> {
        let OnlineQuery { service, q, from, count, also } = query;
        let all = SessionsQuery {
            service: Some(service),
            sort: SessionSort::Name,
            latest_will_do: true,
            ..SessionsQuery::default()
        };
        let SessionsReport { total, as_of, sessions, .. } = self.sessions(operator, all).await?;
        let is_asked = |row: &RawRow<Session>| also.is_some() && row.row.get(".id") == also.as_ref();
        let asked = sessions.iter().find(|row| is_asked(row)).map(|row| row.netpilot.clone());
        let mut matching: Vec<Session> = sessions.into_iter().map(|row| row.netpilot).collect();
        let search = Search::new(&q);
        matching.retain(|session| search.finds(session));
        let found = matching.len();
        let mut page: Vec<Session> = matching.into_iter().skip(from).take(count).collect();
        page.extend(asked.filter(|asked| page.iter().all(|session| session.key != asked.key)));
        Ok(OnlineReport { as_of, total, matching: found, sessions: page })
    }

    /// Who is online, as the router says now. Rates are the watcher's, where one watches.
    async fn read_sessions(
        &self,
        router: &RouterHandle,
        service: Option<ServiceType>,
    ) -> Result<Vec<RawRow<Session>>, Problem> {
        let lease = router.lease().await?;
        let known = Directory::read(&self.store, self.rate_base).await.map_err(trouble::of_store)?;
        let wanted = ServiceType::ALL.into_iter().filter(|of| service.is_none_or(|only| only == *of));
        let read = join_all(wanted.map(|service| read::sessions(&lease, service, router.id, &known, self.now()))).await;
        let read: Result<Vec<_>, CallError> = read.into_iter().collect();
        let mut sessions = read.map_err(|error| trouble::of_call(&error))?.concat();
        for RawRow { netpilot: session, .. } in &mut sessions {
            if let Some(carried) = router.live.carried(session) {
                (session.rate_down_bps, session.rate_up_bps) = (carried.rate_down_bps, carried.rate_up_bps);
                session.rate_window_ms = carried.rate_window_ms;
            }
        }
        Ok(sessions)
    }

    /// Ends a session, or all of a user's, and sees that they are gone.
    ///
    /// # Errors
    /// There is none, or it is somebody else's by now, or the router refused.
    pub async fn disconnect(&self, operator: &Operator, request: Disconnect) -> Result<Disconnected, Problem> {
        let (id, name) = (request.session_id.clone(), request.username.clone().or(request.expected_username.clone()));
        let act = Act::new("session.disconnect", "session", id.as_deref()).called(name.as_deref());
        let told = move |ended: &Disconnected| {
            let Disconnected { removed, verified, after, service_type, .. } = ended;
            let after =
                json!({ "removed": removed, "verified": verified, "after": after, "serviceType": service_type });
            Told { label: Some(ended.username.clone()), ..Told::after(&after) }
        };
        self.audited(operator, Permission::Disconnect, act, self.end_one_or_all(operator, request), told).await
    }

    async fn end_one_or_all(&self, operator: &Operator, request: Disconnect) -> Result<Disconnected, Problem> {
        let Disconnect { service, session_id, expected_username, username, keep_cookie, watch } = request;
        let wanted = wanted(session_id.as_deref(), username.as_deref())?;
        let router = self.writable_router().await?;
        let lease = router.lease().await?;
        let online = online(&lease, service).await.map_err(|error| trouble::of_call(&error))?;
        let theirs: Vec<Online> = online.into_iter().filter(|online| wanted.is(online)).collect();
        let username = theirs.first().map(|online| online.username.clone()).ok_or_else(|| wanted.not_found(service))?;
        if let Some(expected) = expected_username.filter(|expected| *expected != username) {
            let detail = format!("This session is {username}'s by now, not {expected}'s.");
            return Err(Problem::new(Code::SessionChanged, detail));
        }
        let ended =
            end(router, &lease, service, &theirs, keep_cookie).await.map_err(|error| trouble::of_call(&error))?;
        if ended.is_empty() {
            return Err(wanted.not_found(service));
        }
        tracing::info!(operator = %operator.username, user = %username, %service, sessions = ended.len(), "Ended sessions");
        let verified = gone(&lease, service, &ended).await;
        if verified {
            let key = |online: &Online| session_key(router.id, service, &online.id);
            router.live.forget(&ended.iter().map(key).collect::<Vec<_>>(), self.now());
        }
        Ok(Disconnected {
            message: format!("{} session disconnected successfully", service.label()),
            session_id,
            service_type: service,
            after: reappeared(&lease, service, &username, &ended, watch).await,
            username,
            removed: ended.len(),
            verified,
        })
    }

    /// Ends all sessions of a name, those that are gone already not counted.
    pub(crate) async fn end_all_of(
        &self,
        lease: &Lease,
        service: ServiceType,
        username: &str,
    ) -> Result<Vec<Online>, Problem> {
        let online = online(lease, service).await.map_err(|error| trouble::of_call(&error))?;
        let theirs: Vec<Online> = online.into_iter().filter(|online| online.username == username).collect();
        end(self.router()?, lease, service, &theirs, false).await.map_err(|error| trouble::of_call(&error))
    }
}

enum Wanted {
    Session(RowId),
    AllOf(String),
}

fn wanted(session_id: Option<&str>, username: Option<&str>) -> Result<Wanted, Problem> {
    match (session_id.filter(|id| !id.is_empty()), username) {
        (Some(id), _) => id.parse().map(Wanted::Session).map_err(|error: routeros::NotARowId| {
            Problem::member(Code::InvalidParameter, "/sessionId", error.to_string())
        }),
        (None, Some(username)) => Ok(Wanted::AllOf(username.to_owned())),
        (None, None) => Err(Problem::member(Code::MissingField, "/sessionId", "Session ID is required")),
    }
}

impl Wanted {
    fn is(&self, online: &Online) -> bool {
        match self {
            Self::Session(id) => online.id == id.to_string(),
            Self::AllOf(username) => online.username == *username,
        }
    }

    fn not_found(&self, service: ServiceType) -> Problem {
        let which = match self {
            Self::Session(id) => format!("The router has no {} session {id}; it has ended already.", service.label()),
            Self::AllOf(username) => format!("{username} is not online by {}.", service.label()),
        };
        Problem::new(Code::SessionNotFound, which)
    }
}

impl SessionsQuery {
    fn is_of_package(&self, session: &RawRow<Session>) -> bool {
        self.package.as_ref().is_none_or(|package| session.netpilot.package.as_ref() == Some(package))
    }
}

impl SessionSort {
    fn apply(self, sessions: &mut [RawRow<Session>]) {
        use std::cmp::Reverse;
        match self {
            Self::Router => {}
            Self::Name => sessions.sort_by(|a, b| a.netpilot.username.cmp(&b.netpilot.username)),
            Self::NameDown => sessions.sort_by(|a, b| b.netpilot.username.cmp(&a.netpilot.username)),
            Self::Uptime => sessions.sort_by_key(|session| Reverse(session.netpilot.uptime_seconds)),
            Self::BytesDown => sessions.sort_by_key(|session| Reverse(session.netpilot.bytes_down)),
        }
    }
}
