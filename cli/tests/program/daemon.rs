//! A `ccr serve` that is running, and requests to it.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::Value;

/// No answer of a healthy daemon takes so long, on the busiest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A daemon; it ends with the test.
pub(crate) struct Daemon {
    child: Child,
    log: Receiver<String>,
    listener: Option<JoinHandle<()>>,
    pub(crate) address: SocketAddr,
}

impl Daemon {
    /// Starts `ccr serve`, which the command is to end with its arguments, on a free port.
    #[track_caller]
    pub(crate) fn start(mut command: Command) -> Daemon {
        command.args(["--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, log) = mpsc::channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        // It ends with the daemon's standard error, or when nobody listens.
        let listener = thread::spawn(move || {
            let _ = lines.map_while(Result::ok).try_for_each(|line| sender.send(line));
        });
        let address = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut daemon = Daemon { child, log, listener: Some(listener), address };
        let line = daemon.logs("listening on");
        let address = line.split("://").nth(1).and_then(|rest| rest.split(['"', ' ']).next());
        daemon.address = address.unwrap().parse().unwrap_or_else(|_| panic!("no address in {line}"));
        daemon
    }

    /// The next line of the log that holds the words.
    #[track_caller]
    pub(crate) fn logs(&mut self, words: &str) -> String {
        let mut before = Vec::new();
        loop {
            match self.log.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(words) => return line,
                Ok(line) => before.push(line),
                Err(error) => panic!("no `{words}` ({error}) in\n{}", before.join("\n")),
            }
        }
    }

    /// Closes the other end of its standard error.
    pub(crate) fn stop_listening(&mut self) {
        self.log = mpsc::channel().1;
        // The listener notices with the next line.
        self.get("/health").of(200);
        self.listener.take().into_iter().for_each(|listener| listener.join().unwrap());
    }

    /// Answers to a request without headers.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, &[], "")
    }

    /// The JSON of a good answer.
    #[track_caller]
    pub(crate) fn json(&self, path: &str) -> Value {
        self.get(path).of(200).json()
    }

    /// The answer to a request on a connection of its own.
    #[track_caller]
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut stream = self.connect();
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() {
            request.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        stream.write_all(format!("{request}\r\n{body}").as_bytes()).unwrap();
        Reply::read(&mut BufReader::new(stream), method == "HEAD").unwrap()
    }

    /// A connection to it.
    #[track_caller]
    pub(crate) fn connect(&self) -> TcpStream {
        connect(self.address)
    }

    /// Asks again and again until the answer is as wanted.
    #[track_caller]
    pub(crate) fn wait_for(&self, path: &str, is_wanted: impl Fn(&Reply) -> bool) -> Reply {
        for _ in 0..100_000 {
            let reply = self.get(path);
            if is_wanted(&reply) {
                return reply;
            }
        }
        panic!("never so: {path}");
    }

    /// Sends a signal to it.
    pub(crate) fn signal(&self, name: &str) {
        let kill = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(kill.unwrap().success());
    }

    /// Waits until it has ended; the exit code.
    pub(crate) fn ended(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection, patient but not for ever.
#[track_caller]
pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, PATIENCE).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// Reads one answer and nothing behind it.
    pub(crate) fn read(stream: &mut impl BufRead, without_body: bool) -> io::Result<Reply> {
        let line = |stream: &mut dyn BufRead| -> io::Result<String> {
            let mut line = String::new();
            match stream.read_line(&mut line)? {
                0 => Err(io::ErrorKind::UnexpectedEof.into()),
                _ => Ok(line.trim_end().to_owned()),
            }
        };
        let first = line(stream)?;
        let status: u16 = first.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        let mut headers = HashMap::new();
        loop {
            let header = line(stream)?;
            let Some((name, value)) = header.split_once(':') else { break };
            headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
        let mut body = Vec::new();
        let length = headers.get("content-length").and_then(|length| length.parse::<u64>().ok());
        if without_body || status == 304 {
            return Ok(Reply { status, headers, body });
        }
        if let Some(length) = length {
            stream.take(length).read_to_end(&mut body)?;
        } else if headers.contains_key("transfer-encoding") {
            loop {
                let size = u64::from_str_radix(&line(stream)?, 16).unwrap_or(0);
                stream.take(size).read_to_end(&mut body)?;
                line(stream)?;
                if size == 0 {
                    break;
                }
            }
        }
        Ok(Reply { status, headers, body })
    }

    /// Fails where the status is another.
    #[track_caller]
    pub(crate) fn of(self, status: u16) -> Reply {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no `{name}` in {:?}", self.headers))
    }

    /// A problem of RFC 9457 with this status, whose detail holds the words.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, words: &str) -> Reply {
        let reply = self.of(status);
        assert_eq!(reply.header("content-type"), "application/problem+json");
        let json = reply.json();
        assert_eq!(json["status"], status);
        assert!(json["detail"].as_str().unwrap().contains(words), "{json}");
        reply
    }
}
