//! `ccr serve` beside its enemies, and while generations change below it.

use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use ccr_index::lexical::invert;
use ccr_index::model::{Document, Field, Kind};
use ccr_index::store::{Publication, local::Writer};

use crate::daemon::{Daemon, Reply, connect};
use crate::workplace::{Workplace, examples};

/// Generations that are published while questions are asked.
const SWAPS: u64 = 1_000;
/// Who asks meanwhile.
const CLIENTS: usize = 4;

fn publish(place: &Workplace, number: u64) {
    let mut document = Document::new("one/alpha".to_owned(), Kind::CodeBundle);
    document.collection = "one".to_owned();
    document.title = format!("Valve Check {number}");
    document.fields = vec![(Field::Title, document.title.clone())];
    document.record = Some(format!(
        r#"{{"id":"one/alpha","collection":"one","directory":"alpha","display_name":"{}","tasks":[],"path":"codebundles/alpha"}}"#,
        document.title
    ));
    let documents = [document];
    let inverted = invert(&documents);
    let publication = Publication {
        documents: &documents,
        inverted: &inverted,
        vectors: None,
        program: "test",
        created: number,
        embedder: None,
        sources: Vec::new(),
        failed: Vec::new(),
    };
    Writer::open(&place.path("data")).unwrap().publish(&publication).unwrap();
}

#[test]
fn no_request_fails_while_generations_change() {
    let place = Workplace::new();
    publish(&place, 0);
    let daemon = Daemon::start(place.ccr(&["serve", "--poll", "0.01", "--log", "warn,ccr=info"]));
    let (is_over, asked, seen) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (is_over, asked, seen) = (&is_over, &asked, &seen);
            let address = daemon.address;
            let path =
                if client % 2 == 0 { "/api/v1/search?q=valve" } else { "/api/v1/codebundles?search=valve" };
            scope.spawn(move || {
                let mut stream = BufReader::new(connect(address));
                let mut last = 0;
                while !is_over.load(Ordering::Relaxed) {
                    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
                    stream.get_mut().write_all(request.as_bytes()).unwrap();
                    let reply = Reply::read(&mut stream, false).unwrap().of(200);
                    // `W/"<generation>-..."`: it never goes back.
                    let tag = reply.header("etag")[3..].split('-').next().unwrap().parse::<u64>().unwrap();
                    assert!(tag >= last, "{tag} after {last}");
                    if tag > last {
                        seen.fetch_add(1, Ordering::Relaxed);
                    }
                    last = tag;
                    asked.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for number in 1..=SWAPS {
            publish(&place, number);
        }
        daemon.wait_for("/ready", |reply| reply.json()["generation"] == SWAPS + 1);
        is_over.store(true, Ordering::Relaxed);
    });
    assert!(asked.load(Ordering::Relaxed) > SWAPS, "{asked:?}");
    assert!(seen.load(Ordering::Relaxed) > CLIENTS as u64, "{seen:?}");
}

#[test]
fn silent_and_slow_clients_lose_their_connection() {
    let daemon = Daemon::start(examples().ccr(&["serve", "--idle-timeout", "0.3"]));
    let ends = |mut stream: TcpStream| {
        let mut rest = Vec::new();
        // An orderly end or a reset, but an end.
        let _ = stream.read_to_end(&mut rest);
        String::from_utf8_lossy(&rest).into_owned()
    };
    assert_eq!(ends(daemon.connect()), "", "who says nothing");
    let mut half = daemon.connect();
    half.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ").unwrap();
    assert!(!ends(half).starts_with("HTTP/1.1 200"), "who says half");
    let mut http2 = daemon.connect();
    http2.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
    ends(http2);
    let mut idle = daemon.connect();
    idle.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    assert!(ends(idle).starts_with("HTTP/1.1 200"), "who asks no more");
    daemon.get("/health").of(200);
}

#[test]
fn heads_and_bodies_without_end_are_cut() {
    let daemon = Daemon::start(examples().ccr(&["serve"]));
    let mut endless = daemon.connect();
    let mut sent = endless.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n");
    for number in 0..100_000 {
        sent =
            sent.and_then(|()| endless.write_all(format!("X-{number}: {}\r\n", "y".repeat(100)).as_bytes()));
    }
    // 11 MB were not taken: the daemon answered 431, or is gone from the connection.
    let reply = Reply::read(&mut BufReader::new(&mut endless), false);
    assert!(sent.is_err() || reply.is_ok_and(|reply| reply.status == 431));
    let mut large = daemon.connect();
    let head = "POST /tools/call HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 104857600\r\n\r\n";
    large.write_all(head.as_bytes()).unwrap();
    Reply::read(&mut BufReader::new(&mut large), false).unwrap().problem(413, "too large");
    // One that does not say how long it is.
    let mut chunked = daemon.connect();
    let head = "POST /tools/call HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut sent = chunked.write_all(head.as_bytes());
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    for _ in 0..1600 {
        sent = sent.and_then(|()| chunked.write_all(chunk.as_bytes()));
    }
    let reply = Reply::read(&mut BufReader::new(&mut chunked), false);
    assert!(sent.is_err() || reply.is_ok_and(|reply| reply.status == 413 || reply.status == 400));
    daemon.get("/api/v1/search?q=pod").of(200);
}

#[test]
fn a_crowd_of_silent_connections_keeps_nobody_out() {
    let daemon = Daemon::start(examples().ccr(&["serve", "--max-connections", "64"]));
    let mut kept = BufReader::new(daemon.connect());
    let mut ask = |path: &str| {
        kept.get_mut().write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).unwrap();
        Reply::read(&mut kept, false).unwrap().of(200)
    };
    ask("/health");
    let mut crowd = Vec::new();
    for number in 0..5_000 {
        crowd.push(daemon.connect());
        if crowd.len() > 500 {
            // The files of the test are limited too; the daemon has closed these long ago.
            crowd.drain(..250);
        }
        if number % 500 == 0 {
            daemon.get("/api/v1/search?q=pod").of(200);
            ask("/health");
        }
    }
    let text = daemon.get("/metrics").of(200).text();
    let open = text.lines().find_map(|line| line.strip_prefix("ccr_connections ")).unwrap();
    assert!(open.parse::<f64>().unwrap() <= 64.0, "{open}");
}

#[test]
fn more_requests_than_may_be_at_once_are_turned_away() {
    let daemon = Daemon::start(examples().ccr(&["serve", "--max-requests", "2"]));
    // Their bodies never come: they are being worked on until they are given up. One that comes while a
    // search has the place is turned away itself, so there are as many as it takes.
    let head =
        "POST /tools/call HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n";
    let mut held = Vec::new();
    let reply = (0..1_000).find_map(|_| {
        let mut stream = daemon.connect();
        stream.write_all(head.as_bytes()).unwrap();
        held.push(stream);
        Some(daemon.get("/api/v1/search?q=pod")).filter(|reply| reply.status == 503)
    });
    let reply = reply.expect("requests that are held fill the places");
    let reply = reply.problem(503, "too many requests");
    assert_eq!(reply.header("retry-after"), "1");
    drop(held);
    daemon.wait_for("/api/v1/search?q=pod", |reply| reply.status == 200);
}

#[test]
fn a_request_that_takes_too_long_is_given_up() {
    let daemon = Daemon::start(examples().ccr(&["serve", "--request-timeout", "0.2"]));
    let mut stream = daemon.connect();
    let head =
        "POST /tools/call HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    Reply::read(&mut BufReader::new(stream), false).unwrap().problem(408, "too long");
}
