//! Who is signed in, and what the group's policies let them do.

use std::net::IpAddr;

use routeros_proto::login;

use crate::{
    address,
    refused::Refused,
    router::Router,
    table::{Row, Value},
};

/// Every policy, in the order in which a group prints them.
const POLICIES: [&str; 17] = [
    "local",
    "telnet",
    "ssh",
    "ftp",
    "reboot",
    "read",
    "write",
    "policy",
    "test",
    "winbox",
    "password",
    "web",
    "sniff",
    "sensitive",
    "api",
    "romon",
    "rest-api",
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

/// Reads `read,write,api` and prints it as a group does: what is granted, then `!` what is not.
///
/// # Errors
/// A policy that does not exist.
pub(crate) fn read_policies(raw: &[u8]) -> Result<String, Refused> {
    let text = String::from_utf8_lossy(raw);
    let named: Vec<&str> = text.split(',').filter(|policy| !policy.is_empty()).collect();
    let is_known = |policy: &&str| POLICIES.contains(&policy.trim_start_matches('!'));
    if !named.iter().all(is_known) {
        return Err(Refused::no_match("policy"));
    }
    let (granted, missing): (Vec<&str>, Vec<&str>) = POLICIES.into_iter().partition(|policy| named.contains(policy));
    let missing = missing.into_iter().map(|policy| format!("!{policy}"));
    Ok(granted.into_iter().map(str::to_owned).chain(missing).collect::<Vec<_>>().join(","))
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

    #[test]
    fn policies_print_granted_first_then_missing() {
        let all = "local,telnet,ssh,reboot,read,test,winbox,password,web,sniff,sensitive,api,romon,rest-api";
        assert_eq!(read_policies(all.as_bytes()).unwrap(), format!("{all},!ftp,!write,!policy"));
        assert!(read_policies(b"api,read,fly").is_err());
    }
}
