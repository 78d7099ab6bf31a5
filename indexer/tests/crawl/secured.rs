//! Pages over https. The test program runs itself as the reader, because what a process trusts is said in its
//! environment.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::site::{Site, html, page};
use crate::{Runs, messages, paths};

/// For 127.0.0.1 and docs.test, with a key that is for this test alone.
const CERTIFICATE: &[u8] = include_bytes!("secured/certificate.pem");
const PRIVATE_KEY: &[u8] = include_bytes!("secured/key.pem");
/// Who signed it.
const AUTHORITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/crawl/secured/authority.pem");
/// Name of the variable that makes [`other_process`] read from a port; the other port is not encrypted.
const PORTS: &str = "CCR_TEST_SECURED_PORTS";

/// A server of `/a`, and of two redirects: `/up` to `/a`, `/down` to a page that is not encrypted.
fn serve(plain: u16) -> u16 {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(CERTIFICATE).unwrap()],
            PrivateKeyDer::from_pem_slice(PRIVATE_KEY).unwrap(),
        );
    let config = Arc::new(config.unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            answer(StreamOwned::new(connection, stream), plain);
        }
    });
    port
}

fn answer(stream: StreamOwned<ServerConnection, TcpStream>, plain: u16) {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if !matches!(stream.read_line(&mut head), Ok(1..)) {
            return;
        }
    }
    let redirect = |to: &str| format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
    let answer = match head.split(' ').nth(1) {
        Some("/a") => {
            let body = page("a", &[]);
            format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )
        }
        Some("/up") => redirect("/a"),
        Some("/down") => redirect(&format!("http://127.0.0.1:{plain}/a")),
        _ => "HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n".to_owned(),
    };
    let mut stream = stream.into_inner();
    let _ = stream.write_all(answer.as_bytes());
    stream.conn.send_close_notify();
    let _ = stream.flush();
}

/// What the test below starts, with the authority among those that it trusts. Nothing without its variable.
#[test]
fn other_process() {
    let Ok(ports) = std::env::var(PORTS) else { return };
    let (port, plain) = ports.split_once(' ').unwrap();
    let mut runs = Runs::of(&[]);
    runs.names.set("docs.test", &[&["127.0.0.1"]]);
    runs.names.set("other.test", &[&["127.0.0.1"]]);
    runs.set(|options| {
        options.allowed_hosts = ["127.0.0.1", "docs.test", "other.test"].map(str::to_owned).to_vec();
    });
    let read = |scheme: &str, host: &str, port: &str, path: &str| {
        runs.read(&[&format!("{scheme}://{host}:{port}{path}")])
    };
    assert_eq!(paths(&read("https", "127.0.0.1", port, "/up")), ["/a"]);
    assert_eq!(paths(&read("https", "docs.test", port, "/a")), ["/a"]);
    let refused = |crawled, words: &str| crate::assert_refused(&crawled, words);
    // The certificate is for another name.
    refused(read("https", "other.test", port, "/a"), "could not prove who it is");
    refused(read("https", "127.0.0.1", port, "/down"), "a redirect from https to http is refused");
    let up = read("http", "127.0.0.1", plain, "/up");
    assert_eq!((paths(&up), messages(&up).len()), (vec!["/a"], 0));
}

#[test]
fn pages_over_https() {
    let site = Site::new();
    let port = serve(site.port);
    site.set("/a", html(page("a", &[])));
    site.set("/up", crate::site::redirect(&format!("https://127.0.0.1:{port}/a")));
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "secured::other_process", "--nocapture"])
        .env(PORTS, format!("{port} {}", site.port))
        .env("SSL_CERT_FILE", AUTHORITY)
        .stdout(Stdio::null())
        .status();
    assert!(status.unwrap().success());
    // The page without encryption was not asked for.
    assert_eq!(site.asked(), ["/robots.txt", "/up"]);
}
