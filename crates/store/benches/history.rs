//! What history costs the store: 5,000 sessions, of which fifty end and fifty begin every second, and once a minute what
//! everybody carried. Time is simulated and not waited for; what is told is the processor's, of all threads. More than
//! 5 % of a core is a failure. Linux only: it reads `/proc`.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

use std::{
    fs,
    process::ExitCode,
    time::{Duration, Instant},
};

use domain::{
    customer::ServiceType,
    session::{EndReason, session_key},
};
use store::{KeptEnd, KeptSession, Keyring, SessionCount, Store};
use tempfile::TempDir;

const OPEN: usize = 5_000;
const CHURN: usize = 50;
/// Sessions of the past that are kept already.
const PAST: usize = 200_000;
const SECONDS: u32 = 300;
/// Sessions in one transaction, as the service layer writes them.
const AT_ONCE: usize = 1_000;
const MOST_PERCENT: f64 = 5.0;

#[tokio::main]
async fn main() -> ExitCode {
    let dir = TempDir::new().unwrap();
    let url = format!("sqlite://{}/netpilot.db", dir.path().display());
    let store = Store::open(&url, Keyring::read(&"0a".repeat(32)).unwrap()).await.unwrap();
    let past: Vec<_> = (0..PAST).map(|n| ended(begun(n), number(n))).collect();
    for past in past.chunks(AT_ONCE * 10) {
        store.keep_sessions(past, &[]).await.unwrap();
    }
    let mut open: Vec<KeptSession> = (PAST..PAST + OPEN).map(begun).collect();
    for open in open.chunks(AT_ONCE) {
        store.keep_sessions(open, &[]).await.unwrap();
    }
    let (began, before) = (Instant::now(), processor());
    let mut next = PAST + OPEN;
    for second in 1..=SECONDS {
        let at = number(PAST) + i64::from(second);
        let new = (next..next + CHURN).map(begun);
        let changed: Vec<_> = open.drain(..CHURN).map(|gone| ended(gone, at)).chain(new.clone()).collect();
        open.extend(new);
        next += CHURN;
        store.keep_sessions(&changed, &[]).await.unwrap();
        if second % 60 == 0 {
            let counts: Vec<_> = open.iter().map(|open| counted(open, at)).collect();
            for counts in counts.chunks(AT_ONCE) {
                store.keep_sessions(&[], counts).await.unwrap();
            }
        }
        if second % 10 == 0 {
            // As many get old as end.
            store.prune_sessions(i64::from(second) * number(CHURN), CHURN * 10).await.unwrap();
        }
    }
    let spent = processor().saturating_sub(before).as_secs_f64() / f64::from(SECONDS);
    let percent = spent * 100.0;
    println!(
        "{OPEN} sessions, {CHURN} end and {CHURN} begin a second, counted every minute, {PAST} kept: {:.2} ms of processor \
         a second, {percent:.2} % of a core ({SECONDS} s of it took {:.1} s)",
        spent * 1000.0,
        began.elapsed().as_secs_f64(),
    );
    if percent < MOST_PERCENT { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn begun(n: usize) -> KeptSession {
    let session_key = session_key("default", ServiceType::Pppoe, &format!("*{:X}", 0x8000_0000 + n));
    let started_ms = number(n);
    // Those who dial in one after the other are not neighbours by name.
    let customer = n.wrapping_mul(7919) % 20_000;
    KeptSession {
        id: format!("{session_key}@{started_ms}"),
        router_id: "default".into(),
        service: ServiceType::Pppoe,
        session_key,
        username: format!("customer{customer}"),
        customer_id: Some(format!("CUS-{customer}")),
        address: Some(format!("10.{}.{}.{}", n >> 16 & 255, n >> 8 & 255, n & 255)),
        caller_id: Some("D0:D0:4B:00:00:01".into()),
        started_ms,
        seen_ms: started_ms,
        ended: None,
        bytes_down: None,
        bytes_up: None,
    }
}

fn ended(kept: KeptSession, at_ms: i64) -> KeptSession {
    let end = KeptEnd { at_ms, reason: EndReason::HungUp, gap: false };
    KeptSession { ended: Some(end), bytes_down: Some(1 << 30), bytes_up: Some(1 << 25), ..kept }
}

fn counted(kept: &KeptSession, at: i64) -> SessionCount {
    SessionCount { id: kept.id.clone(), seen_ms: at, bytes_down: Some(at << 10), bytes_up: Some(at << 5) }
}

fn number(n: usize) -> i64 {
    i64::try_from(n).unwrap()
}

/// What this process used of processors so far, its threads together.
fn processor() -> Duration {
    let threads = fs::read_dir("/proc/self/task").unwrap();
    let spent = |thread: fs::DirEntry| {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    };
    Duration::from_nanos(threads.filter_map(|thread| spent(thread.ok()?)).sum())
}
