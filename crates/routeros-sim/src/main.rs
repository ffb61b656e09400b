//! `routeros-sim`: the router in memory as a program.

use std::{io::Write, net::SocketAddr, sync::Arc, time::Duration};

use clap::Parser;
use routeros_sim::{Builder, Full, Pace, Sim, control};
use tokio::{net::TcpListener, signal};

/// The rights of a group for programs: they read and write, and see no passwords.
const API_USERS: (&str, &[&str]) = ("api-users", &["api", "read", "write", "policy", "test"]);

/// A `MikroTik` router in memory that speaks the RouterOS API.
#[derive(Parser)]
struct Options {
    /// Where the API listens.
    #[arg(long, default_value = "127.0.0.1:8728")]
    listen: SocketAddr,
    /// Who may do everything.
    #[arg(long, default_value = "admin")]
    user: String,
    #[arg(long, default_value = "")]
    password: String,
    /// The RouterOS version to be, from 6.40 on.
    #[arg(long, default_value = "7.22.3")]
    version: String,
    /// How many customers have a secret.
    #[arg(long, default_value_t = 0)]
    secrets: usize,
    /// How many of them are online.
    #[arg(long, default_value_t = 0)]
    sessions: usize,
    /// Where chance begins.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// One more user, as NAME:PASSWORD:GROUP. The group api-users is made when it is asked for.
    #[arg(long, value_parser = read_user)]
    add_user: Vec<User>,
    /// How much later every answer leaves: 1ms, 250us, 1.5s. Commands do not wait for each other's way.
    #[arg(long, value_parser = read_time, default_value = "0ms")]
    rtt: Duration,
    /// How fast commands are worked off: "router" takes 1 ms for each of the first 150 and then 20 ms until it has
    /// had a rest, one at a time.
    #[arg(long, value_enum, default_value = "none")]
    pace: Pace,
    /// How many customers' lines break every second, by chance, and are dialled again.
    #[arg(long, default_value_t = 0)]
    churn: u32,
    /// What a line over max-sessions of /ip/service sees.
    #[arg(long, value_enum, default_value = "close")]
    when_full: Full,
    /// Where the HTTP control listens. It also takes troubles: the docs of the crate's module `control` list them.
    #[arg(long)]
    control: Option<SocketAddr>,
}

#[derive(Clone)]
struct User {
    name: String,
    password: String,
    group: String,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let options = Options::parse();
    let control = options.control;
    let sim = Arc::new(builder(options).start().await?);
    say(&format!("listening on {}", sim.address()))?;
    if let Some(address) = control {
        let listener = TcpListener::bind(address).await?;
        say(&format!("control on http://{}", listener.local_addr()?))?;
        tokio::spawn(axum::serve(listener, control::routes(Arc::clone(&sim))).into_future());
    }
    asked_to_stop().await
}

fn builder(options: Options) -> Builder {
    let Options {
        listen,
        user,
        password,
        version,
        secrets,
        sessions,
        seed,
        add_user,
        rtt,
        pace,
        churn,
        when_full,
        control: _,
    } = options;
    let mut builder = Sim::builder()
        .listen(listen)
        .version(&version)
        .secrets(secrets)
        .sessions(sessions)
        .seed(seed)
        .round_trip(rtt)
        .pace(pace)
        .churn(churn)
        .when_full(when_full)
        .user(&user, &password, "full");
    if add_user.iter().any(|user| user.group == API_USERS.0) {
        builder = builder.group(API_USERS.0, API_USERS.1);
    }
    add_user.iter().fold(builder, |builder, User { name, password, group }| builder.user(name, password, group))
}

/// The password may hold colons; name and group may not.
fn read_user(text: &str) -> Result<User, String> {
    let parts = text.split_once(':').and_then(|(name, rest)| Some((name, rest.rsplit_once(':')?)));
    let (name, (password, group)) = parts.ok_or("not of the form NAME:PASSWORD:GROUP")?;
    Ok(User { name: name.to_owned(), password: password.to_owned(), group: group.to_owned() })
}

fn read_time(text: &str) -> Result<Duration, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = match unit {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        _ => return Err("not a time such as 250us, 1ms or 1.5s".to_owned()),
    };
    let number: f64 = number.parse().map_err(|_| format!("{number:?} is no number"))?;
    Duration::try_from_secs_f64(number * unit).map_err(|error| error.to_string())
}

/// Flushed, because whoever started the program waits for the line.
fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

async fn asked_to_stop() -> std::io::Result<()> {
    let mut terminated = signal::unix::signal(signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = signal::ctrl_c() => interrupted,
        _ = terminated.recv() => Ok(()),
    }
}
