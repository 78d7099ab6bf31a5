//! Which paths a Rust source names, and on which line.

/// A path as it is written or imported, `*` for a glob.
pub(crate) struct Named {
    pub(crate) segments: Vec<String>,
    pub(crate) line: usize,
}

/// The paths that a source file names outside its tests, and the modules it declares for tests.
pub(crate) struct NamedPaths {
    pub(crate) paths: Vec<Named>,
    pub(crate) test_modules: Vec<String>,
}

/// Reads Rust source as far as that takes: `use` trees, and identifiers joined by `::`.
pub(crate) fn named_paths(text: &str) -> NamedPaths {
    let tokens = tokens(text);
    let word = |at: usize| tokens.get(at).map_or("", |token: &Token<'_>| token.text);
    let mut found = NamedPaths { paths: Vec::new(), test_modules: Vec::new() };
    let mut at = 0;
    while at < tokens.len() {
        if is_cfg_test(&tokens[at..]) {
            while word(at) == "#" {
                at = past_balanced(&tokens, at + 1);
            }
            if let Some(module) = (at..at + 5).find(|&i| word(i) == "mod" && word(i + 2) == ";") {
                found.test_modules.push(word(module + 1).to_owned());
            }
            while !matches!(word(at), "" | ";" | "{") {
                at += 1;
            }
            at = past_balanced(&tokens, at);
        } else if word(at) == "use" {
            at = use_tree(&tokens, at + 1, &[], &mut found.paths);
        } else if is_identifier(word(at)) && word(at + 1) == "::" {
            let line = tokens[at].line;
            let mut segments = vec![word(at).to_owned()];
            while word(at + 1) == "::" && is_identifier(word(at + 2)) {
                segments.push(word(at + 2).to_owned());
                at += 2;
            }
            found.paths.push(Named { segments, line });
            at += 1;
        } else {
            at += 1;
        }
    }
    found
}

/// Reads one tree of a `use` below `prefix`, adds its paths, and returns where it ends.
fn use_tree(tokens: &[Token<'_>], mut at: usize, prefix: &[String], paths: &mut Vec<Named>) -> usize {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text);
    let mut segments = prefix.to_vec();
    let line = tokens.get(at).map_or(0, |token| token.line);
    loop {
        match word(at) {
            "::" => at += 1,
            "{" => {
                at += 1;
                while !matches!(word(at), "" | "}") {
                    at = use_tree(tokens, at, &segments, paths);
                    at += usize::from(word(at) == ",");
                }
                return at + 1;
            }
            "" | ";" | "," | "}" => break,
            // The new name of what was imported is no part of its path.
            "as" => at += 2,
            "self" if !segments.is_empty() => at += 1,
            segment => {
                segments.push(segment.to_owned());
                at += 1;
            }
        }
    }
    paths.push(Named { segments, line });
    at
}

fn is_identifier(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn is_cfg_test(tokens: &[Token<'_>]) -> bool {
    let starts_with =
        |wanted: &[&str]| tokens.iter().map(|token| token.text).take(wanted.len()).eq(wanted.iter().copied());
    starts_with(&["#", "[", "cfg", "(", "test", ")"])
        || starts_with(&["#", "[", "cfg", "(", "all", "(", "test"])
}

/// Where the token after the one at `at` is, or after its closing bracket if that is an opening one.
fn past_balanced(tokens: &[Token<'_>], at: usize) -> usize {
    let mut depth = 0_usize;
    for (i, token) in tokens.iter().enumerate().skip(at) {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return i + 1;
        }
    }
    tokens.len()
}

/// An identifier, `::`, or one character of punctuation.
struct Token<'a> {
    text: &'a str,
    line: usize,
}

/// The tokens of Rust source that matter for paths: comments, literals and numbers are left out.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let skipped = length_of_comment_or_literal(rest);
        let length = if skipped > 0 {
            skipped
        } else if first.is_alphanumeric() || first == '_' {
            rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        if skipped == 0 && !first.is_whitespace() && !first.is_ascii_digit() {
            found.push(Token { text: &rest[..length], line });
        }
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    found
}

/// Length in bytes of the comment, string or character that `rest` begins with, or 0.
fn length_of_comment_or_literal(rest: &str) -> usize {
    let up_to = |end: &str, from: usize| {
        rest.get(from..).and_then(|tail| tail.find(end)).map_or(rest.len(), |at| from + at + end.len())
    };
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return up_to("*/", 2);
    }
    let opening = rest.trim_start_matches(['b', 'c']);
    let prefix = rest.len() - opening.len();
    if let Some(raw) = opening.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if prefix < 2 && raw[hashes..].starts_with('"') {
            return up_to(&format!("\"{}", "#".repeat(hashes)), prefix + 1 + hashes + 1);
        }
        return 0;
    }
    if prefix < 2 && opening.starts_with('"') {
        let mut escaped = false;
        let end = opening[1..].find(|c| {
            let closes = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            closes
        });
        return end.map_or(rest.len(), |at| prefix + 1 + at + 1);
    }
    // `'a'` and `'\n'` are characters, `'a` is a lifetime.
    if let Some(character) = rest.strip_prefix('\'') {
        if character.starts_with('\\') {
            return up_to("'", 3);
        }
        let length = character.chars().next().map_or(0, char::len_utf8);
        if character[length..].starts_with('\'') {
            return length + 2;
        }
    }
    0
}
