//! Plain text pages: paragraphs, list items, and headings underlined as in reStructuredText.

use super::writer::{Gap, Writer};
use super::{PageText, Verdict};

/// Reads a plain text page. Its title is its first line.
pub fn plain(page: &str) -> PageText {
    let page = page.strip_prefix('\u{feff}').unwrap_or(page);
    let lines: Vec<&str> = page.lines().collect();
    let mut writer = Writer::default();
    // Characters that underline headings, the highest level first.
    let mut marks: Vec<char> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at].trim();
        let next = lines.get(at + 1).copied().unwrap_or_default();
        if let Some(mark) = underline(next).filter(|_| is_heading(lines[at], next)) {
            let level = marks.iter().position(|known| *known == mark).unwrap_or_else(|| {
                marks.push(mark);
                marks.len() - 1
            });
            writer.start_heading();
            writer.text(line);
            writer.end_heading(u8::try_from(level + 1).unwrap_or(6).min(6), None);
            at += 2;
            continue;
        }
        if line.is_empty() || underline(line).is_some() {
            writer.ask(Gap::Empty);
        } else {
            writer.ask(if is_item(line) { Gap::Line } else { Gap::Space });
            writer.text(line);
        }
        at += 1;
    }
    let sections = writer.finish();
    let mut titles = lines.iter().map(|line| line.trim());
    let title = titles.find(|line| line.contains(|c: char| c.is_alphanumeric())).map(shortened);
    let verdict = if title.is_none() { Verdict::Empty } else { Verdict::Text };
    PageText { title, sections, verdict, ..PageText::default() }
}

/// The character of a line that is nothing but a line.
fn underline(line: &str) -> Option<char> {
    let line = line.trim_end();
    let mark = line.chars().next().filter(|c| "=-~^\"'`#*+.:_".contains(*c))?;
    (line.len() >= 3 && line.chars().all(|c| c == mark)).then_some(mark)
}

/// Whether a line is underlined: the line below is as long, or nearly so.
fn is_heading(line: &str, below: &str) -> bool {
    let line = line.trim_end();
    let length = line.chars().count();
    underline(line).is_none()
        && line.contains(|c: char| c.is_alphanumeric())
        && !line.starts_with([' ', '\t'])
        && length <= 120
        && below.trim_end().chars().count() + 2 >= length
}

fn is_item(line: &str) -> bool {
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with("- ")
        || line.starts_with("* ")
        || line.starts_with("\u{2022} ")
        || digits.len() < line.len() && (digits.starts_with(". ") || digits.starts_with(") "))
}

fn shortened(line: &str) -> String {
    line[..line.floor_char_boundary(200)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_and_paragraphs() {
        let page = plain(
            "Kettle\n======\n\nWaters greenhouses\nby a plan.\n\n* one\n* two\n  goes on\n\nNotes\n-----\n\n1. first\n\nMore\n====\nend\n",
        );
        assert_eq!(page.title.as_deref(), Some("Kettle"));
        let read: Vec<(u8, &str, &str)> =
            page.sections.iter().map(|section| (section.level, &*section.heading, &*section.text)).collect();
        assert_eq!(
            read,
            [
                (1, "Kettle", "Waters greenhouses by a plan.\n\n* one\n* two goes on"),
                (2, "Notes", "1. first"),
                (1, "More", "end"),
            ]
        );
        assert_eq!(page.sections[1].path, ["Kettle"]);
    }

    #[test]
    fn no_headings() {
        let page = plain("\u{feff}\n\nA first line.\n\nA second one.");
        assert_eq!(page.title.as_deref(), Some("A first line."));
        assert_eq!(page.sections[0].text, "A first line.\n\nA second one.");
        assert_eq!(plain(" \n---\n").verdict, Verdict::Empty);
    }
}
