//! A machine without the `git` program: https, http and local sources are indexed all the same.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

use crate::workplace::{Ran, Workplace, git};

/// A server of git repositories by `git http-backend`. It ends with the test.
struct GitServer {
    port: u16,
    seen: Arc<Mutex<Vec<Request>>>,
    /// The certificate to trust, of a server that speaks TLS.
    certificate: Option<String>,
}

#[derive(Debug, Clone, Default)]
struct Request {
    method: String,
    path: String,
    query: String,
    host: String,
    kind: String,
    protocol: String,
    login: Option<String>,
    body: Vec<u8>,
}

impl GitServer {
    /// Below `/smart/` are the repositories of `root`; `/old/` speaks the first version of the protocol;
    /// `/private/` wants a login, and `/elsewhere/` leads to the same below `localhost`; `/login/` leads to a
    /// page, `/broken/` breaks off in the middle of a pack, and `/altered/` changes a byte of it.
    fn start(root: &Path, has_tls: bool) -> GitServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (config, certificate) = match has_tls {
            true => {
                let (config, certificate) = tls();
                (Some(config), Some(certificate))
            }
            false => (None, None),
        };
        let server = GitServer { port, seen: Arc::default(), certificate };
        let (root, seen) = (root.to_owned(), Arc::clone(&server.seen));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (root, seen, config) = (root.clone(), Arc::clone(&seen), config.clone());
                thread::spawn(move || {
                    let _ = match config {
                        None => serve(stream, &root, port, &seen),
                        Some(config) => {
                            let connection = ServerConnection::new(config).map_err(io::Error::other);
                            connection
                                .and_then(|tls| serve(StreamOwned::new(tls, stream), &root, port, &seen))
                        }
                    };
                });
            }
        });
        server
    }

    fn url(&self, login: &str, path: &str) -> String {
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        format!("git_url: '{scheme}://{login}127.0.0.1:{}/{path}'", self.port)
    }

    fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }
}

fn tls() -> (Arc<ServerConfig>, String) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    (Arc::new(config), made.cert.pem())
}

fn serve(stream: impl Read + Write, root: &Path, port: u16, seen: &Mutex<Vec<Request>>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let Some(request) = read(&mut stream)? else { return Ok(()) };
    seen.lock().unwrap().push(request.clone());
    let answer = answer(&request, root, port);
    stream.get_mut().write_all(&answer)?;
    stream.get_mut().flush()
}

fn read(stream: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut first = String::new();
    stream.read_line(&mut first)?;
    let mut words = first.split_ascii_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(None) };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request =
        Request { method: method.into(), path: path.into(), query: query.into(), ..Request::default() };
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "host" => request.host = value.to_owned(),
            "content-type" => request.kind = value.to_owned(),
            "git-protocol" => request.protocol = value.to_owned(),
            "authorization" => request.login = Some(value.to_owned()),
            "content-length" => length = value.parse().unwrap(),
            _ => {}
        }
    }
    request.body = vec![0; length];
    stream.read_exact(&mut request.body)?;
    Ok(Some(request))
}

fn answer(request: &Request, root: &Path, port: u16) -> Vec<u8> {
    let with = |status: &str, headers: &str, body: &[u8]| {
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}Connection: close\r\n\r\n");
        [head.as_bytes(), body].concat()
    };
    let (mode, inner) = request.path[1..].split_once('/').unwrap_or(("", ""));
    let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
    let login = format!("Basic {}", STANDARD.encode("na@me:s/3:cret"));
    match mode {
        "private" if request.login.as_deref() != Some(&login) => {
            return with("401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\n", b"");
        }
        "elsewhere" => {
            let to = format!("Location: http://localhost:{port}/private/{inner}{query}\r\n");
            return with("302 Found", &to, b"");
        }
        "moved" => {
            return with("301 Moved Permanently", &format!("Location: /smart/{inner}{query}\r\n"), b"");
        }
        "login" => return with("302 Found", "Location: /sign-in?token=s3cret\r\n", b""),
        "dumb" => return with("200 OK", "", format!("{}\trefs/heads/main\n", "0".repeat(40)).as_bytes()),
        "page" => return with("200 OK", "Content-Type: text/html\r\n", b"<html>"),
        _ => {}
    }
    let (headers, mut body) = backend(request, root, inner, mode == "old");
    if mode == "broken" && request.method == "POST" && body.len() > 600 {
        let whole = with("200 OK", &headers, &body);
        return whole[..whole.len() - 300].to_vec();
    }
    if mode == "altered" && request.method == "POST" && body.len() > 600 {
        let middle = body.len() - 300;
        body[middle] ^= 0xff;
    }
    with("200 OK", &headers, &body)
}

/// What git itself answers.
fn backend(request: &Request, root: &Path, inner: &str, is_old: bool) -> (String, Vec<u8>) {
    let mut command = Command::new("git");
    command.arg("http-backend").env("GIT_PROJECT_ROOT", root).env("GIT_HTTP_EXPORT_ALL", "1");
    command.env("PATH_INFO", format!("/{inner}")).env("QUERY_STRING", &request.query);
    command.env("REQUEST_METHOD", &request.method).env("CONTENT_TYPE", &request.kind);
    command.env("CONTENT_LENGTH", request.body.len().to_string()).env("GIT_CONFIG_GLOBAL", "/dev/null");
    if !is_old {
        command.env("GIT_PROTOCOL", &request.protocol);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&request.body).unwrap();
    let output = child.wait_with_output().unwrap().stdout;
    let end = output.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    let headers = String::from_utf8(output[..end + 2].to_vec()).unwrap();
    (headers, output[end + 4..].to_vec())
}

/// A workplace with a bare repository `served/tools.git` of some commits, a branch and tags.
fn served(format: &str) -> (Workplace, PathBuf) {
    let place = Workplace::new();
    let tools = place.path("tools");
    fs::create_dir(&tools).unwrap();
    git(&tools, &["init", "--quiet", "--initial-branch=main", &format!("--object-format={format}")]);
    place.bundle("tools", "alpha", "Alpha Check", "Look at the alpha valve");
    place.commit("tools");
    git(&tools, &["tag", "--annotate", "--message", "v1", "v1"]);
    git(&tools, &["tag", "light"]);
    place.bundle("tools", "beta", "Beta Check", "Look at the beta valve");
    place.write("tools/codebundles/beta/README.md", "# Beta\n\nSays more of the beta valve.\n".repeat(400));
    std::os::unix::fs::symlink("README.md", tools.join("codebundles/beta/LINK.md")).unwrap();
    place.commit("tools");
    git(&tools, &["branch", "team/dev"]);
    place.bundle("tools", "gamma", "Gamma Check", "Look at the gamma valve");
    place.commit("tools");
    let bare = place.path("served/tools.git");
    git(&tools, &["clone", "--quiet", "--bare", ".", bare.to_str().unwrap()]);
    let root = place.path("served");
    (place, root)
}

fn commit_of(place: &Workplace, name: &str) -> String {
    let mut command = Command::new("git");
    let output = command.args(["rev-parse", name]).current_dir(place.path("tools")).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Runs `ccr` where no program can be found.
fn without_git(place: &Workplace, server: Option<&GitServer>, arguments: &[&str]) -> Ran {
    let mut command = place.ccr(arguments);
    command.env("PATH", "/nonexistent");
    if let Some(certificate) = server.and_then(|server| server.certificate.as_ref()) {
        place.write("certificate.pem", certificate);
        command.env("SSL_CERT_FILE", place.path("certificate.pem"));
    }
    Ran::of(command.output().unwrap())
}

/// All that an index holds, as JSON.
fn everything(place: &Workplace, data: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for kind in ["codebundles", "tasks", "collections"] {
        let listed = place.run(&["list", kind, "--format", "json", "--data-dir", data]).exits(0).json();
        for entry in listed.as_array().unwrap() {
            if let Some(id) = entry["id"].as_str().filter(|_| kind == "codebundles") {
                all.push(place.run(&["show", id, "--format", "json", "--data-dir", data]).exits(0).json());
            }
            all.push(entry.clone());
        }
    }
    all
}

/// The packs of the clone in a data folder, by name and inode.
fn packs(place: &Workplace, data: &str) -> Vec<(PathBuf, u64)> {
    let files = fs::read_dir(place.path(data).join("clones/one.git/objects/pack")).unwrap();
    let mut packs: Vec<_> =
        files.map(|file| file.unwrap()).map(|file| (file.path(), file.metadata().unwrap().ino())).collect();
    packs.sort();
    assert!(!packs.is_empty());
    packs
}

#[test]
fn the_documents_are_the_same() {
    for format in ["sha1", "sha256"] {
        let (place, root) = served(format);
        let (http, https) = (GitServer::start(&root, false), GitServer::start(&root, true));
        let (first, path) = (commit_of(&place, "light"), root.join("tools.git"));
        let urls = [
            http.url("", "smart/tools.git"),
            http.url("", "old/tools.git"),
            http.url("", "moved/tools.git"),
            https.url("", "smart/tools.git"),
            format!("git_url: 'file://{}'", path.display()),
            "git_url: ./served/tools.git".to_owned(),
            "git_url: ./tools".to_owned(),
        ];
        let names = ["HEAD", &first, "main", "team/dev", "v1", "light", "refs/heads/main", &first[..9]];
        for (number, url) in urls.iter().enumerate() {
            // All names by https and from a file; some by each other way.
            let references = match (format, number) {
                ("sha1", 3 | 4) => &names[..],
                ("sha1", _) => &names[..2],
                (_, 0 | 4) => &names[6..],
                _ => &[],
            };
            for reference in references {
                let said = format!("{format} {url} {reference}");
                place.list(&[("one", &format!("{url}|git_ref: '{reference}'"))]);
                let _ = fs::remove_dir_all(place.path("data"));
                let _ = fs::remove_dir_all(place.path("program"));
                without_git(&place, Some(&https), &["index", "--data-dir", "data"]).exits(0);
                let inside = everything(&place, "data");
                assert!(inside.len() >= 3, "{said}");
                let index = ["index", "--format", "json", "--data-dir"];
                let mut command = place.ccr(&[&index[..], &["program"]].concat());
                command.env("GIT_SSL_NO_VERIFY", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
                Ran::of(command.output().unwrap()).exits(0);
                assert_eq!(inside, everything(&place, "program"), "{said}");
                // Either reads what the other fetched, and fetches nothing again.
                let packs = (packs(&place, "data"), packs(&place, "program"));
                let mut command = place.ccr(&[&index[..], &["data", "--force"]].concat());
                Ran::of(command.env("GIT_SSL_NO_VERIFY", "1").output().unwrap()).exits(0);
                without_git(&place, Some(&https), &[&index[..], &["program", "--force"]].concat()).exits(0);
                assert_eq!(packs, (self::packs(&place, "data"), self::packs(&place, "program")), "{said}");
                assert_eq!(everything(&place, "data"), everything(&place, "program"), "{said}");
            }
        }
    }
}

#[test]
fn what_changed_is_fetched() {
    let (place, root) = served("sha1");
    let server = GitServer::start(&root, false);
    place.list(&[("one", &server.url("", "smart/tools.git"))]);
    without_git(&place, None, &["index"]).exits(0);
    place.bundle("tools", "delta", "Delta Check", "Look at the delta valve");
    place.commit("tools");
    git(&place.path("tools"), &["push", "--quiet", root.join("tools.git").to_str().unwrap(), "main"]);
    without_git(&place, None, &["index"]).exits(0);
    assert_eq!(place.bundles(), ["one/alpha", "one/beta", "one/delta", "one/gamma"]);
    // The program goes on with what was fetched, and the other way round.
    for name in ["epsilon", "zeta"] {
        place.bundle("tools", name, "Check", "Look at the last valve");
        place.commit("tools");
        git(&place.path("tools"), &["push", "--quiet", root.join("tools.git").to_str().unwrap(), "main"]);
        if name == "epsilon" {
            place.run(&["index"]).exits(0);
        } else {
            without_git(&place, None, &["index"]).exits(0);
        }
        assert!(place.bundles().contains(&format!("one/{name}")));
    }
}

#[test]
fn a_login_is_for_its_host_alone() {
    let (place, root) = served("sha1");
    let server = GitServer::start(&root, false);
    let index = |url: String, code| {
        place.list(&[("one", &url)]);
        let ran = without_git(&place, None, &["index", "--force"]).exits(code);
        assert!(!format!("{ran:?}").contains("cret"), "{ran:?}");
        ran
    };
    index(server.url("na%40me:s%2F3%3Acret@", "private/tools.git"), 0);
    index(server.url("na%40me:wrong-s3cret@", "private/tools.git"), 1).says(&["no access to", "401"]);
    let before = server.seen().len();
    index(server.url("na%40me:s%2F3%3Acret@", "elsewhere/tools.git"), 1).says(&["no access to"]);
    let after = server.seen().split_off(before);
    let elsewhere: Vec<_> = after.iter().filter(|request| request.host.starts_with("localhost")).collect();
    assert!(!elsewhere.is_empty() && elsewhere.iter().all(|request| request.login.is_none()), "{after:?}");
    index(server.url("", "login/tools.git"), 1).says(&["no access to", "redirects to", "/sign-in"]);
}

#[test]
fn servers_that_fail_are_explained() {
    let (place, root) = served("sha1");
    let server = GitServer::start(&root, false);
    let empty = root.join("empty.git");
    git(&root, &["init", "--quiet", "--bare", empty.to_str().unwrap()]);
    let unlisted = format!("|git_ref: '{}'", "12".repeat(20));
    for (url, words) in [
        (server.url("", "page/tools.git"), ["no repository at", "text/html"]),
        (server.url("", "dumb/tools.git"), ["plain files", "install git"]),
        (server.url("", "broken/tools.git"), ["could not reach", "broke"]),
        (server.url("", "altered/tools.git"), ["git failed on", "one: "]),
        (server.url("", "smart/tools.git") + "|git_ref: mian", ["no branch, tag or commit `mian`", "main"]),
        (server.url("", "smart/tools.git") + &unlisted, ["no branch, tag or commit `1212", "main"]),
        (server.url("", "smart/empty.git"), ["is empty", "push a commit"]),
        ("git_url: ./served/empty.git".to_owned(), ["is empty", "push a commit"]),
        ("git_url: ./served".to_owned(), ["no repository at", "served"]),
        ("git_url: ssh://git@127.0.0.1:1/tools.git".to_owned(), ["not installed", "install git"]),
        ("git_url: git@127.0.0.1:tools.git".to_owned(), ["not installed", "install git"]),
    ] {
        place.list(&[("one", &url)]);
        let ran = without_git(&place, None, &["index"]).exits(1).says(&words);
        assert!(!ran.stderr.contains("panicked"), "{ran:?}");
        let work = place.path("data/clones/.work/one");
        assert!(!work.exists() || fs::read_dir(work).unwrap().count() == 0, "{url}");
    }
}
