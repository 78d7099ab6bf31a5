//! Documentation and metadata values (`DocumentationOrMetadata` in Robot Framework's
//! `src/robot/parsing/model/statements.py`).

use super::lexer::Cell;
use super::reader::Reader;
use super::spaces::trim_end;

/// The value of the cells behind the setting's name: one line for each line of the file that has
/// some, indented as far as its cells stand to the right of the others.
pub(super) fn join(cells: &[Cell<'_>], reader: &Reader<'_>) -> String {
    let mut out = String::new();
    // Column at which unindented lines start; unknown before the first line.
    let mut base = None;
    for line in cells.chunk_by(|a, b| a.line == b.line) {
        push_line(line, base, reader, &mut out);
        let first = &line[0];
        let lower = |base| 0 < first.column && first.column < base && !first.value.is_empty();
        if base.is_none_or(lower) {
            base = Some(first.column);
        }
    }
    out.truncate(trim_end(&out).len());
    out
}

fn push_line(line: &[Cell<'_>], base: Option<u32>, reader: &Reader<'_>, out: &mut String) {
    let mut end = base.unwrap_or(0);
    let mut ends_line = false;
    for (index, cell) in line.iter().enumerate() {
        let value = reader.text(cell);
        if cell.column > end && end > 0 {
            out.extend(std::iter::repeat_n(' ', (cell.column - end) as usize));
        } else if index > 0 {
            out.push(' ');
        }
        let odd = ends_with_odd_backslashes(&value);
        out.push_str(if odd { &value[..value.len() - 1] } else { &value });
        end = cell.column.saturating_add(u32::try_from(value.chars().count()).unwrap_or(u32::MAX));
        ends_line = !odd && !value.strip_suffix('n').is_some_and(ends_with_odd_backslashes);
    }
    if ends_line {
        out.push('\n');
    }
}

fn ends_with_odd_backslashes(value: &str) -> bool {
    value.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::robot::lexer::Statements;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let all = Statements::split(text);
        assert_eq!(join(&all.get(0)[1..], &Reader::new(text, Some("/d"))), expected);
    }

    #[test]
    fn lines_and_gaps() {
        check("D", "");
        check("D    a", "a");
        check("D    a    b", "a    b");
        check("D    a\n...  b\n...  c", "a\nb\nc");
        check("D\n...    a\n...      b\n...    c", "a\n  b\nc");
        check("D    a\n...\n...  b", "a\n\nb");
        check("D    a\n...    \n...", "a");
        check("|  D  |  a  |  b  |\n|  ...  |  c  |", "a     b\n  c");
    }

    #[test]
    fn backslashes_join_lines() {
        check("D    a\\\n...  b", "ab");
        check("D    a \\\n...  b", "a b");
        check("D    a\\\\\n...  b", "a\\\\\nb");
        check("D    a\\n\n...  b", "a\\nb");
        check("D    a\\\\n\n...  b", "a\\\\n\nb");
    }

    #[test]
    fn the_directory_is_put_in_before_gaps_are_measured() {
        check("D    ${CURDIR}    b", "/d           b");
    }
}
