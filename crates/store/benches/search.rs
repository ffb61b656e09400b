//! What a page of 100 customers of 100,000 costs, on SQLite and, where `NETPILOT_TEST_POSTGRES` names one, on
//! PostgreSQL: everybody, from the first and from the middle on, and whoever is found by words that few have and that
//! many have. The last ones are what a page can cost at the worst.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

use std::{env, process, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use domain::{
    customer::{Details, ServiceType, Setting},
    search::Search,
};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use store::{Cursor, CustomerPage, CustomerQuery, Keyring, Store, StoredCustomer};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const CUSTOMERS: usize = 100_000;
const PAGE: usize = 100;
/// Who are kept at once.
const STEP: usize = 10_000;

const FIRST: [&str; 12] =
    ["Rahim", "Karim", "Fatema", "Nadia", "Md", "Ayesha", "Jamal", "Salma", "Tanvir", "Shabnam", "Habib", "Begum"];
const LAST: [&str; 8] = ["Uddin", "Chowdhury", "Khatun", "Islam", "Hossain", "Akter", "Rahman", "Sarker"];
const PACKAGES: [&str; 6] = ["Home 5", "Home 10", "Home 20", "Home 50", "Business 100", "Business 200"];

fn pages(c: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let dir = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let file = format!("sqlite://{}/netpilot.db", dir.path().display());
    let sqlite = runtime.block_on(filled(&file));
    measure(c, &runtime, "SQLite", &sqlite);
    let Ok(server) = env::var("NETPILOT_TEST_POSTGRES") else { return };
    let postgres = runtime.block_on(async {
        let url = database(&server).await;
        let store = filled(&url).await;
        // What PostgreSQL does by itself, some time later.
        let mut line = PgConnection::connect(&url).await.unwrap();
        sqlx::raw_sql("VACUUM ANALYZE").execute(&mut line).await.unwrap();
        store
    });
    measure(c, &runtime, "PostgreSQL", &postgres);
}

fn measure(c: &mut Criterion, runtime: &Runtime, engine: &str, store: &Store) {
    let mut group = c.benchmark_group(format!("a page of {PAGE} of {CUSTOMERS} customers, {engine}"));
    group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    let middle = Cursor { sort_name: "md".into(), id: "CUS-50000".into() };
    for (what, q, after) in [
        ("everybody", "", None),
        ("everybody, from the middle on", "", Some(middle.clone())),
        ("a rare word", "user-77123", None),
        ("a frequent word", "home", None),
        ("a frequent word, from the middle on", "home", Some(middle)),
        ("one letter", "s", None),
        ("a name and a package", "shab home", None),
        ("two names", "rahim uddin", None),
        ("the last four digits", "4321", None),
        ("the beginning of a number", "+880-1712", None),
        ("an address", "10.1.44.", None),
        ("a MAC with colons", "02:00:00:01:2d:43", None),
        ("a MAC with dots", "0200.0001.2d43", None),
        ("a MAC with nothing", "020000012D43", None),
        ("the end of a MAC", "2D-43", None),
        ("nobody", "xyzzy", None),
        ("a frequent word that only the last have", "zz", None),
        ("two frequent words that nobody has both of", "home business", None),
    ] {
        let search = Search::new(q);
        let query = CustomerQuery { search: &search, package: None, after, limit: PAGE };
        let CustomerPage { items, total, .. } = runtime.block_on(store.customer_page(&query)).unwrap();
        println!("{what}: {} of {total:?}", items.len());
        group.bench_function(what, |b| b.iter(|| runtime.block_on(store.customer_page(&query)).unwrap()));
    }
    group.finish();
}

/// A new database, beside the others of the server.
async fn database(server: &str) -> String {
    let name = format!("bench_{}", process::id());
    let mut admin = PgConnection::connect(server).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut admin).await.unwrap();
    let (server, _) = server.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

async fn filled(url: &str) -> Store {
    let store = Store::open(url, Keyring::read(&"0a".repeat(32)).unwrap()).await.unwrap();
    let customers: Vec<_> = (0..CUSTOMERS).map(customer).collect();
    for some in customers.chunks(STEP) {
        store.keep_customers(some, |_| None, "api", 1).await.unwrap();
    }
    store
}

/// Everybody has everything that they can be found by. The last twentieth has a name that comes after all others.
fn customer(n: usize) -> StoredCustomer {
    let (first, last) = (FIRST[n % FIRST.len()], LAST[n / 7 % LAST.len()]);
    let name = match n % 20 {
        0 => format!("Zz {first} Zz{last}"),
        _ => format!("{first} {last}"),
    };
    let nth = |from: usize| n / from % 256;
    StoredCustomer {
        id: format!("CUS-{n}"),
        name,
        mobile: Some(format!("+880 17{:02} {:06}", n % 100, n * 7919 % 1_000_000)),
        email: None,
        package: PACKAGES[n / 3 % PACKAGES.len()].to_owned(),
        status: "Active".to_owned(),
        details: Details::default(),
        service: ServiceType::Pppoe,
        username: if n.is_multiple_of(20) { format!("zz-{n}") } else { format!("user-{n}") },
        password: None,
        mac_address: Setting::Is(format!("02:00:00:{:02X}:{:02X}:{:02X}", nth(65_536), nth(256), nth(1))),
        ip_address: Setting::Is(format!("10.{}.{}.{}", nth(65_536), nth(256), nth(1))),
    }
}

criterion_group!(benches, pages);
criterion_main!(benches);
