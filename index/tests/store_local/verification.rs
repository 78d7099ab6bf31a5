//! `verify`.

use std::fs;
use std::path::Path;

use ccr_index::store::local::{GenerationState, Report, verify};
use rusqlite::{Connection, OpenFlags};

use crate::{generation, publish, reseal, sample};

fn states(report: &Report) -> Vec<(u64, String)> {
    let word = |state: &GenerationState| match state {
        GenerationState::Intact => "intact".to_owned(),
        GenerationState::OtherFormat { format } => format!("format {format}"),
        GenerationState::Damaged { problems } => problems.join("; "),
    };
    report.generations.iter().map(|report| (report.number, word(&report.state))).collect()
}

/// Changes the database of generation 1 behind the back of everyone and makes the digests fit.
fn tamper(data_dir: &Path, sql: &str) {
    let database = generation(data_dir, 1).join("index.sqlite");
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    connection.execute_batch(sql).unwrap();
    connection.close().unwrap();
    reseal(data_dir, 1, |_| {});
}

#[test]
fn an_intact_index_is_described() {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path());
    publish(dir.path());
    let report = verify(dir.path()).unwrap();
    assert!(report.is_intact());
    assert_eq!(report.in_service, Some(2));
    assert_eq!(states(&report), [(1, "intact".to_owned()), (2, "intact".to_owned())]);
    let first = &report.generations[0];
    assert_eq!(first.documents, Some(sample::sample().0.len() as u64));
    assert_eq!(first.created, Some(1_760_000_000));
    let files = fs::read_dir(generation(dir.path(), 1)).unwrap();
    assert_eq!(first.size, files.map(|file| file.unwrap().metadata().unwrap().len()).sum::<u64>());
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["generations"][0]["state"], "intact");
}

#[test]
fn damage_is_found_in_every_generation_and_in_the_pointer() {
    let dir = tempfile::tempdir().unwrap();
    (0..3).for_each(|_| {
        publish(dir.path());
    });
    fs::write(generation(dir.path(), 1).join("manifest.json"), "{}").unwrap();
    fs::remove_file(generation(dir.path(), 2).join("index.sqlite")).unwrap();
    fs::create_dir(dir.path().join("index/generations/.draft-1")).unwrap();
    let report = verify(dir.path()).unwrap();
    assert!(!report.is_intact());
    let states = states(&report);
    assert!(states[0].1.contains("manifest.json` is damaged (it is cut short)"), "{states:?}");
    assert!(states[1].1.contains("index.sqlite` is damaged (it is missing)"), "{states:?}");
    assert_eq!(states[2].1, "intact");
    assert_eq!(report.drafts, [dir.path().join("index/generations/.draft-1")]);

    let check_pointer = |line: &str, in_service: Option<u64>, words: &str| {
        fs::write(dir.path().join("index/current"), line).unwrap();
        let report = verify(dir.path()).unwrap();
        assert_eq!(report.in_service, in_service);
        assert!(report.problems.len() == 1 && report.problems[0].contains(words), "{:?}", report.problems);
    };
    let digest = "0".repeat(64);
    check_pointer("", None, "it does not name a generation");
    check_pointer(&format!("000009 {digest}\n"), Some(9), "names generation 9, which is missing");
    check_pointer(&format!("000003 {digest}\n"), Some(3), "has another digest");
}

#[test]
fn another_format_is_no_damage_where_it_is_not_in_service() {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path());
    reseal(dir.path(), 1, |manifest| manifest["format"] = 7.into());
    let report = verify(dir.path()).unwrap();
    assert_eq!(states(&report), [(1, "format 7".to_owned())]);
    assert!(!report.is_intact());
    publish(dir.path());
    assert!(verify(dir.path()).unwrap().is_intact());
}

/// Digests say that the bytes are those that were written, not that the right bytes were.
#[test]
fn contents_that_make_no_sense_are_found_behind_right_digests() {
    let check = |sql: &str, words: &str| {
        let dir = tempfile::tempdir().unwrap();
        publish(dir.path());
        tamper(dir.path(), sql);
        let states = states(&verify(dir.path()).unwrap());
        assert!(states[0].1.contains(words), "{sql}: {states:?}");
    };
    check("PRAGMA user_version = 1", "intact");
    check("DELETE FROM document WHERE number = 3", "there is no document 3");
    check("DELETE FROM body WHERE number = 3", "there is no document 3");
    check(
        "INSERT INTO document SELECT 99, 'x', kind, collection, parent, title, summary, platform, platforms,
           tags, access, path, symbol, line, url FROM document WHERE number = 0",
        "not as many of each kind",
    );
    check("UPDATE document SET kind = 'task' WHERE number = 0", "not as many of each kind");
    check("UPDATE document SET kind = 'poem' WHERE number = 0", "unknown kind `poem`");
    check("UPDATE document SET access = 'maybe' WHERE number = 0", "unknown access `maybe`");
    check("UPDATE document SET tags = '[' WHERE number = 0", "a list is not JSON");
    check("UPDATE document SET line = -1 WHERE number = 0", "out of range");
    check("UPDATE body SET bytes = x'ffffffff00' WHERE number = 0", "the texts of `alpha` are unreadable");
}

/// Generations come and go while they are looked at: that is no damage.
#[test]
fn beside_a_writer_there_is_no_false_alarm() {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path());
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 2..=13 {
                assert_eq!(publish(dir.path()), number);
            }
        });
        while !writer.is_finished() {
            let report = verify(dir.path()).unwrap();
            assert!(report.is_intact(), "{report:?}");
        }
    });
    assert_eq!(verify(dir.path()).unwrap().in_service, Some(13));
}
