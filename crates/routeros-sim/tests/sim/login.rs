//! Signing in, old and new.

use routeros_proto::login;
use routeros_sim::Sim;

use crate::client::Client;

#[tokio::test]
async fn an_old_router_gives_a_challenge_even_to_a_password() {
    let sim = Sim::builder().version("6.42").user("admin", "pw", "full").start().await.unwrap();
    for begin in [&["/login"][..], &["/login", "=name=admin", "=password=pw"]] {
        let mut client = Client::connect(&sim).await;
        let answer = client.ask(begin).await;
        let challenge = answer[0].strip_prefix("!done =ret=").unwrap();
        assert_eq!(challenge.len(), 32);
        let response = format!("=response={}", login::response(b"pw", challenge).unwrap());
        assert_eq!(client.ask(&["/login", "=name=admin", &response]).await, ["!done"]);
        assert_eq!(client.ask(&["/system/identity/print"]).await[0], "!re =name=MikroTik");
    }
}

#[tokio::test]
async fn an_old_router_refuses_in_its_own_words() {
    let sim = Sim::builder().version("6.42").start().await.unwrap();
    let mut client = Client::connect(&sim).await;
    client.ask(&["/login"]).await;
    let wrong = ["!trap =message=cannot log in", "!done"];
    assert_eq!(client.ask(&["/login", "=name=admin", "=response=00ff"]).await, wrong);
}

#[tokio::test]
async fn everybody_signed_in_is_a_row_until_they_leave() {
    let sim = Sim::builder().start().await.unwrap();
    let mut first = Client::signed_in(&sim, "admin", "").await;
    let second = Client::signed_in(&sim, "admin", "").await;
    let print = ["/user/active/print", "=.proplist=name,via,group"];
    let row = "!re =name=admin =via=api =group=full";
    assert_eq!(first.ask(&print).await, [row, row, "!done"]);
    assert_eq!(sim.connections(), 2);
    drop(second);
    while sim.connections() > 1 {
        tokio::task::yield_now().await;
    }
    assert_eq!(first.ask(&print).await, [row, "!done"]);
    let log = first.rows(&["/log/print", "?topics=system,info,account"]).await;
    let messages: Vec<&str> = log.iter().map(|line| line["message"].as_str()).collect();
    let (came, went) = ("user admin logged in from 127.0.0.1 via api", "user admin logged out from 127.0.0.1 via api");
    assert_eq!(messages, [came, came, went]);
    assert_eq!(sim.counts()["/login"], 2);
}

#[tokio::test]
async fn removing_the_row_cuts_the_line() {
    let sim = Sim::builder().start().await.unwrap();
    let mut client = Client::signed_in(&sim, "admin", "").await;
    sim.remove("/user/active", "admin").unwrap();
    assert_eq!(client.read().await, None);
}

#[tokio::test]
async fn a_failed_login_is_in_the_log() {
    let sim = Sim::builder().start().await.unwrap();
    let mut stranger = Client::connect(&sim).await;
    stranger.ask(&["/login", "=name=eve", "=password=guess"]).await;
    let log = Client::signed_in(&sim, "admin", "").await.rows(&["/log/print", "?topics=system,error,critical"]).await;
    let messages: Vec<&str> = log.iter().map(|line| line["message"].as_str()).collect();
    assert_eq!(messages, ["login failure for user eve from 127.0.0.1 via api"]);
}

#[tokio::test]
async fn the_log_keeps_a_thousand_lines() {
    let sim = Sim::builder().start().await.unwrap();
    let mut client = Client::signed_in(&sim, "admin", "").await;
    let lines: Vec<Vec<String>> =
        (1..=1_005).map(|number| vec!["/log/info".to_owned(), format!("=message=line {number}")]).collect();
    client.ask_all(&lines).await;
    assert_eq!(client.ask(&["/log/print", "=count-only="]).await, ["!done =ret=1000"]);
    assert_eq!(client.ask(&["/log/print", "=count-only=", "?message=line 5"]).await, ["!done =ret=0"]);
    assert_eq!(client.ask(&["/log/print", "=count-only=", "?message=line 6"]).await, ["!done =ret=1"]);
}
