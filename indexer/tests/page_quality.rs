//! How well pages of documentation are read: saved pages of many generators beside the text that they
//! hold, as `tests/fixtures/pages/README.md` says.
//!
//! Measured are triples of words that follow each other, counted as often as they occur: precision is
//! the share of what was read that belongs to the page, recall the share of the page that was read.

use std::collections::HashMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use ccr_indexer::parse::page::{self, PageText};

/// What the mean of all pages, and what each page has to reach.
const MEAN: f64 = 0.95;
const EACH: f64 = 0.85;

#[test]
fn main_text_headings_and_code() {
    let pages = pages();
    assert!(pages.len() >= 30, "only {} pages", pages.len());
    let mut table =
        format!("{:24}{:>10}{:>8}{:>10}{:>8}\n", "page", "precision", "recall", "headings", "code");
    let mut sums = [0.0; 4];
    let mut wrong = Vec::new();
    for (name, read, expected) in &pages {
        let (precision, recall) = compared(&triples(&words(read)), &triples(&words(expected)));
        let headings = overlap(&lines(read, is_heading), &lines(expected, is_heading));
        let code = overlap(&blocks(read), &blocks(expected));
        let figures = [precision, recall, headings, code];
        _ = writeln!(table, "{name:24}{precision:10.3}{recall:8.3}{headings:10.3}{code:8.3}");
        for (sum, figure) in sums.iter_mut().zip(figures) {
            *sum += figure / pages.len() as f64;
        }
        if figures.iter().any(|figure| *figure < EACH) {
            wrong.push(name.as_str());
        }
        if read.lines().next() != expected.lines().next() {
            wrong.push(name);
        }
    }
    let [precision, recall, headings, code] = sums;
    _ = writeln!(table, "{:24}{precision:10.3}{recall:8.3}{headings:10.3}{code:8.3}", "mean");
    fs::write(written().join("table.txt"), &table).expect("the table is written");
    assert!(wrong.is_empty(), "{wrong:?} below {EACH} or with another title\n{table}");
    assert!(sums.iter().all(|mean| *mean >= MEAN), "\n{table}");
}

/// Name, what was read and what is to be read of each page, as text.
fn pages() -> Vec<(String, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/pages");
    let mut names: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder of pages is there")
        .map(|entry| entry.expect("an entry of it").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "html" || extension == "md"))
        .filter(|path| path.with_extension("txt").exists())
        .collect();
    names.sort();
    names
        .iter()
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let text = fs::read_to_string(path).expect("a page");
            let expected = fs::read_to_string(path.with_extension("txt")).expect("its text");
            let is_html = path.extension().is_some_and(|extension| extension == "html");
            let read = shown(&if is_html { page::html(&text) } else { page::markdown(&text) });
            fs::write(written().join(format!("{name}.txt")), &read).expect("what was read is written");
            (name, read, expected)
        })
        .collect()
}

/// Where what was read is written, to be looked at.
fn written() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// A page in the form of the files with the expected text.
fn shown(page: &PageText) -> String {
    let mut shown = format!("title: {}\n", page.title.as_deref().unwrap_or_default());
    for section in &page.sections {
        if section.level > 0 {
            let anchor = section.anchor.as_ref().map(|anchor| format!(" {{#{anchor}}}")).unwrap_or_default();
            _ = writeln!(shown, "\n{} {}{anchor}", "#".repeat(usize::from(section.level)), section.heading);
        }
        if !section.text.is_empty() {
            _ = writeln!(shown, "\n{}", section.text);
        }
        for code in &section.code {
            _ = writeln!(shown, "\n```{}\n{}\n```", code.language.as_deref().unwrap_or_default(), code.text);
        }
    }
    shown
}

/// The words of the text: letters and digits in lower case; not those of anchors and languages.
fn words(shown: &str) -> Vec<String> {
    shown
        .lines()
        .skip(1)
        .filter(|line| !line.starts_with("```"))
        .map(|line| line.split(" {#").next().unwrap_or_default())
        .flat_map(|line| line.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn triples(words: &[String]) -> Vec<String> {
    words.windows(3).map(|words| words.join(" ")).collect()
}

fn is_heading(line: &str) -> bool {
    line.starts_with('#') && line.contains("# ")
}

/// The lines that are meant, outside of code.
fn lines(shown: &str, is_meant: fn(&str) -> bool) -> Vec<String> {
    let outside = shown.split("\n```").step_by(2);
    outside.flat_map(str::lines).filter(|line| is_meant(line)).map(str::to_owned).collect()
}

/// The blocks of code, each with its language.
fn blocks(shown: &str) -> Vec<String> {
    shown.split("\n```").skip(1).step_by(2).map(str::to_owned).collect()
}

/// The smaller of precision and recall.
fn overlap(read: &[String], expected: &[String]) -> f64 {
    let (precision, recall) = compared(read, expected);
    precision.min(recall)
}

fn compared(read: &[String], expected: &[String]) -> (f64, f64) {
    let mut left: HashMap<&str, usize> = HashMap::new();
    for item in expected {
        *left.entry(item).or_default() += 1;
    }
    let mut both = 0;
    for item in read {
        if let Some(count) = left.get_mut(item.as_str()).filter(|count| **count > 0) {
            *count -= 1;
            both += 1;
        }
    }
    let share = |all: usize| if all == 0 { 1.0 } else { f64::from(both) / all as f64 };
    if read.is_empty() && !expected.is_empty() {
        (0.0, 0.0)
    } else {
        (share(read.len()), share(expected.len()))
    }
}
