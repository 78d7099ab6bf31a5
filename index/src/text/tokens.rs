//! Cuts text into lower-case words and joined compounds.

use std::borrow::Cow;
use std::ops::Range;

/// Words longer than this are encoded data rather than words.
const LONGEST_WORD: usize = 40;
/// Compounds of more parts than this are sentences or paths; only their parts are terms.
const MOST_PARTS: usize = 4;
/// Joined compounds longer than this are not looked for by anybody.
const LONGEST_COMPOUND: usize = 32;

/// How a token came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// A word by itself or a part of a compound.
    Word,
    /// All parts of a compound joined: `crashloopbackoff` of `CrashLoopBackOff`.
    Compound,
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Lower-case text, not stemmed.
    pub text: String,
    /// Byte offset of its first character in the text that was cut.
    pub start: usize,
    /// Byte offset behind its last character.
    pub end: usize,
    /// Word or compound.
    pub shape: Shape,
}

/// The tokens of `text`, in order. A compound follows its own parts.
///
/// Linear in the length of `text`.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    for_each_token(text, |word, shape, place| {
        found.push(Token { text: word.to_owned(), start: place.start, end: place.end, shape });
    });
    found
}

/// Gives what [`tokens`] gives to `take`, without memory of its own for each token.
pub(crate) fn for_each_token(text: &str, mut take: impl FnMut(&str, Shape, Range<usize>)) {
    let mut parts = Vec::new();
    let mut lower = String::new();
    for (start, run) in runs(text) {
        let place = start..start + run.len();
        if is_plain(run) {
            if is_word(run) {
                take(run, Shape::Word, place);
            }
            continue;
        }
        parts.clear();
        split_run(run, &mut parts);
        let mut has_words = false;
        for part in &parts {
            let word = &run[part.clone()];
            if is_word(word) {
                has_words = true;
                lower.clear();
                push_lower(&mut lower, word);
                take(&lower, Shape::Word, start + part.start..start + part.end);
            }
        }
        if has_words && parts.len() > 1 && is_compound(run, &parts) {
            lower.clear();
            join(&mut lower, run, &parts);
            take(&lower, Shape::Compound, place);
        }
    }
}

/// Whether a run is one part that is in lower case already, as most are.
fn is_plain(run: &str) -> bool {
    run.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// `text` without its Robot Framework variables: `Check ${NAME} Health` gives `Check   Health`.
/// Brackets nest; one that never closes is kept as text.
pub fn strip_variables(text: &str) -> Cow<'_, str> {
    if !text.contains("${") && !text.contains("@{") && !text.contains("&{") && !text.contains("%{") {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut kept = String::with_capacity(text.len());
    let (mut at, mut copied) = (0, 0);
    while at + 1 < bytes.len() {
        if matches!(bytes[at], b'$' | b'@' | b'&' | b'%') && bytes[at + 1] == b'{' {
            match closing_brace(bytes, at + 2) {
                Ok(end) => {
                    kept.push_str(&text[copied..at]);
                    kept.push(' ');
                    at = end + 1;
                    copied = at;
                }
                Err(end_of_line) => at = end_of_line,
            }
        } else {
            at += 1;
        }
    }
    kept.push_str(&text[copied..]);
    Cow::Owned(kept)
}

/// Offset of the brace that closes the one before `from`, or of the end of the line: a variable
/// never spans lines, and going on behind the line keeps unclosed ones linear.
fn closing_brace(bytes: &[u8], from: usize) -> Result<usize, usize> {
    let mut depth = 1usize;
    for (offset, byte) in bytes[from..].iter().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b'\n' => return Err(from + offset),
            _ => {}
        }
        if depth == 0 {
            return Ok(from + offset);
        }
    }
    Err(bytes.len())
}

fn is_connector(c: char) -> bool {
    matches!(c, '_' | '-' | '.')
}

/// Maximal runs of letters and digits with single connectors between them, with byte offsets.
fn runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text;
    let mut offset = 0;
    std::iter::from_fn(move || {
        let skip = rest.find(char::is_alphanumeric)?;
        rest = &rest[skip..];
        offset += skip;
        let length = run_length(rest);
        let run = (offset, &rest[..length]);
        rest = &rest[length..];
        offset += length;
        Some(run)
    })
}

/// Length in bytes of the run at the start of `text`, which begins with a letter or digit.
fn run_length(text: &str) -> usize {
    // Most runs are an English word and end with it.
    let start = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let mut end = start;
    let mut connector = false;
    for (at, c) in text[start..].char_indices() {
        if c.is_alphanumeric() {
            end = start + at + c.len_utf8();
            connector = false;
        } else if is_connector(c) && !connector {
            connector = true;
        } else {
            break;
        }
    }
    end
}

/// Byte ranges of the parts of a run: cut at connectors and at camelCase borders.
fn split_run(run: &str, parts: &mut Vec<Range<usize>>) {
    let mut start = None;
    let mut before: Option<char> = None;
    let mut rest = run.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        if is_connector(c) {
            if let Some(from) = start.take() {
                parts.push(from..at);
            }
            before = None;
            continue;
        }
        let after = rest.peek().map(|&(_, next)| next);
        if let (Some(from), Some(previous)) = (start, before)
            && is_camel_border(previous, c, after)
        {
            parts.push(from..at);
            start = None;
        }
        start = start.or(Some(at));
        before = Some(c);
    }
    if let Some(from) = start {
        parts.push(from..run.len());
    }
}

/// `crashLoop` is cut before `L`; `HTTPServer` before `S`; digits never cut (`k8s`, `EC2`).
fn is_camel_border(previous: char, c: char, after: Option<char>) -> bool {
    if !c.is_uppercase() {
        return false;
    }
    previous.is_lowercase() || (previous.is_uppercase() && after.is_some_and(char::is_lowercase))
}

/// One letter says nothing.
fn is_word(part: &str) -> bool {
    part.len() <= LONGEST_WORD && part.chars().nth(1).is_some()
}

fn is_compound(run: &str, parts: &[Range<usize>]) -> bool {
    parts.len() <= MOST_PARTS && run.len() <= LONGEST_COMPOUND
}

/// The parts of a run in one word; numbers keep their connectors: `10.0.12.1`.
fn join(joined: &mut String, run: &str, parts: &[Range<usize>]) {
    let is_number = |part: &Range<usize>| run[part.clone()].bytes().all(|byte| byte.is_ascii_digit());
    if parts.iter().all(is_number) {
        joined.push_str(run);
    } else {
        parts.iter().for_each(|part| push_lower(joined, &run[part.clone()]));
    }
}

fn push_lower(lower: &mut String, text: &str) {
    if text.is_ascii() {
        let start = lower.len();
        lower.push_str(text);
        lower[start..].make_ascii_lowercase();
    } else {
        lower.push_str(&text.to_lowercase());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &str) {
        let found: Vec<String> = tokens(text)
            .into_iter()
            .map(|token| match token.shape {
                Shape::Word => token.text,
                Shape::Compound => format!("<{}>", token.text),
            })
            .collect();
        assert_eq!(found.join(" "), expected, "tokens of {text:?}");
    }

    #[test]
    fn words_and_compounds() {
        check("", "");
        check("Check Pod Restarts", "check pod restarts");
        check("CrashLoopBackOff", "crash loop back off <crashloopbackoff>");
        check("OOM_KILLED", "oom killed <oomkilled>");
        check("cert-manager", "cert manager <certmanager>");
        check("RW.CLI", "rw cli <rwcli>");
        check("HTTPServer5xx", "http server5xx <httpserver5xx>");
        check("k8s EC2 s3", "k8s ec2 s3");
        check("in one - two. three", "in one two three");
        check("ping 10.0.12.1!", "ping 10 12 <10.0.12.1>");
        check("a b", "");
        check("één ÉÉN", "één één");
    }

    #[test]
    fn long_names_give_parts_only() {
        check("scale.up.error.quota.exceeded", "scale up error quota exceeded");
        check(&"x".repeat(50), "");
    }

    #[test]
    fn variables_are_stripped() {
        let check = |text: &str, expected: &str| assert_eq!(strip_variables(text), expected);
        check("plain", "plain");
        check("Check `${NAME}` in ${NS}", "Check ` ` in  ");
        check("deep ${a${b}c} end", "deep   end");
        check("open ${never", "open ${never");
        check("@{list} &{map} %{HOME}", "     ");
        check("open ${never\nnext ${a}", "open ${never\nnext  ");
    }

    proptest! {
        #[test]
        fn offsets_point_at_the_word(text in "\\PC{0,80}") {
            for token in tokens(&text) {
                let slice = &text[token.start..token.end];
                if token.shape == Shape::Word {
                    prop_assert_eq!(slice.to_lowercase(), token.text);
                }
            }
        }
    }
}
