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

#[tokio::test]
async fn rows_are_written_put_aside_and_brought_back() {
    let address = controlled().await;
    let ask = async |line, body| request(address, line, body).await.1;
    assert_eq!(ask("POST /restore", "{}").await, r#"{"error":"no snapshot was taken"}"#);
    assert_eq!(ask("POST /snapshot", "").await, "{}");
    let add = r#"{"menu":"/ppp/secret","set":{"name":"ana"}}"#;
    assert_eq!(ask("POST /add", add).await, r#"{".id":"*3"}"#);
    assert_eq!(ask("POST /add", add).await, r#"{"error":"failure: secret with the same name already exists"}"#);
    assert_eq!(ask("POST /remove", r#"{"menu":"/ppp/secret","id":"sub00001"}"#).await, "{}");
    assert_eq!(ask("POST /restore", r#"{"menu":"/ppp/secret"}"#).await, "{}");
    let rows = ask("GET /rows?menu=/ppp/secret", "").await;
    assert!(rows.contains("sub00001") && !rows.contains("ana"), "{rows}");
    assert_eq!(ask("POST /reboot", r#"{"down-millis":60000,"ids":"shift"}"#).await, "{}");
    let dial = ask("POST /dial-in", r#"{"service":"pppoe","user":"sub00001"}"#).await;
    assert!(dial.contains("no power"), "{dial}");
}

#[tokio::test]
async fn time_and_chance_are_set() {
    let address = controlled().await;
    for (line, body) in [
        ("POST /rtt", r#"{"micros":1000}"#),
        ("POST /pace", r#"{"pace":"router"}"#),
        ("POST /churn", r#"{"per-second":5}"#),
    ] {
        assert_eq!(request(address, line, body).await.1, "{}", "{line}");
        assert_eq!(request(address, line, r#"{"x":1}"#).await.0, "HTTP/1.1 400 Bad Request", "{line}");
    }
    assert_eq!(request(address, "GET /connections", "").await.1, r#"{"open":0}"#);
}

/// Every trouble that the docs of the module spell.
#[tokio::test]
async fn every_trouble_can_be_said_as_json() {
    let address = controlled().await;
    for what in [
        r#""swallow""#,
        r#""cut-before""#,
        r#""cut-after""#,
        r#"{"cut-at":{"bytes":5}}"#,
        r#"{"stall":{"bytes":5,"millis":500}}"#,
        r#"{"garble":{"bytes":5,"with":"reserved-prefix"}}"#,
        r#"{"garble":{"bytes":5,"with":"huge-prefix"}}"#,
        r#"{"garble":{"bytes":5,"with":{"noise":{"bytes":9,"seed":1}}}}"#,
        r#"{"trickle":{"millis":1000}}"#,
        r#"{"trickle":{"by":"byte","millis":10}}"#,
        r#"{"instead":{"sentences":[["!done","=ret=x",".tag"]]}}"#,
        r#"{"raw":{"bytes":[72,84,84,80]}}"#,
        r#"{"foreign-tag":{"tag":"7"}}"#,
        r#"{"foreign-tag":{}}"#,
        r#""twice""#,
        r#"{"rows":{"keep":2,"then":"no-such-item"}}"#,
        r#"{"rows":{"keep":2,"then":"never"}}"#,
        r#"{"trap":{"message":"busy","category":1}}"#,
        r#"{"trap":{"message":"busy"}}"#,
        r#""disk-full""#,
        r#"{"fatal":{"message":"over"}}"#,
        r#"{"slow":{"millis":30}}"#,
        r#""refuse""#,
        r#"{"reboot":{"down-millis":500,"ids":"keep"}}"#,
        r#"{"restore":{}}"#,
        r#"{"restore":{"menu":"/ppp/secret"}}"#,
        r#"{"meanwhile":{"edit":{"menu":"/ppp/secret","id":"ana","set":{"comment":"x"}}}}"#,
        r#"{"meanwhile":{"dial-in":{"service":"pppoe","user":"ana"}}}"#,
    ] {
        let script = format!(r#"{{"when":{{"command":"/ppp/secret/add","nth":3}},"what":{what},"times":null}}"#);
        assert_eq!(request(address, "POST /script", &script).await.1, "{}", "{what}");
    }
    for wrong in [r#"{"what":"rain"}"#, r#"{"what":"twice","when":{"comand":"/x"}}"#, "{}"] {
        assert_eq!(request(address, "POST /script", wrong).await.0, "HTTP/1.1 400 Bad Request", "{wrong}");
    }
    for named in ["\"clear\"", "\"silent\"", "\"disk-full\"", r#"{"slow-by":{"millis":30}}"#] {
        assert_eq!(request(address, "POST /trouble", named).await.1, "{}", "{named}");
    }
}
