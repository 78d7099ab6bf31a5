use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use super::repository::{Repository, options, read_all};
use crate::source::{FetchOptions, SourceError};

#[test]
fn a_repository_configures_nothing() {
    let repository = Repository::new();
    let mark = repository.base().join("mark");
    let hook = format!("#!/bin/sh\ntouch '{}'\n", mark.display());
    let hooks = repository.path().join(".git/hooks");
    fs::create_dir_all(&hooks).unwrap();
    for name in ["post-checkout", "pre-receive", "reference-transaction", "post-upload-pack"] {
        fs::write(hooks.join(name), &hook).unwrap();
    }
    repository.commit(".gitattributes", "* filter=evil\n");
    repository.commit(".gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = ext::sh -c touch\n");
    let snapshot = repository.check("", "fresh", "first");
    assert_eq!(read_all(&snapshot).len(), 3);
    assert!(!mark.exists());
    let names: Vec<_> =
        fs::read_dir(repository.clone_path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name == "hooks" || name == "index"), "{names:?}");
}

#[test]
fn a_server_that_never_answers() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = thread::spawn(move || listener.accept().map(|(stream, _)| stream));
    let options = FetchOptions { idle_timeout: Duration::from_millis(400), ..options() };
    let start = Instant::now();
    let fields = format!("git_url: 'http://user:s3cret@127.0.0.1:{port}/tools'");
    let error = Repository::new().fetch_with(&fields, &options).unwrap_err();
    assert!(matches!(error, SourceError::TimedOut { .. }), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(15));
    let message = format!("{error} {error:?}");
    assert!(message.contains("showed no progress") && !message.contains("s3cret"), "{message}");
    drop(server.join());
}

/// Answers every request with a status and closes.
fn http_server(status: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ =
                write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 7\r\nConnection: close\r\n\r\n<html>\n");
        }
    });
    port
}

#[test]
fn servers_that_refuse() {
    let check = |status, expected: fn(&SourceError) -> bool| {
        let fields = format!("git_url: 'http://user:s3cret@127.0.0.1:{}/tools'", http_server(status));
        let error = Repository::new().fetch(&fields).unwrap_err();
        assert!(expected(&error), "{error:?}");
        let message = format!("{error} {error:?}");
        assert!(!message.contains("s3cret") && !message.contains("user"), "{message}");
    };
    check("401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"", |error| {
        matches!(error, SourceError::AccessDenied { .. })
    });
    check("403 Forbidden", |error| matches!(error, SourceError::AccessDenied { .. }));
    check("404 Not Found", |error| matches!(error, SourceError::NoRepository { .. }));
    check("500 Internal Server Error", |error| matches!(error, SourceError::Unreachable { .. }));
    check("200 OK", |error| matches!(error, SourceError::NoRepository { .. }));
}

#[test]
fn nobody_listens() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let fields = format!("git_url: 'http://user:s3cret@127.0.0.1:{port}/tools'");
    let error = Repository::new().fetch(&fields).unwrap_err();
    assert!(matches!(error, SourceError::Unreachable { .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("s3cret"));
}

#[test]
fn what_is_no_repository() {
    let repository = Repository::new();
    fs::write(repository.base().join("file"), "x").unwrap();
    fs::create_dir(repository.base().join("folder")).unwrap();
    for url in ["./file", "./folder", "./nothing", "file:///nothing/at/all"] {
        let error = repository.fetch(&format!("git_url: '{url}'")).unwrap_err();
        assert!(matches!(error, SourceError::NoRepository { .. }), "{url}: {error:?}");
    }
}

#[test]
fn nothing_is_left_of_a_failure() {
    let repository = Repository::new();
    repository.fetch("git_ref: nothing").unwrap_err();
    repository.fetch("git_ref: '0123456'").unwrap_err();
    assert!(!repository.clone_path().exists());
    repository.check("", "fresh", "first");
    assert_eq!(fs::read_dir(repository.data().join("clones/.work")).unwrap().count(), 0);
}
