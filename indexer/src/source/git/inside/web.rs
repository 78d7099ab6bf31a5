//! A repository behind https or http, by the "smart" protocol of git, versions 0 to 2.

use std::cell::RefCell;
use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use ccr_index::causes;
use reqwest::blocking::{Client, RequestBuilder, Response};
use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION, USER_AGENT};
use reqwest::redirect::Policy;
use url::Url;

use super::advertised::Advertised;
use super::packet::{self, Bands, Packet};
use super::{Refs, receive, write_shallow};
use crate::config::Login;
use crate::source::error::SourceError;
use crate::source::git::command::Deadlines;
use crate::source::git::remote::Remote;

/// Most bytes of one answer.
const MAX_RECEIVED: u64 = 4 << 30;
/// Most redirects.
const MAX_HOPS: usize = 10;
/// What is asked first, after the address of the repository.
const FIRST: &str = "/info/refs?service=git-upload-pack";
/// Some hosts answer nobody who is not called git.
const AGENT: &str = concat!("git/ccr-", env!("CARGO_PKG_VERSION"));

/// A server of one repository.
pub(in crate::source::git) struct Server {
    client: Client,
    base: Url,
    login: Option<Login>,
    public: String,
    deadlines: Deadlines,
    start: Instant,
    advertised: Option<Advertised>,
}

impl Server {
    pub(super) fn new(remote: &Remote) -> Result<Server, SourceError> {
        let public = remote.url.public();
        let base = Url::parse(remote.url.address().trim_end_matches('/'));
        let base = base.map_err(|error| SourceError::NoRepository {
            url: public.clone(),
            reason: format!("the address cannot be read: {error}"),
        })?;
        // The provider of the process, unless there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = Client::builder()
            .user_agent(AGENT)
            .connect_timeout(remote.deadlines.idle)
            // Between two pieces of an answer; the whole of it is watched here.
            .timeout(remote.deadlines.idle)
            // Each step is looked at first: a login is for one host.
            .redirect(Policy::none())
            .referer(false)
            .retry(reqwest::retry::never());
        if base.scheme() == "http" {
            // No certificates are needed, which not every container has.
            client = client.tls_certs_only([]);
        }
        let client = client.build().map_err(|error| SourceError::Unreachable {
            url: public.clone(),
            reason: format!(
                "no connection can be secured ({}): where no certificates are installed, let SSL_CERT_FILE \
                 name a file of them",
                causes(&error)
            ),
        })?;
        Ok(Server {
            client,
            base: base.clone(),
            login: remote.url.login(),
            public,
            deadlines: remote.deadlines,
            start: Instant::now(),
            advertised: None,
        })
    }

    pub(super) fn public(&self) -> &str {
        &self.public
    }

    /// Refs that begin like the patterns; older servers name all that they have.
    pub(super) fn refs(&mut self, patterns: &[String]) -> Result<Refs, SourceError> {
        let said = self.advertised()?;
        if !said.is_second {
            let mut refs = said.symbolic();
            refs.extend(said.refs.iter().cloned());
            return Ok(refs);
        }
        let mut message = begin("ls-refs", said);
        for option in ["peel", "symrefs"] {
            packet::line(&mut message, option);
        }
        for pattern in patterns.iter().filter(|pattern| !pattern.ends_with("^{}")) {
            packet::line(&mut message, &format!("ref-prefix {}", pattern.trim_end_matches('*')));
        }
        message.extend_from_slice(b"0000");
        let failed = RefCell::new(None);
        let mut answer = self.post(message, &failed)?;
        let mut refs = Vec::new();
        loop {
            match packet::read(&mut answer).map_err(|error| self.broken(&error, &failed))? {
                Packet::Line(line) => {
                    add_ref(&mut refs, &packet::text(&line)).map_err(|reason| self.failed(reason))?;
                }
                _ => return Ok(refs),
            }
        }
    }

    /// Fetches objects by their ids into a clone, with or without their history.
    pub(super) fn fetch(&mut self, wants: &[String], is_cut: bool, into: &Path) -> Result<(), SourceError> {
        let said = self.advertised()?;
        let (is_second, hash) = (said.is_second, said.hash());
        let is_cut = is_cut && said.can_cut();
        let message = request(said, wants, is_cut);
        let failed = RefCell::new(None);
        let mut answer = self.post(message, &failed)?;
        let shallow = before_pack(&mut answer, is_second).map_err(|error| self.broken(&error, &failed))?;
        receive::receive(Bands::new(&mut answer), into, hash).map_err(|reason| {
            let error = io::Error::other(reason);
            self.broken(&error, &failed)
        })?;
        write_shallow(into, &shallow)
    }

    /// What the server says first, asked once.
    fn advertised(&mut self) -> Result<&Advertised, SourceError> {
        if self.advertised.is_none() {
            let failed = RefCell::new(None);
            let response = self.first()?;
            let kind = header(&response, CONTENT_TYPE.as_str()).unwrap_or_default();
            let mut answer = self.watch(response, &failed);
            if !kind.starts_with("application/x-git-upload-pack-advertisement") {
                return Err(self.not_git(&kind, &mut answer));
            }
            let said = Advertised::read(&mut answer).map_err(|error| self.broken(&error, &failed))?;
            self.advertised = Some(said);
        }
        self.advertised.as_ref().ok_or_else(|| self.failed("it said nothing".to_owned()))
    }

    /// Sends the first request, and follows where it is sent to.
    fn first(&mut self) -> Result<Response, SourceError> {
        for _ in 0..MAX_HOPS {
            let address = format!("{}{FIRST}", self.base.as_str().trim_end_matches('/'));
            let response = self.send(self.client.get(address))?;
            if !response.status().is_redirection() {
                return self.accepted(response);
            }
            let to = header(&response, LOCATION.as_str()).and_then(|to| response.url().join(&to).ok());
            let base = to
                .as_ref()
                .and_then(|to| to.as_str().strip_suffix(FIRST))
                .and_then(|base| Url::parse(base).ok());
            let Some(base) = base else {
                let to = to.map_or_else(|| "nowhere".to_owned(), |to| format!("`{}`", bare(&to)));
                let reason = format!("it redirects to {to}, as hosts do that want a login");
                return Err(SourceError::AccessDenied { url: self.public.clone(), reason });
            };
            if base.scheme() != "https" && base.scheme() != self.base.scheme() {
                let reason = format!("it redirects to `{}`, which is not encrypted", bare(&base));
                return Err(SourceError::Unreachable { url: self.public.clone(), reason });
            }
            if base.origin() != self.base.origin() {
                self.login = None;
            }
            self.base = base;
        }
        let reason = format!("it redirects more than {MAX_HOPS} times");
        Err(SourceError::Unreachable { url: self.public.clone(), reason })
    }

    fn post<'f>(
        &self,
        message: Vec<u8>,
        failed: &'f RefCell<Option<SourceError>>,
    ) -> Result<Watched<'_, 'f>, SourceError> {
        let address = format!("{}/git-upload-pack", self.base.as_str().trim_end_matches('/'));
        let request = self
            .client
            .post(address)
            .header(CONTENT_TYPE, "application/x-git-upload-pack-request")
            .header(ACCEPT, "application/x-git-upload-pack-result")
            .body(message);
        let response = self.accepted(self.send(request)?)?;
        Ok(self.watch(response, failed))
    }

    fn send(&self, request: RequestBuilder) -> Result<Response, SourceError> {
        let left = self.deadlines.total.saturating_sub(self.start.elapsed());
        let mut request = request
            .header(USER_AGENT, AGENT)
            .header("Git-Protocol", "version=2")
            .timeout(left.min(self.deadlines.idle).max(Duration::from_millis(1)));
        if let Some(login) = &self.login {
            request = request.basic_auth(&login.name, Some(login.password.as_deref().unwrap_or_default()));
        }
        request.send().map_err(|error| match error.is_timeout() {
            true => self.timed_out(),
            false => {
                // The address of the request is that of the source.
                SourceError::Unreachable { url: self.public.clone(), reason: causes(&error.without_url()) }
            }
        })
    }

    fn accepted(&self, response: Response) -> Result<Response, SourceError> {
        let (status, url) = (response.status(), self.public.clone());
        let reason = format!("it answers {status}");
        match status.as_u16() {
            200 => Ok(response),
            401 | 403 => Err(SourceError::AccessDenied { url, reason }),
            404 | 410 => Err(SourceError::NoRepository { url, reason }),
            _ => Err(SourceError::Unreachable { url, reason }),
        }
    }

    /// What answered is no server of git's "smart" protocol.
    fn not_git(&self, kind: &str, answer: &mut impl Read) -> SourceError {
        let mut first = [0; 41];
        let read = answer.read_exact(&mut first);
        let is_ref = read.is_ok() && first[..40].iter().all(u8::is_ascii_hexdigit) && first[40] == b'\t';
        if is_ref {
            return self.failed(
                "it is a server of plain files (\"dumb\" http), which only the git program reads: install git"
                    .to_owned(),
            );
        }
        let kind = if kind.is_empty() { "something" } else { kind };
        SourceError::NoRepository {
            url: self.public.clone(),
            reason: format!("it answers with {kind}, which is not git's"),
        }
    }

    fn watch<'f>(&self, response: Response, failed: &'f RefCell<Option<SourceError>>) -> Watched<'_, 'f> {
        Watched { response, server: self, failed, received: 0 }
    }

    /// The error behind an answer that could not be read: that of the connection, where it has one.
    fn broken(&self, error: &io::Error, failed: &RefCell<Option<SourceError>>) -> SourceError {
        failed.take().unwrap_or_else(|| self.failed(error.to_string()))
    }

    fn failed(&self, reason: String) -> SourceError {
        SourceError::GitFailed { url: self.public.clone(), reason }
    }

    fn timed_out(&self) -> SourceError {
        let Deadlines { idle, total } = self.deadlines;
        let reason = match self.start.elapsed() > total {
            true => format!("took more than {total:?}"),
            false => format!("showed no progress for {idle:?}"),
        };
        SourceError::TimedOut { url: self.public.clone(), reason }
    }
}

/// An answer within bounds of time and size. Why it broke is kept apart: who reads it may not pass it on.
struct Watched<'s, 'f> {
    response: Response,
    server: &'s Server,
    failed: &'f RefCell<Option<SourceError>>,
    received: u64,
}

impl Read for Watched<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let stop = |error: SourceError| {
            let told = io::Error::other(error.to_string());
            *self.failed.borrow_mut() = Some(error);
            Err(told)
        };
        if self.server.start.elapsed() > self.server.deadlines.total {
            return stop(self.server.timed_out());
        }
        match self.response.read(buffer) {
            Ok(count) => {
                self.received += count as u64;
                if self.received > MAX_RECEIVED {
                    return stop(self.server.failed(format!("it sent more than {} MB", MAX_RECEIVED >> 20)));
                }
                Ok(count)
            }
            Err(error) => {
                let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<reqwest::Error>());
                let is_late =
                    error.kind() == io::ErrorKind::TimedOut || cause.is_some_and(reqwest::Error::is_timeout);
                if is_late {
                    return stop(self.server.timed_out());
                }
                let (url, reason) = (self.server.public.clone(), format!("the connection broke: {error}"));
                stop(SourceError::Unreachable { url, reason })
            }
        }
    }
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}

/// An address without what may be secret.
fn bare(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

fn begin(command: &str, said: &Advertised) -> Vec<u8> {
    let mut message = Vec::new();
    packet::line(&mut message, &format!("command={command}"));
    packet::line(&mut message, &format!("agent={AGENT}"));
    if said.abilities.iter().any(|ability| ability.starts_with("object-format=")) {
        packet::line(&mut message, &format!("object-format={}", said.hash()));
    }
    message.extend_from_slice(b"0001");
    message
}

fn request(said: &Advertised, wants: &[String], is_cut: bool) -> Vec<u8> {
    let mut message = Vec::new();
    if said.is_second {
        message = begin("fetch", said);
        packet::line(&mut message, "ofs-delta");
    }
    for (number, want) in wants.iter().enumerate() {
        if said.is_second || number > 0 {
            packet::line(&mut message, &format!("want {want}"));
        } else {
            let mut abilities = String::new();
            for ability in ["side-band-64k", "ofs-delta"].into_iter().filter(|ability| said.can(ability)) {
                abilities.push(' ');
                abilities.push_str(ability);
            }
            if said.hash() == gix_hash::Kind::Sha256 {
                abilities.push_str(" object-format=sha256");
            }
            let shallow = if is_cut { " shallow" } else { "" };
            packet::line(&mut message, &format!("want {want}{abilities}{shallow} agent={AGENT}"));
        }
    }
    if is_cut {
        packet::line(&mut message, "deepen 1");
    }
    if said.is_second {
        packet::line(&mut message, "done");
        message.extend_from_slice(b"0000");
    } else {
        message.extend_from_slice(b"0000");
        packet::line(&mut message, "done");
    }
    message
}

/// Reads what comes before the pack: the commits whose history is cut.
fn before_pack(answer: &mut impl Read, is_second: bool) -> io::Result<Vec<String>> {
    let mut shallow = Vec::new();
    loop {
        let line = match packet::read(answer)? {
            Packet::Line(line) => packet::text(&line),
            Packet::End => return Err(io::ErrorKind::UnexpectedEof.into()),
            Packet::Flush | Packet::Delimiter => continue,
        };
        if let Some(reason) = line.strip_prefix("ERR ") {
            return Err(io::Error::other(format!("the server says: {reason}")));
        }
        if let Some(commit) = line.strip_prefix("shallow ") {
            shallow.push(commit.to_owned());
        }
        if line == if is_second { "packfile" } else { "NAK" } {
            return Ok(shallow);
        }
    }
}

/// Adds what a line of version 2 says: an id, a name, and what the name stands for.
fn add_ref(refs: &mut Refs, line: &str) -> Result<(), String> {
    if let Some(reason) = line.strip_prefix("ERR ") {
        return Err(format!("the server says: {reason}"));
    }
    let mut words = line.split(' ');
    let (Some(id), Some(name)) = (words.next(), words.next()) else {
        return Err("its list of refs cannot be read".to_owned());
    };
    for word in words {
        if let Some(target) = word.strip_prefix("symref-target:") {
            refs.push((format!("ref: {target}"), name.to_owned()));
        } else if let Some(commit) = word.strip_prefix("peeled:") {
            refs.push((commit.to_owned(), format!("{name}^{{}}")));
        }
    }
    refs.push((id.to_owned(), name.to_owned()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::TcpListener;
    use std::thread;

    use super::*;
    use crate::config::GitUrl;

    /// A server that sends these bytes and then nothing more, asked with limits of time.
    fn ask(sent: &'static [u8], idle: u64, total: u64) -> SourceError {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]);
            for byte in sent.chunks(1) {
                if stream.write_all(byte).is_err() {
                    return;
                }
            }
            // Until the other side has enough of it.
            let _ = stream.read(&mut [0; 4096]);
        });
        let remote = Remote {
            url: GitUrl::parse(&format!("http://name:s3cret@127.0.0.1:{port}/tools")).unwrap(),
            base_dir: std::path::PathBuf::new(),
            clones: std::path::PathBuf::new(),
            deadlines: Deadlines { idle: Duration::from_millis(idle), total: Duration::from_millis(total) },
        };
        let start = Instant::now();
        let error = Server::new(&remote).unwrap().refs(&["HEAD".to_owned()]).unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(15));
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
        server.join().unwrap();
        error
    }

    #[test]
    fn servers_that_say_no_more() {
        let begun =
            b"HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n\r\n001e# serv";
        for sent in [b"".as_slice(), b"HTTP/1.1 200 OK\r\n", begun] {
            let error = ask(sent, 300, 10_000);
            assert!(matches!(error, SourceError::TimedOut { .. }), "{error:?}");
            assert!(error.to_string().contains("showed no progress for 300ms"), "{error}");
        }
        let error = ask(b"", 10_000, 200);
        assert!(error.to_string().contains("took more than 200ms"), "{error}");
    }
}
