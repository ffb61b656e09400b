//! Whole rows of real routers: written into the simulator, they read back as they did there.

use std::collections::BTreeMap;

use routeros_sim::Sim;
use serde::Deserialize;

use crate::client::Client;

#[derive(Deserialize)]
struct Record {
    #[serde(default)]
    prepared: Vec<Vec<String>>,
    #[serde(default)]
    written: BTreeMap<String, String>,
    #[serde(default)]
    after: Vec<Vec<String>>,
    row: BTreeMap<String, String>,
    /// There, but with a value of their own each time.
    #[serde(default)]
    changing: Vec<String>,
    #[serde(default)]
    later: Vec<String>,
}

#[tokio::test]
async fn a_row_of_a_real_router_reads_as_it_did_there() {
    let all: BTreeMap<String, serde_json::Value> = serde_json::from_str(include_str!("../records.json")).unwrap();
    for (menu, record) in all.into_iter().filter(|(menu, _)| menu.starts_with('/')) {
        let record: Record = serde_json::from_value(record).unwrap();
        let sim = Sim::builder().version("7.16.2").start().await.unwrap();
        let mut client = Client::signed_in(&sim, "admin", "").await;
        let mut shown = play(&mut client, &menu, &record).await;
        shown.remove(".id");
        for name in &record.changing {
            assert!(shown.remove(name).is_some(), "{menu} {name}");
        }
        record.later.iter().for_each(|name| drop(shown.remove(name)));
        assert_eq!(shown, record.row, "{menu}");
    }
}

/// Makes the row and prints it.
async fn play(client: &mut Client, menu: &str, record: &Record) -> BTreeMap<String, String> {
    let is_singleton = matches!(menu, "/ppp/aaa" | "/system/clock" | "/system/identity");
    let mut write = vec![format!("{menu}/{}", if is_singleton { "set" } else { "add" })];
    write.extend(record.written.iter().map(|(name, value)| format!("={name}={value}")));
    let writes = if record.written.is_empty() { Vec::new() } else { vec![write] };
    for words in record.prepared.iter().chain(&writes).chain(&record.after) {
        let answer = client.ask(&words.iter().map(String::as_str).collect::<Vec<_>>()).await;
        assert!(answer[0].starts_with("!done"), "{words:?}: {answer:?}");
    }
    let named = record.row.get("name").map(|name| format!("?name={name}"));
    let print = format!("{menu}/print");
    let words: Vec<&str> = [print.as_str()].into_iter().chain(named.as_deref()).collect();
    client.rows(&words).await.remove(0)
}
