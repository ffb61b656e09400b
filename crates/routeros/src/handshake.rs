//! From a name to a line that is signed in. Each step that fails says which it was.

use std::{io, net::SocketAddr, time::Duration};

use routeros_proto::login;
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};

use crate::{
    Command, Connection, Endpoint, Options,
    error::{CallError, ConnectError, LineEnd},
    tls,
};

impl Connection {
    /// Opens a line and signs in.
    ///
    /// # Errors
    /// The step that failed, with what the other side said. Nothing is tried twice.
    pub async fn dial(endpoint: &Endpoint, options: impl Into<Options>) -> Result<Self, ConnectError> {
        let options = options.into();
        let patience = options.timings.connect;
        // What is wrong with our own settings is said before anybody is called.
        let tls = tls::connector(endpoint)?;
        let addresses = resolve(endpoint, patience).await?;
        let socket = connect(&addresses, patience).await?;
        let connection = match tls {
            None => Self::open(socket, options),
            Some(tls) => Self::open(tls.connect(socket, endpoint, patience).await?, options),
        };
        sign_in(&connection, endpoint).await?;
        Ok(connection)
    }
}

async fn resolve(Endpoint { host, port, .. }: &Endpoint, patience: Duration) -> Result<Vec<SocketAddr>, ConnectError> {
    let failed = |source| ConnectError::Resolve { host: host.clone(), source };
    let found = timeout(patience, lookup_host((host.as_str(), *port)))
        .await
        .map_err(|_| failed(io::ErrorKind::TimedOut.into()))?
        .map_err(failed)?;
    let addresses: Vec<_> = found.collect();
    if addresses.is_empty() { Err(failed(io::ErrorKind::NotFound.into())) } else { Ok(addresses) }
}

/// Tries each address in turn. Each has its share of the time, so that one that swallows everything hides no other.
async fn connect(addresses: &[SocketAddr], patience: Duration) -> Result<TcpStream, ConnectError> {
    let share = patience / u32::try_from(addresses.len()).unwrap_or(u32::MAX).max(1);
    let mut last = None;
    for address in addresses {
        match connect_to(*address, share).await {
            Ok(socket) => return Ok(socket),
            Err(error) => last = Some(error),
        }
    }
    Err(last.expect("a name that resolves has an address"))
}

async fn connect_to(address: SocketAddr, patience: Duration) -> Result<TcpStream, ConnectError> {
    let at = || address.to_string();
    let connected = timeout(patience, TcpStream::connect(address))
        .await
        .map_err(|_| ConnectError::NoAnswer { address: at(), after: patience })?;
    let socket = connected.map_err(|source| match source.kind() {
        io::ErrorKind::ConnectionRefused => ConnectError::Refused { address: at() },
        _ => ConnectError::Tcp { address: at(), source },
    })?;
    // Sentences are small and an answer is waited for: collecting bytes would cost 40 ms each.
    socket.set_nodelay(true).map_err(|source| ConnectError::Tcp { address: at(), source })?;
    Ok(socket)
}

/// RouterOS 6.43 and later take the password as it is; before, they answer it with a challenge.
async fn sign_in(connection: &Connection, endpoint: &Endpoint) -> Result<(), ConnectError> {
    let Endpoint { username, password, .. } = endpoint;
    let failed = |error| login_failed(endpoint, error);
    let plain = Command::login([("name", username), ("password", password)]);
    let Some(challenge) = connection.run(plain).await.map_err(failed)?.ret else {
        return Ok(());
    };
    let response = login::response(password.as_bytes(), &challenge).ok_or_else(|| ConnectError::LoginUndecided {
        username: username.clone(),
        message: "it sent a challenge that is not hexadecimal".to_owned(),
    })?;
    let answered = Command::login([("name", username.as_str()), ("response", response.as_str())]);
    connection.run(answered).await.map_err(failed).map(|_| ())
}

/// How routers say that a user or a password is wrong, since 6.43 and before.
const WRONG: [&str; 2] = ["invalid user name or password", "cannot log in"];

fn login_failed(endpoint: &Endpoint, error: CallError) -> ConnectError {
    let address = format!("{}:{}", endpoint.host, endpoint.port);
    match error {
        CallError::Unknown { why: LineEnd::Foreign(speaks), .. } => ConnectError::NotTheApi { address, speaks },
        CallError::Refused { refusal, .. } => {
            let (username, message) = (endpoint.username.clone(), refusal.message().to_owned());
            if WRONG.iter().any(|words| message.starts_with(words)) {
                ConnectError::LoginRefused { username, message }
            } else {
                ConnectError::LoginUndecided { username, message }
            }
        }
        source => ConnectError::Login { address, source },
    }
}
