//! Who is signed in, and what the group's policies let them do.

use std::net::IpAddr;

use routeros_proto::login;

use crate::{
    address,
    refused::Refused,
    router::Router,
    table::{Row, Value},
    version::{Span, Version},
};

/// Every policy, in the order in which a group prints them, with the first version that had it and the first that
/// had it no more.
const POLICIES: [(&str, Span); 19] = [
    ("local", Span::ALWAYS),
    ("telnet", Span::ALWAYS),
    ("ssh", Span::ALWAYS),
    ("ftp", Span::ALWAYS),
    ("reboot", Span::ALWAYS),
    ("read", Span::ALWAYS),
    ("write", Span::ALWAYS),
    ("policy", Span::ALWAYS),
    ("test", Span::ALWAYS),
    ("winbox", Span::ALWAYS),
    ("password", Span::ALWAYS),
    ("web", Span::ALWAYS),
    ("sniff", Span::ALWAYS),
    ("sensitive", Span::ALWAYS),
    ("api", Span::ALWAYS),
    ("romon", Span::ALWAYS),
    ("dude", Span::ALWAYS.before(7, 1)),
    ("tikapp", Span::ALWAYS.before(7, 1)),
    ("rest-api", Span::since(7, 1)),
];

/// Somebody on an API line.
#[derive(Clone, Debug)]
pub(crate) struct Who {
    pub(crate) name: Vec<u8>,
    pub(crate) group: Vec<u8>,
    policies: String,
}

/// How somebody proves to be who they say.
pub(crate) enum Proof<'a> {
    Password(&'a [u8]),
    /// The `=response=` to the challenge that was given.
    Response {
        response: &'a [u8],
        challenge: &'a str,
    },
}

impl Who {
    /// Lets somebody in, or not. A group without `api` is kept out like a wrong password, and so is whoever calls from
    /// an address that the user's `address` does not list; what a real router says to those was not captured.
    pub(crate) fn sign_in(router: &Router, name: &[u8], proof: &Proof<'_>, peer: IpAddr) -> Option<Self> {
        let (_, user) = router.row_named("/user", name)?;
        let is_from_there = address::is_in_list(user.bytes("address"), peer);
        let is_in = user.text("disabled") != "true" && is_from_there && proof.holds(user.bytes("password"));
        let (group, policies) = group_of(router, user)?;
        let who = Self { name: name.to_vec(), group, policies };
        (is_in && who.may("api")).then_some(who)
    }

    /// Whether the group grants this policy.
    pub(crate) fn may(&self, policy: &str) -> bool {
        self.policies.split(',').any(|granted| granted == policy)
    }

    /// # Errors
    /// `not enough permissions (9)`.
    pub(crate) fn must(&self, policy: &str) -> Result<(), Refused> {
        if self.may(policy) { Ok(()) } else { Err(Refused::no_permission()) }
    }
}

impl Proof<'_> {
    fn holds(&self, password: &[u8]) -> bool {
        match self {
            Self::Password(given) => *given == password,
            Self::Response { response, challenge } => {
                login::response(password, challenge).is_some_and(|expected| expected.as_bytes() == *response)
            }
        }
    }
}

/// What a group has that lacks only these.
pub(crate) fn every_policy_but(version: &Version, denied: &[&str]) -> String {
    let granted: Vec<&str> = known(version).filter(|policy| !denied.contains(policy)).collect();
    granted.join(",")
}

/// Reads `read,write,api` and prints it as a group does: what is granted, then `!` what is not.
///
/// # Errors
/// A policy that this version does not have.
pub(crate) fn read_policies(version: &Version, raw: &[u8]) -> Result<String, Refused> {
    let known: Vec<&str> = known(version).collect();
    let text = String::from_utf8_lossy(raw);
    let mut named = Vec::new();
    for policy in text.split(',').filter(|policy| !policy.is_empty()) {
        let meant = one_of(&known, policy.trim_start_matches('!'))?;
        if !policy.starts_with('!') {
            named.push(meant);
        }
    }
    let (granted, missing): (Vec<&str>, Vec<&str>) = known.into_iter().partition(|policy| named.contains(policy));
    let missing = missing.into_iter().map(|policy| format!("!{policy}"));
    Ok(granted.into_iter().map(str::to_owned).chain(missing).collect::<Vec<_>>().join(","))
}

fn known(version: &Version) -> impl Iterator<Item = &'static str> {
    POLICIES.into_iter().filter(|(_, span)| span.holds(version)).map(|(policy, _)| policy)
}

/// Exactly, or the only one that begins so.
fn one_of<'a>(policies: &[&'a str], typed: &str) -> Result<&'a str, Refused> {
    if let Some(exact) = policies.iter().find(|policy| **policy == typed) {
        return Ok(exact);
    }
    let mut candidates = policies.iter().filter(|policy| policy.starts_with(typed));
    match (candidates.next(), candidates.next()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => Err(Refused::ambiguous("policy")),
        (None, _) => Err(Refused::no_match("policy")),
    }
}

fn group_of(router: &Router, user: &Row) -> Option<(Vec<u8>, String)> {
    let Some(Value::Row(id)) = user.get("group") else {
        return None;
    };
    let group = router.table("/user/group").get(*id)?;
    Some((group.bytes("name").to_vec(), group.text("policy").to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(version: &str, policies: &str) -> Result<String, Refused> {
        read_policies(&Version::parse(version).unwrap(), policies.as_bytes())
    }

    #[test]
    fn policies_print_granted_first_then_missing() {
        let all = "local,telnet,ssh,reboot,read,test,winbox,password,web,sniff,sensitive,api,romon,rest-api";
        assert_eq!(read("7.22.3", all).unwrap(), format!("{all},!ftp,!write,!policy"));
        assert!(read("7.22.3", "api,read,fly").is_err());
    }

    #[test]
    fn each_version_has_policies_of_its_own() {
        assert!(read("6.49", "dude,tikapp").is_ok());
        assert!(read("6.49", "rest-api").is_err());
        assert!(read("7.9", "rest-api").is_ok());
        assert!(read("7.9", "dude").is_err());
    }
}
