//! `plan()` for 1,000 and for 100,000 customers: those who are in step, and those a router has never heard of. What one
//! customer costs must not grow with how many there are.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use domain::{
    customer::{Customer, Password, ServiceType},
    package::Package,
    profile::Profile,
    rate_limit::RateBase,
    row::{Row, Want},
    sync::{Desired, Intent, Observed, Pushed, SyncPlan, Target, plan},
    wire::{CustomerBody, DisconnectPolicy, PackageBody},
};

/// Packages that are sold.
const PACKAGES: usize = 20;

fn plans(c: &mut Criterion) {
    let mut group = c.benchmark_group("plan");
    group.sample_size(20);
    for customers in [1_000, 100_000] {
        let wanted = wanted(customers);
        let empty = Observed::default();
        let settled = carried_out(&plan(&wanted, &empty));
        assert!(plan(&wanted, &settled).is_empty());
        group.throughput(Throughput::Elements(u64::try_from(customers).unwrap()));
        for (state, observed) in [("in step", &settled), ("new", &empty)] {
            group.bench_function(format!("{customers} {state}"), |b| b.iter(|| plan(black_box(&wanted), observed)));
        }
    }
    group.finish();
}

fn wanted(customers: usize) -> Desired {
    let profiles: Vec<Profile> = (0..PACKAGES)
        .map(|n| {
            let body = PackageBody {
                name: Some(format!("Fiber {n}")),
                download_speed: Some(100.0),
                upload_speed: Some(20.0),
                ..PackageBody::default()
            };
            Profile::of(&Package::read(&body).unwrap(), ServiceType::Pppoe, RateBase::Guide)
        })
        .collect();
    let intent = |n: usize| {
        let body = CustomerBody {
            id: Some(format!("CUS-{n}")),
            name: Some(format!("Customer number {n}")),
            service_package: Some(format!("Fiber {}", n % PACKAGES)),
            status: Some("Active".to_owned()),
            pppoe_username: Some(format!("customer{n}")),
            pppoe_password: Some(Password::new(format!("s3cret-{n}"))),
            ..CustomerBody::default()
        };
        Intent {
            customer: Customer::read(&body).unwrap(),
            profile: profiles[n % PACKAGES].clone(),
            fallback_password: Password::new("made"),
            pushed: Pushed::Never,
            owes_end: false,
        }
    };
    Desired {
        service: ServiceType::Pppoe,
        disconnect: DisconnectPolicy::Auto,
        sold: Vec::new(),
        rows: (0..customers).map(|n| Ok(intent(n))).collect(),
    }
}

/// A router that began empty, with everything of the plan on it.
fn carried_out(plan: &SyncPlan) -> Observed {
    let row = |at: usize, writes: &[domain::sync::Write]| {
        let values = writes.iter().filter_map(|write| match &write.want {
            Want::Is(value) => Some((write.property.name().to_owned(), value.clone())),
            Want::Cleared => None,
        });
        Row { id: format!("*{at:X}"), values: values.collect() }
    };
    let accounts = plan.rows.iter().flatten().enumerate().map(|(at, step)| {
        assert_eq!(step.target, Target::New);
        let mut row = row(at, &step.writes);
        let password = step.password.as_ref().unwrap().password().expose().to_owned();
        row.values.insert("password".to_owned(), password);
        row
    });
    Observed {
        accounts: accounts.collect(),
        profiles: plan.profiles.iter().enumerate().map(|(at, step)| row(at, &step.writes)).collect(),
        ..Observed::default()
    }
}

criterion_group!(benches, plans);
criterion_main!(benches);
