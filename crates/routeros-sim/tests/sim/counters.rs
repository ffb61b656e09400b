//! Counters that somebody turns back.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use routeros_sim::{Service, Sim};

use crate::client::Client;

/// More than any customer here carries in a minute and less than they have carried so far.
const MUCH: u64 = 40_000_000;

/// Three customers who have been online for a while.
async fn busy() -> (Sim, Client) {
    let sim = Sim::builder().secrets(3).sessions(3).seed(11).start().await.unwrap();
    let client = Client::signed_in(&sim, "admin", "").await;
    (sim, client)
}

fn number(text: &str) -> u64 {
    text.parse().unwrap()
}

/// Upload and download, as queues print them.
fn sum(row: &BTreeMap<String, String>, name: &str) -> u64 {
    let (up, down) = row[name].split_once('/').unwrap();
    number(up) + number(down)
}

async fn queues(client: &mut Client) -> Vec<BTreeMap<String, String>> {
    client.rows(&["/queue/simple/print", "=.proplist=name,bytes,packets"]).await
}

/// Looks until it is so.
async fn until(client: &mut Client, words: &[&str], is_so: impl Fn(&BTreeMap<String, String>) -> bool) {
    let begun = Instant::now();
    while !is_so(&client.rows(words).await[0]) {
        assert!(begun.elapsed() < Duration::from_secs(5), "it never happened");
    }
}

#[tokio::test]
async fn a_queue_counts_from_zero_again_and_its_neighbours_count_on() {
    let (_sim, mut client) = busy().await;
    let before = queues(&mut client).await;
    assert!(before.iter().all(|queue| sum(queue, "bytes") > MUCH), "{before:?}");
    assert_eq!(client.ask(&["/queue/simple/reset-counters", "=numbers=<pppoe-sub00002>"]).await, ["!done"]);
    let after = queues(&mut client).await;
    assert!(sum(&after[0], "bytes") >= sum(&before[0], "bytes"));
    assert!(sum(&after[1], "bytes") < MUCH && sum(&after[1], "packets") < sum(&before[1], "packets") / 10);
    assert!(sum(&after[2], "bytes") >= sum(&before[2], "bytes"));
    let its_interface = ["/interface/print", "?name=<pppoe-sub00002>"];
    assert!(number(&client.rows(&its_interface).await[0]["tx-byte"]) > MUCH, "an interface counts for itself");
    let (bytes, its_queue) = (sum(&after[1], "bytes"), ["/queue/simple/print", "?name=<pppoe-sub00002>"]);
    until(&mut client, &its_queue, |queue| sum(queue, "bytes") > bytes).await;
}

#[tokio::test]
async fn all_queues_at_once() {
    let (_sim, mut client) = busy().await;
    assert_eq!(client.ask(&["/queue/simple/reset-counters-all"]).await, ["!done"]);
    let after = queues(&mut client).await;
    assert!(after.iter().all(|queue| sum(queue, "bytes") < MUCH), "{after:?}");
}

#[tokio::test]
async fn interfaces_and_the_port_that_carries_them_all() {
    let (sim, mut client) = busy().await;
    let ether1 = ["/interface/print", "?name=ether1"];
    let carried = |row: &BTreeMap<String, String>| number(&row["rx-byte"]) + number(&row["tx-byte"]);
    assert!(carried(&client.rows(&ether1).await[0]) > 3 * MUCH);
    assert_eq!(client.ask(&["/interface/reset-counters", "=.id=ether1,<pppoe-sub00001>"]).await, ["!done"]);
    for name in ["?name=ether1", "?name=<pppoe-sub00001>"] {
        assert!(carried(&client.rows(&["/interface/print", name]).await[0]) < MUCH, "{name}");
    }
    // Who goes takes nothing away from what was counted since.
    sim.hang_up(Service::Pppoe, "sub00003");
    let now = carried(&client.rows(&ether1).await[0]);
    until(&mut client, &ether1, |row| carried(row) > now).await;
}

#[tokio::test]
async fn a_hotspot_user_begins_again() {
    let sim = Sim::builder().start().await.unwrap();
    sim.add("/ip/hotspot/user", &[("name", "eva")]).unwrap();
    sim.dial_in(Service::Hotspot, "eva").unwrap();
    let mut client = Client::signed_in(&sim, "admin", "").await;
    let eva = ["/ip/hotspot/user/print", "?name=eva"];
    until(&mut client, &eva, |user| number(&user["bytes-out"]) > 0 && user["uptime"] != "0s").await;
    assert_eq!(client.ask(&["/ip/hotspot/user/reset-counters", "=numbers=eva"]).await, ["!done"]);
    let (user, active) = (&client.rows(&eva).await[0], &client.rows(&["/ip/hotspot/active/print"]).await[0]);
    assert!(number(&user["bytes-out"]) < number(&active["bytes-out"]));
    assert_eq!((user["uptime"].as_str(), active["uptime"] != "0s"), ("0s", true), "the session itself goes on");
}

#[tokio::test]
async fn who_may_not_write_resets_nothing_and_what_is_not_there_cannot_be_reset() {
    let sim =
        Sim::builder().user("admin", "", "full").user("eye", "", "read").secrets(1).sessions(1).start().await.unwrap();
    let mut eye = Client::signed_in(&sim, "eye", "").await;
    let refused = ["!trap =message=not enough permissions (9)", "!done"];
    assert_eq!(eye.ask(&["/queue/simple/reset-counters-all"]).await, refused);
    let mut client = Client::signed_in(&sim, "admin", "").await;
    let gone = ["!trap =category=0 =message=no such item", "!done"];
    assert_eq!(client.ask(&["/queue/simple/reset-counters", "=numbers=*99"]).await, gone);
    let read_only = ["!trap =message=unknown parameter bytes", "!done"];
    assert_eq!(client.ask(&["/queue/simple/set", "=.id=<pppoe-sub00001>", "=bytes=0/0"]).await, read_only);
}
