//! The real program on a free port, with an admin to call it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Child, Command, Stdio},
    thread::JoinHandle,
};

use reqwest::{Client, Method, RequestBuilder};
use routeros_sim::Sim;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The admin's password.
pub(crate) const PASSWORD: &str = "canary passphrase";

/// The password of the router's user `netpilot-api`.
pub(crate) const ROUTER_PASSWORD: &str = "canary-router";

/// Where a server keeps its rows, and who signs in to it.
pub(crate) struct Home {
    data: TempDir,
}

/// A server that runs.
pub(crate) struct Running {
    child: Child,
    log: JoinHandle<String>,
    url: String,
    token: String,
    client: Client,
    /// Of a server that needs no home after its end.
    _home: Option<Home>,
}

impl Home {
    pub(crate) fn new() -> Self {
        let home = Self { data: TempDir::new().unwrap() };
        let add = ["operator", "add", "nadia", "--email", "n@example.com", "--role", "Admin Staff", "--password-stdin"];
        let mut adding = home.program().args(add).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        writeln!(adding.stdin.take().unwrap(), "{PASSWORD}").unwrap();
        assert!(adding.wait().unwrap().success());
        home
    }

    fn program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_netpilot"));
        command
            .current_dir(self.data.path())
            .env("NETPILOT_DATA_DIR", self.data.path())
            .env_remove("DATABASE_URL")
            .env("NETPILOT_LISTEN", "127.0.0.1:0")
            .env("NETPILOT_LOG", "trace,sqlx=info")
            .env("NETPILOT_JWT_SECRET", "j".repeat(32))
            .env("NETPILOT_MASTER_KEY", "0a".repeat(32));
        command
    }

    /// Starts a server on this router.
    pub(crate) async fn start(&self, sim: &Sim) -> Running {
        let mut serve = self.program();
        serve
            .env("MIKROTIK_HOST", sim.address().ip().to_string())
            .env("MIKROTIK_PORT", sim.address().port().to_string())
            .env("MIKROTIK_USER", "netpilot-api")
            .env("MIKROTIK_PASSWORD", ROUTER_PASSWORD);
        let mut child = serve.arg("serve").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut errors = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut said = String::new();
            errors.read_to_string(&mut said).unwrap();
            said
        });
        let mut ready = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let url = ready.find_map(|line| line.strip_prefix("listening on ").map(str::to_owned)).unwrap();
        let client = Client::new();
        let login = json!({ "usernameOrEmail": "nadia", "password": PASSWORD });
        let answer = client.post(format!("{url}/api/auth/login")).json(&login).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        let token = answer["access_token"].as_str().unwrap().to_owned();
        Running { child, log, url, token, client, _home: None }
    }
}

impl Running {
    /// Starts one on this router, with a home of its own.
    pub(crate) async fn start(sim: &Sim) -> Self {
        let home = Home::new();
        let running = home.start(sim).await;
        Self { _home: Some(home), ..running }
    }

    /// Calls the REST API as the admin.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let answer = self.request(method, path, body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// A call that nobody has made yet.
    pub(crate) fn request(&self, method: Method, path: &str, body: Option<Value>) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url)).bearer_auth(&self.token);
        match body {
            Some(body) => request.json(&body),
            None => request,
        }
    }

    /// Ends it as an operating system does, and gives its log.
    pub(crate) fn stop(mut self) -> String {
        let ended = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(ended.success() && self.child.wait().unwrap().success());
        self.log.join().unwrap()
    }

    /// Ends it as a power cut does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
