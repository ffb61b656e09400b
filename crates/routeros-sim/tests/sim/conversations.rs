//! Plays the files in `tests/conversations`: `>` is said, `<` must come back, `@` happens.
//!
//! | line | what happens |
//! |---|---|
//! | `@ version 7.17.2`, `@ group G a,b`, `@ user N P G` | on top: what kind of router it is |
//! | `@ stranger` | on top: nobody signs in; otherwise admin does |
//! | `@ reconnect N P` | a new line, signed in |
//! | `@ dial pppoe ana`, `@ hang-up hotspot eva` | a customer comes and goes |
//! | `@ refused pppoe ana` | a customer dials in vain |
//! | `@ edit MENU ID =name=value` | somebody works in `WinBox` |
//! | `@ closed` | the router has closed the line |

use std::{fs, path::Path};

use routeros_proto::Sentence;
use routeros_sim::{Builder, Service, Sim};

use crate::client::{Client, print};

#[tokio::test]
async fn every_conversation_goes_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversations");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        play(&name, &fs::read_to_string(&file).unwrap()).await;
    }
}

async fn play(name: &str, script: &str) {
    let sim = furnish(script).start().await.unwrap();
    let mut client = if script.contains("@ stranger") {
        Client::connect(&sim).await
    } else {
        Client::signed_in(&sim, "admin", "").await
    };
    for (number, line) in (1..).zip(script.lines()) {
        let at = format!("{name}:{number}");
        match line.split_once(' ') {
            Some((">", said)) => client.send(&parse(said)).await,
            Some(("<", expected)) => {
                let heard = client.read().await.map_or_else(|| "(closed)".to_owned(), |sentence| print(&sentence));
                assert_eq!(heard, expected, "{at}");
            }
            Some(("@", "closed")) => assert_eq!(client.read().await, None, "{at}"),
            Some(("@", event)) => {
                if let Some((name, password)) = event.strip_prefix("reconnect ").map(|who| who.split_once(' ').unwrap())
                {
                    client = Client::signed_in(&sim, name, password).await;
                } else {
                    happen(&sim, event, &at);
                }
            }
            _ => assert!(line.is_empty() || line.starts_with('#'), "{at}: what is {line:?}?"),
        }
    }
}

fn furnish(script: &str) -> Builder {
    let mut builder = Sim::builder().user("admin", "", "full");
    for line in script.lines().filter_map(|line| line.strip_prefix("@ ")) {
        builder = match line.split(' ').collect::<Vec<_>>()[..] {
            ["version", version] => builder.version(version),
            ["group", name, policies] => builder.group(name, &policies.split(',').collect::<Vec<_>>()),
            ["user", name, password, group] => builder.user(name, password, group),
            _ => builder,
        };
    }
    builder
}

fn happen(sim: &Sim, event: &str, at: &str) {
    let service = |name: &str| if name == "pppoe" { Service::Pppoe } else { Service::Hotspot };
    match event.splitn(4, ' ').collect::<Vec<_>>()[..] {
        ["dial", by, user] => drop(sim.dial_in(service(by), user).unwrap_or_else(|refused| panic!("{at}: {refused}"))),
        ["refused", by, user] => assert!(sim.dial_in(service(by), user).is_err(), "{at}"),
        ["hang-up", by, user] => assert_eq!(sim.hang_up(service(by), user), 1, "{at}"),
        ["edit", menu, id, change] => {
            let (name, value) = change.trim_start_matches('=').split_once('=').unwrap();
            sim.edit(menu, id, &[(name, value)]).unwrap_or_else(|refused| panic!("{at}: {refused}"));
        }
        ["version" | "group" | "user" | "stranger", ..] => {}
        _ => panic!("{at}: what is {event:?}?"),
    }
}

/// Words begin at ` =`, ` ?` and ` .tag=`, so values may hold spaces.
fn parse(line: &str) -> Sentence {
    let marked = [" =", " ?", " .tag="]
        .iter()
        .fold(line.to_owned(), |line, start| line.replace(start, &format!("\n{}", &start[1..])));
    Sentence::from_words(marked.split('\n').map(unescape).collect())
}

fn unescape(word: &str) -> Vec<u8> {
    let mut parts = word.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    bytes
}
