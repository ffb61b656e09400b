//! The simulator's menus beside RouterOS 7.22.3's own account of them: nothing is missing, nothing is made up.

use routeros_sim::Sim;

use crate::{client::Client, dump::Dump};

/// What a real router does and the simulator does not, and why.
const NOT_DONE: [(&str, &str); 9] = [
    ("add", "nobody can be put into /user/active by hand"),
    ("edit", "opens an editor on a console"),
    ("expire-password", "the product never does it, and no source says what the API answers afterwards"),
    ("export", "writes a script"),
    ("login", "no source says what the API answers"),
    ("recursive-print", "no source says what it prints"),
    ("reset", "no source says what the values of its arguments mean"),
    ("reset-html", "there are no pages"),
    ("setup", "asks questions on a console"),
];

/// Arguments whose values the dump cannot tell: a mark, a time of the week, the beginning of a negation.
const NO_WORDS: [&str; 3] = ["packet-marks", "time", "copy-from"];

#[tokio::test]
async fn every_argument_is_accepted_and_every_other_refused() {
    let dump = Dump::whole();
    let sim = Sim::builder().version("7.22.3").start().await.unwrap();
    arguments_agree(&mut Client::signed_in(&sim, "admin", "").await, &dump).await;
}

/// Asks every command about every argument there is.
pub(crate) async fn arguments_agree(client: &mut Client, dump: &Dump) {
    let names = Dump::every_argument();
    for command in dump.commands.keys() {
        let accepted = dump.accepted(command);
        // What would go on for ever is asked for once.
        let once = accepted.contains("once").then(|| "=once=".to_owned());
        let ask = |name: &String| [command.clone(), probing(name)].into_iter().chain(once.clone()).collect();
        let asked: Vec<Vec<String>> = names.iter().map(ask).collect();
        for (name, answer) in names.iter().zip(client.ask_all(&asked).await) {
            let refusal = format!("!trap =message=unknown parameter {name}");
            assert_eq!(answer[0] != refusal, accepted.contains(name), "{command} {name}: {answer:?}");
        }
    }
}

/// `no` for flags that would keep on answering.
fn probing(name: &str) -> String {
    if name.starts_with("follow") { format!("={name}=no") } else { format!("={name}=") }
}

#[tokio::test]
async fn every_command_is_there_and_no_other() {
    let dump = Dump::whole();
    let sim = Sim::builder().version("7.22.3").start().await.unwrap();
    commands_agree(&mut Client::signed_in(&sim, "admin", "").await, &dump).await;
}

/// Asks every menu for every command of any menu.
pub(crate) async fn commands_agree(client: &mut Client, dump: &Dump) {
    let mut names: Vec<&str> = dump.commands.keys().filter_map(|command| command.rsplit('/').next()).collect();
    names.extend(["getall", "fetch", "Print", "prin"]);
    for path in dump.paths() {
        for name in &names {
            let command = format!("{path}/{name}");
            // `/interface` was published without its own list of commands; people comment interfaces.
            let beyond = *name == "getall" || command == "/interface/comment";
            let is_there = client.ask(&[&command, "=no-such-argument="]).await;
            let is_known = is_there[0] == "!trap =message=unknown parameter no-such-argument";
            assert_eq!(is_known, beyond || dump.commands.contains_key(&command), "{command}: {is_there:?}");
        }
    }
}

#[tokio::test]
async fn what_the_simulator_does_not_do_it_says() {
    let dump = Dump::whole();
    let sim = Sim::builder().version("7.22.3").start().await.unwrap();
    let mut client = Client::signed_in(&sim, "admin", "").await;
    for command in dump.commands.keys() {
        let name = command.rsplit('/').next().unwrap();
        let words: &[&str] = if name == "monitor" { &[command, "=once="] } else { &[command] };
        let refuses = client.ask(words).await[0].starts_with("!trap =message=failure: this simulator does not do");
        let is_listed = NOT_DONE.iter().any(|(listed, _)| match *listed {
            // Elsewhere the simulator does it.
            "add" => command == "/user/active/add",
            listed => listed == name || listed == command,
        });
        assert_eq!(refuses, is_listed, "{command}");
    }
}

#[tokio::test]
async fn every_readable_property_is_known_and_no_other() {
    let dump = Dump::whole();
    let sim = Sim::builder().version("7.22.3").start().await.unwrap();
    let mut client = Client::signed_in(&sim, "admin", "").await;
    let mut names = Dump::every_argument();
    names.extend(dump.paths().filter_map(|path| dump.readable(path)).flatten());
    names.remove(".id");
    for path in dump.paths() {
        let Some(readable) = dump.readable(path) else { continue };
        for name in &names {
            let (command, name_word) = (format!("{path}/get"), format!("=value-name={name}"));
            let mut words = vec![command.as_str(), &name_word];
            words.extend(row_of(path).map(|_| "=number=*FFFFFF"));
            let answer = client.ask(&words).await;
            let unknown = "!trap =category=1 =message=input does not match any value of value-name";
            assert_eq!(answer[0] != unknown, readable.contains(name), "{path} {name}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn every_value_is_accepted_whole_and_by_a_prefix_and_a_wrong_one_refused() {
    let dump = Dump::whole();
    let sim = furnished().await;
    let mut client = Client::signed_in(&sim, "admin", "").await;
    let mut seen = 0;
    for path in dump.paths().filter(|path| dump.commands.contains_key(&format!("{path}/set"))) {
        for (argument, told, values) in dump.values(path, "set") {
            if NO_WORDS.contains(&argument.as_str()) {
                continue;
            }
            for value in values.iter().filter(|value| *value != "!") {
                let prefixes = [Some(value.as_str()), shortest_prefix(value, &values)];
                for typed in prefixes.into_iter().flatten() {
                    assert_eq!(set(&mut client, path, &argument, typed).await, ["!done"], "{path} {argument}={typed}");
                    let read = get(&mut client, path, &argument).await;
                    assert!(means(&read, value), "{path} {argument}={typed} reads {read}, not {value}");
                    seen += 1;
                }
            }
            let is_typed = !values.is_empty() || told.contains('(') || told == "time interval";
            if is_typed && !told.starts_with("string") {
                let refused = set(&mut client, path, &argument, "zz-nothing").await;
                assert!(refused[0].starts_with("!trap =category=1"), "{path} {argument}: {refused:?}");
            }
        }
    }
    assert!(seen > 1_000, "{seen} values");
}

#[tokio::test]
async fn every_menu_of_rows_can_be_listened_to() {
    let dump = Dump::whole();
    let sim = Sim::builder().version("7.22.3").start().await.unwrap();
    let mut client = Client::signed_in(&sim, "admin", "").await;
    for path in dump.paths() {
        let listen = vec![format!("{path}/listen"), "=.proplist=.id".to_owned(), ".tag=1".to_owned()];
        if row_of(path).is_none() {
            let refused = ["!trap .tag=1 =message=unknown parameter follow-only", "!done .tag=1"];
            assert_eq!(client.ask_all(&[listen]).await, [refused], "{path}");
            continue;
        }
        let answers = client.ask_all(&[listen, vec!["/cancel".to_owned()]]).await;
        let [cancel, listen] = &answers[..] else { panic!("{path}: {answers:?}") };
        assert_eq!(cancel, &["!trap .tag=1 =category=2 =message=interrupted", "!done"], "{path}");
        assert_eq!(listen, &["!done .tag=1"], "{path}");
    }
}

#[tokio::test]
async fn a_routerboard_says_what_it_is() {
    // As captured: terraform-routeros/terraform-provider-routeros, resource of the same name.
    const PROPERTIES: [&str; 8] = [
        "current-firmware",
        "factory-firmware",
        "firmware-type",
        "model",
        "revision",
        "routerboard",
        "serial-number",
        "upgrade-firmware",
    ];
    let sim = Sim::builder().version("7.16.2").start().await.unwrap();
    let mut client = Client::signed_in(&sim, "admin", "").await;
    let rows = client.rows(&["/system/routerboard/print"]).await;
    assert_eq!(rows[0].keys().collect::<Vec<_>>(), PROPERTIES);
    assert_eq!((rows[0]["routerboard"].as_str(), rows[0]["current-firmware"].as_str()), ("true", "7.16.2"));
}

/// A router with a row called `probe` wherever people make rows.
async fn furnished() -> Sim {
    let sim =
        Sim::builder().version("7.22.3").user("admin", "", "full").user("probe", "", "read").start().await.unwrap();
    for (menu, row) in [
        ("/ip/pool", &[("name", "probe"), ("ranges", "10.0.0.2-10.0.0.9")][..]),
        ("/ppp/profile", &[("name", "probe")]),
        ("/ppp/secret", &[("name", "probe")]),
        ("/ip/hotspot/user/profile", &[("name", "probe")]),
        ("/ip/hotspot/user", &[("name", "probe")]),
        ("/interface/pppoe-server", &[("name", "probe")]),
        ("/interface/pppoe-server/server", &[("service-name", "probe"), ("interface", "ether1")]),
        ("/queue/simple", &[("name", "probe")]),
        ("/user/group", &[("name", "probe")]),
    ] {
        sim.add(menu, row).unwrap();
    }
    sim
}

/// The row to work on; a singleton has none to name.
fn row_of(path: &str) -> Option<&'static str> {
    match path {
        "/ppp/aaa" | "/system/clock" | "/system/identity" | "/system/resource" => None,
        "/interface" => Some("=.id=ether1"),
        "/ip/hotspot" => Some("=.id=hotspot1"),
        "/ip/service" => Some("=.id=telnet"),
        _ => Some("=.id=probe"),
    }
}

async fn set(client: &mut Client, path: &str, argument: &str, value: &str) -> Vec<String> {
    let (command, value) = (format!("{path}/set"), format!("={argument}={value}"));
    let words: Vec<&str> = [command.as_str()].into_iter().chain(row_of(path)).chain([value.as_str()]).collect();
    client.ask(&words).await
}

async fn get(client: &mut Client, path: &str, argument: &str) -> String {
    let (command, name) = (format!("{path}/get"), format!("=value-name={argument}"));
    let words: Vec<&str> = [command.as_str()].into_iter().chain(row_of(path)).chain([name.as_str()]).collect();
    client.ask(&words).await[0].trim_start_matches("!done =ret=").to_owned()
}

/// A bit reads as true or false; a queue has one value for each direction; a policy stands in its list; some are not
/// printed while they are what they were at first.
fn means(read: &str, value: &str) -> bool {
    let bit = match value {
        "yes" => "true",
        "no" => "false",
        _ => value,
    };
    read == value
        || read == bit
        || read == format!("{value}/{value}")
        || read.split(',').any(|one| one == value)
        || read.is_empty() && matches!(value, "all" | "none")
}

fn shortest_prefix<'a>(value: &'a str, values: &[String]) -> Option<&'a str> {
    let fits_others = |prefix: &str| values.iter().any(|other| other != value && other.starts_with(prefix));
    (1..value.len()).map(|length| &value[..length]).find(|prefix| !fits_others(prefix))
}
