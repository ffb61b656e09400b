//! The fields of a customer.

use domain::{
    customer::{Customer, CustomerStatus, Password, ServiceType, Setting},
    wire::{CustomerBody, CustomerRecord, problem::Part},
};
use leptos::prelude::*;

use super::Entry;

/// A customer as they are being typed.
#[derive(Clone, Copy)]
pub(crate) struct CustomerDraft {
    before: StoredValue<Option<CustomerRecord>>,
    pub(crate) name: Entry,
    pub(crate) mobile: Entry,
    pub(crate) email: Entry,
    pub(crate) package: Entry,
    pub(crate) status: Entry,
    pub(crate) service: Entry,
    pub(crate) username: Entry,
    pub(crate) password: Entry,
    pub(crate) mac: Entry,
    pub(crate) ip: Entry,
    pub(crate) kind: Entry,
    pub(crate) address: Entry,
    pub(crate) zone: Entry,
    pub(crate) joined: Entry,
    pub(crate) paid_until: Entry,
    pub(crate) notes: Entry,
}

impl CustomerDraft {
    /// A customer to change, or one to add.
    pub(crate) fn new(before: Option<CustomerRecord>) -> Self {
        let text = |of: fn(&CustomerRecord) -> &String| before.as_ref().map(of).cloned().unwrap_or_default();
        let some = |of: fn(&CustomerRecord) -> &Option<String>| {
            before.as_ref().and_then(|record| of(record).clone()).unwrap_or_default()
        };
        let status = before.as_ref().map_or(CustomerStatus::Active, |record| record.status);
        let service = before.as_ref().map_or(ServiceType::Pppoe, |record| record.service_type);
        Self {
            name: Entry::new("/name", text(|record| &record.name)),
            mobile: Entry::new("/mobile", some(|record| &record.mobile)),
            email: Entry::new("/email", some(|record| &record.email)),
            package: Entry::new("/servicePackage", text(|record| &record.service_package)),
            status: Entry::new("/status", status.name()),
            service: Entry::new("/serviceType", service.name()),
            username: Entry::new("/pppoeUsername", text(|record| &record.pppoe_username)),
            password: Entry::new("/pppoePassword", ""),
            mac: Entry::new("/macAddress", some(|record| &record.mac_address)),
            ip: Entry::new("/ipAddress", some(|record| &record.ip_address)),
            kind: Entry::new("/customerType", some(|record| &record.customer_type)),
            address: Entry::new("/installationAddress", some(|record| &record.installation_address)),
            zone: Entry::new("/zone", some(|record| &record.zone)),
            joined: Entry::new("/joined", some(|record| &record.joined)),
            paid_until: Entry::new("/expiryDate", some(|record| &record.expiry_date)),
            notes: Entry::new("/notes", some(|record| &record.notes)),
            before: StoredValue::new(before),
        }
    }

    /// What is to be kept. A password is not trimmed, and one that is not typed is none.
    pub(crate) fn body(self) -> CustomerBody {
        let before = self.before.get_value();
        let known = |of: fn(CustomerRecord) -> Option<String>| before.clone().and_then(of);
        let password = self.password.text.get();
        CustomerBody {
            id: known(|record| Some(record.id)),
            name: Some(self.name.read()),
            mobile: Some(self.mobile.read()),
            email: Some(self.email.read()),
            service_package: Some(self.package.read()),
            status: Some(self.status.read()),
            customer_type: Some(self.kind.read()),
            joined: Some(self.joined.read()),
            installation_address: Some(self.address.read()),
            zone: Some(self.zone.read()),
            expiry_date: Some(self.paid_until.read()),
            notes: Some(self.notes.read()),
            service_type: self.service.read().parse().ok(),
            pppoe_username: Some(self.username.read()),
            pppoe_password: (!password.is_empty()).then(|| Password::new(password)),
            mac_address: setting(self.mac, known(|record| record.mac_address)),
            ip_address: setting(self.ip, known(|record| record.ip_address)),
        }
    }

    /// What the server would refuse, by its own rules.
    pub(crate) fn problems(self) -> Vec<Part> {
        Customer::check(&self.body())
    }
}

/// Nothing typed where there was something clears; where there was nothing, the router is left alone.
fn setting(entry: Entry, before: Option<String>) -> Setting<String> {
    match (entry.some(), before) {
        (Some(text), _) => Setting::Is(text),
        (None, Some(_)) => Setting::Cleared,
        (None, None) => Setting::LeftAlone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ana() -> CustomerRecord {
        CustomerRecord {
            id: "CUS-1".to_owned(),
            name: "Ana Souza".to_owned(),
            mobile: None,
            email: None,
            service_package: "Home 10".to_owned(),
            status: CustomerStatus::Suspended,
            customer_type: None,
            joined: None,
            installation_address: None,
            zone: None,
            expiry_date: Some("2026-12-05".to_owned()),
            notes: None,
            service_type: ServiceType::Hotspot,
            pppoe_username: "ana".to_owned(),
            has_password: true,
            mac_address: Some("AA:BB:CC:DD:EE:0F".to_owned()),
            ip_address: None,
            origin: "console".to_owned(),
            version: 3,
        }
    }

    #[test]
    fn somebody_who_is_not_changed_is_sent_as_they_are() {
        Owner::new().with(|| {
            let draft = CustomerDraft::new(Some(ana()));
            let body = draft.body();
            assert_eq!(body.id.as_deref(), Some("CUS-1"));
            assert_eq!((body.status.as_deref(), body.service_type), (Some("Suspended"), Some(ServiceType::Hotspot)));
            assert_eq!(body.expiry_date.as_deref(), Some("2026-12-05"));
            assert_eq!(body.mac_address, Setting::Is("AA:BB:CC:DD:EE:0F".to_owned()));
            assert_eq!(body.ip_address, Setting::LeftAlone);
            assert_eq!(body.pppoe_password, None);
            assert_eq!(draft.problems(), []);
        });
    }

    #[test]
    fn an_address_taken_out_is_cleared_and_a_blank_stays_in_a_password() {
        Owner::new().with(|| {
            let draft = CustomerDraft::new(Some(ana()));
            draft.mac.text.set(" ".to_owned());
            draft.password.text.set(" a b ".to_owned());
            assert_eq!(draft.body().mac_address, Setting::Cleared);
            assert_eq!(draft.body().pppoe_password, Some(Password::new(" a b ")));
        });
    }

    #[test]
    fn somebody_new_needs_a_name_and_a_username_and_no_id() {
        Owner::new().with(|| {
            let draft = CustomerDraft::new(None);
            let wrong = |pointer: &str| draft.problems().iter().any(|part| part.pointer.as_deref() == Some(pointer));
            assert_eq!(draft.body().id, None);
            assert!(wrong("/name") && !wrong("/id"));
            draft.name.text.set("Ana".to_owned());
            assert!(wrong("/pppoeUsername") && !wrong("/name"));
            draft.username.text.set("ana".to_owned());
            assert!(!wrong("/pppoeUsername"));
        });
    }
}
