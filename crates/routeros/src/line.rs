//! The task that owns the socket: writes commands as they come, hands replies to whoever waits for them.

use std::{
    collections::BTreeMap,
    io,
    ops::ControlFlow::{self, Break, Continue},
    time::Duration,
};

use bytes::BytesMut;
use routeros_proto::{Charset, DecodeError, Decoder, Fields, Reply, Sentence, Tag, Tags, Trap, UnknownReply};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf},
    sync::mpsc,
    time::{Instant, sleep_until},
};

use crate::{Options, error::LineEnd, window::Window};

/// Refusals of one command that are kept. Routers were seen to give two.
const MOST_TRAPS: usize = 100;

/// Anything that carries bytes both ways.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Socket for T {}

/// A command to send, and who waits for its answer.
pub(crate) struct Job {
    pub(crate) sentence: Sentence,
    pub(crate) number: u64,
    pub(crate) waiter: Box<dyn Waiter>,
}

/// What else the line is told. It is heard even where no command may be sent.
pub(crate) enum Order {
    /// To send a command that goes on by itself. It takes no place in the window: it owes nothing.
    Follow(Job),
    /// To end the command of that number on the router; nobody waits for it any more.
    Cancel(u64),
    /// How busy the router is, in percent.
    Loaded(u64),
    /// To break off: what is in flight is unknown.
    Abandon(LineEnd),
    /// To close. Nobody is left who could wait.
    HangUp,
}

/// Somebody who waits for the rows and the end of a command.
pub(crate) trait Waiter: Send {
    /// One row.
    fn row(&mut self, fields: Fields<'_>) -> Flow;

    /// Whether the caller has given up.
    fn is_gone(&self) -> bool;

    /// The end. It comes once, and last.
    fn end(self: Box<Self>, ended: Ended);
}

/// Whether rows are still wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// They are.
    On,
    /// Nobody takes them any more.
    Leave,
    /// There are more than can be held.
    TooMany(usize),
}

/// How a command ended.
#[derive(Clone, Debug)]
pub(crate) enum Ended {
    /// With `!done`. Traps before it mean that the router refused.
    Done { ret: Option<String>, traps: Vec<Trap> },
    /// The line broke after it was sent.
    Unknown(LineEnd),
    /// The line broke before.
    NotSent(LineEnd),
}

/// A command in flight.
struct InFlight {
    number: u64,
    kind: Kind,
    traps: Vec<Trap>,
    /// Nobody, once it was cancelled: its last words are still to come.
    waiter: Option<Box<dyn Waiter>>,
}

#[derive(Clone, Copy)]
enum Kind {
    /// Its end is owed. `has_rows` where it printed some.
    Owed { sent: Instant, has_rows: bool },
    /// It goes on until it is cancelled; a quiet one owes nothing.
    Following,
}

struct Line<S> {
    input: ReadHalf<S>,
    output: WriteHalf<S>,
    talk: Talk,
    silence: Duration,
    /// When the other side last took or gave a byte, or began to owe one.
    moved: Instant,
    /// Whether TLS may still hold back what was written.
    is_held_back: bool,
}

/// What is said on a line, without the socket.
struct Talk {
    decoder: Decoder,
    charset: Charset,
    tags: Tags,
    window: Window,
    in_flight: BTreeMap<Tag, InFlight>,
    numbers: BTreeMap<u64, Tag>,
    owed: usize,
    out: BytesMut,
    has_heard: bool,
}

/// Serves jobs until it is told to hang up, or the line breaks. Whatever happens, every job gets its end.
pub(crate) async fn serve(
    socket: impl Socket,
    mut jobs: mpsc::Receiver<Job>,
    mut orders: mpsc::UnboundedReceiver<Order>,
    options: Options,
) {
    let (input, output) = tokio::io::split(socket);
    let talk = Talk::new(&options);
    let mut line =
        Line { input, output, talk, silence: options.timings.silence, moved: Instant::now(), is_held_back: false };
    let end = line.run(&mut jobs, &mut orders).await.err().unwrap_or(LineEnd::Closed);
    for left in std::mem::take(&mut line.talk.in_flight).into_values() {
        left.end(Ended::Unknown(end.clone()));
    }
    jobs.close();
    orders.close();
    while let Some(job) = jobs.recv().await {
        job.waiter.end(Ended::NotSent(end.clone()));
    }
    while let Some(order) = orders.recv().await {
        if let Order::Follow(job) = order {
            job.waiter.end(Ended::NotSent(end.clone()));
        }
    }
}

impl<S: Socket> Line<S> {
    /// Reads and writes at the same time: a router that waits for us to read takes nothing more from us.
    async fn run(
        &mut self,
        jobs: &mut mpsc::Receiver<Job>,
        orders: &mut mpsc::UnboundedReceiver<Order>,
    ) -> Result<(), LineEnd> {
        loop {
            let talk = &mut self.talk;
            let (may_send, owes, has_words) = (talk.may_send(), talk.owed > 0, !talk.out.is_empty());
            tokio::select! {
                order = orders.recv() => if let Break(end) = talk.obey(order.unwrap_or(Order::HangUp)) {
                    return end;
                },
                Some(job) = jobs.recv(), if may_send => {
                    if !owes {
                        self.moved = Instant::now();
                    }
                    // What was ordered before the job was given goes out before it.
                    while let Ok(order) = orders.try_recv() {
                        if let Break(end) = talk.obey(order) {
                            job.waiter.end(Ended::NotSent(end.clone().err().unwrap_or(LineEnd::Closed)));
                            return end;
                        }
                    }
                    talk.send_job(job);
                    while talk.may_send() && let Ok(job) = jobs.try_recv() {
                        talk.send_job(job);
                    }
                }
                pushed = push(&mut self.output, &mut talk.out), if has_words || self.is_held_back => {
                    pushed?;
                    self.moved = Instant::now();
                    self.is_held_back = has_words;
                }
                read = self.input.read_buf(talk.decoder.room()) => {
                    if read? == 0 {
                        return Err(LineEnd::Closed);
                    }
                    self.moved = Instant::now();
                    talk.listen()?;
                }
                () = sleep_until(self.moved + self.silence), if owes || has_words => {
                    return Err(LineEnd::Silence(self.silence));
                }
            }
        }
    }
}

/// Writes what there is, or, where all is written, sees that it went out. Either may be given up and begun again.
async fn push(output: &mut (impl AsyncWrite + Unpin), out: &mut BytesMut) -> io::Result<()> {
    if out.is_empty() {
        return output.flush().await;
    }
    match output.write_buf(out).await? {
        0 => Err(io::ErrorKind::WriteZero.into()),
        _ => Ok(()),
    }
}

impl Talk {
    fn new(options: &Options) -> Self {
        Self {
            decoder: Decoder::new(options.limits),
            charset: options.charset,
            tags: Tags::default(),
            window: Window::new(options.window),
            in_flight: BTreeMap::new(),
            numbers: BTreeMap::new(),
            owed: 0,
            out: BytesMut::new(),
            has_heard: false,
        }
    }

    fn may_send(&self) -> bool {
        self.owed < self.window.width()
    }

    fn obey(&mut self, order: Order) -> ControlFlow<Result<(), LineEnd>> {
        match order {
            Order::Follow(job) => self.send(job, Kind::Following),
            Order::Cancel(number) => self.cancel(number),
            Order::Loaded(percent) => self.window.loaded(percent),
            Order::Abandon(end) => return Break(Err(end)),
            Order::HangUp => return Break(Ok(())),
        }
        Continue(())
    }

    fn send_job(&mut self, job: Job) {
        self.send(job, Kind::Owed { sent: Instant::now(), has_rows: false });
    }

    /// Puts a sentence into the next write. Its words were checked before it came here.
    fn send(&mut self, job: Job, kind: Kind) {
        let Job { sentence, number, waiter } = job;
        if waiter.is_gone() {
            return;
        }
        let tag = self.tags.next_tag();
        if sentence.tag(tag).encode(&mut self.out).is_err() {
            return waiter.end(Ended::NotSent(LineEnd::Protocol("it cannot be written".to_owned())));
        }
        if matches!(kind, Kind::Owed { .. }) {
            self.owed += 1;
        }
        self.numbers.insert(number, tag);
        self.in_flight.insert(tag, InFlight { number, kind, traps: Vec::new(), waiter: Some(waiter) });
    }

    /// The router is told to stop; what it still says under this tag is for nobody. One that has ended by itself needs
    /// no cancelling.
    fn cancel(&mut self, number: u64) {
        let Some(tag) = self.numbers.get(&number) else { return };
        let Some(left) = self.in_flight.get_mut(tag).filter(|left| left.waiter.is_some()) else { return };
        left.waiter = None;
        let cancel = Sentence::new("/cancel").attribute("tag", tag.to_string());
        let own = self.tags.next_tag();
        // Two short words always fit.
        if cancel.tag(own).encode(&mut self.out).is_ok() {
            let nobody = InFlight { number: u64::MAX, kind: Kind::Following, traps: Vec::new(), waiter: None };
            self.in_flight.insert(own, nobody);
        }
    }

    /// Takes in everything that is whole.
    fn listen(&mut self) -> Result<(), LineEnd> {
        if !self.has_heard {
            self.has_heard = true;
            if let Some(language) = foreign(self.decoder.pending()) {
                return Err(LineEnd::Foreign(language));
            }
        }
        let mut left = Vec::new();
        while let Some(words) = self.decoder.next_words()? {
            let reply = Reply::read(words, self.charset)?;
            if let Reply::Fatal(reason) = reply {
                return Err(LineEnd::Fatal(reason));
            }
            let tag = match words.tag() {
                Some(Ok(tag)) => tag,
                Some(Err(raw)) => return Err(LineEnd::ForeignTag(self.charset.read(raw).into())),
                None => return Err(LineEnd::Untagged),
            };
            let Some(hearer) = self.in_flight.get_mut(&tag) else {
                return Err(LineEnd::ForeignTag(tag.to_string()));
            };
            match reply {
                Reply::Row(fields) => match hearer.row(fields) {
                    Flow::On => {}
                    Flow::Leave => left.push(hearer.number),
                    Flow::TooMany(most) => return Err(LineEnd::TooManyRows(most)),
                },
                Reply::Trap(_) if hearer.traps.len() == MOST_TRAPS => return Err(LineEnd::TooManyTraps(MOST_TRAPS)),
                Reply::Trap(trap) => hearer.traps.push(trap),
                Reply::Done(fields) => {
                    let ret = fields.get("ret").map(|ret| self.charset.read(ret).into());
                    if let Some(ended) = self.in_flight.remove(&tag) {
                        self.numbers.remove(&ended.number);
                        if let Kind::Owed { sent, has_rows } = ended.kind {
                            self.owed -= 1;
                            // How long a list takes says how long it is.
                            if !has_rows {
                                self.window.answered(sent.elapsed());
                            }
                        }
                        let traps = ended.traps.clone();
                        ended.end(Ended::Done { ret, traps });
                    }
                }
                // `!empty` only says what the missing rows say; `!fatal` was taken out before.
                Reply::Empty | Reply::Fatal(_) => {}
            }
        }
        for number in left {
            self.cancel(number);
        }
        Ok(())
    }
}

impl InFlight {
    fn row(&mut self, fields: Fields<'_>) -> Flow {
        if let Kind::Owed { has_rows, .. } = &mut self.kind {
            *has_rows = true;
        }
        self.waiter.as_mut().map_or(Flow::On, |waiter| waiter.row(fields))
    }

    fn end(self, ended: Ended) {
        if let Some(waiter) = self.waiter {
            waiter.end(ended);
        }
    }
}

/// What speaks at the other end, where its first bytes show that it is no router's API.
fn foreign(first: &[u8]) -> Option<&'static str> {
    const LANGUAGES: [(&[u8], &str); 4] =
        [(b"HTTP/", "HTTP"), (b"SSH-", "SSH"), (&[0x15, 0x03], "TLS"), (&[0x16, 0x03], "TLS")];
    LANGUAGES.iter().find(|(begin, _)| first.starts_with(begin)).map(|(_, language)| *language)
}

impl From<DecodeError> for LineEnd {
    fn from(error: DecodeError) -> Self {
        Self::Protocol(error.to_string())
    }
}

impl From<UnknownReply> for LineEnd {
    fn from(error: UnknownReply) -> Self {
        Self::Protocol(error.to_string())
    }
}

impl From<io::Error> for LineEnd {
    fn from(error: io::Error) -> Self {
        Self::Network(error.to_string())
    }
}

#[cfg(test)]
mod tests;
