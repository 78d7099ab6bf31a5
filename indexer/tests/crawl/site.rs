//! A web site on loopback that says what it is told to, and remembers what it was asked.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: HashMap<String, String>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

type Answer = dyn Fn(&Request, &mut TcpStream) + Send + Sync;

/// What is answered to a path.
#[derive(Clone)]
pub(crate) struct Reply(Arc<Answer>);

/// Any answer, by writing it.
pub(crate) fn raw(answer: impl Fn(&Request, &mut TcpStream) + Send + Sync + 'static) -> Reply {
    Reply(Arc::new(answer))
}

/// A whole answer.
pub(crate) fn reply(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Reply {
    let body = body.as_ref().to_vec();
    let mut head =
        format!("HTTP/1.1 {status} Said\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += "\r\n";
    raw(move |_, stream| {
        let _ = stream.write_all(head.as_bytes());
        let _ = stream.write_all(&body);
    })
}

pub(crate) fn html(body: impl AsRef<str>) -> Reply {
    reply(200, &[("Content-Type", "text/html; charset=utf-8")], body.as_ref())
}

pub(crate) fn plain(body: &str) -> Reply {
    reply(200, &[("Content-Type", "text/plain")], body)
}

pub(crate) fn redirect(to: &str) -> Reply {
    reply(302, &[("Location", to)], "")
}

/// The first answer once, then the second, and so on; the last for ever.
pub(crate) fn in_turn(replies: Vec<Reply>) -> Reply {
    let turn = AtomicUsize::new(0);
    raw(move |request, stream| {
        let at = turn.fetch_add(1, Ordering::SeqCst).min(replies.len() - 1);
        (replies[at].0)(request, stream);
    })
}

/// A page with a title, a text of its own and links.
pub(crate) fn page(title: &str, links: &[&str]) -> String {
    let links: String =
        links.iter().map(|link| format!("<li><a href=\"{link}\">to {link}</a></li>")).collect();
    format!(
        "<!DOCTYPE html><html><head><title>{title}</title></head><body><main><h1>{title}</h1>\
         <p>{}</p><ul>{links}</ul></main></body></html>",
        text(title)
    )
}

/// The text that a page of this title has.
pub(crate) fn text(title: &str) -> String {
    format!(
        "This page explains what {title} is, how it is set up on a cluster, and which tasks of a bundle use it."
    )
}

#[derive(Default)]
struct State {
    replies: Mutex<HashMap<String, Reply>>,
    requests: Mutex<Vec<Request>>,
    /// Requests that wait for their answer, and the most that did at once.
    open: AtomicUsize,
    most_open: AtomicUsize,
    /// Where pages wait for each other before they are answered.
    meeting: Mutex<Option<Arc<Barrier>>>,
}

/// A site. It ends with the test program.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) port: u16,
    state: Arc<State>,
}

impl Site {
    /// A site without `robots.txt`, sitemaps and pages.
    pub(crate) fn new() -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State::default());
        let site = Site { port, state: Arc::clone(&state) };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&state);
                thread::spawn(move || state.answer(stream));
            }
        });
        site
    }

    pub(crate) fn with(self, path: &str, reply: Reply) -> Site {
        self.set(path, reply);
        self
    }

    pub(crate) fn set(&self, path: &str, reply: Reply) {
        self.state.replies.lock().unwrap().insert(path.to_owned(), reply);
    }

    /// Answers every path that has no answer of its own; what it is asked is in the request.
    pub(crate) fn otherwise(self, reply: Reply) -> Site {
        self.set("*", reply);
        self
    }

    pub(crate) fn url(&self, path: &str) -> String {
        self.at("127.0.0.1", path)
    }

    pub(crate) fn at(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.port)
    }

    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// What was asked since the last call.
    pub(crate) fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut *self.state.requests.lock().unwrap())
    }

    /// The paths that were asked for since the last call, in order of their names.
    pub(crate) fn asked(&self) -> Vec<String> {
        let mut paths: Vec<String> = self.requests().into_iter().map(|request| request.path).collect();
        paths.sort();
        paths
    }

    /// From now on pages are answered only so many at once.
    pub(crate) fn answer_together(&self, pages: usize) {
        *self.state.meeting.lock().unwrap() = Some(Arc::new(Barrier::new(pages)));
    }

    /// The most requests that waited for their answers at once.
    pub(crate) fn most_at_once(&self) -> usize {
        self.state.most_open.load(Ordering::SeqCst)
    }
}

impl State {
    fn answer(&self, mut stream: TcpStream) {
        let Some(request) = read(&stream) else { return };
        self.requests.lock().unwrap().push(request.clone());
        let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_open.fetch_max(open, Ordering::SeqCst);
        let found = {
            let replies = self.replies.lock().unwrap();
            replies
                .get(&request.path)
                .or_else(|| replies.get("*").filter(|_| !is_of_the_site(&request.path)))
                .cloned()
        };
        let meeting = self.meeting.lock().unwrap().clone();
        if let Some(meeting) = meeting.filter(|_| !is_of_the_site(&request.path)) {
            meeting.wait();
        }
        // Before it is answered: whoever is answered may ask again.
        self.open.fetch_sub(1, Ordering::SeqCst);
        let missing = || reply(404, &[("Content-Type", "text/html")], "<h1>Not found</h1>");
        (found.unwrap_or_else(missing).0)(&request, &mut stream);
        // The client closes first: no answer is lost in a reset.
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
    }
}

fn is_of_the_site(path: &str) -> bool {
    matches!(path, "/robots.txt" | "/sitemap.xml" | "/llms.txt")
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    let path = first.strip_prefix("GET ")?.split(' ').next()?.to_owned();
    let mut headers = HashMap::new();
    for line in lines {
        let line = line.ok()?;
        let Some((name, value)) = line.split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    Some(Request { path, headers })
}
