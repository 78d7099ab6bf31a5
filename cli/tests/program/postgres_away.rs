//! A database that is away, cut off or refuses, and whoever writes to it when they are killed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::daemon::{Daemon, Reply, connect};
use crate::postgres::{InDatabase, two_sources};
use crate::postgres_server::pooler::Pooler;
use crate::postgres_server::{Server, server};
use crate::workplace::{Ran, Workplace};

const SEARCH: &str = "/api/v1/search?q=alpha+valve";

/// What the search answers, and whether it is right.
fn search(address: SocketAddr) -> (bool, String) {
    let mut stream = connect(address);
    let request = format!("GET {SEARCH} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let reply = Reply::read(&mut BufReader::new(stream), false).unwrap();
    let text = reply.text();
    (reply.status == 200 && text.contains("one/alpha"), text)
}

fn finds(daemon: &Daemon) -> bool {
    search(daemon.address).0
}

#[test]
fn the_lock_of_a_killed_writer_is_free_in_seconds_while_its_statement_still_runs() {
    let database = InDatabase::new(server());
    two_sources(&database.place);
    database.run(&["index"]).exits(0);
    let schema = database.url.split("schema=").nth(1).unwrap().split('&').next().unwrap();
    // Whoever is called `slow` keeps the server busy for two minutes with one statement.
    server().execute(&format!(
        "CREATE FUNCTION {schema}.slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
         IF current_setting('application_name') = 'slow_{schema}' THEN \
         WHILE clock_timestamp() < now() + interval '120 s' LOOP END LOOP; END IF; RETURN NEW; END $$; \
         CREATE TRIGGER slow BEFORE INSERT ON {schema}.generation FOR EACH ROW EXECUTE FUNCTION {schema}.slow()"
    ));
    database.place.bundle("two", "omega", "Omega Check", "Look at the omega valve");
    let mut slow = database.ccr(&["index"]);
    slow.env("CCR_DATABASE_URL", format!("{}&application_name=slow_{schema}", database.url));
    let mut slow = slow.spawn().unwrap();
    let busy = format!(
        "SELECT count(*)::text FROM pg_stat_activity WHERE application_name = 'slow_{schema}' \
         AND state = 'active' AND query LIKE 'INSERT INTO%generation%'"
    );
    while server().ask(&busy) == "0" {
        assert!(slow.try_wait().unwrap().is_none());
    }
    database.run(&["index"]).exits(2).says(&["another `ccr index`"]);
    slow.kill().unwrap();
    slow.wait().unwrap();
    let killed = Instant::now();
    while database.ccr(&["index", "--quiet"]).output().unwrap().status.code() != Some(0) {
        assert!(killed.elapsed() < Duration::from_secs(60));
    }
    assert!(killed.elapsed() < Duration::from_secs(15), "{:?}", killed.elapsed());
    assert_eq!(server().ask(&busy), "0");
    assert!(database.run(&["list", "codebundles"]).exits(0).stdout.contains("two/omega"));
}

#[test]
fn a_daemon_whose_database_is_away_says_so_and_is_well() {
    let server = Server::start();
    let database = InDatabase::new(&server);
    two_sources(&database.place);
    database.run(&["index"]).exits(0);
    let daemon = Daemon::start(database.ccr(&["serve", "--poll", "0.05"]));
    assert!(finds(&daemon));
    daemon.get("/ready").of(200);
    server.kill();
    for path in [SEARCH, "/api/v1/codebundles?search=alpha", "/api/v1/show?id=one/alpha", SEARCH] {
        let begun = Instant::now();
        let reply = daemon.get(path).problem(503, "does not answer now");
        assert_eq!(reply.header("retry-after"), "1");
        assert!(begun.elapsed() < Duration::from_secs(8), "{path}: {:?}", begun.elapsed());
    }
    let reply = daemon.wait_for("/ready", |reply| reply.status == 503).json();
    assert_eq!((&reply["status"], &reply["generation"]), (&"unavailable".into(), &1.into()));
    assert!(reply["trouble"].as_str().unwrap().contains("nothing listens"), "{reply}");
    daemon.get("/health").of(200);
    // By now nobody waits for a restart any more.
    let begun = Instant::now();
    daemon.get(SEARCH).of(503);
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    server.start_again();
    daemon.wait_for("/ready", |reply| reply.status == 200);
    assert!(finds(&daemon));
}

#[test]
fn connections_that_are_ended_in_the_middle_of_searches_cost_no_answer() {
    let server = Server::start();
    let database = InDatabase::new(&server);
    two_sources(&database.place);
    database.run(&["index"]).exits(0);
    let daemon = Daemon::start(database.ccr(&["serve", "--poll", "0.05"]));
    let (done, answers) = (AtomicBool::new(false), AtomicU32::new(0));
    let (address, done, answers) = (daemon.address, &done, &answers);
    thread::scope(|scope| {
        let asking = (0..3).map(|_| {
            scope.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    let (is_right, text) = search(address);
                    answers.fetch_add(1, Ordering::Relaxed);
                    if !is_right {
                        return Some(text);
                    }
                }
                None
            })
        });
        let asking: Vec<_> = asking.collect();
        let (mut ended, mut last) = (0, 0);
        while ended < 30 && asking.iter().all(|asking| !asking.is_finished()) {
            let now = answers.load(Ordering::Relaxed);
            // Whoever asked when the connections were ended is answered before they are again.
            if now < last + 6 {
                thread::yield_now();
                continue;
            }
            last = now;
            let end = "SELECT count(pg_terminate_backend(pid))::text FROM pg_stat_activity \
                       WHERE application_name = 'ccr'";
            ended += server.ask(end).parse::<u32>().unwrap();
        }
        done.store(true, Ordering::Relaxed);
        let wrong: Vec<String> = asking.into_iter().filter_map(|asking| asking.join().unwrap()).collect();
        assert_eq!(wrong, [""; 0]);
    });
}

#[test]
fn a_restart_in_the_middle_of_a_search_is_waited_for() {
    let server = Server::start();
    let database = InDatabase::new(&server);
    two_sources(&database.place);
    database.run(&["index"]).exits(0);
    let daemon = Daemon::start(database.ccr(&["serve"]));
    let address = daemon.address;
    for attempt in 1.. {
        assert!(finds(&daemon));
        let down = Instant::now();
        let (found, was_short) = thread::scope(|scope| {
            server.kill();
            let asking = scope.spawn(move || search(address).0);
            server.start_again();
            let was_short = down.elapsed() < Duration::from_millis(2_500);
            (asking.join().unwrap(), was_short)
        });
        // On a busy machine a restart may take longer than anybody is to be kept.
        if found {
            break;
        }
        assert!(!was_short && attempt < 20, "attempt {attempt}");
        daemon.wait_for(SEARCH, |reply| reply.status == 200);
    }
}

#[test]
fn through_a_pooler_the_program_reads_and_does_not_write() {
    let database = InDatabase::new(server());
    two_sources(&database.place);
    let pooler = Pooler::start(server(), "pool_mode = transaction");
    let pooled = |arguments: &[&str]| {
        let mut command = database.ccr(arguments);
        let parameters = database.url.split_once('?').unwrap().1;
        command.env("CCR_DATABASE_URL", format!("{}?{parameters}", pooler.url()));
        Ran::of(command.output().unwrap())
    };
    for writes in [&["index"][..], &["migrate"], &["index", "--rollback"], &["migrate", "--down-to", "0"]] {
        pooled(writes).exits(2).says(&["a pooler stands before", "`pool_mode = session`"]);
    }
    database.run(&["index"]).exits(0);
    let search = ["search", "alpha valve", "--format", "json"];
    assert_eq!(pooled(&search).exits(0).json(), database.run(&search).exits(0).json());
    pooled(&["verify"]).exits(0);
    pooled(&["index"]).exits(2);
    database.run(&["index", "--rollback"]).exits(2).says(&["no intact earlier generation"]);
}

#[test]
fn versions_that_are_not_there_are_no_place_to_go_down_to() {
    let database = InDatabase::new(server());
    two_sources(&database.place);
    database.run(&["index"]).exits(0);
    for version in ["7", "99", "4294967295"] {
        database.run(&["migrate", "--down-to", version]).exits(2).says(&["no version", "versions are 1, 2"]);
    }
    assert!(database.run(&["status"]).exits(0).stdout.contains("generation 1"));
    database.run(&["migrate", "--down-to", "0"]).exits(0);
    database.run(&["status"]).exits(2).says(&["there is no index in"]);
}

#[test]
fn no_part_of_a_password_is_ever_printed() {
    let place = Workplace::new();
    place.list(&[("one", "path: one")]);
    let odd = [
        "#", "@", "/", "?", "%", "&", ":", "[", "]", " ", "\\", "@x/", "#@", "/@", "%4", "%00", "\t", "?a=b",
        "=",
    ];
    let (first, last) = ("Qzx7first", "Wvk9last");
    let mut refused = 0;
    for odd in odd {
        let password = format!("{first}{odd}{last}");
        for url in [
            format!("postgres://ada:{password}@127.0.0.1:1/registry"),
            format!("postgres://ada:{password}@127.0.0.1:1/registry?connect_timeout=1&sslmode=disable"),
            format!("postgres://127.0.0.1:1/registry?user=ada&password={password}"),
            format!("postgres://{password}"),
        ] {
            // The last is a host and a port as far as anybody can tell; only what stands behind is secret.
            let secrets = if url.contains("ada") { vec![first, last] } else { vec![] };
            for arguments in [&["status"][..], &["index"], &["migrate"]] {
                let mut command = place.ccr(arguments);
                command.env("CCR_STORE", "postgres").env("CCR_DATABASE_URL", &url);
                let ran = Ran::of(command.output().unwrap()).exits(2);
                let said = format!("{}{}", ran.stdout, ran.stderr);
                assert!(!secrets.iter().any(|part| said.contains(part)), "{url}\n{said}");
                assert!(said.contains("error: "), "{url}\n{said}");
                refused += u32::from(said.contains("could not read the URL"));
            }
        }
    }
    assert!(refused > 100, "{refused}");
    // Nor is one that is written right, by a daemon that logs everything.
    let mut serve = place.ccr(&["serve", "--log", "trace", "--listen", "127.0.0.1:0", "--store", "postgres"]);
    let url = format!(
        "postgres://ada:{first}%23{last}@127.0.0.1:1/registry?connect_timeout=1&channel_binding=require"
    );
    let mut serve = serve.env("CCR_DATABASE_URL", url).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(serve.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("could not be opened") {
        assert_ne!(log.read_line(&mut said).unwrap(), 0, "{said}");
    }
    serve.kill().unwrap();
    log.read_to_string(&mut said).unwrap();
    serve.wait().unwrap();
    assert!(!said.contains(first) && !said.contains(last), "{said}");
    let says = |password: &str, words: &str| {
        let mut command = place.ccr(&["status", "--store", "postgres"]);
        command.env("CCR_DATABASE_URL", format!("postgres://ada:{password}@127.0.0.1:1/registry"));
        Ran::of(command.output().unwrap()).exits(2).says(&[words]);
    };
    says("p#ss", "a `#` stands in it, which has to be written as `%23`");
    says("p@ss/w", "write `/` as `%2F`");
    says("p?ss", "write `?` as `%3F`");
    says("p%ss", "has to be written as `%25`");
}
