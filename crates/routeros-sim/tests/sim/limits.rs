//! Whom a router keeps out, and how.

use std::time::Duration;

use routeros_sim::{Full, Sim};
use tokio::net::{TcpListener, TcpStream};

use crate::client::Client;

const SIGN_IN: [&str; 3] = ["/login", "=name=admin", "=password="];

async fn for_two(full: Full) -> (Sim, Vec<Client>) {
    let sim = Sim::builder().when_full(full).start().await.unwrap();
    sim.edit("/ip/service", "api", &[("max-sessions", "2")]).unwrap();
    let lines = vec![Client::signed_in(&sim, "admin", "").await, Client::signed_in(&sim, "admin", "").await];
    (sim, lines)
}

#[tokio::test]
async fn a_line_too_many_is_closed_and_a_place_that_is_left_is_taken() {
    let (sim, mut lines) = for_two(Full::Close).await;
    assert_eq!(Client::connect(&sim).await.read().await, None);
    lines.pop();
    while sim.connections() == 2 {
        tokio::task::yield_now().await;
    }
    Client::signed_in(&sim, "admin", "").await;
}

#[tokio::test]
async fn a_line_too_many_may_be_told_so_after_login() {
    let (sim, _lines) = for_two(Full::Fatal).await;
    let mut third = Client::connect(&sim).await;
    assert_eq!(third.ask(&SIGN_IN).await, ["!fatal maximum number of sessions reached"]);
    assert_eq!(third.read().await, None);
    assert_eq!(sim.rows("/user/active").len(), 2);
}

#[tokio::test]
async fn twenty_lines_are_allowed_and_before_7_16_nobody_counted() {
    for (version, all_served) in [("7.22.3", false), ("7.15", true)] {
        let sim = Sim::builder().version(version).start().await.unwrap();
        let mut lines = Vec::new();
        for _ in 0..20 {
            lines.push(Client::signed_in(&sim, "admin", "").await);
        }
        let answer = Client::connect(&sim).await.try_ask(&SIGN_IN).await;
        assert_eq!(answer == ["!done"], all_served, "{version}: {answer:?}");
    }
}

#[tokio::test]
async fn who_is_not_in_the_list_of_addresses_hears_nothing() {
    let sim = Sim::builder().start().await.unwrap();
    let mut inside = Client::signed_in(&sim, "admin", "").await;
    sim.edit("/ip/service", "api", &[("address", "10.0.0.0/8")]).unwrap();
    let mut outside = Client::connect(&sim).await;
    outside.send_words(&SIGN_IN).await;
    // Nothing tells that nothing comes.
    assert!(tokio::time::timeout(Duration::from_millis(100), outside.read()).await.is_err());
    assert_eq!(sim.counts()["/login"], 1);
    assert_eq!(inside.ask(&["/system/identity/print"]).await[1], "!done", "lines that are open stay");
    sim.edit("/ip/service", "api", &[("address", "10.0.0.0/8,127.0.0.0/8")]).unwrap();
    Client::signed_in(&sim, "admin", "").await;
}

#[tokio::test]
async fn nobody_listens_while_the_service_is_disabled() {
    let sim = Sim::builder().start().await.unwrap();
    sim.edit("/ip/service", "api", &[("disabled", "yes")]).unwrap();
    while TcpStream::connect(sim.address()).await.is_ok() {
        tokio::task::yield_now().await;
    }
    sim.edit("/ip/service", "api", &[("disabled", "no")]).unwrap();
    while TcpStream::connect(sim.address()).await.is_err() {
        tokio::task::yield_now().await;
    }
    Client::signed_in(&sim, "admin", "").await;
}

/// A port that was free a moment ago.
async fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn the_api_moves_to_another_port_and_open_lines_stay() {
    let sim = Sim::builder().start().await.unwrap();
    let (old, port) = (sim.address(), free_port().await);
    let mut client = Client::signed_in(&sim, "admin", "").await;
    let set = ["/ip/service/set", "=.id=api", &format!("=port={port}")];
    assert_eq!(client.ask(&set).await, ["!done"]);
    assert_eq!(sim.address().port(), port);
    Client::signed_in(&sim, "admin", "").await;
    assert!(TcpStream::connect(old).await.is_err(), "nobody is left at the old port");
    assert_eq!(client.rows(&["/ip/service/print", "?name=api"]).await[0]["port"], port.to_string());
    assert_eq!(client.ask(&["/ip/service/set", "=.id=api", "=port=8728"]).await, ["!done"]);
    assert_eq!(sim.address(), old, "the port it ships with is the one it was started on");
    Client::signed_in(&sim, "admin", "").await;
}

#[tokio::test]
async fn a_port_that_is_taken_is_refused() {
    let sim = Sim::builder().start().await.unwrap();
    let (old, taken) = (sim.address(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let mut client = Client::signed_in(&sim, "admin", "").await;
    let set = ["/ip/service/set", "=.id=api", &format!("=port={}", taken.local_addr().unwrap().port())];
    let refused = client.ask(&set).await.remove(0);
    assert!(refused.starts_with("!trap =message=failure: can not listen on this port"), "{refused}");
    assert_eq!(sim.address(), old);
    assert_eq!(client.rows(&["/ip/service/print", "?name=api"]).await[0]["port"], "8728");
    Client::signed_in(&sim, "admin", "").await;
    drop(taken);
    assert_eq!(client.ask(&set).await, ["!done"]);
    Client::signed_in(&sim, "admin", "").await;
}

#[tokio::test]
async fn a_service_that_is_off_moves_in_silence() {
    let sim = Sim::builder().start().await.unwrap();
    let port = free_port().await.to_string();
    sim.edit("/ip/service", "api", &[("disabled", "yes"), ("port", &port)]).unwrap();
    assert!(TcpStream::connect(sim.address()).await.is_err());
    sim.edit("/ip/service", "api", &[("disabled", "no")]).unwrap();
    while TcpStream::connect(sim.address()).await.is_err() {
        tokio::task::yield_now().await;
    }
    Client::signed_in(&sim, "admin", "").await;
}

#[tokio::test]
async fn a_user_may_be_bound_to_addresses() {
    let sim = Sim::builder().start().await.unwrap();
    sim.add("/user", &[("name", "away"), ("group", "full"), ("address", "10.0.0.0/8")]).unwrap();
    sim.add("/user", &[("name", "here"), ("group", "full"), ("address", "127.0.0.1")]).unwrap();
    let mut client = Client::connect(&sim).await;
    let wrong = ["!trap =message=invalid user name or password (6)", "!done"];
    assert_eq!(client.ask(&["/login", "=name=away", "=password="]).await, wrong);
    assert_eq!(client.ask(&["/login", "=name=here", "=password="]).await, ["!done"]);
}

#[tokio::test]
async fn a_stranger_says_neither_much_nor_long() {
    let sim = Sim::builder().start().await.unwrap();
    let long = format!("=password={}", "x".repeat(5_000));
    let mut many = vec!["/login"];
    many.resize(70, "=a=b");
    for said in [&["/login", "=name=admin", &long][..], &many] {
        let mut client = Client::connect(&sim).await;
        client.send_words(said).await;
        assert_eq!(client.read().await, None);
    }
    let mut client = Client::signed_in(&sim, "admin", "").await;
    let comment = format!("=comment={}", "x".repeat(5_000));
    assert_eq!(client.ask(&["/ppp/secret/add", "=name=ana", &comment]).await, ["!done =ret=*1"]);
}
