//! Every habit of the project as a command: `cargo xtask` lists them.

mod layers; // who may depend on whom
mod postgres; // a throw-away PostgreSQL
mod process; // run a program
mod project; // where things lie
mod release; // what users get
mod setup; // what a fresh machine lacks
mod site; // what the browser loads
mod soak; // what takes long
mod suite; // everything CI checks
mod tally; // how many tests passed

use std::{
    env,
    process::{Command, ExitCode},
};

use postgres::Postgres;
use process::{Fallible, become_program, on_path, run};
use project::Project;

/// What can be asked for.
struct Habit {
    name: &'static str,
    help: &'static str,
    work: Work,
}

enum Work {
    /// Takes nothing.
    Plain(fn(&Project) -> Fallible<ExitCode>),
    /// Hands what follows on to the program it starts.
    Starts(fn(&Project, &[String]) -> Fallible<ExitCode>),
}
use Work::{Plain, Starts};

const HABITS: &[Habit] = &[
    Habit {
        name: "demo",
        help: "server and console with sample customers; yours with --router HOST[:PORT] --user U; on PostgreSQL with \
               --postgres",
        work: Starts(demo),
    },
    Habit {
        name: "test",
        help: "everything CI checks: fmt, layers, wasm, clippy, all tests, end to end",
        work: Plain(|project| Ok(suite::test(project))),
    },
    Habit { name: "build", help: "the programs and the site, for release", work: Plain(build) },
    Habit { name: "watch", help: "rebuild and reload while you edit", work: Plain(watch) },
    Habit { name: "fmt", help: "format", work: Plain(|project| done(fmt(project))) },
    Habit { name: "lint", help: "clippy, warnings denied", work: Plain(|project| done(suite::lint(project))) },
    Habit {
        name: "layers",
        help: "nobody depends on what they may not",
        work: Plain(|project| done(layers::check(project))),
    },
    Habit {
        name: "wasm",
        help: "the pure crates and the frontend compile for the browser",
        work: Plain(|project| done(suite::wasm(project))),
    },
    Habit {
        name: "postgres",
        help: "run a command with a throw-away PostgreSQL at NETPILOT_TEST_POSTGRES",
        work: Starts(|_, command| done(with_postgres(command))),
    },
    Habit {
        name: "bench",
        help: "how fast protocol, client and plans are, against their floors; `sync`, `history`, `store`: what those cost",
        work: Starts(|project, rest| done(soak::bench(project, rest))),
    },
    Habit {
        name: "soak",
        help: "long tests, then fuzzers on nightly, ten minutes each or --minutes N",
        work: Starts(|project, rest| done(soak::soak(project, rest))),
    },
];

/// The exit status of a command line that makes no sense.
const MISUSED: u8 = 2;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let Some((name, rest)) = words.split_first() else {
        println!("{}", listed());
        return ExitCode::SUCCESS;
    };
    let Some(habit) = HABITS.iter().find(|habit| habit.name == name) else {
        return misused(&format!("there is no `{name}`"));
    };
    if let (Plain(_), Some(word)) = (&habit.work, rest.first()) {
        return misused(&format!("`{name}` takes no `{word}`"));
    }
    habit.start(rest).unwrap_or_else(|why| {
        eprintln!("error: {why}");
        ExitCode::FAILURE
    })
}

impl Habit {
    fn start(&self, rest: &[String]) -> Fallible<ExitCode> {
        let project = Project::read()?;
        match self.work {
            Plain(work) => work(&project),
            Starts(work) => work(&project, rest),
        }
    }
}

fn demo(project: &Project, rest: &[String]) -> Fallible<ExitCode> {
    let built = release::build(project)?;
    let mut server = project.command(built.server);
    let (on_postgres, rest): (Vec<_>, Vec<_>) = rest.iter().partition(|word| *word == "--postgres");
    server.arg("demo").args(rest).env_remove("NETPILOT_SITE_DIR");
    if !on_postgres.is_empty() {
        let postgres = Postgres::start()?;
        server.args(["--database", &postgres.url()]);
        postgres::hand_over(postgres, &mut server);
    }
    // The server looks below `target` by itself; with CARGO_TARGET_DIR the site lies elsewhere.
    if project.target() != project.root().join("target") {
        server.env("NETPILOT_SITE_DIR", built.site);
    }
    become_program(&mut server)
}

/// Where tests find a PostgreSQL, in which they make a database each.
pub(crate) const POSTGRES_FOR_TESTS: &str = "NETPILOT_TEST_POSTGRES";

fn with_postgres(command: &[String]) -> Fallible {
    let (program, arguments) = command.split_first().ok_or("say which command: cargo xtask postgres COMMAND …")?;
    let postgres = Postgres::start()?;
    run(Command::new(program).args(arguments).env(POSTGRES_FOR_TESTS, postgres.url()))
}

fn build(project: &Project) -> Fallible<ExitCode> {
    let release::Release { server, simulator, site } = release::build(project)?;
    for made in [server, simulator, site] {
        println!("{}", made.display());
    }
    Ok(ExitCode::SUCCESS)
}

fn watch(project: &Project) -> Fallible<ExitCode> {
    if on_path("cargo-leptos").is_none() {
        return Err(
            "cargo-leptos is missing; install it with: cargo install cargo-leptos --version 0.3.10 --locked".into()
        );
    }
    setup::wasm_target(project)?;
    become_program(project.cargo().args(["leptos", "watch"]))
}

fn fmt(project: &Project) -> Fallible {
    run(project.cargo().args(["fmt", "--all"]))
}

fn done(result: Fallible) -> Fallible<ExitCode> {
    result.map(|()| ExitCode::SUCCESS)
}

fn misused(why: &str) -> ExitCode {
    eprintln!("error: {why}\n\n{}", listed());
    ExitCode::from(MISUSED)
}

fn listed() -> String {
    let lines = HABITS.iter().map(|Habit { name, help, .. }| format!("{name:<9}{help}"));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_habit_has_one_line_of_help() {
        assert_eq!(listed().lines().count(), HABITS.len());
        assert!(HABITS.iter().all(|habit| !habit.help.is_empty() && habit.name.len() < 9));
    }
}
