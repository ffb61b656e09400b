//! A throw-away PostgreSQL: on a free port, run by a user without rights, gone with whoever asked for it.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Read},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    thread,
};

use crate::{
    process::{self, Fallible, on_path},
    setup,
};

/// Makes a cluster, runs it until its standard input ends, and removes it. Being told by a pipe, it also ends when we are
/// killed.
const LIFE: &str = r#"
set -eu
bin=$1 port=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$bin/initdb" --pgdata="$dir" --username=netpilot --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
"$bin/postgres" -D "$dir" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off </dev/null &
server=$!
read -r _ || true
kill -INT "$server"
wait "$server" || true
"#;

/// What it says when it can be asked.
const READY: &str = "database system is ready to accept connections";

/// A running PostgreSQL.
pub(crate) struct Postgres {
    port: u16,
    life: Child,
    /// Closed, it ends.
    until: Option<ChildStdin>,
}

impl Postgres {
    /// Installs what is missing and starts it.
    pub(crate) fn start() -> Fallible<Self> {
        let programs = programs()?;
        // The port is free again when this line ends; nobody is waiting for it.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut shell = without_rights("sh")?;
        shell.args(["-c", LIFE, "sh"]).arg(programs).arg(port.to_string()).current_dir("/");
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut life = in_a_group_of_its_own(&mut shell).spawn()?;
        let (until, told) = (life.stdin.take(), life.stderr.take().ok_or("no pipe to read from")?);
        let postgres = Self { port, life, until };
        wait_until_ready(told)?;
        Ok(postgres)
    }

    /// Its own database; others can be made beside it.
    pub(crate) fn url(&self) -> String {
        format!("postgres://netpilot@127.0.0.1:{}/postgres", self.port)
    }
}

/// What hands it to another program: it lives as long as that does.
pub(crate) fn hand_over(mut postgres: Postgres, to: &mut Command) {
    if let Some(until) = postgres.until.take() {
        to.stdin(until);
    }
    // It is not ours to wait for any more.
    std::mem::forget(postgres);
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.until.take());
        // It ends in any case; there is nobody left to tell.
        let _ = self.life.wait();
    }
}

/// Reads what it says until it is ready, and goes on reading, so that it never waits for us.
fn wait_until_ready(told: impl Read + Send + 'static) -> Fallible {
    let mut lines = BufReader::new(told).lines();
    let mut said = Vec::new();
    while let Some(line) = lines.next().transpose()? {
        if line.contains(READY) {
            thread::spawn(move || lines.for_each(drop));
            return Ok(());
        }
        said.push(line);
    }
    Err(format!("PostgreSQL did not start:\n{}", said.join("\n")).into())
}

/// Where its programs lie: on the path, or where Debian puts each version.
fn programs() -> Fallible<PathBuf> {
    if let Some(dir) = installed() {
        return Ok(dir);
    }
    setup::from_debian("postgresql", "the store is tested on PostgreSQL too")?;
    installed().ok_or_else(|| "postgresql was installed but has no initdb".into())
}

fn installed() -> Option<PathBuf> {
    if let Some(initdb) = on_path("initdb") {
        return initdb.parent().map(Path::to_owned);
    }
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut versions: Vec<_> = versions.flatten().map(|version| version.path().join("bin")).collect();
    versions.retain(|dir| dir.join("initdb").is_file());
    versions.sort();
    versions.pop()
}

/// PostgreSQL refuses to be run by root.
fn without_rights(program: &str) -> Fallible<Command> {
    if process::output(Command::new("id").arg("-u"))? != "0" {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--", program]);
    command.env("HOME", env::temp_dir());
    Ok(command)
}

/// Ctrl-C is for whoever uses it; it ends after them.
fn in_a_group_of_its_own(command: &mut Command) -> &mut Command {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_says_before_it_fails_is_handed_on() {
        assert!(wait_until_ready(&b"LOG:  x\nLOG:  database system is ready to accept connections\n"[..]).is_ok());
        let why = wait_until_ready(&b"initdb: error: no room\n"[..]).unwrap_err().to_string();
        assert!(why.contains("no room"), "{why}");
    }
}
