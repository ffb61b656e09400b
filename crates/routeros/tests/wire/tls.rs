//! TLS to a router: a pinned key, an authority, and everybody else.

use std::{io::Write as _, sync::Arc};

use rcgen::generate_simple_self_signed;
use routeros::{ConnectError, Connection, Endpoint, Step, Timings, Tls};
use routeros_sim::Sim;
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::{ClientHello, ParsedCertificate, ResolvesServerCert},
    sign::CertifiedKey,
};
use sha2::{Digest, Sha256};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// A router whose api-ssl has a certificate of its own making.
struct SecureRouter {
    sim: Sim,
    endpoint: Endpoint,
    certificate: CertificateDer<'static>,
    pem: String,
}

async fn secure_router() -> SecureRouter {
    let sim = Sim::builder().user("netpilot-api", "s3cret", "full").start().await.unwrap();
    let rcgen::CertifiedKey { cert, signing_key } = generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let certificate = cert.der().clone();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (acceptor, plain) = (TlsAcceptor::from(Arc::new(config)), sim.address());
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut secure = acceptor.accept(socket).await?;
                let mut router = TcpStream::connect(plain).await?;
                tokio::io::copy_bidirectional(&mut secure, &mut router).await
            });
        }
    });
    let endpoint = Endpoint {
        host: "localhost".into(),
        port,
        tls: Tls::Off,
        username: "netpilot-api".into(),
        password: "s3cret".into(),
    };
    SecureRouter { sim, endpoint, certificate, pem: cert.pem() }
}

impl SecureRouter {
    async fn dial(&self, tls: Tls) -> Result<Connection, ConnectError> {
        Connection::dial(&Endpoint { tls, ..self.endpoint.clone() }, Timings::default()).await
    }

    fn key_print(&self) -> [u8; 32] {
        let key = ParsedCertificate::try_from(&self.certificate).unwrap().subject_public_key_info();
        Sha256::digest(&key).into()
    }
}

#[tokio::test]
async fn the_pinned_key_is_believed_and_no_other() {
    let router = secure_router().await;
    assert!(router.dial(Tls::Pin(router.key_print())).await.is_ok());
    let changed = router.dial(Tls::Pin([7; 32])).await.unwrap_err();
    let ConnectError::IdentityChanged { found, .. } = changed else { panic!("{changed}") };
    assert_eq!(format!("pin:{found}").parse(), Ok(Tls::Pin(router.key_print())));
    assert_eq!(router.sim.counts()["/login"], 1, "nobody signs in to a router that is another");
}

#[tokio::test]
async fn an_authority_of_ours_is_believed_and_a_stranger_is_not() {
    let router = secure_router().await;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(router.pem.as_bytes()).unwrap();
    assert!(router.dial(Tls::Ca(Some(file.path().into()))).await.is_ok());
    let other = secure_router().await;
    let refused = other.dial(Tls::Ca(Some(file.path().into()))).await.unwrap_err();
    assert_eq!(refused.step(), Step::Tls);
    let ConnectError::NotTrusted { found, .. } = refused else { panic!("{refused}") };
    assert_eq!(format!("pin:{found}").parse(), Ok(Tls::Pin(other.key_print())), "whoever knows the key can pin it");
    assert!(!other.sim.counts().contains_key("/login"));
}

#[tokio::test]
async fn a_plain_router_on_a_secure_port_is_a_tls_failure() {
    let sim = Sim::builder().user("netpilot-api", "s3cret", "full").start().await.unwrap();
    let address = sim.address();
    let endpoint = Endpoint {
        host: address.ip().to_string(),
        port: address.port(),
        tls: Tls::Pin([0; 32]),
        username: "netpilot-api".into(),
        password: "s3cret".into(),
    };
    let timings = Timings { connect: std::time::Duration::from_millis(500), ..Timings::default() };
    assert_eq!(Connection::dial(&endpoint, timings).await.unwrap_err().step(), Step::Tls);
}

/// Shows the certificate of another, and signs with a key of its own.
#[derive(Debug)]
struct Impostor(Arc<CertifiedKey>);

impl ResolvesServerCert for Impostor {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

#[tokio::test]
async fn who_shows_the_pinned_key_but_does_not_hold_it_is_not_believed() {
    let router = secure_router().await;
    let stolen = vec![router.certificate.clone()];
    let own = generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap().signing_key.serialize_der();
    let own = aws_lc_rs::sign::any_supported_type(&PrivateKeyDer::try_from(own).unwrap()).unwrap();
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let impostor = Impostor(Arc::new(CertifiedKey::new(stolen.clone(), Arc::clone(&own))));
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(impostor));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let shaken = tokio::spawn(async move { acceptor.accept(listener.accept().await.unwrap().0).await.is_ok() });
        let endpoint = Endpoint { port, tls: Tls::Pin(router.key_print()), ..router.endpoint.clone() };
        let error = Connection::dial(&endpoint, Timings::default()).await.unwrap_err();
        assert_eq!(error.step(), Step::Tls, "{error}");
        assert!(!shaken.await.unwrap(), "{version:?}");
    }
}

#[tokio::test]
async fn an_authority_vouches_for_one_name_only() {
    let router = secure_router().await;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(router.pem.as_bytes()).unwrap();
    let endpoint =
        Endpoint { host: "127.0.0.1".into(), tls: Tls::Ca(Some(file.path().into())), ..router.endpoint.clone() };
    let error = Connection::dial(&endpoint, Timings::default()).await.unwrap_err();
    assert!(matches!(error, ConnectError::NotTrusted { .. }), "{error}");
}
