//! An embedding service on the loopback interface that does as it is told, well or badly.

#![allow(dead_code, reason = "each test file uses its part")]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;

/// A request as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Everything before the body.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Request {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a request is JSON")
    }

    pub(crate) fn texts(&self) -> Vec<String> {
        let json = self.json();
        let input = json["input"].as_array().expect("a request has texts");
        input.iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
    }

    pub(crate) fn field(&self, name: &str) -> Value {
        self.json()[name].clone()
    }

    pub(crate) fn has(&self, text: &str) -> bool {
        self.texts().iter().any(|sent| sent == text)
    }

    /// Whether it only asks who answers.
    pub(crate) fn is_sample(&self) -> bool {
        self.texts()[0].starts_with("Restart the pods of a deployment")
    }
}

/// What is done with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// A status, header lines and a body.
    Full(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// These bytes and the end of the connection.
    Bytes(Vec<u8>),
    /// Nothing, until the client leaves.
    Silence,
    /// The end of the connection.
    End,
    /// A head that promises so many bytes, and bytes until the client has enough.
    Flood { says_length: bool },
    /// A head, and a byte every now and then until the client leaves.
    Drip,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &str) -> Reply {
        Reply::Full(status, vec![("content-type", "application/json".to_owned())], body.as_bytes().to_vec())
    }

    pub(crate) fn with(self, name: &'static str, value: &str) -> Reply {
        let Reply::Full(status, mut headers, body) = self else { panic!("a reply without headers") };
        headers.push((name, value.to_owned()));
        Reply::Full(status, headers, body)
    }
}

type Handler = dyn Fn(&Request) -> Reply + Send + Sync;

/// The service; it ends with its value.
pub(crate) struct Server {
    pub(crate) port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let is_over = Arc::new(AtomicBool::new(false));
        let (log, over, handler) = (requests.clone(), is_over.clone(), Arc::new(handler));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let (log, handler) = (log.clone(), handler.clone());
                std::thread::spawn(move || {
                    if let Ok(stream) = stream {
                        serve(stream, &*handler, &log);
                    }
                });
            }
        });
        Server { port, requests, is_over, thread: Some(thread) }
    }

    /// The address of the service for programs that speak as OpenAI does.
    pub(crate) fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    /// The requests since the last time it was asked.
    pub(crate) fn take_requests(&self) -> Vec<Request> {
        std::mem::take(&mut *self.requests.lock().expect("the log"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn serve(mut stream: TcpStream, handler: &Handler, log: &Mutex<Vec<Request>>) {
    while let Some(request) = read(&mut stream) {
        log.lock().expect("the log").push(request.clone());
        if !answer(&mut stream, handler(&request)) {
            let _ = stream.shutdown(Shutdown::Both);
            return;
        }
    }
}

fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).expect("a head is text");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
    let mut body = vec![0; length.parse().expect("a length is a number")];
    stream.read_exact(&mut body).ok()?;
    Some(Request { head, body })
}

/// Whether the connection stays.
fn answer(stream: &mut TcpStream, reply: Reply) -> bool {
    match reply {
        Reply::Full(status, headers, body) => {
            let mut head = format!("HTTP/1.1 {status} Said\r\ncontent-length: {}\r\n", body.len());
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            head.push_str("\r\n");
            stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).is_ok()
        }
        Reply::Bytes(bytes) => {
            let _ = stream.write_all(&bytes);
            false
        }
        Reply::Silence => {
            let _ = stream.read(&mut [0]);
            false
        }
        Reply::End => false,
        Reply::Flood { says_length } => {
            let framing = if says_length { "content-length: 1073741824" } else { "connection: close" };
            let _ = stream.write_all(format!("HTTP/1.1 200 OK\r\n{framing}\r\n\r\n{{\"data\":[").as_bytes());
            let some = vec![b' '; 1 << 16];
            let _ = (0..1 << 14).try_for_each(|_| stream.write_all(&some));
            false
        }
        Reply::Drip => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n");
            // Ends when the client has left; until then, nothing comes, and the time-out is the beat.
            let _ = stream.set_read_timeout(Some(Duration::from_millis(20)));
            while stream.read(&mut [0]).is_err() {
                if stream.write_all(b" ").is_err() {
                    break;
                }
            }
            false
        }
    }
}
