//! The task that owns the socket: writes commands as they come, hands replies to whoever waits for them.

use std::{collections::HashMap, time::Duration};

use bytes::BytesMut;
use routeros_proto::{Attributes, Decoder, Reply, Sentence, Tag, Tags, Trap};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::{mpsc, oneshot},
    time::{Instant, timeout_at},
};

use crate::error::LineEnd;

/// Anything that carries bytes both ways.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Socket for T {}

/// What the line is asked to do.
pub(crate) enum Job {
    /// To send a command and hand over its end.
    Run { sentence: Sentence, answer: oneshot::Sender<Ended> },
    /// To send a command that ends only when it is told to, and hand over each row.
    Follow { sentence: Sentence, number: u64, rows: mpsc::Sender<Followed> },
    /// To end the following of that number.
    Cancel { number: u64 },
}

/// What a followed command brings.
pub(crate) enum Followed {
    /// A row that is new or changed, or whose `.dead` says that it is gone.
    Row(Attributes),
    /// The router ended it, with traps where it refused.
    Refused(Vec<Trap>),
    /// The line broke.
    Broken(LineEnd),
}

/// How a command ended.
pub(crate) enum Ended {
    /// With `!done`. Traps before it mean that the router refused.
    Done { rows: Vec<Attributes>, done: Attributes, traps: Vec<Trap> },
    /// The line broke after it was sent.
    Unknown(LineEnd),
    /// The line broke before.
    NotSent(LineEnd),
}

/// A command in flight.
enum Waiting {
    /// Its end is owed.
    Whole { rows: Vec<Attributes>, traps: Vec<Trap>, answer: oneshot::Sender<Ended> },
    /// It goes on until it is cancelled; a quiet one owes nothing.
    Following { number: u64, traps: Vec<Trap>, rows: mpsc::Sender<Followed> },
    /// Nobody listens any more; its last words are still to come.
    Left,
}

struct Line<S> {
    socket: S,
    decoder: Decoder,
    tags: Tags,
    in_flight: HashMap<Tag, Waiting>,
    out: BytesMut,
}

/// Serves jobs until nobody can send one any more, or the line breaks. Whatever happens, every job gets its end.
pub(crate) async fn serve(socket: impl Socket, mut jobs: mpsc::Receiver<Job>, silence: Duration) {
    let mut line = Line {
        socket,
        decoder: Decoder::default(),
        tags: Tags::default(),
        in_flight: HashMap::new(),
        out: BytesMut::new(),
    };
    let Err(end) = line.run(&mut jobs, silence).await else {
        return;
    };
    for (_, waiting) in line.in_flight.drain() {
        waiting.break_off(&end);
    }
    jobs.close();
    while let Some(job) = jobs.recv().await {
        job.refuse(&end);
    }
}

impl Job {
    /// The line broke before it was sent. Nobody waits any more where the caller gave up.
    fn refuse(self, end: &LineEnd) {
        match self {
            Self::Run { answer, .. } => drop(answer.send(Ended::NotSent(end.clone()))),
            Self::Follow { rows, .. } => drop(rows.try_send(Followed::Broken(end.clone()))),
            Self::Cancel { .. } => {}
        }
    }
}

impl Waiting {
    /// The line broke after it was sent.
    fn break_off(self, end: &LineEnd) {
        match self {
            Self::Whole { answer, .. } => drop(answer.send(Ended::Unknown(end.clone()))),
            // A full channel ends too: its reader sees that nobody sends any more.
            Self::Following { rows, .. } => drop(rows.try_send(Followed::Broken(end.clone()))),
            Self::Left => {}
        }
    }

    const fn is_owed(&self) -> bool {
        matches!(self, Self::Whole { .. })
    }
}

impl<S: Socket> Line<S> {
    async fn run(&mut self, jobs: &mut mpsc::Receiver<Job>, silence: Duration) -> Result<(), LineEnd> {
        let mut heard = Instant::now();
        let mut input = BytesMut::with_capacity(16 * 1024);
        loop {
            let owed = self.in_flight.values().any(Waiting::is_owed);
            tokio::select! {
                job = jobs.recv() => {
                    let Some(job) = job else { return Ok(()) };
                    if !owed {
                        heard = Instant::now();
                    }
                    self.take(job);
                    while let Ok(job) = jobs.try_recv() {
                        self.take(job);
                    }
                    self.write(silence).await?;
                }
                read = self.socket.read_buf(&mut input) => {
                    if read? == 0 {
                        return Err(LineEnd::Closed);
                    }
                    heard = Instant::now();
                    self.decoder.feed(&input.split());
                    self.deliver()?;
                    self.write(silence).await?;
                }
                () = tokio::time::sleep_until(heard + silence), if owed => {
                    return Err(LineEnd::Silence(silence));
                }
            }
        }
    }

    /// Everything that waits to go out, in one write.
    async fn write(&mut self, silence: Duration) -> Result<(), LineEnd> {
        let out = self.out.split();
        if out.is_empty() {
            return Ok(());
        }
        let written = timeout_at(Instant::now() + silence, self.socket.write_all(&out)).await;
        Ok(written.map_err(|_| LineEnd::Silence(silence))??)
    }

    fn take(&mut self, job: Job) {
        match job {
            Job::Run { sentence, answer } => {
                self.send(sentence, Waiting::Whole { rows: Vec::new(), traps: Vec::new(), answer });
            }
            Job::Follow { sentence, number, rows } => {
                self.send(sentence, Waiting::Following { number, traps: Vec::new(), rows });
            }
            Job::Cancel { number } => self.cancel(number),
        }
    }

    /// Puts a sentence into the next write. Its words were checked before it came here.
    fn send(&mut self, sentence: Sentence, waiting: Waiting) {
        let tag = self.tags.next_tag();
        if sentence.tag(tag).encode(&mut self.out).is_ok() {
            self.in_flight.insert(tag, waiting);
        }
    }

    /// One that has ended by itself needs no cancelling.
    fn cancel(&mut self, wanted: u64) {
        let is_wanted = |waiting: &Waiting| matches!(waiting, Waiting::Following { number, .. } if *number == wanted);
        let found = self.in_flight.iter().find(|(_, waiting)| is_wanted(waiting)).map(|(tag, _)| *tag);
        if let Some(tag) = found {
            self.leave(tag);
        }
    }

    /// The router is told to stop; what it still says under this tag is for nobody.
    fn leave(&mut self, tag: Tag) {
        self.in_flight.insert(tag, Waiting::Left);
        self.send(Sentence::new("/cancel").attribute("tag", tag.to_string()), Waiting::Left);
    }

    fn deliver(&mut self) -> Result<(), LineEnd> {
        while let Some(sentence) = self.decoder.next_sentence()? {
            let (tag, reply) = Reply::read(&sentence)?;
            if let Reply::Fatal(reason) = reply {
                return Err(LineEnd::Fatal(reason));
            }
            let Some(tag) = tag.filter(|tag| self.in_flight.contains_key(tag)) else {
                return Err(LineEnd::Protocol("the router answered a command that we did not send".to_owned()));
            };
            self.hand_over(tag, reply);
        }
        Ok(())
    }

    fn hand_over(&mut self, tag: Tag, reply: Reply) {
        let Some(waiting) = self.in_flight.get_mut(&tag) else { return };
        match (waiting, reply) {
            (Waiting::Whole { rows, .. }, Reply::Row(row)) => rows.push(row),
            (Waiting::Whole { traps, .. } | Waiting::Following { traps, .. }, Reply::Trap(trap)) => traps.push(trap),
            (Waiting::Following { rows, .. }, Reply::Row(row)) => {
                // A reader that far behind cannot be told the truth any more.
                if rows.try_send(Followed::Row(row)).is_err() {
                    self.leave(tag);
                }
            }
            (_, Reply::Done(done)) => self.finish(tag, done),
            // `!empty` only says what the missing rows say; `!fatal` was taken out before.
            (Waiting::Left, _) | (_, Reply::Empty | Reply::Fatal(_)) => {}
        }
    }

    fn finish(&mut self, tag: Tag, done: Attributes) {
        match self.in_flight.remove(&tag) {
            Some(Waiting::Whole { rows, traps, answer }) => drop(answer.send(Ended::Done { rows, done, traps })),
            Some(Waiting::Following { traps, rows, .. }) => drop(rows.try_send(Followed::Refused(traps))),
            Some(Waiting::Left) | None => {}
        }
    }
}
