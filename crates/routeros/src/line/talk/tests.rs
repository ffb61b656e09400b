//! Answers mixed and cut in every way, and commands taken back, given up and cancelled.

use std::sync::Mutex;

use proptest::prelude::*;

use super::*;

/// Writes down what it hears.
#[derive(Clone, Default)]
struct Scribe(Arc<Mutex<Vec<String>>>);

impl Scribe {
    fn heard(&self) -> Vec<String> {
        self.0.lock().expect("nothing panics while it is held").clone()
    }

    fn note(&self, what: String) {
        self.0.lock().expect("nothing panics while it is held").push(what);
    }
}

impl Waiter for Scribe {
    fn row(&mut self, fields: Fields<'_>) -> Flow {
        self.note(fields.get("n").map_or_else(String::new, |n| String::from_utf8_lossy(n).into_owned()));
        Flow::On
    }

    fn end(self: Box<Self>, ended: Ended) {
        self.note(format!("{ended:?}"));
    }
}

fn talk(window: usize) -> Talk {
    Talk::new(&Options { window, ..Options::default() }, Arc::default(), Arc::default())
}

/// Gives a command; what it is called and who waits for it.
fn run(talk: &mut Talk) -> (Tag, Scribe) {
    let (tag, scribe) = (talk.tags.next_tag(), Scribe::default());
    let mut wire = BytesMut::new();
    Sentence::new("/x/print").tag(tag).encode(&mut wire).expect("no word is empty");
    let _ = talk.obey(Order::Run(Task { tag, wire: wire.freeze(), waiter: Box::new(scribe.clone()) }));
    (tag, scribe)
}

/// What went out, a sentence each.
fn said(talk: &Talk) -> Vec<String> {
    let mut decoder = Decoder::default();
    decoder.feed(&talk.out);
    let next = || decoder.next_sentence().expect("we wrote it");
    let words = |sentence: Sentence| {
        sentence.words().iter().map(|word| String::from_utf8_lossy(word)).collect::<Vec<_>>().join(" ")
    };
    std::iter::from_fn(next).map(words).collect()
}

/// Commands with so many rows each, answered in an order drawn by `order`, in pieces drawn by `cuts`.
fn answered(rows: &[usize], order: &[usize], cuts: &[usize]) -> Vec<Vec<String>> {
    let mut talk = talk(16);
    let scribes: Vec<_> = rows.iter().map(|_| run(&mut talk).1).collect();
    let mut answers: Vec<Vec<Sentence>> =
        (1..).zip(rows).map(|(tag, rows): (usize, _)| answer_to(&tag.to_string(), *rows)).collect();
    let mut wire = BytesMut::new();
    for next in order.iter().cycle() {
        let left: Vec<usize> = (0..answers.len()).filter(|at| !answers[*at].is_empty()).collect();
        let Some(at) = left.get(next % left.len().max(1)) else { break };
        answers[*at].remove(0).encode(&mut wire).expect("no word is empty");
    }
    for cut in cuts.iter().cycle() {
        let piece = wire.split_to((*cut).min(wire.len()));
        talk.decoder.feed(&piece);
        talk.take_in().expect("a well-behaved router");
        if wire.is_empty() {
            break;
        }
    }
    assert_eq!((talk.owed, talk.in_flight.len()), (0, 0));
    scribes.iter().map(Scribe::heard).collect()
}

fn answer(tag: Tag, rows: usize) -> Vec<Sentence> {
    answer_to(&tag.to_string(), rows)
}

fn answer_to(tag: &str, rows: usize) -> Vec<Sentence> {
    let row = |n: usize| Sentence::new("!re").attribute("n", n.to_string()).word(format!(".tag={tag}"));
    let done = Sentence::new("!done").word(format!(".tag={tag}")).attribute("ret", tag);
    (0..rows).map(row).chain([done]).collect()
}

fn wire(sentences: &[Sentence]) -> Vec<u8> {
    let mut wire = BytesMut::new();
    for sentence in sentences {
        sentence.encode(&mut wire).expect("no word is empty");
    }
    wire.to_vec()
}

proptest! {
    #[test]
    fn each_command_hears_its_own_answer_however_they_are_mixed_and_cut(
        rows in prop::collection::vec(0_usize..6, 1..12),
        order in prop::collection::vec(any::<usize>(), 1..40),
        cuts in prop::collection::vec(1_usize..50, 1..6),
    ) {
        let heard = answered(&rows, &order, &cuts);
        for ((tag, rows), heard) in (1_usize..).zip(rows).zip(heard) {
            let end = format!("{:?}", Ended::Done { ret: Some(tag.to_string()), traps: Vec::new() });
            let expected: Vec<_> = (0..rows).map(|n: usize| n.to_string()).chain([end]).collect();
            prop_assert_eq!(heard, expected);
        }
    }
}

#[test]
fn a_command_that_is_cancelled_while_it_waits_is_never_sent() {
    let mut talk = talk(1);
    let ((first, _), (second, waits)) = (run(&mut talk), run(&mut talk));
    let _ = talk.obey(Order::Cancel(second));
    talk.decoder.feed(&wire(&answer(first, 0)));
    talk.take_in().expect("a well-behaved router");
    talk.send_waiting();
    assert_eq!(said(&talk), ["/x/print .tag=1"]);
    assert_eq!(waits.heard(), [""; 0], "nobody waits any more");
}

#[test]
fn a_command_that_is_overdue_while_it_waits_leaves_the_others_alone() {
    let mut talk = talk(1);
    let ((first, goes_on), (second, waits)) = (run(&mut talk), run(&mut talk));
    let after = Duration::from_secs(40);
    assert_eq!(talk.obey(Order::Overdue(second, after)), Continue(()));
    assert_eq!(
        (goes_on.heard(), waits.heard()),
        (vec![], vec![format!("{:?}", Ended::NotSent(LineEnd::TooSlow(after)))])
    );
    assert_eq!(talk.obey(Order::Overdue(first, after)), Break(Err(LineEnd::TooSlow(after))), "this one was sent");
}

#[test]
fn what_is_followed_first_goes_out_first() {
    let mut talk = talk(16);
    let tag = talk.tags.next_tag();
    let listen = wire(&[Sentence::new("/x/listen").tag(tag)]);
    let _ = talk.obey(Order::Follow(Task { tag, wire: listen.into(), waiter: Box::new(Scribe::default()) }));
    run(&mut talk);
    assert_eq!(said(&talk), ["/x/listen .tag=1", "/x/print .tag=2"]);
}

#[test]
fn many_who_leave_at_once_cancel_a_few_at_a_time() {
    let mut talk = talk(16);
    let tags: Vec<_> = (0..16).map(|_| run(&mut talk).0).collect();
    for tag in &tags {
        let _ = talk.obey(Order::Cancel(*tag));
    }
    assert_eq!(said(&talk).iter().filter(|words| words.starts_with("/cancel")).count(), 4);
    assert!(talk.cancelled_until().is_some(), "a router that ends none of them is not waited for");
    // The router ends all sixteen, and the four that ended some of them.
    talk.decoder.feed(&wire(&(1..=20).flat_map(|number| answer_to(&number.to_string(), 0)).collect::<Vec<_>>()));
    talk.take_in().expect("a well-behaved router");
    talk.send_waiting();
    assert_eq!((talk.owed, talk.cancels, talk.in_flight.len(), talk.cancelled_until()), (0, 0, 0, None));
}

#[test]
fn other_languages_are_told_by_their_first_bytes_however_few_come_at_once() {
    for (greeting, language) in [(&b"HTTP/1.1 400"[..], "HTTP"), (b"SSH-2.0-ROSSSH", "SSH"), (&[0x15, 3, 1], "TLS")] {
        let mut talk = talk(16);
        let heard = greeting.iter().map(|byte| {
            talk.decoder.feed(&[*byte]);
            talk.take_in()
        });
        assert_eq!(heard.into_iter().find_map(Result::err), Some(LineEnd::Foreign(language)));
    }
}
