use ccr_index::store::Error;
use ccr_index::store::local::GenerationState;
use ccr_index::store::postgres::{Writer, in_service, verify};

use crate::postgres_server::{fresh, server};
use crate::{collection, publish};

#[test]
fn what_was_altered_is_found_and_not_gone_back_to() {
    let address = fresh();
    assert!(matches!(verify(&address), Err(Error::NoIndex { .. })));
    publish(&address, &collection("a", "first", 3)).unwrap();
    publish(&address, &collection("a", "second", 3)).unwrap();
    publish(&address, &collection("a", "third", 3)).unwrap();
    let report = verify(&address).unwrap();
    assert!(
        report.is_intact() && report.in_service == Some(3) && report.generations.len() == 3,
        "{report:?}"
    );

    let alter = |sql: &str| server().execute(&sql.replace("{ccr}", address.schema()));
    let damaged = |number: u64| {
        let report = verify(&address).unwrap();
        let generation =
            report.generations.into_iter().find(|generation| generation.number == number).unwrap();
        match generation.state {
            GenerationState::Damaged { problems } => problems.join("; "),
            state => format!("{state:?}"),
        }
    };
    alter("UPDATE {ccr}.document SET title = 'other' WHERE title LIKE 'second number 0%'");
    assert!(damaged(2).contains("does not have its digest"), "{}", damaged(2));
    // The one before the last is damaged: it is passed over.
    let done = Writer::open(&address).unwrap().rollback().unwrap();
    assert_eq!((done.from, done.to, done.skipped), (Some(3), 1, vec![2]));
    assert_eq!(in_service(&address).unwrap(), 1);

    alter("DELETE FROM {ccr}.posting WHERE term = 'third'");
    assert!(damaged(3).contains("does not have the digest in the manifest"), "{}", damaged(3));
    alter("UPDATE {ccr}.generation SET manifest = '{}' WHERE number = 1");
    assert!(damaged(1).contains("manifest does not have its digest"), "{}", damaged(1));
    assert!(!verify(&address).unwrap().is_intact());
}

/// Generations come and go while they are looked at: that is no damage.
#[test]
fn beside_a_writer_there_is_no_false_alarm() {
    let address = fresh();
    publish(&address, &collection("a", "word", 3)).unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 0..12 {
                publish(&address, &collection("a", &format!("word-{number}"), 3)).unwrap();
            }
        });
        while !writer.is_finished() {
            let report = verify(&address).unwrap();
            assert!(report.is_intact(), "{report:?}");
        }
    });
    assert_eq!(verify(&address).unwrap().in_service, Some(13));
}
