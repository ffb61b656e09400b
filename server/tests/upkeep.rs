//! The real program beside itself: one server a database, keys and backups while it serves.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

/// The master keys 0a0a… and 0b0b…, and their ids.
const OLD: (&str, &str) = ("0a", "b9b07dd4");
const NEW: (&str, &str) = ("0b", "f0e38b83");

/// A folder that netpilot works in.
struct Place(TempDir);

/// What a command came to.
#[derive(Debug)]
struct Ended {
    ok: bool,
    said: String,
}

/// A server that answers.
struct Serving(Child);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn netpilot(&self, keys: &[&str], args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_netpilot"));
        command
            .args(args)
            .current_dir(self.0.path())
            .env("NETPILOT_DATA_DIR", self.0.path())
            .env_remove("DATABASE_URL")
            .env_remove("MIKROTIK_HOST")
            .env("NETPILOT_LISTEN", "127.0.0.1:0")
            .env("NETPILOT_LOG", "off")
            .env("NETPILOT_JWT_SECRET", "j".repeat(32))
            .env("NETPILOT_MASTER_KEY", keys.iter().map(|key| key.repeat(32)).collect::<Vec<_>>().join(","))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, keys: &[&str], args: &[&str]) -> Ended {
        let mut child = self.netpilot(keys, args).spawn().unwrap();
        writeln!(child.stdin.take().unwrap(), "a long passphrase").unwrap();
        let output = child.wait_with_output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        Ended { ok: output.status.success(), said: String::from_utf8(said).unwrap() }
    }

    fn add_operator(&self, keys: &[&str], name: &str) -> Ended {
        let email = format!("{name}@example.com");
        self.run(keys, &["operator", "add", name, "--email", &email, "--role", "Admin Staff", "--password-stdin"])
    }

    fn serve(&self, keys: &[&str]) -> Serving {
        let mut child = self.netpilot(keys, &["serve"]).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let Some(address) = lines.find_map(|line| line.strip_prefix("listening on http://").map(str::to_owned)) else {
            panic!("it did not serve: {:?}", child.wait_with_output());
        };
        // It has its port before it serves.
        let mut line = TcpStream::connect(address).unwrap();
        write!(line, "GET /healthz HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).unwrap();
        assert!(answer.ends_with("ok"), "{answer}");
        Serving(child)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

impl Serving {
    /// Ends it as an operating system does.
    fn stop(mut self) {
        let told = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().unwrap();
        assert!(told.success() && self.0.wait().unwrap().success());
    }

    /// Ends it as a power cut does.
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // One that was stopped is gone already.
        let _ = self.0.kill();
    }
}

impl Ended {
    #[track_caller]
    fn well(self, says: &str) {
        assert!(self.ok && self.said.contains(says), "{self:?}");
    }

    #[track_caller]
    fn refused(self, says: &str) {
        assert!(!self.ok && self.said.contains(says), "{self:?}");
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn one_server_serves_a_database_and_everything_else_works_beside_it() {
    let place = Place::new();
    place.add_operator(&[OLD.0], "nadia").well("nadia may sign in");
    let server = place.serve(&[OLD.0]);
    place.run(&[OLD.0], &["serve"]).refused("another NetPilot serves this database");
    place.add_operator(&[OLD.0], "budi").well("budi may sign in");
    let backup = place.path("backup.db");
    place.run(&[OLD.0], &["backup", text(&backup)]).well("backup.db");
    place.run(&[OLD.0], &["backup", text(&backup)]).refused("is there already");
    place.run(&[OLD.0], &["restore", text(&backup)]).refused("another NetPilot serves this database");
    place.run(&[OLD.0], &["key", "check"]).well(&format!("key {}: in use by 1", OLD.1));
    // A lock dies with its program, however that ends.
    server.kill();
    place.serve(&[OLD.0]).stop();
    place.add_operator(&[OLD.0], "zoe").well("zoe may sign in");
    place.run(&[OLD.0], &["restore", text(&backup)]).well("backup.db is the database now");
    place.add_operator(&[OLD.0], "zoe").well("zoe may sign in");
    place.add_operator(&[OLD.0], "budi").refused("is an operator already");
    place.serve(&[OLD.0]).stop();
}

#[test]
fn a_key_is_replaced_while_a_server_runs_and_backups_of_the_old_one_need_it() {
    let place = Place::new();
    place.serve(&[OLD.0]).stop();
    let backup = place.path("backup.db");
    place.run(&[OLD.0], &["backup", text(&backup)]).well("version");
    let server = place.serve(&[OLD.0]);
    place.run(&[NEW.0, OLD.0], &["key", "rotate"]).refused("start it again");
    server.stop();
    let server = place.serve(&[NEW.0, OLD.0]);
    place.run(&[NEW.0, OLD.0], &["key", "rotate"]).well(&format!("Sealed 1 values anew by the first key, {}", NEW.1));
    place.run(&[NEW.0, OLD.0], &["key", "rotate"]).well("Nothing is left to do");
    place.run(&[NEW.0, OLD.0], &["key", "check"]).well(&format!("key {}: in use by 0", OLD.1));
    server.stop();
    place.run(&[OLD.0], &["serve"]).refused(&format!("needs the master key {}", NEW.1));
    place.serve(&[NEW.0]).stop();
    place.run(&[NEW.0], &["restore", text(&backup)]).refused("NETPILOT_MASTER_KEY");
    place.serve(&[NEW.0]).stop();
    place.run(&[NEW.0, OLD.0], &["restore", text(&backup)]).well("all 1 secrets open");
    place.run(&[NEW.0], &["key", "rotate"]).refused(&format!("needs the master key {}", OLD.1));
    place.run(&[NEW.0, OLD.0], &["key", "rotate"]).well("Sealed 1 values");
    place.serve(&[NEW.0]).stop();
}
