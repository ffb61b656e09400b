//! Commands out, answers in.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::BytesMut;
use futures_util::{StreamExt, stream};
use routeros_proto::{Attributes, Sentence};
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    time::timeout,
};

use crate::{
    Command, Timings,
    error::{CallError, LineEnd, Refusal},
    line::{self, Ended, Followed, Job, Socket},
};

/// The most commands in flight. Routers were seen to hang at 25.
const WINDOW: usize = 16;
/// Rows that may wait for somebody who follows. A whole router that redials at once fits.
const BACKLOG: usize = 8192;

/// A line to a router, signed in. Dropping the last handle closes it.
#[derive(Debug)]
pub struct Connection {
    jobs: mpsc::Sender<Job>,
    window: Semaphore,
    followings: AtomicU64,
    line: tokio::task::JoinHandle<()>,
    timings: Timings,
}

/// What a router answered.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The rows of a print.
    pub rows: Vec<Attributes>,
    /// The id that an add made.
    pub ret: Option<String>,
}

impl Connection {
    pub(crate) fn open(socket: impl Socket + 'static, timings: Timings) -> Self {
        let (jobs, queue) = mpsc::channel(WINDOW);
        let line = tokio::spawn(line::serve(socket, queue, timings.silence));
        Self { jobs, window: Semaphore::new(WINDOW), followings: AtomicU64::new(0), line, timings }
    }

    /// Sends one command and waits for its end.
    ///
    /// # Errors
    /// The router refused, or the line broke: then nobody knows, or it was never sent.
    pub async fn run(&self, command: Command) -> Result<Answer, CallError> {
        let (name, sentence) = sendable(command)?;
        let _place = self.window.acquire().await.expect("the window is never closed");
        let (answer, ended) = oneshot::channel();
        if self.jobs.send(Job::Run { sentence, answer }).await.is_err() {
            return Err(CallError::NotSent { command: name, why: LineEnd::Closed });
        }
        match timeout(self.timings.answer, ended).await {
            Ok(Ok(ended)) => ended.into_answer(name),
            Ok(Err(_)) => Err(CallError::Unknown { command: name, why: LineEnd::Closed }),
            Err(_) => {
                // A late answer would belong to nobody, so the line is not used again.
                self.line.abort();
                Err(CallError::Unknown { command: name, why: LineEnd::TooSlow(self.timings.answer) })
            }
        }
    }

    /// Sends all commands, up to sixteen in flight, and gives their ends in the same order.
    pub async fn run_all(&self, commands: Vec<Command>) -> Vec<Result<Answer, CallError>> {
        stream::iter(commands).map(|command| self.run(command)).buffered(WINDOW).collect().await
    }

    /// Sends a command that goes on by itself (`listen`) and gives its rows as they come, until the line breaks, the
    /// router refuses, or the [`Following`] is dropped, which cancels it on the router. It takes no place among the
    /// sixteen: it owes nothing.
    ///
    /// # Errors
    /// The line has broken.
    pub async fn follow(&self, command: Command) -> Result<Following, CallError> {
        let (command, sentence) = sendable(command)?;
        let number = self.followings.fetch_add(1, Ordering::Relaxed);
        let (rows, coming) = mpsc::channel(BACKLOG);
        if self.jobs.send(Job::Follow { sentence, number, rows }).await.is_err() {
            return Err(CallError::NotSent { command, why: LineEnd::Closed });
        }
        Ok(Following { command, number, rows: coming, jobs: self.jobs.downgrade() })
    }

    /// Whether the line has broken.
    pub fn is_closed(&self) -> bool {
        self.jobs.is_closed() || self.line.is_finished()
    }
}

/// Rows that come as they change.
#[derive(Debug)]
pub struct Following {
    command: String,
    number: u64,
    rows: mpsc::Receiver<Followed>,
    jobs: mpsc::WeakSender<Job>,
}

impl Following {
    /// The next row that is new or changed; one with `.dead` is gone. After an error nothing comes any more.
    ///
    /// # Errors
    /// The router refused or ended it, the line broke, or we were too slow to take the rows.
    pub async fn next(&mut self) -> Result<Attributes, CallError> {
        let command = self.command.clone();
        match self.rows.recv().await {
            Some(Followed::Row(row)) => Ok(row),
            Some(Followed::Refused(traps)) => Err(CallError::Refused { command, refusal: Refusal(traps) }),
            Some(Followed::Broken(why)) => Err(CallError::Unknown { command, why }),
            None => Err(CallError::Unknown { command, why: LineEnd::Closed }),
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        // A line that is gone or choked has nothing to cancel; the next row that finds nobody cancels too.
        if let Some(jobs) = self.jobs.upgrade() {
            let _ = jobs.try_send(Job::Cancel { number: self.number });
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

impl Ended {
    fn into_answer(self, command: String) -> Result<Answer, CallError> {
        match self {
            Self::Done { traps, .. } if !traps.is_empty() => {
                Err(CallError::Refused { command, refusal: Refusal(traps) })
            }
            Self::Done { rows, done, .. } => Ok(Answer { rows, ret: done.get("ret").map(str::to_owned) }),
            Self::Unknown(why) => Err(CallError::Unknown { command, why }),
            Self::NotSent(why) => Err(CallError::NotSent { command, why }),
        }
    }
}
