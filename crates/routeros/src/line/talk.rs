//! What is said on a line: which command goes out next, and whom each reply is for. It has no socket.

use std::{
    collections::{BTreeMap, VecDeque},
    ops::ControlFlow::{self, Break, Continue},
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};

use bytes::BytesMut;
use routeros_proto::{Charset, Decoder, Fields, Reply, Sentence, Tag, Tags, Trap, Words};
use tokio::time::Instant;

use super::{Ended, Flow, Order, Task, Waiter};
use crate::{Options, error::LineEnd, window::Window};

/// Refusals of one command that are kept, and their length in bytes. Routers were seen to give two, of one line each.
const MOST_TRAPS: usize = 100;
const LONGEST_TRAPS: usize = 64 * 1024;
/// Cancels in flight. With the window's sixteen they stay below the 25 commands at which routers were seen to hang.
const CANCELS_AT_ONCE: usize = 4;

/// One line's conversation.
pub(crate) struct Talk {
    pub(super) decoder: Decoder,
    /// What is to be written.
    pub(super) out: BytesMut,
    charset: Charset,
    tags: Arc<Tags>,
    window: Window,
    patience: Duration,
    /// Commands that wait for a place in the window, in their order.
    waiting: VecDeque<Task>,
    in_flight: BTreeMap<Tag, InFlight>,
    owed: usize,
    /// Commands that the router is still to be told to end.
    to_cancel: VecDeque<Tag>,
    cancels: usize,
    /// Whether the first bytes were seen to be a router's.
    is_router: bool,
}

/// A command in flight.
struct InFlight {
    kind: Kind,
    traps: Vec<Trap>,
    /// Nobody, once it was cancelled: its last words are still to come.
    waiter: Option<Box<dyn Waiter>>,
    /// Until when the router may take to end it, once it was cancelled.
    until: Option<Instant>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Its end is owed. `has_rows` where it printed some.
    Owed { sent: Instant, has_rows: bool },
    /// It goes on until it is cancelled; a quiet one owes nothing.
    Following,
    /// It ends another.
    Cancel,
}

impl Talk {
    /// A conversation that has not begun. Whoever has `width` sees how many commands may be in flight.
    pub(crate) fn new(options: &Options, tags: Arc<Tags>, width: Arc<AtomicUsize>) -> Self {
        Self {
            decoder: Decoder::new(options.limits),
            out: BytesMut::new(),
            charset: options.charset,
            tags,
            window: Window::new(options.window, width),
            patience: options.timings.answer,
            waiting: VecDeque::new(),
            in_flight: BTreeMap::new(),
            owed: 0,
            to_cancel: VecDeque::new(),
            cancels: 0,
            is_router: false,
        }
    }

    pub(super) fn has_words(&self) -> bool {
        !self.out.is_empty()
    }

    /// Whether the router owes an answer.
    pub(super) const fn is_owed(&self) -> bool {
        self.owed > 0 || self.cancels > 0
    }

    /// How long an answer may take.
    pub(super) const fn patience(&self) -> Duration {
        self.patience
    }

    /// Until when something that was cancelled must have ended.
    pub(super) fn cancelled_until(&self) -> Option<Instant> {
        self.in_flight.values().filter_map(|command| command.until).min()
    }

    /// Does as it is told.
    ///
    /// # Errors
    /// `Break`: the line ends, well or not.
    pub(super) fn obey(&mut self, order: Order) -> ControlFlow<Result<(), LineEnd>> {
        match order {
            Order::Run(task) => self.waiting.push_back(task),
            Order::Follow(task) => self.send(task, Kind::Following),
            Order::Cancel(tag) => self.cancel(tag),
            Order::Overdue(tag, after) => return self.give_up(tag, LineEnd::TooSlow(after)),
            Order::Loaded(percent) => self.window.loaded(percent),
            Order::HangUp => return Break(Ok(())),
        }
        // A command that was given before it goes out before it, where it can.
        self.send_waiting();
        Continue(())
    }

    /// Sends what the window lets.
    pub(super) fn send_waiting(&mut self) {
        while self.owed < self.window.width()
            && let Some(task) = self.waiting.pop_front()
        {
            self.owed += 1;
            self.send(task, Kind::Owed { sent: Instant::now(), has_rows: false });
        }
        while self.cancels < CANCELS_AT_ONCE
            && let Some(tag) = self.to_cancel.pop_front()
        {
            self.send_cancel(tag);
        }
    }

    fn send(&mut self, Task { tag, wire, waiter }: Task, kind: Kind) {
        self.out.extend_from_slice(&wire);
        self.in_flight.insert(tag, InFlight { kind, traps: Vec::new(), waiter: Some(waiter), until: None });
    }

    /// A late answer would belong to nobody, so the line is given up; a command that still waits is only taken back.
    fn give_up(&mut self, tag: Tag, why: LineEnd) -> ControlFlow<Result<(), LineEnd>> {
        if let Some(task) = self.take_back(tag) {
            task.waiter.end(Ended::NotSent(why));
            return Continue(());
        }
        let is_awaited = self.in_flight.get(&tag).is_some_and(|command| command.waiter.is_some());
        if is_awaited { Break(Err(why)) } else { Continue(()) }
    }

    /// The router is told to stop; what it still says under this tag is for nobody. One that has ended by itself needs
    /// no cancelling, and one that still waits is never sent.
    fn cancel(&mut self, tag: Tag) {
        if self.take_back(tag).is_some() {
            return;
        }
        let until = Instant::now() + self.patience;
        if let Some(command) = self.in_flight.get_mut(&tag)
            && command.waiter.take().is_some()
        {
            command.until = Some(until);
            self.to_cancel.push_back(tag);
        }
    }

    fn take_back(&mut self, tag: Tag) -> Option<Task> {
        let at = self.waiting.iter().position(|task| task.tag == tag)?;
        self.waiting.remove(at)
    }

    fn send_cancel(&mut self, tag: Tag) {
        if !self.in_flight.contains_key(&tag) {
            return;
        }
        let own = self.tags.next_tag();
        let sentence = Sentence::new("/cancel").attribute("tag", tag.to_string()).tag(own);
        sentence.encode(&mut self.out).expect("three short words always fit");
        self.cancels += 1;
        let until = Some(Instant::now() + self.patience);
        self.in_flight.insert(own, InFlight { kind: Kind::Cancel, traps: Vec::new(), waiter: None, until });
    }

    /// Takes in everything that is whole.
    ///
    /// # Errors
    /// The other side does not speak as a router does, or closes the line.
    pub(super) fn take_in(&mut self) -> Result<(), LineEnd> {
        if !self.is_router {
            match greeting(self.decoder.pending()) {
                Greeting::Foreign(language) => return Err(LineEnd::Foreign(language)),
                Greeting::Undecided => return Ok(()),
                Greeting::Router => self.is_router = true,
            }
        }
        let mut behind = Vec::new();
        while let Some(words) = self.decoder.next_words()? {
            let reply = Reply::read(words, self.charset)?;
            if let Reply::Fatal(reason) = reply {
                return Err(LineEnd::Fatal(reason));
            }
            let tag = tag_of(words, self.charset)?;
            let Some(command) = self.in_flight.get_mut(&tag) else {
                return Err(LineEnd::ForeignTag(tag.to_string()));
            };
            match reply {
                Reply::Row(fields) => match command.row(fields) {
                    Flow::On => {}
                    Flow::Behind(most) => {
                        command.tell(Ended::Unknown(LineEnd::Behind(most)));
                        command.until = Some(Instant::now() + self.patience);
                        behind.push(tag);
                    }
                    Flow::TooMany(end) => return Err(end),
                },
                Reply::Trap(trap) => command.refuse(trap)?,
                Reply::Done(fields) => {
                    let ret = fields.get("ret").map(|ret| self.charset.read(ret).into());
                    self.finish(tag, ret);
                }
                // `!empty` only says what the missing rows say; `!fatal` was taken out before.
                Reply::Empty | Reply::Fatal(_) => {}
            }
        }
        self.to_cancel.extend(behind);
        Ok(())
    }

    /// A command has ended by itself: its place is free, and whoever waits is told.
    fn finish(&mut self, tag: Tag, ret: Option<String>) {
        let Some(mut command) = self.in_flight.remove(&tag) else { return };
        match command.kind {
            Kind::Owed { sent, has_rows } => {
                self.owed -= 1;
                // How long a list takes says how long it is.
                if !has_rows {
                    self.window.answered(sent.elapsed());
                }
            }
            Kind::Cancel => self.cancels -= 1,
            Kind::Following => {}
        }
        let traps = std::mem::take(&mut command.traps);
        command.tell(Ended::Done { ret, traps });
    }

    /// The line has ended: what was sent is unknown, what was not was not.
    pub(super) fn end(self, end: &LineEnd) {
        for mut command in self.in_flight.into_values() {
            command.tell(Ended::Unknown(end.clone()));
        }
        for task in self.waiting {
            task.waiter.end(Ended::NotSent(end.clone()));
        }
    }
}

impl InFlight {
    fn row(&mut self, fields: Fields<'_>) -> Flow {
        if let Kind::Owed { has_rows, .. } = &mut self.kind {
            *has_rows = true;
        }
        self.waiter.as_mut().map_or(Flow::On, |waiter| waiter.row(fields))
    }

    fn refuse(&mut self, trap: Trap) -> Result<(), LineEnd> {
        let length: usize = self.traps.iter().map(|trap| trap.message.len()).sum();
        if self.traps.len() == MOST_TRAPS || length + trap.message.len() > LONGEST_TRAPS {
            return Err(LineEnd::TooManyTraps(MOST_TRAPS));
        }
        self.traps.push(trap);
        Ok(())
    }

    fn tell(&mut self, ended: Ended) {
        if let Some(waiter) = self.waiter.take() {
            waiter.end(ended);
        }
    }
}

fn tag_of(words: Words<'_>, charset: Charset) -> Result<Tag, LineEnd> {
    match words.tag() {
        Some(Ok(tag)) => Ok(tag),
        Some(Err(raw)) => Err(LineEnd::ForeignTag(charset.read(raw).into())),
        None => Err(LineEnd::Untagged),
    }
}

/// What the first bytes show.
enum Greeting {
    Router,
    Foreign(&'static str),
    /// So far they may be either.
    Undecided,
}

/// No reply of a router begins like one of these: its first word would have 72, 83, 21 or 22 bytes.
fn greeting(first: &[u8]) -> Greeting {
    const LANGUAGES: [(&[u8], &str); 4] =
        [(b"HTTP/", "HTTP"), (b"SSH-", "SSH"), (&[0x15, 0x03], "TLS"), (&[0x16, 0x03], "TLS")];
    for (begin, language) in LANGUAGES {
        if first.starts_with(begin) {
            return Greeting::Foreign(language);
        }
        if begin.starts_with(first) {
            return Greeting::Undecided;
        }
    }
    Greeting::Router
}

#[cfg(test)]
mod tests;
