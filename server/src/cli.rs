//! What the command line says.

use std::{
    error::Error,
    io,
    path::{Path, PathBuf},
};

use aaa::{Chance, Config, Keyring, KeyringError, Options, Services, SystemChance, TokenSettings};
use clap::{Parser, Subcommand};
use domain::role::Role;

use crate::{config::Environment, serve, upkeep};

/// Subscriber console for ISPs on MikroTik.
#[derive(Parser)]
#[command(name = "netpilot", version, about)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the console and the REST API
    Serve,
    /// Serve with sample customers on a router in memory, or on your own router, read-only at first
    #[cfg(feature = "demo")]
    Demo(crate::demo::Demo),
    /// Who may sign in to the console
    Operator {
        #[command(subcommand)]
        command: OperatorCommand,
    },
    /// The master keys that seal stored passwords
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// Copy the database while a server runs
    Backup {
        /// Where to; a file that is there is not replaced
        file: PathBuf,
    },
    /// Put a backup in the database's place, which is kept aside; no server may run
    Restore {
        /// What `netpilot backup` wrote
        file: PathBuf,
    },
}

#[derive(Subcommand)]
enum KeyCommand {
    /// Seal everything by the first master key; may be cut off and done again, and a server may run
    Rotate,
    /// Open everything that is sealed, and say which keys are in use
    Check,
}

#[derive(Subcommand)]
enum OperatorCommand {
    /// Add an operator
    Add {
        /// Name to sign in with
        name: String,
        /// E-mail address, also to sign in with
        #[arg(long)]
        email: String,
        /// "Admin Staff" or "Office Staff"
        #[arg(long)]
        role: Role,
        /// Read the password from standard input (at least 12 characters; the line's end is cut)
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

pub(crate) async fn run(cli: Cli) -> Result<(), Box<dyn Error>> {
    let environment = Environment::read(Path::new("."))?;
    match cli.command {
        Command::Serve => {
            let settings = environment.settings()?;
            let line = Options { charset: settings.charset, ..Options::default() };
            let config = Config::new(settings.database_url, settings.keys, settings.tokens, settings.router);
            let config = Config { line, rate_base: settings.rate_base, history_days: settings.history_days, ..config };
            let services = Services::open_to_serve(config).await?;
            let server = serve::Server::bind(settings.listen, settings.site, services).await?;
            println!("listening on http://{}", server.address());
            Ok(server.run().await?)
        }
        #[cfg(feature = "demo")]
        Command::Demo(demo) => demo.run(&environment).await,
        Command::Operator { command: OperatorCommand::Add { name, email, role, password_stdin: _ } } => {
            let mut password = String::new();
            io::stdin().read_line(&mut password)?;
            let password = password.trim_end_matches(['\r', '\n']);
            let config = Config::new(environment.database_url()?, unused_keys()?, unused_tokens(), None);
            Services::open(config).await?.add_operator(&name, &email, role, password).await?;
            println!("{name} may sign in as {role}.");
            Ok(())
        }
        Command::Key { command } => {
            let keys = environment.keys()?;
            let config = Config::new(environment.database_url()?, keys.clone(), unused_tokens(), None);
            let services = Services::open(config).await?;
            match command {
                KeyCommand::Rotate => upkeep::rotate(&services, &keys).await,
                KeyCommand::Check => upkeep::check(&services, &keys).await,
            }
        }
        Command::Backup { file } => upkeep::back_up(&environment.database_url()?, &file).await,
        Command::Restore { file } => upkeep::restore(&environment.database_url()?, &file, environment.keys()?).await,
    }
}

/// Adding an operator seals nothing and signs nothing: it works before the server's secrets are made.
fn unused_keys() -> Result<Keyring, KeyringError> {
    let hex = SystemChance.bytes().map(|byte| format!("{byte:02x}"));
    Keyring::read(&hex.concat())
}

fn unused_tokens() -> TokenSettings {
    TokenSettings::new(SystemChance.bytes().to_vec())
}
