//! All that is known of one package.

use domain::wire::PackageBody;
use leptos::prelude::*;

use super::format;

/// What is sold.
#[component]
pub(crate) fn PackageFacts(
    /// It.
    package: PackageBody,
    /// How many have it.
    customers: usize,
    /// Where they are listed.
    customers_href: String,
) -> impl IntoView {
    let who = format::counted(customers, "customer", "customers");
    let facts = [
        ("Speed", Some(speed(&package))),
        ("Burst", burst(&package)),
        ("Price", package.price.map(format::price)),
        ("Devices at once", Some(format::grouped(package.shared_users.unwrap_or(1).into()))),
        ("Description", package.description),
    ];
    let fact = |(name, value): (&'static str, Option<String>)| {
        value.map(|value| view! { <dt>{name}</dt><dd><bdi>{value}</bdi></dd> })
    };
    view! {
        <dl class="facts">
            {facts.map(fact).into_iter().collect::<Vec<_>>()}
            <dt>"Customers"</dt><dd><a href=customers_href>{who}</a></dd>
        </dl>
    }
    .into_any()
}

/// `10 / 5 Mbps`, download first.
pub(crate) fn speed(package: &PackageBody) -> String {
    if package.no_rate_limit == Some(true) {
        return "no limit".to_owned();
    }
    pair(package.download_speed, package.upload_speed).unwrap_or_else(|| "not set".to_owned())
}

/// The same while a burst lasts, where there is one.
pub(crate) fn burst(package: &PackageBody) -> Option<String> {
    let on = package.burst_enabled == Some(true) && package.no_rate_limit != Some(true);
    if on { pair(package.burst_download_speed, package.burst_upload_speed) } else { None }
}

fn pair(down: Option<f64>, up: Option<f64>) -> Option<String> {
    down.zip(up).map(|(down, up)| format!("{} / {} Mbps", format::figure(down), format::figure(up)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_told_download_first_and_a_burst_only_where_it_counts() {
        let mut home = PackageBody {
            download_speed: Some(10.0),
            upload_speed: Some(2.5),
            burst_download_speed: Some(20.0),
            burst_upload_speed: Some(5.0),
            ..PackageBody::default()
        };
        assert_eq!((speed(&home).as_str(), burst(&home)), ("10 / 2.5 Mbps", None));
        home.burst_enabled = Some(true);
        assert_eq!(burst(&home).as_deref(), Some("20 / 5 Mbps"));
        home.no_rate_limit = Some(true);
        assert_eq!((speed(&home).as_str(), burst(&home)), ("no limit", None));
        assert_eq!(speed(&PackageBody::default()), "not set");
    }
}
