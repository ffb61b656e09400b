//! What takes long and is run by hand: fuzzers on nightly, benchmarks on a quiet machine.

use crate::{
    process::{Fallible, on_path, run},
    project::Project,
};

/// How long each fuzzer runs where nobody says.
const MINUTES: u64 = 10;
const TARGETS: [&str; 2] = ["decode", "row"];

/// Lets each fuzzer look for bytes that break a promise. What it finds lies below `crates/routeros-proto/fuzz`.
pub(crate) fn soak(project: &Project, rest: &[String]) -> Fallible {
    let minutes = match rest {
        [] => MINUTES,
        [option, minutes] if option == "--minutes" => {
            minutes.parse().map_err(|_| "say --minutes and a whole number")?
        }
        _ => return Err("soak takes only --minutes N".into()),
    };
    if on_path("cargo-fuzz").is_none() {
        return Err(
            "cargo-fuzz is missing; install it with: rustup toolchain install nightly && cargo install cargo-fuzz"
                .into(),
        );
    }
    for target in TARGETS {
        println!("fuzzing {target} for {minutes} min");
        let mut fuzz = project.command("cargo");
        fuzz.current_dir(project.root().join("crates/routeros-proto")).args(["+nightly", "fuzz", "run", target, "--"]);
        run(fuzz.arg(format!("-max_total_time={}", minutes * 60)))?;
    }
    Ok(())
}

/// Times the protocol and the client against their floors: what matters is the ratio within one run.
pub(crate) fn bench(project: &Project) -> Fallible {
    run(project.cargo().args(["bench", "-p", "routeros-proto", "-p", "routeros", "--benches"]))
}
