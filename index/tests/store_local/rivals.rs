//! Writers and readers at the same time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use ccr_index::lexical::Inverted;
use ccr_index::model::Kind;
use ccr_index::store::local::{Reader, Writer, in_service};
use ccr_index::store::{Error, Generation};

use crate::sample::{document, publication, sample};
use crate::{answering, generation, generations, publish};

#[test]
fn a_second_writer_is_told_who_writes() {
    let dir = tempfile::tempdir().unwrap();
    let first = Writer::open(dir.path()).unwrap();
    let message = Writer::open(dir.path()).unwrap_err().to_string();
    let (pid, index) = (std::process::id(), dir.path().join("index"));
    assert_eq!(
        message,
        format!("another `ccr index` (pid {pid}) is writing to `{}`: wait until it is done", index.display())
    );
    drop(first);
    Writer::open(dir.path()).unwrap();
}

#[test]
fn of_many_writers_each_has_its_turn() {
    let dir = tempfile::tempdir().unwrap();
    let take_turn = || loop {
        match Writer::open(dir.path()) {
            Ok(mut writer) => {
                return writer.publish(&publication(&[], &Inverted::default())).unwrap().generation;
            }
            Err(Error::Locked { .. }) => thread::yield_now(),
            Err(error) => panic!("{error}"),
        }
    };
    let mut numbers: Vec<u64> = thread::scope(|scope| {
        let writers: Vec<_> = (0..6).map(|_| scope.spawn(take_turn)).collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
    assert_eq!(in_service(dir.path()).unwrap(), 6);
}

/// Every document of a generation carries the same title, so that a mixture would show.
#[test]
fn readers_that_open_during_publishes_see_one_generation_whole() {
    let dir = tempfile::tempdir().unwrap();
    let publish = |writer: &mut Writer, round: u64| {
        let mut documents: Vec<_> =
            (0..50).map(|number| document(&format!("a/{number}"), Kind::CodeBundle, "a")).collect();
        documents.iter_mut().for_each(|document| document.title = round.to_string());
        writer.publish(&publication(&documents, &Inverted::default())).unwrap();
    };
    let mut writer = Writer::open(dir.path()).unwrap();
    publish(&mut writer, 1);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut last = 0;
                while !done.load(Ordering::Relaxed) {
                    let reader = Reader::open(dir.path()).unwrap();
                    let generation = reader.manifest().generation;
                    assert!(generation >= last);
                    last = generation;
                    for head in reader.heads(&(0..50).collect::<Vec<u32>>()).unwrap() {
                        assert_eq!(head.title, generation.to_string());
                    }
                }
            });
        }
        (2..30).for_each(|round| publish(&mut writer, round));
        done.store(true, Ordering::Relaxed);
    });
    assert_eq!(generations(dir.path()), [27, 28, 29]);
}

#[test]
fn a_reader_is_shared_between_threads() {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path());
    let reader = Reader::open(dir.path()).unwrap();
    let numbers: Vec<u32> = (0..reader.document_count()).collect();
    thread::scope(|scope| {
        let readers: Vec<_> = (0..4).map(|_| scope.spawn(|| reader.documents(&numbers).unwrap())).collect();
        readers.into_iter().for_each(|documents| assert_eq!(documents.join().unwrap(), sample().0));
    });
}

#[test]
fn a_reader_outlives_its_generation() {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path());
    let reader = Reader::open(dir.path()).unwrap();
    (0..4).for_each(|_| {
        publish(dir.path());
    });
    assert!(!generation(dir.path(), 1).exists());
    assert_eq!(reader.blob("lengths").unwrap().unwrap().len(), 100_000);
    assert_eq!(reader.documents(&[0, 5]).unwrap().len(), 2);
}

#[test]
fn what_was_in_service_before_stays_for_a_rollback() {
    let dir = tempfile::tempdir().unwrap();
    (0..3).for_each(|_| {
        publish(dir.path());
    });
    let mut writer = Writer::open(dir.path()).unwrap();
    assert_eq!(writer.rollback().unwrap().to, 2);
    assert_eq!(writer.rollback().unwrap().to, 1);
    drop(writer);
    assert_eq!(generations(dir.path()), [1, 2, 3]);
    assert_eq!(publish(dir.path()), 4);
    assert_eq!(generations(dir.path()), [1, 2, 3, 4]);
    assert_eq!(Writer::open(dir.path()).unwrap().rollback().unwrap().to, 1);
    assert_eq!(answering(dir.path()).unwrap(), 1);
}
