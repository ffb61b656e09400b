//! The commands that the README tells people to type on their router are commands that a router takes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::net::SocketAddr;

use bytes::BytesMut;
use routeros_proto::{Decoder, Sentence};
use routeros_sim::Sim;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const README: &str = include_str!("../../README.md");

/// The lines of the README's blocks of RouterOS commands.
fn commands() -> Vec<&'static str> {
    let blocks = README.split("```routeros\n").skip(1).filter_map(|block| block.split("```").next());
    blocks.flat_map(str::lines).map(str::trim).filter(|line| line.starts_with('/')).collect()
}

/// `/ip service set api port=8728` is `/ip/service/set =.id=api =port=8728`.
fn sentence(line: &str) -> Sentence {
    const VERBS: [&str; 5] = ["add", "set", "enable", "disable", "print"];
    let words = words(line);
    let verb = words.iter().position(|word| VERBS.contains(&word.as_str())).expect("a verb");
    let path = words[..=verb].join("/");
    words[verb + 1..].iter().fold(Sentence::new(path), |sentence, word| match word.split_once('=') {
        Some((name, value)) => sentence.attribute(name, value),
        None => sentence.attribute(".id", word),
    })
}

/// Splits at blanks, but not inside quotes, which are taken away.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words
}

async fn say(socket: &mut TcpStream, sentence: &Sentence) -> Vec<Sentence> {
    let mut out = BytesMut::new();
    sentence.encode(&mut out).unwrap();
    socket.write_all(&out).await.unwrap();
    let (mut decoder, mut replies, mut input) = (Decoder::default(), Vec::new(), [0; 4096]);
    loop {
        while let Some(sentence) = decoder.next_sentence().unwrap() {
            let is_last = matches!(sentence.first(), b"!done" | b"!fatal");
            replies.push(sentence);
            if is_last {
                return replies;
            }
        }
        let read = socket.read(&mut input).await.unwrap();
        assert!(read > 0, "the router closed the line");
        decoder.feed(&input[..read]);
    }
}

async fn sign_in(address: SocketAddr, name: &str, password: &str) -> TcpStream {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let login = Sentence::new("/login").attribute("name", name).attribute("password", password);
    assert_eq!(say(&mut socket, &login).await, [Sentence::new("!done")]);
    socket
}

#[tokio::test]
async fn a_router_takes_every_command_of_the_readme() {
    let commands = commands();
    assert!(commands.len() >= 4, "the README has lost its commands: {commands:?}");
    let sim = Sim::builder().user("admin", "root", "full").start().await.unwrap();
    let mut socket = sign_in(sim.address(), "admin", "root").await;
    for line in commands {
        let replies = say(&mut socket, &sentence(line)).await;
        assert!(replies.iter().all(|reply| reply.first() != b"!trap"), "{line}: {replies:?}");
    }
    // The user they make can sign in and write.
    let password = README.split("password=").nth(1).unwrap().split_whitespace().next().unwrap().trim_matches('"');
    let mut api = sign_in(sim.address(), "netpilot-api", password).await;
    let add = Sentence::new("/ppp/secret/add").attribute("name", "ana").attribute("password", "x");
    let made = say(&mut api, &add).await;
    assert!(made.len() == 1 && made[0].first() == b"!done", "{made:?}");
}
