//! Counting tests from what the test runners print.

use std::ops::AddAssign;

use serde::Deserialize;

use crate::process::Fallible;

/// How many passed and failed. What was not run has not passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// A step that is no test: good if it ends well.
    pub(crate) const STEP: Self = Self { passed: 0, failed: 0 };
    /// One check that passed.
    pub(crate) const PASSED: Self = Self { passed: 1, failed: 0 };
    /// One check, or one step, that failed.
    pub(crate) const FAILED: Self = Self { passed: 0, failed: 1 };

    /// Of a runner that failed although every test it named passed: it did not compile, or it died.
    pub(crate) fn or_failed(self, ended: &Fallible) -> Self {
        Self { failed: if ended.is_err() { self.failed.max(1) } else { self.failed }, ..self }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        let Self { passed, failed } = other;
        self.passed += passed;
        self.failed += failed;
    }
}

/// What `cargo test` said, over all of its test programs and the examples in the documentation.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RustTests {
    passed: u64,
    failed: u64,
    ignored: u64,
    /// Programs that died before they summed up.
    unfinished: u64,
    running: bool,
}

impl RustTests {
    /// Reads one line of output; most say nothing to count.
    pub(crate) fn line(&mut self, line: &str) {
        let line = without_colors(line);
        if is_start(&line) {
            self.unfinished += u64::from(self.running);
            self.running = true;
        } else if let Some([passed, failed, ignored]) = summary(&line) {
            self.passed += passed;
            self.failed += failed;
            self.ignored += ignored;
            self.running = false;
        }
    }

    /// What counts, and a line for each thing that was not run.
    pub(crate) fn finish(self) -> (Tally, Vec<String>) {
        let Self { passed, failed, ignored, unfinished, running } = self;
        let unfinished = unfinished + u64::from(running);
        let nothing = u64::from(passed + failed + ignored + unfinished == 0);
        let not_run = [
            (ignored, "ignored: a test that is not run proves nothing; run it or delete it"),
            (unfinished, "test program(s) ended before saying how the tests went"),
            (nothing, "test run without a single test"),
        ];
        (Tally { passed, failed: failed + ignored + unfinished + nothing }, notes(&not_run))
    }
}

/// What Playwright's JSON reporter wrote.
#[derive(Debug, Deserialize)]
pub(crate) struct BrowserTests {
    stats: Stats,
    /// What went wrong outside of any test.
    #[serde(default)]
    errors: Vec<BrowserError>,
}

#[derive(Debug, Deserialize)]
struct Stats {
    expected: u64,
    unexpected: u64,
    flaky: u64,
    skipped: u64,
}

#[derive(Debug, Deserialize)]
struct BrowserError {
    #[serde(default)]
    message: String,
}

impl BrowserTests {
    pub(crate) fn parse(json: &str) -> Fallible<Self> {
        serde_json::from_str(json).map_err(|why| format!("could not read Playwright's report: {why}").into())
    }

    /// What counts, and a line for each thing that was not run or not sure.
    pub(crate) fn finish(self) -> (Tally, Vec<String>) {
        let Self { stats: Stats { expected, unexpected, flaky, skipped }, errors } = self;
        let nothing = u64::from(expected + unexpected + flaky + skipped == 0);
        let not_sure = [
            (skipped, "skipped: a test that is not run proves nothing; run it or delete it"),
            (flaky, "flaky: passed only when tried again; find out why"),
            (nothing, "browser run without a single test"),
        ];
        let mut said = notes(&not_sure);
        said.extend(errors.iter().map(|BrowserError { message }| without_colors(message)));
        let outside = errors.len() as u64;
        (Tally { passed: expected, failed: unexpected + flaky + skipped + nothing + outside }, said)
    }
}

fn notes(counted: &[(u64, &str)]) -> Vec<String> {
    counted.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect()
}

/// `running 12 tests`
fn is_start(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.next() == Some("running")
        && words.next().is_some_and(|n| n.parse::<u64>().is_ok())
        && matches!(words.next(), Some("test" | "tests"))
        && words.next().is_none()
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s`
fn summary(line: &str) -> Option<[u64; 3]> {
    let (_verdict, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut counts = counts.split("; ");
    Some([count(counts.next()?, "passed")?, count(counts.next()?, "failed")?, count(counts.next()?, "ignored")?])
}

fn count(words: &str, what: &str) -> Option<u64> {
    words.strip_suffix(what)?.trim_end().parse().ok()
}

/// Without the escapes that a terminal takes for colors: `ESC [ … letter` and `ESC ( letter`.
fn without_colors(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            letters.by_ref().skip(1).find(char::is_ascii_alphabetic);
        } else {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_rust(output: &str, tally: (u64, u64), said: &[&str]) {
        let mut tests = RustTests::default();
        output.lines().for_each(|line| tests.line(line));
        let (counted, notes) = tests.finish();
        assert_eq!((counted.passed, counted.failed), tally, "{output}");
        assert_eq!(notes.len(), said.len(), "{notes:?}");
        for (note, said) in notes.iter().zip(said) {
            assert!(note.starts_with(said), "{note} does not start with {said}");
        }
    }

    fn check_browser(json: &str, tally: (u64, u64), said: &[&str]) {
        let (counted, notes) = BrowserTests::parse(json).unwrap().finish();
        assert_eq!((counted.passed, counted.failed), tally, "{json}");
        assert_eq!(notes.len(), said.len(), "{notes:?}");
        for (note, said) in notes.iter().zip(said) {
            assert!(note.starts_with(said), "{note} does not start with {said}");
        }
    }

    #[test]
    fn unit_tests_and_examples_add_up() {
        check_rust(
            "running 2 tests\n\
             test a ... ok\n\
             test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
             running 1 test\n\
             test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.40s",
            (3, 0),
            &[],
        );
    }

    #[test]
    fn failures_are_counted_beside_passes() {
        check_rust("running 5 tests\ntest result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured", (3, 2), &[]);
    }

    #[test]
    fn an_ignored_test_fails() {
        check_rust(
            "running 3 tests\ntest result: ok. 1 passed; 0 failed; 2 ignored; 0 measured",
            (1, 2),
            &["2 ignored"],
        );
    }

    #[test]
    fn colors_do_not_hide_a_result() {
        check_rust(
            "running 4 tests\ntest result: \u{1b}[32mok\u{1b}(B\u{1b}[m. 4 passed; 0 failed; 0 ignored; 0 measured",
            (4, 0),
            &[],
        );
    }

    #[test]
    fn a_program_that_dies_is_noticed() {
        check_rust("running 4 tests\ntest a ... ok", (0, 1), &["1 test program(s) ended before"]);
        check_rust(
            "running 4 tests\nrunning 1 test\ntest result: ok. 1 passed; 0 failed; 0 ignored",
            (1, 1),
            &["1 test program(s) ended before"],
        );
    }

    #[test]
    fn no_test_at_all_fails() {
        check_rust("error: could not compile", (0, 1), &["1 test run without"]);
        check_rust("", (0, 1), &["1 test run without"]);
    }

    #[test]
    fn an_empty_test_program_is_fine_beside_others() {
        check_rust(
            "running 0 tests\ntest result: ok. 0 passed; 0 failed; 0 ignored\n\
             running 1 test\ntest result: ok. 1 passed; 0 failed; 0 ignored",
            (1, 0),
            &[],
        );
    }

    #[test]
    fn lines_that_only_look_like_results_count_nothing() {
        let output = "test result: ok\n\
                      test result: ok. many passed; 0 failed; 0 ignored\n\
                      test result: ok. 3 passed; 0 failed\n\
                      running tests\n\
                      running 3 tests in the yard\n\
                      \u{1b}";
        check_rust(output, (0, 1), &["1 test run without"]);
    }

    #[test]
    fn browser_tests_that_pass() {
        check_browser(r#"{"stats":{"expected":7,"unexpected":0,"flaky":0,"skipped":0},"errors":[]}"#, (7, 0), &[]);
    }

    #[test]
    fn skipped_and_flaky_browser_tests_fail() {
        check_browser(
            r#"{"stats":{"expected":7,"unexpected":1,"flaky":2,"skipped":3}}"#,
            (7, 6),
            &["3 skipped", "2 flaky"],
        );
    }

    #[test]
    fn a_browser_run_without_tests_fails() {
        check_browser(
            r#"{"stats":{"expected":0,"unexpected":0,"flaky":0,"skipped":0},"errors":[{"message":"No tests found"}]}"#,
            (0, 2),
            &["1 browser run without", "No tests found"],
        );
    }

    #[test]
    fn a_broken_report_is_an_error() {
        for broken in ["", "{", "[]", r#"{"stats":{}}"#, r#"{"stats":{"expected":-1}}"#] {
            let error = BrowserTests::parse(broken).unwrap_err().to_string();
            assert!(error.starts_with("could not read Playwright's report: "), "{error}");
        }
    }

    #[test]
    fn a_runner_that_fails_without_a_failed_test_counts_one() {
        let failed: Fallible = Err("did not compile".into());
        assert_eq!(Tally { passed: 3, failed: 0 }.or_failed(&failed), Tally { passed: 3, failed: 1 });
        assert_eq!(Tally { passed: 3, failed: 2 }.or_failed(&failed), Tally { passed: 3, failed: 2 });
        assert_eq!(Tally { passed: 3, failed: 0 }.or_failed(&Ok(())), Tally { passed: 3, failed: 0 });
    }
}
