//! Package -> the profile a router should hold for it.

use crate::{
    customer::{ServiceType, Setting},
    package::Package,
    rate_limit::RateBase,
    row::{Property, Want},
    span::Span,
};

/// What hotspot customers get where the package says nothing: a phone that sleeps half an hour signs in again.
const HOTSPOT_IDLE: Span = Span::seconds(1800);
/// How long a hotspot device may vanish before its session ends, where the package says nothing.
const HOTSPOT_KEEPALIVE: Span = Span::seconds(120);

/// The profile of a package for one service.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// The package it comes from.
    pub package: Package,
    /// Name on the router.
    pub name: String,
    /// Every property that we write, the name first. What is not listed is left to the router.
    pub properties: Vec<(Property, Want)>,
}

/// `Basic 10Mbps` for PPPoE is `Basic_10Mbps_pppoe`: each run of white space becomes one `_`.
///
/// ```
/// use domain::{customer::ServiceType, profile::profile_name};
/// assert_eq!(profile_name("A  B", ServiceType::Hotspot), "A_B_hotspot");
/// ```
pub fn profile_name(package: &str, service: ServiceType) -> String {
    let mut name = String::with_capacity(package.len() + 8);
    let mut in_space = false;
    for c in package.chars() {
        if !c.is_whitespace() {
            name.push(c);
        } else if !in_space {
            name.push('_');
        }
        in_space = c.is_whitespace();
    }
    format!("{name}_{service}")
}

impl Profile {
    /// The profile a router should hold.
    pub fn of(package: &Package, service: ServiceType, base: RateBase) -> Self {
        let name = profile_name(&package.name, service);
        let rate_limit = package.rate_limit(base).map_or(Want::Cleared, |limit| Want::Is(limit.to_string()));
        let mut properties = vec![(Property::Name, Want::Is(name.clone())), (Property::RateLimit, rate_limit)];
        match service {
            ServiceType::Pppoe => ppp(package, &mut properties),
            ServiceType::Hotspot => hotspot(package, &mut properties),
        }
        Self { package: package.clone(), name, properties }
    }
}

fn ppp(package: &Package, properties: &mut Vec<(Property, Want)>) {
    let only_one = if package.shared_users == 1 { "yes" } else { "no" };
    properties.push((Property::OnlyOne, Want::Is(only_one.to_owned())));
    properties.push((Property::Comment, Want::Is(format!("NetPilot: {}", package.description))));
    put(properties, Property::SessionTimeout, &package.session_timeout);
    put(properties, Property::IdleTimeout, &package.idle_timeout);
    put(properties, Property::RemoteAddress, &package.address_pool);
    put(properties, Property::LocalAddress, &package.local_address);
}

/// Hotspot profiles have no comment on RouterOS.
fn hotspot(package: &Package, properties: &mut Vec<(Property, Want)>) {
    properties.push((Property::SharedUsers, Want::Is(package.shared_users.to_string())));
    put(properties, Property::IdleTimeout, &or(package.idle_timeout, HOTSPOT_IDLE));
    put(properties, Property::KeepaliveTimeout, &or(package.keepalive_timeout, HOTSPOT_KEEPALIVE));
    put(properties, Property::SessionTimeout, &package.session_timeout);
    put(properties, Property::AddressPool, &package.address_pool);
}

fn or(setting: Setting<Span>, default: Span) -> Setting<Span> {
    match setting {
        Setting::LeftAlone => Setting::Is(default),
        said => said,
    }
}

/// Adds what is said about a property; what is left alone is not listed.
pub(crate) fn put<T: ToString>(properties: &mut Vec<(Property, Want)>, property: Property, setting: &Setting<T>) {
    match setting {
        Setting::LeftAlone => {}
        Setting::Cleared => properties.push((property, Want::Cleared)),
        Setting::Is(value) => properties.push((property, Want::Is(value.to_string()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::PackageBody;

    fn properties(body: &PackageBody, service: ServiceType) -> String {
        let package = Package::read(body).unwrap();
        let lines =
            Profile::of(&package, service, RateBase::Guide).properties.into_iter().map(|(property, want)| match want {
                Want::Is(value) => format!("{}={value}", property.name()),
                Want::Cleared => format!("{} cleared", property.name()),
            });
        lines.collect::<Vec<_>>().join(", ")
    }

    fn minimal() -> PackageBody {
        PackageBody {
            name: Some("Basic 10Mbps".to_owned()),
            description: Some("Basic internet package".to_owned()),
            download_speed: Some(10.0),
            upload_speed: Some(5.0),
            ..PackageBody::default()
        }
    }

    fn full() -> PackageBody {
        PackageBody {
            burst_enabled: Some(true),
            burst_download_speed: Some(20.0),
            burst_upload_speed: Some(10.0),
            burst_threshold_download: Some(8.0),
            burst_threshold_upload: Some(4.0),
            session_timeout: Some(86_400),
            idle_timeout: Some(1800),
            keepalive_timeout: Some(300),
            shared_users: Some(3),
            address_pool: Some("pool-home".to_owned()),
            local_address: Some("10.10.0.1".to_owned()),
            ..minimal()
        }
    }

    #[test]
    fn a_package_says_only_what_it_was_told_to_say() {
        assert_eq!(
            properties(&minimal(), ServiceType::Pppoe),
            "name=Basic_10Mbps_pppoe, rate-limit=5120k/10240k, only-one=yes, comment=NetPilot: Basic internet package"
        );
        assert_eq!(
            properties(&minimal(), ServiceType::Hotspot),
            "name=Basic_10Mbps_hotspot, rate-limit=5120k/10240k, shared-users=1, idle-timeout=30m, keepalive-timeout=2m"
        );
    }

    #[test]
    fn a_full_package_says_everything_a_menu_takes() {
        assert_eq!(
            properties(&full(), ServiceType::Pppoe),
            "name=Basic_10Mbps_pppoe, rate-limit=5120k/10240k 10240k/20480k 4096k/8192k 8/8 8, only-one=no, \
             comment=NetPilot: Basic internet package, session-timeout=1d, idle-timeout=30m, \
             remote-address=pool-home, local-address=10.10.0.1"
        );
        assert_eq!(
            properties(&full(), ServiceType::Hotspot),
            "name=Basic_10Mbps_hotspot, rate-limit=5120k/10240k 10240k/20480k 4096k/8192k 8/8 8, shared-users=3, \
             idle-timeout=30m, keepalive-timeout=5m, session-timeout=1d, address-pool=pool-home"
        );
    }

    #[test]
    fn zero_and_empty_clear() {
        let cleared = PackageBody {
            no_rate_limit: Some(true),
            session_timeout: Some(0),
            idle_timeout: Some(0),
            keepalive_timeout: Some(0),
            address_pool: Some(String::new()),
            ..minimal()
        };
        assert_eq!(
            properties(&cleared, ServiceType::Hotspot),
            "name=Basic_10Mbps_hotspot, rate-limit cleared, shared-users=1, idle-timeout cleared, \
             keepalive-timeout cleared, session-timeout cleared, address-pool cleared"
        );
    }

    #[test]
    fn blanks_become_one_line_each_also_at_the_ends() {
        assert_eq!(profile_name(" A \t B ", ServiceType::Pppoe), "_A_B__pppoe");
    }
}
