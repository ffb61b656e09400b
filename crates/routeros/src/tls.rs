//! Whom we believe to be the router: an authority's word, or the one key that was shown to an administrator.

use std::{
    fmt::Write,
    io,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
    server::ParsedCertificate,
};
use sha2::{Digest, Sha256};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{ConnectError, Endpoint, Tls};

/// TLS as the endpoint asks for it.
pub(crate) struct Connector {
    tls: TlsConnector,
    seen: Arc<Mutex<Option<[u8; 32]>>>,
}

/// `None` where the line is plain.
pub(crate) fn connector(endpoint: &Endpoint) -> Result<Option<Connector>, ConnectError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let trust = match &endpoint.tls {
        Tls::Off => return Ok(None),
        Tls::Ca(file) => {
            let roots = authorities(file.as_deref()).map_err(|source| failed(endpoint, source))?;
            let judge = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build();
            Trust::Authorities(judge.map_err(|error| failed(endpoint, io::Error::other(error)))?)
        }
        Tls::Pin(pin) => Trust::Key(*pin),
    };
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let config = config.map_err(|error| failed(endpoint, io::Error::other(error)))?;
    let seen = Arc::default();
    let judge = Judge { trust, seen: Arc::clone(&seen), provider };
    let config = config.dangerous().with_custom_certificate_verifier(Arc::new(judge)).with_no_client_auth();
    Ok(Some(Connector { tls: TlsConnector::from(Arc::new(config)), seen }))
}

impl Connector {
    pub(crate) async fn connect(
        self,
        socket: TcpStream,
        endpoint: &Endpoint,
        patience: Duration,
    ) -> Result<TlsStream<TcpStream>, ConnectError> {
        let name = ServerName::try_from(endpoint.host.clone());
        let name = name.map_err(|error| failed(endpoint, io::Error::other(error)))?;
        let tried = timeout(patience, self.tls.connect(name, socket)).await;
        tried
            .map_err(|_| failed(endpoint, io::ErrorKind::TimedOut.into()))?
            .map_err(|source| self.why(endpoint, source))
    }

    /// A router whose key we saw and did not believe is told apart from one that could not agree on anything.
    fn why(&self, endpoint: &Endpoint, source: io::Error) -> ConnectError {
        let seen = *self.seen.lock().expect("nothing panics while it is held");
        let said = source.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
        let (address, found) = (address(endpoint), seen.as_ref().map(|seen| hex(seen)));
        match (found, said, &endpoint.tls) {
            (Some(found), _, Tls::Pin(pin)) if seen != Some(*pin) => ConnectError::IdentityChanged { address, found },
            (Some(found), Some(Error::InvalidCertificate(_)), _) => ConnectError::NotTrusted { address, found, source },
            _ => failed(endpoint, source),
        }
    }
}

fn failed(endpoint: &Endpoint, source: io::Error) -> ConnectError {
    ConnectError::Tls { address: address(endpoint), source }
}

fn address(endpoint: &Endpoint) -> String {
    format!("{}:{}", endpoint.host, endpoint.port)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").expect("writing to a String cannot fail");
        out
    })
}

fn authorities(file: Option<&Path>) -> io::Result<RootCertStore> {
    let mut store = RootCertStore::empty();
    let certificates = match file {
        Some(file) => CertificateDer::pem_file_iter(file)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| io::Error::other(format!("{}: {error}", file.display())))?,
        None => rustls_native_certs::load_native_certs().certs,
    };
    if store.add_parsable_certificates(certificates).0 == 0 {
        return Err(io::Error::other("no authority to believe: the system or the file has no certificate"));
    }
    Ok(store)
}

/// Looks at the router's certificate, and remembers the key in it: whoever is not believed can be shown to somebody who
/// knows.
#[derive(Debug)]
struct Judge {
    trust: Trust,
    seen: Arc<Mutex<Option<[u8; 32]>>>,
    provider: Arc<CryptoProvider>,
}

#[derive(Debug)]
enum Trust {
    /// Exactly one key. Routers sign their own certificates, so name and expiry prove nothing then; the proof is that
    /// the other side holds the key, which the handshake's signature shows.
    Key([u8; 32]),
    /// Whom these vouch for.
    Authorities(Arc<WebPkiServerVerifier>),
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let key = ParsedCertificate::try_from(certificate)?.subject_public_key_info();
        let seen: [u8; 32] = Sha256::digest(&key).into();
        *self.seen.lock().expect("nothing panics while it is held") = Some(seen);
        match &self.trust {
            Trust::Key(pin) if seen == *pin => Ok(ServerCertVerified::assertion()),
            Trust::Key(_) => Err(Error::General("the router shows another key than the pinned one".to_owned())),
            Trust::Authorities(judge) => judge.verify_server_cert(certificate, intermediates, name, ocsp, now),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
