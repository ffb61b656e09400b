//! Adds a `PPPoE` account, or says why the router would not.
//!
//! `cargo run -p routeros --example add_customer -- 192.168.88.1 netpilot-api ana Home_10`, the router's password in
//! `MIKROTIK_PASSWORD` and the customer's in `CUSTOMER_PASSWORD`.

use std::{env, error::Error};

use routeros::{
    CallError, Connection, Endpoint, Options, Print, Query, Row, Tls,
    menu::{PppProfile, PppProfileProperty, PppSecret, PppSecretProperty},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    use PppSecretProperty::{Name, Password, Profile, Service};
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [host, username, name, profile] = arguments.as_slice() else {
        return Err("say the router's address, our user on it, the customer's name and a profile".into());
    };
    let (host, port) = host.split_once(':').map_or((host.as_str(), Ok(8728)), |(host, port)| (host, port.parse()));
    let endpoint = Endpoint {
        host: host.to_owned(),
        port: port?,
        tls: Tls::Off,
        username: username.clone(),
        password: env::var("MIKROTIK_PASSWORD").unwrap_or_default(),
    };
    let router = Connection::dial(&endpoint, Options::default()).await?;
    // RouterOS takes the beginning of a profile's name for the whole: `Home` would be `Home_10` where it is the only one.
    let of_that_name = Query::is(PppProfileProperty::Name, profile.as_str());
    let profiles =
        router.list(&Print::<PppProfile>::new().only(&[PppProfileProperty::Id]).matching(of_that_name)).await?;
    if profiles.whole()?.is_empty() {
        return Err(format!("the router has no profile {profile}").into());
    }
    let password = env::var("CUSTOMER_PASSWORD").unwrap_or_default();
    let account = [(Name, name.as_str()), (Password, &password), (Service, "pppoe"), (Profile, profile)];
    match router.run(PppSecret::add(account)).await {
        Ok(made) => println!("{name} is {}", made.ret.unwrap_or_default()),
        Err(CallError::Refused { refusal, .. }) if refusal.is_duplicate() => println!("{name} is there already"),
        Err(CallError::Unknown { why, .. }) => println!("nobody knows whether {name} was added: {why}"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
