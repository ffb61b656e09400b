//! Faults on request.

use routeros_sim::{Sim, Trouble};
use tokio::net::TcpStream;

use crate::client::Client;

const ADD: [&str; 2] = ["/ppp/secret/add", "=name=ana"];

#[tokio::test]
async fn a_refusal_comes_as_often_as_asked_for_and_does_nothing() {
    let sim = Sim::builder().start().await.unwrap();
    let mut client = Client::signed_in(&sim, "admin", "").await;
    sim.trouble(Trouble::TrapOn { command: "/ppp/secret/add".into(), message: "busy (13)".into(), times: 1 });
    assert_eq!(client.ask(&ADD).await, ["!trap =message=busy (13)", "!done"]);
    assert_eq!(client.ask(&ADD).await, ["!done =ret=*1"]);
    assert_eq!(sim.counts()["/ppp/secret/add"], 2);
}

#[tokio::test]
async fn a_write_may_be_done_though_nobody_says_so() {
    let sim = Sim::builder().start().await.unwrap();
    let mut client = Client::signed_in(&sim, "admin", "").await;
    sim.trouble(Trouble::DropBeforeReplyTo { command: "/ppp/secret/add".into() });
    assert!(client.ask(&ADD).await.is_empty());
    assert_eq!(sim.rows("/ppp/secret").len(), 1);
}

#[tokio::test]
async fn a_line_may_fall_before_a_write_is_done() {
    let sim = Sim::builder().start().await.unwrap();
    let mut client = Client::signed_in(&sim, "admin", "").await;
    sim.trouble(Trouble::DropAfter { sentences: 2 });
    assert_eq!(client.ask(&["/ppp/secret/print"]).await, ["!empty", "!done"]);
    assert!(client.ask(&ADD).await.is_empty());
    assert!(sim.rows("/ppp/secret").is_empty());
}

#[tokio::test]
async fn a_fatal_closes_the_line_with_its_reason() {
    let sim = Sim::builder().start().await.unwrap();
    let mut client = Client::signed_in(&sim, "admin", "").await;
    sim.trouble(Trouble::FatalOn { command: "/ppp/secret/add".into(), message: "out of memory".into() });
    assert_eq!(client.ask(&ADD).await, ["!fatal out of memory"]);
    assert_eq!(client.read().await, None);
}

#[tokio::test]
async fn nobody_can_connect_until_the_trouble_is_cleared() {
    let sim = Sim::builder().start().await.unwrap();
    let mut open = Client::signed_in(&sim, "admin", "").await;
    sim.trouble(Trouble::RefuseConnections);
    while TcpStream::connect(sim.address()).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert_eq!(open.ask(&ADD).await, ["!done =ret=*1"]);
    sim.trouble(Trouble::Clear);
    while TcpStream::connect(sim.address()).await.is_err() {
        tokio::task::yield_now().await;
    }
    Client::signed_in(&sim, "admin", "").await;
}
