use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::processes::Process;

/// Settings on the command line, which no configuration file can change.
const SETTINGS: &[&str] = &[
    "protocol.ext.allow=never",
    "protocol.version=2",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "color.ui=false",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "fetch.writeCommitGraph=false",
    "fetch.unpackLimit=1",
    "transfer.bundleURI=false",
    "gc.auto=0",
    "maintenance.auto=false",
    // A server that is silent: git would wait for ever, and longer than we do where it is not ended.
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=60",
];

/// What an environment, such as that of a hook that runs us, must not tell git.
const REMOVED: &[&str] = &[
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
    "GIT_SHALLOW_FILE",
    "GIT_REPLACE_REF_BASE",
    "GIT_TEMPLATE_DIR",
    "GIT_TRACE",
    "GIT_TRACE_CURL",
    "GIT_TRACE_PACKET",
    "GIT_CURL_VERBOSE",
    "LANGUAGE",
];

/// Where `git -c` keeps its settings for the processes that it starts.
const PARAMETERS: &str = "GIT_CONFIG_PARAMETERS";

/// How long what a process wrote may still be on its way after it ended.
const LAST_OUTPUT: Duration = Duration::from_secs(30);
/// How often a process that closed nothing is looked at.
const POLL: Duration = Duration::from_millis(100);
/// The same after it closed its pipes.
const CLOSED_POLL: Duration = Duration::from_millis(1);
/// Most of its error text that is kept.
const MAX_STDERR: usize = 64 * 1024;
/// Most of its answer that is kept: the branches and tags of a very large repository.
const MAX_STDOUT: usize = 256 * 1024 * 1024;

/// How long a command may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadlines {
    /// Without a byte from it.
    pub(super) idle: Duration,
    /// In all.
    pub(super) total: Duration,
}

/// A git command with its options closed.
pub(super) struct Git {
    command: Command,
    is_watched: bool,
}

/// What a command said.
pub(super) struct Output {
    pub(super) success: bool,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: String,
}

/// Why a command gave no output.
#[derive(Debug)]
pub(super) enum RunError {
    /// The program is not there.
    NotInstalled,
    /// It could not be started or waited for.
    Io(std::io::Error),
    /// It was ended; the text says which limit it passed.
    TimedOut(String),
}

impl Git {
    /// `git SUBCOMMAND`, in no repository.
    pub(super) fn new(subcommand: &str) -> Git {
        Git::start(None, subcommand)
    }

    /// `git SUBCOMMAND` in a bare repository.
    pub(super) fn at(git_dir: &Path, subcommand: &str) -> Git {
        Git::start(Some(git_dir), subcommand)
    }

    fn start(git_dir: Option<&Path>, subcommand: &str) -> Git {
        let mut command = Command::new("git");
        for variable in REMOVED {
            command.env_remove(variable);
        }
        for setting in SETTINGS {
            command.arg("-c").arg(setting);
        }
        if let Some(git_dir) = git_dir {
            command.arg("--git-dir").arg(git_dir);
        }
        command
            .arg(subcommand)
            .env("LC_ALL", "C")
            .env("GIT_ALLOW_PROTOCOL", "https:http:ssh:file")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_LFS_SKIP_SMUDGE", "1")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_DEFAULT_REF_FORMAT", "files")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // Nobody is there to answer: helpers that the user chose stay, windows and prompts do not.
        if std::env::var_os("GIT_ASKPASS").is_none() {
            command.env("GIT_ASKPASS", "");
        }
        if std::env::var_os("SSH_ASKPASS_REQUIRE").is_none() {
            command.env("SSH_ASKPASS", "false").env("SSH_ASKPASS_REQUIRE", "force");
        }
        Git { command, is_watched: false }
    }

    /// Settings of this command alone, which stand in no list of processes: git reads them from this
    /// variable, which its own `-c` hands them over in, too.
    pub(super) fn configured(mut self, settings: &[String]) -> Git {
        let quoted = settings.iter().map(|setting| format!("'{}'", setting.replace('\'', "'\\''")));
        let own = quoted.collect::<Vec<_>>().join(" ");
        let mut all = std::env::var_os(PARAMETERS).filter(|others| !others.is_empty()).unwrap_or_default();
        if !all.is_empty() {
            all.push(" ");
        }
        all.push(own);
        self.command.env(PARAMETERS, all);
        self
    }

    /// A variable that this command and what it starts see.
    pub(super) fn env(mut self, variable: &str, value: impl AsRef<OsStr>) -> Git {
        self.command.env(variable, value);
        self
    }

    /// It may wait for others, and must not outlive us.
    pub(super) fn watched(mut self) -> Git {
        self.is_watched = true;
        self
    }

    pub(super) fn arg(mut self, argument: impl AsRef<OsStr>) -> Git {
        self.command.arg(argument);
        self
    }

    pub(super) fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Git {
        self.command.args(arguments);
        self
    }

    /// Relative addresses start at this folder.
    pub(super) fn in_folder(mut self, folder: &Path) -> Git {
        self.command.current_dir(folder);
        self
    }

    /// Runs it to its end, or ends it with all that it started.
    pub(super) fn run(mut self, deadlines: Deadlines) -> Result<Output, RunError> {
        let mut process = Process::start(&mut self.command, self.is_watched).map_err(RunError::from_spawn)?;
        let mut output = Output { success: false, stdout: Vec::new(), stderr: String::new() };
        let ended = listen(&mut process.child)
            .and_then(|chunks| collect(&mut process, &chunks, &mut output, deadlines));
        match ended {
            Ok(status) => {
                output.success = status.success();
                Ok(output)
            }
            Err(error) => {
                process.end();
                Err(error)
            }
        }
    }
}

impl RunError {
    fn from_spawn(error: std::io::Error) -> RunError {
        match error.kind() {
            std::io::ErrorKind::NotFound => RunError::NotInstalled,
            _ => RunError::Io(error),
        }
    }
}

#[derive(Clone, Copy)]
enum Stream {
    Out,
    Err,
}

/// What the process writes, piece by piece.
fn listen(child: &mut Child) -> Result<Receiver<(Stream, Vec<u8>)>, RunError> {
    let (sender, chunks) = mpsc::channel();
    if let Some(pipe) = child.stdout.take() {
        forward(pipe, Stream::Out, sender.clone()).map_err(RunError::Io)?;
    }
    if let Some(pipe) = child.stderr.take() {
        forward(pipe, Stream::Err, sender).map_err(RunError::Io)?;
    }
    Ok(chunks)
}

fn forward(
    mut pipe: impl Read + Send + 'static,
    stream: Stream,
    sender: Sender<(Stream, Vec<u8>)>,
) -> std::io::Result<()> {
    let forwarding = thread::Builder::new().spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            // Nothing to read, or a pipe that broke, is the end; it is passed on as an empty chunk.
            let count = pipe.read(&mut buffer).unwrap_or(0);
            if sender.send((stream, buffer[..count].to_vec())).is_err() || count == 0 {
                return;
            }
        }
    });
    forwarding.map(drop)
}

/// Gathers what a process writes until it ends.
///
/// Its end counts and not that of its pipes: a connection that ssh keeps open for later holds
/// them long after git is done.
fn collect(
    process: &mut Process,
    chunks: &Receiver<(Stream, Vec<u8>)>,
    output: &mut Output,
    deadlines: Deadlines,
) -> Result<ExitStatus, RunError> {
    let start = Instant::now();
    let mut last_sign = start;
    let mut pause = POLL;
    let mut is_open = true;
    loop {
        match chunks.recv_timeout(pause) {
            Ok((stream, chunk)) => {
                last_sign = Instant::now();
                is_open &= !is_end_of_output(stream, &chunk);
                output.keep(stream, &chunk)?;
                if start.elapsed() <= deadlines.total {
                    continue;
                }
            }
            // Both pipes are closed: it ends now.
            Err(RecvTimeoutError::Disconnected) if pause == POLL => pause = CLOSED_POLL,
            Err(RecvTimeoutError::Disconnected) => {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "a child that closed its pipes tells nobody when it ends"
                )]
                thread::sleep(pause);
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Some(status) = process.try_wait().map_err(RunError::Io)? {
            drain(chunks, output, is_open)?;
            return Ok(status);
        }
        if start.elapsed() > deadlines.total {
            return Err(RunError::TimedOut(format!("took more than {:?}", deadlines.total)));
        }
        if last_sign.elapsed() > deadlines.idle {
            return Err(RunError::TimedOut(format!("showed no progress for {:?}", deadlines.idle)));
        }
    }
}

/// Gathers what a process wrote before it ended and what is still on its way.
///
/// Standard output is git's own and closes with it, so its end is waited for. Standard error may be
/// held open by ssh: once nothing comes, nothing will.
fn drain(
    chunks: &Receiver<(Stream, Vec<u8>)>,
    output: &mut Output,
    mut is_open: bool,
) -> Result<(), RunError> {
    loop {
        match chunks.recv_timeout(if is_open { LAST_OUTPUT } else { POLL }) {
            Ok((stream, chunk)) => {
                is_open &= !is_end_of_output(stream, &chunk);
                output.keep(stream, &chunk)?;
            }
            Err(RecvTimeoutError::Timeout) if is_open => {
                return Err(RunError::TimedOut("ended without closing its output".to_owned()));
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

fn is_end_of_output(stream: Stream, chunk: &[u8]) -> bool {
    matches!(stream, Stream::Out) && chunk.is_empty()
}

impl Output {
    fn keep(&mut self, stream: Stream, chunk: &[u8]) -> Result<(), RunError> {
        match stream {
            Stream::Out if self.stdout.len() + chunk.len() > MAX_STDOUT => {
                return Err(RunError::Io(std::io::Error::other("git answered more than is taken")));
            }
            Stream::Out => self.stdout.extend_from_slice(chunk),
            Stream::Err => {
                self.stderr.push_str(&String::from_utf8_lossy(chunk));
                // Progress comes first, the reason of a failure last.
                if self.stderr.len() > MAX_STDERR {
                    let cut = self.stderr.ceil_char_boundary(self.stderr.len() - MAX_STDERR / 2);
                    self.stderr.drain(..cut);
                }
            }
        }
        Ok(())
    }
}
