//! Rows as they come, made into what the caller wants of them.

use std::{
    marker::PhantomData,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use routeros_proto::{Attributes, Fields, FromFields, Odd, Reader, value::RowId};
use tokio::sync::{mpsc, oneshot};

use crate::{
    connection::OnDrop,
    error::{CallError, LineEnd, Refusal},
    line::{Ended, Flow, Waiter},
};

/// Rows that may wait for somebody who follows, and their bytes. A whole router that redials at once fits.
const BACKLOG: usize = 8192;
const BACKLOG_BYTES: usize = 64 * 1024 * 1024;

/// What a router answered.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The rows of a print.
    pub rows: Vec<Attributes>,
    /// The id that an add made.
    pub ret: Option<String>,
}

/// What a print brought.
#[derive(Clone, Debug)]
pub struct Listing<A> {
    /// The rows, or what was made of them.
    pub rows: A,
    /// Where rows vanished while the router printed, and it broke off: there may be more.
    pub partial: Option<Partial>,
    /// Values that could not be read.
    pub odd: OddValues,
}

/// Why a list may lack rows.
#[derive(Clone, Debug)]
pub struct Partial {
    /// Menu and verb.
    pub command: String,
    /// What the router said.
    pub refusal: Refusal,
}

/// Values that are none of their property's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OddValues {
    /// The first of them.
    pub first: Vec<Odd>,
    /// How many there were.
    pub count: u64,
}

/// What a followed menu tells: a row as it is now, or that it is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<T> {
    /// It is new, or it changed.
    Now(T),
    /// It is gone.
    Gone(RowId),
}

impl<A> Listing<A> {
    /// The rows of a list that was printed to its end.
    ///
    /// # Errors
    /// It was not.
    pub fn whole(self) -> Result<A, CallError> {
        match self.partial {
            Some(Partial { command, refusal }) => Err(CallError::Refused { command, refusal }),
            None => Ok(self.rows),
        }
    }
}

impl<T: FromFields> FromFields for Change<T> {
    fn from_fields(fields: Fields<'_>, reader: &mut Reader) -> Self {
        // The manual says yes, routers were seen to say true.
        let is_dead = fields.get(".dead").is_some_and(|dead| matches!(dead, b"true" | b"yes"));
        let id = fields.get(".id").filter(|_| is_dead).and_then(|id| reader.value(".id", id));
        id.map_or_else(|| Self::Now(T::from_fields(fields, reader)), Self::Gone)
    }
}

/// How much of one list is held.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub(crate) rows: usize,
    pub(crate) bytes: usize,
}

/// Makes rows into `all`, and tells it to whoever waits.
pub(crate) struct Gather<T, A, F> {
    all: A,
    each: F,
    reader: Reader,
    verdict: oneshot::Sender<Verdict<A>>,
    row: PhantomData<fn() -> T>,
}

/// What was gathered, and how it ended.
pub(crate) struct Verdict<A> {
    all: A,
    odd: OddValues,
    ended: Ended,
}

/// Keeps rows, as many as the budget lets. A row costs what came over the line, or the place it takes where that is more.
pub(crate) fn keep<T>(budget: Budget) -> impl FnMut(&mut Vec<T>, T, usize) -> Flow + Send {
    let mut left = budget.bytes;
    move |rows, row, len| {
        if rows.len() == budget.rows {
            return Flow::TooMany(LineEnd::TooManyRows(budget.rows));
        }
        let Some(rest) = left.checked_sub(len.max(size_of::<T>())) else {
            return Flow::TooMany(LineEnd::TooManyBytes(budget.bytes));
        };
        left = rest;
        rows.push(row);
        Flow::On
    }
}

impl<T, A, F> Gather<T, A, F> {
    pub(crate) fn new(all: A, each: F, reader: Reader, verdict: oneshot::Sender<Verdict<A>>) -> Self {
        Self { all, each, reader, verdict, row: PhantomData }
    }
}

impl<T, A, F> Waiter for Gather<T, A, F>
where
    T: FromFields,
    A: Send,
    F: FnMut(&mut A, T, usize) -> Flow + Send,
{
    fn row(&mut self, fields: Fields<'_>) -> Flow {
        let row = T::from_fields(fields, &mut self.reader);
        (self.each)(&mut self.all, row, fields.len())
    }

    fn end(self: Box<Self>, ended: Ended) {
        let (first, count) = self.reader.odd();
        let odd = OddValues { first: first.to_vec(), count };
        // Nobody waits any more where the caller gave up.
        let _ = self.verdict.send(Verdict { all: self.all, odd, ended });
    }
}

/// What the caller is told. A print that ends in `no such item` keeps its rows: some vanished while it went on.
pub(crate) fn into_result<A>(verdict: Verdict<A>, command: String) -> Result<(Listing<A>, Option<String>), CallError> {
    let Verdict { all: rows, odd, ended } = verdict;
    match ended {
        Ended::Done { ret, traps } if traps.is_empty() => Ok((Listing { rows, partial: None, odd }, ret)),
        Ended::Done { traps, .. } => {
            let refusal = Refusal(traps);
            if command.ends_with("/print") && refusal.is_no_such_item() {
                return Ok((Listing { rows, partial: Some(Partial { command, refusal }), odd }, None));
            }
            Err(CallError::Refused { command, refusal })
        }
        Ended::Unknown(why) => Err(CallError::Unknown { command, why }),
        Ended::NotSent(why) => Err(CallError::NotSent { command, why }),
    }
}

/// Rows that come as they change.
#[derive(Debug)]
pub struct Following<T = Attributes> {
    command: String,
    rows: mpsc::Receiver<(T, usize)>,
    bytes: Arc<AtomicUsize>,
    end: Option<oneshot::Receiver<Ended>>,
    error: Option<CallError>,
    _cancels: OnDrop,
}

/// The line's end of a [`Following`].
struct Passing<T> {
    rows: mpsc::Sender<(T, usize)>,
    bytes: Arc<AtomicUsize>,
    end: oneshot::Sender<Ended>,
    reader: Reader,
}

impl<T> Following<T> {
    /// The next row that is new or changed; [`Change`] tells those that are gone apart. After an error the same error
    /// is given again.
    ///
    /// # Errors
    /// The router refused or ended it, the line broke, or we were too slow to take the rows.
    pub async fn next(&mut self) -> Result<T, CallError> {
        if let Some((row, len)) = self.rows.recv().await {
            self.bytes.fetch_sub(len, Ordering::Relaxed);
            return Ok(row);
        }
        if let Some(end) = &mut self.end {
            let command = self.command.clone();
            self.error = Some(match end.await {
                Ok(Ended::Done { traps, .. }) if !traps.is_empty() => {
                    CallError::Refused { command, refusal: Refusal(traps) }
                }
                Ok(Ended::Done { .. }) => CallError::Unknown { command, why: LineEnd::Finished },
                Ok(Ended::Unknown(why)) => CallError::Unknown { command, why },
                Ok(Ended::NotSent(why)) => CallError::NotSent { command, why },
                Err(_) => CallError::Unknown { command, why: LineEnd::Closed },
            });
            self.end = None;
        }
        let closed = || CallError::Unknown { command: self.command.clone(), why: LineEnd::Closed };
        Err(self.error.clone().unwrap_or_else(closed))
    }
}

/// A waiter who passes rows on as they come, and the other end.
pub(crate) fn followed<T: FromFields + Send + 'static>(
    command: String,
    reader: Reader,
    cancels: OnDrop,
) -> (Box<dyn Waiter>, Following<T>) {
    let (rows, coming) = mpsc::channel(BACKLOG);
    let (end, ended) = oneshot::channel();
    let bytes = Arc::<AtomicUsize>::default();
    let passing = Passing { rows, bytes: Arc::clone(&bytes), end, reader };
    let following = Following { command, rows: coming, bytes, end: Some(ended), error: None, _cancels: cancels };
    (Box::new(passing), following)
}

impl<T: FromFields + Send> Waiter for Passing<T> {
    /// A reader that far behind cannot be told the truth any more.
    fn row(&mut self, fields: Fields<'_>) -> Flow {
        let len = fields.len();
        if self.bytes.fetch_add(len, Ordering::Relaxed) > BACKLOG_BYTES {
            return Flow::Behind(BACKLOG);
        }
        let row = T::from_fields(fields, &mut self.reader);
        if self.rows.try_send((row, len)).is_ok() { Flow::On } else { Flow::Behind(BACKLOG) }
    }

    fn end(self: Box<Self>, ended: Ended) {
        // Nobody follows any more.
        let _ = self.end.send(ended);
    }
}
