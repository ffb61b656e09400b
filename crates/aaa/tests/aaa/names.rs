//! Usernames that customers give up, take and swap within one request: a router holds each name once at any moment.

use domain::{
    customer::ServiceType,
    wire::{BulkReport, CustomerBody},
};
use routeros_sim::{Service, Trouble};

use crate::{
    bodies::{many, numbered},
    world::{World, world},
};

fn named(usernames: &[&str]) -> Vec<CustomerBody> {
    let customer = |(at, name): (usize, &&str)| CustomerBody {
        pppoe_username: Some((*name).to_owned()),
        pppoe_password: Some(domain::customer::Password::new(format!("s3cret-{at}"))),
        ..numbered(at + 1)
    };
    usernames.iter().enumerate().map(customer).collect()
}

impl World {
    async fn sync_named(&self, service: ServiceType, usernames: &[&str]) -> BulkReport {
        let request = aaa::SyncMany { service, ..many(named(usernames)) };
        self.services.sync_many(&self.admin, request).await.unwrap()
    }

    /// Each customer's password is with their name.
    fn holds(&self, menu: &str, usernames: &[&str]) -> bool {
        usernames.iter().enumerate().all(|(at, name)| {
            let row = self.row(menu, name);
            row["password"] == format!("s3cret-{at}") && row["comment"].ends_with(&format!("(ID: CUS-{})", at + 1))
        })
    }
}

#[tokio::test]
async fn names_are_swapped_and_passed_on_in_one_request() {
    for (service, menu) in [(ServiceType::Pppoe, "/ppp/secret"), (ServiceType::Hotspot, "/ip/hotspot/user")] {
        let world = world().await;
        world.sync_named(service, &["ana", "eva", "ida", "uma", "zoe"]).await;
        let wanted = ["eva", "ana", "uma", "zoe", "new"];
        let report = world.sync_named(service, &wanted).await;
        assert_eq!((report.summary.updated, report.summary.errors), (5, 0), "{service}");
        assert!(world.holds(menu, &wanted), "{service}");
        let written = world.writes();
        assert_eq!(world.sync_named(service, &wanted).await.summary.unchanged, 5);
        assert_eq!(world.writes(), written, "{service}");
    }
}

#[tokio::test]
async fn of_customers_who_swap_names_each_loses_their_own_session() {
    let world = world().await;
    world.sync_named(ServiceType::Pppoe, &["ana", "eva"]).await;
    for name in ["ana", "eva"] {
        world.sim.dial_in(Service::Pppoe, name).unwrap();
    }
    let report = world.sync_named(ServiceType::Pppoe, &["eva", "ana"]).await;
    let ended: Vec<_> = report.results.iter().map(|row| row.disconnects[0].username.as_str()).collect();
    assert_eq!((ended, report.summary.disconnected), (vec!["ana", "eva"], 2));
}

#[tokio::test]
async fn a_line_that_breaks_amid_a_swap_is_mended_by_the_next_sync() {
    for sentences in 0..12 {
        let world = world().await;
        world.sync_named(ServiceType::Pppoe, &["ana", "eva", "ida"]).await;
        world.sim.trouble(Trouble::DropAfter { sentences });
        let request = || many(named(&["eva", "ida", "ana"]));
        // It may end well, or not: the next one is what counts.
        let _first = world.services.sync_many(&world.admin, request()).await;
        world.sim.trouble(Trouble::Clear);
        let report = world.services.sync_many(&world.admin, request()).await.unwrap();
        assert_eq!(report.summary.errors, 0, "after {sentences} sentences");
        assert!(world.holds("/ppp/secret", &["eva", "ida", "ana"]), "after {sentences} sentences");
        assert_eq!(world.sim.rows("/ppp/secret").len(), 3, "after {sentences} sentences");
    }
}
