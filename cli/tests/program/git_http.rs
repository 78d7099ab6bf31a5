//! Repositories on http servers: of plain files, behind a login, behind redirects.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::workplace::{Workplace, git};

/// A server of the files of a folder, on all requests the same way. It ends with the test.
struct FileServer {
    port: u16,
    seen: Arc<Mutex<Vec<Request>>>,
}

#[derive(Debug, Clone)]
struct Request {
    host: String,
    path: String,
    login: Option<String>,
}

impl FileServer {
    /// Serves `root`. What begins with `/private/` wants this name and password, `/elsewhere/` leads to the
    /// same below `localhost`, and `/login/` to a page that is no repository.
    fn start(root: &Path, name: &str, password: &str) -> FileServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = FileServer { port: listener.local_addr().unwrap().port(), seen: Arc::default() };
        let seen = Arc::clone(&server.seen);
        let (root, port) = (root.to_owned(), server.port);
        let login = format!("Basic {}", STANDARD.encode(format!("{name}:{password}")));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Some(request) = read(&stream) else { continue };
                let answer = answer(&request, &root, port, &login);
                seen.lock().unwrap().push(request);
                let _ = (&stream).write_all(&answer);
            }
        });
        server
    }

    fn url(&self, login: &str, path: &str) -> String {
        format!("git_url: 'http://{login}127.0.0.1:{}/{path}'", self.port)
    }

    fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    let path = first.split(' ').nth(1)?.split('?').next()?.to_owned();
    let mut request = Request { host: String::new(), path, login: None };
    for line in lines {
        let line = line.ok()?;
        if line.is_empty() {
            return Some(request);
        }
        match line.split_once(": ") {
            Some(("Host", host)) => request.host = host.to_owned(),
            Some(("Authorization", login)) => request.login = Some(login.to_owned()),
            _ => {}
        }
    }
    None
}

fn answer(request: &Request, root: &Path, port: u16, login: &str) -> Vec<u8> {
    let with = |status: &str, header: &str, body: &[u8]| {
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\n{header}Connection: close\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    };
    let is_wanted = request.path.starts_with("/private/");
    if is_wanted && request.login.as_deref() != Some(login) {
        return with("401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\n", b"");
    }
    if let Some(rest) = request.path.strip_prefix("/elsewhere/") {
        return with("302 Found", &format!("Location: http://localhost:{port}/private/{rest}\r\n"), b"");
    }
    if request.path.starts_with("/login/") {
        return with("302 Found", "Location: /sign-in?token=s3cret\r\n", b"");
    }
    if request.path.starts_with("/sign-in") {
        return with("200 OK", "Content-Type: text/html\r\n", b"<html>Sign in</html>");
    }
    let inner = request.path.trim_start_matches("/private/").trim_start_matches('/');
    match fs::read(root.join(inner)) {
        Ok(body) => with("200 OK", "", &body),
        Err(_) => with("404 Not Found", "", b""),
    }
}

/// A workplace with a bare repository `served/tools.git` of one bundle, ready for a server of files.
fn served() -> (Workplace, PathBuf) {
    let place = Workplace::new();
    place.bundle("tools", "alpha", "Alpha Check", "Look at the alpha valve");
    place.commit("tools");
    publish(&place);
    let root = place.path("served");
    (place, root)
}

fn publish(place: &Workplace) {
    let bare = place.path("served/tools.git");
    if !bare.exists() {
        let (from, to) = (place.path("tools"), bare.to_str().unwrap().to_owned());
        git(&from, &["clone", "--quiet", "--bare", ".", &to]);
    }
    git(&place.path("tools"), &["push", "--quiet", "--force", bare.to_str().unwrap(), "main", "--tags"]);
    git(&bare, &["update-server-info"]);
}

#[test]
fn a_server_of_plain_files() {
    let (place, root) = served();
    let server = FileServer::start(&root, "", "");
    git(&place.path("tools"), &["tag", "--annotate", "--message", "v1", "v1"]);
    publish(&place);
    for reference in ["", "|git_ref: main", "|git_ref: v1"] {
        place.list(&[("one", &format!("{}{reference}", server.url("", "tools.git")))]);
        let _ = fs::remove_dir_all(place.path("data"));
        assert_eq!(place.index(0, &[])["sources"][0]["outcome"], "fresh", "{reference}");
        assert_eq!(place.index(0, &[])["sources"][0]["outcome"], "unchanged", "{reference}");
        assert_eq!(place.bundles(), ["one/alpha"]);
    }
    let summary = place.index(0, &[]);
    let commit = summary["sources"][0]["commit"].as_str().unwrap().to_ascii_uppercase();
    place.list(&[("one", &server.url("", "tools.git"))]);
    place.bundle("tools", "beta", "Beta Check", "Look at the beta valve");
    place.commit("tools");
    publish(&place);
    place.index(0, &[]);
    assert_eq!(place.bundles(), ["one/alpha", "one/beta"]);
    // A commit that is no branch's any more, in capitals as some tools print them.
    place.list(&[("one", &format!("{}|git_ref: {commit}", server.url("", "tools.git")))]);
    place.index(0, &[]);
    assert_eq!(place.bundles(), ["one/alpha"]);
}

#[test]
fn passwords_are_given_to_their_host_and_to_nobody_else() {
    let (place, root) = served();
    let server = FileServer::start(&root, "na@me", "s/3:cret");
    // A helper of the user's writes down what it is asked, and knows the password of one name.
    let helper = "!f() { cat >asked; echo $1 >>called; if grep -q username=na asked; then echo password=s/3:cret; fi; }; f";
    place.write("home/.gitconfig", format!("[credential]\n\thelper = \"{helper}\"\n"));
    let index = |fields: &str, code| {
        place.list(&[("one", fields)]);
        let mut command = place.ccr(&["index", "--force"]);
        command.env("HOME", place.path("home")).env_remove("XDG_CONFIG_HOME").env_remove("GIT_CONFIG_GLOBAL");
        let ran = crate::workplace::Ran::of(command.output().unwrap()).exits(code);
        assert!(!format!("{ran:?}").contains("cret"), "{ran:?}");
        ran
    };
    index(&server.url("na%40me:s%2F3%3Acret@", "private/tools.git"), 0);
    assert!(server.seen().iter().any(|request| request.login.is_some()));
    assert!(!place.path("called").exists(), "nobody stores it");
    index(&server.url("na%40me:wrong@", "private/tools.git"), 1).says(&["Authentication failed"]);
    assert!(!place.path("called").exists());
    // A name alone is told to the helper, which knows the password.
    index(&server.url("na%40me@", "private/tools.git"), 0);
    assert!(fs::read_to_string(place.path("called")).unwrap().contains("get"));
    // Who leads elsewhere does not lead the password there.
    let before = server.seen().len();
    index(&server.url("na%40me:s%2F3%3Acret@", "elsewhere/tools.git"), 1).says(&["no access to"]);
    let after = server.seen().split_off(before);
    let elsewhere: Vec<_> = after.iter().filter(|request| request.host.starts_with("localhost")).collect();
    assert!(!elsewhere.is_empty() && elsewhere.iter().all(|request| request.login.is_none()), "{after:?}");
}

#[test]
fn redirects_to_a_login_are_explained() {
    let (place, root) = served();
    let server = FileServer::start(&root, "", "");
    place.list(&[("one", &server.url("user:s3cret@", "login/tools.git"))]);
    let ran = place.run(&["index"]).exits(1);
    let words = ["no access to", "asked for: http://127.0.0.1:", "redirect: http://127.0.0.1:", "/sign-in"];
    assert!(!ran.clone().says(&words).stderr.contains("s3cret"));
}

#[test]
fn a_query_is_refused_by_name() {
    let (place, root) = served();
    let server = FileServer::start(&root, "", "");
    place.list(&[
        ("one", &server.url("", "tools.git?private_token=s3cret")),
        ("two", &server.url("", "tools.git")),
    ]);
    let ran = place.run(&["index"]).exits(1);
    assert!(!ran.clone().says(&["one: ", "has a query", "name:token@host"]).stderr.contains("s3cret"));
    assert!(server.seen().iter().all(|request| !request.path.contains("private_token")));
    assert_eq!(place.bundles(), ["two/alpha"]);
}
