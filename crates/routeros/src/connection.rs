//! Commands out, answers in.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use routeros_proto::{Attributes, FromFields, Reader, Tag, Tags};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use crate::{
    Answer, Command, Following, Listing, Options, Print, Row,
    error::{CallError, LineEnd},
    gather::{self, Budget, Gather, Partial, keep},
    line::{self, End, Flow, Order, Socket, Talk, Task},
};

/// A line to a router, signed in. Dropping it closes it.
#[derive(Debug)]
pub struct Connection {
    orders: mpsc::UnboundedSender<Order>,
    tags: Arc<Tags>,
    end: End,
    /// How many commands may be in flight, as the line last decided.
    window: Arc<AtomicUsize>,
    options: Options,
}

impl Connection {
    pub(crate) fn open(socket: impl Socket + 'static, options: Options) -> Self {
        let (orders, heard) = mpsc::unbounded_channel();
        let (tags, end, window) = (Arc::<Tags>::default(), End::default(), Arc::default());
        let talk = Talk::new(&options, Arc::clone(&tags), Arc::clone(&window));
        tokio::spawn(line::serve(socket, heard, talk, options.timings.silence, Arc::clone(&end)));
        Self { orders, tags, end, window, options }
    }

    /// Sends one command and waits for its end. Dropping the future cancels the command on the router, or takes it back
    /// where it was not sent yet.
    ///
    /// # Errors
    /// The router refused, or the line broke: then nobody knows, or it was never sent.
    pub async fn run(&self, command: Command) -> Result<Answer, CallError> {
        let (Listing { rows, partial, .. }, ret) =
            self.call::<Attributes, _>(command, Vec::new(), keep(self.budget())).await?;
        match partial {
            Some(Partial { command, refusal }) => Err(CallError::Refused { command, refusal }),
            None => Ok(Answer { rows, ret }),
        }
    }

    /// Sends all commands, as many in flight as the window lets, and gives their ends in the same order.
    pub async fn run_all(&self, commands: Vec<Command>) -> Vec<Result<Answer, CallError>> {
        // As many again wait with the line, so that an answer frees a place for one that is there already.
        let at_once = 2 * self.options.window.max(1);
        stream::iter(commands).map(|command| self.run(command)).buffered(at_once).collect().await
    }

    /// Prints rows of a menu as a type.
    ///
    /// # Errors
    /// As [`Self::run`]; a list that was cut because rows vanished meanwhile is no error, but says so.
    pub async fn list<T: Row>(&self, print: &Print<T>) -> Result<Listing<Vec<T>>, CallError> {
        Ok(self.call(print.command(), Vec::new(), keep(self.budget())).await?.0)
    }

    /// Prints rows of a menu and hands each to `take` as it comes, so that no list is held, however long it is.
    /// `take` runs where the line is read: it must not wait. Where it panics, the line breaks.
    ///
    /// # Errors
    /// As [`Self::list`]. What was taken before is lost then.
    pub async fn fold<T: Row, A: Send + 'static>(
        &self,
        print: &Print<T>,
        begin: A,
        mut take: impl FnMut(&mut A, T) + Send + 'static,
    ) -> Result<Listing<A>, CallError> {
        let each = move |all: &mut A, row: T, _| {
            take(all, row);
            Flow::On
        };
        Ok(self.call(print.command(), begin, each).await?.0)
    }

    /// Sends a command that goes on by itself (`listen`) and gives its rows as they come, until the line breaks, the
    /// router refuses, or the [`Following`] is dropped, which cancels it on the router. It takes no place in the
    /// window: it owes nothing.
    ///
    /// # Errors
    /// The line has broken, or the command cannot be sent.
    pub fn follow<T: FromFields + Send + 'static>(&self, command: Command) -> Result<Following<T>, CallError> {
        let tag = self.tags.next_tag();
        let (command, wire) = self.sendable(command, tag)?;
        let (waiter, following) = gather::followed(command.clone(), self.reader(), self.on_drop(tag));
        self.order(Order::Follow(Task { tag, wire, waiter }), command)?;
        Ok(following)
    }

    /// Tells the line how busy the router is, in percent of its CPU: above 80 fewer commands are sent at once.
    pub fn heed_load(&self, percent: u64) {
        // A line that has broken sends nothing anyway.
        let _ = self.orders.send(Order::Loaded(percent));
    }

    /// How many commands may be in flight now. The line narrows it where the router is busy or slow.
    pub fn window(&self) -> usize {
        self.window.load(Ordering::Relaxed)
    }

    /// Whether the line has broken.
    pub fn is_closed(&self) -> bool {
        self.orders.is_closed()
    }

    /// Waits until the line has broken.
    pub async fn closed(&self) {
        self.orders.closed().await;
    }

    /// Sends a command, makes `all` of its rows, and waits for its end, so long as a person waits.
    async fn call<T, A>(
        &self,
        command: Command,
        all: A,
        each: impl FnMut(&mut A, T, usize) -> Flow + Send + 'static,
    ) -> Result<(Listing<A>, Option<String>), CallError>
    where
        T: FromFields + 'static,
        A: Send + 'static,
    {
        let tag = self.tags.next_tag();
        let (command, wire) = self.sendable(command, tag)?;
        let (verdict, mut told) = oneshot::channel();
        let waiter = Box::new(Gather::new(all, each, self.reader(), verdict));
        self.order(Order::Run(Task { tag, wire, waiter }), command.clone())?;
        let mut unless_told = self.on_drop(tag);
        let patience = self.options.timings.answer;
        let verdict = if let Ok(verdict) = timeout(patience, &mut told).await {
            verdict
        } else {
            // The line says what became of the command. One that is gone has said so already.
            let _ = self.orders.send(Order::Overdue(tag, patience));
            told.await
        };
        unless_told.disarm();
        match verdict {
            Ok(verdict) => gather::into_result(verdict, command),
            // Whoever should have told is gone, and with them what they knew.
            Err(_) => Err(CallError::Unknown { command, why: self.why_closed() }),
        }
    }

    /// The command as it crosses the wire. Every word is checked before it comes near the socket.
    fn sendable(&self, command: Command, tag: Tag) -> Result<(String, Bytes), CallError> {
        let (name, sentence) = command.into_parts();
        let mut wire = BytesMut::new();
        match sentence.tag(tag).encode_within(self.options.limits, &mut wire) {
            Ok(()) => Ok((name, wire.freeze())),
            Err(source) => Err(CallError::Unsendable { command: name, source }),
        }
    }

    fn order(&self, order: Order, command: String) -> Result<(), CallError> {
        self.orders.send(order).map_err(|_| CallError::NotSent { command, why: self.why_closed() })
    }

    fn why_closed(&self) -> LineEnd {
        self.end.get().cloned().unwrap_or(LineEnd::Closed)
    }

    fn on_drop(&self, tag: Tag) -> OnDrop {
        OnDrop { tag, orders: Some(self.orders.clone()) }
    }

    const fn budget(&self) -> Budget {
        Budget { rows: self.options.rows, bytes: self.options.bytes }
    }

    fn reader(&self) -> Reader {
        Reader::new(self.options.charset)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let _ = self.orders.send(Order::HangUp);
    }
}

/// Cancels a command whose caller has gone.
#[derive(Debug)]
pub(crate) struct OnDrop {
    tag: Tag,
    orders: Option<mpsc::UnboundedSender<Order>>,
}

impl OnDrop {
    fn disarm(&mut self) {
        self.orders = None;
    }
}

impl Drop for OnDrop {
    fn drop(&mut self) {
        if let Some(orders) = self.orders.take() {
            // A line that is gone has nothing to cancel.
            let _ = orders.send(Order::Cancel(self.tag));
        }
    }
}
