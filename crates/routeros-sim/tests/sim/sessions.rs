//! Customers online.

use std::time::{Duration, Instant};

use routeros_sim::{Ids, Service, Sim};

use crate::client::Client;

const SOON: Duration = Duration::from_millis(80);

async fn sim_with_ana() -> Sim {
    let sim = Sim::builder().redial_after(SOON).start().await.unwrap();
    sim.add("/ppp/profile", &[("name", "slow"), ("rate-limit", "5120k/10240k")]).unwrap();
    sim.add("/ppp/profile", &[("name", "fast"), ("rate-limit", "10M/20M")]).unwrap();
    sim.add("/ppp/secret", &[("name", "ana"), ("profile", "slow"), ("comment", "Flat 3")]).unwrap();
    sim.dial_in(Service::Pppoe, "ana").unwrap();
    sim
}

/// Waits until somebody is online whose queue is not the one of before.
async fn until(what: impl Fn() -> bool) {
    let begun = Instant::now();
    while !what() {
        assert!(begun.elapsed() < Duration::from_secs(5), "it never happened");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// That somebody stays away is seen only by waiting longer than a redial takes: no event tells that nothing happens.
async fn time_to_redial_passes() {
    tokio::time::sleep(SOON * 3).await;
}

fn speed(sim: &Sim) -> Option<String> {
    sim.rows("/queue/simple").first().map(|queue| queue["max-limit"].clone())
}

#[tokio::test]
async fn a_session_shows_in_every_menu_it_touches() {
    let sim = sim_with_ana().await;
    let mut client = Client::signed_in(&sim, "admin", "").await;
    let active = &client.rows(&["/ppp/active/print"]).await[0];
    assert_eq!((active["name"].as_str(), active["service"].as_str()), ("ana", "pppoe"));
    assert_eq!((active[".id"].as_str(), active["comment"].as_str()), ("*8000001F", "Flat 3"));
    let interface = &client.rows(&["/interface/print", "?type=pppoe-in"]).await[0];
    assert_eq!((interface["name"].as_str(), interface["dynamic"].as_str()), ("<pppoe-ana>", "true"));
    assert_eq!(client.rows(&["/interface/pppoe-server/print", "?user=ana"]).await[0]["name"], "<pppoe-ana>");
    let queue = &client.rows(&["/queue/simple/print"]).await[0];
    assert_eq!((queue["name"].as_str(), queue["max-limit"].as_str()), ("<pppoe-ana>", "5120000/10240000"));
}

#[tokio::test]
async fn a_session_keeps_its_speed_until_it_is_cut() {
    let sim = sim_with_ana().await;
    sim.edit("/ppp/secret", "ana", &[("profile", "fast")]).unwrap();
    sim.edit("/ppp/profile", "slow", &[("rate-limit", "1M/1M")]).unwrap();
    assert_eq!(speed(&sim).as_deref(), Some("5120000/10240000"));
    sim.remove("/ppp/active", "ana").unwrap();
    assert_eq!(speed(&sim), None);
    until(|| speed(&sim).as_deref() == Some("10000000/20000000")).await;
}

#[tokio::test]
async fn disabling_or_deleting_does_not_end_a_session_but_keeps_it_from_coming_back() {
    let sim = sim_with_ana().await;
    sim.edit("/ppp/secret", "ana", &[("disabled", "yes")]).unwrap();
    assert_eq!(sim.rows("/ppp/active").len(), 1);
    sim.remove("/ppp/active", "ana").unwrap();
    time_to_redial_passes().await;
    assert!(sim.rows("/ppp/active").is_empty());
    assert!(sim.dial_in(Service::Pppoe, "ana").is_err());
    assert!(sim.rows("/interface").iter().all(|row| row["type"] != "pppoe-in"));
}

#[tokio::test]
async fn who_hangs_up_stays_away() {
    let sim = sim_with_ana().await;
    assert_eq!(sim.hang_up(Service::Pppoe, "ana"), 1);
    time_to_redial_passes().await;
    assert!(sim.rows("/ppp/active").is_empty());
    assert_eq!(sim.rows("/ppp/secret")[0]["last-disconnect-reason"], "peer-request");
}

#[tokio::test]
async fn a_session_ends_when_its_time_is_over_and_home_dials_again() {
    let limit = Duration::from_millis(300);
    let sim = Sim::builder().redial_after(SOON).start().await.unwrap();
    sim.add("/ppp/profile", &[("name", "short"), ("session-timeout", "300ms")]).unwrap();
    sim.add("/ppp/secret", &[("name", "ana"), ("profile", "short")]).unwrap();
    sim.add("/ppp/secret", &[("name", "eva")]).unwrap();
    let mut client = Client::signed_in(&sim, "admin", "").await;
    client.send_words(&["/ppp/active/listen", "=.proplist=name"]).await;
    assert_eq!(client.ask(&["/log/info", "=message=begun"]).await, ["!done"], "it listens by now");
    let eva = sim.dial_in(Service::Pppoe, "eva").unwrap();
    assert_eq!(client.said().await, "!re =name=eva");
    let begun = Instant::now();
    let first = sim.dial_in(Service::Pppoe, "ana").unwrap();
    assert_eq!(client.said().await, "!re =name=ana");
    assert_eq!(client.said().await, format!("!re =.id={first} =.dead=true"));
    assert!(begun.elapsed() >= limit);
    assert_eq!(sim.rows("/ppp/secret")[0]["last-disconnect-reason"], "session-timeout");
    assert!(sim.rows("/log").iter().any(|line| line["message"].starts_with("ana logged out, 0 ")));
    assert_eq!(client.said().await, "!re =name=ana");
    assert!(begun.elapsed() >= limit + SOON);
    // The profile is read when somebody dials, so the next session is cut off too, and the one after it is not.
    sim.edit("/ppp/profile", "short", &[("session-timeout", "0s")]).unwrap();
    assert!(client.said().await.ends_with("=.dead=true"));
    assert_eq!(client.said().await, "!re =name=ana");
    // No event tells that nobody is cut off.
    tokio::time::sleep(limit * 2).await;
    let active = sim.rows("/ppp/active");
    assert_eq!((active.len(), active[0][".id"].as_str()), (2, eva.as_str()), "who has no limit stays");
}

#[tokio::test]
async fn a_hotspot_session_ends_too_and_who_left_before_does_not_end_twice() {
    let sim = Sim::builder().redial_after(SOON).start().await.unwrap();
    let profile = [("name", "guest"), ("session-timeout", "200ms"), ("add-mac-cookie", "no")];
    sim.add("/ip/hotspot/user/profile", &profile).unwrap();
    sim.add("/ip/hotspot/user", &[("name", "eva"), ("profile", "guest")]).unwrap();
    sim.dial_in(Service::Hotspot, "eva").unwrap();
    assert_eq!(sim.hang_up(Service::Hotspot, "eva"), 1);
    let again = Instant::now();
    sim.dial_in(Service::Hotspot, "eva").unwrap();
    until(|| sim.rows("/ip/hotspot/active").is_empty()).await;
    assert!(again.elapsed() >= Duration::from_millis(200));
    time_to_redial_passes().await;
    assert!(sim.rows("/ip/hotspot/active").is_empty(), "without a cookie it stays away");
}

#[tokio::test]
async fn a_second_session_of_one_customer_gets_a_suffix_unless_only_one_is_allowed() {
    let sim = sim_with_ana().await;
    sim.dial_in(Service::Pppoe, "ana").unwrap();
    assert_eq!(sim.rows("/interface/pppoe-server")[1]["name"], "<pppoe-ana-1>");
    sim.edit("/ppp/profile", "slow", &[("only-one", "yes")]).unwrap();
    assert!(sim.dial_in(Service::Pppoe, "ana").is_err());
}

#[tokio::test]
async fn a_hotspot_device_comes_back_by_its_cookie_only() {
    let sim = Sim::builder().redial_after(SOON).start().await.unwrap();
    sim.add("/ip/hotspot/user/profile", &[("name", "guest"), ("rate-limit", "1M/2M")]).unwrap();
    sim.add("/ip/hotspot/user", &[("name", "eva"), ("profile", "guest")]).unwrap();
    sim.dial_in(Service::Hotspot, "eva").unwrap();
    assert_eq!(sim.rows("/queue/simple")[0]["name"], "<hotspot-eva>");
    sim.remove("/ip/hotspot/active", "eva").unwrap();
    assert!(sim.rows("/ip/hotspot/active").is_empty());
    until(|| !sim.rows("/ip/hotspot/active").is_empty()).await;
    sim.remove("/ip/hotspot/cookie", "eva").unwrap();
    sim.remove("/ip/hotspot/active", "eva").unwrap();
    time_to_redial_passes().await;
    assert!(sim.rows("/ip/hotspot/active").is_empty());
}

#[tokio::test]
async fn a_provider_full_of_customers_is_online_since_before() {
    let sim = Sim::builder().secrets(40).sessions(25).seed(7).start().await.unwrap();
    let mut client = Client::signed_in(&sim, "admin", "").await;
    assert_eq!(client.ask(&["/ppp/secret/print", "=count-only="]).await, ["!done =ret=40"]);
    assert_eq!(client.ask(&["/ppp/active/print", "=count-only="]).await, ["!done =ret=25"]);
    let carried = |rows: Vec<std::collections::BTreeMap<String, String>>| {
        let bytes = |row: &std::collections::BTreeMap<String, String>, name: &str| row[name].parse::<u64>().unwrap();
        rows.iter().fold((0, 0), |(up, down), row| (up + bytes(row, "rx-byte"), down + bytes(row, "tx-byte")))
    };
    let print = ["/interface/print", "?type=pppoe-in", "=.proplist=name,rx-byte,tx-byte"];
    let (begun, before) = (Instant::now(), carried(client.rows(&print).await));
    let mut after = before;
    while !(after.1 > before.1 && after.0 > before.0) {
        assert!(begun.elapsed() < Duration::from_secs(5), "no traffic flows");
        after = carried(client.rows(&print).await);
    }
    assert!(before.1 > 4 * before.0, "customers download more than they upload");
    let addresses: std::collections::BTreeSet<_> =
        sim.rows("/ppp/active").iter().map(|row| row["address"].clone()).collect();
    assert_eq!(addresses.len(), 25);
}

#[tokio::test]
async fn a_reboot_cuts_lines_and_sessions_and_homes_dial_again() {
    let sim = sim_with_ana().await;
    let mut client = Client::signed_in(&sim, "admin", "").await;
    sim.reboot();
    assert!(sim.rows("/ppp/active").is_empty());
    assert_eq!(client.read().await, None);
    until(|| sim.rows("/ppp/active").len() == 1).await;
}

#[tokio::test]
async fn homes_dial_again_when_the_power_is_back_and_not_before() {
    let (sim, down) = (sim_with_ana().await, SOON * 3);
    let begun = Instant::now();
    sim.reboot_for(down, Ids::Keep);
    until(|| sim.rows("/ppp/active").len() == 1).await;
    assert!(begun.elapsed() >= down + SOON);
}

#[tokio::test]
async fn a_whole_town_dials_again() {
    let sim = Sim::builder().secrets(500).sessions(500).redial_after(SOON).start().await.unwrap();
    sim.reboot();
    assert!(sim.rows("/ppp/active").is_empty());
    until(|| sim.rows("/ppp/active").len() == 500).await;
}

#[tokio::test]
async fn lines_break_by_chance_and_come_back_and_those_who_listen_hear_it() {
    let sim = Sim::builder().secrets(40).sessions(20).churn(200).redial_after(SOON).start().await.unwrap();
    let mut client = Client::signed_in(&sim, "admin", "").await;
    client.send_words(&["/ppp/active/listen", "=.proplist=name"]).await;
    let (mut gone, mut back) = (false, false);
    while !(gone && back) {
        let news = client.said().await;
        gone |= news.ends_with("=.dead=true");
        back |= news.contains("=name=sub000");
    }
    sim.set_churn(0);
    until(|| sim.rows("/ppp/active").len() == 20).await;
}
