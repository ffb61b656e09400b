//! Accepting lines, and moving bytes on them.

use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use bytes::BytesMut;
use routeros_proto::{Decoder, Limits, Sentence};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    sync::{mpsc, watch},
    task::JoinSet,
};

use crate::{
    line::{Line, Next},
    sim::Core,
};

/// How long a closed line waits for a client that does not read its last words.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// Real routers took words of 16 KB and refused one of 2 MB.
const LIMITS: Limits = Limits { word: 1024 * 1024, words: 4096, sentence: 4 * 1024 * 1024 };

/// Accepts lines until dropped. While `refusing` is true nobody listens on the port.
pub(crate) async fn accept(
    core: Arc<Core>,
    listener: TcpListener,
    mut refusing: watch::Receiver<bool>,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    let mut listener = Some(listener);
    let mut lines = JoinSet::new();
    loop {
        let refuses = *refusing.borrow_and_update();
        if refuses {
            listener = None;
        } else if listener.is_none() {
            listener = Some(TcpListener::bind(address).await?);
        }
        tokio::select! {
            changed = refusing.changed() => if changed.is_err() { return Ok(()) },
            accepted = next_line(listener.as_ref()) => if let Ok((stream, peer)) = accepted && !is_closed_to_api(&core) {
                lines.spawn(serve(Arc::clone(&core), stream, peer));
            },
            Some(_) = lines.join_next() => {}
        }
    }
}

async fn next_line(listener: Option<&TcpListener>) -> io::Result<(TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => std::future::pending().await,
    }
}

/// The trouble may have begun before the port was closed; and `/ip/service` may have the API disabled.
fn is_closed_to_api(core: &Core) -> bool {
    let router = core.router();
    let is_disabled = router.row_named("/ip/service", b"api").is_some_and(|(_, row)| row.text("disabled") == "true");
    is_disabled || router.troubles.refuses_connections()
}

async fn serve(core: Arc<Core>, stream: TcpStream, peer: SocketAddr) {
    // Without it small answers wait for the client's acknowledgement.
    let _best_effort = stream.set_nodelay(true);
    let (reader, writer) = stream.into_split();
    let (to, outgoing) = mpsc::unbounded_channel();
    let (id, bell) = core.router().open_line();
    let mut line = Line::new(Arc::clone(&core), id, peer.ip(), to);
    let mut writing = pin!(write(writer, outgoing));
    let last = tokio::select! {
        last = read(reader, &mut line) => last,
        () = &mut writing => Next::Cut,
        () = bell.notified() => Next::Cut,
    };
    core.router().close_line(id);
    drop(line);
    if last == Next::HangUp {
        // The client may have gone without reading them.
        let _unread = tokio::time::timeout(LAST_WORDS, writing).await;
    }
}

async fn read(mut reader: OwnedReadHalf, line: &mut Line) -> Next {
    let (mut decoder, mut buf) = (Decoder::new(LIMITS), BytesMut::with_capacity(16 * 1024));
    loop {
        buf.clear();
        match reader.read_buf(&mut buf).await {
            Ok(0) | Err(_) => return Next::HangUp,
            Ok(_) => decoder.feed(&buf),
        }
        loop {
            match decoder.next_sentence() {
                Ok(Some(sentence)) => match line.hear(&sentence).await {
                    Next::Listen => {}
                    end => return end,
                },
                Ok(None) => break,
                Err(_) => return Next::Cut,
            }
        }
    }
}

/// Writes what there is in as few packets as possible; ends when nobody has anything to say any more.
async fn write(mut writer: OwnedWriteHalf, mut outgoing: mpsc::UnboundedReceiver<Sentence>) {
    let mut buf = BytesMut::new();
    while let Some(first) = outgoing.recv().await {
        encode(&first, &mut buf);
        while buf.len() < 64 * 1024
            && let Ok(next) = outgoing.try_recv()
        {
            encode(&next, &mut buf);
        }
        if writer.write_all_buf(&mut buf).await.is_err() {
            return;
        }
    }
}

/// A value too long for a word cannot be printed; its row is left out.
fn encode(sentence: &Sentence, buf: &mut BytesMut) {
    let _too_long = sentence.encode(buf);
}
