//! A site on this machine.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What the site answers with.
#[derive(Default)]
struct Contents {
    pages: HashMap<String, String>,
    /// Status of every answer, where the site is down.
    down: Option<u16>,
    /// Paths that were asked for.
    asked: Vec<String>,
}

/// A site whose pages a test may change while it runs. Its thread ends with the process.
pub(crate) struct Site {
    host: String,
    contents: Arc<Mutex<Contents>>,
}

impl Site {
    pub(crate) fn new(pages: &[(&str, &str)]) -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let contents = Arc::new(Mutex::new(Contents::default()));
        let site = Site { host, contents: contents.clone() };
        pages.iter().for_each(|(path, html)| site.put(path, html));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // A client that goes away in the middle is its own affair.
                let _ = answer(stream, &contents);
            }
        });
        site
    }

    /// `127.0.0.1:port`, as `allow_private_hosts` takes it.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }

    /// A page with this title and body.
    pub(crate) fn put(&self, path: &str, html: &str) {
        self.contents.lock().unwrap().pages.insert(path.to_owned(), html.to_owned());
    }

    /// Every answer has this status from now on; none where the site is up again.
    pub(crate) fn set_down(&self, status: Option<u16>) {
        self.contents.lock().unwrap().down = status;
    }

    /// How many requests came since this was asked last.
    pub(crate) fn requests(&self) -> usize {
        std::mem::take(&mut self.contents.lock().unwrap().asked).len()
    }
}

fn answer(mut stream: TcpStream, contents: &Mutex<Contents>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let (status, body) = {
        let mut contents = contents.lock().unwrap();
        contents.asked.push(path.clone());
        match (contents.down, contents.pages.get(&path)) {
            (Some(status), _) => (status, String::new()),
            (None, Some(html)) => (200, html.clone()),
            (None, None) => (404, String::new()),
        }
    };
    write!(
        stream,
        "HTTP/1.1 {status} S\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}
