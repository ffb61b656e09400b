//! Who is online by `PPPoE`, and then who comes and goes, until Ctrl-C.
//!
//! `cargo run -p routeros --example who_is_online -- 192.168.88.1 netpilot-api`, the password in `MIKROTIK_PASSWORD`.

use std::{env, error::Error};

use routeros::{
    Change, Command, Connection, Endpoint, Menu, Options, Print, Tls,
    menu::{PppActive, PppActiveProperty},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    use PppActiveProperty::{Address, Name, Uptime};
    let router = Connection::dial(&endpoint()?, Options::default()).await?;
    // First listening, then listing: nobody is missed in between.
    let mut changes = router.follow::<Change<PppActive>>(Command::listen(Menu::PppActive))?;
    let online = router.list(&Print::<PppActive>::new().only(&[Name, Address, Uptime])).await?.whole()?;
    println!("{} online", online.len());
    for PppActive { name, address, uptime, .. } in online {
        let uptime = uptime.map(|uptime| uptime.to_string()).unwrap_or_default();
        println!("  {:<24} {:<16} {uptime}", name.unwrap_or_default(), address.unwrap_or_default());
    }
    loop {
        match changes.next().await? {
            Change::Now(session) => println!("+ {}", session.name.unwrap_or_default()),
            Change::Gone(id) => println!("- {id}"),
        }
    }
}

fn endpoint() -> Result<Endpoint, Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(host), Some(username)) = (arguments.next(), arguments.next()) else {
        return Err("say the router's address and our user on it".into());
    };
    let port = arguments.next().map_or(Ok(8728), |port| port.parse())?;
    Ok(Endpoint { host, port, tls: Tls::Off, username, password: env::var("MIKROTIK_PASSWORD").unwrap_or_default() })
}
