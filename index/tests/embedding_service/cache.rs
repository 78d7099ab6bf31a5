//! The cache against its enemies: kills, damage, strangers, rivals, and its own growth.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use ccr_index::EmbedderId;
use ccr_index::embed::cache::{CacheFile, Cached};
use ccr_index::embed::service::{Probe, ProbeMemory};
use ccr_index::embed::{EmbedError, Embedder, Embedding, Purpose, Usage};

use crate::model::{DIMENSIONS, unit};
use crate::setting::{DATE, embed, good, texts};

/// Embeds right away and keeps account of what it was asked.
#[derive(Debug)]
struct Plain {
    id: EmbedderId,
    asked: Arc<Mutex<Vec<String>>>,
    /// After so many texts it fails.
    fails_after: usize,
}

impl Plain {
    fn new(model: &str) -> (Box<Plain>, Arc<Mutex<Vec<String>>>) {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let dimensions = u32::try_from(DIMENSIONS).expect("few");
        let id = EmbedderId { provider: "test".to_owned(), model: model.to_owned(), dimensions };
        (Box::new(Plain { id, asked: asked.clone(), fails_after: usize::MAX }), asked)
    }
}

impl Embedder for Plain {
    fn id(&self) -> &EmbedderId {
        &self.id
    }

    fn embed(
        &self,
        texts: &[&str],
        _: Purpose,
        done: &mut dyn FnMut(usize, Embedding),
    ) -> Result<(), EmbedError> {
        for (position, text) in texts.iter().enumerate() {
            if position >= self.fails_after {
                return Err(EmbedError::new("it broke"));
            }
            self.asked.lock().expect("the log").push((*text).to_owned());
            done(
                position,
                match *text {
                    "refuse me" => Embedding::Refused { reason: "no".to_owned() },
                    "nan" => Embedding::Vector { values: vec![f32::NAN; DIMENSIONS], truncated: false },
                    "short" => Embedding::Vector { values: vec![1.0], truncated: false },
                    text => Embedding::Vector { values: unit(text, DIMENSIONS), truncated: text == "long" },
                },
            );
        }
        Ok(())
    }
}

fn open(data_dir: &Path) -> Arc<CacheFile> {
    Arc::new(CacheFile::open(data_dir, DATE).expect("a cache"))
}

fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("cache/embeddings.sqlite")
}

/// Embeds with a new embedder over the cache, and gives how many texts it was asked for.
fn asked(data_dir: &Path, model: &str, texts: &[String]) -> usize {
    let (plain, asked) = Plain::new(model);
    let cached = Cached::new(plain, open(data_dir));
    let (results, ended) = embed(&cached, texts);
    ended.expect("it does not break");
    assert_eq!(good(&results, texts).len(), texts.len());
    asked.lock().expect("the log").len()
}

#[test]
fn each_text_is_embedded_once_by_each_model() {
    let folder = tempfile::tempdir().expect("a folder");
    let texts = texts(600);
    assert_eq!(asked(folder.path(), "a", &texts), 600);
    assert_eq!(asked(folder.path(), "a", &texts), 0);
    assert_eq!(asked(folder.path(), "b", &texts), 600);
    assert_eq!(asked(folder.path(), "a", &texts), 0);
}

#[test]
fn questions_and_passages_are_two_things() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(asked(folder.path(), "a", &texts(3)), 3);
    let (plain, asked) = Plain::new("a");
    let cached = Cached::new(plain, open(folder.path()));
    cached.embed(&["text 1"], Purpose::Query, &mut |_, _| {}).expect("it does not break");
    assert_eq!(*asked.lock().expect("the log"), ["text 1"]);
}

#[test]
fn the_same_text_twice_is_embedded_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (plain, asked) = Plain::new("a");
    let cached = Cached::new(plain, open(folder.path()));
    let texts: Vec<String> = ["x", "y", "x", "x", "long"].map(str::to_owned).to_vec();
    let (results, ended) = embed(&cached, &texts);
    ended.expect("it does not break");
    assert_eq!(good(&results, &texts), [0, 1, 2, 3, 4]);
    assert_eq!(*asked.lock().expect("the log"), ["x", "y", "long"]);
    let expected = Usage { embedded: 3, reused: 2, truncated: 1, ..Usage::default() };
    assert_eq!(cached.usage(), expected);
    // The first time and from the cache, to the last bit.
    assert_eq!(embed(&cached, &texts).0, results);
}

#[test]
fn what_is_no_vector_is_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let texts: Vec<String> = ["refuse me", "nan", "short", "x"].map(str::to_owned).to_vec();
    for asked_again in [4, 3] {
        let (plain, asked) = Plain::new("a");
        let cached = Cached::new(plain, open(folder.path()));
        let (results, ended) = embed(&cached, &texts);
        ended.expect("it does not break");
        assert_eq!(good(&results, &texts), [3]);
        assert_eq!((cached.usage().refused, asked.lock().expect("the log").len()), (3, asked_again));
    }
}

#[test]
fn what_was_embedded_before_an_error_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut plain, _) = Plain::new("a");
    plain.fails_after = 400;
    let cached = Cached::new(plain, open(folder.path()));
    let (results, ended) = embed(&cached, &texts(600));
    let error = ended.expect_err("it breaks").message;
    assert!(error.contains("it broke") && error.contains("is kept"), "{error}");
    assert_eq!(results.len(), 400);
    assert_eq!(asked(folder.path(), "a", &texts(600)), 200);
}

/// Names the folder for [`embeds_until_it_is_killed`].
const FOLDER: &str = "CCR_TEST_CACHE_FOLDER";

/// Not a test: the process that is killed. It says which texts it was given vectors for.
#[test]
#[ignore = "it is started by `a_killed_process_loses_nothing_that_it_had`"]
fn embeds_until_it_is_killed() {
    /// Embeds texts one by one until nobody reads what it says.
    #[derive(Debug)]
    struct Endless(Box<Plain>);
    impl Embedder for Endless {
        fn id(&self) -> &EmbedderId {
            &self.0.id
        }
        fn embed(
            &self,
            texts: &[&str],
            _: Purpose,
            done: &mut dyn FnMut(usize, Embedding),
        ) -> Result<(), EmbedError> {
            for (position, text) in texts.iter().enumerate() {
                done(position, Embedding::Vector { values: unit(text, DIMENSIONS), truncated: false });
            }
            // The end of the input is the end of this process.
            let _ = std::io::stdin().read(&mut [0]);
            Ok(())
        }
    }
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let cached = Cached::new(Box::new(Endless(Plain::new("a").0)), open(Path::new(&folder)));
    let texts = texts(20_000);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let _ = cached.embed(&texts, Purpose::Passage, &mut |position, _| {
        use std::io::Write;
        let _ = writeln!(std::io::stdout(), "\ngiven {position}");
    });
}

#[test]
fn a_killed_process_loses_nothing_that_it_had() {
    for lines in [1, 300, 2000] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "cache::embeds_until_it_is_killed", "--ignored", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let mut output = BufReader::new(child.stdout.take().expect("an output"));
        let mut given = Vec::new();
        let mut line = String::new();
        while given.len() < lines && output.read_line(&mut line).expect("a line") > 0 {
            given.extend(
                line.trim().strip_prefix("given ").map(|number| number.parse::<usize>().expect("a number")),
            );
            line.clear();
        }
        child.kill().expect("a kill");
        child.wait().expect("an end");
        for line in output.lines().map_while(Result::ok) {
            given.extend(line.strip_prefix("given ").and_then(|number| number.parse::<usize>().ok()));
        }
        assert!(given.len() >= lines, "{}", given.len());
        let texts: Vec<String> = given.iter().map(|number| format!("text {number}")).collect();
        assert_eq!(asked(folder.path(), "a", &texts), 0, "{} texts were given", given.len());
    }
}

/// Bytes of a page of the file.
const PAGE: usize = 16_384;

/// What is left of 600 texts after the file was treated like this, and what is said of it.
fn after(damage: impl Fn(&Path)) -> (usize, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(asked(folder.path(), "a", &texts(600)), 600);
    damage(&path(folder.path()));
    let file = open(folder.path());
    let (plain, asked_for) = Plain::new("a");
    let (results, ended) = embed(&Cached::new(plain, file.clone()), &texts(600));
    ended.expect("a damaged cache is no error");
    assert_eq!(good(&results, &texts(600)).len(), 600);
    let asked_for = asked_for.lock().expect("the log").len();
    let warnings = file.take_warnings();
    drop(file);
    // What was found before the damage was noticed may lie where it cannot be saved from.
    asked(folder.path(), "a", &texts(600));
    assert_eq!(asked(folder.path(), "a", &texts(600)), 0, "it is whole again");
    (asked_for, warnings)
}

fn assert_set_aside(damage: impl Fn(&Path)) {
    let (asked, warnings) = after(damage);
    assert_eq!(asked, 600);
    assert!(warnings.iter().any(|warning| warning.contains("embeddings.damaged.sqlite")), "{warnings:?}");
}

#[test]
fn a_file_that_is_not_ours_is_set_aside() {
    assert_set_aside(|path| fs::write(path, "not a database, by no means").expect("a file"));
    assert_set_aside(|path| fs::write(path, vec![0x5a; 100_000]).expect("a file"));
    assert_set_aside(|path| {
        fs::remove_file(path).expect("a file");
        let other = rusqlite::Connection::open_with_flags(
            path,
            rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE | rusqlite::OpenFlags::SQLITE_OPEN_CREATE,
        );
        other.expect("a database").execute_batch("CREATE TABLE vector (x)").expect("a table");
    });
    let alter = |path: &Path, statement: &str| {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE;
        let connection = rusqlite::Connection::open_with_flags(path, flags).expect("a database");
        connection.execute_batch(statement).expect("a statement");
    };
    assert_set_aside(|path| alter(path, "PRAGMA user_version = 2"));
    assert_set_aside(|path| alter(path, "DROP TABLE vector"));
}

#[test]
fn a_file_that_is_cut_off_is_set_aside() {
    assert_set_aside(|path| {
        let file = fs::OpenOptions::new().write(true).open(path).expect("a file");
        file.set_len(file.metadata().expect("a size").len() / 2).expect("a shorter file");
    });
    // Nothing at all is no damage.
    let (asked, warnings) = after(|path| fs::write(path, "").expect("a file"));
    assert_eq!((asked, warnings.len()), (600, 0));
}

#[test]
fn damage_anywhere_gives_no_wrong_vector_and_no_error() {
    let whole = {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(asked(folder.path(), "a", &texts(600)), 600);
        fs::read(path(folder.path())).expect("a file")
    };
    let (noticed, saved) = (AtomicUsize::new(0), AtomicUsize::new(0));
    // Bytes in each page but the first, at its beginning and at another place in each.
    for page in 1..whole.len() / PAGE {
        let (asked, warnings) = after(|path| {
            let mut bytes = fs::read(path).expect("a file");
            bytes[page * PAGE + 3..page * PAGE + 5].fill(0xff);
            bytes[page * PAGE + (page * 1389) % PAGE] ^= 0x55;
            fs::write(path, bytes).expect("a file");
        });
        noticed.fetch_add(usize::from(asked > 0), Ordering::SeqCst);
        saved.fetch_add(usize::from(!warnings.is_empty() && asked < 300), Ordering::SeqCst);
    }
    assert!(noticed.into_inner() > 2);
    assert!(saved.into_inner() > 2, "one bad page does not cost all the others");
}

#[test]
fn a_spoiled_vector_is_made_again() {
    let (asked, warnings) = after(|path| {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE;
        let connection = rusqlite::Connection::open_with_flags(path, flags).expect("a database");
        // As another vector, as one of another length, and as that of another text.
        let spoil = "UPDATE vector SET numbers = zeroblob(16) WHERE rowid = 1;
            UPDATE vector SET numbers = x'00' WHERE rowid = 2;
            UPDATE vector SET numbers = (SELECT numbers FROM vector WHERE rowid = 4),
                sum = (SELECT sum FROM vector WHERE rowid = 4) WHERE rowid = 3;
            UPDATE vector SET truncated = 1 WHERE rowid = 5;";
        connection.execute_batch(spoil).expect("an update");
    });
    assert_eq!(asked, 4);
    assert!(warnings[0].contains("4 vectors") && warnings[0].contains("made again"), "{warnings:?}");
}

#[test]
fn readers_read_and_leave_everything_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let nothing = CacheFile::open_read_only(folder.path());
    assert!(!path(folder.path()).exists() && nothing.recall("key").is_none());
    assert_eq!(asked(folder.path(), "a", &texts(10)), 10);

    let before = fs::read(path(folder.path())).expect("a file");
    // Beside a writer.
    let writer = open(folder.path());
    let reader = Arc::new(CacheFile::open_read_only(folder.path()));
    let (plain, asked_for) = Plain::new("a");
    let cached = Cached::new(plain, reader.clone());
    embed(&cached, &texts(20)).1.expect("it does not break");
    reader.prune(0);
    reader
        .remember("key", &Probe { model: None, dimensions: 1, asked: None, revision: 1, sample: vec![1.0] });
    assert_eq!(asked_for.lock().expect("the log").len(), 10);
    drop((cached, reader, writer));
    assert_eq!(fs::read(path(folder.path())).expect("a file"), before);

    fs::write(path(folder.path()), "rubbish").expect("a file");
    let damaged = CacheFile::open_read_only(folder.path());
    assert!(damaged.recall("key").is_none());
    assert_eq!(damaged.take_warnings().len(), 1);
    assert_eq!(fs::read(path(folder.path())).expect("a file"), b"rubbish");
}

#[test]
fn a_cache_that_cannot_be_made_is_an_error_before_anything_is_paid() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("cache"), "a file where the folder should be").expect("a file");
    let error = CacheFile::open(folder.path(), DATE).expect_err("no cache");
    assert!(error.message.contains("could not open the embedding cache"), "{error}");
}

#[test]
fn what_was_not_used_for_long_goes_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let day = 86_400;
    let use_at = |days: u64, model: &str, texts: &[String]| {
        let (plain, asked) = Plain::new(model);
        let file = Arc::new(CacheFile::open(folder.path(), DATE + days * day).expect("a cache"));
        embed(&Cached::new(plain, file.clone()), texts).1.expect("it does not break");
        (file, asked.lock().expect("the log").len())
    };
    let texts = texts(3000);
    use_at(0, "old", &texts);
    use_at(1, "new", &texts[..2000]);
    let (file, asked) = use_at(2, "new", &texts[..1000]);
    assert_eq!(asked, 0);
    let size = || fs::metadata(path(folder.path())).expect("a file").len();
    let before = size();
    assert_eq!(file.prune(before), Default::default());

    let pruned = file.prune(before / 2);
    assert!(size() <= before / 2 && pruned.bytes == before - size(), "{before} {pruned:?} {}", size());
    assert!((2000..=4000).contains(&pruned.vectors), "{pruned:?}");
    drop(file);
    // What is used today stays, whatever it takes.
    let (file, _) = use_at(3, "new", &texts[..1000]);
    file.prune(0);
    drop(file);
    assert_eq!(use_at(3, "new", &texts[..1000]).1, 0);
    assert_eq!(use_at(3, "new", &texts[1000..1010]).1, 10);
}

#[test]
fn a_model_is_remembered_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let probe = Probe {
        model: Some("m".to_owned()),
        dimensions: 2,
        asked: Some(2),
        revision: 3,
        sample: vec![0.6, 0.8],
    };
    open(folder.path()).remember("key", &probe);
    assert_eq!(open(folder.path()).recall("key"), Some(probe));
    assert_eq!(open(folder.path()).recall("other"), None);
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE;
    let connection = rusqlite::Connection::open_with_flags(path(folder.path()), flags).expect("a database");
    connection.execute("UPDATE probe SET value = replace(value, '0.8', '0.8,1')", []).expect("an update");
    assert_eq!(open(folder.path()).recall("key"), None, "a sample of another length");
}
