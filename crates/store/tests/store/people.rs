//! Who stands in the store of a test.

use domain::{
    customer::{Details, Password, ServiceType, Setting},
    wire::PackageBody,
};
use store::StoredCustomer;

pub(crate) fn ana() -> StoredCustomer {
    StoredCustomer {
        id: "CUS-1".into(),
        name: "Ana".into(),
        mobile: Some("+880 1712".into()),
        email: Some("ana@example.com".into()),
        package: "Gold".into(),
        status: "Active".into(),
        details: Details {
            customer_type: Some("Home User".into()),
            joined: Some("2025-03-01".into()),
            installation_address: Some("12 Mill Lane".into()),
            zone: Some("North".into()),
            expiry_date: Some("2026-03-01".into()),
            notes: Some("A dog.".into()),
        },
        service: ServiceType::Pppoe,
        username: "ana".into(),
        password: Some(Password::new("canary-s3cret")),
        mac_address: Setting::Cleared,
        ip_address: Setting::Is("10.0.0.5".into()),
    }
}

pub(crate) fn eva() -> StoredCustomer {
    StoredCustomer { id: "CUS-2".into(), name: "Eva".into(), username: "eva".into(), ..ana() }
}

pub(crate) fn gold() -> PackageBody {
    PackageBody { name: Some("Gold".into()), download_speed: Some(10.0), ..PackageBody::default() }
}

pub(crate) fn named(name: &str) -> PackageBody {
    PackageBody { name: Some(name.into()), ..gold() }
}
