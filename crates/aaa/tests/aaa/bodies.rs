//! Customers and packages as programs send them.

use aaa::{SyncMany, SyncOne};
use domain::{
    customer::{Password, ServiceType},
    wire::{ActionTaken, CustomerBody, DisconnectPolicy, PackageBody, problem::Problem},
};

use crate::world::World;

pub(crate) fn ana() -> CustomerBody {
    CustomerBody {
        id: Some("CUS-1".into()),
        name: Some("Ana".into()),
        status: Some("Active".into()),
        service_package: Some("Basic 10Mbps".into()),
        pppoe_username: Some("ana".into()),
        pppoe_password: Some(Password::new("anas-s3cret")),
        ..CustomerBody::default()
    }
}

pub(crate) fn basic() -> PackageBody {
    PackageBody {
        name: Some("Basic 10Mbps".into()),
        description: Some("Basic internet package".into()),
        download_speed: Some(10.0),
        upload_speed: Some(5.0),
        burst_enabled: Some(true),
        burst_download_speed: Some(20.0),
        burst_upload_speed: Some(10.0),
        ..PackageBody::default()
    }
}

pub(crate) fn one(customer: CustomerBody, package: PackageBody, service: ServiceType) -> SyncOne {
    SyncOne { customer, package, service, dry_run: false, plan_id: None, disconnect: DisconnectPolicy::Auto }
}

pub(crate) fn many(customers: Vec<CustomerBody>) -> SyncMany {
    SyncMany {
        customers,
        packages: vec![basic()],
        service: ServiceType::Pppoe,
        only: None,
        dry_run: false,
        plan_id: None,
        disconnect: DisconnectPolicy::Auto,
        prune: None,
    }
}

pub(crate) fn numbered(n: usize) -> CustomerBody {
    CustomerBody {
        id: Some(format!("CUS-{n}")),
        name: Some(format!("Customer {n}")),
        pppoe_username: Some(format!("customer{n}")),
        ..ana()
    }
}

impl World {
    pub(crate) async fn sync_ana(&self) -> Result<ActionTaken, Problem> {
        let request = one(ana(), basic(), ServiceType::Pppoe);
        self.services.sync_one(&self.admin, request).await.map(|report| report.result.action)
    }
}
