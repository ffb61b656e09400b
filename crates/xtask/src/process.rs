//! Running other programs. What they print goes through; a failure names the command line.

use std::{
    env,
    error::Error,
    io::{self, BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Command, ExitCode, ExitStatus, Stdio},
    time::Instant,
};

/// What every step of this program returns.
pub(crate) type Fallible<T = ()> = Result<T, Box<dyn Error>>;

/// Runs to the end, on our terminal.
pub(crate) fn run(command: &mut Command) -> Fallible {
    let status = command.status().map_err(|why| cannot_start(command, &why))?;
    if status.success() { Ok(()) } else { Err(ended(command, status)) }
}

/// Runs to the end and hands back what it wrote, without the last line break.
pub(crate) fn output(command: &mut Command) -> Fallible<String> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|why| cannot_start(command, &why))?;
    if !output.status.success() {
        return Err(ended(command, output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

/// Whether it ends well; what it says is nobody's business.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}

/// Runs to the end and shows each line as it comes, to the reader and to `each_line`.
///
/// Ends well or badly: the caller has the lines to judge by, so the error is handed over beside them.
pub(crate) fn stream(command: &mut Command, mut each_line: impl FnMut(&str)) -> Fallible<Fallible> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|why| cannot_start(command, &why))?;
    let mut lines = BufReader::new(child.stdout.take().ok_or("no pipe to read from")?);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? != 0 {
        let text = String::from_utf8_lossy(&line);
        print!("{text}");
        each_line(text.trim_end());
        line.clear();
    }
    let status = child.wait()?;
    Ok(if status.success() { Ok(()) } else { Err(ended(command, status)) })
}

/// Becomes the program: Ctrl-C and the exit status are then its own.
#[cfg(unix)]
pub(crate) fn become_program(command: &mut Command) -> Fallible<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    io::stdout().flush()?;
    let why = command.exec();
    Err(cannot_start(command, &why))
}

/// Runs the program to its end and passes its failure on.
#[cfg(not(unix))]
pub(crate) fn become_program(command: &mut Command) -> Fallible<ExitCode> {
    run(command).map(|()| ExitCode::SUCCESS)
}

/// Says what is being done, does it, and says how long it took.
pub(crate) fn timed<T>(what: &str, work: impl FnOnce() -> Fallible<T>) -> Fallible<T> {
    println!("{what} …");
    let start = Instant::now();
    let result = work()?;
    println!("{what} … {} s", start.elapsed().as_secs());
    Ok(result)
}

/// The program of this name that a shell would start.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|dir| dir.join(name)).find(|program| program.is_file())
}

/// For error messages: as one would type it, more or less.
fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn cannot_start(command: &Command, why: &io::Error) -> Box<dyn Error> {
    format!("could not start `{}`: {why}", command_line(command)).into()
}

fn ended(command: &Command, status: ExitStatus) -> Box<dyn Error> {
    format!("`{}` failed ({status})", command_line(command)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command_and_its_status() {
        let error = run(Command::new("sh").args(["-c", "exit 3"])).unwrap_err().to_string();
        assert_eq!(error, "`sh -c exit 3` failed (exit status: 3)");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut Command::new("no-such-program")).unwrap_err().to_string();
        assert!(error.starts_with("could not start `no-such-program`: "), "{error}");
    }

    #[test]
    fn a_stream_hands_over_lines_and_the_end() {
        let mut lines = Vec::new();
        let ended = stream(Command::new("printf").arg("one\\ntwo"), |line| lines.push(line.to_owned()));
        assert!(ended.unwrap().is_ok());
        assert_eq!(lines, ["one", "two"]);
    }

    #[test]
    fn a_stream_that_fails_still_hands_over_its_lines() {
        let mut lines = 0;
        let ended = stream(Command::new("sh").args(["-c", "echo one; exit 1"]), |_| lines += 1);
        assert!(ended.unwrap().is_err());
        assert_eq!(lines, 1);
    }

    #[test]
    fn a_program_is_found_on_the_path_or_not() {
        assert!(on_path("sh").is_some());
        assert_eq!(on_path("no-such-program"), None);
    }
}
