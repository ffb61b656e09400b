//! A print of 10,000 secrets, 16 attributes and 395 bytes each: how long to walk over its words, and how much longer to
//! make typed rows of them. The walk is the floor: every byte of a length has to be looked at.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

use std::hint::black_box;

use bytes::BytesMut;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use routeros_proto::{
    Attributes, Charset, Decoder, FromFields, Reader, Reply, Sentence, row,
    value::{Password, RowId, Text},
};

const ROWS: u32 = 10_000;

row! {
    /// `/ppp/secret`.
    struct Account, properties AccountProperty {
        pub id: RowId = Id(b".id"),
        pub name: Text = Name(b"name"),
        pub service: Text = Service(b"service"),
        pub caller_id: Text = CallerId(b"caller-id"),
        pub password: Password = Password(b"password"),
        pub profile: Text = Profile(b"profile"),
        pub remote_address: Text = RemoteAddress(b"remote-address"),
        pub routes: Text = Routes(b"routes"),
        pub ipv6_routes: Text = Ipv6Routes(b"ipv6-routes"),
        pub limit_bytes_in: u64 = LimitBytesIn(b"limit-bytes-in"),
        pub limit_bytes_out: u64 = LimitBytesOut(b"limit-bytes-out"),
        pub last_logged_out: Text = LastLoggedOut(b"last-logged-out"),
        pub last_caller_id: Text = LastCallerId(b"last-caller-id"),
        pub last_disconnect_reason: Text = LastDisconnectReason(b"last-disconnect-reason"),
        pub disabled: bool = Disabled(b"disabled"),
        pub comment: Text = Comment(b"comment"),
    }
}

fn wire() -> BytesMut {
    let mut wire = BytesMut::new();
    for row in 1..=ROWS {
        let (octet, rest) = (row % 250, row / 250);
        Sentence::new("!re")
            .word(".tag=7")
            .attribute(".id", format!("*{row:X}"))
            .attribute("name", format!("subscriber{row:06}"))
            .attribute("service", "pppoe")
            .attribute("caller-id", format!("48:A9:8A:{:02X}:{:02X}:{:02X}", row >> 16, row >> 8 & 255, row & 255))
            .attribute("password", format!("pw-{row:06}"))
            .attribute("profile", "Standard_20Mbps_pppoe")
            .attribute("remote-address", format!("10.10.{rest}.{octet}"))
            .attribute("routes", "")
            .attribute("ipv6-routes", "")
            .attribute("limit-bytes-in", "0")
            .attribute("limit-bytes-out", "0")
            .attribute("last-logged-out", "2026-11-25 04:10:00")
            .attribute("last-caller-id", format!("48:A9:8A:{:02X}:{:02X}:{:02X}", row >> 16, row >> 8 & 255, row & 255))
            .attribute("last-disconnect-reason", "peer-request")
            .attribute("disabled", "false")
            .attribute("comment", format!("NetPilot Customer: Ana Example {row} (ID: CUS-{row})"))
            .encode(&mut wire)
            .unwrap();
    }
    wire
}

/// Feeds the print in pieces as a socket gives them.
fn each(wire: &[u8], mut take: impl FnMut(routeros_proto::Words<'_>)) {
    let mut decoder = Decoder::default();
    for chunk in wire.chunks(64 * 1024) {
        decoder.feed(chunk);
        while let Some(words) = decoder.next_words().unwrap() {
            take(words);
        }
    }
}

fn rows<T: FromFields>(wire: &[u8], mut take: impl FnMut(T)) {
    let mut reader = Reader::default();
    each(wire, |words| {
        black_box(words.tag());
        if let Reply::Row(fields) = Reply::read(words, Charset::default()).unwrap() {
            take(T::from_fields(fields, &mut reader));
        }
    });
}

fn decode(c: &mut Criterion) {
    let wire = wire();
    let mut group = c.benchmark_group(format!("{} bytes a row", wire.len() / ROWS as usize));
    group.throughput(Throughput::Elements(u64::from(ROWS)));
    group.bench_function("walk over words", |b| {
        b.iter(|| each(&wire, |words| words.iter().for_each(|word| _ = black_box(word))));
    });
    group.bench_function("typed rows, let go", |b| b.iter(|| rows::<Account>(&wire, |row| drop(black_box(row)))));
    let collect = || {
        let mut all = Vec::new();
        rows::<Account>(&wire, |row| all.push(row));
        all
    };
    group.bench_function("typed rows, held", |b| b.iter_batched(|| (), |()| collect(), BatchSize::PerIteration));
    group.bench_function("names and values as text, let go", |b| {
        b.iter(|| rows::<Attributes>(&wire, |row| drop(black_box(row))));
    });
    group.finish();
}

criterion_group!(benches, decode);
criterion_main!(benches);
