//! Tags (Robot Framework's `src/robot/model/tags.py`).

use std::collections::{BTreeMap, HashSet};

use super::letters::fold_name;
use super::reader::Reader;

/// Tags without duplicates, sorted by their folded names; the first spelling counts.
pub(super) fn unique<'a>(tags: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let mut by_name: BTreeMap<String, &String> = BTreeMap::new();
    for tag in tags {
        by_name.entry(fold_name(tag)).or_insert(tag);
    }
    by_name
        .into_iter()
        .filter(|(name, _)| !name.is_empty() && name != "none")
        .map(|(_, tag)| tag.clone())
        .collect()
}

/// Tags of a test or keyword: what it has from the file, and its own, of which `-tag` takes away.
pub(super) fn add(inherited: &[String], own: &[String], line: u32, reader: &mut Reader<'_>) -> Vec<String> {
    let own = unique(own);
    let (removed, added): (Vec<String>, Vec<String>) = own.into_iter().partition(|tag| tag.starts_with('-'));
    if removed.is_empty() {
        return unique(inherited.iter().chain(&added));
    }
    let removed = unique(&removed.into_iter().map(|tag| tag[1..].to_owned()).collect::<Vec<_>>());
    let patterns = Patterns::new(&removed);
    let work = inherited.iter().map(|tag| tag.len() + 1).sum::<usize>().saturating_mul(patterns.glob_size);
    if !reader.may_copy(work, line) {
        return unique(inherited.iter().chain(&added));
    }
    unique(inherited.iter().filter(|tag| !patterns.matches(tag)).chain(&added))
}

/// Patterns of tags to remove.
struct Patterns {
    /// Folded tags without wildcards and operators: nearly all.
    names: HashSet<String>,
    globs: Vec<Pattern>,
    /// Bytes of the globs, all together.
    glob_size: usize,
}

impl Patterns {
    fn new(patterns: &[String]) -> Self {
        let mut all = Patterns { names: HashSet::new(), globs: Vec::new(), glob_size: 0 };
        for text in patterns {
            match Pattern::parse(text) {
                Pattern::Glob(glob) if !glob.contains(['*', '?', '[']) => {
                    all.names.insert(glob);
                }
                pattern => {
                    all.globs.push(pattern);
                    all.glob_size += text.len();
                }
            }
        }
        all
    }

    fn matches(&self, tag: &str) -> bool {
        let tag = fold_name(tag);
        self.names.contains(&tag) || self.globs.iter().any(|pattern| pattern.matches(&tag))
    }
}

/// `a`, `a*`, `x AND y`, `x OR y`, `x NOT y`; operators need no spaces around them.
enum Pattern {
    Glob(String),
    And(Vec<Pattern>),
    Or(Vec<Pattern>),
    Not(Vec<Pattern>),
}

impl Pattern {
    fn parse(text: &str) -> Pattern {
        let split = |operator| text.split(operator).map(Pattern::parse).collect();
        if text.contains("NOT") {
            Pattern::Not(split("NOT"))
        } else if text.contains("OR") {
            Pattern::Or(split("OR"))
        } else if text.contains("AND") || text.contains('&') {
            Pattern::And(text.replace('&', "AND").split("AND").map(Pattern::parse).collect())
        } else {
            Pattern::Glob(fold_name(text))
        }
    }

    fn matches(&self, tag: &str) -> bool {
        match self {
            Pattern::Glob(glob) => glob_matches(glob, tag),
            Pattern::And(parts) => parts.iter().all(|part| part.matches(tag)),
            Pattern::Or(parts) => parts.iter().any(|part| part.matches(tag)),
            Pattern::Not(parts) => parts.split_first().is_some_and(|(first, rest)| {
                let empty = matches!(first, Pattern::Glob(glob) if glob.is_empty());
                (empty || first.matches(tag)) && !rest.iter().any(|part| part.matches(tag))
            }),
        }
    }
}

/// Python's `fnmatch`: `*`, `?`, `[abc]`, `[!a-z]`.
fn glob_matches(glob: &str, text: &str) -> bool {
    let glob: Vec<char> = glob.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut g, mut t) = (0, 0);
    // After the last `*`, and how much of the text it stands for.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if glob.get(g) == Some(&'*') {
            star = Some((g + 1, t));
            g += 1;
        } else if let Some(next) = one_matches(&glob, g, text[t]) {
            (g, t) = (next, t + 1);
        } else if let Some((after, from)) = star {
            star = Some((after, from + 1));
            (g, t) = (after, from + 1);
        } else {
            return false;
        }
    }
    glob[g..].iter().all(|c| *c == '*')
}

/// The place behind one unit of a glob, when the unit matches a character.
fn one_matches(glob: &[char], at: usize, c: char) -> Option<usize> {
    match glob.get(at)? {
        '?' => Some(at + 1),
        '[' => match class_end(glob, at) {
            Some(end) => class_matches(&glob[at + 1..end], c).then_some(end + 1),
            None => (c == '[').then_some(at + 1),
        },
        other => (*other == c).then_some(at + 1),
    }
}

/// The `]` of a class; one that stands first belongs to the class.
fn class_end(glob: &[char], open: usize) -> Option<usize> {
    let mut from = open + 1;
    from += usize::from(glob.get(from) == Some(&'!'));
    from += usize::from(glob.get(from) == Some(&']'));
    glob.get(from..)?.iter().position(|c| *c == ']').map(|end| from + end)
}

fn class_matches(class: &[char], c: char) -> bool {
    let (negated, class) = match class.split_first() {
        Some(('!', rest)) => (true, rest),
        _ => (false, class),
    };
    let mut at = 0;
    let mut found = false;
    while at < class.len() {
        if at + 2 < class.len() && class[at + 1] == '-' {
            found |= (class[at]..=class[at + 2]).contains(&c);
            at += 3;
        } else {
            found |= class[at] == c;
            at += 1;
        }
    }
    found != negated
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(text: &str) -> Vec<String> {
        text.split_terminator('|').map(str::to_owned).collect()
    }

    #[test]
    fn tags_are_unique_and_sorted() {
        assert_eq!(unique(&strings("b|A|a|B _|NONE||_|C")), strings("A|b|C"));
    }

    #[test]
    fn tags_are_taken_away() {
        #[track_caller]
        fn check(inherited: &str, own: &str, expected: &str) {
            let mut reader = Reader::new("", None);
            assert_eq!(add(&strings(inherited), &strings(own), 1, &mut reader), strings(expected));
        }
        check("a|b", "c", "a|b|c");
        check("a|b_c|d", "-B C|-x|e", "a|d|e");
        check("a1|a2|b1", "-a*", "b1");
        check("a1|a2|b1", "-?1", "a2");
        check("a1|a2|b1", "-[!b]1", "a2|b1");
        check("a|b|c", "-aORb", "c");
        check("a|b|c", "-NOT c", "c");
        check("a|b", "-a AND b", "a|b");
        check("a|b", "-a|-A|a", "a|b");
        check("[|b", "-[", "b");
    }
}
