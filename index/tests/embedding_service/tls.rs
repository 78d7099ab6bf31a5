//! A server that cannot prove who it is gets neither the key nor the texts.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::channel;

use ccr_index::embed::service::{Api, NoMemory, Service, ServiceConfig};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};

use crate::setting::{KEY, Setting};

/// For 127.0.0.1, signed by itself, with a key that is for this test alone.
const CERTIFICATE: &[u8] = include_bytes!("certificate.der");
const PRIVATE_KEY: &[u8] = include_bytes!("key.der");

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused() {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(CERTIFICATE)],
            PrivateKeyDer::try_from(PRIVATE_KEY).expect("a key"),
        )
        .expect("a certificate");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let (tell, told) = channel();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let mut connection = ServerConnection::new(Arc::new(tls)).expect("a connection");
        let shaken = connection.complete_io(&mut stream);
        tell.send(shaken.is_ok()).expect("the test listens");
    });

    let setting = Setting::new(|_| None);
    let endpoint = format!("https://127.0.0.1:{port}");
    let config = ServiceConfig {
        api: Api::Azure { endpoint, version: "2024-02-15-preview".to_owned() },
        ..setting.azure()
    };
    let error = Service::connect(config, Arc::new(NoMemory), setting.clock.clone()).expect_err("no service");
    for part in ["could not prove who it is", "certificate", "SSL_CERT_FILE"] {
        assert!(error.message.contains(part), "`{part}` is not in: {error}");
    }
    assert!(!format!("{error:?}").contains(KEY));
    assert!(!told.recv().expect("the server tells"), "the handshake came to its end");
    server.join().expect("the server ends");
    assert!(setting.clock.take_waits().is_empty(), "it is not tried again");
}
