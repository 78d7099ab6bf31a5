use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::config::Sources;
use crate::source::{Entry, FetchOptions, Fetched, Limits, Outcome, Snapshot, SourceError, fetch};

/// A repository to fetch from, and a data folder to fetch into.
pub(super) struct Repository {
    temp: TempDir,
}

pub(super) fn options() -> FetchOptions {
    FetchOptions {
        limits: Limits { file_bytes: 100_000, files: 1000 },
        idle_timeout: Duration::from_secs(20),
        total_timeout: Duration::from_secs(60),
        ..FetchOptions::default()
    }
}

impl Repository {
    /// One with a file `name` in one commit on `main`.
    pub(super) fn new() -> Repository {
        let repository = Repository::empty();
        repository.commit("name", "first");
        repository
    }

    pub(super) fn empty() -> Repository {
        let repository = Repository { temp: TempDir::new().unwrap() };
        fs::create_dir(repository.path()).unwrap();
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    pub(super) fn path(&self) -> PathBuf {
        self.temp.path().join("upstream")
    }

    pub(super) fn base(&self) -> &Path {
        self.temp.path()
    }

    pub(super) fn data(&self) -> PathBuf {
        self.temp.path().join("data")
    }

    pub(super) fn clone_path(&self) -> PathBuf {
        self.data().join("clones/tools.git")
    }

    pub(super) fn url(&self) -> String {
        format!("file://{}", self.path().display())
    }

    /// Runs git in the repository and gives what it answers.
    pub(super) fn git(&self, arguments: &[&str]) -> String {
        self.git_with_input(arguments, b"")
    }

    pub(super) fn git_with_input(&self, arguments: &[&str], input: &[u8]) -> String {
        let mut child = Command::new("git")
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgSign=false"])
            .args(["-c", "protocol.file.allow=always", "-c", "tag.gpgSign=false"])
            .args(arguments)
            .current_dir(self.path())
            // The tests may run in a hook of git.
            .env_remove("GIT_DIR")
            .env_remove("GIT_INDEX_FILE")
            .env_remove("GIT_WORK_TREE")
            .env_remove("GIT_OBJECT_DIRECTORY")
            .env("GIT_AUTHOR_DATE", "2024-01-01T00:00:00Z")
            .env("GIT_COMMITTER_DATE", "2024-01-01T00:00:00Z")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "git {arguments:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Writes a file and commits everything; gives the commit.
    pub(super) fn commit(&self, path: &str, text: &str) -> String {
        let file = self.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", path]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Commits a tree that no work tree could have: `MODE TYPE ID<tab>PATH<nul>` records.
    pub(super) fn commit_tree(&self, records: &[u8]) {
        let tree = self.git_with_input(&["mktree", "-z"], records);
        let commit = self.git(&["commit-tree", &tree, "-m", "made"]);
        self.git(&["update-ref", "refs/heads/main", &commit]);
    }

    pub(super) fn blob(&self, text: &str) -> String {
        self.git_with_input(&["hash-object", "-w", "--stdin"], text.as_bytes())
    }

    pub(super) fn fetch(&self, fields: &str) -> Result<Fetched, SourceError> {
        self.fetch_with(fields, &options())
    }

    /// Fetches with the fields given, or those of the default url.
    pub(super) fn fetch_with(&self, fields: &str, options: &FetchOptions) -> Result<Fetched, SourceError> {
        self.fetch_telling(fields, options, &|_| ())
    }

    /// The same, with what it waits for told to `tell`.
    pub(super) fn fetch_telling(
        &self,
        fields: &str,
        options: &FetchOptions,
        tell: &dyn Fn(&str),
    ) -> Result<Fetched, SourceError> {
        let url =
            if fields.contains("git_url") { String::new() } else { format!("git_url: '{}'", self.url()) };
        let text = format!("codecollections:\n  - slug: tools\n    {url}\n    {fields}\n");
        let sources = Sources::parse(&text).unwrap();
        fetch(&sources.collections[0], self.base(), &self.data(), options, tell)
    }

    /// Fetches, and checks the outcome and the contents of the file `name`.
    pub(super) fn check(&self, fields: &str, outcome: &str, name: &str) -> Snapshot {
        let fetched = self.fetch(fields).unwrap();
        assert_eq!(word(&fetched.outcome), outcome, "{fields}: {:?}", fetched.outcome);
        assert!(read_all(&fetched.snapshot).contains(&format!("name: {name}")), "{fields}");
        fetched.snapshot
    }
}

pub(super) fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Fresh => "fresh",
        Outcome::Unchanged => "unchanged",
        Outcome::Offline => "offline",
        Outcome::Stale { .. } => "stale",
    }
}

/// Lists and reads all: `path: contents` or `path! why not`.
pub(super) fn read_all(snapshot: &Snapshot) -> Vec<String> {
    let listing = snapshot.list().unwrap();
    let entries: Vec<&Entry> = listing.entries.iter().collect();
    let read = |(entry, contents): (&Entry, Result<Vec<u8>, _>)| match contents {
        Ok(bytes) => format!("{}: {}", entry.path, String::from_utf8_lossy(&bytes)),
        Err(error) => format!("{}! {error}", entry.path),
    };
    snapshot.read(&entries).map(read).collect()
}
