//! The server is killed at any moment of a sync of two hundred customers. The next one goes on with the same run, to the
//! report that it would have had, and the router is left as if nothing had happened.

use std::{collections::BTreeMap, time::Duration};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use reqwest::Method;
use routeros_sim::{Service, Sim, Trouble};
use serde_json::{Value, json};

use crate::running::{Home, ROUTER_PASSWORD, Running};

const CUSTOMERS: usize = 200;
/// The router has accounts of so many already, under an old limit, and some of them are online.
const KNOWN: usize = 60;
const ONLINE: usize = 10;
/// Points of one test; there are two.
const POINTS: u64 = 22;

/// Which rights the router's user has, besides those it needs.
#[derive(Clone, Copy)]
enum Sees {
    /// Passwords can be read back.
    Passwords,
    /// They cannot: what was last written is remembered.
    Stars,
}

/// A router with an account of somebody else, one of ours that is not in the list, and accounts that differ.
async fn router(sees: Sees) -> Sim {
    let policies: &[&str] = match sees {
        Sees::Passwords => &["api", "read", "write", "policy", "test", "sensitive"],
        Sees::Stars => &["api", "read", "write", "policy", "test"],
    };
    let sim = Sim::builder().group("api-users", policies).user("netpilot-api", ROUTER_PASSWORD, "api-users");
    let sim = sim.start().await.unwrap();
    sim.add("/ppp/profile", &[("name", "Basic_pppoe"), ("rate-limit", "1024k/1024k")]).unwrap();
    sim.add("/ppp/secret", &[("name", "tower-link"), ("password", "theirs"), ("comment", "do not touch")]).unwrap();
    let ours = |n: usize| format!("NetPilot Customer: Customer {n} (ID: CUS-{n})");
    sim.add("/ppp/secret", &[("name", "left-over"), ("password", "x"), ("comment", &ours(9999))]).unwrap();
    for n in 1..=KNOWN {
        let name = format!("customer{n}");
        let row = [("name", name.as_str()), ("password", "old"), ("profile", "Basic_pppoe"), ("comment", &ours(n))];
        sim.add("/ppp/secret", &row).unwrap();
    }
    for n in 1..=ONLINE {
        sim.dial_in(Service::Pppoe, &format!("customer{n}")).unwrap();
    }
    sim
}

/// Every fifth is suspended, one in the middle has a package that nobody sells.
fn request() -> Value {
    let customer = |n: usize| {
        json!({
            "id": format!("CUS-{n}"), "name": format!("Customer {n}"), "pppoeUsername": format!("customer{n}"),
            "pppoePassword": format!("secret{n}"), "status": if n.is_multiple_of(5) { "Suspended" } else { "Active" },
            "servicePackage": if n == 77 { "Gold" } else { "Basic" },
        })
    };
    json!({
        "customers": (1..=CUSTOMERS).map(customer).collect::<Vec<_>>(),
        "packages": [{ "name": "Basic", "downloadSpeed": 10, "uploadSpeed": 5 }],
    })
}

fn sentences(sim: &Sim) -> u64 {
    sim.counts().values().sum()
}

fn writes(sim: &Sim) -> u64 {
    let is_write =
        |command: &str| command.ends_with("/add") || command.ends_with("/set") || command.ends_with("/remove");
    sim.counts().iter().filter(|(command, _)| is_write(command)).map(|(_, count)| count).sum()
}

/// What became of everybody. Whether sessions were ended by the first or the second start is the same to them.
async fn results(server: &Running, run_id: &str) -> Vec<Value> {
    let path = format!("/api/mikrotik/runs/{run_id}/results?limit=1000");
    let (status, answer) = server.call(Method::GET, &path, None).await;
    assert_eq!(status, 200, "{answer}");
    answer["items"].as_array().unwrap().iter().map(|item| item["row"].clone()).collect()
}

async fn end_of(server: &Running, run_id: &str) -> Value {
    for _ in 0..1200 {
        let (_, run) = server.call(Method::GET, &format!("/api/mikrotik/runs/{run_id}"), None).await;
        if run["state"] != "running" {
            return run;
        }
        // What a run has come to is asked for.
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the run {run_id} did not end");
}

/// Accounts without what the router gives them.
fn accounts(sim: &Sim) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut rows = sim.rows("/ppp/secret");
    for row in &mut rows {
        row.retain(|property, _| !property.starts_with('.') && !property.starts_with("last-"));
    }
    rows.into_iter().map(|row| (row["name"].clone(), row)).collect()
}

/// The run as nobody disturbs it: its rows, the accounts it leaves, and the sentences it takes.
async fn undisturbed(sees: Sees) -> (Vec<Value>, BTreeMap<String, BTreeMap<String, String>>, u64) {
    let sim = router(sees).await;
    let server = Running::start(&sim).await;
    let before = sentences(&sim);
    let (status, answer) = server.call(Method::PUT, "/api/mikrotik/sync", Some(request())).await;
    assert_eq!((status, &answer["summary"]["errors"]), (200, &json!(1)), "{answer}");
    assert_eq!(answer["summary"]["disconnected"], json!(ONLINE), "{answer}");
    let rows = results(&server, answer["runId"].as_str().unwrap()).await;
    let took = sentences(&sim) - before;
    server.stop();
    (rows, accounts(&sim), took)
}

async fn killed_anywhere(rights: Sees, seed: u64) {
    let (expected, left, took) = undisturbed(rights).await;
    let mut chance = StdRng::seed_from_u64(seed);
    let mut gone_on_with = 0;
    for point in 0..POINTS {
        let sim = router(rights).await;
        let home = Home::new();
        let server = home.start(&sim).await;
        sim.trouble(Trouble::SlowBy { millis: 2 });
        let before = sentences(&sim);
        let call = server.request(Method::PUT, "/api/mikrotik/sync", Some(request()));
        let calling = tokio::spawn(async move { call.send().await.is_ok_and(|answer| answer.status() == 200) });
        let at = chance.random_range(0..=took);
        // What the router has heard is counted, not told.
        while sentences(&sim) < before + at && !calling.is_finished() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.kill();
        let answered = calling.await.unwrap();
        let place = format!("seed {seed}, point {point}: killed at sentence {at} of {took}, answered {answered}");

        let server = home.start(&sim).await;
        let (_, runs) = server.call(Method::GET, "/api/mikrotik/runs", None).await;
        let accepted = runs["items"][0]["runId"].as_str().map(str::to_owned);
        let run_id = if let Some(run_id) = accepted {
            run_id
        } else {
            assert_eq!(writes(&sim), 0, "{place}: nothing was accepted, and something was written");
            let (_, answer) = server.call(Method::PUT, "/api/mikrotik/sync", Some(request())).await;
            answer["runId"].as_str().unwrap().to_owned()
        };
        let run = end_of(&server, &run_id).await;
        assert_eq!((&run["state"], &run["total"]), (&json!("done"), &json!(CUSTOMERS)), "{place}: {run}");
        let rows = results(&server, &run_id).await;
        for (row, expected) in rows.iter().zip(&expected) {
            assert_eq!(row, expected, "{place}");
        }
        assert_eq!(rows.len(), CUSTOMERS, "{place}");
        let now = accounts(&sim);
        for (name, row) in &left {
            assert_eq!(now.get(name), Some(row), "{place}");
        }
        assert_eq!(now.len(), left.len(), "{place}");
        assert!(sim.rows("/ppp/active").iter().all(|row| row["name"] == "nobody"), "{place}: old sessions go on");
        let written = writes(&sim);
        let (_, again) = server.call(Method::PUT, "/api/mikrotik/sync", Some(request())).await;
        assert_eq!(again["summary"]["unchanged"], json!(CUSTOMERS - 1), "{place}: {}", again["summary"]);
        assert_eq!(writes(&sim), written, "{place}: the extra pass writes nothing");
        gone_on_with += u64::from(run["startedAt"] != run["endedAt"] || !answered);
        server.stop();
    }
    assert!(gone_on_with > POINTS / 2, "most points are within the run: {gone_on_with}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_anywhere_leaves_the_report_and_the_router_of_one_that_was_not() {
    killed_anywhere(Sees::Passwords, 20_260_105).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn also_where_the_router_hides_passwords() {
    killed_anywhere(Sees::Stars, 20_261_125).await;
}
