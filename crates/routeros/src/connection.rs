//! Commands out, answers in.

use bytes::BytesMut;
use futures_util::{StreamExt, stream};
use routeros_proto::Attributes;
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    time::timeout,
};

use crate::{
    Command, Timings,
    error::{CallError, LineEnd, Refusal},
    line::{self, Ended, Job, Socket},
};

/// The most commands in flight. Routers were seen to hang at 25.
const WINDOW: usize = 16;

/// A line to a router, signed in. Dropping the last handle closes it.
#[derive(Debug)]
pub struct Connection {
    jobs: mpsc::Sender<Job>,
    window: Semaphore,
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
        Self { jobs, window: Semaphore::new(WINDOW), line, timings }
    }

    /// Sends one command and waits for its end.
    ///
    /// # Errors
    /// The router refused, or the line broke: then nobody knows, or it was never sent.
    pub async fn run(&self, command: Command) -> Result<Answer, CallError> {
        let name = command.name().to_owned();
        let sentence = command.into_sentence();
        sentence
            .encode(&mut BytesMut::new())
            .map_err(|source| CallError::Unsendable { command: name.clone(), source })?;
        let _place = self.window.acquire().await.expect("the window is never closed");
        let (answer, ended) = oneshot::channel();
        if self.jobs.send(Job { sentence, answer }).await.is_err() {
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

    /// Whether the line has broken.
    pub fn is_closed(&self) -> bool {
        self.jobs.is_closed() || self.line.is_finished()
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
