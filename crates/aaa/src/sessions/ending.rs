//! Ending sessions: gone means that the router was seen without them.

use std::{collections::HashSet, time::Duration};

use domain::{customer::ServiceType, sync::Online, wire::Reappeared};
use futures_util::{StreamExt, stream};
use routeros::{
    CallError, Command, Lease, Menu, Print, RowId,
    menu::{HotspotCookie, HotspotCookieProperty as Of},
};
use tokio::time::{Instant, sleep};

use super::Watch;
use crate::{
    router::RouterHandle,
    sync::observe::{list, online, online_as},
    translate::menus,
};

/// How long a router may take to drop a session that it agreed to drop.
const GONE_WITHIN: Duration = Duration::from_secs(3);
/// Sessions removed at once. Each is one command, and the line bounds what is in flight.
const SESSIONS_AT_ONCE: usize = 16;
/// How often we look.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How many sessions end in a second at most. Equipment dials again at once: a router that loses all its customers in one
/// moment has them all signing in in the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace(u16);

impl Default for Pace {
    fn default() -> Self {
        Self(20)
    }
}

impl Pace {
    /// From 1 to 200 in a second.
    pub fn new(per_second: u32) -> Option<Self> {
        u16::try_from(per_second).ok().filter(|pace| (1..=200).contains(pace)).map(Self)
    }

    fn per_second(self) -> usize {
        usize::from(self.0)
    }
}

/// Removes active rows, several at once. Gives those that the router removed; one that was gone already is not among
/// them.
pub(crate) async fn end(
    router: &RouterHandle,
    lease: &Lease,
    service: ServiceType,
    sessions: &[Online],
    keep_cookie: bool,
) -> Result<Vec<Online>, CallError> {
    let mut ended = Vec::new();
    let (removed, _cookies) = remove(router, lease, service, sessions, keep_cookie).await?;
    for (online, removed) in sessions.iter().zip(removed) {
        if removed? {
            ended.push(online.clone());
        }
    }
    Ok(ended)
}

/// What became of a session that was to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It was removed and seen to be gone.
    Ended,
    /// It had ended by itself.
    GoneBefore,
    /// It goes on, or nobody could look.
    Left,
}

/// Ends the sessions that a sync concerns, with their hotspot cookies. Each has its fate, in the same order.
pub(crate) async fn end_and_look(
    router: &RouterHandle,
    lease: &Lease,
    service: ServiceType,
    sessions: &[Online],
) -> Vec<Fate> {
    let tell = |error: &CallError| tracing::warn!(%error, "A session could not be ended after a sync");
    let fates = end_many(router, lease, service, sessions, false, Pace::default()).await.into_iter();
    fates
        .map(|fate| {
            fate.unwrap_or_else(|error| {
                tell(&error);
                Fate::Left
            })
        })
        .collect()
}

/// Ends sessions of many customers at a pace, and looks once for all which are gone. Each has its fate or the router's
/// refusal, in the same order; one that goes on all the same is [`Fate::Left`].
pub(super) async fn end_many(
    router: &RouterHandle,
    lease: &Lease,
    service: ServiceType,
    sessions: &[Online],
    keep_cookie: bool,
    pace: Pace,
) -> Vec<Result<Fate, CallError>> {
    let mut removed: Vec<Result<bool, CallError>> = Vec::with_capacity(sessions.len());
    let mut cookies = Vec::new();
    for (second, some) in sessions.chunks(pace.per_second()).enumerate() {
        if second > 0 {
            sleep(Duration::from_secs(1)).await;
        }
        match remove(router, lease, service, some, keep_cookie).await {
            Ok((each, forgotten)) => {
                removed.extend(each);
                cookies.extend(forgotten);
            }
            // One that could not even be tried stops no other.
            Err(error) => removed.extend(some.iter().map(|_| Err(error.clone()))),
        }
    }
    let waiting = sessions.iter().zip(&removed).filter(|(_, removed)| matches!(removed, Ok(true)));
    let waiting: Vec<Online> = waiting.map(|(online, _)| online.clone()).collect();
    let seen = once_gone(lease, service, &waiting).await;
    let still: Option<HashSet<&str>> =
        seen.as_ref().ok().map(|now| now.iter().map(|online| online.id.as_str()).collect());
    let may_return = if cookies.is_empty() { HashSet::new() } else { still_known(lease, &cookies).await };
    let fate = |(online, removed): (&Online, Result<bool, CallError>)| match (removed, &still) {
        (Ok(false), _) => Ok(Fate::GoneBefore),
        (Ok(true), _) if may_return.contains(&online.username) => Ok(Fate::Left),
        (_, Some(still)) if !still.contains(online.id.as_str()) => Ok(Fate::Ended),
        (Ok(true), _) => Ok(Fate::Left),
        (Err(error), _) => Err(error),
    };
    sessions.iter().zip(removed).map(fate).collect()
}

/// For each session whether the router removed it; not so one that was gone already, or is another's by now: ids are used
/// again after a restart. With them the cookies that were forgotten.
async fn remove(
    router: &RouterHandle,
    lease: &Lease,
    service: ServiceType,
    sessions: &[Online],
    keep_cookie: bool,
) -> Result<(Vec<Result<bool, CallError>>, Vec<Cookie>), CallError> {
    let now = online_as(lease, service, sessions.iter().map(|online| online.username.as_str()).collect()).await?;
    // First the cookies: a device that still has one is back before its session is missed.
    let cookies = match service {
        ServiceType::Hotspot if !keep_cookie => forget_cookies(lease, sessions).await?,
        ServiceType::Hotspot | ServiceType::Pppoe => Vec::new(),
    };
    router.we_end(service, sessions.iter().filter(|online| now.contains(online)));
    let removal = |online: &Online| {
        let (is_theirs, online) = (now.contains(online), online.clone());
        async move {
            if !is_theirs {
                return Ok(false);
            }
            let removed = remove_one(lease, service, online.id.clone()).await;
            if matches!(removed, Ok(false) | Err(CallError::Refused { .. })) {
                router.we_did_not_end(service, &online);
            }
            removed
        }
    };
    let removals: Vec<_> = sessions.iter().map(removal).collect();
    Ok((stream::iter(removals).buffered(SESSIONS_AT_ONCE).collect().await, cookies))
}

/// What lets a hotspot's device back in without a password.
struct Cookie {
    id: RowId,
    user: String,
}

async fn remove_one(lease: &Lease, service: ServiceType, id: String) -> Result<bool, CallError> {
    let menu = menus(service).active;
    let odd = |source| CallError::OddRow { command: format!("{}/remove", menu.path()), source };
    match lease.run(Command::remove(menu, id.parse().map_err(odd)?)).await {
        Ok(_) => Ok(true),
        Err(CallError::Refused { refusal, .. }) if refusal.is_no_such_item() => Ok(false),
        Err(error) => Err(error),
    }
}

async fn forget_cookies(lease: &Lease, sessions: &[Online]) -> Result<Vec<Cookie>, CallError> {
    let cookies = list(lease, &Print::<HotspotCookie>::new().only(&[Of::Id, Of::User])).await?;
    let names: HashSet<&str> = sessions.iter().map(|online| online.username.as_str()).collect();
    let theirs = cookies.into_iter().filter_map(|cookie| Some(Cookie { id: cookie.id?, user: cookie.user?.into() }));
    let theirs: Vec<Cookie> = theirs.filter(|cookie| names.contains(cookie.user.as_str())).collect();
    let commands = theirs.iter().map(|cookie| Command::remove(Menu::HotspotCookie, cookie.id)).collect();
    for answer in lease.run_all(commands).await {
        match answer {
            Err(CallError::Refused { refusal, .. }) if refusal.is_no_such_item() => {}
            answer => drop(answer?),
        }
    }
    Ok(theirs)
}

/// Whose cookies are still there, though they were forgotten; where nobody can look, everybody's.
async fn still_known(lease: &Lease, forgotten: &[Cookie]) -> HashSet<String> {
    let now = list(lease, &Print::<HotspotCookie>::new().only(&[Of::Id])).await;
    let now: Option<HashSet<RowId>> = now.ok().map(|now| now.into_iter().filter_map(|cookie| cookie.id).collect());
    let is_left = |cookie: &&Cookie| now.as_ref().is_none_or(|now| now.contains(&cookie.id));
    forgotten.iter().filter(is_left).map(|cookie| cookie.user.clone()).collect()
}

/// Whether none of these ids is active any more, looked for a while.
pub(crate) async fn gone(lease: &Lease, service: ServiceType, ended: &[Online]) -> bool {
    once_gone(lease, service, ended).await.is_ok_and(|now| are_gone(ended, &now))
}

/// Whether nobody of this name is online any more, looked for a while.
pub(crate) async fn nobody_of(lease: &Lease, service: ServiceType, username: &str) -> Result<bool, CallError> {
    let is_nobody = |now: &[Online]| now.iter().all(|online| online.username != username);
    Ok(is_nobody(&look_until(lease, service, is_nobody).await?))
}

/// Who is online as soon as these are gone, or when they were waited for long enough.
async fn once_gone(lease: &Lease, service: ServiceType, ended: &[Online]) -> Result<Vec<Online>, CallError> {
    look_until(lease, service, |now| are_gone(ended, now)).await
}

/// Asks again and again: a stream could miss what happened before it began, and the proof is what the router lists.
async fn look_until(
    lease: &Lease,
    service: ServiceType,
    enough: impl Fn(&[Online]) -> bool,
) -> Result<Vec<Online>, CallError> {
    let until = Instant::now() + GONE_WITHIN;
    loop {
        let now = online(lease, service).await?;
        if enough(&now) || Instant::now() >= until {
            return Ok(now);
        }
        sleep(LOOK_EVERY).await;
    }
}

fn are_gone(ended: &[Online], now: &[Online]) -> bool {
    let ended: HashSet<&str> = ended.iter().map(|online| online.id.as_str()).collect();
    now.iter().all(|online| !ended.contains(online.id.as_str()))
}

/// Which of these users have a session that is not among the ended ones, looked for a while. `None` where nobody could
/// look.
pub(super) async fn who_reappeared(
    lease: &Lease,
    service: ServiceType,
    ended: &[Online],
    watch: Watch,
) -> Option<HashSet<String>> {
    let Watch::For(patience) = watch else { return None };
    let ids: HashSet<&str> = ended.iter().map(|online| online.id.as_str()).collect();
    let names: HashSet<&str> = ended.iter().map(|online| online.username.as_str()).collect();
    let until = Instant::now() + patience;
    loop {
        let now = online(lease, service).await.ok()?;
        let new = now.into_iter().filter(|now| !ids.contains(now.id.as_str()) && names.contains(now.username.as_str()));
        let back: HashSet<String> = new.map(|now| now.username).collect();
        if back.len() == names.len() || Instant::now() >= until {
            return Some(back);
        }
        sleep(LOOK_EVERY).await;
    }
}

pub(super) async fn reappeared(
    lease: &Lease,
    service: ServiceType,
    username: &str,
    ended: &[Online],
    watch: Watch,
) -> Reappeared {
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
