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

/// A sentence on its way, and who waits for the answer.
pub(crate) struct Job {
    pub(crate) sentence: Sentence,
    pub(crate) answer: oneshot::Sender<Ended>,
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
struct Waiting {
    rows: Vec<Attributes>,
    traps: Vec<Trap>,
    answer: oneshot::Sender<Ended>,
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
        // Nobody waits any more where the caller gave up.
        let _ = waiting.answer.send(Ended::Unknown(end.clone()));
    }
    jobs.close();
    while let Some(job) = jobs.recv().await {
        let _ = job.answer.send(Ended::NotSent(end.clone()));
    }
}

impl<S: Socket> Line<S> {
    async fn run(&mut self, jobs: &mut mpsc::Receiver<Job>, silence: Duration) -> Result<(), LineEnd> {
        let mut heard = Instant::now();
        let mut input = BytesMut::with_capacity(16 * 1024);
        loop {
            let owed = !self.in_flight.is_empty();
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
                    let out = self.out.split();
                    timeout_at(Instant::now() + silence, self.socket.write_all(&out))
                        .await
                        .map_err(|_| LineEnd::Silence(silence))??;
                }
                read = self.socket.read_buf(&mut input) => {
                    if read? == 0 {
                        return Err(LineEnd::Closed);
                    }
                    heard = Instant::now();
                    self.decoder.feed(&input.split());
                    self.deliver()?;
                }
                () = tokio::time::sleep_until(heard + silence), if owed => {
                    return Err(LineEnd::Silence(silence));
                }
            }
        }
    }

    /// Puts a sentence into the next write. Its words were checked before it came here.
    fn take(&mut self, Job { sentence, answer }: Job) {
        let tag = self.tags.next_tag();
        if sentence.tag(tag).encode(&mut self.out).is_ok() {
            self.in_flight.insert(tag, Waiting { rows: Vec::new(), traps: Vec::new(), answer });
        }
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
        match reply {
            Reply::Row(row) => waiting.rows.push(row),
            Reply::Trap(trap) => waiting.traps.push(trap),
            Reply::Done(done) => {
                if let Some(Waiting { rows, traps, answer }) = self.in_flight.remove(&tag) {
                    let _ = answer.send(Ended::Done { rows, done, traps });
                }
            }
            // `!empty` only says what the missing rows say; `!fatal` was taken out before.
            Reply::Empty | Reply::Fatal(_) => {}
        }
    }
}
