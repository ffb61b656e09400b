//! The rule for each member of a body, said once: a sync stops at the first that is broken, a form hears of all.

use std::net::Ipv4Addr;

use crate::{
    customer::{Setting, no_control_characters},
    rate_limit::RateBase,
    span::Span,
    wire::{
        PackageBody,
        problem::{Code, Problem},
    },
};

/// The most Mbps a package may have: 1 Tbit/s, far above any router and far below an overflow.
const MAX_MBPS: f64 = 1_000_000.0;

pub(super) fn name(body: &PackageBody) -> Result<&str, Problem> {
    let name = body.name.as_deref().filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| Problem::member(Code::MissingField, "/name", "The package has no name."))?;
    line(name, "/name", 100)
}

/// The name where nothing is said.
pub(super) fn description(body: &PackageBody) -> Result<&str, Problem> {
    match description_if_given(body)? {
        Some(text) => Ok(text),
        None => name(body),
    }
}

pub(super) fn description_if_given(body: &PackageBody) -> Result<Option<&str>, Problem> {
    let text = body.description.as_deref().filter(|text| !text.is_empty());
    text.map(|text| line(text, "/description", 200)).transpose()
}

/// Sold without a limit: no speed counts then.
pub(super) fn is_unlimited(body: &PackageBody) -> bool {
    body.no_rate_limit.unwrap_or(false)
}

pub(super) fn download_speed(body: &PackageBody) -> Result<f64, Problem> {
    speed(body.download_speed, "/downloadSpeed")
}

pub(super) fn upload_speed(body: &PackageBody) -> Result<f64, Problem> {
    speed(body.upload_speed, "/uploadSpeed")
}

pub(super) fn priority(body: &PackageBody) -> Result<Option<u8>, Problem> {
    match body.priority {
        Some(priority) if !(1..=8).contains(&priority) => {
            Err(invalid("/priority", format!("{priority} is no priority: use 1 (first) to 8 (last).")))
        }
        priority => Ok(priority),
    }
}

/// Whether the package has a burst: the switch and both speeds.
pub(super) fn has_burst(body: &PackageBody) -> bool {
    is_burst_on(body) && body.burst_download_speed.is_some() && body.burst_upload_speed.is_some()
}

pub(super) fn is_burst_on(body: &PackageBody) -> bool {
    body.burst_enabled.unwrap_or(false)
}

pub(super) fn burst_time(body: &PackageBody) -> Result<u32, Problem> {
    match body.burst_time.unwrap_or(8) {
        seconds @ 1..=3600 => Ok(seconds),
        seconds => Err(invalid("/burstTime", format!("{seconds} s: a burst time has 1 to 3600 seconds."))),
    }
}

pub(super) fn burst_download_speed(body: &PackageBody) -> Result<Option<f64>, Problem> {
    mbps(body.burst_download_speed, "/burstDownloadSpeed")
}

pub(super) fn burst_upload_speed(body: &PackageBody) -> Result<Option<f64>, Problem> {
    mbps(body.burst_upload_speed, "/burstUploadSpeed")
}

pub(super) fn burst_threshold_download(body: &PackageBody) -> Result<Option<f64>, Problem> {
    mbps(body.burst_threshold_download, "/burstThresholdDownload")
}

pub(super) fn burst_threshold_upload(body: &PackageBody) -> Result<Option<f64>, Problem> {
    mbps(body.burst_threshold_upload, "/burstThresholdUpload")
}

pub(super) fn min_download_speed(body: &PackageBody) -> Result<Option<f64>, Problem> {
    minimum(body.min_download_speed, body.download_speed, "/minDownloadSpeed")
}

pub(super) fn min_upload_speed(body: &PackageBody) -> Result<Option<f64>, Problem> {
    minimum(body.min_upload_speed, body.upload_speed, "/minUploadSpeed")
}

pub(super) fn shared_users(body: &PackageBody) -> Result<u32, Problem> {
    match body.shared_users.unwrap_or(1) {
        users @ 1..=65_535 => Ok(users),
        users => Err(invalid("/sharedUsers", format!("{users} devices at once: use 1 to 65535."))),
    }
}

pub(super) fn session_timeout(body: &PackageBody) -> Result<Setting<Span>, Problem> {
    span(body.session_timeout, "/sessionTimeout")
}

pub(super) fn idle_timeout(body: &PackageBody) -> Result<Setting<Span>, Problem> {
    span(body.idle_timeout, "/idleTimeout")
}

pub(super) fn keepalive_timeout(body: &PackageBody) -> Result<Setting<Span>, Problem> {
    span(body.keepalive_timeout, "/keepaliveTimeout")
}

pub(super) fn address_pool(body: &PackageBody) -> Result<Setting<String>, Problem> {
    setting(body.address_pool.as_deref(), |text| {
        no_control_characters(text).map(|()| text.to_owned()).map_err(|detail| invalid("/addressPool", detail))
    })
}

pub(super) fn local_address(body: &PackageBody) -> Result<Setting<Ipv4Addr>, Problem> {
    setting(body.local_address.as_deref(), |text| {
        text.parse().map_err(|_| invalid("/localAddress", format!("{text:?} is no IPv4 address.")))
    })
}

pub(super) fn invalid(pointer: &str, detail: impl Into<String>) -> Problem {
    Problem::member(Code::ValidationFailed, pointer, detail)
}

fn line<'a>(text: &'a str, pointer: &str, most: usize) -> Result<&'a str, Problem> {
    no_control_characters(text).map_err(|detail| invalid(pointer, detail))?;
    if text.chars().count() > most {
        return Err(invalid(pointer, format!("More than {most} characters.")));
    }
    Ok(text)
}

fn speed(speed: Option<f64>, pointer: &str) -> Result<f64, Problem> {
    mbps(speed, pointer)?.ok_or_else(|| Problem::member(Code::MissingField, pointer, "The package has no speed."))
}

/// RouterOS refuses a minimum above the limit, so we say it first.
fn minimum(minimum: Option<f64>, limit: Option<f64>, pointer: &str) -> Result<Option<f64>, Problem> {
    match (mbps(minimum, pointer)?, limit) {
        (Some(minimum), Some(limit)) if minimum > limit => {
            Err(invalid(pointer, format!("The minimum of {minimum} Mbps is above the limit of {limit} Mbps.")))
        }
        (minimum, _) => Ok(minimum),
    }
}

fn mbps(speed: Option<f64>, pointer: &str) -> Result<Option<f64>, Problem> {
    let Some(speed) = speed else { return Ok(None) };
    if !speed.is_finite() || speed <= 0.0 {
        let detail = format!("{speed} Mbps: on the router 0 would mean no limit. Use 0.1 or more.");
        return Err(invalid(pointer, detail));
    }
    if RateBase::Guide.bps(speed) == 0 {
        return Err(invalid(pointer, format!("{speed} Mbps is less than 1 kbit/s. Use 0.1 or more.")));
    }
    if speed > MAX_MBPS {
        return Err(invalid(pointer, format!("{speed} Mbps: the most is {MAX_MBPS}.")));
    }
    Ok(Some(speed))
}

fn span(seconds: Option<u64>, pointer: &str) -> Result<Setting<Span>, Problem> {
    /// Ten years: longer than any contract, and no router overflows.
    const MOST: u64 = 315_360_000;
    match seconds {
        None => Ok(Setting::LeftAlone),
        Some(0) => Ok(Setting::Cleared),
        Some(seconds) if seconds > MOST => Err(invalid(pointer, format!("{seconds} s: the most is {MOST}."))),
        Some(seconds) => Ok(Setting::Is(Span::seconds(seconds))),
    }
}

fn setting<T>(text: Option<&str>, read: impl Fn(&str) -> Result<T, Problem>) -> Result<Setting<T>, Problem> {
    match text {
        None => Ok(Setting::LeftAlone),
        Some("") => Ok(Setting::Cleared),
        Some(text) => read(text).map(Setting::Is),
    }
}
