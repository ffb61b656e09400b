//! What the console asks of a customer beyond what a sync needs: forms hear of everything that is wrong at once.

use super::{
    Customer, Password, Username,
    details::{at_most, customer_type, expiry_date, installation_address, joined, line, notes, zone},
    member::{self, invalid, present},
};
use crate::wire::{
    CustomerBody,
    problem::{Code, Part, Problem},
};

/// The original's forms ask for these.
const SHORTEST_USERNAME: usize = 3;
const SHORTEST_PASSWORD: usize = 6;
/// The most characters in a line of a form.
const LINE: usize = 100;

impl Customer {
    /// Everything that is wrong with a customer as a form of the console sends them; nothing where they can be kept.
    /// The id may be absent, it is made then; so may the password.
    pub fn check(body: &CustomerBody) -> Vec<Part> {
        let rules = [
            member::id_if_given(body).map(drop),
            member::name(body).and_then(|name| some_letters(name, "/name")),
            line(body.mobile.as_deref(), "/mobile", LINE).map(drop),
            email(body),
            service_package(body),
            member::status(body).map(drop),
            customer_type(body).map(drop),
            joined(body).map(drop),
            installation_address(body).map(drop),
            zone(body).map(drop),
            expiry_date(body).map(drop),
            notes(body).map(drop),
            service_type(body),
            username(body),
            member::password(body).and_then(|password| password.map_or(Ok(()), long_enough)),
            member::mac_address(body).map(drop),
            member::ip_address(body).map(drop),
        ];
        rules.into_iter().filter_map(Result::err).flat_map(|problem| problem.errors).collect()
    }
}

fn some_letters(text: &str, pointer: &str) -> Result<(), Problem> {
    if text.trim().is_empty() {
        return Err(Problem::member(Code::MissingField, pointer, "Only blanks."));
    }
    at_most(text, pointer, LINE)
}

fn email(body: &CustomerBody) -> Result<(), Problem> {
    match line(body.email.as_deref(), "/email", LINE)? {
        Some(text) if !is_email(text) => {
            Err(invalid("/email", format!("{text:?} is no e-mail address; write it like ana@example.com.")))
        }
        _ => Ok(()),
    }
}

/// Whether mail could be meant: one `@`, no blanks, and a domain with a dot inside.
fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    let labels: Vec<_> = domain.split('.').collect();
    !name.is_empty()
        && !domain.contains('@')
        && !text.contains(char::is_whitespace)
        && labels.len() > 1
        && labels.iter().all(|label| !label.is_empty())
}

fn service_package(body: &CustomerBody) -> Result<(), Problem> {
    match line(body.service_package.as_deref(), "/servicePackage", LINE)? {
        Some(_) => Ok(()),
        None => Err(Problem::member(Code::MissingField, "/servicePackage", "The customer has no package.")),
    }
}

fn service_type(body: &CustomerBody) -> Result<(), Problem> {
    match body.service_type {
        Some(_) => Ok(()),
        None => Err(Problem::member(Code::MissingField, "/serviceType", "Choose PPPoE or Hotspot.")),
    }
}

/// The e-mail address stands in for no username here: staff see the name that the customer dials in with.
fn username(body: &CustomerBody) -> Result<(), Problem> {
    let Some(text) = present(body.pppoe_username.as_deref()) else {
        return Err(Problem::member(Code::MissingUsername, "/pppoeUsername", "The customer has no username."));
    };
    text.parse::<Username>().map_err(|detail| invalid("/pppoeUsername", detail))?;
    if text.len() < SHORTEST_USERNAME {
        return Err(invalid("/pppoeUsername", format!("A username has {SHORTEST_USERNAME} characters or more.")));
    }
    Ok(())
}

fn long_enough(password: &Password) -> Result<(), Problem> {
    if password.expose().chars().count() < SHORTEST_PASSWORD {
        return Err(invalid("/pppoePassword", format!("A password has {SHORTEST_PASSWORD} characters or more.")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::{ServiceType, Setting};

    fn ana() -> CustomerBody {
        CustomerBody {
            name: Some("Ana".to_owned()),
            service_package: Some("Home 10".to_owned()),
            service_type: Some(ServiceType::Pppoe),
            status: Some("Active".to_owned()),
            pppoe_username: Some("ana".to_owned()),
            ..CustomerBody::default()
        }
    }

    fn wrong(body: &CustomerBody) -> Vec<String> {
        Customer::check(body).into_iter().filter_map(|part| part.pointer).collect()
    }

    #[test]
    fn everything_wrong_is_named_at_once_with_its_member() {
        let text = |text: &str| Some(text.to_owned());
        let body = CustomerBody {
            id: text("C 1"),
            name: None,
            mobile: Some("1".repeat(101)),
            email: text("ana@"),
            service_package: text(""),
            status: text("Gone"),
            customer_type: text("Office User"),
            joined: text("5 January"),
            installation_address: Some("x".repeat(301)),
            zone: text("a\tb"),
            expiry_date: text("2026-02-30"),
            notes: Some("x".repeat(2001)),
            service_type: None,
            pppoe_username: text("an"),
            pppoe_password: Some(Password::new("12345")),
            mac_address: Setting::Is("zz".to_owned()),
            ip_address: Setting::Is("10.0.0".to_owned()),
        };
        let members = serde_json::to_value(&body).unwrap();
        let wrong = wrong(&body);
        assert_eq!(wrong.len(), 17, "{wrong:?}");
        for pointer in wrong {
            assert!(pointer == "/serviceType" || members.pointer(&pointer).is_some(), "{pointer} is no member");
        }
        let said = format!("{:?}", Customer::check(&body));
        assert!(!said.contains("12345"), "{said}");
    }

    #[test]
    fn a_customer_who_can_be_kept_has_nothing_wrong() {
        assert_eq!(wrong(&ana()), [""; 0]);
        let full = CustomerBody {
            id: Some("CUS-7".to_owned()),
            email: Some("ana.b@mail.example.com".to_owned()),
            customer_type: Some("Wireless User".to_owned()),
            notes: Some("A dog.\r\nRing twice.".to_owned()),
            pppoe_password: Some(Password::new("123456")),
            mac_address: Setting::Cleared,
            ..ana()
        };
        assert_eq!(wrong(&full), [""; 0]);
        let kept = CustomerBody { pppoe_password: Some(Password::new("")), ..ana() };
        assert_eq!(wrong(&kept), [""; 0], "an empty password is none");
    }

    #[test]
    fn mail_that_could_not_arrive_is_refused() {
        for email in ["ana", "@example.com", "ana@example", "ana@.com", "ana@example.", "a na@example.com", "a@b@c.d"] {
            assert!(!is_email(email), "{email}");
        }
    }

    #[test]
    fn a_sync_may_have_short_names_and_passwords_and_the_console_may_not() {
        let short = CustomerBody {
            id: Some("CUS-1".to_owned()),
            pppoe_username: Some("a".to_owned()),
            pppoe_password: Some(Password::new("1")),
            ..ana()
        };
        assert!(Customer::read(&short).is_ok());
        assert_eq!(wrong(&short), ["/pppoeUsername", "/pppoePassword"]);
        let by_email = CustomerBody { pppoe_username: None, email: Some("ana@example.com".to_owned()), ..ana() };
        assert_eq!(wrong(&by_email), ["/pppoeUsername"]);
    }
}
