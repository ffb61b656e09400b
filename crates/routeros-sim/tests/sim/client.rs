//! As little of a client as tests need.

use std::{collections::BTreeMap, time::Duration};

use bytes::BytesMut;
use routeros_proto::{DecodeError, Decoder, Sentence};
use routeros_sim::Sim;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Longer than any answer takes, redials included.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Client {
    stream: TcpStream,
    decoder: Decoder,
}

/// What came back, roughly.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Sentence,
    ReservedPrefix,
    WordTooLong,
    Nothing,
}

impl Client {
    pub(crate) async fn connect(sim: &Sim) -> Self {
        Self { stream: TcpStream::connect(sim.address()).await.unwrap(), decoder: Decoder::default() }
    }

    /// A line on which somebody is signed in.
    pub(crate) async fn signed_in(sim: &Sim, name: &str, password: &str) -> Self {
        let mut client = Self::connect(sim).await;
        let name = format!("=name={name}");
        let password = format!("=password={password}");
        assert_eq!(client.ask(&["/login", &name, &password]).await, ["!done"]);
        client
    }

    pub(crate) async fn send(&mut self, sentence: &Sentence) {
        let mut out = BytesMut::new();
        sentence.encode(&mut out).unwrap();
        self.stream.write_all(&out).await.unwrap();
    }

    /// Sends sentences in one piece.
    pub(crate) async fn send_all(&mut self, sentences: &[Vec<String>]) {
        let mut out = BytesMut::new();
        for words in sentences {
            let words = words.iter().map(|word| word.clone().into_bytes()).collect();
            Sentence::from_words(words).encode(&mut out).unwrap();
        }
        self.stream.write_all(&out).await.unwrap();
    }

    /// Everything that still comes until the line is closed.
    pub(crate) async fn bytes_to_the_end(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        tokio::time::timeout(PATIENCE, self.stream.read_to_end(&mut bytes)).await.expect("no end").unwrap();
        bytes
    }

    /// The next sentence as text.
    pub(crate) async fn said(&mut self) -> String {
        self.read().await.map_or_else(|| "(closed)".to_owned(), |sentence| print(&sentence))
    }

    /// Sends words and looks at the next thing that comes.
    pub(crate) async fn hear_after(&mut self, words: &[&str]) -> Heard {
        self.send_all(&[words.iter().map(|word| (*word).to_owned()).collect()]).await;
        loop {
            match self.decoder.next_sentence() {
                Ok(Some(_)) => return Heard::Sentence,
                Err(DecodeError::ReservedByte(_)) => return Heard::ReservedPrefix,
                Err(_) => return Heard::WordTooLong,
                Ok(None) => {}
            }
            let mut buf = BytesMut::with_capacity(4096);
            let read = tokio::time::timeout(PATIENCE, self.stream.read_buf(&mut buf)).await.expect("no answer");
            if matches!(read, Ok(0) | Err(_)) {
                return Heard::Nothing;
            }
            self.decoder.feed(&buf);
        }
    }

    /// The next sentence; `None` when the line is closed.
    pub(crate) async fn read(&mut self) -> Option<Sentence> {
        tokio::time::timeout(PATIENCE, self.read_patiently()).await.expect("no answer")
    }

    pub(crate) async fn send_words(&mut self, words: &[&str]) {
        self.send(&Sentence::from_words(words.iter().map(|word| word.as_bytes().to_vec()).collect())).await;
    }

    /// Sends words and gives the answer up to its end, one text per sentence.
    pub(crate) async fn ask(&mut self, words: &[&str]) -> Vec<String> {
        self.send_words(words).await;
        self.answer().await
    }

    /// The same on a line that may be closed already.
    pub(crate) async fn try_ask(&mut self, words: &[&str]) -> Vec<String> {
        let mut out = BytesMut::new();
        let words = words.iter().map(|word| word.as_bytes().to_vec()).collect();
        Sentence::from_words(words).encode(&mut out).unwrap();
        match self.stream.write_all(&out).await {
            Ok(()) => self.answer().await,
            Err(_) => Vec::new(),
        }
    }

    async fn answer(&mut self) -> Vec<String> {
        let mut answer = Vec::new();
        while let Some(sentence) = self.read().await {
            let is_end = matches!(sentence.first(), b"!done" | b"!fatal");
            answer.push(print(&sentence));
            if is_end {
                break;
            }
        }
        answer
    }

    /// Sends many commands at once and gives the answer to each, in their order.
    pub(crate) async fn ask_all(&mut self, commands: &[Vec<String>]) -> Vec<Vec<String>> {
        let mut answers = Vec::with_capacity(commands.len());
        // A router takes only so much before somebody reads its answers.
        for some in commands.chunks(200) {
            for words in some {
                self.send(&Sentence::from_words(words.iter().map(|word| word.clone().into_bytes()).collect())).await;
            }
            for _ in some {
                answers.push(self.answer().await);
            }
        }
        answers
    }

    /// The rows that words print.
    pub(crate) async fn rows(&mut self, words: &[&str]) -> Vec<BTreeMap<String, String>> {
        self.send_words(words).await;
        let mut rows = Vec::new();
        while let Some(sentence) = self.read().await.filter(|sentence| sentence.first() == b"!re") {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            rows.push(sentence.attributes().map(|(name, value)| (text(name), text(value))).collect());
        }
        rows
    }

    async fn read_patiently(&mut self) -> Option<Sentence> {
        loop {
            if let Some(sentence) = self.decoder.next_sentence().unwrap() {
                return Some(sentence);
            }
            let mut buf = BytesMut::with_capacity(4096);
            if matches!(self.stream.read_buf(&mut buf).await, Ok(0) | Err(_)) {
                return None;
            }
            self.decoder.feed(&buf);
        }
    }
}

/// A sentence as conversations spell it: words with spaces between, bytes that are no text as `\xF1`.
pub(crate) fn print(sentence: &Sentence) -> String {
    let words: Vec<String> = sentence.words().iter().map(|word| print_word(word)).collect();
    words.join(" ")
}

fn print_word(word: &[u8]) -> String {
    match std::str::from_utf8(word) {
        Ok(text) => text.to_owned(),
        Err(_) => word
            .iter()
            .map(|byte| if byte.is_ascii() { char::from(*byte).to_string() } else { format!("\\x{byte:02X}") })
            .collect(),
    }
}
