//! Files of documentation to pages, by their endings.

use std::collections::HashMap;

use ccr_index::model::Section;

use crate::parse::doc_format::{DocFormat, render};
use crate::parse::page::{PageText, markdown, plain};

/// Text files that say nothing to people.
const NO_DOCUMENTATION: [&str; 4] = ["cmakelists.txt", "requirements", "constraints", "robots.txt"];
/// Characters that underline a title in reStructuredText.
const UNDERLINES: &str = "=-~^\"'`#*+:.<>_";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Markdown,
    Rest,
    Plain,
}

/// Whether a file of this path is documentation.
pub(super) fn is_page(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let is_hidden = path.split('/').any(|part| part.starts_with('.'));
    format(path).is_some() && !is_hidden && !NO_DOCUMENTATION.iter().any(|other| name.starts_with(other))
}

fn format(path: &str) -> Option<Format> {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
        "md" | "markdown" | "mdx" => Some(Format::Markdown),
        "rst" => Some(Format::Rest),
        "txt" => Some(Format::Plain),
        _ => None,
    }
}

/// What a file says.
pub(super) fn read(path: &str, text: &str) -> PageText {
    match format(path) {
        Some(Format::Markdown) => markdown(text),
        Some(Format::Rest) => {
            let sections = rest(text);
            let title = sections.iter().map(|section| &section.heading).find(|heading| !heading.is_empty());
            PageText { title: title.cloned(), sections, ..PageText::default() }
        }
        Some(Format::Plain) | None => plain(text),
    }
}

/// A Markdown text as one section, headings and all; none where it says nothing.
pub(super) fn whole(text: &str) -> Option<Section> {
    let mut whole = Section::default();
    let mut texts: Vec<String> = Vec::new();
    for section in markdown(text).sections {
        texts.extend([section.heading, section.text].into_iter().filter(|text| !text.is_empty()));
        whole.code.extend(section.code);
    }
    whole.text = texts.join("\n\n");
    (!whole.text.is_empty() || !whole.code.is_empty()).then_some(whole)
}

/// Sections with what is above them and the anchors that hosts of repositories give them.
fn placed(sections: impl Iterator<Item = Section>) -> Vec<Section> {
    let mut above: Vec<(u8, String)> = Vec::new();
    let mut seen: HashMap<String, u32> = HashMap::new();
    let place = |mut section: Section| {
        if section.heading.is_empty() {
            return section;
        }
        while above.last().is_some_and(|(level, _)| *level >= section.level) {
            above.pop();
        }
        section.path = above.iter().map(|(_, heading)| heading.clone()).collect();
        above.push((section.level, section.heading.clone()));
        let anchor = anchor(&section.heading);
        let times = seen.entry(anchor.clone()).or_default();
        section.anchor = Some(if *times == 0 { anchor } else { format!("{anchor}-{times}") });
        *times += 1;
        section
    };
    sections.map(place).collect()
}

/// The anchor of a heading on GitHub and most that follow it.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// reStructuredText, cut at its underlined titles; the order in which underlines occur is their level.
fn rest(text: &str) -> Vec<Section> {
    let lines: Vec<&str> = text.lines().collect();
    let mut levels: Vec<(char, bool)> = Vec::new();
    let mut cut: Vec<(u8, String, Vec<&str>)> = vec![(0, String::new(), Vec::new())];
    let mut at = 0;
    while at < lines.len() {
        let Some((style, heading, taken)) = title_at(&lines[at..]) else {
            if let Some((_, _, body)) = cut.last_mut() {
                body.push(lines[at]);
            }
            at += 1;
            continue;
        };
        let level = levels.iter().position(|known| *known == style).unwrap_or_else(|| {
            levels.push(style);
            levels.len() - 1
        });
        cut.push((u8::try_from(level + 1).unwrap_or(6).min(6), heading.to_owned(), Vec::new()));
        at += taken;
    }
    placed(cut.into_iter().filter_map(|(level, heading, body)| {
        let text = render(&body.join("\n"), DocFormat::Rest).text.trim().to_owned();
        let says = !heading.is_empty() || !text.is_empty();
        says.then(|| Section { heading, level, text, ..Section::default() })
    }))
}

/// A title at the beginning of the lines: how it is underlined, its text, and the lines it takes.
fn title_at<'t>(lines: &[&'t str]) -> Option<((char, bool), &'t str, usize)> {
    let rule = |line: &str| {
        let line = line.trim_end();
        let first = line.chars().next().filter(|c| UNDERLINES.contains(*c))?;
        (line.chars().count() >= 2 && line.chars().all(|c| c == first)).then(|| (first, line.chars().count()))
    };
    let is_text = |line: &str| !line.trim().is_empty() && rule(line).is_none();
    let fits = |text: &str, length: usize| length >= text.trim().chars().count();
    if let [over, text, under, ..] = lines
        && let (Some(over), Some(under)) = (rule(over), rule(under))
        && over == under
        && is_text(text)
        && fits(text, under.1)
    {
        return Some(((under.0, true), text.trim(), 3));
    }
    let [text, under, ..] = lines else { return None };
    let (style, length) = rule(under)?;
    (is_text(text) && !text.starts_with(char::is_whitespace) && fits(text, length))
        .then(|| ((style, false), text.trim(), 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_has_the_anchors_of_its_host() {
        let text =
            "Before\n\n# The Guide\nText\n## Set `up`, then run!\n```Bash\nls\n```\n## Set up then run\nB\n";
        let page = read("docs/a.md", text);
        let anchors: Vec<Option<&str>> =
            page.sections.iter().map(|section| section.anchor.as_deref()).collect();
        assert_eq!(anchors, [None, Some("the-guide"), Some("set-up-then-run"), Some("set-up-then-run-1")]);
        assert_eq!(page.sections[3].path, ["The Guide"]);
        assert_eq!(page.title.as_deref(), Some("The Guide"));
        assert_eq!(page.sections[2].code[0].language.as_deref(), Some("bash"));
    }

    #[test]
    fn restructured_text_is_cut_at_its_titles() {
        let text = "=====\nGuide\n=====\n\nSome *text*.\n\nSetup\n-----\n\nDo ``it``.\n\nMore\n~~~~\n\n\
                    Yes.\n\nUsage\n-----\nRun.\n";
        let sections = read("guide.rst", text).sections;
        let told: Vec<(u8, &str, &str)> = sections
            .iter()
            .map(|section| (section.level, section.heading.as_str(), section.text.as_str()))
            .collect();
        assert_eq!(
            told,
            [(1, "Guide", "Some text."), (2, "Setup", "Do it."), (3, "More", "Yes."), (2, "Usage", "Run.")]
        );
        assert_eq!(sections[2].path, ["Guide", "Setup"]);
        assert_eq!(sections[2].anchor.as_deref(), Some("more"));
    }

    #[test]
    fn files_that_are_pages() {
        for path in ["docs/a.md", "a.MDX", "b/c.rst", "notes.txt"] {
            assert!(is_page(path), "{path}");
        }
        for path in ["a.py", "docs/requirements-dev.txt", ".github/a.md", "docs/.a.md", "md"] {
            assert!(!is_page(path), "{path}");
        }
    }

    #[test]
    fn an_answer_is_one_section() {
        let section = whole("Use it:\n\n```robot\nLog    x\n```\n\n1. one\n2. two\n").unwrap_or_default();
        assert_eq!(section.text, "Use it:\n\n1. one\n2. two");
        assert_eq!(section.code[0].language.as_deref(), Some("robot"));
        assert_eq!(whole(" \n"), None);
    }

    /// What comes out stays in proportion to what goes in, and so does the time.
    #[test]
    fn hostile_texts_are_read_in_time() {
        for text in ["=\n", "==\n", "a\n=\n", "a\n==\n", "``", "* ", ".. a::\n"] {
            let text = text.repeat(20_000);
            let size: usize =
                read("a.rst", &text).sections.iter().map(|s| s.text.len() + s.heading.len()).sum();
            assert!(size <= 2 * text.len(), "{}: {size}", &text[..4]);
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "([=\\-~*`:._ \n]|[a-cé1]|::|\n\n|==|--){0,80}") {
            read("a.rst", &text);
        }
    }
}
