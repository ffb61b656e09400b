//! What a run of 10,000 customers costs the store: accepted, its outcomes written a thousand at a time, ended; and how large
//! the database is then. On SQLite, and on the PostgreSQL that `NETPILOT_TEST_POSTGRES` names.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

use std::{env, fs, time::Instant};

use domain::{
    customer::{Details, Password, ServiceType, Setting},
    wire::{ActionTaken, BulkRow, ChangeKind, DisconnectPolicy, FieldChange, ObjectChange, RunState},
};
use store::{ItemOutcome, Keyring, NewItem, NewRun, PushedAccount, RunEnd, Store, StoredCustomer};
use tempfile::TempDir;

const CUSTOMERS: u32 = 10_000;
const AT_ONCE: usize = 1_000;

#[tokio::main]
async fn main() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("netpilot.db");
    let store = measure("SQLite", &format!("sqlite://{}", file.display())).await;
    // What lies beside the file is taken into it.
    store.close().await;
    println!(
        "  {} kB for {CUSTOMERS} customers, their accounts and one run",
        fs::metadata(&file).unwrap().len() / 1000
    );
    if let Ok(url) = env::var("NETPILOT_TEST_POSTGRES") {
        measure("PostgreSQL", &url).await;
    }
}

async fn measure(engine: &str, url: &str) -> Store {
    let store = Store::open(url, Keyring::read(&"0a".repeat(32)).unwrap()).await.unwrap();
    let customers: Vec<_> = (0..CUSTOMERS).map(customer).collect();
    let pushed: Vec<_> = customers.iter().map(pushed).collect();
    let items = customers.iter().enumerate();
    let items = items.map(|(position, customer)| NewItem {
        position,
        customer_id: customer.id.clone(),
        planned: row(customer),
    });
    let items: Vec<_> = items.collect();
    let outcomes = customers.iter().enumerate();
    let outcomes = outcomes.map(|(position, customer)| ItemOutcome { position, row: row(customer), attempts: 1 });
    let outcomes: Vec<_> = outcomes.collect();
    println!("{engine}");
    let took = Instant::now();
    store.keep_customers(&customers, |_| None, "api", 1).await.unwrap();
    tell("customers kept", took);
    let took = Instant::now();
    store.accept_run(&run(items), 1).await.unwrap();
    tell("run accepted, its items with it", took);
    let took = Instant::now();
    for outcomes in outcomes.chunks(AT_ONCE) {
        assert!(store.record_outcomes("run_1", "bench", outcomes, 2).await.unwrap());
    }
    tell("outcomes written", took);
    let took = Instant::now();
    store.remember_pushed("default", ServiceType::Pppoe, &pushed, 2).await.unwrap();
    tell("accounts remembered", took);
    let took = Instant::now();
    let end = RunEnd { state: RunState::Done, problem: None, warnings: Vec::new(), pruned: Vec::new() };
    store.end_run("run_1", "bench", &end, 3).await.unwrap();
    tell("run ended", took);
    store
}

fn tell(what: &str, since: Instant) {
    let took = since.elapsed();
    println!("  {what:<34}{:>6} ms {:>9.0} rows/s", took.as_millis(), f64::from(CUSTOMERS) / took.as_secs_f64());
}

fn customer(n: u32) -> StoredCustomer {
    StoredCustomer {
        id: format!("CUS-{n}"),
        name: format!("Rahim Uddin {n}"),
        mobile: Some(format!("+880 1712 {n:06}")),
        email: Some(format!("customer{n}@example.com")),
        package: "Basic 10Mbps".to_owned(),
        status: "Active".to_owned(),
        details: Details::default(),
        service: ServiceType::Pppoe,
        username: format!("customer{n}"),
        password: Some(Password::new(format!("secret{n}"))),
        mac_address: Setting::LeftAlone,
        ip_address: Setting::LeftAlone,
    }
}

fn pushed(customer: &StoredCustomer) -> PushedAccount {
    PushedAccount {
        customer_id: customer.id.clone(),
        username: customer.username.clone(),
        comment: format!("NetPilot Customer: {} (ID: {})", customer.name, customer.id),
        password: customer.password.clone(),
    }
}

/// A row as a new account has it.
fn row(customer: &StoredCustomer) -> BulkRow {
    let field =
        |field: &str, after: String| FieldChange::Value { field: field.to_owned(), before: None, after: Some(after) };
    let comment = format!("NetPilot Customer: {} (ID: {})", customer.name, customer.id);
    BulkRow {
        customer: customer.name.clone(),
        success: true,
        message: format!("Customer {} synced successfully to MikroTik", customer.name),
        customer_id: Some(customer.id.clone()),
        username: Some(customer.username.clone()),
        action: ActionTaken::Created,
        kind: ChangeKind::Create,
        changes: vec![ObjectChange {
            object: "secret".to_owned(),
            name: customer.username.clone(),
            action: "create".to_owned(),
            fields: vec![
                field("name", customer.username.clone()),
                field("service", "pppoe".to_owned()),
                field("profile", "Basic_10Mbps_pppoe".to_owned()),
                field("comment", comment),
                FieldChange::Secret { field: "password".to_owned(), changed: true },
            ],
        }],
        disconnects: Vec::new(),
        sessions_disconnected: 0,
        sessions_left: 0,
        password_generated: false,
        error: None,
    }
}

fn run(items: Vec<NewItem>) -> NewRun {
    NewRun {
        id: "run_1".to_owned(),
        kind: "sync".to_owned(),
        router_id: "default".to_owned(),
        service: ServiceType::Pppoe,
        disconnect: DisconnectPolicy::Auto,
        operator_id: "op-1".to_owned(),
        operator_name: "nadia".to_owned(),
        warnings: Vec::new(),
        owner: "bench".to_owned(),
        items,
        settled: Vec::new(),
        owed: Vec::new(),
        pruned: Vec::new(),
    }
}
