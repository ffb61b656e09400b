//! `netpilot demo`: the whole product on a router in memory, with customers dialling in; or on a router of yours.

use std::{error::Error, path::PathBuf, sync::Arc, time::Duration};

use aaa::{Chance, Config, Endpoint, Keyring, Services, SyncMany, SystemChance, Timings, Tls, TokenSettings};
use clap::Args;
use domain::{
    customer::{Password, ServiceType},
    role::{Operator, Role},
    wire::{CustomerBody, DisconnectPolicy, PackageBody},
};
use routeros_sim::{Service, Sim};
use tempfile::TempDir;

use crate::{config::Environment, serve::Server};

/// The router's user in the demo, with the design document's rights.
const API_USER: &str = "netpilot-api";
const API_POLICIES: [&str; 5] = ["api", "read", "write", "policy", "test"];
/// How often another customer of the demo dials in, until all are online.
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
        let services = Services::open(config(&folder, endpoint, sim.is_none())?).await?;
        let sign_ins = add_operators(&services).await?;
        if let Some(sim) = sim {
            bring_customers(&services).await?;
            tokio::spawn(dial_in(sim));
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
fn config(folder: &std::path::Path, router: Endpoint, read_only: bool) -> Result<Config, Box<dyn Error>> {
    let file = folder.join("demo-keys");
    if !file.exists() {
        write_private(&file, &format!("{} {}", hex(SystemChance.bytes()), hex(SystemChance.bytes())))?;
    }
    let keys = std::fs::read_to_string(&file)?;
    let (master, jwt) = keys.split_once(' ').ok_or("the file demo-keys is damaged; remove it with the database")?;
    let url = format!("sqlite://{}/netpilot.db", folder.display());
    let tokens = TokenSettings::new(jwt.as_bytes().to_vec());
    let config = Config::new(url, Keyring::read(master)?, tokens, Some(router));
    Ok(Config { read_only_at_first: read_only, timings: Timings::default(), chance: Arc::new(SystemChance), ..config })
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
            Err(problem) if problem.code == domain::wire::problem::Code::NameTaken => {
                sign_ins.push((role, name, "as it was printed the first time".to_owned()));
            }
            Err(problem) => return Err(problem.into()),
        }
    }
    Ok(sign_ins)
}

/// Name, username, package, status, telephone.
const CUSTOMERS: [(&str, &str, &str, &str, &str); 12] = [
    ("Agus Setiawan", "agus.setiawan", "Fiber 100", "Active", "+62 812 5550 101"),
    ("João Conceição", "joao.conceicao", "Fiber 100", "Active", "+55 11 5550 102"),
    ("Wanjiku Kamau", "wanjiku.k", "Fiber 50", "Active", "+254 712 555 103"),
    ("أحمد الزهراني", "ahmed.z", "Fiber 50", "Active", "+966 50 555 0104"),
    ("Rahim Uddin", "rahim-0172", "Home 10", "Active", "+880 1712 553018"),
    ("Nusrat Jahan", "nusrat-0171", "Home 10", "Active", "+880 1711 550106"),
    ("Siobhán O’Brien", "siobhan.obrien", "Home 20", "Active", "+353 85 555 0107"),
    ("Thiago Nascimento", "thiago.n", "Home 20", "Active", "+55 21 5550 108"),
    ("Dewi Lestari", "dewi.l", "Home 10", "Suspended", "+62 813 5550 109"),
    ("Farid Haque", "farid-0173", "Home 20", "Active", "+880 1713 550110"),
    ("Grace Achieng", "grace.a", "Fiber 50", "Active", "+254 722 555 111"),
    ("Made Wirawan", "made.w", "Home 10", "Active", "+62 811 5550 112"),
];
/// Name, download and upload in Mbps.
const PACKAGES: [(&str, f64, f64); 4] =
    [("Home 10", 10.0, 5.0), ("Home 20", 20.0, 10.0), ("Fiber 50", 50.0, 25.0), ("Fiber 100", 100.0, 50.0)];
/// Guests of a hotspot.
const GUESTS: [(&str, &str); 3] = [("Room 101", "room101"), ("Room 102", "room102"), ("Café corner", "cafe-corner")];

/// The demo's customers come by the product's own road: a bulk sync.
async fn bring_customers(services: &Services) -> Result<(), Box<dyn Error>> {
    let packages: Vec<PackageBody> = PACKAGES.iter().map(|(name, down, up)| package(name, *down, *up)).collect();
    let subscribers =
        CUSTOMERS.iter().enumerate().map(|(at, (name, username, package, status, mobile))| CustomerBody {
            id: Some(format!("CUS-{}", at + 1)),
            name: Some((*name).to_owned()),
            mobile: Some((*mobile).to_owned()),
            service_package: Some((*package).to_owned()),
            status: Some((*status).to_owned()),
            pppoe_username: Some((*username).to_owned()),
            pppoe_password: Some(Password::new(hex(SystemChance.bytes())[..12].to_owned())),
            ..CustomerBody::default()
        });
    sync(services, subscribers.collect(), packages.clone(), ServiceType::Pppoe).await?;
    let guests = GUESTS.iter().enumerate().map(|(at, (name, username))| CustomerBody {
        id: Some(format!("GUEST-{}", at + 1)),
        name: Some((*name).to_owned()),
        service_package: Some("Home 10".to_owned()),
        status: Some("Active".to_owned()),
        pppoe_username: Some((*username).to_owned()),
        ..CustomerBody::default()
    });
    sync(services, guests.collect(), packages, ServiceType::Hotspot).await
}

fn package(name: &str, down: f64, up: f64) -> PackageBody {
    PackageBody {
        name: Some(name.to_owned()),
        description: Some(format!("{down} Mbps down, {up} Mbps up")),
        download_speed: Some(down),
        upload_speed: Some(up),
        ..PackageBody::default()
    }
}

async fn sync(
    services: &Services,
    customers: Vec<CustomerBody>,
    packages: Vec<PackageBody>,
    service: ServiceType,
) -> Result<(), Box<dyn Error>> {
    let demo = Operator {
        id: "demo".to_owned(),
        username: "demo".to_owned(),
        email: "demo@example.com".to_owned(),
        role: Role::AdminStaff,
    };
    let request =
        SyncMany { customers, packages, service, only: None, dry_run: false, disconnect: DisconnectPolicy::Never };
    let report = services.sync_many(&demo, request).await?;
    match report.results.iter().find_map(|row| row.error.as_ref().map(|_| row.message.clone())) {
        Some(message) => Err(message.into()),
        None => Ok(()),
    }
}

/// Most customers are online at once, the rest dial in one by one while somebody looks.
async fn dial_in(sim: Sim) {
    let subscribers =
        CUSTOMERS.iter().filter(|customer| customer.3 == "Active").map(|customer| (Service::Pppoe, customer.1));
    let guests = GUESTS.iter().map(|guest| (Service::Hotspot, guest.1));
    for (at, (service, username)) in subscribers.chain(guests).enumerate() {
        if (7..11).contains(&at) {
            tokio::time::sleep(DIAL_IN_EVERY).await;
        }
        if let Err(refused) = sim.dial_in(service, username) {
            tracing::warn!(%refused, username, "A customer of the demo could not dial in");
        }
    }
    // The router lives as long as the demo.
    std::future::pending::<()>().await;
}
