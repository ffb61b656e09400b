//! What changes with the version. The differences of arguments and commands are RouterOS's own account; the table
//! below is what is known beside it.

use routeros_sim::Sim;

use crate::{
    client::Client,
    dump::{self, Dump},
    schema::{arguments_agree, commands_agree},
};

#[tokio::test]
async fn each_version_has_its_own_commands_and_arguments() {
    for version in dump::VERSIONS {
        let dump = Dump::of(version);
        let sim = Sim::builder().version(version).start().await.unwrap();
        let mut client = Client::signed_in(&sim, "admin", "").await;
        arguments_agree(&mut client, &dump).await;
        commands_agree(&mut client, &dump).await;
    }
}

/// What somebody says, and in which versions the router knows it.
const KNOWN: [(&str, &[&str], [bool; 5]); 17] = [
    ("show-sensitive came with 7.21", &["/ppp/secret/print", "=show-sensitive=no"], [false, false, false, true, true]),
    (
        "max-sessions came with 7.16",
        &["/ip/service/set", "=.id=api", "=max-sessions=30"],
        [false, false, true, true, true],
    ),
    ("vrf came with 7", &["/ip/service/set", "=.id=api", "=vrf=main"], [false, true, true, true, true]),
    (
        "available-from came with 7.24",
        &["/ip/service/set", "=.id=api", "=available-from=10.0.0.0/8"],
        [false, false, false, false, true],
    ),
    (
        "services lost unset after 7.16",
        &["/ip/service/unset", "=.id=api", "=value-name=tls-version"],
        [true, true, true, false, false],
    ),
    (
        "ipv6 accounting came with 7.15",
        &["/ppp/aaa/set", "=enable-ipv6-accounting=yes"],
        [false, false, true, true, true],
    ),
    (
        "inactivity came with 7.16",
        &["/user/set", "=.id=admin", "=inactivity-policy=none"],
        [false, false, true, true, true],
    ),
    (
        "trusted bridge ports came with 7.17",
        &["/ppp/profile/set", "=.id=*0", "=bridge-port-trusted=no"],
        [false, false, false, true, true],
    ),
    (
        "lease times came with 7.20",
        &["/ppp/profile/set", "=.id=*0", "=dhcpv6-lease-time=1d"],
        [false, false, false, true, true],
    ),
    (
        "one-time passwords came with 7.21",
        &["/ip/hotspot/user/set", "=.id=*0", "=otp-secret=x"],
        [false, false, false, true, true],
    ),
    (
        "their first name is gone",
        &["/ip/hotspot/user/set", "=.id=*0", "=totp-secret=x"],
        [false, false, false, false, false],
    ),
    (
        "signing others out was a request until 7.20",
        &["/user/active/request-logout", "=.id=*99"],
        [true, true, true, false, false],
    ),
    ("and is a removal since", &["/user/active/remove", "=.id=*99"], [false, false, false, true, true]),
    (
        "hotspot sessions could be set until 7.21",
        &["/ip/hotspot/active/set", "=.id=*99"],
        [true, true, true, false, false],
    ),
    ("strict following was early", &["/ppp/secret/print", "=follow-strict=no"], [true, true, false, false, false]),
    ("sorting came with 7.24", &["/ppp/secret/print", "=order-by=name"], [false, false, false, false, true]),
    (
        "the REST policy came with 7",
        &["/user/group/add", "=name=rest", "=policy=rest-api"],
        [false, true, true, true, true],
    ),
];

const VERSIONS: [&str; 5] = ["6.49.10", "7.9", "7.16.2", "7.22.3", "7.24"];

#[tokio::test]
async fn what_came_and_went_is_known_in_its_versions_only() {
    for (index, version) in VERSIONS.into_iter().enumerate() {
        let sim = Sim::builder().version(version).start().await.unwrap();
        let mut client = Client::signed_in(&sim, "admin", "").await;
        for (what, words, known) in KNOWN {
            let answer = client.ask(words).await.remove(0);
            let unknown = ["unknown parameter", "no such command", "does not match any value of policy"];
            let is_known = !unknown.iter().any(|text| answer.contains(text));
            assert_eq!(is_known, known[index], "{version}: {what}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_patch_renamed_the_one_time_password() {
    for (version, name) in [("7.21.2", "totp-secret"), ("7.21.5", "otp-secret")] {
        let sim = Sim::builder().version(version).start().await.unwrap();
        let mut client = Client::signed_in(&sim, "admin", "").await;
        assert_eq!(
            client.ask(&["/ip/hotspot/user/set", "=.id=*0", &format!("={name}=x")]).await,
            ["!done"],
            "{version}"
        );
    }
}

#[tokio::test]
async fn nothing_is_said_in_a_word_of_its_own_since_7_18_and_dates_are_turned_since_7_10() {
    for version in VERSIONS {
        let sim = Sim::builder().version(version).start().await.unwrap();
        let mut client = Client::signed_in(&sim, "admin", "").await;
        let is_new = matches!(version, "7.22.3" | "7.24");
        let nothing: &[&str] = if is_new { &["!empty", "!done"] } else { &["!done"] };
        assert_eq!(client.ask(&["/ppp/secret/print"]).await, nothing, "{version}");
        let when = &client.rows(&["/user/active/print"]).await[0]["when"];
        let is_turned = when.as_bytes()[4] == b'-';
        assert_eq!(is_turned, !matches!(version, "6.49.10" | "7.9"), "{version}: {when}");
    }
}

#[tokio::test]
async fn a_property_of_a_later_version_is_not_printed() {
    for (version, sessions, vrf) in
        [("6.49.10", None, None), ("7.9", None, Some("main")), ("7.16.2", Some("20"), Some("main"))]
    {
        let sim = Sim::builder().version(version).start().await.unwrap();
        let mut client = Client::signed_in(&sim, "admin", "").await;
        let api = client.rows(&["/ip/service/print", "?name=api"]).await.remove(0);
        assert_eq!((api.get("max-sessions").map(String::as_str), api.get("vrf").map(String::as_str)), (sessions, vrf));
    }
}
