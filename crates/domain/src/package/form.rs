//! What the console asks of a package beyond what a sync needs: forms hear of everything that is wrong at once.

use super::{
    Package,
    member::{self, invalid},
};
use crate::wire::{
    PackageBody,
    problem::{Code, Part, Problem},
};

/// The most days for which a package is sold: ten years.
const MOST_DAYS: u32 = 3650;

impl Package {
    /// Everything that is wrong with a package as a form of the console sends it; nothing where it can be kept.
    pub fn check(body: &PackageBody) -> Vec<Part> {
        let mut rules = vec![
            name(body),
            member::description_if_given(body).map(drop),
            price(body),
            validity(body),
            member::shared_users(body).map(drop),
            member::session_timeout(body).map(drop),
            member::idle_timeout(body).map(drop),
            member::keepalive_timeout(body).map(drop),
            member::address_pool(body).map(drop),
            member::local_address(body).map(drop),
        ];
        if !member::is_unlimited(body) {
            rules.extend(speed(body));
        }
        rules.into_iter().filter_map(Result::err).flat_map(|problem| problem.errors).collect()
    }
}

fn speed(body: &PackageBody) -> Vec<Result<(), Problem>> {
    let mut rules = vec![
        member::download_speed(body).map(drop),
        member::upload_speed(body).map(drop),
        member::priority(body).map(drop),
        member::min_download_speed(body).map(drop),
        member::min_upload_speed(body).map(drop),
    ];
    if member::is_burst_on(body) {
        rules.extend([
            member::burst_download_speed(body).and_then(|speed| needed(speed, "/burstDownloadSpeed")),
            member::burst_upload_speed(body).and_then(|speed| needed(speed, "/burstUploadSpeed")),
            member::burst_threshold_download(body).map(drop),
            member::burst_threshold_upload(body).map(drop),
            member::burst_time(body).map(drop),
        ]);
    }
    rules
}

/// A sync sells a package with half a burst plain. Somebody who fills in a form means a whole one.
fn needed(speed: Option<f64>, pointer: &str) -> Result<(), Problem> {
    let missing = || Problem::member(Code::MissingField, pointer, "A burst needs both its speeds.");
    speed.map(drop).ok_or_else(missing)
}

fn name(body: &PackageBody) -> Result<(), Problem> {
    if member::name(body)?.trim().is_empty() {
        return Err(Problem::member(Code::MissingField, "/name", "Only blanks."));
    }
    Ok(())
}

fn price(body: &PackageBody) -> Result<(), Problem> {
    match body.price {
        Some(price) if !price.is_finite() || price < 0.0 => Err(invalid("/price", format!("{price} is no price."))),
        _ => Ok(()),
    }
}

fn validity(body: &PackageBody) -> Result<(), Problem> {
    match body.validity {
        Some(days) if !(1..=MOST_DAYS).contains(&days) => {
            Err(invalid("/validity", format!("{days} days: use 1 to {MOST_DAYS}.")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(body: &PackageBody) -> Vec<String> {
        Package::check(body).into_iter().filter_map(|part| part.pointer).collect()
    }

    #[test]
    fn everything_wrong_is_named_at_once_with_its_member() {
        let body = PackageBody {
            name: None,
            description: Some("x".repeat(201)),
            price: Some(-1.0),
            validity: Some(0),
            download_speed: Some(0.0),
            upload_speed: None,
            burst_enabled: Some(true),
            burst_download_speed: None,
            burst_upload_speed: Some(-1.0),
            burst_threshold_download: Some(f64::MAX),
            burst_threshold_upload: Some(0.000_1),
            burst_time: Some(0),
            min_download_speed: Some(1.0),
            min_upload_speed: Some(-1.0),
            priority: Some(9),
            session_timeout: Some(u64::MAX),
            idle_timeout: Some(u64::MAX),
            keepalive_timeout: Some(u64::MAX),
            shared_users: Some(0),
            address_pool: Some("a\nb".to_owned()),
            local_address: Some("10.0.0".to_owned()),
            no_rate_limit: None,
        };
        let members = serde_json::to_value(&body).unwrap();
        let wrong = wrong(&body);
        assert_eq!(wrong.len(), 20, "{wrong:?}");
        for pointer in wrong {
            assert!(members.pointer(&pointer).is_some(), "{pointer} is no member");
        }
    }

    #[test]
    fn what_does_not_count_cannot_be_wrong() {
        let name = Some("Home 10".to_owned());
        let unlimited = PackageBody {
            name: name.clone(),
            no_rate_limit: Some(true),
            priority: Some(9),
            burst_enabled: Some(true),
            ..PackageBody::default()
        };
        assert_eq!(wrong(&unlimited), [""; 0]);
        let plain = PackageBody {
            name,
            download_speed: Some(10.0),
            upload_speed: Some(5.0),
            burst_enabled: Some(false),
            burst_download_speed: Some(0.0),
            ..PackageBody::default()
        };
        assert_eq!(wrong(&plain), [""; 0]);
        assert_eq!(
            wrong(&PackageBody { burst_enabled: Some(true), burst_download_speed: None, ..plain }),
            ["/burstDownloadSpeed", "/burstUploadSpeed"]
        );
    }

    #[test]
    fn a_name_too_long_is_named_once() {
        let body = PackageBody { name: Some("x".repeat(101)), no_rate_limit: Some(true), ..PackageBody::default() };
        assert_eq!(wrong(&body), ["/name"]);
    }
}
