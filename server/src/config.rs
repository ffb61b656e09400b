//! What the environment says. Every variable is named here, with its default and its check, and in the README.
//!
//! `.env` is read, `.env.local` wins over it, the real environment over both.

use std::{
    collections::HashMap,
    env,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use aaa::{Charset, Endpoint, Keyring, Tls, TokenSettings};
use domain::rate_limit::RateBase;

/// The plain port of the RouterOS API, and the one with TLS.
const API_PORT: u16 = 8728;
const API_SSL_PORT: u16 = 8729;
/// For how many days it is kept who was online, where nothing is said.
const HISTORY_DAYS: u16 = 90;
/// HS256 wants a secret as long as its digest.
const SECRET_BYTES: usize = 32;

/// Everything that is set from outside.
pub(crate) struct Settings {
    pub(crate) listen: SocketAddr,
    pub(crate) site: PathBuf,
    pub(crate) database_url: String,
    pub(crate) keys: Keyring,
    pub(crate) tokens: TokenSettings,
    pub(crate) router: Option<Endpoint>,
    pub(crate) charset: Charset,
    pub(crate) rate_base: RateBase,
    pub(crate) history_days: u16,
}

/// A setting that cannot be used, and what to write instead.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingError {
    #[error("{name} is missing. {advice}")]
    Missing { name: &'static str, advice: &'static str },
    #[error("{name} cannot be used: {why}")]
    Unusable { name: &'static str, why: String },
    #[error("{} cannot be read: {why}", file.display())]
    File { file: PathBuf, why: String },
    #[error("no data folder: set NETPILOT_DATA_DIR to a folder that NetPilot may write to")]
    NoDataFolder,
}

/// The lines of a file of settings. What is wrong with one is told without what stands there: it may be a secret.
fn lines_of(file: &Path) -> Result<Vec<(String, String)>, String> {
    let broken = |error: dotenvy::Error, good: &[(String, String)]| match (error, good.last()) {
        (dotenvy::Error::Io(error), _) => error.to_string(),
        (_, last) => {
            let after = last.map_or_else(|| "its first line".to_owned(), |(name, _)| format!("the line after {name}"));
            format!("{after} is no setting; write NAME='value', with quotes where the value has spaces or quotes")
        }
    };
    let mut good = Vec::new();
    for line in dotenvy::from_path_iter(file).map_err(|error| broken(error, &[]))? {
        good.push(line.map_err(|error| broken(error, &good))?);
    }
    Ok(good)
}

/// The environment, with the files below it.
pub(crate) struct Environment(HashMap<String, String>);

impl Environment {
    /// Reads the files of a folder and the process's own variables.
    pub(crate) fn read(folder: &Path) -> Result<Self, SettingError> {
        let mut all = HashMap::new();
        for name in [".env", ".env.local"] {
            let file = folder.join(name);
            if file.exists() {
                all.extend(lines_of(&file).map_err(|why| SettingError::File { file, why })?);
            }
        }
        // What is no text is none of our settings.
        all.extend(
            env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
        );
        Ok(Self(all))
    }

    /// A variable that is set to something.
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn parsed<T>(&self, name: &'static str, default: T) -> Result<T, SettingError>
    where
        T: std::str::FromStr<Err: std::fmt::Display>,
    {
        self.get(name).map_or(Ok(default), |text| {
            text.parse().map_err(|error| SettingError::Unusable { name, why: format!("{text:?}: {error}") })
        })
    }

    /// Everything, for `serve`.
    pub(crate) fn settings(&self) -> Result<Settings, SettingError> {
        Ok(Settings {
            listen: self.listen()?,
            site: self.site(),
            database_url: self.database_url()?,
            keys: self.keys()?,
            tokens: self.tokens()?,
            router: self.router()?,
            charset: self.charset()?,
            rate_base: self.rate_base()?,
            history_days: self.history_days()?,
        })
    }

    /// `NETPILOT_LISTEN`: where to listen; port 0 takes a free one. Default 127.0.0.1:3000.
    pub(crate) fn listen(&self) -> Result<SocketAddr, SettingError> {
        self.parsed("NETPILOT_LISTEN", SocketAddr::from(([127, 0, 0, 1], 3000)))
    }

    /// `NETPILOT_SITE_DIR`: what browsers load. Default `site/` beside the program, else `target/site`.
    pub(crate) fn site(&self) -> PathBuf {
        let beside = env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("site")));
        match (self.get("NETPILOT_SITE_DIR"), beside) {
            (Some(dir), _) => dir.into(),
            (None, Some(beside)) if beside.is_dir() => beside,
            _ => "target/site".into(),
        }
    }

    /// `DATABASE_URL`. Default a SQLite file in the data folder.
    pub(crate) fn database_url(&self) -> Result<String, SettingError> {
        match self.get("DATABASE_URL") {
            Some(url) => Ok(url.to_owned()),
            None => Ok(format!("sqlite://{}/netpilot.db", self.data_folder()?.display())),
        }
    }

    /// `NETPILOT_MASTER_KEY`: 64 hexadecimal digits; several by comma, the first writes, all read.
    pub(crate) fn keys(&self) -> Result<Keyring, SettingError> {
        let name = "NETPILOT_MASTER_KEY";
        let advice = "It seals stored passwords. Make one with: openssl rand -hex 32";
        let text = self.get(name).ok_or(SettingError::Missing { name, advice })?;
        Keyring::read(text).map_err(|error| SettingError::Unusable { name, why: error.to_string() })
    }

    /// `MIKROTIK_CHARSET`: the code page of values that are no UTF-8. Default windows-1252.
    fn charset(&self) -> Result<Charset, SettingError> {
        self.parsed("MIKROTIK_CHARSET", Charset::default())
    }

    /// `NETPILOT_RATE_BASE`: how many `k` the router gets for one Mbps, 1024 or 1000. Default 1024.
    pub(crate) fn rate_base(&self) -> Result<RateBase, SettingError> {
        self.parsed("NETPILOT_RATE_BASE", RateBase::default())
    }

    /// `NETPILOT_HISTORY_DAYS`: for how many days it is kept who was online; 0 keeps nothing. Default 90.
    pub(crate) fn history_days(&self) -> Result<u16, SettingError> {
        let name = "NETPILOT_HISTORY_DAYS";
        let Some(text) = self.get(name) else { return Ok(HISTORY_DAYS) };
        text.parse().map_err(|_| {
            let why = format!(
                "{text:?}: write for how many days it is kept who was online, such as {HISTORY_DAYS}, {} at most, or 0 \
                 to keep nothing and to watch the router only while somebody looks",
                u16::MAX
            );
            SettingError::Unusable { name, why }
        })
    }

    /// `NETPILOT_JWT_SECRET`: 32 bytes or more, taken as they stand.
    pub(crate) fn tokens(&self) -> Result<TokenSettings, SettingError> {
        let name = "NETPILOT_JWT_SECRET";
        let advice = "It signs tokens. Make one with: openssl rand -hex 32";
        let secret = self.get(name).ok_or(SettingError::Missing { name, advice })?;
        if secret.len() < SECRET_BYTES {
            let why = format!("it has {} bytes, of {SECRET_BYTES} at least. {advice}", secret.len());
            return Err(SettingError::Unusable { name, why });
        }
        Ok(TokenSettings::new(secret.as_bytes().to_vec()))
    }

    /// `MIKROTIK_HOST`, `MIKROTIK_USER`, `MIKROTIK_PASSWORD`, `MIKROTIK_PORT` (8728, 8729 with TLS), `MIKROTIK_TLS`
    /// (off). Without a host there is no router, and the console says so.
    pub(crate) fn router(&self) -> Result<Option<Endpoint>, SettingError> {
        let Some(host) = self.get("MIKROTIK_HOST") else { return Ok(None) };
        let name = "MIKROTIK_USER";
        let advice = "Name the router's user, or leave MIKROTIK_HOST empty.";
        let username = self.get(name).ok_or(SettingError::Missing { name, advice })?;
        let tls: Tls = self.parsed("MIKROTIK_TLS", Tls::Off)?;
        let usual = if tls == Tls::Off { API_PORT } else { API_SSL_PORT };
        let port = self.parsed("MIKROTIK_PORT", usual)?;
        if port == 0 || host.chars().any(|c| c.is_control() || c.is_whitespace() || "/@".contains(c)) {
            let why = format!("{host:?} port {port}: use a name or an address, and a port from 1 to 65535");
            return Err(SettingError::Unusable { name: "MIKROTIK_HOST", why });
        }
        Ok(Some(Endpoint {
            host: host.to_owned(),
            port,
            tls,
            username: username.to_owned(),
            password: self.get("MIKROTIK_PASSWORD").unwrap_or_default().to_owned(),
        }))
    }

    /// `MIKROTIK_PASSWORD`, for `demo --router`.
    pub(crate) fn router_password(&self) -> Option<String> {
        self.get("MIKROTIK_PASSWORD").map(str::to_owned)
    }

    /// `MIKROTIK_TLS`, for `demo --router`.
    pub(crate) fn router_tls(&self) -> Result<Tls, SettingError> {
        self.parsed("MIKROTIK_TLS", Tls::Off)
    }

    /// `NETPILOT_DATA_DIR`. Default `/var/lib/netpilot` where it may be written to, else the user's own data folder.
    fn data_folder(&self) -> Result<PathBuf, SettingError> {
        if let Some(dir) = self.get("NETPILOT_DATA_DIR") {
            let usable = |error: std::io::Error| SettingError::Unusable {
                name: "NETPILOT_DATA_DIR",
                why: format!("{dir}: {error}"),
            };
            std::fs::create_dir_all(dir).map_err(usable)?;
            return Ok(dir.into());
        }
        let own = self.get("XDG_DATA_HOME").map(PathBuf::from);
        let home = || self.get("HOME").map(|home| Path::new(home).join(".local/share"));
        let own = own.or_else(home).map(|data| data.join("netpilot"));
        let writable = |dir: &PathBuf| std::fs::create_dir_all(dir).is_ok() && tempfile::tempfile_in(dir).is_ok();
        [Some(PathBuf::from("/var/lib/netpilot")), own]
            .into_iter()
            .flatten()
            .find(writable)
            .ok_or(SettingError::NoDataFolder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Environment {
        Environment(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named_and_its_value_is_not_told() {
        let folder = tempfile::TempDir::new().unwrap();
        for (text, place) in [
            ("MIKROTIK_PASSWORD=canary secret", "its first line"),
            ("MIKROTIK_USER=u\ncanary secret without a name", "the line after MIKROTIK_USER"),
        ] {
            std::fs::write(folder.path().join(".env"), text).unwrap();
            let error = Environment::read(folder.path()).err().unwrap();
            let told = format!("{error} {error:?}");
            assert!(!told.contains("canary") && told.contains(place), "{told}");
        }
    }

    #[test]
    fn secrets_are_asked_for_and_weak_ones_refused() {
        let said = |result: Result<_, SettingError>| result.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(said(with(&[]).keys().map(drop)).contains("openssl rand -hex 32"));
        assert!(said(with(&[]).tokens().map(drop)).contains("openssl rand -hex 32"));
        let short = said(with(&[("NETPILOT_JWT_SECRET", &"x".repeat(31))]).tokens().map(drop));
        assert!(short.contains("31 bytes") && !short.contains("xxx"), "{short}");
        assert!(with(&[("NETPILOT_JWT_SECRET", &"x".repeat(32))]).tokens().is_ok());
        assert!(with(&[("NETPILOT_MASTER_KEY", "abc")]).keys().is_err());
    }

    #[test]
    fn a_router_needs_a_user_and_tls_moves_the_port() {
        assert!(with(&[]).router().unwrap().is_none());
        assert!(with(&[("MIKROTIK_HOST", "r1")]).router().is_err());
        let plain = with(&[("MIKROTIK_HOST", "r1"), ("MIKROTIK_USER", "u")]).router().unwrap().unwrap();
        assert_eq!((plain.port, plain.password.as_str()), (8728, ""));
        let pairs = [("MIKROTIK_HOST", "r1"), ("MIKROTIK_USER", "u"), ("MIKROTIK_TLS", "ca")];
        assert_eq!(with(&pairs).router().unwrap().unwrap().port, 8729);
        for (name, value) in [("MIKROTIK_PORT", "8728x"), ("MIKROTIK_PORT", "65536"), ("MIKROTIK_TLS", "on")] {
            let pairs = [("MIKROTIK_HOST", "r1"), ("MIKROTIK_USER", "u"), (name, value)];
            assert!(with(&pairs).router().is_err(), "{name}={value}");
        }
        assert!(with(&[("MIKROTIK_CHARSET", "windows-1251")]).charset().is_ok());
        let odd = with(&[("MIKROTIK_CHARSET", "klingon")]).charset().unwrap_err().to_string();
        assert!(odd.contains("windows-1251"), "{odd}");
        for host in ["http://r1", "a@b", "a b", "r1\r\n"] {
            assert!(with(&[("MIKROTIK_HOST", host), ("MIKROTIK_USER", "u")]).router().is_err(), "{host:?}");
        }
    }

    #[test]
    fn history_is_kept_for_days_unless_there_are_none() {
        let days = |text| with(&[("NETPILOT_HISTORY_DAYS", text)]).history_days();
        assert_eq!((with(&[]).history_days().ok(), days("0").ok(), days("365").ok()), (Some(90), Some(0), Some(365)));
        for text in ["-1", "ninety", "1.5", "65536"] {
            let refused = days(text).unwrap_err().to_string();
            assert!(refused.contains("NETPILOT_HISTORY_DAYS") && refused.contains("such as 90"), "{refused}");
        }
    }

    #[test]
    fn files_are_read_in_their_order() {
        let dir = tempfile::TempDir::new().unwrap();
        std::fs::write(dir.path().join(".env"), "NP_A=env\nNP_B=env\n").unwrap();
        std::fs::write(dir.path().join(".env.local"), "NP_B=local\n").unwrap();
        let environment = Environment::read(dir.path()).unwrap();
        assert_eq!((environment.get("NP_A"), environment.get("NP_B")), (Some("env"), Some("local")));
        assert_eq!(environment.get("PATH").map(str::to_owned), env::var("PATH").ok());
    }
}
