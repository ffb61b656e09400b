//! What is sold.

use std::net::Ipv4Addr;

use crate::{
    customer::{Setting, no_control_characters},
    rate_limit::{Burst, RateBase, RateLimit, Rates},
    span::Span,
    wire::{
        PackageBody,
        problem::{Code, Problem},
    },
};

/// The most Mbps a package may have: 1 Tbit/s, far above any router and far below an overflow.
const MAX_MBPS: f64 = 1_000_000.0;

/// A speed and its terms, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// Name, unique among packages.
    pub name: String,
    /// In words; the name where nothing is said.
    pub description: String,
    /// Download and upload in Mbps, `None` where no limit is sold.
    pub speed: Option<Speed>,
    /// How many devices may be online at once.
    pub shared_users: u32,
    /// How long one session may last; zero is without end.
    pub session_timeout: Setting<Span>,
    /// How long a silent session is kept; zero is without end.
    pub idle_timeout: Setting<Span>,
    /// How long a vanished device is kept; zero is without end. Hotspot only.
    pub keepalive_timeout: Setting<Span>,
    /// The router's pool that customers get their address from.
    pub address_pool: Setting<String>,
    /// The router's own address on the customer's line. `PPPoE` only.
    pub local_address: Setting<Ipv4Addr>,
}

/// What a package sells, in Mbps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    /// Download, upload.
    pub rates: Mbps,
    /// Burst speed, where both directions have one.
    pub burst: Option<MbpsBurst>,
    /// Queue priority 1 to 8.
    pub priority: Option<u8>,
    /// Speed that is kept free.
    pub minimum: Option<Mbps>,
}

/// A pair of speeds in Mbps, named from the customer's side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mbps {
    /// Download.
    pub down: f64,
    /// Upload.
    pub up: f64,
}

/// A burst in Mbps and seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MbpsBurst {
    /// Speed while it lasts.
    pub limit: Mbps,
    /// The average above which it ends.
    pub threshold: Mbps,
    /// Seconds over which that average is taken.
    pub seconds: u32,
}

impl Package {
    /// Reads what a caller sent.
    ///
    /// # Errors
    /// `missing-field` or `validation-failed`, with a pointer into the body.
    pub fn read(body: &PackageBody) -> Result<Self, Problem> {
        let name = body.name.as_deref().filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| Problem::member(Code::MissingField, "/name", "The package has no name."))?;
        let description = body.description.as_deref().filter(|text| !text.is_empty()).unwrap_or(name);
        for (pointer, text, most) in [("/name", name, 100), ("/description", description, 200)] {
            no_control_characters(text).map_err(|detail| invalid(pointer, detail))?;
            if text.chars().count() > most {
                return Err(invalid(pointer, format!("More than {most} characters.")));
            }
        }
        let speed = if body.no_rate_limit.unwrap_or(false) { None } else { Some(Speed::read(body)?) };
        Ok(Self {
            name: name.to_owned(),
            description: description.to_owned(),
            speed,
            shared_users: match body.shared_users.unwrap_or(1) {
                users @ 1..=65_535 => users,
                users => return Err(invalid("/sharedUsers", format!("{users} devices at once: use 1 to 65535."))),
            },
            session_timeout: span(body.session_timeout, "/sessionTimeout")?,
            idle_timeout: span(body.idle_timeout, "/idleTimeout")?,
            keepalive_timeout: span(body.keepalive_timeout, "/keepaliveTimeout")?,
            address_pool: setting(body.address_pool.as_deref(), |text| {
                no_control_characters(text).map(|()| text.to_owned()).map_err(|detail| invalid("/addressPool", detail))
            })?,
            local_address: setting(body.local_address.as_deref(), |text| {
                text.parse().map_err(|_| invalid("/localAddress", format!("{text:?} is no IPv4 address.")))
            })?,
        })
    }

    /// The rate limit a router gets, `None` where no limit is sold.
    pub fn rate_limit(&self, base: RateBase) -> Option<RateLimit> {
        let speed = self.speed?;
        let rates = |mbps: Mbps| Rates { down_bps: base.bps(mbps.down), up_bps: base.bps(mbps.up) };
        Some(RateLimit {
            rates: rates(speed.rates),
            burst: speed.burst.map(|burst| Burst {
                limit: rates(burst.limit),
                threshold: rates(burst.threshold),
                seconds: (u64::from(burst.seconds), u64::from(burst.seconds)),
            }),
            priority: speed.priority,
            minimum: speed.minimum.map(rates),
        })
    }
}

impl Speed {
    fn read(body: &PackageBody) -> Result<Self, Problem> {
        let needed = |speed: Option<f64>, pointer: &str| {
            let missing = || Problem::member(Code::MissingField, pointer, "The package has no speed.");
            mbps(speed.ok_or_else(missing)?, pointer)
        };
        let rates = Mbps {
            down: needed(body.download_speed, "/downloadSpeed")?,
            up: needed(body.upload_speed, "/uploadSpeed")?,
        };
        if let Some(priority) = body.priority
            && !(1..=8).contains(&priority)
        {
            return Err(invalid("/priority", format!("{priority} is no priority: use 1 (first) to 8 (last).")));
        }
        Ok(Self {
            rates,
            burst: MbpsBurst::read(body, rates)?,
            priority: body.priority,
            minimum: minimum(body, rates)?,
        })
    }
}

impl MbpsBurst {
    /// A burst needs the switch and both speeds; with only one speed the package is sold plain, as it always was.
    fn read(body: &PackageBody, rates: Mbps) -> Result<Option<Self>, Problem> {
        let (true, Some(down), Some(up)) =
            (body.burst_enabled.unwrap_or(false), body.burst_download_speed, body.burst_upload_speed)
        else {
            return Ok(None);
        };
        let or_rate = |threshold: Option<f64>, rate: f64, pointer: &str| match threshold {
            None => Ok(rate),
            Some(speed) => mbps(speed, pointer),
        };
        let seconds = body.burst_time.unwrap_or(8);
        if !(1..=3600).contains(&seconds) {
            return Err(invalid("/burstTime", format!("{seconds} s: a burst time has 1 to 3600 seconds.")));
        }
        Ok(Some(Self {
            limit: Mbps { down: mbps(down, "/burstDownloadSpeed")?, up: mbps(up, "/burstUploadSpeed")? },
            threshold: Mbps {
                down: or_rate(body.burst_threshold_download, rates.down, "/burstThresholdDownload")?,
                up: or_rate(body.burst_threshold_upload, rates.up, "/burstThresholdUpload")?,
            },
            seconds,
        }))
    }
}

/// RouterOS refuses a minimum above the limit, so we say it first.
fn minimum(body: &PackageBody, rates: Mbps) -> Result<Option<Mbps>, Problem> {
    let (down, up) = match (body.min_download_speed, body.min_upload_speed) {
        (None, None) => return Ok(None),
        (down, up) => (down.unwrap_or(rates.down), up.unwrap_or(rates.up)),
    };
    let down = mbps(down, "/minDownloadSpeed")?;
    let up = mbps(up, "/minUploadSpeed")?;
    for (pointer, minimum, limit) in [("/minDownloadSpeed", down, rates.down), ("/minUploadSpeed", up, rates.up)] {
        if minimum > limit {
            return Err(invalid(pointer, format!("The minimum of {minimum} Mbps is above the limit of {limit} Mbps.")));
        }
    }
    Ok(Some(Mbps { down, up }))
}

fn mbps(speed: f64, pointer: &str) -> Result<f64, Problem> {
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
    Ok(speed)
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

fn invalid(pointer: &str, detail: impl Into<String>) -> Problem {
    Problem::member(Code::ValidationFailed, pointer, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(down: f64, up: f64) -> PackageBody {
        PackageBody {
            name: Some("P".to_owned()),
            download_speed: Some(down),
            upload_speed: Some(up),
            ..PackageBody::default()
        }
    }

    fn burst(down: f64, up: f64) -> PackageBody {
        PackageBody {
            burst_enabled: Some(true),
            burst_download_speed: Some(down),
            burst_upload_speed: Some(up),
            ..plain(10.0, 5.0)
        }
    }

    fn spelled(body: &PackageBody) -> String {
        Package::read(body).unwrap().rate_limit(RateBase::Guide).unwrap().to_string()
    }

    /// The golden strings of the original integration.
    #[test]
    fn packages_become_the_strings_of_the_guide() {
        for (body, expected) in [
            (plain(10.0, 5.0), "5120k/10240k"),
            (burst(20.0, 10.0), "5120k/10240k 10240k/20480k 5120k/10240k 8/8 8"),
            (
                PackageBody {
                    burst_threshold_download: Some(8.0),
                    burst_threshold_upload: Some(4.0),
                    burst_time: Some(8),
                    ..burst(20.0, 10.0)
                },
                "5120k/10240k 10240k/20480k 4096k/8192k 8/8 8",
            ),
            (plain(25.0, 5.0), "5120k/25600k"),
            (plain(100.0, 20.0), "20480k/102400k"),
            (plain(500.0, 100.0), "102400k/512000k"),
            (plain(1000.0, 250.0), "256000k/1024000k"),
            (plain(10.0, 10.0), "10240k/10240k"),
            (PackageBody { burst_upload_speed: None, ..burst(20.0, 10.0) }, "5120k/10240k"),
            (PackageBody { burst_enabled: None, ..burst(20.0, 10.0) }, "5120k/10240k"),
            (
                PackageBody { min_download_speed: Some(2.0), min_upload_speed: Some(1.0), ..plain(10.0, 5.0) },
                "5120k/10240k 0/0 0/0 0/0 8 1024k/2048k",
            ),
            (PackageBody { priority: Some(5), ..plain(10.0, 5.0) }, "5120k/10240k 0/0 0/0 0/0 5"),
            (plain(2.5, 0.5), "512k/2560k"),
            (plain(1.3, 1.3), "1331k/1331k"),
        ] {
            assert_eq!(spelled(&body), expected);
        }
    }

    #[test]
    fn a_thousand_per_mbps_is_a_setting() {
        let package = Package::read(&plain(10.0, 5.0)).unwrap();
        assert_eq!(package.rate_limit(RateBase::Exact).unwrap().to_string(), "5000k/10000k");
    }

    #[test]
    fn no_speed_of_zero_or_below_ever_reaches_a_router() {
        for speed in [0.0, -1.0, f64::NAN, f64::INFINITY, 0.0001, 1e9] {
            let problem = Package::read(&plain(speed, 5.0)).unwrap_err();
            assert_eq!(problem.code, Code::ValidationFailed, "{speed}");
            assert_eq!(problem.errors[0].pointer.as_deref(), Some("/downloadSpeed"));
        }
        let unlimited = PackageBody { no_rate_limit: Some(true), ..plain(0.0, 0.0) };
        assert_eq!(Package::read(&unlimited).unwrap().rate_limit(RateBase::Guide), None);
    }

    #[test]
    fn terms_out_of_range_are_named() {
        let pointer = |body: PackageBody| Package::read(&body).unwrap_err().errors[0].pointer.clone().unwrap();
        assert_eq!(pointer(PackageBody { shared_users: Some(0), ..plain(1.0, 1.0) }), "/sharedUsers");
        assert_eq!(pointer(PackageBody { priority: Some(9), ..plain(1.0, 1.0) }), "/priority");
        assert_eq!(pointer(PackageBody { burst_time: Some(0), ..burst(2.0, 2.0) }), "/burstTime");
        assert_eq!(pointer(PackageBody { min_download_speed: Some(2.0), ..plain(1.0, 1.0) }), "/minDownloadSpeed");
        assert_eq!(pointer(PackageBody { session_timeout: Some(1 << 40), ..plain(1.0, 1.0) }), "/sessionTimeout");
        assert_eq!(pointer(PackageBody { local_address: Some("10.0.0".into()), ..plain(1.0, 1.0) }), "/localAddress");
        assert_eq!(pointer(PackageBody { name: None, ..plain(1.0, 1.0) }), "/name");
    }
}
