//! The way out of a line: what is said leaves when it is due, unless a fault lies in its way.

use std::{
    collections::VecDeque,
    io,
    time::{Duration, Instant},
};

use bytes::{BufMut, BytesMut};
use rand::{Rng, SeedableRng, rngs::StdRng};
use routeros_proto::Sentence;
use tokio::{io::AsyncWriteExt, net::tcp::OwnedWriteHalf, sync::mpsc};

use crate::{
    timer,
    trouble::{Garbage, Portion},
};

/// How much goes out in one piece at most, in bytes, unless one sentence is longer.
const PIECE: usize = 64 * 1024;

/// Something on its way out.
#[derive(Debug)]
pub(crate) struct Parcel {
    /// It does not leave before.
    pub(crate) due: Option<Instant>,
    pub(crate) load: Load,
}

#[derive(Debug)]
pub(crate) enum Load {
    Sentence(Sentence),
    /// In portions, each after so long.
    Trickle(Sentence, Portion, Duration),
    /// No sentence at all.
    Raw(Vec<u8>),
    /// Nothing by itself: something happens to the bytes that follow.
    Fault(Fault),
}

/// What happens after so many more bytes.
#[derive(Debug)]
pub(crate) struct Fault {
    after: usize,
    act: Act,
}

#[derive(Debug)]
enum Act {
    /// The line is closed.
    Cut,
    /// Nothing comes for so long.
    Stall(Duration),
    /// These bytes come instead of as many others.
    Garble(Vec<u8>),
}

/// One line's way out.
struct Writer {
    socket: OwnedWriteHalf,
    buf: BytesMut,
    /// Those that lie ahead, as they were laid.
    faults: VecDeque<Fault>,
}

/// Writes what there is in as few packets as possible; ends when nobody has anything to say any more, when nobody
/// listens, or when a fault closes the line.
pub(crate) async fn write(socket: OwnedWriteHalf, mut parcels: mpsc::UnboundedReceiver<Parcel>) {
    let mut writer = Writer { socket, buf: BytesMut::new(), faults: VecDeque::new() };
    let mut held = None;
    while let Some(Parcel { due, load }) = next(&mut held, &mut parcels).await {
        if let Some(due) = due {
            timer::until(due).await;
        }
        let mut load = Some(load);
        while let Some(ready) = load.take() {
            if writer.take(ready).await.is_err() {
                return;
            }
            if writer.buf.len() < PIECE {
                held = parcels.try_recv().ok();
                load = held.take_if(|parcel| parcel.due.is_none_or(|due| due <= Instant::now())).map(|next| next.load);
            }
        }
        if writer.flush().await.is_err() {
            return;
        }
    }
}

async fn next(held: &mut Option<Parcel>, parcels: &mut mpsc::UnboundedReceiver<Parcel>) -> Option<Parcel> {
    match held.take() {
        Some(parcel) => Some(parcel),
        None => parcels.recv().await,
    }
}

impl Fault {
    pub(crate) fn cut(after: usize) -> Self {
        Self { after, act: Act::Cut }
    }

    pub(crate) fn stall(after: usize, pause: Duration) -> Self {
        Self { after, act: Act::Stall(pause) }
    }

    pub(crate) fn garble(after: usize, with: Garbage) -> Self {
        let bytes = match with {
            Garbage::ReservedPrefix => vec![0xF8],
            Garbage::HugePrefix => vec![0xF0, 0x80, 0, 0, 0],
            Garbage::Noise { bytes, seed } => {
                let mut noise = vec![0; bytes];
                StdRng::seed_from_u64(seed).fill_bytes(&mut noise);
                noise
            }
        };
        Self { after, act: Act::Garble(bytes) }
    }

    /// Whether so many bytes reach it. Garbling needs one more, to be garbled.
    fn is_reached_by(&self, bytes: usize) -> bool {
        match self.act {
            Act::Cut | Act::Stall(_) => self.after <= bytes,
            Act::Garble(_) => self.after < bytes,
        }
    }
}

impl Writer {
    async fn take(&mut self, load: Load) -> io::Result<()> {
        match load {
            Load::Sentence(sentence) => encode(&sentence, &mut self.buf),
            Load::Trickle(sentence, by, pause) => self.trickle(&sentence, by, pause).await?,
            Load::Raw(bytes) => self.buf.put_slice(&bytes),
            Load::Fault(fault) => {
                // What was said before is not touched by it.
                self.flush().await?;
                self.faults.push_back(fault);
                self.flush().await?;
            }
        }
        Ok(())
    }

    async fn trickle(&mut self, sentence: &Sentence, by: Portion, pause: Duration) -> io::Result<()> {
        self.flush().await?;
        for portion in portions(sentence, by) {
            self.buf.put_slice(&portion);
            self.flush().await?;
            tokio::time::sleep(pause).await;
        }
        Ok(())
    }

    /// Writes everything up to the faults, and lives through them.
    ///
    /// # Errors
    /// The line is closed.
    async fn flush(&mut self) -> io::Result<()> {
        while let Some(Fault { after, act }) = self.next_fault() {
            self.write_first(after).await?;
            self.happen(act).await?;
        }
        self.write_first(self.buf.len()).await
    }

    /// The nearest fault that lies in what is to be written.
    fn next_fault(&mut self) -> Option<Fault> {
        let here = self.buf.len();
        let reached = (0..self.faults.len()).filter(|index| self.faults[*index].is_reached_by(here));
        let nearest = reached.min_by_key(|index| self.faults[*index].after)?;
        self.faults.remove(nearest)
    }

    async fn write_first(&mut self, bytes: usize) -> io::Result<()> {
        for fault in &mut self.faults {
            fault.after = fault.after.saturating_sub(bytes);
        }
        self.socket.write_all_buf(&mut self.buf.split_to(bytes)).await
    }

    async fn happen(&mut self, act: Act) -> io::Result<()> {
        match act {
            Act::Cut => Err(io::ErrorKind::ConnectionAborted.into()),
            Act::Stall(pause) => {
                tokio::time::sleep(pause).await;
                Ok(())
            }
            Act::Garble(mut bytes) => {
                let hit = bytes.len().min(self.buf.len());
                let later = bytes.split_off(hit);
                self.buf[..hit].copy_from_slice(&bytes);
                if !later.is_empty() {
                    self.faults.push_front(Fault { after: hit, act: Act::Garble(later) });
                }
                Ok(())
            }
        }
    }
}

/// A value too long for a word cannot be printed; its row is left out.
fn encode(sentence: &Sentence, buf: &mut BytesMut) {
    let _too_long = sentence.encode(buf);
}

/// A sentence in the pieces in which it goes out.
fn portions(sentence: &Sentence, by: Portion) -> Vec<Vec<u8>> {
    match by {
        Portion::Byte => {
            let mut whole = BytesMut::new();
            encode(sentence, &mut whole);
            whole.iter().map(|byte| vec![*byte]).collect()
        }
        Portion::Word => {
            let mut portions: Vec<Vec<u8>> = sentence.words().iter().map(|word| with_length(word)).collect();
            portions.last_mut().into_iter().for_each(|last| last.push(0));
            portions
        }
    }
}

/// A word as it crosses the wire: a sentence of it alone, without the end.
fn with_length(word: &[u8]) -> Vec<u8> {
    let mut alone = BytesMut::new();
    encode(&Sentence::from_words(vec![word.to_vec()]), &mut alone);
    alone.truncate(alone.len().saturating_sub(1));
    alone.to_vec()
}
