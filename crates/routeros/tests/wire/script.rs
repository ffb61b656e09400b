//! A router that says exactly what a test has it say, byte for byte.

use std::time::Duration;

use routeros::{Connection, Endpoint, Options, Timings, Tls};
use routeros_proto::{Decoder, Sentence};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// The router's end of a line.
pub(crate) struct Script {
    socket: TcpStream,
    decoder: Decoder,
}

impl Script {
    /// Hears the next sentence, as text; `None` when the line is closed.
    pub(crate) async fn hear(&mut self) -> Option<Vec<String>> {
        loop {
            if let Some(sentence) = self.decoder.next_sentence().unwrap() {
                return Some(sentence.words().iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect());
            }
            if self.socket.read_buf(self.decoder.room()).await.ok()? == 0 {
                return None;
            }
        }
    }

    /// Hears the next sentence and gives its tag.
    pub(crate) async fn hear_tag(&mut self) -> String {
        let words = self.hear().await.unwrap();
        words.iter().find_map(|word| word.strip_prefix(".tag=")).unwrap().to_owned()
    }

    /// Lets anybody in.
    pub(crate) async fn let_in(&mut self) {
        let tag = self.hear_tag().await;
        self.say(&[b"!done", format!(".tag={tag}").as_bytes()]).await;
    }

    /// Says one sentence.
    pub(crate) async fn say(&mut self, words: &[&[u8]]) {
        self.send(&sentence(words)).await;
    }

    /// Sends bytes as they are. The other side may have hung up.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        let _gone = self.socket.write_all(bytes).await;
    }

    /// Sends each byte in a packet of its own.
    pub(crate) async fn send_bytewise(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.socket.write_all(&[*byte]).await.unwrap();
            self.socket.flush().await.unwrap();
            tokio::task::yield_now().await;
        }
    }

    /// Says nothing more, until the other side hangs up.
    pub(crate) async fn keep_silent(&mut self) {
        while self.hear().await.is_some() {}
    }
}

/// A sentence as it crosses the wire.
pub(crate) fn sentence(words: &[&[u8]]) -> Vec<u8> {
    let mut wire = bytes::BytesMut::new();
    Sentence::from_words(words.iter().map(|word| word.to_vec()).collect()).encode(&mut wire).unwrap();
    wire.to_vec()
}

/// A router that follows a script on its first line, and where it listens.
pub(crate) async fn router<F>(script: impl FnOnce(Script) -> F + Send + 'static) -> (Endpoint, JoinHandle<()>)
where
    F: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let playing = tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        socket.set_nodelay(true).unwrap();
        script(Script { socket, decoder: Decoder::default() }).await;
    });
    let (username, password) = ("netpilot-api".to_owned(), "s3cret".to_owned());
    (Endpoint { host: "127.0.0.1".to_owned(), port, tls: Tls::Off, username, password }, playing)
}

/// Little patience, so that tests of it are quick.
pub(crate) fn impatient() -> Options {
    let (connect, idle) = (Duration::from_millis(500), Duration::from_millis(100));
    Timings { connect, silence: Duration::from_millis(300), answer: Duration::from_secs(2), idle }.into()
}

/// A line to a router that lets us in and then follows the script.
pub(crate) async fn line_to<F>(script: impl FnOnce(Script) -> F + Send + 'static) -> Connection
where
    F: Future<Output = ()> + Send,
{
    let (endpoint, _) = router(|mut router| async move {
        router.let_in().await;
        script(router).await;
    })
    .await;
    Connection::dial(&endpoint, impatient()).await.unwrap()
}
