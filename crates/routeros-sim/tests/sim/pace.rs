//! How long answers take. Only too early can be told from a test: a busy machine may always be late.

use std::time::{Duration, Instant};

use routeros_sim::{Pace, Sim};

use crate::client::Client;

const IDENTITY: [&str; 1] = ["/system/identity/print"];

fn asked(count: usize) -> Vec<Vec<String>> {
    (0..count).map(|tag| vec!["/system/identity/print".to_owned(), format!(".tag={tag}")]).collect()
}

/// Reads so many ends.
async fn ends(client: &mut Client, count: usize) {
    let mut seen = 0;
    while seen < count {
        seen += usize::from(client.said().await.starts_with("!done"));
    }
}

#[tokio::test]
async fn no_answer_is_there_before_its_way_is_over() {
    let sim = Sim::builder().round_trip(Duration::from_millis(30)).start().await.unwrap();
    let mut client = Client::signed_in(&sim, "admin", "").await;
    for _ in 0..3 {
        let begun = Instant::now();
        client.ask(&IDENTITY).await;
        assert!(begun.elapsed() >= Duration::from_millis(30));
    }
    sim.set_round_trip(Duration::ZERO);
    client.ask(&IDENTITY).await;
}

#[tokio::test]
async fn commands_do_not_wait_for_each_others_way() {
    let sim = Sim::builder().round_trip(Duration::from_millis(400)).start().await.unwrap();
    let mut client = Client::signed_in(&sim, "admin", "").await;
    let begun = Instant::now();
    client.send_all(&asked(40)).await;
    ends(&mut client, 40).await;
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(400) && took < Duration::from_secs(8), "{took:?}, and 16 s one by one");
}

#[tokio::test]
async fn a_routers_pace_holds_over_all_its_lines() {
    let sim = Sim::builder().start().await.unwrap();
    let mut lines = [Client::signed_in(&sim, "admin", "").await, Client::signed_in(&sim, "admin", "").await];
    sim.set_pace(Pace::Router);
    let begun = Instant::now();
    for line in &mut lines {
        line.send_all(&asked(80)).await;
    }
    for line in &mut lines {
        ends(line, 80).await;
    }
    assert!(begun.elapsed() >= Duration::from_millis(150 + 10 * 20), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_slow_command_holds_up_the_next_ones_on_its_line() {
    let sim = Sim::builder().start().await.unwrap();
    let mut client = Client::signed_in(&sim, "admin", "").await;
    sim.trouble(routeros_sim::Trouble::SlowBy { millis: 20 });
    let begun = Instant::now();
    client.send_all(&asked(3)).await;
    ends(&mut client, 3).await;
    assert!(begun.elapsed() >= Duration::from_millis(60));
}
