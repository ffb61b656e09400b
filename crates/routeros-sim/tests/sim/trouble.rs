//! Faults on request.

use std::time::{Duration, Instant};

use routeros_sim::{Ending, Garbage, Hand, Ids, Portion, Script, Service, Sim, Trouble, What, When};
use tokio::net::TcpStream;

use crate::client::{Client, Heard};

const ADD: [&str; 2] = ["/ppp/secret/add", "=name=ana"];
const NAMES: [&str; 2] = ["/ppp/secret/print", "=.proplist=name"];

/// A router with three secrets, and somebody signed in on it.
async fn three() -> (Sim, Client) {
    let sim = Sim::builder().secrets(3).start().await.unwrap();
    let client = Client::signed_in(&sim, "admin", "").await;
    (sim, client)
}

fn on(command: &str, what: What) -> Script {
    Script::once(When::command(command), what)
}

fn set(values: &[(&str, &str)]) -> std::collections::BTreeMap<String, String> {
    values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

async fn until_refused(sim: &Sim) {
    while TcpStream::connect(sim.address()).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

async fn until_open(sim: &Sim) {
    while TcpStream::connect(sim.address()).await.is_err() {
        tokio::task::yield_now().await;
    }
}

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
async fn a_refusal_may_have_a_category_and_wait_for_the_nth() {
    let (sim, mut client) = three().await;
    let trap = What::Trap { category: Some(2), message: "interrupted".into() };
    sim.script(Script::once(When::command("/ppp/secret/add").nth(2), trap));
    assert_eq!(client.ask(&ADD).await, ["!done =ret=*4"]);
    assert_eq!(client.ask(&["/ppp/secret/add", "=name=eva"]).await[0], "!trap =category=2 =message=interrupted");
    assert_eq!(sim.rows("/ppp/secret").len(), 4);
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
async fn what_came_before_a_cut_is_answered_and_what_comes_behind_is_not_carried_out() {
    let sim = Sim::builder().start().await.unwrap();
    for (what, written) in [(What::CutBefore, 1), (What::CutAfter, 2)] {
        let mut client = Client::signed_in(&sim, "admin", "").await;
        sim.script(Script::once(When::on_line(3), what));
        let words = |name: &str| vec!["/ppp/secret/add".to_owned(), format!("=name={name}{written}")];
        client.send_all(&[words("a"), words("b"), words("c")]).await;
        assert!(client.read().await.is_some(), "the first was answered");
        assert_eq!(client.read().await, None);
        assert_eq!(sim.rows("/ppp/secret").len(), written);
        sim.rows("/ppp/secret").iter().for_each(|row| sim.remove("/ppp/secret", &row["name"]).unwrap());
    }
}

#[tokio::test]
async fn a_line_falls_after_exactly_so_many_bytes() {
    let sim = Sim::builder().start().await.unwrap();
    // `!done` with its length and the end of the sentence is 7 bytes: the answer to the login and 4 of the next.
    let mut client = Client::connect(&sim).await;
    sim.script(Script::once(When::on_line(1), What::CutAt { bytes: 11 }));
    client
        .send_all(&[vec!["/login".into(), "=name=admin".into(), "=password=".into()], ADD.map(String::from).into()])
        .await;
    assert_eq!(client.bytes_to_the_end().await, b"\x05!done\0\x05!do");
    assert_eq!(sim.rows("/ppp/secret").len(), 1);
}

#[tokio::test]
async fn silence_in_the_middle_of_an_answer_ends_and_the_answer_goes_on() {
    let (sim, mut client) = three().await;
    sim.script(on("/ppp/secret/print", What::Stall { bytes: 9, millis: 120 }));
    let begun = Instant::now();
    assert_eq!(client.ask(&NAMES).await.len(), 4);
    assert!(begun.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn an_answer_is_garbled_at_the_byte_asked_for() {
    let (sim, mut client) = three().await;
    for (with, bytes, expected) in [
        (Garbage::ReservedPrefix, 6, Heard::ReservedPrefix),
        (Garbage::HugePrefix, 6, Heard::WordTooLong),
        (Garbage::Noise { bytes: 3, seed: 1 }, 1, Heard::Sentence),
    ] {
        sim.script(on("/ppp/secret/add", What::Garble { bytes, with }));
        assert_eq!(client.hear_after(&ADD).await, expected, "{with:?}");
        client = Client::signed_in(&sim, "admin", "").await;
        sim.remove("/ppp/secret", "ana").unwrap();
    }
}

#[tokio::test]
async fn noise_takes_the_place_of_bytes_and_the_rest_stays_as_it_was() {
    let sim = Sim::builder().start().await.unwrap();
    let mut client = Client::signed_in(&sim, "admin", "").await;
    let noise = Garbage::Noise { bytes: 4, seed: 7 };
    sim.script(on("/ppp/secret/add", What::Garble { bytes: 2, with: noise }));
    sim.script(Script::once(When::command("/ppp/secret/print"), What::CutBefore));
    client.send_all(&[ADD.map(String::from).into(), vec!["/ppp/secret/print".into()]]).await;
    let heard = client.bytes_to_the_end().await;
    let straight = b"\x05!done\x07=ret=*1\0";
    assert_eq!(heard.len(), straight.len());
    assert_eq!((&heard[..2], &heard[6..]), (&straight[..2], &straight[6..]));
    assert_ne!(heard[2..6], straight[2..6]);
}

#[tokio::test]
async fn an_answer_may_come_in_portions() {
    let (sim, mut client) = three().await;
    for (by, portions) in [(Portion::Word, 7), (Portion::Byte, 3 * 21 + 7)] {
        sim.script(on("/ppp/secret/print", What::Trickle { by, millis: 5 }));
        let begun = Instant::now();
        let answer = client.ask(&NAMES).await;
        assert_eq!(answer, ["!re =name=sub00001", "!re =name=sub00002", "!re =name=sub00003", "!done"]);
        assert!(begun.elapsed() >= Duration::from_millis(5 * (portions - 1)), "{by:?}");
    }
}

#[tokio::test]
async fn an_answer_may_be_any_words_or_no_words_at_all() {
    let (sim, mut client) = three().await;
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let sentences = vec![words(&["!trap", "=message=one"]), words(&["!news"]), words(&["!done", "=ret=x", ".tag"])];
    sim.script(on("/ppp/secret/add", What::Instead { sentences }));
    let answer = client.ask(&["/ppp/secret/add", "=name=ana", ".tag=5"]).await;
    assert_eq!(answer, ["!trap =message=one", "!news", "!done =ret=x .tag=5"]);
    sim.script(on("/ppp/secret/add", What::Raw { bytes: b"HTTP/1.1 400 Bad Request\r\n".into() }));
    sim.script(on("/quit", What::CutBefore));
    client.send_all(&[ADD.map(String::from).into(), words(&["/quit"])]).await;
    assert_eq!(client.bytes_to_the_end().await, b"HTTP/1.1 400 Bad Request\r\n");
    assert_eq!(sim.rows("/ppp/secret").len(), 3);
}

#[tokio::test]
async fn an_answer_may_come_under_the_tag_of_another_command() {
    let (sim, mut client) = three().await;
    let identity = |tag| ["/system/identity/print", tag];
    sim.script(on("/ppp/secret/add", What::ForeignTag { tag: None }));
    assert_eq!(client.ask(&identity(".tag=7")).await[1], "!done .tag=7");
    assert_eq!(client.ask(&["/ppp/secret/add", "=name=ana", ".tag=8"]).await, ["!done .tag=7 =ret=*4"]);
    sim.script(on("/ppp/secret/remove", What::ForeignTag { tag: Some("99".into()) }));
    assert_eq!(client.ask(&["/ppp/secret/remove", "=.id=ana", ".tag=9"]).await, ["!done .tag=99"]);
}

#[tokio::test]
async fn an_answer_may_come_twice() {
    let (sim, mut client) = three().await;
    sim.script(on("/ppp/secret/add", What::Twice));
    assert_eq!(client.ask(&["/ppp/secret/add", "=name=ana", ".tag=8"]).await, ["!done .tag=8 =ret=*4"]);
    assert_eq!(client.ask(&NAMES).await, ["!done .tag=8 =ret=*4"], "before the next answer");
    assert_eq!(sim.rows("/ppp/secret").len(), 4, "it is carried out once");
}

#[tokio::test]
async fn a_list_may_lose_rows_and_end_in_three_ways() {
    let (sim, mut client) = three().await;
    let rows = |keep, then| on("/ppp/secret/print", What::Rows { keep, then });
    sim.script(rows(1, Ending::NoSuchItem));
    let vanished = ["!re =name=sub00001", "!trap =category=0 =message=no such item (4)", "!done"];
    assert_eq!(client.ask(&NAMES).await, vanished);
    sim.script(rows(2, Ending::Done));
    assert_eq!(client.ask(&NAMES).await, ["!re =name=sub00001", "!re =name=sub00002", "!done"]);
    sim.script(rows(1, Ending::Never));
    sim.script(on("/system/identity/print", What::Fatal { message: "over".into() }));
    client.send_all(&[NAMES.map(String::from).into(), vec!["/system/identity/print".into()]]).await;
    assert_eq!(client.said().await, "!re =name=sub00001");
    assert_eq!(client.said().await, "!fatal over", "the list had no end");
}

#[tokio::test]
async fn a_fatal_closes_the_line_with_its_reason() {
    let sim = Sim::builder().start().await.unwrap();
    let mut client = Client::signed_in(&sim, "admin", "").await;
    sim.trouble(Trouble::FatalOn { command: "/ppp/secret/add".into(), message: "out of memory".into() });
    assert_eq!(client.ask(&ADD).await, ["!fatal out of memory"]);
    assert_eq!(client.read().await, None);
    assert!(sim.rows("/ppp/secret").is_empty());
}

#[tokio::test]
async fn one_sentence_may_go_unheard_and_the_next_is_answered() {
    let (sim, mut client) = three().await;
    sim.script(on("/ppp/secret/add", What::Swallow));
    client.send_all(&[ADD.map(String::from).into()]).await;
    assert_eq!(client.ask(&["/ppp/secret/print", "=count-only="]).await, ["!done =ret=3"]);
}

#[tokio::test]
async fn a_full_disk_refuses_writes_and_reads_go_on() {
    let (sim, mut client) = three().await;
    sim.trouble(Trouble::DiskFull);
    let full = ["!trap =message=failure: no space left", "!done"];
    assert_eq!(client.ask(&ADD).await, full);
    assert_eq!(client.ask(&["/ppp/secret/disable", "=.id=sub00001"]).await, full);
    assert_eq!(client.ask(&NAMES).await.len(), 4);
    sim.trouble(Trouble::Clear);
    assert_eq!(client.ask(&ADD).await, ["!done =ret=*4"]);
}

#[tokio::test]
async fn nobody_can_connect_until_the_trouble_is_cleared() {
    let sim = Sim::builder().start().await.unwrap();
    let mut open = Client::signed_in(&sim, "admin", "").await;
    sim.trouble(Trouble::RefuseConnections);
    until_refused(&sim).await;
    assert_eq!(open.ask(&ADD).await, ["!done =ret=*1"]);
    sim.trouble(Trouble::Clear);
    until_open(&sim).await;
    Client::signed_in(&sim, "admin", "").await;
}

#[tokio::test]
async fn connecting_may_become_impossible_at_a_sentence() {
    let (sim, mut client) = three().await;
    sim.script(on("/ppp/secret/add", What::Refuse));
    drop(TcpStream::connect(sim.address()).await.unwrap());
    assert_eq!(client.ask(&ADD).await, ["!done =ret=*4"]);
    until_refused(&sim).await;
}

#[tokio::test]
async fn a_reboot_at_a_sentence_does_not_carry_it_out_and_takes_its_time() {
    let (sim, mut client) = three().await;
    sim.dial_in(Service::Pppoe, "sub00001").unwrap();
    let begun = Instant::now();
    sim.script(on("/ppp/secret/add", What::Reboot { down_millis: 150, ids: Ids::Keep }));
    assert!(client.ask(&ADD).await.is_empty());
    assert!(sim.rows("/ppp/active").is_empty());
    assert!(sim.dial_in(Service::Pppoe, "sub00001").is_err());
    until_open(&sim).await;
    assert!(begun.elapsed() >= Duration::from_millis(150));
    let mut client = Client::signed_in(&sim, "admin", "").await;
    assert_eq!(client.ask(&["/ppp/secret/print", "=count-only="]).await, ["!done =ret=3"]);
    let uptime = &client.rows(&["/system/resource/print"]).await[0]["uptime"];
    assert!(uptime.ends_with('s') && uptime.len() < 4, "{uptime} is not a moment");
    assert_eq!(sim.dial_in(Service::Pppoe, "sub00001").unwrap(), "*8000001F", "ids of sessions begin anew");
}

#[tokio::test]
async fn ids_may_be_those_of_other_rows_after_a_reboot_and_references_follow() {
    let (sim, _client) = three().await;
    let before = sim.rows("/ppp/secret");
    sim.reboot_for(Duration::ZERO, Ids::Shift);
    let after = sim.rows("/ppp/secret");
    let names = |rows: &[std::collections::BTreeMap<String, String>]| -> Vec<String> {
        rows.iter().map(|row| row["name"].clone()).collect()
    };
    assert_eq!(names(&before), names(&after));
    assert_eq!(after[0][".id"], before[1][".id"]);
    assert_eq!(after[0]["profile"], before[0]["profile"]);
    assert_eq!(sim.rows("/ppp/profile").iter().filter(|row| row["default"] == "true").count(), 2);
}

#[tokio::test]
async fn a_restore_brings_rows_back_under_their_ids_and_takes_new_ones_away() {
    let (sim, mut client) = three().await;
    sim.snapshot();
    let before = sim.rows("/ppp/secret");
    sim.remove("/ppp/secret", "sub00002").unwrap();
    sim.edit("/ppp/secret", "sub00003", &[("comment", "moved")]).unwrap();
    sim.add("/ip/pool", &[("name", "new"), ("ranges", "10.99.0.2-10.99.0.9")]).unwrap();
    sim.script(on("/ppp/secret/add", What::Restore { menu: Some("/ppp/secret".into()) }));
    assert_eq!(client.ask(&ADD).await, ["!done =ret=*4"], "added to what was restored");
    sim.remove("/ppp/secret", "ana").unwrap();
    assert_eq!(sim.rows("/ppp/secret"), before);
    assert_eq!(sim.rows("/ip/pool").len(), 2, "another menu stays");
    sim.restore(None).unwrap();
    assert_eq!(sim.rows("/ip/pool").len(), 1);
}

#[tokio::test]
async fn a_restore_brings_the_order_of_queues_back() {
    let (sim, mut client) = three().await;
    for name in ["a", "b", "c"] {
        sim.add("/queue/simple", &[("name", name)]).unwrap();
    }
    client.ask(&["/queue/simple/move", "=numbers=c", "=destination=a"]).await;
    sim.snapshot();
    sim.remove("/queue/simple", "c").unwrap();
    client.ask(&["/queue/simple/move", "=numbers=a"]).await;
    sim.restore(None).unwrap();
    assert_eq!(client.ask(&["/queue/simple/find"]).await, ["!done =ret=*3;*1;*2"]);
}

#[tokio::test]
async fn there_is_nothing_to_go_back_to_without_a_snapshot() {
    let (sim, _client) = three().await;
    assert!(sim.restore(None).is_err());
    sim.snapshot();
    assert!(sim.restore(Some("/ppp/secrets")).is_err());
}

#[tokio::test]
async fn somebody_may_be_quicker_by_a_sentence() {
    let (sim, mut client) = three().await;
    let meanwhile = |command, hand| sim.script(on(command, What::Meanwhile(hand)));
    meanwhile("/ppp/secret/add", Hand::Add { menu: "/ppp/secret".into(), set: set(&[("name", "ana")]) });
    assert_eq!(client.ask(&ADD).await[0], "!trap =message=failure: secret with the same name already exists");
    meanwhile("/ppp/secret/set", Hand::Remove { menu: "/ppp/secret".into(), id: "sub00001".into() });
    let change = ["/ppp/secret/set", "=.id=sub00001", "=comment=x"];
    assert!(client.ask(&change).await[0].ends_with("=message=no such item"));
    meanwhile("/ppp/active/print", Hand::DialIn { service: Service::Pppoe, user: "sub00002".into() });
    assert_eq!(client.ask(&["/ppp/active/print", "=count-only="]).await, ["!done =ret=1"]);
}
