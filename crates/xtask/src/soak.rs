//! What takes long and is run by hand: tests of every case, fuzzers on nightly, benchmarks on a quiet machine.

use std::fs;

use crate::{
    POSTGRES_FOR_TESTS,
    postgres::Postgres,
    process::{Fallible, on_path, run, succeeds},
    project::Project,
};

/// How long each fuzzer runs where nobody says.
const MINUTES: u32 = 10;
const TARGETS: [&str; 2] = ["decode", "row"];

/// Tests that are too long for the suite, by package, target and name.
const LONG: [[&str; 3]; 1] = [["aaa", "aaa", "sweep::a_line_cut_twice_anywhere_is_made_good"]];

/// Runs what the suite only samples. Then lets each fuzzer look for bytes that break a promise, from those that were kept and those that earlier runs found.
/// Nothing is installed, and the corpus of the suite is only read.
pub(crate) fn soak(project: &Project, rest: &[String]) -> Fallible {
    let minutes = minutes(rest)?;
    let can_fuzz = succeeds(project.command("rustup").args(["run", "nightly", "rustc", "--version"]));
    if !can_fuzz || on_path("cargo-fuzz").is_none() {
        return Err("nightly Rust or cargo-fuzz is missing; install them with: \
                    rustup toolchain install nightly --profile minimal && cargo install cargo-fuzz --locked"
            .into());
    }
    for [package, test, name] in LONG {
        println!("testing {name}");
        run(project.cargo().args([
            "test",
            "-p",
            package,
            "--features",
            "soak",
            "--test",
            test,
            name,
            "--",
            "--exact",
        ]))?;
    }
    for target in TARGETS {
        let found = project.target().join("soak").join(target);
        println!("fuzzing {target} for {minutes} min; new inputs go to {}", found.display());
        fs::create_dir_all(&found)?;
        let fuzz = project.root().join("crates/routeros-proto/fuzz");
        let mut cargo = project.command("cargo");
        cargo.args(["+nightly", "fuzz", "run", target, "--fuzz-dir"]).arg(&fuzz);
        cargo.arg(found).arg(fuzz.join("corpus").join(target));
        run(cargo.args(["--", &format!("-max_total_time={}", u64::from(minutes) * 60)]))?;
    }
    Ok(())
}

fn minutes(rest: &[String]) -> Fallible<u32> {
    match rest {
        [] => Ok(MINUTES),
        // The fuzzer takes 0 for ever.
        [option, minutes] if option == "--minutes" => match minutes.parse() {
            Ok(minutes) if minutes > 0 => Ok(minutes),
            _ => Err("say --minutes and a whole number, from 1".into()),
        },
        _ => Err("soak takes only --minutes N".into()),
    }
}

/// Times the protocol, the client and plans against their floors: what matters is the ratio within one run. `sync` tells
/// what a sync costs a router, `history` what it costs the store to write down who was online, `store` what
/// runs cost it and how long a page of customers takes, on both engines.
pub(crate) fn bench(project: &Project, rest: &[String]) -> Fallible {
    match rest {
        [] => {
            run(project.cargo().args(["bench", "-p", "routeros-proto", "-p", "routeros", "-p", "domain", "--benches"]))
        }
        [what] if what == "sync" => run(project.cargo().args(["bench", "-p", "aaa", "--bench", "sync"])),
        [what] if what == "history" => run(project.cargo().args(["bench", "-p", "store", "--bench", "history"])),
        [what] if what == "store" => {
            let postgres = Postgres::start()?;
            let mut cargo = project.cargo();
            cargo.env(POSTGRES_FOR_TESTS, postgres.url());
            run(cargo.args(["bench", "-p", "store", "--bench", "outcomes", "--bench", "search"]))
        }
        _ => Err("bench takes nothing, sync, history or store".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_soak_always_ends() {
        let asked = |words: &[&str]| minutes(&words.iter().map(ToString::to_string).collect::<Vec<_>>()).ok();
        assert_eq!(asked(&[]), Some(10));
        assert_eq!(asked(&["--minutes", "1"]), Some(1));
        for wrong in [&["--minutes", "0"][..], &["--minutes", "-1"], &["--minutes"], &["1"], &["--minutes", "soon"]] {
            assert_eq!(asked(wrong), None, "{wrong:?}");
        }
    }
}
