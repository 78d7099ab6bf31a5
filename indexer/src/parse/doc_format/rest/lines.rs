//! Lines and what they begin.

/// The lines of a block, read one after the other.
pub(super) struct Lines<'a> {
    lines: &'a [&'a str],
    at: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(lines: &'a [&'a str]) -> Self {
        Lines { lines, at: 0 }
    }

    pub(super) fn peek(&self) -> Option<&'a str> {
        self.lines.get(self.at).copied()
    }

    pub(super) fn second(&self) -> Option<&'a str> {
        self.lines.get(self.at + 1).copied()
    }

    pub(super) fn third(&self) -> Option<&'a str> {
        self.lines.get(self.at + 2).copied()
    }

    pub(super) fn next(&mut self) -> Option<&'a str> {
        let line = self.peek();
        self.at += 1;
        line
    }

    pub(super) fn skip(&mut self, count: usize) {
        self.at += count;
    }

    pub(super) fn skip_empty(&mut self) {
        while self.peek().is_some_and(str::is_empty) {
            self.at += 1;
        }
    }

    /// The lines up to the next that is neither indented nor empty, empty ones at the end left out.
    pub(super) fn indented(&mut self) -> Vec<&'a str> {
        let mut block = Vec::new();
        while let Some(line) = self.peek().filter(|line| line.is_empty() || indent(line) > 0) {
            block.push(line);
            self.at += 1;
        }
        while block.last().is_some_and(|line: &&str| line.is_empty()) {
            block.pop();
            self.at -= 1;
        }
        block
    }

    /// The lines up to the next empty one; at least one.
    pub(super) fn paragraph(&mut self) -> Vec<&'a str> {
        let mut block: Vec<&str> = self.next().into_iter().collect();
        while let Some(line) = self.peek().filter(|line| !line.is_empty()) {
            block.push(line);
            self.at += 1;
        }
        block
    }
}

/// Spaces that a line begins with.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The lines without the indent that all have.
pub(super) fn dedented<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let margin = lines.iter().filter(|line| !line.is_empty()).map(|line| indent(line)).min();
    lines.iter().map(|line| line.get(margin.unwrap_or(0)..).unwrap_or_default()).collect()
}

/// Width of the mark that begins an item of a list, and whether it is a number.
pub(super) fn bullet(line: &str) -> Option<(usize, bool)> {
    let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
    let number = mark.strip_suffix('.').or_else(|| mark.strip_suffix(')'));
    let number = number.map(|number| number.strip_prefix('(').unwrap_or(number));
    let is_number = number.is_some_and(|number| {
        number == "#"
            || (!number.is_empty() && number.len() < 5 && number.bytes().all(|byte| byte.is_ascii_digit()))
    });
    let is_bullet = matches!(mark, "-" | "*" | "+" | "•");
    ((is_bullet || is_number) && !rest.is_empty()).then_some((mark.len() + 1, is_number))
}

/// Name and text of `:name: text`.
pub(super) fn field(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix(':')?;
    let (at, _) = rest.match_indices(':').find(|(at, _)| {
        let after = &rest[at + 1..];
        after.is_empty() || after.starts_with(' ')
    })?;
    let name = &rest[..at];
    let is_name = !name.is_empty() && !name.starts_with(' ') && !name.contains('`');
    is_name.then(|| (name, rest[at + 1..].trim_start()))
}

/// A line of one mark, as below titles.
pub(super) fn is_adornment(line: &str) -> bool {
    let first = line.chars().next().unwrap_or(' ');
    line.len() >= 2
        && first.is_ascii_punctuation()
        && line.chars().all(|c| c == first)
        && line != "::"
        && line != ".."
}

/// Whether a line is the upper edge of a table.
pub(super) fn begins_table(line: &str) -> bool {
    let grid = line.starts_with("+-") && line.chars().all(|c| "+-=".contains(c));
    let simple = line.starts_with("==") && line.contains(' ') && line.chars().all(|c| "= ".contains(c));
    grid || simple
}
