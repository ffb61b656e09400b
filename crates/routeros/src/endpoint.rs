//! Where a router is, and how we sign in to it.

use std::{fmt, path::PathBuf, str::FromStr, time::Duration};

use routeros_proto::{Charset, Limits};

/// A router's API.
#[derive(Clone)]
pub struct Endpoint {
    /// Name or address.
    pub host: String,
    /// TCP port, usually 8728, or 8729 with TLS.
    pub port: u16,
    /// Whether and how the line is encrypted.
    pub tls: Tls,
    /// The router's user.
    pub username: String,
    /// Its password. `Debug` does not show it.
    pub password: String,
}

/// Whom we believe to be the router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Nobody: the line is plain text.
    Off,
    /// A certificate signed by the system's authorities, or by those of a PEM file.
    Ca(Option<PathBuf>),
    /// Whoever has the key with this SHA-256 of its `SubjectPublicKeyInfo`. Name and expiry do not matter then.
    Pin([u8; 32]),
}

/// How long we wait.
#[derive(Clone, Copy, Debug)]
pub struct Timings {
    /// For a TCP connection, and for TLS on it.
    pub connect: Duration,
    /// For a byte while an answer is owed.
    pub silence: Duration,
    /// For a whole answer.
    pub answer: Duration,
    /// After the last use before the line is closed.
    pub idle: Duration,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            // Routers under load were seen to stall for 7 s.
            silence: Duration::from_secs(30),
            answer: Duration::from_secs(40),
            idle: Duration::from_mins(1),
        }
    }
}

/// How a line behaves. The defaults suit every router seen; tests and benchmarks choose others.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How long we wait.
    pub timings: Timings,
    /// The most commands in flight. Routers were seen to hang at 25. A router that slows is given fewer.
    pub window: usize,
    /// The most rows of one list that are held.
    pub rows: usize,
    /// The most bytes of one list that are held.
    pub bytes: usize,
    /// What a router may send before we stop listening, and what is sent to it at most.
    pub limits: Limits,
    /// How values that are no UTF-8 are read.
    pub charset: Charset,
}

impl Default for Options {
    fn default() -> Self {
        Timings::default().into()
    }
}

impl From<Timings> for Options {
    fn from(timings: Timings) -> Self {
        Self {
            timings,
            window: 16,
            rows: 500_000,
            bytes: 512 * 1024 * 1024,
            limits: Limits::default(),
            charset: Charset::default(),
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, tls, username, password: _ } = self;
        write!(f, "{username}@{host}:{port} ({tls:?})")
    }
}

/// Text that is no TLS setting.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "use off, ca, ca:/path/to/authorities.pem, or pin: with 64 hexadecimal digits (the SHA-256 of the router's key)"
)]
pub struct TlsSettingError;

impl FromStr for Tls {
    type Err = TlsSettingError;

    fn from_str(text: &str) -> Result<Self, TlsSettingError> {
        match text.split_once(':') {
            None if text == "off" => Ok(Self::Off),
            None if text == "ca" => Ok(Self::Ca(None)),
            Some(("ca", file)) if !file.is_empty() => Ok(Self::Ca(Some(file.into()))),
            Some(("pin", digits)) => fingerprint(digits).map(Self::Pin).ok_or(TlsSettingError),
            _ => Err(TlsSettingError),
        }
    }
}

fn fingerprint(digits: &str) -> Option<[u8; 32]> {
    let mut print = [0; 32];
    if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in print.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).ok()?;
    }
    Some(print)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_settings_are_read_or_refused() {
        assert_eq!("off".parse(), Ok(Tls::Off));
        assert_eq!("ca".parse(), Ok(Tls::Ca(None)));
        assert_eq!("ca:/etc/ca.pem".parse(), Ok(Tls::Ca(Some("/etc/ca.pem".into()))));
        assert_eq!(format!("pin:{}", "aB".repeat(32)).parse(), Ok(Tls::Pin([0xAB; 32])));
        for text in [
            "",
            "on",
            "ca:",
            "pin:",
            "pin:12",
            &format!("pin:{}", "zz".repeat(32)),
            &format!("pin:{}", "+f".repeat(32)),
        ] {
            assert_eq!(text.parse::<Tls>(), Err(TlsSettingError), "{text}");
        }
    }

    #[test]
    fn a_password_is_not_printed() {
        let password = "s3cret".to_owned();
        let endpoint =
            Endpoint { host: "r".into(), port: 8728, tls: Tls::Off, username: "netpilot-api".into(), password };
        assert_eq!(format!("{endpoint:?}"), "netpilot-api@r:8728 (Off)");
    }
}
