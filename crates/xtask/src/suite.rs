//! Everything that must hold before a change goes in. What fails here fails in CI, and the other way round.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use crate::{
    POSTGRES_FOR_TESTS, layers,
    postgres::Postgres,
    process::{Fallible, run, stream},
    project::{Profile::Dev, Project, SIMULATOR, WASM},
    setup, site,
    tally::{BrowserTests, RustTests, Tally},
};

/// The crates that know neither files nor sockets, and so run in the browser too.
const PURE: [&str; 2] = ["domain", "routeros-proto"];

/// Every stage in its order. A stage that fails does not stop those after it that can still say something.
pub(crate) fn test(project: &Project) -> ExitCode {
    let mut stages = Suite::default();
    stages.check("fmt", || run(project.cargo().args(["fmt", "--all", "--check"])));
    stages.check("layers", || layers::check(project));
    stages.check("wasm", || wasm(project));
    stages.check("clippy", || lint(project));
    let python = stages.step("python", || setup::python_client(project));
    let postgres = stages.step("postgres", Postgres::start);
    stages.stage("rust", || rust_tests(project, python.as_deref(), postgres.as_ref()));
    drop(postgres);
    let site = stages.step("site", || site::build(project, Dev));
    let programs = stages.step("programs", || programs(project));
    stages.stage("e2e", || match (site, programs, python) {
        (Some(site), Some(programs), Some(python)) => browser_tests(project, &site, &programs, &python),
        _ => Err("not run: the site, the programs or the Python client are missing".into()),
    });
    stages.finish()
}

/// Clippy over everything, for the server's machine and for the browser.
pub(crate) fn lint(project: &Project) -> Fallible {
    run(project.cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    run(for_browser(project, "clippy").args(["--", "-D", "warnings"]))
}

/// Whether what should run in the browser can.
pub(crate) fn wasm(project: &Project) -> Fallible {
    setup::wasm_target(project)?;
    let mut pure = project.cargo();
    pure.args(["check", "--target", WASM]).args(PURE.iter().flat_map(|name| ["--package", name]));
    run(&mut pure)?;
    run(&mut for_browser(project, "check"))
}

fn for_browser(project: &Project, verb: &str) -> Command {
    let settings = &project.settings;
    let mut cargo = project.cargo();
    cargo.args([verb, "--target", WASM, "--package", &settings.lib_package]);
    cargo.args(["--features", &settings.lib_features.join(",")]);
    cargo
}

/// Unit tests, integration tests and the examples in the documentation.
fn rust_tests(project: &Project, python: Option<&Path>, postgres: Option<&Postgres>) -> Fallible<Tally> {
    let mut cargo = project.cargo();
    cargo.args(["test", "--workspace", "--no-fail-fast"]);
    if let Some(postgres) = postgres {
        cargo.env(POSTGRES_FOR_TESTS, postgres.url());
    }
    if let Some(python) = python {
        cargo.env("NETPILOT_TEST_PYTHON", python);
    }
    let mut tests = RustTests::default();
    let ended = stream(&mut cargo, |line| tests.line(line))?;
    Ok(judged(tests.finish(), &ended))
}

/// What the browser tests start.
struct Programs {
    server: PathBuf,
    simulator: PathBuf,
}

/// With `--tests` the crates below have the features that the Rust tests built them with, and are not built again.
fn programs(project: &Project) -> Fallible<Programs> {
    run(project.cargo().args(["build", "--workspace", "--bins", "--tests"]))?;
    let program = |name| {
        let program = project.program(Dev, name);
        if program.is_file() { Ok(program) } else { Err(format!("{} was not built", program.display())) }
    };
    Ok(Programs { server: program(&project.settings.bin_target)?, simulator: program(SIMULATOR)? })
}

/// Playwright drives the console, the server and the simulator as a person would.
fn browser_tests(project: &Project, site: &Path, programs: &Programs, python: &Path) -> Fallible<Tally> {
    let Programs { server, simulator } = programs;
    let dir = project.root().join(&project.settings.end2end_dir);
    let chromium = setup::chromium()?;
    setup::npm_ci(&dir, "Playwright, which drives the browser")?;
    let report = project.target().join("playwright.json");
    // An old report would speak for a run that wrote none.
    let _ = fs::remove_file(&report);
    let mut words = project.settings.end2end_cmd.split_whitespace();
    let mut playwright = project.command(words.next().ok_or("`end2end-cmd` in Cargo.toml is empty")?);
    playwright.args(words).arg("--reporter=list,json").current_dir(&dir);
    playwright.env("PLAYWRIGHT_JSON_OUTPUT_NAME", &report).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    playwright.env("NETPILOT_BIN", server).env("ROUTEROS_SIM_BIN", simulator);
    playwright.env("NETPILOT_SITE_DIR", site).env("NETPILOT_CHROMIUM", chromium);
    playwright.env("NETPILOT_TEST_PYTHON", python);
    let ended = run(&mut playwright);
    let report = fs::read_to_string(&report).map_err(|why| match &ended {
        Err(ended) => format!("{ended} and left no report"),
        Ok(()) => format!("could not read {}: {why}", report.display()),
    })?;
    Ok(judged(BrowserTests::parse(&report)?.finish(), &ended))
}

/// Says what a count does not show, and never lets a runner that failed pass.
fn judged((tally, notes): (Tally, Vec<String>), ended: &Fallible) -> Tally {
    if let Err(why) = ended {
        println!("{why}");
    }
    for note in notes {
        println!("{note}");
    }
    tally.or_failed(ended)
}

/// What has been run so far.
#[derive(Default)]
struct Suite {
    stages: Vec<Stage>,
}

struct Stage {
    name: &'static str,
    took: Duration,
    tally: Tally,
}

impl Suite {
    /// A stage that counts as one test.
    fn check(&mut self, name: &'static str, work: impl FnOnce() -> Fallible) {
        self.stage(name, || work().map(|()| Tally::PASSED));
    }

    /// A stage that the next ones need, and that counts only when it fails.
    fn step<T>(&mut self, name: &'static str, work: impl FnOnce() -> Fallible<T>) -> Option<T> {
        let mut made = None;
        self.stage(name, || {
            made = Some(work()?);
            Ok(Tally::STEP)
        });
        made
    }

    fn stage(&mut self, name: &'static str, work: impl FnOnce() -> Fallible<Tally>) {
        println!("\n── {name}");
        let start = Instant::now();
        let tally = work().unwrap_or_else(|why| {
            println!("{name}: {why}");
            Tally::FAILED
        });
        self.stages.push(Stage { name, took: start.elapsed(), tally });
    }

    /// A table of the stages, and the sum as the very last line.
    fn finish(self) -> ExitCode {
        let (table, sum) = self.report();
        println!("\n{table}\n\n{} passed, {} failed", sum.passed, sum.failed);
        if sum.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn report(self) -> (String, Tally) {
        let mut lines = vec![format!("{:<10}{:>9}{:>9}{:>9}", "stage", "seconds", "passed", "failed")];
        let mut sum = Tally::default();
        for Stage { name, took, tally } in self.stages {
            sum += tally;
            let Tally { passed, failed } = tally;
            lines.push(format!("{name:<10}{:>9}{passed:>9}{failed:>9}", took.as_secs()));
        }
        (lines.join("\n"), sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_that_fail_do_not_stop_the_next() {
        let mut stages = Suite::default();
        stages.check("fmt", || Err("not formatted".into()));
        stages.check("clippy", || Ok(()));
        let made: Option<()> = stages.step("site", || Err("no site".into()));
        assert!(made.is_none());
        assert_eq!(stages.step("programs", || Ok(7)), Some(7));
        stages.stage("rust", || Ok(Tally { passed: 40, failed: 1 }));
        let (table, sum) = stages.report();
        assert_eq!(sum, Tally { passed: 41, failed: 3 });
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines[0], "stage       seconds   passed   failed");
        assert_eq!(lines[5], "rust              0       40        1");
    }

    #[test]
    fn a_runner_that_fails_is_never_judged_good() {
        let failed = Err("could not compile".into());
        let tally = judged((Tally { passed: 5, failed: 0 }, vec![]), &failed);
        assert_eq!(tally, Tally { passed: 5, failed: 1 });
    }
}
