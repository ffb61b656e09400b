//! Bodies as callers send them. Members we do not know are ignored, as the original did.

use serde::{Deserialize, Serialize, Serializer};

use crate::customer::{Password, ServiceType, Setting};

/// A customer as callers know them. Identity and tax numbers are accepted and not kept. Written only by the browser,
/// on its way to the server: no answer carries one.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CustomerBody {
    /// Stable identity.
    pub id: Option<String>,
    /// Name of the person or company.
    pub name: Option<String>,
    /// Telephone number.
    pub mobile: Option<String>,
    /// E-mail address; the username where no other is given.
    pub email: Option<String>,
    /// Name of the package they bought.
    pub service_package: Option<String>,
    /// Active, Suspended or Inactive.
    pub status: Option<String>,
    /// Home User, Business User or Wireless User.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_type: Option<String>,
    /// The day they became a customer, `2026-01-05`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined: Option<String>,
    /// Where the line ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub installation_address: Option<String>,
    /// The part of the network they live in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The day up to which they have paid, `2026-01-05`. Tells, does nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiry_date: Option<String>,
    /// What staff want to remember.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// How they get online; the request's own word for it wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_type: Option<ServiceType>,
    /// Name to dial in with.
    pub pppoe_username: Option<String>,
    /// Password to dial in with.
    #[serde(serialize_with = "expose")]
    pub pppoe_password: Option<Password>,
    /// Absent leaves alone, `null` or empty clears.
    #[serde(skip_serializing_if = "Setting::is_left_alone")]
    pub mac_address: Setting<String>,
    /// Absent leaves alone, `null` or empty clears.
    #[serde(skip_serializing_if = "Setting::is_left_alone")]
    pub ip_address: Setting<String>,
}

/// A package as callers know it. Speeds in Mbps, spans in seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PackageBody {
    /// Name, unique among packages.
    pub name: Option<String>,
    /// In words.
    pub description: Option<String>,
    /// What it costs, in the ISP's own currency. Tells, does nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<f64>,
    /// For how many days it is sold. Tells, does nothing: a session never ends by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validity: Option<u32>,
    /// Mbps.
    pub download_speed: Option<f64>,
    /// Mbps.
    pub upload_speed: Option<f64>,
    /// Whether the burst speeds hold.
    pub burst_enabled: Option<bool>,
    /// Mbps.
    pub burst_download_speed: Option<f64>,
    /// Mbps.
    pub burst_upload_speed: Option<f64>,
    /// Mbps; the plain speed where nothing is said.
    pub burst_threshold_download: Option<f64>,
    /// Mbps; the plain speed where nothing is said.
    pub burst_threshold_upload: Option<f64>,
    /// Seconds; 8 where nothing is said.
    pub burst_time: Option<u32>,
    /// Mbps that are kept free.
    pub min_download_speed: Option<f64>,
    /// Mbps that are kept free.
    pub min_upload_speed: Option<f64>,
    /// 1 (first) to 8 (last).
    pub priority: Option<u8>,
    /// Seconds; 0 is without end, absent is left to the router. Never taken from the package's validity.
    pub session_timeout: Option<u64>,
    /// Seconds; 0 is without end.
    pub idle_timeout: Option<u64>,
    /// Seconds; 0 is without end.
    pub keepalive_timeout: Option<u64>,
    /// Devices online at once; 1 where nothing is said.
    pub shared_users: Option<u32>,
    /// A pool of the router; empty clears.
    pub address_pool: Option<String>,
    /// An IPv4 address; empty clears.
    pub local_address: Option<String>,
    /// Sold without a limit.
    pub no_rate_limit: Option<bool>,
}

/// What becomes of live sessions after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DisconnectPolicy {
    /// End those that the change concerns.
    #[default]
    Auto,
    /// End none.
    Never,
    /// End all of every customer named.
    Always,
}

/// A password travels twice: to us, from the form it was typed into, and back, where we made it.
#[expect(clippy::ref_option, reason = "serde hands the member over as it is")]
pub(super) fn expose<S: Serializer>(password: &Option<Password>, serializer: S) -> Result<S::Ok, S::Error> {
    password.as_ref().map(Password::expose).serialize(serializer)
}

/// The same of one that is there.
pub(super) fn expose_one<S: Serializer>(password: &Password, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(password.expose())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_null_and_a_value_are_three_things() {
        let read = |json: &str| serde_json::from_str::<CustomerBody>(json).unwrap().mac_address;
        assert_eq!(read("{}"), Setting::LeftAlone);
        assert_eq!(read(r#"{"macAddress":null}"#), Setting::Cleared);
        assert_eq!(read(r#"{"macAddress":"AA"}"#), Setting::Is("AA".to_owned()));
    }

    #[test]
    fn what_a_browser_writes_is_what_the_server_reads() {
        let body = CustomerBody {
            pppoe_password: Some(Password::new("s3cret")),
            mac_address: Setting::Cleared,
            ..CustomerBody::default()
        };
        let read: CustomerBody = serde_json::from_str(&serde_json::to_string(&body).unwrap()).unwrap();
        assert_eq!((read.pppoe_password, read.mac_address), (body.pppoe_password, Setting::Cleared));
        assert_eq!(read.ip_address, Setting::LeftAlone);
    }

    #[test]
    fn members_of_the_original_that_we_do_not_need_are_ignored() {
        let body = r#"{"name":"A","price":499,"validity":30,"downloadSpeed":10,"packageType":"Home Package"}"#;
        assert_eq!(serde_json::from_str::<PackageBody>(body).unwrap().download_speed, Some(10.0));
    }
}
