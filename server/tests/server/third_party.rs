//! What was synced is really on the router, and a client that nobody here wrote says so.

use std::process::Command;

use reqwest::Method;
use routeros_sim::Sim;
use serde_json::json;

use crate::running::{self, Running};

/// Reads one row with the `RouterOS-api` package and prints the values asked for, one a line.
const READ_BACK: &str = r"
import sys, routeros_api
host, port, user, password, menu, name, *properties = sys.argv[1:]
pool = routeros_api.RouterOsApiPool(host, user, password, port=int(port), plaintext_login=True)
rows = pool.get_api().get_resource(menu).get(name=name)
assert len(rows) == 1, rows
for wanted in properties:
    print(rows[0][wanted])
pool.disconnect()
";

fn read_back(sim: &Sim, menu: &str, name: &str, properties: &[&str]) -> Vec<String> {
    let python = std::env::var("NETPILOT_TEST_PYTHON")
        .expect("NETPILOT_TEST_PYTHON names a Python with the RouterOS-api package; cargo xtask test makes one");
    let address = sim.address();
    let output = Command::new(python)
        .args(["-c", READ_BACK, &address.ip().to_string(), &address.port().to_string(), "reader", "r3ader", menu, name])
        .args(properties)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_somebody_else_reads_what_we_synced() {
    let sim = Sim::builder().user("reader", "r3ader", "full").user("netpilot-api", running::ROUTER_PASSWORD, "full");
    let sim = sim.start().await.unwrap();
    let server = Running::start(&sim).await;
    for (service, profiles, accounts) in
        [("pppoe", "/ppp/profile", "/ppp/secret"), ("hotspot", "/ip/hotspot/user/profile", "/ip/hotspot/user")]
    {
        let body = json!({
            "serviceType": service,
            "customer": {
                "id": "CUS-1", "name": "Zoë O'Brien (roof)", "status": "Active", "servicePackage": "Basic 10Mbps",
                "pppoeUsername": "zoe", "pppoePassword": "p=w ?#[]\"$",
            },
            "package": {
                "name": "Basic 10Mbps", "downloadSpeed": 10, "uploadSpeed": 5, "burstEnabled": true,
                "burstDownloadSpeed": 20, "burstUploadSpeed": 10,
            },
        });
        let (status, answer) = server.call(Method::POST, "/api/mikrotik/sync", Some(body)).await;
        assert_eq!((status, &answer["result"]["created"]), (200, &json!(1)), "{answer}");
        let profile = format!("Basic_10Mbps_{service}");
        assert_eq!(
            read_back(&sim, profiles, &profile, &["rate-limit"]),
            ["5120k/10240k 10240k/20480k 5120k/10240k 8/8 8"]
        );
        assert_eq!(
            read_back(&sim, accounts, "zoe", &["profile", "password", "disabled", "comment"]),
            [profile.as_str(), "p=w ?#[]\"$", "false", "NetPilot Customer: Zoë O'Brien roof (ID: CUS-1)"]
        );
    }
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_ends_cleanly_and_no_secret_was_said() {
    let sim = Sim::builder().user("netpilot-api", running::ROUTER_PASSWORD, "full").start().await.unwrap();
    let server = Running::start(&sim).await;
    let body = json!({
        "customer": { "id": "C", "name": "C", "pppoeUsername": "c", "pppoePassword": "canary-customer", "status": "Active" },
        "package": { "name": "P", "downloadSpeed": 1, "uploadSpeed": 1 },
    });
    let (status, answer) = server.call(Method::POST, "/api/mikrotik/sync", Some(body)).await;
    assert_eq!(status, 200, "{answer}");
    let (_, users) = server.call(Method::GET, "/api/mikrotik/users", None).await;
    let said = server.stop();
    for canary in [running::ROUTER_PASSWORD, "canary-customer", running::PASSWORD] {
        assert!(!said.contains(canary), "the log says {canary}");
        assert!(!users.to_string().contains(canary) && !answer.to_string().contains(canary));
    }
}
