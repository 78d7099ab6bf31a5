//! Publishes that do not come to their end. The test program runs itself as the process that dies.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use ccr_index::store::local::{Reader, Stage, Writer, verify};
use ccr_index::store::{Error, Generation};

use crate::{answering, assert_tidy, generations, publish, sample, writer};

/// Name of the variable that makes [`other_process`] work, with the data directory as its value.
const DATA_DIR: &str = "CCR_TEST_DATA_DIR";
/// Name of the variable with the stage at which [`other_process`] waits to be killed.
const WAIT_AT: &str = "CCR_TEST_WAIT_AT";

/// What the tests below start: publishes the sample and says how that went. Nothing without its
/// variables.
#[test]
fn other_process() {
    let Some(data_dir) = std::env::var_os(DATA_DIR) else { return };
    let wait_at = std::env::var(WAIT_AT).unwrap_or_default();
    let (documents, inverted) = sample::sample();
    let vectors = sample::vectors(documents.len());
    let publication = sample::with_vectors(sample::publication(&documents, &inverted), Some(&vectors));
    let mut on_stage = |stage: Stage| {
        if format!("{stage:?}") == wait_at {
            writeln!(io::stdout(), "\nreached")?;
            io::stdin().read_to_end(&mut Vec::new())?;
        }
        Ok(())
    };
    let published = writer(Path::new(&data_dir))
        .and_then(|mut writer| writer.publish_observed(&publication, &mut on_stage));
    let word = if published.is_ok() { "published".to_owned() } else { format!("{published:?}") };
    writeln!(io::stdout(), "\noutcome: {word}").unwrap();
}

/// This test program, told to run [`other_process`] alone.
fn other_process_command(program: &mut Command, data_dir: &Path) {
    program
        .args(["--exact", "interruption::other_process", "--nocapture"])
        .env(DATA_DIR, data_dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
}

/// A process that has reached a stage and waits there.
fn waiting_at(stage: Stage, data_dir: &Path) -> Child {
    let mut program = Command::new(std::env::current_exe().unwrap());
    other_process_command(&mut program, data_dir);
    let mut child = program.env(WAIT_AT, format!("{stage:?}")).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "reached"), "{stage:?}");
    child
}

/// Whether the new generation is in service after a stage.
fn in_service_after(stage: Stage) -> bool {
    matches!(stage, Stage::PointerSwitched | Stage::PointerSynced | Stage::OldRemoved)
}

#[test]
fn a_writer_killed_at_any_stage_leaves_a_whole_index() {
    for stage in Stage::ALL {
        let dir = tempfile::tempdir().unwrap();
        publish(dir.path());
        let before = Reader::open(dir.path()).unwrap();

        let mut child = waiting_at(stage, dir.path());
        let expected = if in_service_after(stage) { 2 } else { 1 };
        assert_eq!(answering(dir.path()).unwrap(), expected, "{stage:?}, alive");
        match Writer::open(dir.path()).unwrap_err() {
            Error::Locked { pid, .. } => assert_eq!(pid, Some(child.id()), "{stage:?}"),
            error => panic!("{stage:?}: {error}"),
        }
        child.kill().unwrap();
        child.wait().unwrap();

        assert_eq!(answering(dir.path()).unwrap(), expected, "{stage:?}, killed");
        assert_eq!(before.manifest().generation, 1);
        let next = publish(dir.path());
        assert!(next == 2 || next == 3, "{stage:?}: {next}");
        assert_eq!(answering(dir.path()).unwrap(), next, "{stage:?}");
        assert_tidy(dir.path());
        assert!(verify(dir.path()).unwrap().is_intact(), "{stage:?}");
        assert_eq!(Writer::open(dir.path()).unwrap().rollback().unwrap().to, expected, "{stage:?}");
    }
}

#[test]
fn a_first_publish_that_is_killed_is_no_obstacle() {
    for stage in [Stage::DraftMade, Stage::DraftVerified, Stage::GenerationNamed, Stage::PointerPrepared] {
        let dir = tempfile::tempdir().unwrap();
        let mut child = waiting_at(stage, dir.path());
        child.kill().unwrap();
        child.wait().unwrap();
        let error = Reader::open(dir.path()).unwrap_err();
        assert!(matches!(error, Error::NoIndex { .. } | Error::Damaged { .. }), "{stage:?}: {error}");
        let number = publish(dir.path());
        assert_eq!(answering(dir.path()).unwrap(), number, "{stage:?}");
    }
}

#[test]
fn a_publish_that_fails_at_any_stage_leaves_nothing_behind() {
    let (documents, inverted) = sample::sample();
    let vectors = sample::vectors(documents.len());
    let publication = sample::with_vectors(sample::publication(&documents, &inverted), Some(&vectors));
    for stage in Stage::ALL {
        let dir = tempfile::tempdir().unwrap();
        publish(dir.path());
        let mut writer = writer(dir.path()).unwrap();
        let mut full = |reached| {
            if reached == stage { Err(io::Error::from(io::ErrorKind::StorageFull)) } else { Ok(()) }
        };
        let error = writer.publish_observed(&publication, &mut full).unwrap_err();
        assert!(matches!(error, Error::Io { .. }), "{stage:?}: {error}");
        let expected = if in_service_after(stage) { 2 } else { 1 };
        assert_eq!(answering(dir.path()).unwrap(), expected, "{stage:?}");
        assert_eq!(generations(dir.path()), (1..=expected).collect::<Vec<u64>>(), "{stage:?}");
        assert_tidy(dir.path());

        // The same writer can try again.
        let next = writer.publish(&publication).unwrap().generation;
        assert_eq!((next, answering(dir.path()).unwrap()), (expected + 1, expected + 1), "{stage:?}");
    }
}

/// The disk is full at a file size that the shell sets, in blocks of 512 or 1,024 bytes: the writes
/// fail in the lock, in the middle of the database, when SQLite empties its cache, or not at all.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_leaves_the_index_in_service() {
    let mut failures = 0;
    for blocks in [0, 1, 8, 16, 40, 100, 100_000] {
        let dir = tempfile::tempdir().unwrap();
        publish(dir.path());
        let mut program = Command::new("sh");
        program
            .args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")])
            .arg(std::env::current_exe().unwrap());
        other_process_command(&mut program, dir.path());
        let output = program.spawn().unwrap().wait_with_output().unwrap();
        let output = String::from_utf8(output.stdout).unwrap();
        let outcome = output.lines().find_map(|line| line.strip_prefix("outcome: ")).unwrap();

        let published = outcome == "published";
        failures += u32::from(!published);
        assert_eq!(answering(dir.path()).unwrap(), if published { 2 } else { 1 }, "{blocks}: {outcome}");
        assert!(published || outcome.starts_with("Err(Io {") || outcome.starts_with("Err(Database {"));
        assert_tidy(dir.path());
        publish(dir.path());
    }
    assert!((5..7).contains(&failures), "{failures}");
}
