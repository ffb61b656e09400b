//! Commands out, answers in.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::BytesMut;
use futures_util::{StreamExt, stream};
use routeros_proto::{Attributes, FromFields, Reader, Sentence};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::timeout,
};

use crate::{
    Answer, Command, Following, Listing, Options, Print, Row,
    error::{CallError, LineEnd},
    gather::{self, Gather, Verdict},
    line::{self, Job, Order, Socket, Waiter},
};

/// A line to a router, signed in. Dropping it closes it.
#[derive(Debug)]
pub struct Connection {
    jobs: mpsc::Sender<Job>,
    orders: mpsc::UnboundedSender<Order>,
    numbers: AtomicU64,
    line: JoinHandle<()>,
    options: Options,
}

impl Connection {
    pub(crate) fn open(socket: impl Socket + 'static, options: Options) -> Self {
        let (jobs, queue) = mpsc::channel(options.window.max(1));
        let (orders, heard) = mpsc::unbounded_channel();
        let line = tokio::spawn(line::serve(socket, queue, heard, options));
        Self { jobs, orders, numbers: AtomicU64::new(0), line, options }
    }

    /// Sends one command and waits for its end. Dropping the future cancels the command on the router.
    ///
    /// # Errors
    /// The router refused, or the line broke: then nobody knows, or it was never sent.
    pub async fn run(&self, command: Command) -> Result<Answer, CallError> {
        let most = self.options.rows;
        let (Listing { rows, partial, .. }, ret) =
            self.call(command, Gather::new(Vec::new(), gather::keep::<Attributes>(most))).await?;
        match partial {
            Some((command, refusal)) => Err(CallError::Refused { command, refusal }),
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
        let most = self.options.rows;
        Ok(self.call(print.command(), Gather::new(Vec::new(), gather::keep::<T>(most))).await?.0)
    }

    /// Prints rows of a menu and hands each to `take` as it comes, so that no list is held, however long it is.
    /// `take` runs where the line is read: it must not wait.
    ///
    /// # Errors
    /// As [`Self::list`]. What was taken before is lost then.
    pub async fn fold<T: Row, A: Send + 'static>(
        &self,
        print: &Print<T>,
        begin: A,
        mut take: impl FnMut(&mut A, T) + Send + 'static,
    ) -> Result<Listing<A>, CallError> {
        let each = move |all: &mut A, row: T| {
            take(all, row);
            line::Flow::On
        };
        Ok(self.call(print.command(), Gather::new(begin, each)).await?.0)
    }

    /// Sends a command that goes on by itself (`listen`) and gives its rows as they come, until the line breaks, the
    /// router refuses, or the [`Following`] is dropped, which cancels it on the router. It takes no place in the
    /// window: it owes nothing.
    ///
    /// # Errors
    /// The line has broken.
    pub fn follow<T: FromFields + Send + 'static>(&self, command: Command) -> Result<Following<T>, CallError> {
        let (command, sentence) = sendable(command)?;
        let number = self.next_number();
        let (waiter, rows) = gather::followed(self.reader());
        match self.orders.send(Order::Follow(Job { sentence, number, waiter })) {
            Ok(()) => Ok(Following::new(command, rows, OnDrop { number, orders: Some(self.orders.clone()) })),
            Err(_) => Err(CallError::NotSent { command, why: LineEnd::Closed }),
        }
    }

    /// Tells the line how busy the router is, in percent of its CPU: above 80 fewer commands are sent at once.
    pub fn heed_load(&self, percent: u64) {
        // A line that has broken sends nothing anyway.
        let _ = self.orders.send(Order::Loaded(percent));
    }

    /// Whether the line has broken.
    pub fn is_closed(&self) -> bool {
        self.jobs.is_closed() || self.line.is_finished()
    }

    /// Sends a command whose rows `gather` takes, and waits for its end, so long as a person waits.
    async fn call<T, A, F>(
        &self,
        command: Command,
        gather: Gather<T, A, F>,
    ) -> Result<(Listing<A>, Option<String>), CallError>
    where
        T: FromFields + Send + 'static,
        A: Send + 'static,
        F: FnMut(&mut A, T) -> line::Flow + Send + 'static,
    {
        let (command, sentence) = sendable(command)?;
        let number = self.next_number();
        let (told, mut ended) = oneshot::channel();
        let waiter: Box<dyn Waiter> = Box::new(gather.for_whom(self.reader(), told));
        let mut unless_dropped = OnDrop { number, orders: Some(self.orders.clone()) };
        let answered = timeout(self.options.timings.answer, async {
            let sent = self.jobs.send(Job { sentence, number, waiter }).await;
            sent.map_err(|_| LineEnd::Closed)?;
            (&mut ended).await.map_err(|_| LineEnd::Closed)
        });
        let verdict = match answered.await {
            Ok(verdict) => verdict,
            Err(_) => self.give_up(ended).await,
        };
        unless_dropped.disarm();
        match verdict {
            Ok(verdict) => gather::into_result(verdict, command),
            Err(why) => Err(CallError::NotSent { command, why }),
        }
    }

    /// A late answer would belong to nobody, so the line is not used again. The line says what became of the command.
    async fn give_up<A>(&self, ended: oneshot::Receiver<Verdict<A>>) -> Result<Verdict<A>, LineEnd> {
        let why = LineEnd::TooSlow(self.options.timings.answer);
        let _ = self.orders.send(Order::Abandon(why.clone()));
        ended.await.map_err(|_| why)
    }

    fn reader(&self) -> Reader {
        Reader::new(self.options.charset)
    }

    fn next_number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
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
    number: u64,
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
            let _ = orders.send(Order::Cancel(self.number));
        }
    }
}

/// Every word is checked before it comes near the socket.
fn sendable(command: Command) -> Result<(String, Sentence), CallError> {
    let name = command.name().to_owned();
    let sentence = command.into_sentence();
    match sentence.encode(&mut BytesMut::new()) {
        Ok(()) => Ok((name, sentence)),
        Err(source) => Err(CallError::Unsendable { command: name, source }),
    }
}
