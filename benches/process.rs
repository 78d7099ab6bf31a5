//! Whole runs of the program, as ratios of CPU time: a cold index against one where nothing changed,
//! and a search in a new process against a process that does nothing.

mod collections;
mod generated;
mod measure;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use measure::{mean_cpu, milliseconds, quietly, ratio, tell};

const CCR: &str = env!("CARGO_BIN_EXE_ccr");
/// Bundles of the collection that stands in where there are no real ones.
const BUNDLES: u64 = 200;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut collections = collections::collections();
    if collections.is_empty() {
        collections.push(generated_collection(&folder.path().join("generated"))?);
    }
    let sources = folder.path().join("sources.yaml");
    fs::write(&sources, sources_yaml(&collections))?;
    let data = folder.path().join("data");
    runs(&sources, &data)?;
    searches(&data)
}

/// A cold run and one with nothing changed.
fn runs(sources: &Path, data: &Path) -> io::Result<()> {
    let index =
        || quietly(Command::new(CCR).arg("index").arg("--sources").arg(sources).arg("--data-dir").arg(data));
    let cold = mean_cpu(5, || {
        if data.exists() {
            fs::remove_dir_all(data)?;
        }
        index()
    })?;
    let again = mean_cpu(20, index)?;
    tell(format_args!("index, cold             {:8.1} ms of CPU", milliseconds(cold)))?;
    show("index, nothing changed", again, cold, "of a cold one")
}

/// A search in a process of its own, one of them misspelt, against the start of the program.
fn searches(data: &Path) -> io::Result<()> {
    let empty = mean_cpu(200, || quietly(Command::new(CCR).arg("--version")))?;
    tell(format_args!("process that does nothing {:6.1} ms of CPU", milliseconds(empty)))?;
    for question in ["pod restarts", "kuberntes deploymnt"] {
        let search = || quietly(Command::new(CCR).arg("search").arg("--data-dir").arg(data).arg(question));
        let search = mean_cpu(100, search)?;
        show(&format!("search, cold: {question}"), search, empty, "times an empty process")?;
    }
    Ok(())
}

fn show(what: &str, measured: Duration, against: Duration, of: &str) -> io::Result<()> {
    let (time, ratio) = (milliseconds(measured), ratio(measured, against));
    tell(format_args!("{what:<34} {time:8.1} ms of CPU, {ratio:.3} {of}"))
}

fn sources_yaml(collections: &[PathBuf]) -> String {
    let entry = |(number, path): (usize, &PathBuf)| {
        format!("  - name: c{number}\n    slug: c{number}\n    git_url: {}\n", path.display())
    };
    let entries: String = collections.iter().enumerate().map(entry).collect();
    format!("codecollections:\n{entries}")
}

/// A repository of generated bundles, one commit.
fn generated_collection(root: &Path) -> io::Result<PathBuf> {
    for number in 0..BUNDLES {
        let (directory, files) = generated::bundle(number);
        let folder = root.join("codebundles").join(directory);
        fs::create_dir_all(&folder)?;
        for file in files {
            fs::write(folder.join(file.path), file.bytes)?;
        }
    }
    let git = |arguments: &[&str]| quietly(Command::new("git").arg("-C").arg(root).args(arguments));
    git(&["init", "--quiet"])?;
    git(&["add", "--all"])?;
    git(&[
        "-c",
        "user.name=bench",
        "-c",
        "user.email=bench@localhost",
        "commit",
        "--quiet",
        "--message=all",
    ])?;
    Ok(root.to_owned())
}
