//! Tables, preformatted lines, lists, headers, rulers and paragraphs (`HtmlFormatter`).

use super::marks;
use crate::parse::doc_format::inline::{is_space, strip};
use crate::parse::libspec::lines;

/// Cells that a table may have when short rows are filled up; a larger one stays ragged.
const MOST_CELLS: usize = 100_000;

/// What the lines of a block are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Table,
    Preformatted,
    List,
    Header,
    Ruler,
    Paragraph,
}

/// The escaped documentation as HTML.
pub(super) fn html(documentation: &str) -> String {
    let mut blocks: Vec<String> = Vec::new();
    let mut current: Option<(Block, Vec<&str>)> = None;
    for line in lines(documentation) {
        let stripped = strip(line);
        if stripped.is_empty() {
            blocks.extend(current.take().map(|(block, lines)| block.html(&lines)));
            continue;
        }
        let goes_on = current.as_ref().is_some_and(|(block, _)| block.takes_more(line));
        if !goes_on {
            blocks.extend(current.take().map(|(block, lines)| block.html(&lines)));
        }
        let (block, lines) = current.get_or_insert_with(|| (Block::of(stripped), Vec::new()));
        lines.push(if *block == Block::List { line } else { stripped });
    }
    blocks.extend(current.map(|(block, lines)| block.html(&lines)));
    blocks.join("\n")
}

impl Block {
    /// The block that a stripped line begins.
    fn of(line: &str) -> Block {
        if is_row(line) {
            Block::Table
        } else if line.starts_with("| ") || line == "|" {
            Block::Preformatted
        } else if line.starts_with("- ") {
            Block::List
        } else if header(line).is_some() {
            Block::Header
        } else if line.len() >= 3 && line.bytes().all(|byte| byte == b'-') {
            Block::Ruler
        } else {
            Block::Paragraph
        }
    }

    /// Whether a line that is not empty belongs to the block that is being read.
    fn takes_more(self, line: &str) -> bool {
        let stripped = strip(line);
        match self {
            Block::Table => is_row(stripped),
            Block::Preformatted => stripped.starts_with("| ") || stripped == "|",
            Block::List => stripped.starts_with("- ") || line.starts_with(' '),
            Block::Header | Block::Ruler => false,
            Block::Paragraph => Block::of(stripped) == Block::Paragraph,
        }
    }

    fn html(self, lines: &[&str]) -> String {
        match self {
            Block::Table => table(lines),
            Block::Preformatted => {
                let shown = lines.iter().map(|line| marks::line(line.get(2..).unwrap_or_default()));
                format!("<pre>\n{}\n</pre>", shown.collect::<Vec<_>>().join("\n"))
            }
            Block::List => {
                let shown = items(lines).into_iter().map(|item| format!("<li>{}</li>", marks::line(&item)));
                format!("<ul>\n{}\n</ul>", shown.collect::<Vec<_>>().join("\n"))
            }
            Block::Header => {
                lines.first().and_then(|line| header(line)).map_or_else(String::new, |(level, text)| {
                    format!("<h{level}>{text}</h{level}>", level = level + 1)
                })
            }
            Block::Ruler => "<hr>".to_owned(),
            Block::Paragraph => format!("<p>{}</p>", marks::line(&lines.join(" "))),
        }
    }
}

/// `| cell | cell |`
fn is_row(line: &str) -> bool {
    let inner = line.strip_prefix("| ").and_then(|rest| rest.strip_suffix('|'));
    inner.is_some_and(|inner| inner.is_empty() || inner.ends_with(' '))
}

/// Level and text of `= Header =`.
fn header(line: &str) -> Option<(usize, &str)> {
    let level = line.len() - line.trim_start_matches('=').len();
    if !(1..=3).contains(&level) {
        return None;
    }
    let rest = line[level..].strip_suffix(&line[..level])?;
    let text = strip(rest);
    let parted = rest.starts_with(is_space) && rest.ends_with(is_space) && !text.is_empty();
    parted.then_some((level, text))
}

fn table(lines: &[&str]) -> String {
    let rows: Vec<Vec<&str>> = lines.iter().map(|line| cells(&line[1..line.len() - 1])).collect();
    let widest = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = if widest.saturating_mul(rows.len()) <= MOST_CELLS { widest } else { 0 };
    let mut html = "<table border=\"1\">".to_owned();
    for row in rows {
        html.push_str("\n<tr>");
        for cell in row.iter().copied().chain(std::iter::repeat("")).take(width.max(row.len())) {
            let head = cell.strip_prefix('=').filter(|_| cell.ends_with('='));
            let (tag, content) = match head {
                Some(rest) => ("th", strip(rest.strip_suffix('=').unwrap_or(rest))),
                None => ("td", cell),
            };
            html.push_str(&format!("\n<{tag}>{}</{tag}>", marks::line(content)));
        }
        html.push_str("\n</tr>");
    }
    html.push_str("\n</table>");
    html
}

/// Splits at ` |` before a space.
fn cells(row: &str) -> Vec<&str> {
    let mut cells = Vec::new();
    let mut rest = row;
    let mut from = 0;
    while let Some(at) = rest[from..].find(" |").map(|at| from + at) {
        from = at + 2;
        if rest[from..].starts_with(' ') {
            cells.push(strip(&rest[..at]));
            rest = &rest[from..];
            from = 0;
        }
    }
    cells.push(strip(rest));
    cells
}

/// The items of a list, continued lines joined.
fn items(lines: &[&str]) -> Vec<String> {
    let mut items: Vec<Vec<&str>> = Vec::new();
    for line in lines {
        let line = strip(line);
        match (line.strip_prefix("- "), items.last_mut()) {
            (None, Some(item)) => item.push(line),
            (item, _) => items.push(vec![strip(item.unwrap_or(line))]),
        }
    }
    items.iter().map(|item| item.join(" ")).collect()
}
