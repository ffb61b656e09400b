//! What can go wrong, as callers see it: one table of codes, one document (RFC 9457).

use serde::{Deserialize, Serialize};

use super::{Check, RouterSaid};
use crate::role::Permission;

/// A problem on its way to a caller. `server` makes the HTTP answer of it, server functions carry it as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{detail}")]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// What it is; never changes between versions and languages.
    pub code: Code,
    /// What happened, for people.
    pub detail: String,
    /// One entry for each thing that is wrong or can be done about it.
    #[serde(default)]
    pub errors: Vec<Part>,
    /// The router's own words, where it was the router that refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routeros: Option<RouterSaid>,
    /// The steps of the connection up to the one that failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// The right that is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_permission: Option<Permission>,
    /// A write may have happened.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outcome_unknown: bool,
}

/// One thing that is wrong, or one thing to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// JSON pointer to the member, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// What it is.
    pub code: String,
    /// In words.
    pub detail: String,
}

impl Problem {
    /// A problem with its explanation.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            routeros: None,
            checks: Vec::new(),
            required_permission: None,
            outcome_unknown: false,
        }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn advice(mut self, code: &str, detail: impl Into<String>) -> Self {
        self.errors.push(Part { pointer: None, code: code.to_owned(), detail: detail.into() });
        self
    }

    /// A problem with one member of the body.
    pub fn member(code: Code, pointer: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let part = Part { pointer: Some(pointer.to_owned()), code: code.name().to_owned(), detail: detail.clone() };
        Self { errors: vec![part], ..Self::new(code, detail) }
    }

    /// A body in which each of these is wrong.
    ///
    /// # Errors
    /// `validation-failed` with all of them, unless there is none.
    pub fn unless_empty(parts: Vec<Part>) -> Result<(), Self> {
        let detail = match parts.as_slice() {
            [] => return Ok(()),
            [part] => part.detail.clone(),
            parts => format!("{} members cannot be used.", parts.len()),
        };
        Err(Self { errors: parts, ..Self::new(Code::ValidationFailed, detail) })
    }

    /// The right that is missing.
    pub fn forbidden(permission: Permission) -> Self {
        let detail = "Insufficient permissions. Admin access required.";
        Self { required_permission: Some(permission), ..Self::new(Code::Forbidden, detail) }
    }

    /// The same problem, one level deeper in the body: `/customer` before every pointer.
    #[must_use]
    pub fn under(mut self, prefix: &str) -> Self {
        for part in &mut self.errors {
            if let Some(pointer) = &mut part.pointer {
                pointer.insert_str(0, prefix);
            }
        }
        self
    }
}

/// Whether trying again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The same call fails the same way.
    Never,
    /// The same call may work later.
    Later,
}

struct Entry {
    status: u16,
    name: &'static str,
    title: &'static str,
    retry: Retry,
}

macro_rules! catalogue {
    ($($variant:ident $status:literal $name:literal $title:literal $retry:ident,)*) => {
        /// Every problem this server can answer with.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Code {
            $(#[doc = $title] #[serde(rename = $name)] $variant,)*
        }

        impl Code {
            /// The whole catalogue.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            const fn entry(self) -> Entry {
                match self {
                    $(Self::$variant => Entry {
                        status: $status, name: $name, title: $title, retry: Retry::$retry,
                    },)*
                }
            }
        }
    };
}

catalogue! {
    InvalidJson 400 "invalid-json" "The body is not JSON" Never,
    InvalidBody 400 "invalid-body" "The body has a member of the wrong type" Never,
    MissingField 400 "missing-field" "A member is missing" Never,
    InvalidServiceType 400 "invalid-service-type" "No such service type" Never,
    InvalidParameter 400 "invalid-parameter" "A parameter cannot be read" Never,
    UnknownMember 400 "unknown-member" "The body has a member that nobody knows" Never,
    TwoCredentials 400 "two-credentials" "Two ways of signing in at once" Never,
    Unauthenticated 401 "unauthenticated" "Not signed in" Never,
    SignInRefused 401 "sign-in-refused" "Sign-in refused" Never,
    Forbidden 403 "forbidden" "Not allowed" Never,
    CrossSite 403 "cross-site" "The request came from another site" Never,
    NotFound 404 "not-found" "Nothing here" Never,
    UserNotFound 404 "user-not-found" "No such account on the router" Never,
    SessionNotFound 404 "session-not-found" "No such session on the router" Never,
    RouterNotFound 404 "router-not-found" "No such router" Never,
    CustomerNotFound 404 "customer-not-found" "No such customer" Never,
    PackageUnknown 404 "package-unknown" "No such package" Never,
    RunNotFound 404 "run-not-found" "No such run" Never,
    MethodNotAllowed 405 "method-not-allowed" "This method is not served here" Never,
    PlanStale 409 "plan-stale" "The router or the customers changed since the plan was made" Never,
    VersionConflict 409 "version-conflict" "Somebody else changed it meanwhile" Never,
    PackageInUse 409 "package-in-use" "Customers have this package" Never,
    ForeignObject 409 "foreign-object" "Not made by NetPilot" Never,
    AmbiguousName 409 "ambiguous-name" "Two rows claim one customer" Never,
    NameTaken 409 "name-taken" "The name is taken" Never,
    OtherService 409 "other-service" "The customer gets online by the other service" Never,
    ConfirmationNeeded 409 "confirmation-needed" "It has to be confirmed" Never,
    RouterReadOnly 409 "router-read-only" "The router is read-only here" Never,
    RunAtWork 409 "run-at-work" "The run is still at work" Later,
    SessionChanged 409 "session-changed" "The session is somebody else's by now" Never,
    Cancelled 409 "cancelled" "The run was cancelled before this" Later,
    TooLarge 413 "too-large" "The body is too large" Never,
    UnsupportedMediaType 415 "unsupported-media-type" "The body is not JSON" Never,
    ValidationFailed 422 "validation-failed" "A value cannot be used" Never,
    MissingUsername 422 "missing-username" "The customer has no username" Never,
    DuplicateUsername 422 "duplicate-username" "Two customers with one username" Never,
    PackageNotFound 422 "package-not-found" "No such package" Never,
    NameCollision 422 "name-collision" "Two packages with one profile name" Never,
    PoolNotFound 422 "pool-not-found" "The router has no such address pool" Never,
    TooManyItems 422 "too-many-items" "Too many rows at once" Never,
    Internal 500 "internal" "Something went wrong here" Later,
    RouterRejected 502 "router-rejected" "The router refused" Never,
    ProfileFailed 502 "profile-failed" "The profile could not be written" Never,
    RouterProtocol 502 "router-protocol" "The router broke the protocol" Never,
    RouterNotConfigured 503 "router-not-configured" "No router is configured" Never,
    RouterUnreachable 503 "router-unreachable" "Router not reachable" Later,
    RouterAuthFailed 503 "router-auth-failed" "The router refused the sign-in" Never,
    RouterPermission 503 "router-permission" "The router's user lacks a right" Never,
    RouterBusy 503 "router-busy" "The router has no session left for NetPilot" Later,
    RouterStorageFull 503 "router-storage-full" "The router's disk is full" Never,
    StoreBusy 503 "store-busy" "NetPilot's database is busy" Later,
    StoreFull 503 "store-full" "NetPilot's disk is full" Later,
    TooManyStreams 503 "too-many-streams" "Too many live views at once" Later,
    RouterIdentityChanged 503 "router-identity-changed" "The router shows another key" Never,
    RouterTimeout 504 "router-timeout" "The router did not answer" Later,
    OutcomeUnknown 504 "outcome-unknown" "Nobody knows whether it was written" Later,
}

impl Code {
    /// The HTTP status.
    pub const fn status(self) -> u16 {
        self.entry().status
    }

    /// The name on the wire, kebab-case.
    pub const fn name(self) -> &'static str {
        self.entry().name
    }

    /// A few words for people.
    pub const fn title(self) -> &'static str {
        self.entry().title
    }

    /// Whether the same call may work later.
    pub const fn retryable(self) -> bool {
        matches!(self.entry().retry, Retry::Later)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_code_is_listed_once_and_is_what_it_says_on_the_wire() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.name());
            assert!((400..600).contains(&code.status()));
        }
    }
}
