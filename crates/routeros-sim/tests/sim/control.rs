//! The world, moved over HTTP.

use std::{net::SocketAddr, sync::Arc};

use routeros_sim::{Sim, control};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

async fn controlled() -> SocketAddr {
    let sim = Arc::new(Sim::builder().secrets(2).start().await.unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, control::routes(sim)).await });
    address
}

/// Status line and body.
async fn request(address: SocketAddr, line: &str, body: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("{line} HTTP/1.1\r\nhost: sim\r\nconnection: close\r\ncontent-type: application/json\r\n");
    stream.write_all(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap_or_default().to_owned(), body.to_owned())
}

#[tokio::test]
async fn customers_come_and_go_and_refusals_are_bad_requests() {
    let address = controlled().await;
    let ask = async |line, body| request(address, line, body).await;
    let (status, body) = ask("POST /dial-in", r#"{"service":"pppoe","user":"sub00001"}"#).await;
    assert_eq!((status.as_str(), body.as_str()), ("HTTP/1.1 200 OK", r#"{".id":"*8000001F"}"#));
    assert!(ask("GET /rows?menu=/ppp/active", "").await.1.contains(r#""name":"sub00001""#));
    let edit = r#"{"menu":"/ppp/secret","id":"sub00001","set":{"profile":"gold"}}"#;
    let (status, body) = ask("POST /edit", edit).await;
    assert_eq!(status, "HTTP/1.1 400 Bad Request");
    assert_eq!(body, r#"{"error":"input does not match any value of profile"}"#);
    assert_eq!(ask("POST /hang-up", r#"{"service":"pppoe","user":"sub00001"}"#).await.1, r#"{"ended":1}"#);
    assert_eq!(ask("POST /trouble", r#"{"drop-after":{"sentences":3}}"#).await.1, "{}");
    assert_eq!(ask("POST /trouble", r#"{"rain":{}}"#).await.0, "HTTP/1.1 400 Bad Request");
    assert_eq!(ask("GET /counts", "").await.1, "{}");
}
