//! Accepting lines, and reading what comes on them.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use bytes::BytesMut;
use routeros_proto::{Decoder, Limits};
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf},
    sync::{mpsc, watch},
    task::JoinSet,
    time::Instant,
};

use crate::{
    line::{Line, Next},
    router::Port,
    sentences::Mouth,
    sim::Core,
    welcome::{Full, Welcome, welcome},
    writer,
};

/// How long a closed line waits for a client that does not read its last words.
const LAST_WORDS: Duration = Duration::from_secs(10);
/// How long until the port is tried again that somebody took while it was closed.
const TAKEN: Duration = Duration::from_millis(20);
/// Real routers took words of 16 KB and refused one of 2 MB.
const LIMITS: Limits = Limits { word: 1024 * 1024, words: 4096, sentence: 4 * 1024 * 1024, outgoing_word: 64 * 1024 };

/// Accepts lines until dropped. While the port is closed nobody listens on it; lines stay when it moves.
pub(crate) async fn accept(core: Arc<Core>, listener: TcpListener, mut port: watch::Receiver<Port>) -> io::Result<()> {
    let mut at = listener.local_addr()?;
    let mut listener = Some(listener);
    let mut lines = JoinSet::new();
    loop {
        let Port { address, is_open, down_until } = *port.borrow_and_update();
        if !is_open || at != address {
            listener = None;
        }
        if is_open && listener.is_none() {
            listener = listen(&core, address).await.ok();
        }
        at = address;
        let try_again = is_open && listener.is_none();
        tokio::select! {
            changed = port.changed() => if changed.is_err() { return Ok(()) },
            accepted = next_line(listener.as_ref()) => if let Ok((stream, peer)) = accepted {
                lines.spawn(receive(Arc::clone(&core), stream, peer));
            },
            () = tokio::time::sleep_until(down_until.unwrap_or_else(Instant::now)), if down_until.is_some() => {
                core.router().stay_down(Duration::ZERO);
            }
            () = tokio::time::sleep(TAKEN), if try_again => {}
            Some(_) = lines.join_next() => {}
        }
    }
}

/// On the port that was taken when somebody moved the API there, or on one that is free.
async fn listen(core: &Core, address: SocketAddr) -> io::Result<TcpListener> {
    let bound = core.router().bound.take_if(|bound| bound.local_addr().is_ok_and(|bound| bound == address));
    match bound {
        Some(bound) => TcpListener::from_std(bound),
        None => TcpListener::bind(address).await,
    }
}

async fn next_line(listener: Option<&TcpListener>) -> io::Result<(TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => std::future::pending().await,
    }
}

async fn receive(core: Arc<Core>, stream: TcpStream, peer: SocketAddr) {
    let peer = peer.ip().to_canonical();
    let welcome = welcome(&core.router(), peer);
    match welcome {
        Welcome::Served => serve(core, stream, peer, |line| line).await,
        Welcome::Full(Full::Fatal) => serve(core, stream, peer, Line::over).await,
        Welcome::Swallowed => swallow(stream).await,
        // The port was closed after the line was accepted.
        Welcome::Refused | Welcome::Full(Full::Close) => {}
    }
}

/// Reads until the other side has had enough.
async fn swallow(mut stream: TcpStream) {
    let mut unread = BytesMut::with_capacity(4 * 1024);
    while let Ok(1..) = stream.read_buf(&mut unread).await {
        unread.clear();
    }
}

async fn serve(core: Arc<Core>, stream: TcpStream, peer: IpAddr, as_what: fn(Line) -> Line) {
    // Without it small answers wait for the client's acknowledgement.
    let _best_effort = stream.set_nodelay(true);
    let (reader, socket) = stream.into_split();
    let (to, parcels) = mpsc::unbounded_channel();
    let (id, bell, round_trip) = {
        let router = &mut core.router();
        let (id, bell) = router.open_line();
        (id, bell, router.round_trip.clone())
    };
    let mut line = as_what(Line::new(Arc::clone(&core), id, peer, Mouth::new(to, round_trip)));
    let mut writing = pin!(writer::write(socket, parcels));
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
