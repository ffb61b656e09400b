//! The client over loopback. Lists: a print of 20,000 secrets, 16 attributes and 395 bytes each, held and let go, beside
//! the floor: the same bytes read and walked over without a type. Commands: sets one at a time and many in flight,
//! against a router that answers each after one millisecond and does no work.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

use std::{
    hint::black_box,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use bytes::BytesMut;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use routeros::{Command, Connection, Endpoint, Menu, Options, Print, RowId, Tls, menu::PppSecret};
use routeros_proto::{Decoder, Sentence};
use tokio::runtime::Runtime;

const ROWS: u32 = 20_000;
const ROUND_TRIP: Duration = Duration::from_millis(1);
const SETS: u64 = 2_000;

fn lists(c: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let prints: Vec<_> = (1..=5).map(secrets).collect();
    let answer = move |tag: Vec<u8>| {
        let digits = &tag[b".tag=".len()..];
        let (print, at) = &prints[digits.len() - 1];
        retagged(print.clone(), at, digits)
    };
    let address = serve(answer, Duration::ZERO);
    let mut group = c.benchmark_group("list");
    group.throughput(Throughput::Elements(ROWS.into())).sample_size(40);
    group.bench_function("floor: bytes read and walked over", |b| {
        let mut raw = Raw::open(address);
        b.iter(|| raw.walk());
    });
    let line = runtime.block_on(Connection::dial(&endpoint(address), Options::default())).unwrap();
    let all = Print::<PppSecret>::new();
    group.bench_function("typed, let go", |b| {
        b.iter(|| {
            let count = |count: &mut u32, row: PppSecret| *count += u32::from(black_box(row).id.is_some());
            assert_eq!(runtime.block_on(line.fold(&all, 0, count)).unwrap().rows, ROWS);
        });
    });
    group.bench_function("typed, held", |b| {
        b.iter(|| assert_eq!(runtime.block_on(line.list(&all)).unwrap().rows.len(), ROWS as usize));
    });
    group.finish();
}

fn commands(c: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let done = |tag: Vec<u8>| sentence(&Sentence::new("!done").word(tag));
    let address = serve(done, ROUND_TRIP);
    let id: RowId = "*1".parse().unwrap();
    let set = move || Command::set(Menu::PppSecret, id, [("comment", "NetPilot Customer: Ana (ID: CUS-1)")]);
    let mut group = c.benchmark_group("set at 1 ms round trip");
    group.sample_size(10);
    let line = runtime.block_on(Connection::dial(&endpoint(address), Options::default())).unwrap();
    group.throughput(Throughput::Elements(1));
    group.bench_function("floor: one at a time over a bare socket", |b| {
        let mut raw = Raw::open(address);
        b.iter(|| raw.walk());
    });
    group.bench_function("one at a time", |b| {
        b.iter(|| runtime.block_on(line.run(set())).unwrap());
    });
    group.throughput(Throughput::Elements(SETS));
    for window in [16, 64] {
        let options = Options { window, ..Options::default() };
        let line = runtime.block_on(Connection::dial(&endpoint(address), options)).unwrap();
        group.bench_function(format!("{SETS} through a window of {window}"), |b| {
            b.iter(|| {
                let sets = (0..SETS).map(|_| set()).collect();
                assert!(runtime.block_on(line.run_all(sets)).iter().all(Result::is_ok));
            });
        });
    }
    group.finish();
}

/// A router that answers each command, on any number of lines, so long after it came.
fn serve(answer: impl Fn(Vec<u8>) -> Vec<u8> + Clone + Send + 'static, after: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for socket in listener.incoming() {
            let (socket, answer) = (socket.unwrap(), answer.clone());
            thread::spawn(move || answer_all(socket, &answer, after));
        }
    });
    address
}

fn answer_all(mut socket: TcpStream, answer: &dyn Fn(Vec<u8>) -> Vec<u8>, after: Duration) {
    socket.set_nodelay(true).unwrap();
    let (due, answers) = mpsc::channel::<(Instant, Vec<u8>)>();
    let mut back = socket.try_clone().unwrap();
    thread::spawn(move || {
        for (at, bytes) in answers {
            thread::sleep(at.saturating_duration_since(Instant::now()));
            // The other side may have gone.
            let _gone = back.write_all(&bytes);
        }
    });
    let (mut decoder, mut input, mut is_known) = (Decoder::default(), vec![0; 64 * 1024], false);
    while let Ok(read @ 1..) = socket.read(&mut input) {
        decoder.feed(&input[..read]);
        while let Some(words) = decoder.next_sentence().unwrap() {
            let tag = [b".tag=", words.raw_tag().unwrap_or(b"0")].concat();
            let bytes = if is_known { answer(tag) } else { sentence(&Sentence::new("!done").word(tag)) };
            is_known = true;
            due.send((Instant::now() + after, bytes)).unwrap();
        }
    }
}

/// The floor: a blocking socket, and every word looked at.
struct Raw {
    socket: TcpStream,
    decoder: Decoder,
    input: Vec<u8>,
}

impl Raw {
    fn open(address: SocketAddr) -> Self {
        let socket = TcpStream::connect(address).unwrap();
        let mut raw = Self { socket, decoder: Decoder::default(), input: vec![0; 64 * 1024] };
        raw.ask("/login");
        while !raw.has_ended() {}
        raw
    }

    fn ask(&mut self, command: &str) {
        self.socket.write_all(&sentence(&Sentence::new(command))).unwrap();
    }

    fn walk(&mut self) {
        self.ask("/ppp/secret/print");
        while !self.has_ended() {}
    }

    fn has_ended(&mut self) -> bool {
        let read = self.socket.read(&mut self.input).unwrap();
        self.decoder.feed(&self.input[..read]);
        let mut has_ended = false;
        while let Some(words) = self.decoder.next_words().unwrap() {
            has_ended = words.first() == b"!done";
            words.iter().for_each(|word| _ = black_box(word));
        }
        has_ended
    }
}

/// The print under a tag of so many digits, and where they stand, to be written in later.
fn secrets(digits: usize) -> (Vec<u8>, Vec<usize>) {
    let tag = format!(".tag={}", "0".repeat(digits));
    let (mut wire, mut at) = (BytesMut::new(), Vec::new());
    for row in 1..=ROWS {
        at.push(wire.len() + "_!re_.tag=".len());
        let mac = format!("48:A9:8A:{:02X}:{:02X}:{:02X}", row >> 16, row >> 8 & 255, row & 255);
        Sentence::new("!re")
            .word(tag.as_str())
            .attribute(".id", format!("*{row:X}"))
            .attribute("name", format!("subscriber{row:06}"))
            .attribute("service", "pppoe")
            .attribute("caller-id", &mac)
            .attribute("password", format!("pw-{row:06}"))
            .attribute("profile", "Standard_20Mbps")
            .attribute("remote-address", format!("10.10.{}.{}", row / 250, row % 250))
            .attribute("routes", "")
            .attribute("ipv6-routes", "")
            .attribute("limit-bytes-in", "0")
            .attribute("limit-bytes-out", "0")
            .attribute("last-logged-out", "2026-11-25 04:10:00")
            .attribute("last-caller-id", mac)
            .attribute("last-disconnect-reason", "peer-request")
            .attribute("disabled", "false")
            .attribute("comment", format!("NetPilot Customer: Ana {row:05} (ID: C-{row})"))
            .encode(&mut wire)
            .unwrap();
    }
    at.push(wire.len() + "_!done_.tag=".len());
    Sentence::new("!done").word(tag.as_str()).encode(&mut wire).unwrap();
    (wire.to_vec(), at)
}

/// The same print as the answer to another command.
fn retagged(mut print: Vec<u8>, at: &[usize], digits: &[u8]) -> Vec<u8> {
    for begin in at {
        print[*begin..begin + digits.len()].copy_from_slice(digits);
    }
    print
}

fn sentence(sentence: &Sentence) -> Vec<u8> {
    let mut wire = BytesMut::new();
    sentence.encode(&mut wire).unwrap();
    wire.to_vec()
}

fn endpoint(address: SocketAddr) -> Endpoint {
    let (username, password) = ("netpilot-api".to_owned(), "s3cret".to_owned());
    Endpoint { host: address.ip().to_string(), port: address.port(), tls: Tls::Off, username, password }
}

criterion_group!(benches, lists, commands);
criterion_main!(benches);
