use crate::parse::robot::spaces::{is_space, lines, trim_end};

/// A data cell: what stands between separators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell<'a> {
    pub(crate) value: &'a str,
    /// Line, from 1.
    pub(crate) line: u32,
    /// Characters before it on its line.
    pub(crate) column: u32,
}

/// The statements of a file: rows of cells with the rows that continue them. None is empty.
pub(crate) struct Statements<'a> {
    cells: Vec<Cell<'a>>,
    starts: Vec<usize>,
}

impl<'a> Statements<'a> {
    /// Splits a text into cells and statements, without comments and continuation marks.
    pub(crate) fn split(text: &'a str) -> Self {
        let mut all = Statements { cells: Vec::with_capacity(text.len() / 24), starts: Vec::new() };
        let mut row = Vec::new();
        for (line, number) in lines(text).zip(1..) {
            row.clear();
            split_line(line, number, &mut row);
            all.add(&row);
        }
        all
    }

    pub(crate) fn len(&self) -> usize {
        self.starts.len()
    }

    pub(crate) fn get(&self, index: usize) -> &[Cell<'a>] {
        let end = self.starts.get(index + 1).copied().unwrap_or(self.cells.len());
        &self.cells[self.starts[index]..end]
    }

    /// Adds a row to the running statement or as a new one (`Tokenizer._cleanup_tokens`).
    fn add(&mut self, row: &[Cell<'a>]) {
        let Marks { continuation, has_data, end } = Marks::of(row);
        let Some(mark) = continuation else {
            if has_data {
                self.starts.push(self.cells.len());
                self.cells.extend_from_slice(&row[..end]);
            }
            return;
        };
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        self.cells.extend_from_slice(&row[mark + 1..end.max(mark + 1)]);
        if !has_data {
            let Cell { value, line, column } = row[mark];
            self.cells.push(Cell { value: &value[value.len()..], line, column: column + width(value) });
        }
    }
}

/// What stands where in a row.
struct Marks {
    /// Place of the `...`.
    continuation: Option<usize>,
    /// Whether there is data beside it.
    has_data: bool,
    /// Where the comment and the empty cells before it or before the end begin.
    end: usize,
}

impl Marks {
    fn of(row: &[Cell<'_>]) -> Self {
        let mut marks = Marks { continuation: None, has_data: false, end: row.len() };
        for (index, cell) in row.iter().enumerate() {
            // Only the first cell can start with a space: other spaces belong to separators.
            let value = if index == 0 { cell.value.trim_start_matches(is_space) } else { cell.value };
            if value.starts_with('#') {
                marks.end = index;
                break;
            }
            if !value.is_empty() && !marks.has_data {
                if value == "..." && marks.continuation.is_none() {
                    marks.continuation = Some(index);
                } else {
                    marks.has_data = true;
                }
            }
        }
        while marks.end > 0 && row[marks.end - 1].value.is_empty() {
            marks.end -= 1;
        }
        marks
    }
}

fn split_line<'a>(line: &'a str, number: u32, row: &mut Vec<Cell<'a>>) {
    let content = trim_end(line);
    let pipes = line.strip_prefix('|').is_some_and(|rest| rest.chars().next().is_none_or(is_space));
    if pipes {
        split_pipes(content, number, row);
    } else {
        split_spaces(content, number, row);
    }
}

/// Cells between two or more whitespace characters, or between tabs.
fn split_spaces<'a>(content: &'a str, line: u32, row: &mut Vec<Cell<'a>>) {
    let (mut start, mut start_column) = (0, 0);
    // Byte where the run of spaces began, its length, and whether it begins with a tab.
    let (mut run_start, mut run, mut tab) = (0, 0, false);
    for ((at, c), column) in content.char_indices().zip(0..) {
        if is_space(c) {
            if run == 0 {
                (run_start, tab) = (at, c == '\t');
            }
            run += 1;
        } else if run > 0 {
            if run > 1 || tab {
                row.push(Cell { value: &content[start..run_start], line, column: start_column });
                (start, start_column) = (at, column);
            }
            run = 0;
        }
    }
    row.push(Cell { value: &content[start..], line, column: start_column });
}

/// Cells between pipes that have whitespace, or an end of the line, on both sides.
fn split_pipes<'a>(content: &'a str, line: u32, row: &mut Vec<Cell<'a>>) {
    let (mut start, mut start_column) = (0, 0);
    // Byte where the whitespace before the current character began.
    let mut gap = None;
    let mut after_pipe = false;
    let mut opened = false;
    let mut chars = content.char_indices().zip(0..).peekable();
    while let Some(((at, c), column)) = chars.next() {
        if is_space(c) {
            if !after_pipe && gap.is_none() {
                gap = Some(at);
            }
            continue;
        }
        if after_pipe {
            (start, start_column, after_pipe) = (at, column, false);
        }
        let closed = chars.peek().is_none_or(|((_, next), _)| is_space(*next));
        if c == '|' && closed && (gap.is_some() || at == start) {
            if opened {
                row.push(Cell { value: &content[start..gap.unwrap_or(at)], line, column: start_column });
            }
            (opened, after_pipe) = (true, true);
            (start, start_column) = (at + 1, column + 1);
        }
        gap = None;
    }
    row.push(Cell { value: &content[start..], line, column: start_column });
}

fn width(value: &str) -> u32 {
    u32::try_from(value.chars().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(text: &str) -> Vec<Vec<&str>> {
        let all = Statements::split(text);
        (0..all.len()).map(|index| all.get(index).iter().map(|cell| cell.value).collect()).collect()
    }

    #[track_caller]
    fn check(text: &str, expected: &[&[&str]]) {
        assert_eq!(statements(text), expected);
    }

    #[test]
    fn cells_between_spaces() {
        check("", &[]);
        check("  \n\t\n", &[]);
        check("a b  c\td", &[&["a b", "c", "d"]]);
        check("a \tb", &[&["a", "b"]]);
        check("a\u{a0}b \u{a0}c", &[&["a\u{a0}b", "c"]]);
        check("  a", &[&["", "a"]]);
        check(" a", &[&[" a"]]);
        check("\ta\t", &[&["", "a"]]);
        check("a  \u{3000}\n", &[&["a"]]);
    }

    #[test]
    fn cells_between_pipes() {
        check("| a | b |", &[&["a", "b"]]);
        check("| a  b |  c", &[&["a  b", "c"]]);
        check("|  | a |", &[&["", "a"]]);
        check("| | | a", &[&["", "", "a"]]);
        check("|", &[]);
        check("| a |b | c|", &[&["a |b", "c|"]]);
        check("|a | b", &[&["|a | b"]]);
        check("| a || b", &[&["a || b"]]);
        check("| a |\u{a0}| b", &[&["a", "", "b"]]);
        check("|\ta\t|\tb", &[&["a", "b"]]);
        check(" | a", &[&[" | a"]]);
    }

    #[test]
    fn comments_end_a_row() {
        check("a  b#c  #d  e", &[&["a", "b#c"]]);
        check("# a\n  # b\n #c", &[]);
        check("a    # b\n...    c  # d", &[&["a", "c"]]);
        check("| a | # b | c |", &[&["a"]]);
        check(r"a  \#b", &[&["a", r"\#b"]]);
    }

    #[test]
    fn rows_continue() {
        check("a\n...  b\n  ...  c\n ...  d", &[&["a", "b", "c", "d"]]);
        check("a\n\n# x\n...  b", &[&["a", "b"]]);
        check("a\n...", &[&["a", ""]]);
        check("a\n...    # x", &[&["a", ""]]);
        check("  a\n  ...    ${EMPTY}\n  ...  \n", &[&["", "a", "${EMPTY}", ""]]);
        check("a\n...  ...", &[&["a", "..."]]);
        check("a  ...  b", &[&["a", "...", "b"]]);
        check("...  a\nb", &[&["a"], &["b"]]);
        check("| a\n| ... | | b", &[&["a", "", "b"]]);
        check("a\n....  b", &[&["a"], &["....", "b"]]);
    }

    #[test]
    fn cells_know_their_place() {
        let all = Statements::split("é  b\n...    ü  c\n  ...\n| ä | d");
        let places: Vec<_> =
            (0..all.len()).flat_map(|index| all.get(index)).map(|cell| (cell.line, cell.column)).collect();
        assert_eq!(places, [(1, 0), (1, 3), (2, 7), (2, 10), (3, 5), (4, 2), (4, 6)]);
    }
}
