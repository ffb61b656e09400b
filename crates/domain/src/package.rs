//! What is sold.

mod member; // the rule for each member of a body
mod form; // what the console asks for besides

use std::net::Ipv4Addr;

use crate::{
    customer::Setting,
    rate_limit::{Burst, RateBase, RateLimit, Rates},
    span::Span,
    wire::{PackageBody, problem::Problem},
};

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
        Ok(Self {
            name: member::name(body)?.to_owned(),
            description: member::description(body)?.to_owned(),
            speed: if member::is_unlimited(body) { None } else { Some(Speed::read(body)?) },
            shared_users: member::shared_users(body)?,
            session_timeout: member::session_timeout(body)?,
            idle_timeout: member::idle_timeout(body)?,
            keepalive_timeout: member::keepalive_timeout(body)?,
            address_pool: member::address_pool(body)?,
            local_address: member::local_address(body)?,
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
        let rates = Mbps { down: member::download_speed(body)?, up: member::upload_speed(body)? };
        Ok(Self {
            rates,
            priority: member::priority(body)?,
            burst: MbpsBurst::read(body, rates)?,
            minimum: minimum(body, rates)?,
        })
    }
}

impl MbpsBurst {
    /// A burst needs the switch and both speeds; with only one speed the package is sold plain, as it always was.
    fn read(body: &PackageBody, rates: Mbps) -> Result<Option<Self>, Problem> {
        if !member::has_burst(body) {
            return Ok(None);
        }
        let seconds = member::burst_time(body)?;
        let (Some(down), Some(up)) = (member::burst_download_speed(body)?, member::burst_upload_speed(body)?) else {
            return Ok(None);
        };
        Ok(Some(Self {
            limit: Mbps { down, up },
            threshold: Mbps {
                down: member::burst_threshold_download(body)?.unwrap_or(rates.down),
                up: member::burst_threshold_upload(body)?.unwrap_or(rates.up),
            },
            seconds,
        }))
    }
}

fn minimum(body: &PackageBody, rates: Mbps) -> Result<Option<Mbps>, Problem> {
    let (down, up) = (member::min_download_speed(body)?, member::min_upload_speed(body)?);
    let one_is_said = down.is_some() || up.is_some();
    Ok(one_is_said.then(|| Mbps { down: down.unwrap_or(rates.down), up: up.unwrap_or(rates.up) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::problem::Code;

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
