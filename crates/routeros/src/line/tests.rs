//! Answers of many commands, mixed and cut in every way.

use std::sync::{Arc, Mutex};

use proptest::prelude::*;

use super::*;

/// Writes down what it hears.
#[derive(Clone, Default)]
struct Scribe(Arc<Mutex<Vec<String>>>);

impl Scribe {
    fn note(&self, what: String) {
        self.0.lock().expect("nothing panics while it is held").push(what);
    }
}

impl Waiter for Scribe {
    fn row(&mut self, fields: Fields<'_>) -> Flow {
        self.note(fields.get("n").map_or_else(String::new, |n| String::from_utf8_lossy(n).into_owned()));
        Flow::On
    }

    fn is_gone(&self) -> bool {
        false
    }

    fn end(self: Box<Self>, ended: Ended) {
        self.note(format!("{ended:?}"));
    }
}

/// Commands with so many rows each, answered in an order drawn by `order`, in pieces drawn by `cuts`.
fn answered(rows: &[usize], order: &[usize], cuts: &[usize]) -> Vec<Vec<String>> {
    let mut talk = Talk::new(&Options::default());
    let scribes = rows.iter().map(|_| Scribe::default()).collect::<Vec<_>>();
    for (number, scribe) in (0_u64..).zip(&scribes) {
        talk.send_job(Job { sentence: Sentence::new("/x/print"), number, waiter: Box::new(scribe.clone()) });
    }
    let mut answers: Vec<Vec<Sentence>> = (1..).zip(rows).map(|(tag, rows)| answer(tag, *rows)).collect();
    let mut wire = BytesMut::new();
    for next in order.iter().cycle() {
        let left: Vec<usize> = (0..answers.len()).filter(|at| !answers[*at].is_empty()).collect();
        let Some(at) = left.get(next % left.len().max(1)) else { break };
        answers[*at].remove(0).encode(&mut wire).expect("no word is empty");
    }
    for cut in cuts.iter().cycle() {
        let piece = wire.split_to((*cut).min(wire.len()));
        talk.decoder.feed(&piece);
        talk.listen().expect("a well-behaved router");
        if wire.is_empty() {
            break;
        }
    }
    assert_eq!((talk.owed, talk.in_flight.len(), talk.numbers.len()), (0, 0, 0));
    scribes.iter().map(|scribe| scribe.0.lock().expect("nothing panics while it is held").clone()).collect()
}

fn answer(tag: usize, rows: usize) -> Vec<Sentence> {
    let row = |n: usize| Sentence::new("!re").attribute("n", n.to_string()).word(format!(".tag={tag}"));
    let done = Sentence::new("!done").word(format!(".tag={tag}")).attribute("ret", tag.to_string());
    (0..rows).map(row).chain([done]).collect()
}

proptest! {
    #[test]
    fn each_command_hears_its_own_answer_however_they_are_mixed_and_cut(
        rows in prop::collection::vec(0_usize..6, 1..12),
        order in prop::collection::vec(any::<usize>(), 1..40),
        cuts in prop::collection::vec(1_usize..50, 1..6),
    ) {
        let heard = answered(&rows, &order, &cuts);
        for ((tag, rows), heard) in (1..).zip(rows).zip(heard) {
            let end = format!("{:?}", Ended::Done { ret: Some(tag.to_string()), traps: Vec::new() });
            let expected: Vec<_> = (0..rows).map(|n: usize| n.to_string()).chain([end]).collect();
            prop_assert_eq!(heard, expected);
        }
    }
}
