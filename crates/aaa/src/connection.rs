//! Is the router there, and as it should be? Every step says what it found, and what to do where it failed.

use std::time::Instant;

use domain::{
    role::{Operator, Permission},
    row::Row,
    timestamp::Timestamp,
    wire::{Check, Connection, TestReport, Warning, problem::Problem},
};
use routeros::{
    Command, Lease, Menu, Print, Query, Step, Tls,
    menu::{SystemClock, SystemIdentity, User, UserGroup, UserGroupProperty, UserProperty},
    value::{Date, TimeOfDay},
};
use time::{Month, UtcOffset};

use crate::{
    Services,
    router::RouterHandle,
    services::check,
    translate::{raw, row},
    trouble,
};

/// What users, profiles and sessions need. `sensitive` lets passwords be compared, `policy` is not needed.
const NEEDED: [&str; 3] = ["api", "read", "write"];
/// A router whose clock is off by more writes logs that nobody can match with ours.
const TOLERATED_SKEW_SECONDS: i64 = 120;
const STEPS: [(Step, &str); 4] =
    [(Step::Resolve, "resolve"), (Step::Tcp, "tcp"), (Step::Tls, "tls"), (Step::Login, "login")];

impl Services {
    /// Tests the connection and tells the router's facts.
    ///
    /// # Errors
    /// The step that failed, with the steps before it and the command that mends it.
    pub async fn test(&self, operator: &Operator) -> Result<TestReport, Problem> {
        check(operator, Permission::ViewStatus)?;
        let router = self.router()?;
        let tls = router.link.endpoint().tls != Tls::Off;
        let lease = router.lease_by_hand().await.map_err(|error| {
            let problem = trouble::of_connect(&error, router.link.endpoint());
            let checks = steps(tls, Some((error.step(), &problem)));
            Problem { checks, ..problem }
        })?;
        self.facts(router, &lease, tls).await
    }

    async fn facts(&self, router: &RouterHandle, lease: &Lease, tls: bool) -> Result<TestReport, Problem> {
        let began = Instant::now();
        let resource = print(lease, Command::print(Menu::SystemResource)).await?;
        let latency_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let identity = lease.list(&Print::<SystemIdentity>::new()).await.map_err(|error| trouble::of_call(&error))?;
        let resource = resource.first().cloned().unwrap_or_default();
        let checks = [
            steps(tls, None),
            vec![
                rights(lease, &router.link.endpoint().username).await,
                version(&resource),
                clock(lease, self.now()).await,
            ],
        ];
        let message = "Connection to MikroTik router successful!".to_owned();
        Ok(TestReport {
            connection: Connection { success: true, message: message.clone() },
            message,
            system_info: vec![raw(&resource)],
            identity: identity.rows.into_iter().next().and_then(|row| row.name).unwrap_or_default().into(),
            router_id: router.id.to_owned(),
            read_only: self.is_read_only(router).await?,
            latency_ms,
            tls,
            as_of: self.now(),
            checks: checks.concat(),
            warnings: if tls { Vec::new() } else { vec![plaintext()] },
        })
    }
}

fn plaintext() -> Warning {
    let detail = "The line to the router is plain text. Use api-ssl (8729) with MIKROTIK_TLS.";
    Warning { code: "plaintext-api".to_owned(), detail: detail.to_owned() }
}

async fn print(lease: &Lease, command: Command) -> Result<Vec<Row>, Problem> {
    let answer = lease.run(command).await.map_err(|error| trouble::of_call(&error))?;
    Ok(answer.rows.iter().map(row).collect())
}

/// The steps of connecting, up to the one that failed.
fn steps(tls: bool, failed: Option<(Step, &Problem)>) -> Vec<Check> {
    let reached = failed.map_or(Step::Login, |(step, _)| step);
    let steps = STEPS.iter().filter(|(step, _)| *step <= reached);
    steps
        .map(|(step, name)| {
            let problem = failed.filter(|(failed, _)| failed == step).map(|(_, problem)| problem);
            Check {
                ok: problem.is_none(),
                skipped: *step == Step::Tls && !tls,
                detail: problem.map(|problem| problem.detail.clone()),
                ..passed(name)
            }
        })
        .collect()
}

fn passed(name: &str) -> Check {
    Check {
        name: name.to_owned(),
        ok: true,
        skipped: false,
        detail: None,
        have: None,
        missing: None,
        skew_seconds: None,
    }
}

/// What the router's user may do. A router that does not tell is not called wrong.
async fn rights(lease: &Lease, username: &str) -> Check {
    let untold = |why: String| Check { skipped: true, detail: Some(why), ..passed("rights") };
    let users = Print::<User>::new().only(&[UserProperty::Group]).matching(Query::is(UserProperty::Name, username));
    let group = match lease.list(&users).await.map(|users| users.rows.into_iter().next().and_then(|user| user.group)) {
        Ok(Some(group)) => group,
        Ok(None) => return untold(format!("The router lists no user {username}; it may come from RADIUS.")),
        Err(error) => return untold(error.to_string()),
    };
    let of_that_name = Query::is(UserGroupProperty::Name, group.as_str());
    let groups = Print::<UserGroup>::new().only(&[UserGroupProperty::Policy]).matching(of_that_name);
    let policy = match lease.list(&groups).await.map(|groups| groups.rows.into_iter().next().and_then(|it| it.policy)) {
        Ok(Some(policy)) => policy,
        Ok(None) => return untold(format!("The router lists no group {group}.")),
        Err(error) => return untold(error.to_string()),
    };
    let granted: Vec<&str> = policy.split(',').filter(|right| !right.starts_with('!')).collect();
    let owned = |rights: Vec<&str>| rights.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let missing = owned(NEEDED.into_iter().filter(|right| !granted.contains(right)).collect());
    let mend = || {
        let mut all = granted.clone();
        all.extend(missing.iter().map(String::as_str));
        format!("Give the group what it lacks: /user group set {group} policy={}", all.join(","))
    };
    Check {
        ok: missing.is_empty(),
        detail: (!missing.is_empty()).then(mend),
        have: Some(owned(granted.clone())),
        missing: Some(missing.clone()),
        ..passed("rights")
    }
}

/// 6.43 is the first version that does not send the password's MD5 round.
fn version(resource: &Row) -> Check {
    let text = resource.raw("version").unwrap_or_default();
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).map(str::parse::<u32>);
    let ok = match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= (6, 43),
        _ => false,
    };
    let detail = (!ok)
        .then(|| format!("RouterOS {text}: use 6.43 or later, whose sign-in is safer: /system package update install"));
    Check { ok, detail, ..passed("version") }
}

async fn clock(lease: &Lease, ours: Timestamp) -> Check {
    let read = lease.list(&Print::<SystemClock>::new()).await.ok();
    let theirs = read
        .as_ref()
        .and_then(|clocks| clocks.rows.first())
        .and_then(|clock| router_time(clock.date?, clock.time?, clock.gmt_offset.as_deref().unwrap_or("+00:00")));
    let Some(theirs) = theirs else {
        return Check {
            skipped: true,
            detail: Some("The router's clock cannot be read.".to_owned()),
            ..passed("clock")
        };
    };
    let skew = theirs - ours.as_unix();
    let ok = skew.abs() <= TOLERATED_SKEW_SECONDS;
    let mend = "The router's clock is off; let it follow a time server: /system ntp client set enabled=yes servers=pool.ntp.org";
    Check { ok, detail: (!ok).then(|| mend.to_owned()), skew_seconds: Some(skew), ..passed("clock") }
}

/// Seconds since 1970 of a router's clock. The offset is spelt `+06:00`.
fn router_time(date: Date, time: TimeOfDay, offset: &str) -> Option<i64> {
    let month = Month::try_from(date.month).ok()?;
    let midnight = time::Date::from_calendar_date(date.year.into(), month, date.day).ok()?.midnight();
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = offset.trim_start_matches(['+', '-']).split_once(':')?;
    let offset = UtcOffset::from_hms(sign * hours.parse::<i8>().ok()?, sign * minutes.parse::<i8>().ok()?, 0).ok()?;
    Some(midnight.assume_offset(offset).unix_timestamp() + i64::from(time.seconds()))
}

#[cfg(test)]
mod tests {
    use routeros::{Charset, value::Value};

    use super::*;

    #[test]
    fn clocks_of_both_generations_are_read() {
        let told = |date: &str, time: &str, offset: &str| {
            let date = Date::read(date.as_bytes(), Charset::default())?;
            router_time(date, TimeOfDay::read(time.as_bytes(), Charset::default())?, offset)
        };
        assert_eq!(told("2024-05-17", "17:58:11", "+01:00"), Some(1_715_965_091));
        assert_eq!(told("may/17/2024", "17:58:11", "+01:00"), Some(1_715_965_091));
        assert_eq!(told("2024-05-17", "17:58:11", "-04:30"), Some(1_715_965_091 + 5 * 3600 + 1800));
        assert_eq!(told("2024-02-31", "00:00:00", "+00:00"), None);
        assert_eq!(told("2024-02-01", "00:00:00", "east"), None);
    }
}
