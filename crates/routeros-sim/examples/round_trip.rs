//! How long the simulator's round trip really is: `cargo run --example round_trip -- 127.0.0.1:8728`.
//!
//! Asks a running `routeros-sim --secrets 1 --rtt 1ms` over a bare socket: 2,000 sets one at a time, then 2,000 with
//! 16 and with 64 in flight.

use std::{
    env,
    io::{self, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

const COMMANDS: usize = 2_000;
/// What the router answers to a set, and to a login: nothing but `!done`.
const DONE: &[u8] = b"\x05!done\0";

fn main() -> io::Result<()> {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8728".to_owned());
    let mut line = TcpStream::connect(address)?;
    line.set_nodelay(true)?;
    line.write_all(&sentence(&["/login", "=name=admin", "=password="]))?;
    line.read_exact(&mut [0; DONE.len()])?;
    let single = one_at_a_time(&mut line)?;
    let mean = single.iter().sum::<Duration>() / u32::try_from(COMMANDS).unwrap_or(u32::MAX);
    let at = |hundredths: usize| single[(COMMANDS - 1) * hundredths / 100];
    let mut out = io::stdout();
    writeln!(out, "one at a time: mean {mean:?}, median {:?}, p99 {:?}, longest {:?}", at(50), at(99), at(100))?;
    for window in [16_u32, 64] {
        let each = in_flight(&mut line, window)? / u32::try_from(COMMANDS).unwrap_or(u32::MAX);
        let ideal = mean / window;
        let ratio = each.as_secs_f64() / ideal.as_secs_f64();
        writeln!(out, "{window} in flight: {each:?} each, {ratio:.2} x round trip / window")?;
    }
    Ok(())
}

/// In the order of their length.
fn one_at_a_time(line: &mut TcpStream) -> io::Result<Vec<Duration>> {
    let mut took = Vec::with_capacity(COMMANDS);
    for number in 0..COMMANDS {
        let set = set(number);
        let begun = Instant::now();
        line.write_all(&set)?;
        line.read_exact(&mut [0; DONE.len()])?;
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    Ok(took)
}

fn in_flight(line: &mut TcpStream, window: u32) -> io::Result<Duration> {
    let begun = Instant::now();
    let (mut sent, mut bytes, mut buf) = (0, 0, [0; 4096]);
    while bytes < COMMANDS * DONE.len() {
        let most = (bytes / DONE.len() + window as usize).min(COMMANDS);
        let ready: Vec<u8> = (sent..most).flat_map(set).collect();
        sent = most;
        line.write_all(&ready)?;
        bytes += line.read(&mut buf)?;
    }
    Ok(begun.elapsed())
}

fn set(number: usize) -> Vec<u8> {
    sentence(&["/ppp/secret/set", "=numbers=sub00001", &format!("=comment={number}")])
}

/// Words shorter than 128 bytes have their length in one.
fn sentence(words: &[&str]) -> Vec<u8> {
    let word = |word: &&str| [&[u8::try_from(word.len()).unwrap_or(0)], word.as_bytes()].concat();
    words.iter().flat_map(word).chain([0]).collect()
}
