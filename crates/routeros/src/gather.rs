//! Rows as they come, made into what the caller wants of them.

use std::marker::PhantomData;

use routeros_proto::{Attributes, Fields, FromFields, Odd, Reader};
use tokio::sync::{mpsc, oneshot};

use crate::{
    connection::OnDrop,
    error::{CallError, LineEnd, Refusal},
    line::{Ended, Flow, Waiter},
};

/// Rows that may wait for somebody who follows. A whole router that redials at once fits.
const BACKLOG: usize = 8192;

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
    /// Command and refusal, where rows vanished while the router printed and it broke off: there may be more.
    pub partial: Option<(String, Refusal)>,
    /// The first values that could not be read, and how many there were.
    pub odd: (Vec<Odd>, u64),
}

impl<A> Listing<A> {
    /// The rows of a list that was printed to its end.
    ///
    /// # Errors
    /// It was not.
    pub fn whole(self) -> Result<A, CallError> {
        match self.partial {
            Some((command, refusal)) => Err(CallError::Refused { command, refusal }),
            None => Ok(self.rows),
        }
    }
}

/// Takes rows of one command.
pub(crate) struct Gather<T, A, F> {
    all: A,
    each: F,
    row: PhantomData<fn() -> T>,
}

/// [`Gather`], and who is told.
struct Gathering<T, A, F> {
    gather: Gather<T, A, F>,
    reader: Reader,
    told: oneshot::Sender<Verdict<A>>,
}

/// What was gathered, and how it ended.
pub(crate) struct Verdict<A> {
    all: A,
    odd: (Vec<Odd>, u64),
    ended: Ended,
}

/// Keeps up to so many rows.
pub(crate) fn keep<T>(most: usize) -> impl FnMut(&mut Vec<T>, T) -> Flow + Send {
    move |rows, row| {
        if rows.len() == most {
            return Flow::TooMany(most);
        }
        rows.push(row);
        Flow::On
    }
}

impl<T, A, F> Gather<T, A, F> {
    pub(crate) fn new(all: A, each: F) -> Self {
        Self { all, each, row: PhantomData }
    }
}

impl<T, A, F> Gather<T, A, F>
where
    T: FromFields + Send,
    A: Send,
    F: FnMut(&mut A, T) -> Flow + Send,
{
    /// The waiter who gathers, and tells.
    pub(crate) fn for_whom(self, reader: Reader, told: oneshot::Sender<Verdict<A>>) -> impl Waiter {
        Gathering { gather: self, reader, told }
    }
}

impl<T, A, F> Waiter for Gathering<T, A, F>
where
    T: FromFields + Send,
    A: Send,
    F: FnMut(&mut A, T) -> Flow + Send,
{
    fn row(&mut self, fields: Fields<'_>) -> Flow {
        let row = T::from_fields(fields, &mut self.reader);
        (self.gather.each)(&mut self.gather.all, row)
    }

    fn is_gone(&self) -> bool {
        self.told.is_closed()
    }

    fn end(self: Box<Self>, ended: Ended) {
        let (odd, count) = self.reader.odd();
        let odd = (odd.to_vec(), count);
        // Nobody waits any more where the caller gave up.
        let _ = self.told.send(Verdict { all: self.gather.all, odd, ended });
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
                return Ok((Listing { rows, partial: Some((command, refusal)), odd }, None));
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
    rows: mpsc::Receiver<Followed<T>>,
    _cancels: OnDrop,
}

/// What a followed command brings.
#[derive(Debug)]
pub(crate) enum Followed<T> {
    Row(T),
    Ended(Ended),
}

impl<T> Following<T> {
    pub(crate) const fn new(command: String, rows: mpsc::Receiver<Followed<T>>, cancels: OnDrop) -> Self {
        Self { command, rows, _cancels: cancels }
    }

    /// The next row that is new or changed; one with `.dead` is gone. After an error nothing comes any more.
    ///
    /// # Errors
    /// The router refused or ended it, the line broke, or we were too slow to take the rows.
    pub async fn next(&mut self) -> Result<T, CallError> {
        let unknown = |why| CallError::Unknown { command: self.command.clone(), why };
        match self.rows.recv().await {
            Some(Followed::Row(row)) => Ok(row),
            Some(Followed::Ended(Ended::Done { traps, .. })) if traps.is_empty() => Err(unknown(LineEnd::Finished)),
            Some(Followed::Ended(Ended::Done { traps, .. })) => {
                Err(CallError::Refused { command: self.command.clone(), refusal: Refusal(traps) })
            }
            Some(Followed::Ended(Ended::Unknown(why) | Ended::NotSent(why))) => Err(unknown(why)),
            None => Err(unknown(LineEnd::Behind(BACKLOG))),
        }
    }
}

/// A waiter who passes rows on as they come, and the other end.
pub(crate) fn followed<T: FromFields + Send + 'static>(
    reader: Reader,
) -> (Box<dyn Waiter>, mpsc::Receiver<Followed<T>>) {
    let (rows, coming) = mpsc::channel(BACKLOG);
    (Box::new(Passing { rows, reader }), coming)
}

struct Passing<T> {
    rows: mpsc::Sender<Followed<T>>,
    reader: Reader,
}

impl<T: FromFields + Send> Waiter for Passing<T> {
    /// A reader that far behind cannot be told the truth any more.
    fn row(&mut self, fields: Fields<'_>) -> Flow {
        let row = T::from_fields(fields, &mut self.reader);
        if self.rows.try_send(Followed::Row(row)).is_ok() { Flow::On } else { Flow::Leave }
    }

    fn is_gone(&self) -> bool {
        self.rows.is_closed()
    }

    fn end(self: Box<Self>, ended: Ended) {
        // A full channel ends too: its reader sees that nobody sends any more.
        let _ = self.rows.try_send(Followed::Ended(ended));
    }
}
