use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

/// The repository of this project.
pub(crate) fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// `ccr` with an environment that no user has touched.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ccr"));
    for name in ["CCR_DATA_DIR", "CCR_SOURCES", "CCR_EMBEDDER", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    for name in [
        "LISTEN",
        "TOKENS_FILE",
        "LOG",
        "LOG_FORMAT",
        "TLS_CERTIFICATE",
        "TLS_KEY",
        "CORS_ORIGINS",
        "GITHUB_TOKEN",
        "STORE",
        "DATABASE_URL",
    ] {
        command.env_remove(format!("CCR_{name}"));
    }
    // What names and opens an embedding service.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["AZURE_OPENAI_", "OPENAI_", "EMBEDDING_", "CCR_EMBEDDER"].iter().any(|own| text.starts_with(own))
        {
            command.env_remove(&name);
        }
    }
    command.env_remove("NOTIFY_SOCKET");
    command.stdin(Stdio::null());
    command
}

/// How a run of the program ended and what it said.
#[derive(Debug, Clone)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Ran {
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Fails with all that was said where the exit code is another.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Ran {
        assert_eq!(self.code, Some(code), "\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr);
        self
    }

    /// The one JSON value on standard output.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self:?}"))
    }

    /// Fails where standard error does not hold each of the words.
    #[track_caller]
    pub(crate) fn says(self, words: &[&str]) -> Ran {
        for word in words {
            assert!(self.stderr.contains(word), "no `{word}` in\n{}", self.stderr);
        }
        self
    }
}

/// A folder with sources, collections and an index of its own.
pub(crate) struct Workplace {
    dir: TempDir,
}

impl Workplace {
    pub(crate) fn new() -> Workplace {
        Workplace { dir: TempDir::new().unwrap() }
    }

    /// One with the collection `one`, which has the bundles `alpha` and `beta`, listed and indexed.
    pub(crate) fn indexed() -> Workplace {
        let place = Workplace::new();
        place.bundle("one", "alpha", "Alpha Check", "Look at the alpha valve");
        place.bundle("one", "beta", "Beta Check", "Look at the beta valve");
        place.list(&[("one", "path: one")]);
        place.run(&["index"]).exits(0);
        place
    }

    pub(crate) fn path(&self, inner: &str) -> PathBuf {
        self.dir.path().join(inner)
    }

    pub(crate) fn write(&self, inner: &str, text: impl AsRef<[u8]>) {
        let path = self.path(inner);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes a bundle with one task into the folder of a collection.
    pub(crate) fn bundle(&self, collection: &str, directory: &str, name: &str, task: &str) {
        let text = format!(
            "*** Settings ***\nDocumentation    Says what {name} is about.\n\
             Metadata    Display Name    {name}\nMetadata    Supports    Kubernetes\n\n\
             *** Tasks ***\n{task}\n    [Tags]    access:read-only    valve\n    Log    done\n"
        );
        self.write(&format!("{collection}/codebundles/{directory}/runbook.robot"), text);
    }

    /// Writes `sources.yaml`: slugs with the rest of their entries, fields separated by `|`. The standard
    /// libraries are left out, so that what is counted is of the collections.
    pub(crate) fn list(&self, sources: &[(&str, &str)]) {
        let mut text = "codecollections:\n".to_owned();
        for (slug, fields) in sources {
            let _ = writeln!(text, "  - slug: {slug}\n    name: Collection {slug}");
            for field in fields.split('|') {
                let _ = writeln!(text, "    {}", field.trim());
            }
        }
        text.push_str("index_config: { standard_libraries: false }\n");
        self.write("sources.yaml", text);
    }

    /// A `ccr` that runs in this folder.
    pub(crate) fn ccr(&self, arguments: &[&str]) -> Command {
        let mut command = command();
        command.current_dir(self.dir.path()).args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.ccr(arguments).output().unwrap())
    }

    /// The summary of an index run.
    #[track_caller]
    pub(crate) fn index(&self, code: i32, arguments: &[&str]) -> Value {
        let arguments = [&["index", "--format", "json"], arguments].concat();
        self.run(&arguments).exits(code).json()
    }

    /// Ids of the bundles in the index, sorted.
    #[track_caller]
    pub(crate) fn bundles(&self) -> Vec<String> {
        let ran = self.run(&["list", "codebundles", "--format", "json"]);
        let json = ran.json();
        let ids = json.as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap().to_owned());
        let mut ids: Vec<String> = ids.collect();
        ids.sort();
        ids
    }

    /// Number of the generation in service.
    #[track_caller]
    pub(crate) fn generation(&self) -> u64 {
        self.run(&["status", "--format", "json"]).json()["generation"].as_u64().unwrap()
    }

    /// Makes the folder of a collection a git repository with one commit of all that is in it.
    pub(crate) fn commit(&self, collection: &str) {
        let folder = self.path(collection);
        fs::create_dir_all(&folder).unwrap();
        if !folder.join(".git").exists() {
            git(&folder, &["init", "--quiet", "--initial-branch=main"]);
        }
        git(&folder, &["add", "--all"]);
        git(&folder, &["commit", "--quiet", "--allow-empty", "--message=change"]);
    }
}

/// Runs git as nobody in particular.
pub(crate) fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(arguments);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "T").env(format!("GIT_{who}_EMAIL"), "t@example.com");
    }
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// An index of the example collection and of a hidden one, for tests that only read.
pub(crate) fn examples() -> &'static Workplace {
    static EXAMPLES: OnceLock<Workplace> = OnceLock::new();
    EXAMPLES.get_or_init(|| {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("examples");
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).unwrap();
        // Statics are never dropped: the folder stays until the next run of the tests.
        let dir = tempfile::Builder::new().disable_cleanup(true).tempdir_in(dir).unwrap();
        let place = Workplace { dir };
        let acme = format!("path: {}", project().join("examples/acme-codecollection").display());
        place.bundle("hidden", "under-the-carpet", "Carpet Check", "Look below the carpet");
        place.list(&[("acme", &acme), ("hidden", "path: hidden|visibility: hidden")]);
        place.run(&["index"]).exits(0);
        place
    })
}

/// Runs `ccr` on the index of [`examples`].
pub(crate) fn ccr(arguments: &[&str]) -> Ran {
    examples().run(arguments)
}
