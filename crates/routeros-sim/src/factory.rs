//! The rows a router ships with, and a whole provider's worth of customers on request.

use std::time::Duration;

use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::{
    router::Router,
    rules::{self, Door},
    schema::{self, MENUS, Shape},
    table::Origin,
    who,
    world::{self, Service},
};

type Shipped = (&'static str, u32, &'static [(&'static str, &'static str)]);

/// Menu, id, values. In an order in which references resolve.
const SHIPPED: &[Shipped] = &[
    (
        "/interface",
        2,
        &[
            ("name", "ether1"),
            ("default-name", "ether1"),
            ("type", "ether"),
            ("mtu", "1500"),
            ("actual-mtu", "1500"),
            ("l2mtu", "1514"),
            ("mac-address", "48:A9:8A:00:00:01"),
        ],
    ),
    (
        "/interface",
        1,
        &[
            ("name", "lo"),
            ("type", "loopback"),
            ("mtu", "65536"),
            ("actual-mtu", "65536"),
            ("mac-address", "00:00:00:00:00:00"),
        ],
    ),
    ("/ppp/profile", 0, &[("name", "default"), ("change-tcp-mss", "yes")]),
    (
        "/ppp/profile",
        0xFFFF_FFFE,
        &[("name", "default-encryption"), ("change-tcp-mss", "yes"), ("use-encryption", "yes")],
    ),
    ("/ip/hotspot", 1, &[("name", "hotspot1"), ("interface", "ether1")]),
    ("/ip/hotspot/user/profile", 0, &[("name", "default")]),
    ("/ip/hotspot/user", 0, &[("name", "default-trial"), ("comment", "counters and limits for trial users")]),
    ("/ip/service", 0, &[("name", "telnet"), ("port", "23")]),
    ("/ip/service", 1, &[("name", "ftp"), ("port", "21")]),
    ("/ip/service", 2, &[("name", "www"), ("port", "80")]),
    ("/ip/service", 4, &[("name", "ssh"), ("port", "22")]),
    (
        "/ip/service",
        6,
        &[("name", "www-ssl"), ("port", "443"), ("certificate", "none"), ("tls-version", "any"), ("disabled", "yes")],
    ),
    ("/ip/service", 7, &[("name", "api"), ("port", "8728")]),
    ("/ip/service", 8, &[("name", "winbox"), ("port", "8291")]),
    ("/ip/service", 9, &[("name", "api-ssl"), ("port", "8729"), ("certificate", "none"), ("tls-version", "any")]),
];

/// Groups and the policies they do not have.
const GROUPS: [(u32, &str, &[&str]); 3] =
    [(1, "read", &["ftp", "write", "policy"]), (2, "write", &["ftp", "policy"]), (3, "full", &[])];

/// What `secrets` customers are sold, in turn.
const PACKAGES: [(&str, &str); 4] = [
    ("Basic_10Mbps_pppoe", "5120k/10240k"),
    ("Standard_20Mbps_pppoe", "10240k/20480k"),
    ("Family_50Mbps_pppoe", "25600k/51200k 51200k/102400k 20480k/40960k 8/8 8"),
    ("Business_100Mbps_pppoe", "51200k/102400k"),
];

/// Fills the menus as they are on a router out of its box.
pub(crate) fn ship(router: &mut Router) {
    for menu in MENUS.iter().filter(|menu| menu.shape == Shape::Singleton) {
        ship_row(router, menu.path, 0, &[]);
    }
    for (path, id, values) in SHIPPED {
        ship_row(router, path, *id, values);
    }
    for (id, name, denied) in GROUPS {
        let policy = who::every_policy_but(&router.version, denied);
        ship_row(router, "/user/group", id, &[("name", name), ("policy", &policy)]);
    }
}

/// Sells packages to so many customers, `sub00001` and so on.
pub(crate) fn populate(router: &mut Router, secrets: usize) {
    if secrets == 0 {
        return;
    }
    add(router, "/ip/pool", &[("name", "pool-home"), ("ranges", "10.10.0.2-10.10.255.254")]);
    for (name, limit) in PACKAGES {
        let profile =
            [("name", name), ("rate-limit", limit), ("local-address", "10.10.0.1"), ("remote-address", "pool-home")];
        add(router, "/ppp/profile", &profile);
    }
    for (number, (profile, _)) in (1..=secrets).zip(PACKAGES.iter().cycle()) {
        let (name, password) = (subscriber(number), format!("pw-{number:05}"));
        let secret = [("name", name.as_str()), ("password", &password), ("service", "pppoe"), ("profile", profile)];
        add(router, "/ppp/secret", &secret);
    }
}

/// Dials the first customers in: some a minute ago, some days.
pub(crate) fn dial_in_first(router: &mut Router, sessions: usize) {
    let mut chance = StdRng::seed_from_u64(router.seed);
    let now = router.clock.now();
    for number in 1..=sessions {
        let longest = 10_f64.powf(chance.random_range(1.8..5.9));
        let since = now.saturating_sub(Duration::from_secs_f64(longest)).max(router.booted);
        // Fewer secrets than sessions: nobody is there to dial.
        let _refused = world::dial_in_since(router, Service::Pppoe, subscriber(number).as_bytes(), since);
    }
}

fn subscriber(number: usize) -> String {
    format!("sub{number:05}")
}

fn ship_row(router: &mut Router, path: &'static str, id: u32, values: &[(&str, &str)]) {
    let menu = schema::menu(path).expect("a menu of the schema");
    let arguments: Vec<(&str, &[u8])> = values.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    let origin = if matches!(path, "/ip/hotspot" | "/interface") { Origin::Written } else { Origin::Builtin };
    let row = rules::new_row(router, menu, origin, Door::Inside, &arguments).expect("shipped rows are good");
    router.insert_at(menu, id, row);
}

fn add(router: &mut Router, path: &'static str, values: &[(&str, &str)]) {
    let menu = schema::menu(path).expect("a menu of the schema");
    let arguments: Vec<(&str, &[u8])> = values.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    rules::add(router, menu, &arguments).expect("made-up rows are good");
}
