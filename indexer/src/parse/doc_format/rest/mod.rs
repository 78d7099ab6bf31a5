//! reStructuredText, the part of it that documentation of libraries uses: sections, paragraphs, literal
//! blocks, bullet, numbered, field and definition lists, line blocks, quotes, and directives of code and
//! advice. Other directives and tables are shown as they are written. docutils is the only complete
//! reader of the format, and it is Python.

mod lines;
mod marks;

use super::plain::escaped;
use lines::{Lines, bullet, dedented, field, indent, is_adornment};

/// Blocks inside of each other; what is deeper is shown as it is written.
const MAX_DEPTH: usize = 16;
/// Directives that hold code.
const CODE: [&str; 6] = ["code", "code-block", "sourcecode", "highlight", "parsed-literal", "literalinclude"];
/// Directives that hold advice.
const ADVICE: [&str; 11] = [
    "attention",
    "caution",
    "danger",
    "error",
    "hint",
    "important",
    "note",
    "seealso",
    "tip",
    "warning",
    "admonition",
];

/// The documentation as HTML, addresses not yet checked.
pub(super) fn html(documentation: &str) -> String {
    let expanded = documentation.replace('\t', "        ");
    let lines: Vec<&str> = expanded.lines().map(str::trim_end).collect();
    let mut writer = Writer::default();
    writer.blocks(&lines, 0);
    writer.html
}

#[derive(Default)]
struct Writer {
    html: String,
    /// The adornments of section titles in the order of their first use, which is that of their levels.
    titles: Vec<(char, bool)>,
}

impl Writer {
    fn blocks(&mut self, lines: &[&str], depth: usize) {
        if depth > MAX_DEPTH {
            self.literal(lines);
            return;
        }
        let mut lines = Lines::new(lines);
        while let Some(line) = lines.peek() {
            if line.is_empty() {
                lines.next();
            } else if indent(line) > 0 {
                let block = lines.indented();
                self.wrapped("blockquote", &dedented(&block), depth);
            } else if !self.title(&mut lines) {
                self.block(line, &mut lines, depth);
            }
        }
    }

    fn block(&mut self, line: &str, lines: &mut Lines<'_>, depth: usize) {
        if let Some(rest) = line.strip_prefix("..").filter(|rest| rest.is_empty() || rest.starts_with(' ')) {
            lines.next();
            let body = lines.indented();
            self.directive(rest.trim(), &dedented(&body), depth);
        } else if bullet(line).is_some() {
            self.list(lines, depth);
        } else if field(line).is_some() {
            self.fields(lines, depth);
        } else if line.starts_with(">>>") || lines::begins_table(line) {
            let block = lines.paragraph();
            self.literal(&block);
        } else if line.starts_with("| ") || line == "|" {
            let block = lines.paragraph();
            let shown = block.iter().map(|line| marks::line(line.strip_prefix('|').unwrap_or(line).trim()));
            self.html.push_str(&format!("<p>{}</p>\n", shown.collect::<Vec<_>>().join("<br>\n")));
        } else if lines.second().is_some_and(|next| indent(next) > 0) {
            lines.next();
            let body = lines.indented();
            self.html.push_str(&format!("<dl><dt>{}</dt>", marks::line(line)));
            self.wrapped("dd", &dedented(&body), depth);
            self.html.push_str("</dl>\n");
        } else {
            self.paragraph(lines);
        }
    }

    /// A title with a line of marks below it, or above and below; a line of marks alone is a ruler.
    fn title(&mut self, lines: &mut Lines<'_>) -> bool {
        let (first, second, third) = (lines.peek(), lines.second(), lines.third());
        let (Some(first), second) = (first, second.unwrap_or_default()) else { return false };
        let fits = |title: &str, adornment: &str| adornment.chars().count() >= title.trim().chars().count();
        if is_adornment(first) {
            let is_title = !second.is_empty() && third == Some(first) && fits(second, first);
            if is_title {
                self.heading(second.trim(), (first.chars().next().unwrap_or_default(), true));
                lines.skip(3);
            } else if second.is_empty() && first.len() >= 4 {
                self.html.push_str("<hr>\n");
                lines.skip(1);
            }
            return is_title || (second.is_empty() && first.len() >= 4);
        }
        if is_adornment(second) && fits(first, second) {
            self.heading(first, (second.chars().next().unwrap_or_default(), false));
            lines.skip(2);
            return true;
        }
        false
    }

    fn heading(&mut self, title: &str, adornment: (char, bool)) {
        let known = self.titles.iter().position(|known| *known == adornment);
        let level = known.unwrap_or_else(|| {
            self.titles.push(adornment);
            self.titles.len() - 1
        });
        let level = (level + 2).min(6);
        self.html.push_str(&format!("<h{level}>{}</h{level}>\n", marks::line(title)));
    }

    fn list(&mut self, lines: &mut Lines<'_>, depth: usize) {
        let numbered = lines.peek().and_then(bullet).is_some_and(|(_, numbered)| numbered);
        let tag = if numbered { "ol" } else { "ul" };
        self.html.push_str(&format!("<{tag}>\n"));
        while let Some((width, _)) = lines.peek().and_then(bullet).filter(|(_, other)| *other == numbered) {
            let first = lines.next().unwrap_or_default();
            let rest = lines.indented();
            let mut item = vec![first.get(width..).unwrap_or_default().trim_start()];
            item.extend(dedented(&rest));
            self.wrapped("li", &item, depth);
            lines.skip_empty();
        }
        self.html.push_str(&format!("</{tag}>\n"));
    }

    fn fields(&mut self, lines: &mut Lines<'_>, depth: usize) {
        self.html.push_str("<dl>\n");
        while let Some((name, text)) = lines.peek().and_then(field) {
            lines.next();
            let rest = lines.indented();
            let mut body = vec![text];
            body.extend(dedented(&rest));
            self.html.push_str(&format!("<dt>{}</dt>", marks::line(name)));
            self.wrapped("dd", &body, depth);
            lines.skip_empty();
        }
        self.html.push_str("</dl>\n");
    }

    fn directive(&mut self, first: &str, body: &[&str], depth: usize) {
        let Some((name, argument)) = first.split_once("::") else {
            // A comment, a target, or a footnote.
            if first.starts_with('[') {
                let text = [&[first], body].concat();
                self.html.push_str(&format!("<p>{}</p>\n", marks::line(&text.join(" "))));
            }
            return;
        };
        let (name, argument) = (name.trim().to_lowercase(), argument.trim());
        if CODE.contains(&name.as_str()) {
            let options = body.iter().take_while(|line| field(line).is_some()).count();
            self.literal(&body[options..]);
        } else if ADVICE.contains(&name.as_str()) {
            let title = if name == "admonition" { argument } else { name.as_str() };
            let text = if name == "admonition" { "" } else { argument };
            self.html.push_str(&format!("<blockquote><p><strong>{}</strong></p>\n", escaped(title)));
            self.blocks(&[&[text], body].concat(), depth + 1);
            self.html.push_str("</blockquote>\n");
        } else {
            let written = format!(".. {first}");
            self.literal(&[&[written.as_str()], body].concat());
        }
    }

    /// A paragraph, and the literal block that its last colons announce.
    fn paragraph(&mut self, lines: &mut Lines<'_>) {
        let text = lines.paragraph().join("\n");
        let Some(before) = text.strip_suffix("::") else {
            self.html.push_str(&format!("<p>{}</p>\n", marks::line(&text)));
            return;
        };
        if !before.trim().is_empty() {
            let colon = if before.ends_with(char::is_whitespace) { "" } else { ":" };
            self.html.push_str(&format!("<p>{}{colon}</p>\n", marks::line(before.trim_end())));
        }
        lines.skip_empty();
        let block = lines.indented();
        self.literal(&dedented(&block));
    }

    fn wrapped(&mut self, tag: &str, lines: &[&str], depth: usize) {
        self.html.push_str(&format!("<{tag}>"));
        self.blocks(lines, depth + 1);
        self.html.push_str(&format!("</{tag}>\n"));
    }

    fn literal(&mut self, lines: &[&str]) {
        let text = lines.join("\n");
        if !text.trim().is_empty() {
            self.html.push_str(&format!("<pre>{}</pre>\n", escaped(text.trim_matches('\n'))));
        }
    }
}
