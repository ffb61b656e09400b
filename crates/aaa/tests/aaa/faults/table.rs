//! Fault -> outcome.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use aaa::{Config, Endpoint, Tls};
use routeros_sim::{Ending, Hand, Ids, Portion, Script, Sim, Trouble as Named, What, When};

use tokio::net::TcpSocket;

use super::{Asked, Fault, Trouble};
use crate::world::USUAL;

const ADD: &str = "/ppp/secret/add";
const SET: &str = "/ppp/secret/set";
const SECRETS: &str = "/ppp/secret/print";
/// All three, over a second line.
const ALL_CREATED: &str = "created created created | 4 writes, 2 logins";
/// The same, where two were not answered. A router that hides passwords is given those again that it may have.
const TWO_AGAIN: &str = "created created created | 5 writes, 2 logins";
const TWO_PASSWORDS_AGAIN: &str = "created created created | 6 writes, 2 logins";

/// A fault of a usual router that is asked for three new customers.
fn fault(number: u8, name: &'static str, trouble: fn(&Sim), told: &'static str) -> Fault {
    Fault {
        number,
        name,
        policies: USUAL,
        window: 16,
        config: |config| config,
        begun: false,
        trouble: Trouble::Sim(trouble),
        asked: Asked::Sync,
        told,
    }
}

impl Fault {
    /// One command at a time.
    fn one_by_one(self) -> Self {
        Self { window: 1, ..self }
    }

    /// The customers are there before.
    fn begun(self) -> Self {
        Self { begun: true, ..self }
    }

    fn asked(self, asked: Asked) -> Self {
        Self { asked, ..self }
    }

    fn policies(self, policies: &'static [&'static str]) -> Self {
        Self { policies, ..self }
    }

    fn with(self, config: fn(Config) -> Config) -> Self {
        Self { config, ..self }
    }
}

fn once(sim: &Sim, command: &str, nth: u64, what: What) {
    sim.script(Script::once(When::command(command).nth(nth), what));
}

fn always(sim: &Sim, command: &str, nth: u64, what: What) {
    sim.script(Script::always(When::command(command).nth(nth), what));
}

fn trap(message: &str) -> What {
    What::Trap { category: None, message: message.to_owned() }
}

fn set(values: &[(&str, &str)]) -> std::collections::BTreeMap<String, String> {
    values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn meanwhile(sim: &Sim, command: &str, nth: u64, hand: Hand) {
    once(sim, command, nth, What::Meanwhile(hand));
}

fn secrets() -> String {
    "/ppp/secret".to_owned()
}

#[expect(clippy::too_many_lines, reason = "a table, in the order of the list")]
pub(super) fn table() -> Vec<Fault> {
    let refused = |name| Fault {
        trouble: Trouble::Refused,
        ..fault(1, name, |_| {}, r#"router-unreachable may pass ["tcp-refused"] | 0 writes, 0 logins"#)
    };
    vec![
        refused("the service is off"),
        refused("... when users are listed").asked(Asked::Users),
        refused("... when sessions are listed").asked(Asked::Sessions),
        fault(
            2,
            "packets are dropped",
            |_| {},
            r#"router-unreachable may pass ["tcp-silent", "tcp-address-list"] | 0 writes, 0 logins"#,
        )
        .with(into_a_full_queue),
        fault(
            2,
            "our address is not in the list",
            |sim| sim.edit("/ip/service", "api", &[("address", "10.9.9.9")]).unwrap(),
            r#"router-timeout may pass ["tcp-address-list"] | 0 writes, 0 logins"#,
        ),
        fault(4, "no TLS on a port for TLS", |_| {}, r#"router-unreachable may pass ["tls"] | 0 writes, 0 logins"#)
            .with(pinned),
        fault(
            5,
            "another password",
            |sim| sim.edit("/user", "netpilot-api", &[("password", "other")]).unwrap(),
            r#"router-auth-failed stays ["login"] | 0 writes, 1 logins"#,
        ),
        fault(
            6,
            "no right to write",
            |_| {},
            "router-permission router-permission router-permission | 1 writes, 1 logins",
        )
        .policies(&["api", "read"]),
        fault(
            6,
            "... and who is in step is told so",
            |sim| sim.edit("/ppp/secret", "customer3", &[("disabled", "yes")]).unwrap(),
            "unchanged unchanged router-permission | 1 writes, 1 logins",
        )
        .policies(&["api", "read"])
        .begun(),
        fault(
            6,
            "... and of many none is tried again",
            |_| {},
            "router-permission router-permission router-permission | 1 writes, 1 logins",
        )
        .policies(&["api", "read"])
        .begun()
        .asked(Asked::Suspend),
        fault(
            6,
            "... and no other is tried",
            |_| {},
            "router-permission router-permission router-permission | 1 writes, 1 logins",
        )
        .policies(&["api", "read"])
        .begun()
        .asked(Asked::Rename)
        .one_by_one(),
        fault(6, "no right to read", |_| {}, r#"router-permission stays ["rights"] | 0 writes, 1 logins"#)
            .policies(&["api", "write"]),
        fault(7, "passwords are hidden", |_| {}, "unchanged unchanged unchanged | 0 writes, 1 logins").begun(),
        Fault {
            trouble: Trouble::Sessions(20),
            ..fault(8, "no session is left", |_| {}, r#"router-unreachable may pass ["sessions"] | 0 writes, 0 logins"#)
        },
        fault(
            8,
            "no session is left after the sign-in",
            |sim| once(sim, "/login", 1, What::Fatal { message: "maximum number of sessions reached".into() }),
            r#"router-busy may pass ["sessions"] | 0 writes, 1 logins"#,
        ),
        fault(
            8,
            "no session is left for a while, when the line is opened anew",
            |sim| {
                once(sim, ADD, 2, What::CutBefore);
                once(sim, "/login", 2, What::Fatal { message: "maximum number of sessions reached".into() });
            },
            "created created created | 5 writes, 3 logins",
        ),
        fault(9, "a reset between sentences", |sim| once(sim, ADD, 2, What::CutBefore), TWO_AGAIN),
        fault(9, "a reset behind the effect", |sim| once(sim, ADD, 2, What::CutAfter), TWO_AGAIN),
        fault(9, "a reset at the profile", |sim| once(sim, "/ppp/profile/add", 1, What::CutAfter), ALL_CREATED),
        fault(9, "a reset at the second look", |sim| once(sim, SECRETS, 2, What::CutBefore), ALL_CREATED),
        fault(
            9,
            "a reset at every write",
            |sim| always(sim, ADD, 1, What::CutBefore),
            "router-unreachable router-unreachable router-unreachable | 4 writes, 4 logins",
        )
        .one_by_one(),
        fault(
            10,
            "half an answer, then a reset",
            |sim| once(sim, ADD, 2, What::CutAt { bytes: 2 }),
            TWO_PASSWORDS_AGAIN,
        ),
        fault(
            10,
            "half an answer, then silence",
            |sim| once(sim, ADD, 2, What::Stall { bytes: 2, millis: 60_000 }),
            TWO_PASSWORDS_AGAIN,
        ),
        fault(
            11,
            "a list without its end",
            |sim| once(sim, SECRETS, 2, What::Rows { keep: 1, then: Ending::Never }),
            ALL_CREATED,
        ),
        fault(
            11,
            "a list that is cut as if it were whole",
            |sim| once(sim, SECRETS, 2, What::Rows { keep: 1, then: Ending::Done }),
            "created created created | 6 writes, 1 logins",
        ),
        fault(
            11,
            "a list whose rows vanish meanwhile",
            |sim| once(sim, SECRETS, 2, What::Rows { keep: 1, then: Ending::NoSuchItem }),
            "created created created | 4 writes, 1 logins",
        ),
        fault(
            12,
            "large answers never come",
            |sim| always(sim, SECRETS, 1, What::Swallow),
            r#"router-timeout may pass ["mtu"] | 0 writes, 1 logins"#,
        ),
        fault(
            13,
            "a word each second",
            |sim| always(sim, SECRETS, 1, What::Trickle { by: Portion::Word, millis: 300 }),
            r#"router-timeout may pass ["mtu"] | 0 writes, 1 logins"#,
        )
        .begun(),
        fault(
            13,
            "a slow router",
            |sim| sim.trouble(Named::SlowBy { millis: 20 }),
            "created created created | 4 writes, 1 logins",
        ),
        fault(
            14,
            "an admin ends our session",
            |sim| once(sim, ADD, 2, What::Fatal { message: "session closed".into() }),
            TWO_AGAIN,
        ),
        fault(
            15,
            "an answer under a tag of nobody",
            |sim| once(sim, ADD, 2, What::ForeignTag { tag: Some("zz".into()) }),
            TWO_PASSWORDS_AGAIN,
        ),
        fault(
            15,
            "every sentence twice",
            |sim| once(sim, ADD, 3, What::Twice),
            "created created created | 4 writes, 2 logins",
        )
        .one_by_one(),
        fault(
            15,
            "words that nobody knows, in any order",
            |sim| {
                let pools =
                    [&["!re", ".tag", "=ranges=10.0.0.1", "=moon=full", "=name=p", "=.id=*1"][..], &["!done", ".tag"]];
                let sentences = pools.map(|words| words.iter().map(|word| (*word).to_owned()).collect()).to_vec();
                once(sim, "/ip/pool/print", 1, What::Instead { sentences });
            },
            "created created created | 4 writes, 1 logins",
        ),
        fault(
            15,
            "an empty list",
            |sim| {
                let sentences = [["!empty", ".tag"], ["!done", ".tag"]].map(|words| words.map(str::to_owned).to_vec());
                once(sim, "/ip/pool/print", 1, What::Instead { sentences: sentences.to_vec() });
            },
            "created created created | 4 writes, 1 logins",
        ),
        fault(
            16,
            "the router restarts and is away",
            |sim| once(sim, ADD, 2, What::Reboot { down_millis: 60_000, ids: Ids::Keep }),
            "outcome-unknown outcome-unknown router-unreachable | 3 writes, 1 logins",
        )
        .one_by_one(),
        fault(
            16,
            "the router restarts, and its rows have other ids",
            |sim| once(sim, SET, 2, What::Reboot { down_millis: 0, ids: Ids::Shift }),
            "updated updated updated | 4 writes, 2 logins",
        )
        .begun()
        .asked(Asked::Rename)
        .one_by_one(),
        fault(
            17,
            "the router is restored from a backup",
            |sim| {
                sim.snapshot();
                once(sim, ADD, 3, What::Restore { menu: Some(secrets()) });
            },
            "created created created | 6 writes, 1 logins",
        )
        .one_by_one(),
        fault(
            18,
            "somebody takes the name meanwhile",
            |sim| {
                let theirs = set(&[("name", "customer2"), ("password", "theirs")]);
                meanwhile(sim, ADD, 2, Hand::Add { menu: secrets(), set: theirs });
            },
            "created foreign-object created | 4 writes, 1 logins",
        )
        .one_by_one(),
        fault(
            18,
            "somebody else brings the customer meanwhile",
            |sim| {
                let comment = "NetPilot Customer: Customer 2 (ID: CUS-2)";
                let ours = set(&[("name", "customer2"), ("password", "old"), ("comment", comment)]);
                meanwhile(sim, ADD, 2, Hand::Add { menu: secrets(), set: ours });
            },
            "created created created | 5 writes, 1 logins",
        )
        .one_by_one(),
        fault(
            19,
            "a row is removed meanwhile",
            |sim| meanwhile(sim, SET, 2, Hand::Remove { menu: secrets(), id: "customer2".into() }),
            "updated updated updated | 4 writes, 1 logins",
        )
        .begun()
        .asked(Asked::Rename)
        .one_by_one(),
        fault(
            19,
            "a row of many is removed meanwhile",
            |sim| meanwhile(sim, SET, 1, Hand::Remove { menu: secrets(), id: "customer2".into() }),
            "updated updated updated | 5 writes, 1 logins",
        )
        .begun()
        .asked(Asked::Suspend),
        fault(
            20,
            "an operator edits a row meanwhile",
            |sim| {
                let edited = set(&[("profile", "default"), ("comment", "mine now?")]);
                let hand = Hand::Edit { menu: secrets(), id: "customer2".into(), set: edited };
                meanwhile(sim, SET, 3, hand);
            },
            "updated foreign-object updated | 3 writes, 1 logins",
        )
        .begun()
        .asked(Asked::Rename)
        .one_by_one(),
        fault(
            20,
            "... and leaves whose it is",
            |sim| {
                let hand = Hand::Edit { menu: secrets(), id: "customer2".into(), set: set(&[("profile", "default")]) };
                meanwhile(sim, SET, 3, hand);
            },
            "updated updated updated | 4 writes, 1 logins",
        )
        .begun()
        .asked(Asked::Rename)
        .one_by_one(),
        fault(
            21,
            "a profile is refused",
            |sim| once(sim, "/ppp/profile/add", 1, trap("failure: not today")),
            "profile-failed profile-failed created | 3 writes, 1 logins",
        )
        .asked(Asked::TwoPackages),
        fault(
            21,
            "the profile is gone meanwhile",
            |sim| {
                let menu = "/ppp/profile".to_owned();
                meanwhile(sim, ADD, 1, Hand::Remove { menu, id: "Basic_10Mbps_pppoe".into() });
            },
            "created created created | 8 writes, 1 logins",
        ),
        fault(
            22,
            "a value is refused",
            |sim| {
                let message = "invalid value for argument remote-address".to_owned();
                once(sim, ADD, 2, What::Trap { category: Some(1), message });
            },
            "created router-rejected created | 4 writes, 1 logins",
        )
        .one_by_one(),
        fault(
            22,
            "the router gives up once, and takes it the next time",
            |sim| once(sim, ADD, 2, trap("action timed out - try again (13)")),
            "created created created | 5 writes, 1 logins",
        )
        .one_by_one(),
        fault(
            22,
            "the router gives up each time",
            |sim| always(sim, ADD, 1, trap("action timed out - try again (13)")),
            "router-timeout router-timeout router-timeout | 10 writes, 1 logins",
        ),
        fault(
            23,
            "the disk is full",
            |sim| sim.trouble(Named::DiskFull),
            "router-storage-full router-storage-full router-storage-full | 1 writes, 1 logins",
        ),
        fault(
            23,
            "the disk gets full on the way",
            |sim| always(sim, ADD, 2, What::DiskFull),
            "created router-storage-full router-storage-full | 3 writes, 1 logins",
        )
        .one_by_one(),
        fault(
            23,
            "... and the line breaks when the router is looked at",
            |sim| {
                always(sim, ADD, 2, What::DiskFull);
                once(sim, SECRETS, 2, What::CutBefore);
            },
            "created router-storage-full router-storage-full | 3 writes, 2 logins",
        )
        .one_by_one(),
        fault(24, "twins", |_| {}, "duplicate-username duplicate-username created | 2 writes, 1 logins")
            .asked(Asked::Twins),
        fault(24, "nobody but twins", |_| {}, "duplicate-username duplicate-username | 0 writes, 0 logins")
            .asked(Asked::OnlyTwins),
    ]
}

/// A router that believes in TLS, as far as we know.
fn pinned(config: Config) -> Config {
    let router = config.router.map(|router| Endpoint { tls: Tls::Pin([7; 32]), ..router });
    Config { router, ..config }
}

/// A port whose queue is full: packets to it are dropped.
fn into_a_full_queue(config: Config) -> Config {
    let port = full_queue();
    let router = config.router.map(|router| Endpoint { port, ..router });
    Config { router, ..config }
}

/// The port of somebody who accepts nobody, while one waits already.
fn full_queue() -> u16 {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
    let listener = socket.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    // Both stay open as long as the tests run.
    Box::leak(Box::new((listener, TcpStream::connect(address).unwrap())));
    address.port()
}
