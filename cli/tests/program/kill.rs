//! SIGKILL at many points of a run.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};

use crate::workplace::Workplace;

/// Where a run is killed: as soon as there is a thing to be seen of it, or later by so many looks.
#[derive(Debug, Clone, Copy)]
enum When {
    /// After so many looks at the folder of the index.
    Looks(u32),
    /// When the draft of a generation is there and as many bytes long.
    Draft(u64),
    /// When a generation of this number is there.
    Named(u64),
    /// When that generation is in service.
    InService(u64),
}

/// Bytes in the drafts of generations; `None` where there is no draft.
fn draft_size(generations: &Path) -> Option<u64> {
    let entries = fs::read_dir(generations).ok()?.filter_map(Result::ok);
    let mut drafts = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with('.')).peekable();
    drafts.peek()?;
    let files = drafts.filter_map(|draft| fs::read_dir(draft.path()).ok()).flatten().filter_map(Result::ok);
    Some(files.filter_map(|file| file.metadata().ok()).map(|metadata| metadata.len()).sum())
}

/// The greatest number of a generation, in service or not: who dies between naming one and switching
/// to it leaves it behind.
fn newest(generations: &Path) -> u64 {
    let names = fs::read_dir(generations).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter_map(|name| name.to_str()?.parse().ok()).max().unwrap_or(0)
}

/// Looks without a pause until the time has come or the run is over, then kills it.
fn kill(place: &Workplace, child: &mut Child, when: When) {
    let index = place.path("data/index");
    let generations = index.join("generations");
    let mut looks = 0;
    while child.try_wait().unwrap().is_none() {
        let now = match when {
            When::Looks(most) => looks >= most,
            When::Draft(bytes) => draft_size(&generations).is_some_and(|size| size >= bytes),
            When::Named(number) => generations.join(format!("{number:06}")).exists(),
            When::InService(number) => {
                fs::read_to_string(index.join("current")).is_ok_and(|text| text.contains(&number.to_string()))
            }
        };
        if now {
            break;
        }
        looks += 1;
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_killed_run_leaves_the_old_or_the_new() {
    let place = Workplace::new();
    for number in 0..6 {
        place.bundle("one", &format!("check-{number}"), "Valve Check", "Look at the valve");
    }
    place.commit("one");
    place.list(&[("one", "git_url: ./one")]);
    place.index(0, &[]);
    let mut generation = place.generation();
    let looks = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024].map(When::Looks);
    let drafts = [0, 1, 4096, 40_000, 80_000, 120_000].map(When::Draft);
    let points = looks.into_iter().chain(drafts);
    for when in points.chain([When::Named(0), When::InService(0)]) {
        let next = newest(&place.path("data/index/generations")) + 1;
        let when = match when {
            When::Named(_) => When::Named(next),
            When::InService(_) => When::InService(next),
            other => other,
        };
        let mut command = place.ccr(&["index", "--force", "--quiet"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        kill(&place, &mut child, when);
        let now = place.generation();
        assert!(now == generation || now == next, "{when:?}: {now} after {generation}");
        assert_eq!(place.bundles().len(), 6, "{when:?}");
        place.run(&["search", "valve"]).exits(0);
        generation = now;
    }
    // Whoever comes next clears away what the dead have left.
    place.index(0, &["--force"]);
    let generations = place.path("data/index/generations");
    assert_eq!(draft_size(&generations), None);
    place.run(&["verify"]).exits(0);
}

#[test]
fn a_killed_first_run_is_no_index() {
    let place = Workplace::new();
    place.bundle("one", "alpha", "Alpha Check", "Look at the alpha valve");
    place.commit("one");
    place.list(&[("one", "git_url: ./one")]);
    for looks in [0, 4, 64, 256] {
        let _ = fs::remove_dir_all(place.path("data"));
        let mut command = place.ccr(&["index", "--quiet"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        kill(&place, &mut child, When::Looks(looks));
        let ran = place.run(&["status"]);
        assert!(matches!(ran.code, Some(0 | 2)), "{looks}: {ran:?}");
        place.index(0, &[]);
        assert_eq!(place.bundles(), ["one/alpha"], "{looks}");
    }
}
