//! A fault at each step of an index run, and what the next run makes of it.
//!
//! Each cell of the table in `docs/RELIABILITY.md` is one run of [`victim`] in a process of its own, to which
//! the fault happens when it reaches the step. Afterwards the index must answer as before, and the next
//! run, once the fault is gone and without `--force`, must give what an index from nothing gives.

mod fault;
mod place;
mod server;
mod table;
mod victim;

use std::panic::catch_unwind;
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use ccr_indexer::run::Step;

use fault::Fault;
use place::Place;

/// Set for the process that may mount file systems.
const INSIDE: &str = "CCR_TEST_INSIDE";
/// Cells that are tried at once.
const AT_ONCE: usize = 2;

const STEPS: [Step; 7] =
    [Step::Fetch, Step::List, Step::Read, Step::Parse, Step::Embed, Step::Write, Step::Publish];

/// What the matrix starts as the process to which a fault happens. Nothing without its variables.
#[test]
fn victim() {
    victim::run_if_asked();
}

/// The matrix runs in a mount namespace of its own, so that its small disks end with it.
#[test]
fn every_fault_at_every_step() {
    if std::env::var_os(INSIDE).is_some() {
        return;
    }
    let user: &[&str] = if place::is_root() { &[] } else { &["--user", "--map-root-user"] };
    let output = Command::new("unshare")
        .args(user)
        .arg("--mount")
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "inside", "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .expect("`unshare` of util-linux is needed");
    let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
    assert!(output.status.success(), "{}\n{}", said[0], said[1]);
}

#[test]
fn inside() {
    if std::env::var_os(INSIDE).is_none() {
        return;
    }
    let cells: Vec<(Fault, Step)> =
        Fault::ALL.iter().flat_map(|fault| STEPS.map(|step| (*fault, step))).collect();
    let todo = Mutex::new(cells.iter().enumerate().rev().collect::<Vec<_>>());
    let told = Mutex::new(vec![String::new(); cells.len()]);
    let failed = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((number, (fault, step))) = { todo.lock().unwrap().pop() } {
                    // What failed was printed by the panic; the other cells are worth knowing too.
                    match catch_unwind(|| try_cell(*fault, *step)) {
                        Ok(cell) => told.lock().unwrap()[number] = cell,
                        Err(_) => failed.lock().unwrap().push(format!("{fault:?} at {step:?}")),
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{} cells failed: {failed:?}", failed.len());
    table::check(&told.into_inner().unwrap());
}

/// Lets one fault happen at one step, checks what must hold whatever happens, and tells how it went.
fn try_cell(fault: Fault, step: Step) -> String {
    let name = format!("{fault:?} at {step:?}");
    let place = Place::indexed();
    let before = place.documents();
    place.change_sources();
    let ended = victim::suffer(&place, fault, step);
    let after = place.documents();
    let is_new = after == place.expected();
    assert!(
        is_new || after == before || place.is_mixed(&before, &after),
        "{name}: neither the old nor the new documents\n{ended:?}\n{after:#?}"
    );
    for task in ["alpha valve", "gamma valve"] {
        assert!(place.ccr(&["search", task, "--limit", "1"]).code == Some(0), "{name}: no `{task}`");
    }
    fault.undo(&place);
    let next = place.ccr(&["index", "--quiet"]);
    assert_eq!(next.code, Some(0), "{name}: the next run\n{}{}\n{ended:?}", next.stdout, next.stderr);
    assert_eq!(place.documents(), place.expected(), "{name}: after the next run\n{ended:?}");
    let verified = place.ccr(&["verify"]);
    assert_eq!(verified.code, Some(0), "{name}: {}", verified.stdout);
    place.assert_tidy(&name);
    ended.told(is_new, after != before)
}
