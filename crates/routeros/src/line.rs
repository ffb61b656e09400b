//! The task that owns the socket: moves bytes both ways at once, and gives up where nothing moves any more.

mod talk; // what is said on a line, without the socket

use std::{
    io,
    ops::ControlFlow::Break,
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use routeros_proto::{Fields, Tag, Trap};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf},
    sync::mpsc,
    time::{Instant, sleep_until},
};

use crate::error::LineEnd;
pub(crate) use talk::Talk;

/// Anything that carries bytes both ways.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Socket for T {}

/// A command as it crosses the wire, and who waits for its answer.
pub(crate) struct Task {
    pub(crate) tag: Tag,
    pub(crate) wire: Bytes,
    pub(crate) waiter: Box<dyn Waiter>,
}

/// What the line is told, in the order in which it is told it.
pub(crate) enum Order {
    /// To send a command as soon as the window lets.
    Run(Task),
    /// To send a command that goes on by itself. It takes no place in the window: it owes nothing.
    Follow(Task),
    /// To end a command: nobody waits for it any more.
    Cancel(Tag),
    /// A command was not answered within so long.
    Overdue(Tag, Duration),
    /// How busy the router is, in percent.
    Loaded(u64),
    /// To close. Nobody is left who could wait.
    HangUp,
}

/// Somebody who waits for the rows and the end of a command.
pub(crate) trait Waiter: Send {
    /// One row.
    fn row(&mut self, fields: Fields<'_>) -> Flow;

    /// The end, after which nothing comes. Whoever cancelled hears of none.
    fn end(self: Box<Self>, ended: Ended);
}

/// Whether rows are still wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// They are.
    On,
    /// Nobody takes them fast enough.
    Behind(usize),
    /// There are more than can be held.
    TooMany(LineEnd),
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

/// How a line ended, for whoever asks later.
pub(crate) type End = Arc<OnceLock<LineEnd>>;

struct Line<S> {
    input: ReadHalf<S>,
    output: WriteHalf<S>,
    talk: Talk,
    silence: Duration,
    /// When the other side last took or gave a byte, or began to owe one.
    moved: Instant,
    /// Whether the other side owed anything when we last looked.
    was_owed: bool,
    /// Whether TLS may still hold back what was written.
    is_held_back: bool,
}

/// Serves until it is told to hang up, or the line breaks. Everybody who still waits then hears how it ended; the line
/// is known to be closed before anybody does.
pub(crate) async fn serve(
    socket: impl Socket,
    mut orders: mpsc::UnboundedReceiver<Order>,
    talk: Talk,
    silence: Duration,
    told: End,
) {
    let (input, output) = tokio::io::split(socket);
    let mut line = Line { input, output, talk, silence, moved: Instant::now(), was_owed: false, is_held_back: false };
    let end = line.run(&mut orders).await.err().unwrap_or(LineEnd::HungUp);
    let Line { talk, .. } = line;
    // Whoever ended it first is the one who is believed.
    let _ = told.set(end.clone());
    orders.close();
    talk.end(&end);
    while let Ok(order) = orders.try_recv() {
        if let Order::Run(task) | Order::Follow(task) = order {
            task.waiter.end(Ended::NotSent(end.clone()));
        }
    }
}

impl<S: Socket> Line<S> {
    /// Reads and writes at the same time: a router that waits for us to read takes nothing more from us.
    async fn run(&mut self, orders: &mut mpsc::UnboundedReceiver<Order>) -> Result<(), LineEnd> {
        loop {
            let talk = &mut self.talk;
            talk.send_waiting();
            let has_words = talk.has_words() || self.is_held_back;
            let is_owed = talk.is_owed() || has_words;
            if is_owed && !self.was_owed {
                self.moved = Instant::now();
            }
            self.was_owed = is_owed;
            let cancelled_until = talk.cancelled_until();
            let Talk { out, decoder, .. } = talk;
            tokio::select! {
                order = orders.recv() => {
                    if let Break(end) = self.talk.obey(order.unwrap_or(Order::HangUp)) {
                        return end;
                    }
                    while let Ok(order) = orders.try_recv() {
                        if let Break(end) = self.talk.obey(order) {
                            return end;
                        }
                    }
                }
                pushed = push(&mut self.output, out), if has_words => {
                    self.is_held_back = pushed? == Pushed::Words;
                    self.moved = Instant::now();
                }
                read = self.input.read_buf(decoder.room()) => {
                    if read? == 0 {
                        return Err(LineEnd::Closed);
                    }
                    self.moved = Instant::now();
                    self.talk.take_in()?;
                }
                () = sleep_until(self.moved + self.silence), if is_owed => {
                    return Err(LineEnd::Silence(self.silence));
                }
                () = sleep_until(cancelled_until.unwrap_or(self.moved)), if cancelled_until.is_some() => {
                    return Err(LineEnd::TooSlow(self.talk.patience()));
                }
            }
        }
    }
}

/// What went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pushed {
    /// Words; TLS may hold some of them back.
    Words,
    /// All that was held back.
    All,
}

/// Writes what there is, or, where all is written, sees that it went out. Either may be given up and begun again.
async fn push(output: &mut (impl AsyncWrite + Unpin), out: &mut BytesMut) -> io::Result<Pushed> {
    if out.is_empty() {
        return output.flush().await.map(|()| Pushed::All);
    }
    match output.write_buf(out).await? {
        0 => Err(io::ErrorKind::WriteZero.into()),
        _ => Ok(Pushed::Words),
    }
}
