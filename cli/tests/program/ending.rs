//! What `ccr index` started ends with it, however it ends, and no secret stands in a list of processes.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::workplace::Workplace;

/// Longest wait for what must come.
const MOST: Duration = Duration::from_secs(60);

/// A variable by which every process that a run starts can be told.
const MARK: &str = "CCR_TEST_MARK";

/// The processes that have the mark, by their ids, with their arguments.
fn marked(mark: &str) -> Vec<(u32, String)> {
    let wanted = format!("{MARK}={mark}");
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let is_marked = |id: &u32| {
        let environment = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes())
    };
    let arguments = |id: u32| {
        let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        (id, String::from_utf8_lossy(&line).replace('\0', " "))
    };
    ids.filter(is_marked).map(arguments).collect()
}

#[track_caller]
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < MOST, "{what}");
        thread::yield_now();
    }
}

fn start(place: &Workplace, mark: &str, path: &str) -> Child {
    let mut command = place.ccr(&["index", "--quiet"]);
    command.env(MARK, mark).env("PATH", path).env_remove("GIT_SSH_COMMAND").env_remove("GIT_SSH");
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), child.id().to_string()]).status();
    assert!(sent.unwrap().success());
}

/// Ends runs by each signal while their git waits, and sees that nothing of them is left and that the index
/// is as it was. `waiting` is of the arguments of a process that shows that it waits.
fn check(fields: &str, waiting: &str, prepare: impl Fn(&Workplace)) {
    let place = Workplace::indexed();
    prepare(&place);
    let path = format!("{}:{}", place.path("bin").display(), std::env::var("PATH").unwrap());
    for (name, number) in [("INT", 2), ("TERM", 15), ("HUP", 1), ("KILL", 9)] {
        place.list(&[("one", "path: one"), ("two", fields)]);
        let mark = format!("{}-{name}", place.path("").display());
        let mut child = start(&place, &mark, &path);
        wait_until("git asks", || marked(&mark).iter().any(|(_, line)| line.contains(waiting)));
        let arguments = marked(&mark);
        assert!(arguments.iter().all(|(_, line)| !line.contains("s3cret")), "{arguments:?}");
        signal(&child, name);
        let mut status: Option<ExitStatus> = None;
        wait_until("the run ends", || {
            status = child.try_wait().unwrap();
            status.is_some()
        });
        let expected = if name == "KILL" { None } else { Some(128 + number) };
        assert_eq!(status.unwrap().code(), expected, "{name}");
        wait_until("what it started ends", || marked(&mark).is_empty());
        assert_eq!(place.bundles(), ["one/alpha", "one/beta"]);
        // Nobody holds the lock.
        place.list(&[("one", "path: one")]);
        place.index(0, &[]);
    }
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn a_silent_http_server() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let _server = thread::spawn(move || listener.incoming().collect::<Vec<_>>());
    let fields = format!("git_url: 'http://user:s3cret@127.0.0.1:{port}/tools'");
    check(&fields, "remote-http", |_| ());
}

#[test]
fn an_ssh_that_hangs() {
    check("git_url: 'ssh://git:s3cret@example.invalid/tools'", "bin/ssh", |place| {
        place.write("bin/ssh", "#!/bin/sh\nread -r _ < \"$0.pipe\"\n");
        fs::set_permissions(place.path("bin/ssh"), fs::Permissions::from_mode(0o755)).unwrap();
        pipe(&place.path("bin/ssh.pipe"));
    });
}

#[test]
fn a_local_repository_that_cannot_be_read_now() {
    check("git_url: ./slow", "upload-pack", |place| {
        place.bundle("slow", "gamma", "Gamma Check", "Look at the gamma valve");
        place.commit("slow");
        pipe(&place.path("slow/.git/packed-refs"));
    });
}

#[test]
fn ssh_gives_up_unless_the_user_set_it_up() {
    let place = Workplace::new();
    for name in ["ssh", "own-ssh"] {
        place.write(
            &format!("bin/{name}"),
            "#!/bin/sh\necho \"${0##*/} $*\" >> \"${0%/*}/called\"\nexit 255\n",
        );
        fs::set_permissions(place.path(&format!("bin/{name}")), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = format!("{}:{}", place.path("bin").display(), std::env::var("PATH").unwrap());
    place.write("plain/.gitconfig", "");
    place.write("own/.gitconfig", "[core]\n\tsshCommand = own-ssh -x\n");
    let called = |url: &str, home: &str, variable: Option<&str>| {
        let _ = fs::remove_file(place.path("bin/called"));
        place.list(&[("one", &format!("git_url: '{url}'"))]);
        let mut command = place.ccr(&["index"]);
        command
            .env("PATH", &path)
            .env("HOME", place.path(home))
            .env_remove("GIT_SSH")
            .env_remove("GIT_SSH_COMMAND");
        command.env_remove("XDG_CONFIG_HOME").env_remove("GIT_CONFIG_GLOBAL");
        command.envs(variable.map(|value| ("GIT_SSH_COMMAND", value)));
        assert_eq!(command.output().unwrap().status.code(), Some(1));
        fs::read_to_string(place.path("bin/called")).unwrap()
    };
    for url in ["ssh://git@example.invalid/tools", "git@example.invalid:tools"] {
        let limited = called(url, "plain", None);
        assert!(
            limited.starts_with("ssh -o ConnectTimeout=") && limited.contains("ServerAlive"),
            "{limited}"
        );
        for own in [called(url, "own", None), called(url, "plain", Some("own-ssh -x"))] {
            assert!(own.starts_with("own-ssh -x") && !own.contains("ConnectTimeout"), "{own}");
        }
    }
}
