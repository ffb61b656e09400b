//! The rule for each member of a body, said once: a sync stops at the first that is broken, a form hears of all.

use std::net::Ipv4Addr;

use super::{CustomerId, CustomerStatus, Password, Setting, Username};
use crate::wire::{
    CustomerBody,
    problem::{Code, Problem},
};

pub(super) fn name(body: &CustomerBody) -> Result<&str, Problem> {
    let missing = || Problem::member(Code::MissingField, "/name", "The customer has no name.");
    let name = present(body.name.as_deref()).ok_or_else(missing)?;
    no_control_characters(name).map_err(|detail| invalid("/name", detail))?;
    Ok(name)
}

pub(super) fn id(body: &CustomerBody) -> Result<CustomerId, Problem> {
    let missing = || {
        let name = body.name.as_deref().unwrap_or_default();
        Problem::member(Code::MissingField, "/id", format!("Customer {name} has no id."))
    };
    id_if_given(body)?.ok_or_else(missing)
}

pub(super) fn id_if_given(body: &CustomerBody) -> Result<Option<CustomerId>, Problem> {
    let id = present(body.id.as_deref()).map(str::parse).transpose();
    id.map_err(|detail: String| invalid("/id", detail))
}

pub(super) fn password(body: &CustomerBody) -> Result<Option<&Password>, Problem> {
    let password = body.pppoe_password.as_ref().filter(|password| !password.expose().is_empty());
    if let Some(password) = password {
        check_password(password).map_err(|detail| invalid("/pppoePassword", detail))?;
    }
    Ok(password)
}

/// Somebody who was sent without a status may not be online.
pub(super) fn status(body: &CustomerBody) -> Result<CustomerStatus, Problem> {
    match present(body.status.as_deref()) {
        Some(text) => text.parse().map_err(|detail: String| invalid("/status", detail)),
        None => Ok(CustomerStatus::Inactive),
    }
}

/// The design document's rule: `pppoeUsername`, else the e-mail address.
pub(super) fn username(body: &CustomerBody) -> Result<Username, Problem> {
    let (pointer, text) = match (present(body.pppoe_username.as_deref()), present(body.email.as_deref())) {
        (Some(username), _) => ("/pppoeUsername", username),
        (None, Some(email)) => ("/email", email),
        (None, None) => {
            let name = body.name.as_deref().unwrap_or_default();
            let detail = format!("Customer {name} has neither a username nor an e-mail address.");
            return Err(Problem::member(Code::MissingUsername, "/pppoeUsername", detail));
        }
    };
    text.parse().map_err(|detail: String| invalid(pointer, detail))
}

pub(super) fn mac_address(body: &CustomerBody) -> Result<Setting<String>, Problem> {
    body.mac_address.try_map(|text| read_mac_address(text)).map_err(|detail| invalid("/macAddress", detail))
}

pub(super) fn ip_address(body: &CustomerBody) -> Result<Setting<Ipv4Addr>, Problem> {
    body.ip_address.try_map(|text| read_ip_address(text)).map_err(|detail| invalid("/ipAddress", detail))
}

/// Empty text says nothing.
pub(super) fn present(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

pub(super) fn invalid(pointer: &str, detail: impl Into<String>) -> Problem {
    Problem::member(Code::ValidationFailed, pointer, detail)
}

/// Text for a comment on the router: RouterOS keeps any byte, but a line break ends nothing well.
pub(crate) fn no_control_characters(text: &str) -> Result<(), String> {
    match text.chars().find(|c| c.is_control()) {
        Some(c) => Err(format!("{text:?} has the control character {c:?} in it.")),
        None => Ok(()),
    }
}

fn check_password(password: &Password) -> Result<(), String> {
    let text = password.expose();
    if text.chars().count() > 128 {
        return Err("The password has more than 128 characters.".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("The password has a control character in it.".to_owned());
    }
    if text.chars().all(|c| c == '*') {
        return Err("The password is only stars, which is how a router hides one.".to_owned());
    }
    Ok(())
}

/// A MAC address with any separator, as `AA:BB:CC:DD:EE:FF`. A multicast or all-zero one belongs to no device.
fn read_mac_address(text: &str) -> Result<String, String> {
    let wrong = || format!("{text:?} is no MAC address of a device; write it like AA:BB:CC:DD:EE:FF.");
    let digits: String = text.chars().filter(|c| !matches!(c, ':' | '-' | '.')).collect();
    if digits.len() != 12 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    let first = u8::from_str_radix(&digits[..2], 16).map_err(|_| wrong())?;
    if first & 1 == 1 || digits.bytes().all(|byte| byte == b'0') {
        return Err(wrong());
    }
    let pairs: Vec<_> = (0..6).map(|pair| digits[pair * 2..pair * 2 + 2].to_ascii_uppercase()).collect();
    Ok(pairs.join(":"))
}

fn read_ip_address(text: &str) -> Result<Ipv4Addr, String> {
    let usable = |address: &Ipv4Addr| {
        !address.is_unspecified() && !address.is_broadcast() && !address.is_multicast() && !address.is_loopback()
    };
    text.parse()
        .ok()
        .filter(usable)
        .ok_or_else(|| format!("{text:?} is no address for a customer; write it like 10.10.0.50."))
}
