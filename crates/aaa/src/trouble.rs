//! Errors of routers and the store, as callers see them: a code, a sentence, and what to do.

use domain::wire::{
    RouterSaid,
    problem::{Code, Problem},
};
use routeros::{CallError, ConnectError, Endpoint, LineEnd};
use store::StoreError;

const ADDRESS_LIST: (&str, &str) =
    ("tcp-address-list", "The API may be limited to other addresses: /ip service print where name=api");

/// No router was named at all.
pub(crate) fn not_configured() -> Problem {
    Problem::new(Code::RouterNotConfigured, "No router is configured.")
        .advice("configure", "Set MIKROTIK_HOST, MIKROTIK_USER and MIKROTIK_PASSWORD, then start NetPilot again.")
}

/// The router cannot be reached, with the RouterOS command that mends it.
pub(crate) fn of_connect(error: &ConnectError, endpoint: &Endpoint) -> Problem {
    let Endpoint { host, port, username, .. } = endpoint;
    let at = format!("{host}:{port}");
    let unreachable = |detail: String| Problem::new(Code::RouterUnreachable, detail);
    match error {
        ConnectError::Resolve { host, .. } => unreachable(format!("The name {host} has no address."))
            .advice("resolve", "Check MIKROTIK_HOST, or use the router's IP address."),
        ConnectError::Refused { .. } => unreachable(format!("{at} refused the connection."))
            .advice("tcp-refused", "Enable the API on the router: /ip service enable api"),
        ConnectError::NoAnswer { after, .. } => {
            unreachable(format!("{at} did not answer within {} s.", after.as_secs()))
                .advice("tcp-silent", "Check the address and the router's firewall.")
                .advice(ADDRESS_LIST.0, ADDRESS_LIST.1)
        }
        ConnectError::Tcp { source, .. } => unreachable(format!("{at} cannot be reached: {source}."))
            .advice("tcp", "Check the network between here and the router."),
        ConnectError::Tls { source, .. } => unreachable(format!("{at} and NetPilot cannot agree on TLS: {source}."))
            .advice(
                "tls",
                "The router's api-ssl service needs a certificate: /ip service set api-ssl certificate=NAME",
            ),
        ConnectError::NotTrusted { found, source, .. } => {
            let detail =
                format!("{at} shows a certificate that cannot be believed: {source}. NetPilot did not sign in.");
            Problem::new(Code::RouterIdentityChanged, detail).advice(
                "tls-pin",
                format!(
                    "If its key is yours (compare it on the router), believe that one alone: MIKROTIK_TLS=pin:{found}"
                ),
            )
        }
        ConnectError::IdentityChanged { found, .. } => {
            let detail = format!("{at} shows the key {found}, not the pinned one. NetPilot did not sign in.");
            Problem::new(Code::RouterIdentityChanged, detail)
                .advice("tls-pin", "If the router got a new certificate, put its fingerprint into MIKROTIK_TLS=pin:…")
        }
        ConnectError::LoginRefused { message, .. } => {
            let said = RouterSaid { command: "/login".to_owned(), category: None, message: message.clone() };
            let detail = format!("The router refused the sign-in of {username}. It said: {message}");
            let problem = Problem { routeros: Some(said), ..Problem::new(Code::RouterAuthFailed, detail) };
            problem
                .advice("login", format!("Check MIKROTIK_PASSWORD, or set a new one: /user set {username} password=…"))
        }
        ConnectError::LoginUndecided { message, .. } => {
            let said = RouterSaid { command: "/login".to_owned(), category: None, message: message.clone() };
            let detail = format!("The router could not decide on the sign-in of {username}. It said: {message}");
            let problem = Problem { routeros: Some(said), ..Problem::new(Code::RouterRejected, detail) };
            problem.advice("login", "If it asks a RADIUS server for its own users, see that it answers: /radius print")
        }
        ConnectError::NotTheApi { speaks, .. } => {
            let detail = format!("{at} speaks {speaks}, not the RouterOS API.");
            Problem::new(Code::RouterProtocol, detail).advice(
                "port",
                "Check MIKROTIK_PORT: the API has 8728, and 8729 with MIKROTIK_TLS. The router says which: /ip service print",
            )
        }
        ConnectError::Login { source, .. } => of_broken_login(source, &at),
    }
}

/// The line broke before the router said whether it lets us in. One that has no session left does that; one that may not
/// be called from here can be silent.
fn of_broken_login(error: &CallError, at: &str) -> Problem {
    let problem = match error {
        CallError::Unknown { why: LineEnd::Silence(_) | LineEnd::TooSlow(_), .. } => {
            return Problem::new(Code::RouterTimeout, format!("{at} did not answer the sign-in."))
                .advice(ADDRESS_LIST.0, ADDRESS_LIST.1);
        }
        CallError::Unknown { why: LineEnd::Fatal(words), .. } => {
            Problem::new(Code::RouterBusy, format!("{at} has no session left for NetPilot. It said: {words}"))
        }
        CallError::Unknown { why: LineEnd::Closed | LineEnd::Network { .. }, .. }
        | CallError::NotSent { why: LineEnd::Closed | LineEnd::Network { .. }, .. } => {
            Problem::new(Code::RouterUnreachable, format!("{at} closed the line before NetPilot could sign in."))
        }
        _ => return of_call(error),
    };
    problem.advice(
        "sessions",
        "See who holds its sessions, or allow more: /user active print, /ip service set api max-sessions=…",
    )
}

/// A command has no answer, or a refusal for one.
pub(crate) fn of_call(error: &CallError) -> Problem {
    match error {
        CallError::Refused { command, refusal } => {
            let said = RouterSaid {
                command: command.clone(),
                category: refusal.category(),
                message: refusal.message().to_owned(),
            };
            let detail = format!("The router said: {}", refusal.message());
            let code = match refusal {
                _ if refusal.is_not_permitted() => Code::RouterPermission,
                _ if refusal.is_storage_full() => Code::RouterStorageFull,
                _ if refusal.is_unsettled() => Code::RouterTimeout,
                _ => Code::RouterRejected,
            };
            let problem = Problem { routeros: Some(said), ..Problem::new(code, detail) };
            match code {
                Code::RouterPermission => problem.advice(
                    "rights",
                    "Give the group what it lacks: /user group set api-users policy=api,read,write,policy,test",
                ),
                Code::RouterStorageFull => problem.advice(
                    "storage",
                    "Make room on the router's disk, or the next change is refused too: /system resource print, /file print",
                ),
                _ => problem,
            }
        }
        CallError::NotSent { why, .. } => {
            Problem::new(Code::RouterUnreachable, format!("The line to the router broke: {why}."))
        }
        CallError::Unknown { command, why } => {
            let writes = !command.ends_with("/print") && command != "/login";
            let code = if writes { Code::OutcomeUnknown } else { of_line(why) };
            let detail = format!("The line to the router broke before {command} was answered: {why}.");
            let problem = Problem { outcome_unknown: writes, ..Problem::new(code, detail) };
            match code {
                Code::RouterTimeout => problem.advice(
                    "mtu",
                    "If short answers come and long ones never do, large packets get lost on the way: try a smaller MTU there.",
                ),
                _ => problem,
            }
        }
        CallError::OddRow { source, .. } => Problem::new(Code::RouterProtocol, source.to_string()),
        CallError::Unsendable { source, .. } => Problem::new(Code::ValidationFailed, source.to_string()),
    }
}

/// Why nothing was read: the line broke, the router fell silent, or what it said is no reply.
const fn of_line(why: &LineEnd) -> Code {
    match why {
        LineEnd::Closed | LineEnd::Fatal(_) | LineEnd::HungUp | LineEnd::Network { .. } | LineEnd::Finished => {
            Code::RouterUnreachable
        }
        LineEnd::Silence(_) | LineEnd::TooSlow(_) | LineEnd::Behind(_) => Code::RouterTimeout,
        LineEnd::Undecodable(_)
        | LineEnd::NoReply(_)
        | LineEnd::Foreign(_)
        | LineEnd::ForeignTag(_)
        | LineEnd::Untagged
        | LineEnd::TooManyRows(_)
        | LineEnd::TooManyBytes(_)
        | LineEnd::TooManyTraps(_) => Code::RouterProtocol,
    }
}

/// Something that cannot be.
pub(crate) fn internal() -> Problem {
    Problem::new(Code::Internal, "Something went wrong here. The log says more.")
}

/// A run of ours is not ours any more.
pub(crate) fn taken_over() -> Problem {
    Problem::new(
        Code::RunAtWork,
        "Another NetPilot took this run over, as this one had not been heard of for too long.",
    )
}

/// The store failed. Its words are for the log, not for callers.
#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
pub(crate) fn of_store(error: StoreError) -> Problem {
    tracing::error!(error = &error as &dyn std::error::Error, "the store failed");
    match error {
        StoreError::Busy(_) | StoreError::Conflict(_) => {
            let detail = "NetPilot's own database has no time, or cannot be reached. Nothing was written.";
            Problem::new(Code::StoreBusy, detail).advice(
                "store",
                "Try again in a moment. If it stays so, see whether another program holds the database.",
            )
        }
        StoreError::Full(_) => {
            Problem::new(Code::StoreFull, "The disk of NetPilot's own database is full. Nothing was written.")
                .advice("disk", "Make room on the disk that holds NetPilot's data; nothing has to be started again.")
        }
        _ => Problem::new(Code::Internal, "NetPilot's own database could not be used. The log says why."),
    }
}

#[cfg(test)]
mod tests {
    use routeros::Tls;

    use super::*;

    /// What it is called that another key ended the connection. That nobody signed in is tested where TLS is spoken.
    #[test]
    fn another_key_is_an_identity_that_changed() {
        let endpoint = Endpoint {
            host: "r".into(),
            port: 8729,
            tls: Tls::Pin([7; 32]),
            username: "netpilot-api".into(),
            password: "s3cret".into(),
        };
        let (address, found) = ("r:8729".to_owned(), "ab".repeat(32));
        let expired = std::io::Error::other("certificate expired");
        let errors = [
            ConnectError::IdentityChanged { address: address.clone(), found: found.clone() },
            ConnectError::NotTrusted { address, found: found.clone(), source: expired },
        ];
        for error in errors {
            let problem = of_connect(&error, &endpoint);
            assert_eq!((problem.code, problem.code.retryable()), (Code::RouterIdentityChanged, false));
            assert!(format!("{problem:?}").contains(&found), "an admin can compare it");
            assert!(problem.detail.contains("did not sign in"));
        }
    }
}
