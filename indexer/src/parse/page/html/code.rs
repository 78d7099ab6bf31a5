//! Blocks of code: their lines and their language.

use ccr_index::model::CodeBlock;

use super::name::{Attr, Name};
use super::noise::Noise;
use super::tree::Tree;

/// Reads a block of code: its lines as they are shown, without numbers and buttons.
pub(super) fn block(tree: &Tree, noise: &Noise, at: usize) -> Option<CodeBlock> {
    let mut lines = Lines::default();
    let end = tree.node(at).end;
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut inner = at + 1;
    while inner <= end {
        while let Some((start, _)) = open.pop_if(|(_, end)| *end <= inner) {
            lines.end(start);
        }
        if inner == end {
            break;
        }
        if noise.is_left_out(inner) || is_no_code(tree, inner) {
            inner = tree.node(inner).end;
            continue;
        }
        match tree.name(inner) {
            Name::Text if !is_between_lines(tree, inner) => lines.text.push_str(tree.text(inner)),
            Name::Br => lines.text.push('\n'),
            name if name.is_block() && name != Name::Pre || is_line(tree, inner) => {
                lines.start();
                open.push((lines.text.len(), tree.node(inner).end));
            }
            _ => {}
        }
        inner += 1;
    }
    let text: String = lines.text.chars().filter(|c| !matches!(c, '\u{200b}' | '\u{feff}' | '\r')).collect();
    let text = text.trim_end().trim_start_matches('\n');
    // White space before the first line belongs to it.
    (!text.trim().is_empty()).then(|| CodeBlock { language: language(tree, at), text: text.to_owned() })
}

#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    /// What comes next begins a line.
    fn start(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// A line that began at a byte ends.
    fn end(&mut self, start: usize) {
        if self.text.len() == start || !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}

/// Whether an element is one line of code, beside another one that no line end parts from it.
fn is_line(tree: &Tree, at: usize) -> bool {
    let is_line_of = |at: usize| {
        tree.name(at) == Name::Span
            && tree.classes(at).any(|class| {
                matches!(
                    class,
                    "line" | "token-line" | "code-line" | "highlight-line" | "view-line" | "CodeMirror-line"
                )
            })
    };
    if !is_line_of(at) {
        return false;
    }
    let node = tree.node(at);
    let has_end =
        tree.inside(at).any(|inner| tree.name(inner) == Name::Br || tree.text(inner).contains('\n'));
    !has_end && node.end < tree.node(node.parent).end && is_line_of(node.end)
}

/// White space that stands between lines which are elements of their own.
fn is_between_lines(tree: &Tree, at: usize) -> bool {
    let parent = tree.node(at).parent;
    let next = at + 1;
    let is_block = |at: usize| tree.name(at).is_block() && tree.name(at) != Name::Pre;
    tree.text(at).trim().is_empty() && next < tree.node(parent).end && is_block(next)
}

/// Line numbers, buttons and names of languages.
fn is_no_code(tree: &Tree, at: usize) -> bool {
    match tree.name(at) {
        Name::Text | Name::Pre | Name::Code | Name::Br => return false,
        Name::Button | Name::Script | Name::Style | Name::Template => return true,
        _ if tree.said(at, Attr::AriaHidden) == Some("true") || tree.value(at, Attr::Hidden).is_some() => {
            return true;
        }
        _ => {}
    }
    tree.classes(at).any(|class| {
        matches!(
            class,
            "linenos"
                | "lineno"
                | "linenodiv"
                | "lnt"
                | "ln"
                | "gutter"
                | "rouge-gutter"
                | "gl"
                | "line-number"
                | "line-numbers"
                | "line-numbers-rows"
                | "line-numbers-wrapper"
                | "linenumber"
                | "line_number"
                | "hljs-ln-numbers"
                | "blob-num"
                | "react-syntax-highlighter-line-number"
                | "prompt"
                | "boring"
                | "copy"
                | "copybtn"
                | "lang"
                | "toolbar"
        ) || class.starts_with("codeLineNumber")
    })
}

/// Whether a block of code holds only the numbers of the lines of another.
pub(super) fn is_gutter(tree: &Tree, at: usize) -> bool {
    let is_gutter = |at: usize| {
        tree.classes(at).any(|class| {
            matches!(
                class,
                "linenos" | "lineno" | "linenodiv" | "gutter" | "rouge-gutter" | "line-numbers-wrapper"
            )
        })
    };
    is_gutter(at) || tree.ancestors(at).take(3).any(is_gutter)
}

/// The language that a block, an element in it or one around it names.
fn language(tree: &Tree, at: usize) -> Option<String> {
    let inside = tree
        .inside(at)
        .take(6)
        .filter(|inner| matches!(tree.name(*inner), Name::Code | Name::Pre | Name::Span));
    let around = tree.ancestors(at).take(7).take_while(|outer| {
        !matches!(
            tree.name(*outer),
            Name::Body | Name::Article | Name::Main | Name::Section | Name::Li | Name::Html
        )
    });
    let named = std::iter::once(at).chain(inside).chain(around).find_map(|at| named(tree, at))?;
    let is_none = matches!(
        named.as_str(),
        "text" | "plaintext" | "plain" | "txt" | "none" | "default" | "nohighlight" | "auto" | "no-highlight"
    );
    (!is_none).then_some(named)
}

fn named(tree: &Tree, at: usize) -> Option<String> {
    for attribute in [Attr::DataLang, Attr::DataLanguage, Attr::DataCodeLang] {
        if let Some(said) = tree.said(at, attribute) {
            return Some(said.to_ascii_lowercase());
        }
    }
    if let Some(said) = tree.said(at, Attr::DataSyntax) {
        let brush = said.split(';').find_map(|part| part.trim().strip_prefix("brush:"));
        return brush.map(|brush| brush.trim().to_ascii_lowercase()).filter(|brush| !brush.is_empty());
    }
    let mut before = "";
    for class in tree.classes(at) {
        let found = ["language-", "lang-", "highlight-source-", "highlight-text-", "highlight-", "brush:"]
            .iter()
            .find_map(|begin| class.strip_prefix(begin))
            .or_else(|| {
                (before == "highlight" && tree.name(at) == Name::Figure || before == "brush:")
                    .then_some(class)
            })
            .or_else(|| (before == "code" && tree.name(at) == Name::Pre).then_some(class))
            .or_else(|| (before == "sourceCode" || before == "src").then_some(class));
        if let Some(language) =
            found.map(|found| found.trim_end_matches(';')).filter(|found| is_language(found))
        {
            return Some(language.to_ascii_lowercase());
        }
        before = class;
    }
    None
}

/// Whether a word may be the name of a language.
fn is_language(word: &str) -> bool {
    !word.is_empty()
        && word.len() <= 24
        && !word.starts_with("line")
        && !matches!(
            word,
            "wrapper"
                | "literal-block"
                | "line"
                | "lines"
                | "block"
                | "code"
                | "container"
                | "content"
                | "source"
                | "notranslate"
        )
        && word.chars().all(|c| c.is_alphanumeric() || "+#-._".contains(c))
}
