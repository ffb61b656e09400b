//! What real routers were seen to answer, read by the decoder. Each dialogue names where it was published; the facts are
//! theirs, the spelling here is ours. What the menus of the simulator can say is replayed against the simulator as well.

use expect_test::{Expect, expect};
use routeros_proto::{Attributes, Charset, Decoder, Reply, Sentence};

/// What the answers of one dialogue are read as, a line each. They come whole, and then byte by byte.
fn check(answers: &[&[&str]], expected: &Expect) {
    let mut wire = bytes::BytesMut::new();
    for words in answers {
        let sentence = Sentence::from_words(words.iter().map(|word| word.as_bytes().to_vec()).collect());
        sentence.encode(&mut wire).expect("no word is empty");
    }
    let whole = read(&wire, wire.len());
    assert_eq!(whole, read(&wire, 1), "cut in another way, it reads otherwise");
    expected.assert_eq(&whole);
}

fn read(wire: &[u8], cut: usize) -> String {
    let (mut decoder, mut told) = (Decoder::default(), Vec::new());
    for piece in wire.chunks(cut) {
        decoder.feed(piece);
        while let Some(words) = decoder.next_words().expect("a router sent it") {
            let tag = words.tag().map(|tag| format!("[{}] ", tag.expect("ours"))).unwrap_or_default();
            let pairs = |fields| {
                let all = Attributes::read(fields, Charset::default());
                all.iter().fold(String::new(), |told, (name, value)| told + &format!(" {name}={value}"))
            };
            let reply = match Reply::read(words, Charset::default()).expect("a reply") {
                Reply::Row(fields) => format!("row{}", pairs(fields)),
                Reply::Done(fields) => format!("done{}", pairs(fields)),
                Reply::Empty => "empty".to_owned(),
                Reply::Trap(trap) => format!("trap {:?}: {}", trap.category, trap.message),
                Reply::Fatal(reason) => format!("fatal: {reason}"),
            };
            told.push(format!("{tag}{reply}\n"));
        }
    }
    told.concat()
}

/// librouteros, `docs/api_analysis.rst`; the new form also on CHR 7.23.1 by tikoci/centrs.
#[test]
fn signing_in() {
    check(
        &[&["!done", "=ret=93b438ec9b80057c06dd9fe67d56aa9a"]],
        &expect!["done ret=93b438ec9b80057c06dd9fe67d56aa9a\n"],
    );
    check(&[&["!trap", "=message=cannot log in"], &["!done"]], &expect!["trap None: cannot log in\ndone\n"]);
    check(&[&["!done"]], &expect!["done\n"]);
    check(&[&["!fatal", "session terminated on request"]], &expect!["fatal: session terminated on request\n"]);
}

/// GideonLeGrange/mikrotik-java issue 89 (7.17.2 and 7.18), socialwifi/RouterOS-api issue 102 (tagged).
#[test]
fn nothing_found() {
    check(&[&["!empty"], &["!done"]], &expect!["empty\ndone\n"]);
    check(&[&["!empty", ".tag=5"], &["!done", ".tag=5"]], &expect!["[5] empty\n[5] done\n"]);
}

/// librouteros, `docs/api_analysis.rst`: one bare reply a row where none of the wanted properties is set.
#[test]
fn rows_of_which_nothing_is_set() {
    check(&[&["!re"], &["!re"], &["!done"]], &expect!["row\nrow\ndone\n"]);
}

/// librouteros, `docs/api_analysis.rst`; the order at the cancel also on CHR 7.23.1 by tikoci/centrs.
#[test]
fn listening_and_cancelling() {
    check(
        &[
            &["!re", ".tag=10", "=.id=*A", "=address=1.1.1.1/32", "=interface=br-lan", "=invalid=false"],
            &["!re", ".tag=10", "=.id=*A", "=.dead=true"],
            &["!trap", ".tag=10", "=category=2", "=message=interrupted"],
            &["!done", ".tag=20"],
            &["!done", ".tag=10"],
        ],
        &expect![[r"
            [10] row .id=*A address=1.1.1.1/32 interface=br-lan invalid=false
            [10] row .id=*A .dead=true
            [10] trap Some(Interrupted): interrupted
            [20] done
            [10] done
        "]],
    );
}

/// `MikroTik`'s manual, page API; a public PHP client that compares the raw reply; a public Go exporter; librouteros.
#[test]
fn writing_counting_and_refusing() {
    check(
        &[&["!trap", "=category=1", "=message=input does not match any value of interface"], &["!done"]],
        &expect!["trap Some(ArgumentValue): input does not match any value of interface\ndone\n"],
    );
    check(
        &[&["!trap", "=message=failure: secret with the same name already exists"], &["!done"]],
        &expect!["trap None: failure: secret with the same name already exists\ndone\n"],
    );
    check(&[&["!done", "=ret=*3"], &["!done", "=ret=3"]], &expect!["done ret=*3\ndone ret=3\n"]);
}

/// tikoci/routeros-skills and tikoci/centrs.
#[test]
fn watching_an_interface() {
    check(
        &[&["!re", "=name=ether1", "=rx-bits-per-second=512", "=.section=0"], &["!done"]],
        &expect!["row name=ether1 rx-bits-per-second=512 .section=0\ndone\n"],
    );
}
