//! `netpilot demo`: the whole product on a router in memory, with customers dialling in; or on a router of yours.

mod people; // who lives in it

use std::{error::Error, path::PathBuf, sync::Arc, time::Duration};

use aaa::{Chance, Config, Endpoint, Keyring, Services, SyncMany, SystemChance, Tls, TokenSettings};
use clap::Args;
use domain::{
    customer::{CustomerStatus, Password, ServiceType},
    role::{Operator, Origin, Role},
    wire::{
        CustomerBody, DisconnectPolicy, PackageBody,
        problem::{Code, Problem},
    },
};
use routeros_sim::{Service, Sim};
use tempfile::TempDir;
use time::OffsetDateTime;

use crate::{config::Environment, serve::Server};
use people::People;

/// The router's user in the demo, with the design document's rights.
const API_USER: &str = "netpilot-api";
const API_POLICIES: [&str; 5] = ["api", "read", "write", "policy", "test"];
/// This many customers are not online at once: they dial in one by one while somebody looks.
const LATE: usize = 5;
/// How often one of them does.
const DIAL_IN_EVERY: Duration = Duration::from_secs(4);

/// How the demo runs.
#[derive(Args)]
pub(crate) struct Demo {
    /// Use this router instead of the one in memory; it is only read until an admin allows writes on the page
    #[arg(long, value_name = "HOST[:PORT]", requires = "user")]
    router: Option<String>,
    /// The router's user; the password is asked for, or taken from MIKROTIK_PASSWORD
    #[arg(long)]
    user: Option<String>,
    /// Keep the database here; without it the demo forgets everything at its end
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Keep rows in this database instead of a file; the keys that seal its secrets stay in the data folder
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

impl Demo {
    pub(crate) async fn run(self, environment: &Environment) -> Result<(), Box<dyn Error>> {
        let temporary = TempDir::new()?;
        let folder = self.data_dir.clone().unwrap_or_else(|| temporary.path().to_owned());
        std::fs::create_dir_all(&folder)?;
        let (endpoint, sim) = if let Some(router) = &self.router {
            (own_router(router, self.user.as_deref(), environment)?, None)
        } else {
            let (endpoint, sim) = simulated().await?;
            (endpoint, Some(sim))
        };
        let config = config(&folder, self.database.as_deref(), endpoint, sim.is_none())?;
        let services = Services::open_to_serve(Config { history_days: environment.history_days()?, ..config }).await?;
        let sign_ins = add_operators(&services).await?;
        if let Some(sim) = sim {
            let people = People::on(OffsetDateTime::now_utc().date())?;
            bring_customers(&services, &people).await?;
            add_newcomer(&services, &people).await?;
            move_one(&sim)?;
            tokio::spawn(dial_in(sim, people));
        }
        let server = Server::bind(environment.listen()?, environment.site(), services).await?;
        let address = server.address();
        println!("\nNetPilot is ready: http://{address}/mikrotik\n");
        for (role, name, password) in sign_ins {
            println!("  {role:<12}  name {name}   password {password}");
        }
        println!("\nlistening on http://{address}\nCtrl-C ends it.");
        server.run().await?;
        println!("NetPilot has ended.");
        Ok(())
    }
}

/// Secrets of one run are kept beside its database, so that `--data-dir` can be opened again.
fn config(
    folder: &std::path::Path,
    database: Option<&str>,
    router: Endpoint,
    read_only: bool,
) -> Result<Config, Box<dyn Error>> {
    let file = folder.join("demo-keys");
    if !file.exists() {
        write_private(&file, &format!("{} {}", hex(SystemChance.bytes()), hex(SystemChance.bytes())))?;
    }
    let keys = std::fs::read_to_string(&file)?;
    let (master, jwt) = keys.split_once(' ').ok_or("the file demo-keys is damaged; remove it with the database")?;
    let url = database.map_or_else(|| format!("sqlite://{}/netpilot.db", folder.display()), str::to_owned);
    let tokens = TokenSettings::new(jwt.as_bytes().to_vec());
    let config = Config::new(url, Keyring::read(master)?, tokens, Some(router));
    Ok(Config { read_only_at_first: read_only, chance: Arc::new(SystemChance), ..config })
}

fn write_private(file: &std::path::Path, text: &str) -> std::io::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let mut file = std::fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(file)?;
    file.write_all(text.as_bytes())
}

fn hex(bytes: [u8; 32]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").expect("writing to a String cannot fail");
        out
    })
}

fn own_router(router: &str, user: Option<&str>, environment: &Environment) -> Result<Endpoint, Box<dyn Error>> {
    let tls = environment.router_tls()?;
    let usual = if tls == Tls::Off { 8728 } else { 8729 };
    let (host, port) = match router.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().map_err(|_| format!("{port:?} is no port"))?),
        None => (router, usual),
    };
    let password = match environment.router_password() {
        Some(password) => password,
        None => rpassword::prompt_password(format!("Password of {} on {host}: ", user.unwrap_or_default()))?,
    };
    Ok(Endpoint { host: host.to_owned(), port, tls, username: user.unwrap_or_default().to_owned(), password })
}

/// A router with two accounts that are not ours.
async fn simulated() -> Result<(Endpoint, Sim), Box<dyn Error>> {
    let password = hex(SystemChance.bytes());
    let sim = Sim::builder().group("api-users", &API_POLICIES).user(API_USER, &password, "api-users").seed(7);
    let sim = sim.start().await?;
    let foreign = [("tower-link", "uplink to the tower, do not touch"), ("cctv-lobby", "camera of the landlord")];
    for (name, comment) in foreign {
        sim.add("/ppp/secret", &[("name", name), ("password", "x"), ("service", "pppoe"), ("comment", comment)])
            .map_err(|refused| format!("the simulator refused {name}: {refused}"))?;
    }
    let address = sim.address();
    let endpoint = Endpoint {
        host: address.ip().to_string(),
        port: address.port(),
        tls: Tls::Off,
        username: API_USER.to_owned(),
        password,
    };
    Ok((endpoint, sim))
}

async fn add_operators(services: &Services) -> Result<Vec<(Role, &'static str, String)>, Box<dyn Error>> {
    let mut sign_ins = Vec::new();
    for (role, name) in [(Role::AdminStaff, "nadia"), (Role::OfficeStaff, "budi")] {
        let password = hex(SystemChance.bytes())[..16].to_owned();
        let email = format!("{name}@example.com");
        match services.add_operator(name, &email, role, &password).await {
            Ok(()) => sign_ins.push((role, name, password)),
            Err(problem) if problem.code == Code::NameTaken => {
                sign_ins.push((role, name, "as it was printed the first time".to_owned()));
            }
            Err(problem) => return Err(problem.into()),
        }
    }
    Ok(sign_ins)
}

/// The demo's customers come by the product's own road: a bulk sync.
async fn bring_customers(services: &Services, people: &People) -> Result<(), Box<dyn Error>> {
    let packages = people::packages().to_vec();
    let with_password = |customer: &CustomerBody| {
        let password = Password::new(hex(SystemChance.bytes())[..12].to_owned());
        CustomerBody { pppoe_password: Some(password), ..customer.clone() }
    };
    let subscribers = people.subscribers.iter().map(with_password).collect();
    sync(services, subscribers, packages.clone(), ServiceType::Pppoe).await?;
    let guests = people.guests.iter().map(with_password).collect();
    sync(services, guests, packages, ServiceType::Hotspot).await
}

/// Somebody whose account and profile the router lacks. In a data folder that was used before they are there already.
async fn add_newcomer(services: &Services, people: &People) -> Result<(), Box<dyn Error>> {
    let [.., package] = people::packages();
    unless_taken(services.create_package(&demo(), package).await)?;
    unless_taken(services.create_customer(&demo(), people.newcomer.clone()).await)
}

fn unless_taken<T>(added: Result<T, Problem>) -> Result<(), Box<dyn Error>> {
    match added {
        Err(problem) if problem.code != Code::NameTaken => Err(problem.into()),
        _ => Ok(()),
    }
}

/// Somebody gave one customer another profile, on the router itself.
fn move_one(sim: &Sim) -> Result<(), Box<dyn Error>> {
    let (username, profile) = people::MOVED;
    sim.edit("/ppp/secret", username, &[("profile", profile)])
        .map_err(|refused| format!("the simulator refused to move {username}: {refused}").into())
}

async fn sync(
    services: &Services,
    customers: Vec<CustomerBody>,
    packages: Vec<PackageBody>,
    service: ServiceType,
) -> Result<(), Box<dyn Error>> {
    let request = SyncMany {
        customers,
        packages,
        service,
        only: None,
        dry_run: false,
        plan_id: None,
        disconnect: DisconnectPolicy::Never,
        prune: None,
    };
    let report = services.sync_many(&demo(), request).await?;
    match report.results.iter().find_map(|row| row.error.as_ref().map(|_| row.message.clone())) {
        Some(message) => Err(message.into()),
        None => Ok(()),
    }
}

/// Who does all this.
fn demo() -> Operator {
    Operator {
        id: "demo".to_owned(),
        username: "demo".to_owned(),
        email: "demo@example.com".to_owned(),
        role: Role::AdminStaff,
        origin: Origin::default(),
    }
}

/// Most customers are online at once, the rest dial in one by one while somebody looks.
async fn dial_in(sim: Sim, people: People) {
    let People { subscribers, guests, newcomer: _ } = people;
    let guests = guests.into_iter().map(|guest| (Service::Hotspot, guest));
    let subscribers = subscribers.into_iter().map(|customer| (Service::Pppoe, customer));
    let everybody = guests.chain(subscribers).filter_map(|(service, customer)| {
        let is_active = customer.status.as_deref() == Some(CustomerStatus::Active.name());
        customer.pppoe_username.filter(|_| is_active).map(|username| (service, username))
    });
    let everybody: Vec<(Service, String)> = everybody.collect();
    let at_once = everybody.len().saturating_sub(LATE);
    for (at, (service, username)) in everybody.into_iter().enumerate() {
        if at >= at_once {
            tokio::time::sleep(DIAL_IN_EVERY).await;
        }
        if let Err(refused) = sim.dial_in(service, &username) {
            tracing::warn!(%refused, username, "A customer of the demo could not dial in");
        }
    }
    // The router lives as long as the demo.
    std::future::pending::<()>().await;
}
