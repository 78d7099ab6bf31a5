//! What sites add to Markdown line by line, as Markdown that every parser reads: front matter, notes,
//! tabs, imports and marks of templates.

/// A page whose lines are CommonMark.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// What its front matter says.
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    /// The page without what is not its text.
    pub(super) text: String,
}

/// Open notes inside of each other; deeper ones are text.
const MAX_DEPTH: usize = 16;

pub(super) fn read(page: &str) -> Lines {
    let page = page.strip_prefix('\u{feff}').unwrap_or(page);
    let mut lines = Lines::default();
    let body = lines.front_matter(page);
    let mut reader = Reader { text: String::with_capacity(body.len()), notes: 0, fence: None, drops: false };
    for line in body.lines() {
        reader.line(line);
    }
    lines.text = reader.text;
    lines
}

impl Lines {
    /// Reads the front matter, in YAML between `---` or in TOML between `+++`, and returns what is behind.
    fn front_matter<'p>(&mut self, page: &'p str) -> &'p str {
        let mark = match page.lines().next().map(str::trim_end) {
            Some("---") => "---",
            Some("+++") => "+++",
            _ => return page,
        };
        let mut at = page.find('\n').map_or(page.len(), |end| end + 1);
        let begin = at;
        for line in page[begin..].split_inclusive('\n') {
            at += line.len();
            let line = line.trim_end();
            if line == mark || mark == "---" && line == "..." {
                return &page[at..];
            }
            let field = if mark == "---" { line.split_once(':') } else { line.split_once('=') };
            match field.map(|(name, value)| (name.trim_end(), unquoted(value.trim()))) {
                Some(("title", Some(value))) => self.title = Some(value),
                Some(("description" | "summary", Some(value))) => self.description = Some(value),
                _ => {}
            }
        }
        // It does not end: it is none.
        *self = Lines::default();
        page
    }
}

/// A value on one line, without its quotes; none where it is empty or goes on below.
fn unquoted(value: &str) -> Option<String> {
    let inner = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .map(|inner| inner.replace("\\\"", "\""))
        .or_else(|| {
            value
                .strip_prefix('\'')
                .and_then(|rest| rest.strip_suffix('\''))
                .map(|inner| inner.replace("''", "'"))
        });
    let said = inner.unwrap_or_else(|| value.to_owned());
    (!said.is_empty() && !matches!(value, "|" | ">" | ">-" | "|-" | "null" | "~")).then_some(said)
}

struct Reader {
    text: String,
    /// Open notes whose text is indented.
    notes: usize,
    /// What the open block of code began with.
    fence: Option<String>,
    /// Inside of what a program needs, until an empty line.
    drops: bool,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let line = self.dedented(line);
        let trimmed = line.trim();
        if let Some(fence) = &self.fence {
            if trimmed.starts_with(fence.as_str()) && trimmed.trim_start_matches(['`', '~']).is_empty() {
                self.fence = None;
            }
            return self.push(line);
        }
        if let Some(fence) = fence(trimmed) {
            self.fence = Some(fence.to_owned());
            return self.push(line);
        }
        if self.drops {
            self.drops = !trimmed.is_empty();
            return;
        }
        if is_of_program(line) {
            self.drops = !(trimmed.ends_with(';') || trimmed.starts_with("import "));
        } else if let Some(title) = indented_note(trimmed).filter(|_| self.notes < MAX_DEPTH) {
            self.paragraph(&title);
            self.notes += 1;
        } else if let Some(title) = fenced_note(trimmed).or_else(|| template(trimmed)) {
            self.paragraph(&title);
        } else if !is_mark(trimmed) {
            self.push(line);
        }
    }

    /// A line without the indentation of the notes that it is in.
    fn dedented<'l>(&mut self, line: &'l str) -> &'l str {
        if line.trim().is_empty() {
            return line;
        }
        let spaces = line.len() - line.trim_start_matches(' ').len();
        let depth = (spaces / 4).min(self.notes);
        if self.fence.is_none() && depth < self.notes {
            self.notes = depth;
            self.push("");
        }
        &line[depth * 4..]
    }

    fn push(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn paragraph(&mut self, text: &str) {
        self.push("");
        if !text.is_empty() {
            self.push(text);
            self.push("");
        }
    }
}

/// The marks that begin a block of code.
fn fence(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(mark).len();
    (length >= 3 && !(mark == '`' && line[length..].contains('`'))).then(|| &line[..length])
}

/// `import X from 'y'`, `export const x = {`: MDX.
fn is_of_program(line: &str) -> bool {
    let is_import = line.strip_prefix("import ").is_some_and(|rest| {
        rest.contains(" from '") || rest.contains(" from \"") || rest.starts_with(['\'', '"'])
    });
    let is_export = line.strip_prefix("export ").is_some_and(|rest| {
        ["const ", "default ", "function ", "let "].iter().any(|word| rest.starts_with(word))
    });
    is_import || is_export
}

/// The title of a note of MkDocs: `!!! note "Title"`, `??? tip`, `=== "Tab"`; its text is indented.
fn indented_note(line: &str) -> Option<String> {
    let rest = ["!!! ", "??? ", "???+ ", "=== "].iter().find_map(|mark| line.strip_prefix(mark))?.trim();
    let is_tab = line.starts_with("===");
    if let Some(at) = rest.find('"') {
        return Some(rest[at + 1..].trim_end().trim_end_matches('"').to_owned());
    }
    let kind = rest.split_whitespace().next()?;
    (!is_tab && kind.chars().all(|c| c.is_alphanumeric() || c == '-')).then(|| capitalised(kind))
}

/// The title of a note of Docusaurus, VitePress and others: `:::note Title`, `::: tip`, `:::info[Title]`;
/// empty for the end of one.
fn fenced_note(line: &str) -> Option<String> {
    let rest = line.strip_prefix(":::")?.trim_start_matches(':').trim();
    let kind: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
    let title = rest[kind.len()..].trim();
    let title =
        title.strip_prefix('[').and_then(|title| title.split_once(']')).map_or(title, |(title, _)| title);
    let title = if title.starts_with('{') { "" } else { title };
    let is_group =
        matches!(kind.as_str(), "code-group" | "details" | "tabs" | "tab" | "raw" | "v-pre" | "steps");
    Some(if title.is_empty() && !is_group { capitalised(&kind) } else { title.to_owned() })
}

/// The title of a block of a template, as in `{% tab title="Linux" %}`; empty where it has none.
fn template(line: &str) -> Option<String> {
    let inside = line.strip_prefix("{%")?.strip_suffix("%}")?;
    let title =
        inside.split_once("title=\"").and_then(|(_, rest)| rest.split_once('"')).map(|(title, _)| title);
    Some(title.unwrap_or_default().to_owned())
}

/// What says how a page looks: attributes of kramdown, comments of MDX, places for a table of contents.
fn is_mark(line: &str) -> bool {
    line.starts_with("{:") && line.ends_with('}')
        || line.starts_with("{/*") && line.ends_with("*/}")
        || matches!(line, "[TOC]" | "[toc]" | "[[toc]]" | "[[_TOC_]]" | "{{toc}}")
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
