//! The process that a fault happens to: an index run that stops at a step until the fault is there.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use ccr_index::embed::Embedder;
use ccr_index::embed::cache::{CacheFile, Cached};
use ccr_index::embed::service::{Api, Credential, Limits, Service, ServiceConfig, SystemClock};
use ccr_index::store::Place as IndexPlace;
use ccr_indexer::config::Sources;
use ccr_indexer::run::{Reporter, RunOptions, SourceOutcome, SourceSummary, Step, run};
use ccr_indexer::source::FetchOptions;
use rustix::process::{Resource, Rlimit, setrlimit};
use serde_json::{Value, json};

use crate::STEPS;
use crate::fault::Fault;
use crate::place::{Place, unprivileged};

/// The number of the fault in [`Fault::ALL`], a space, and that of the step in [`STEPS`].
const CELL: &str = "CCR_TEST_CELL";
/// The address of the embedding service.
const SERVICE: &str = "OPENAI_BASE_URL";

/// How the victim ended.
#[derive(Debug)]
pub(crate) struct Ended {
    signal: Option<i32>,
    /// What it said of its end, where it came to one.
    said: Option<Value>,
}

/// Starts a run, has the fault happen when it reaches the step, and waits for its end.
pub(crate) fn suffer(place: &Place, fault: Fault, step: Step) -> Ended {
    let cell = format!("{} {}", position(&Fault::ALL, &fault), position(&STEPS, &step));
    let mut command = unprivileged(&std::env::current_exe().unwrap());
    command.args(["--exact", "victim", "--nocapture", "--test-threads=1"]);
    place.within(&mut command).env(CELL, cell);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line == "reached"), "{}", rest(&mut child));
    fault.happen(place, step);
    if fault == Fault::Kill {
        child.kill().unwrap();
    } else {
        child.stdin.take().unwrap().write_all(b"\n").unwrap();
    }
    let said = lines.find_map(|line| Some(serde_json::from_str(line.strip_prefix("ended: ")?).unwrap()));
    let errors = if said.is_none() && fault != Fault::Kill { rest(&mut child) } else { String::new() };
    let status = child.wait().unwrap();
    assert!(said.is_some() || fault == Fault::Kill, "{fault:?} at {step:?}: {status:?}\n{errors}");
    Ended { signal: status.signal(), said }
}

impl Ended {
    /// For the table: the exit code, what became of the sources, and what answers.
    pub(crate) fn told(&self, is_new: bool, is_changed: bool) -> String {
        let Some(said) = &self.said else {
            return format!("killed (signal {}); the old index answers", self.signal.unwrap_or_default());
        };
        let sources = said["sources"].as_object().unwrap();
        let lost: Vec<String> = sources
            .iter()
            .filter(|(_, outcome)| *outcome != "fresh" && *outcome != "unchanged")
            .map(|(slug, outcome)| format!("{slug} {}", outcome.as_str().unwrap()))
            .collect();
        let lost = if lost.is_empty() { String::new() } else { format!(", {}", lost.join(", ")) };
        let answers = match (is_new, is_changed) {
            (true, _) => "the new index",
            (false, true) => "new where it could be read",
            (false, false) => "the old index",
        };
        format!("exit {}{lost}; {answers}", said["code"])
    }
}

fn rest(child: &mut Child) -> String {
    let mut errors = String::new();
    let _ = child.stderr.take().map(|mut pipe| io::Read::read_to_string(&mut pipe, &mut errors));
    errors
}

fn position<T: PartialEq>(all: &[T], one: &T) -> usize {
    all.iter().position(|other| other == one).unwrap()
}

/// Runs where it was asked to, and prints how that ended.
pub(crate) fn run_if_asked() {
    let Ok(cell) = std::env::var(CELL) else { return };
    let (fault, step) = cell.split_once(' ').unwrap();
    let (fault, step) = (Fault::ALL[fault.parse::<usize>().unwrap()], STEPS[step.parse::<usize>().unwrap()]);
    let trap = Trap {
        fault,
        step,
        has_happened: Mutex::new(false),
        happens: Condvar::new(),
        is_set: AtomicBool::new(true),
    };
    let sources = Sources::parse(&std::fs::read_to_string("sources.yaml").unwrap()).unwrap();
    let ended = match run(&sources, &options(), &trap) {
        Ok(summary) => {
            let outcomes =
                summary.sources.iter().map(|source| (source.slug.clone(), word(&source.outcome).into()));
            let sources: serde_json::Map<String, Value> = outcomes.collect();
            json!({ "code": u8::from(summary.sources.iter().any(SourceSummary::is_lost)), "sources": sources })
        }
        Err(error) => {
            let causes = ccr_index::causes(&error);
            json!({ "code": 2, "sources": {}, "error": causes })
        }
    };
    let mut out = io::stdout();
    writeln!(out, "\nended: {ended}").unwrap();
}

fn word(outcome: &SourceOutcome) -> &'static str {
    match outcome {
        SourceOutcome::Fresh => "fresh",
        SourceOutcome::Unchanged => "unchanged",
        SourceOutcome::Kept => "kept",
        SourceOutcome::Stale { .. } => "stale",
        SourceOutcome::Failed { .. } => "failed",
    }
}

fn options() -> RunOptions {
    let data_dir = Path::new("data");
    RunOptions {
        place: IndexPlace::Local(data_dir.to_owned()),
        data_dir: data_dir.to_owned(),
        base_dir: Path::new("").to_owned(),
        only: Vec::new(),
        shard: None,
        force: false,
        accept_shrink: Vec::new(),
        dry_run: false,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        now: 1_700_000_000,
        fetch: FetchOptions::default(),
        embedder: Some(embedder(data_dir)),
    }
}

fn embedder(data_dir: &Path) -> Arc<dyn Embedder> {
    let api = Api::OpenAi { base_url: std::env::var(SERVICE).unwrap() };
    let mut config = ServiceConfig::new(api, Credential::None, "test");
    // Nobody waits for a service that is cut off.
    config.limits = Limits { retries: 0, ..Limits::default() };
    let file = Arc::new(CacheFile::open(data_dir, 0).unwrap());
    let service = Service::connect(config, file.clone(), Arc::new(SystemClock::new())).unwrap();
    Arc::new(Cached::new(Box::new(service), file))
}

/// Stops the run at the step until the fault is there.
struct Trap {
    fault: Fault,
    step: Step,
    has_happened: Mutex<bool>,
    happens: Condvar,
    is_set: AtomicBool,
}

impl Trap {
    /// The source that it happens to: the one whose step needs what is lost.
    fn source(&self) -> &'static str {
        match (self.step, self.fault) {
            (Step::Embed | Step::Write | Step::Publish, _) => "",
            (Step::Fetch, _) | (_, Fault::MissingObject | Fault::CutConnection) => "git",
            _ => "folder",
        }
    }
}

impl Reporter for Trap {
    fn source_started(&self, _slug: &str) {}
    fn waiting(&self, _what: &str) {}
    fn source_finished(&self, _source: &SourceSummary) {}
    fn stage(&self, _doing: &str) {}
    fn embedded(&self, _done: usize, _all: usize) {}

    fn step(&self, step: Step, slug: &str) -> io::Result<()> {
        let source = self.source();
        if slug != source {
            // The other source comes later, so that each run meets the fault in the same state.
            let mut has_happened = self.has_happened.lock().unwrap();
            while !source.is_empty() && !*has_happened {
                has_happened = self.happens.wait(has_happened).unwrap();
            }
            return Ok(());
        }
        if step != self.step || !self.is_set.swap(false, Ordering::SeqCst) {
            return Ok(());
        }
        writeln!(io::stdout(), "\nreached")?;
        io::stdin().lock().read_line(&mut String::new())?;
        if self.fault == Fault::NoThread {
            setrlimit(Resource::Nproc, Rlimit { current: Some(0), maximum: Some(0) })?;
        }
        *self.has_happened.lock().unwrap() = true;
        self.happens.notify_all();
        self.fault.injected().map_or(Ok(()), Err)
    }
}
