//! Who is online, and ending their sessions: gone means that the router was seen without it.

mod read;

use std::time::Duration;

use domain::{
    customer::ServiceType,
    role::{Operator, Permission},
    session::Session,
    sync::Online,
    wire::{
        Disconnected, RawRow, Reappeared, SessionsReport,
        problem::{Code, Problem},
    },
};
use futures_util::future::join_all;
use routeros::{CallError, Command, Lease, Menu, RowId};
use tokio::time::{Instant, sleep};

use crate::{
    Services,
    services::check,
    sync::observe::{online, print_rows},
    translate::{menus, row_id},
    trouble,
    users::mentions,
};

/// Which sessions to list.
#[derive(Clone, Debug, Default)]
pub struct SessionsQuery {
    /// Of which service; `None` is all.
    pub service: Option<ServiceType>,
    /// Part of the username, customer, address or MAC address.
    pub q: Option<String>,
    /// Of one package only.
    pub package: Option<String>,
    /// In which order.
    pub sort: SessionSort,
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

/// How long a router may take to drop a session that it agreed to drop.
const GONE_WITHIN: Duration = Duration::from_secs(3);
/// How often we look.
const LOOK_EVERY: Duration = Duration::from_millis(100);

impl Services {
    /// Who is online.
    ///
    /// # Errors
    /// The operator may not, or the router cannot be read.
    pub async fn sessions(&self, operator: &Operator, query: SessionsQuery) -> Result<SessionsReport, Problem> {
        check(operator, Permission::ViewSessions)?;
        let router = self.router()?;
        let lease = router.lease().await?;
        let known = self.known_customers().await?;
        let wanted = ServiceType::ALL.into_iter().filter(|service| query.service.is_none_or(|only| only == *service));
        let read = join_all(wanted.map(|service| read::sessions(&lease, service, router.id, &known, self.now()))).await;
        let read: Result<Vec<_>, CallError> = read.into_iter().collect();
        let mut sessions = read.map_err(|error| trouble::of_call(&error))?.concat();
        sessions.retain(|session| query.wants(session));
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
            as_of: self.now(),
            stale: false,
        })
    }

    /// Ends a session, or all of a user's, and sees that they are gone.
    ///
    /// # Errors
    /// There is none, or it is somebody else's by now, or the router refused.
    pub async fn disconnect(&self, operator: &Operator, request: Disconnect) -> Result<Disconnected, Problem> {
        check(operator, Permission::Disconnect)?;
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
        let ended = end(&lease, service, &theirs, keep_cookie).await.map_err(|error| trouble::of_call(&error))?;
        if ended.is_empty() {
            return Err(wanted.not_found(service));
        }
        tracing::info!(operator = %operator.username, user = %username, %service, sessions = ended.len(), "Ended sessions");
        let verified = gone(&lease, service, &ended).await;
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
        end(lease, service, &theirs, false).await.map_err(|error| trouble::of_call(&error))
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
            Self::Session(id) => online.id == id.as_str(),
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

/// Removes active rows, all in flight. Gives those that the router removed; one that was gone already is not among them.
pub(crate) async fn end(
    lease: &Lease,
    service: ServiceType,
    sessions: &[Online],
    keep_cookie: bool,
) -> Result<Vec<Online>, CallError> {
    if service == ServiceType::Hotspot && !keep_cookie {
        // First the cookies: a device that still has one is back before its session is missed.
        forget_cookies(lease, sessions).await?;
    }
    let ids = sessions.iter().filter_map(|online| Some((online, online.id.parse::<RowId>().ok()?)));
    let (online, commands): (Vec<&Online>, Vec<Command>) =
        ids.map(|(online, id)| (online, Command::remove(menus(service).active, &id))).unzip();
    let mut ended = Vec::new();
    for (online, answer) in online.into_iter().zip(lease.run_all(commands).await) {
        match answer {
            Ok(_) => ended.push(online.clone()),
            Err(CallError::Refused { refusal, .. }) if refusal.is_no_such_item() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(ended)
}

async fn forget_cookies(lease: &Lease, sessions: &[Online]) -> Result<(), CallError> {
    let cookies = print_rows(lease, Command::print(Menu::HotspotCookie).only(&[".id", "user"])).await?;
    let theirs = cookies.iter().filter(|row| sessions.iter().any(|online| row.raw("user") == Some(&online.username)));
    let commands = theirs.filter_map(row_id).map(|id| Command::remove(Menu::HotspotCookie, &id)).collect();
    for answer in lease.run_all(commands).await {
        match answer {
            Err(CallError::Refused { refusal, .. }) if refusal.is_no_such_item() => {}
            answer => drop(answer?),
        }
    }
    Ok(())
}

/// Whether none of these ids is active any more, looked for a while.
pub(crate) async fn gone(lease: &Lease, service: ServiceType, ended: &[Online]) -> bool {
    let until = Instant::now() + GONE_WITHIN;
    loop {
        match online(lease, service).await {
            Err(_) => return false,
            Ok(now) if now.iter().all(|online| ended.iter().all(|ended| ended.id != online.id)) => return true,
            Ok(_) if Instant::now() >= until => return false,
            Ok(_) => sleep(LOOK_EVERY).await,
        }
    }
}

async fn reappeared(lease: &Lease, service: ServiceType, username: &str, ended: &[Online], watch: Watch) -> Reappeared {
    let Watch::For(patience) = watch else { return Reappeared::Unknown };
    let until = Instant::now() + patience;
    let is_new = |now: &Online| now.username == username && ended.iter().all(|ended| ended.id != now.id);
    loop {
        match online(lease, service).await {
            Err(_) => return Reappeared::Unknown,
            Ok(now) if now.iter().any(is_new) => return Reappeared::Reconnected,
            Ok(_) if Instant::now() >= until => return Reappeared::Away,
            Ok(_) => sleep(LOOK_EVERY).await,
        }
    }
}

impl SessionsQuery {
    fn wants(&self, session: &RawRow<Session>) -> bool {
        let Self { service: _, q, package, sort: _ } = self;
        let ours = &session.netpilot;
        let named = |q: &str| {
            let name = ours.customer_name.as_deref().unwrap_or_default();
            name.to_lowercase().contains(&q.to_lowercase()) || mentions(&session.row, q)
        };
        package.as_ref().is_none_or(|package| ours.package.as_ref() == Some(package)) && q.as_deref().is_none_or(named)
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
