//! Whom we believe to be the router: an authority's word, or the one key that was shown to an administrator.

use std::{
    fmt::Write,
    io,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use rustls::{
    ClientConfig, DigitallySignedStruct, DistinguishedName, Error, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
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
    let seen = Arc::default();
    let config = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let config = config.map_err(|error| failed(endpoint, io::Error::other(error)))?;
    let config = match &endpoint.tls {
        Tls::Off => return Ok(None),
        Tls::Ca(file) => config
            .with_root_certificates(authorities(file.as_deref()).map_err(|source| failed(endpoint, source))?)
            .with_no_client_auth(),
        Tls::Pin(pin) => config
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Pinned { pin: *pin, seen: Arc::clone(&seen), provider }))
            .with_no_client_auth(),
    };
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

    fn why(&self, endpoint: &Endpoint, source: io::Error) -> ConnectError {
        let seen = *self.seen.lock().expect("nothing panics while it is held");
        match (&endpoint.tls, seen) {
            (Tls::Pin(pin), Some(seen)) if *pin != seen => {
                ConnectError::IdentityChanged { address: address(endpoint), found: hex(&seen) }
            }
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

/// Believes exactly one key. Routers sign their own certificates, so name and expiry prove nothing here; the proof is
/// that the other side holds the key, which the handshake's signature shows.
#[derive(Debug)]
struct Pinned {
    pin: [u8; 32],
    seen: Arc<Mutex<Option<[u8; 32]>>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let key = ParsedCertificate::try_from(certificate)?.subject_public_key_info();
        let seen: [u8; 32] = Sha256::digest(&key).into();
        *self.seen.lock().expect("nothing panics while it is held") = Some(seen);
        if seen == self.pin {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(Error::General("the router shows another key than the pinned one".to_owned()))
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

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        None
    }
}
