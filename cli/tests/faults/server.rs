//! A git repository and an embedding service over HTTP on the loopback interface, which cut their
//! connections when told to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

/// Below this path is the repository, and all else is the embedding service.
pub(crate) const GIT: &str = "/git/";
pub(crate) const EMBEDDINGS: &str = "/v1/";
/// Numbers in each vector.
const DIMENSIONS: usize = 16;

/// It ends with its value.
pub(crate) struct Server {
    pub(crate) port: u16,
    cut: Arc<Mutex<Option<&'static str>>>,
    is_over: Arc<AtomicBool>,
}

impl Server {
    /// Serves the repositories below a folder at `/git/` and embeds at `/v1/embeddings`.
    pub(crate) fn start(root: PathBuf) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (cut, is_over) = (Arc::new(Mutex::new(None)), Arc::new(AtomicBool::new(false)));
        let (cutting, over) = (cut.clone(), is_over.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let (root, cutting) = (root.clone(), cutting.clone());
                // A client that leaves in the middle is none of its business.
                thread::spawn(move || serve(stream, &root, &cutting));
            }
        });
        Server { port, cut, is_over }
    }

    /// From now on cuts the answers to requests whose path begins so, and no others.
    pub(crate) fn cut(&self, path: Option<&'static str>) {
        *self.cut.lock().unwrap() = path;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn serve(stream: TcpStream, root: &Path, cut: &Mutex<Option<&str>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut writer = stream;
    loop {
        let request = Request::read(&mut reader)?;
        let (head, body) = if request.path.starts_with(GIT) {
            git(&request, root)?
        } else {
            ("Content-Type: application/json\r\n".to_owned(), embed(&request.body))
        };
        let head = format!("HTTP/1.1 200 OK\r\n{head}Content-Length: {}\r\n\r\n", body.len());
        writer.write_all(head.as_bytes()).ok()?;
        if cut.lock().unwrap().is_some_and(|path| request.path.starts_with(path)) {
            writer.write_all(&body[..body.len() / 2]).ok()?;
            writer.shutdown(Shutdown::Both).ok()?;
            return None;
        }
        writer.write_all(&body).ok()?;
    }
}

struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let mut first = lines.first()?.split(' ');
        let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
        let headers: Vec<(String, String)> = lines[1..]
            .iter()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut request = Request { method, path, headers, body: Vec::new() };
        if let Some(length) = request.header("content-length").and_then(|length| length.parse().ok()) {
            request.body = vec![0; length];
            reader.read_exact(&mut request.body).ok()?;
        }
        Some(request)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What `git http-backend` answers: head lines and the body.
fn git(request: &Request, root: &Path) -> Option<(String, Vec<u8>)> {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let mut child = Command::new("git")
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "safe.directory")
        .env("GIT_CONFIG_VALUE_0", "*")
        .env("PATH_INFO", path.strip_prefix(GIT.trim_end_matches('/'))?)
        .env("QUERY_STRING", query)
        .env("REQUEST_METHOD", &request.method)
        .env("CONTENT_TYPE", request.header("content-type").unwrap_or_default())
        .env("CONTENT_LENGTH", request.body.len().to_string())
        .env("HTTP_CONTENT_ENCODING", request.header("content-encoding").unwrap_or_default())
        .env("GIT_PROTOCOL", request.header("git-protocol").unwrap_or_default())
        .env("REMOTE_ADDR", "127.0.0.1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(&request.body).ok()?;
    let output = child.wait_with_output().ok()?.stdout;
    let end = output.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some((String::from_utf8_lossy(&output[..end + 2]).into_owned(), output[end + 4..].to_vec()))
}

/// Vectors that depend on the words of each text.
fn embed(body: &[u8]) -> Vec<u8> {
    let request: Value = serde_json::from_slice(body).unwrap();
    let texts = request["input"].as_array().unwrap().iter().map(|text| text.as_str().unwrap());
    let data: Vec<Value> = texts
        .enumerate()
        .map(|(index, text)| json!({ "object": "embedding", "index": index, "embedding": vector(text) }))
        .collect();
    json!({ "object": "list", "data": data, "model": "test" }).to_string().into_bytes()
}

fn vector(text: &str) -> Vec<f32> {
    let mut vector = [0.125; DIMENSIONS];
    for word in text.split_whitespace() {
        vector[usize::from(blake3::hash(word.as_bytes()).as_bytes()[0]) % DIMENSIONS] += 1.0;
    }
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    vector.iter().map(|number| number / length).collect()
}
