//! `netpilot`: the process that joins everything.
// A view is one nested type, as deep as the page.
#![recursion_limit = "512"]

mod config; // what the environment says, checked
mod cli; // what the command line says
mod upkeep; // master keys and backups
mod serve; // listening, and ending cleanly
mod routes; // the table of routes
mod state; // what every handler shares
mod auth; // who is calling
mod problem; // problems as HTTP
mod body; // bodies and parameters as JSON callers send them
mod rest; // /api
mod pages; // the console and its server functions
#[cfg(feature = "demo")]
mod demo; // a router in memory with customers dialling in

use std::{io::IsTerminal, process::ExitCode};

use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("NETPILOT_LOG").unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    match cli::run(cli::Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("netpilot: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("  because {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}
