//! A small disk with sources, an index of them, and a server that they are fetched from.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use ccr_index::store::Generation;
use ccr_index::store::local::Reader;
use tempfile::TempDir;

use crate::server::Server;

/// A user that has no other process: the limit on processes counts those of a user.
const USER: u32 = 61_234;
/// The size of the disk.
const DISK: &str = "size=24m,mode=755";
const COLLECTIONS: [&str; 2] = ["git", "folder"];

/// Documents by their ids.
pub(crate) type Documents = BTreeMap<String, String>;

pub(crate) struct Place {
    disk: TempDir,
    server: Server,
    expected: OnceLock<Documents>,
}

/// How a run of the program ended.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Whether this is the superuser of the machine, and not that of a user namespace.
pub(crate) fn is_root() -> bool {
    let map = fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    let is_whole = map.split_ascii_whitespace().eq(["0", "0", "4294967295"]);
    is_whole && fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// A command without the rights of the superuser.
pub(crate) fn unprivileged(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    if is_root() {
        command.arg(format!("--reuid={USER}")).arg(format!("--regid={USER}")).arg("--clear-groups");
    }
    command.args(["--inh-caps=-all", "--bounding-set=-all", "--"]).arg(program);
    command
}

impl Place {
    /// One with two sources, a repository and a folder, and an index of both.
    pub(crate) fn indexed() -> Place {
        let disk = TempDir::new().unwrap();
        run(Command::new("mount").args(["-t", "tmpfs", "-o", DISK, "tmpfs"]).arg(disk.path()));
        let server = Server::start(disk.path().to_owned());
        let place = Place { disk, server, expected: OnceLock::new() };
        place.bundle("work", "alpha", "alpha valve");
        place.bundle("work", "beta", "beta valve");
        place.commit();
        place.bundle("folder", "gamma", "gamma valve");
        place.bundle("folder", "delta", "delta valve");
        let url = format!("http://127.0.0.1:{}/git/work", place.server.port);
        let sources = format!(
            "codecollections:\n- {{ slug: git, git_url: '{url}' }}\n- {{ slug: folder, path: folder }}\n\
             index_config: {{ standard_libraries: false }}\n"
        );
        fs::write(place.path("sources.yaml"), sources).unwrap();
        place.hand_over();
        let indexed = place.ccr(&["index", "--quiet"]);
        assert_eq!(indexed.code, Some(0), "{}{}", indexed.stdout, indexed.stderr);
        place
    }

    pub(crate) fn path(&self, inner: &str) -> PathBuf {
        self.disk.path().join(inner)
    }

    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    /// Changes a bundle of each source and adds one.
    pub(crate) fn change_sources(&self) {
        self.bundle("work", "alpha", "alpha valve and its seal");
        self.bundle("work", "epsilon", "epsilon valve");
        self.commit();
        self.bundle("folder", "gamma", "gamma valve and its seal");
        self.bundle("folder", "zeta", "zeta valve");
        self.hand_over();
        let indexed = self.ccr(&["index", "--quiet", "--data-dir", "expected"]);
        assert_eq!(indexed.code, Some(0), "{}{}", indexed.stdout, indexed.stderr);
        self.expected.set(documents(&self.path("expected"))).unwrap();
        fs::remove_dir_all(self.path("expected")).unwrap();
    }

    /// What an index from nothing holds after the change.
    pub(crate) fn expected(&self) -> Documents {
        self.expected.get().unwrap().clone()
    }

    /// What the index in service holds.
    pub(crate) fn documents(&self) -> Documents {
        documents(&self.path("data"))
    }

    /// Whether the index holds of each source what it held before or what it should hold now.
    pub(crate) fn is_mixed(&self, before: &Documents, after: &Documents) -> bool {
        COLLECTIONS.iter().all(|slug| {
            let of = |documents: &Documents| -> Documents {
                let own = |id: &str| id == *slug || id.starts_with(&format!("{slug}/"));
                documents
                    .iter()
                    .filter(|(id, _)| own(id))
                    .map(|(id, text)| (id.clone(), text.clone()))
                    .collect()
            };
            of(after) == of(before) || of(after) == of(&self.expected())
        })
    }

    /// Runs `ccr` without rights. Only `index` asks the embedding service.
    pub(crate) fn ccr(&self, arguments: &[&str]) -> Ran {
        let mut command = unprivileged(Path::new(env!("CARGO_BIN_EXE_ccr")));
        command.args(arguments);
        if arguments[0] == "index" {
            command.args(["--embedder", "openai:test"]);
        } else if arguments[0] == "search" {
            command.args(["--embedder", "none"]);
        }
        let output = self.within(&mut command).stdin(Stdio::null()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Has a command run on the disk, with its embedding service and nothing else of the environment.
    pub(crate) fn within<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        let path = std::env::var_os("PATH").unwrap_or_default();
        command
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.disk.path())
            .env("OPENAI_BASE_URL", self.service())
            .current_dir(self.disk.path())
    }

    /// The address of the embedding service.
    pub(crate) fn service(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.server.port)
    }

    /// Fails where anything is left of what did not come to its end.
    #[track_caller]
    pub(crate) fn assert_tidy(&self, cell: &str) {
        let generations = fs::read_dir(self.path("data/index/generations")).unwrap();
        let names = generations.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let drafts: Vec<String> = names.filter(|name| name.starts_with('.')).collect();
        assert!(drafts.is_empty(), "{cell}: {drafts:?}");
        let work = fs::read_dir(self.path("data/clones/.work/git")).map_or(0, Iterator::count);
        assert_eq!(work, 0, "{cell}: clones in the making");
    }

    fn bundle(&self, collection: &str, directory: &str, task: &str) {
        let text = format!(
            "*** Settings ***\nDocumentation    Looks after the {task}.\n\n*** Tasks ***\nLook At The {task}\n    \
             Log    done\n"
        );
        let folder = self.path(&format!("{collection}/codebundles/{directory}"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("runbook.robot"), text).unwrap();
    }

    fn commit(&self) {
        let work = self.path("work");
        let git = |arguments: &[&str]| {
            let mut command = Command::new("git");
            let who = ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "safe.directory=*"];
            command.current_dir(&work).args(who).args(arguments);
            command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
            command.env_remove("GIT_DIR").env_remove("GIT_INDEX_FILE").env_remove("GIT_WORK_TREE");
            run(&mut command);
        };
        if !work.join(".git").exists() {
            git(&["init", "--quiet", "--initial-branch=main"]);
        }
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "--message=change"]);
    }

    /// Gives everything to the user that `ccr` runs as.
    fn hand_over(&self) {
        if is_root() {
            hand_over(self.disk.path());
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Where it is busy it goes with the namespace.
        let _ = Command::new("umount").arg("--lazy").arg(self.disk.path()).status();
    }
}

fn hand_over(path: &Path) {
    chown(path, Some(USER), Some(USER)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            hand_over(&entry.unwrap().path());
        }
    }
}

fn documents(data_dir: &Path) -> Documents {
    let reader = Reader::open(data_dir).unwrap();
    let of = |slug: &&str| reader.collection_documents(slug).unwrap();
    let all = COLLECTIONS.iter().flat_map(of);
    all.map(|document| (document.id.clone(), format!("{document:?}"))).collect()
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
