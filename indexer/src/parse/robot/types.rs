//! Types in variables, such as `${x: list[int]}`: whether Robot Framework takes them, in its words
//! (`src/robot/running/arguments/{typeinfo,typeinfoparser}.py`).

use super::letters::title;
use super::spaces::{is_space, trim};
use super::variables::Variable;
use super::words::quoted;

/// Parameters may be nested this deep: Robot Framework's own parser does not go far beyond.
const MAX_DEPTH: usize = 64;

/// What is wrong with the type of a variable. With `containers`, `@{x: int}` is checked as
/// `list[int]` and `&{x: str=int}` as `dict[str, int]`.
pub(super) fn error(variable: &Variable<'_>, containers: bool) -> Option<String> {
    let kind = variable.kind.filter(|kind| !kind.is_empty())?;
    let hint = match variable.mark {
        '@' if containers => format!("list[{kind}]"),
        '&' if containers => {
            let (key, value) = kind.split_once('=').unwrap_or(("Any", kind));
            format!("dict[{key}, {value}]")
        }
        _ => kind.to_owned(),
    };
    let info = match Parser::new(&hint).parse() {
        Ok(info) => info,
        Err(message) => return Some(message),
    };
    info.unrecognized().map(|name| format!("Unrecognized type '{name}'."))
}

/// What a name stands for, as far as its parameters depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Ellipsis,
    Plain,
    Sequence,
    Tuple,
    Set,
    Mapping,
    Literal,
    Union,
}

fn known(name: &str) -> Option<Known> {
    Some(match name.to_lowercase().as_str() {
        "..." | "ellipsis" => Known::Ellipsis,
        "any" | "object" | "str" | "string" | "unicode" | "bool" | "boolean" | "int" | "integer" | "long"
        | "float" | "double" | "decimal" | "bytes" | "bytearray" | "datetime" | "date" | "timedelta"
        | "path" | "none" | "secret" => Known::Plain,
        "sequence" | "list" => Known::Sequence,
        "tuple" => Known::Tuple,
        "set" | "frozenset" => Known::Set,
        "mapping" | "map" | "dictionary" | "dict" => Known::Mapping,
        "literal" => Known::Literal,
        "union" => Known::Union,
        _ => return None,
    })
}

struct Info {
    name: Option<String>,
    known: Option<Known>,
    nested: Option<Vec<Info>>,
}

impl Info {
    fn named(name: &str) -> Self {
        Info { name: Some(name.to_owned()), known: known(name), nested: None }
    }

    fn is_union(&self) -> bool {
        self.name.as_deref().is_some_and(|name| title(name) == "Union")
    }

    /// Sets parameters after a check of their number.
    fn set_nested(&mut self, nested: Vec<Info>) -> Result<(), String> {
        let homogenous = nested.last().is_some_and(|last| last.known == Some(Known::Ellipsis));
        match self.known {
            None | Some(Known::Union | Known::Literal) => {}
            Some(Known::Tuple) if homogenous && nested.len() != 2 => {
                return Err(self.wrong_count(&nested, 2, Some("Homogenous tuple"), 1));
            }
            Some(Known::Tuple) => {}
            Some(Known::Sequence | Known::Set) if nested.len() != 1 => {
                return Err(self.wrong_count(&nested, 1, None, 0));
            }
            Some(Known::Mapping) if nested.len() != 2 => {
                return Err(self.wrong_count(&nested, 2, None, 0));
            }
            Some(Known::Sequence | Known::Set | Known::Mapping) => {}
            Some(Known::Plain | Known::Ellipsis) => return Err(self.wrong_count(&nested, 0, None, 0)),
        }
        self.nested = Some(nested);
        Ok(())
    }

    fn wrong_count(&self, nested: &[Info], expected: usize, kind: Option<&str>, less: usize) -> String {
        let (expected, actual) = (expected - less, nested.len() - less);
        let name = self.name.as_deref().unwrap_or_default();
        let arguments: Vec<String> = nested.iter().map(Info::to_string).collect();
        let arguments = arguments.join(", ");
        let brackets = if expected > 0 { "[]" } else { "" };
        let kind = kind.map_or_else(|| format!("'{name}{brackets}'"), str::to_owned);
        if expected == 0 {
            return format!("{kind} does not accept parameters, '{name}[{arguments}]' has {actual}.");
        }
        let plural = if expected == 1 { "" } else { "s" };
        format!("{kind} requires exactly {expected} parameter{plural}, '{name}[{arguments}]' has {actual}.")
    }

    /// The first name that stands for nothing.
    fn unrecognized(&self) -> Option<String> {
        if self.known.is_none() {
            return Some(self.name.clone().unwrap_or_else(|| "None".to_owned()));
        }
        if self.known == Some(Known::Literal) {
            return None;
        }
        self.nested.iter().flatten().find_map(Info::unrecognized)
    }
}

impl std::fmt::Display for Info {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let union = self.is_union();
        if !union {
            f.write_str(self.name.as_deref().unwrap_or_default())?;
        }
        let Some(nested) = &self.nested else { return Ok(()) };
        f.write_str(if union { "" } else { "[" })?;
        for (index, info) in nested.iter().enumerate() {
            let separator = if union { " | " } else { ", " };
            write!(f, "{}{info}", if index > 0 { separator } else { "" })?;
        }
        f.write_str(if union { "" } else { "]" })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Name(&'a str),
    Left,
    Right,
    Pipe,
    Comma,
}

struct Parser<'a> {
    source: &'a str,
    /// Tokens with the number of characters before each.
    tokens: Vec<(Token<'a>, usize)>,
    current: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn new(source: &'a str) -> Self {
        Parser { source, tokens: tokens(source), current: 0, depth: 0 }
    }

    fn parse(mut self) -> Result<Info, String> {
        let mut info = self.kind()?;
        if self.peek().is_some() {
            return Err(self.error(&format!("Extra content after '{info}'.")));
        }
        if info.is_union() {
            let mut nested = info.nested.take().unwrap_or_default();
            match nested.len() {
                0 => return Err(self.error("Union cannot be empty.")),
                1 => return Ok(nested.remove(0)),
                _ => info.nested = Some(nested),
            }
        }
        Ok(info)
    }

    fn kind(&mut self) -> Result<Info, String> {
        let Some(Token::Name(name)) = self.peek() else { return Err(self.error("Type name missing.")) };
        self.current += 1;
        let mut info = Info::named(name);
        if self.take(Token::Left) {
            let literal = info.known == Some(Known::Literal);
            let nested = self.parameters(literal)?;
            info.set_nested(nested)?;
        }
        if !self.take(Token::Pipe) {
            return Ok(info);
        }
        let mut nested = vec![info];
        loop {
            let mut next = self.kind_in()?;
            match next.nested.take() {
                Some(parts) if next.is_union() => nested.extend(parts),
                parts => {
                    next.nested = parts;
                    nested.push(next);
                }
            }
            if !self.take(Token::Pipe) {
                break;
            }
        }
        Ok(Info { name: Some("Union".to_owned()), known: Some(Known::Union), nested: Some(nested) })
    }

    /// [`Parser::kind`], one level deeper.
    fn kind_in(&mut self) -> Result<Info, String> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error("Too many nested types."));
        }
        self.depth += 1;
        let info = self.kind();
        self.depth -= 1;
        info
    }

    fn parameters(&mut self, literal: bool) -> Result<Vec<Info>, String> {
        let mut parameters = Vec::new();
        let mut previous = None;
        loop {
            let token = self.peek();
            let info = match token {
                None => return Err(self.error("Closing ']' missing.")),
                Some(Token::Right) => break,
                Some(Token::Comma) if matches!(previous, None | Some(Token::Comma)) => {
                    return Err(self.error("Type missing before ','."));
                }
                Some(Token::Comma) => {
                    self.current += 1;
                    previous = token;
                    continue;
                }
                Some(Token::Name(_)) => self.kind_in()?,
                Some(Token::Left) => self.parameter_list()?,
                Some(Token::Pipe) => return Err(self.error("Type name missing.")),
            };
            parameters.push(if literal { self.literal(info)? } else { info });
            previous = token;
        }
        self.current += 1;
        if literal && parameters.is_empty() {
            return Err(self.error("Literal cannot be empty."));
        }
        Ok(parameters)
    }

    /// Parameters without a name before them, as in `Callable[[int], str]`.
    fn parameter_list(&mut self) -> Result<Info, String> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error("Too many nested types."));
        }
        self.depth += 1;
        self.current += 1;
        let nested = self.parameters(false)?;
        self.depth -= 1;
        Ok(Info { name: None, known: None, nested: Some(nested) })
    }

    /// A parameter of `Literal`: an integer, string, bytes, Boolean, `None` or a name.
    fn literal(&self, info: Info) -> Result<Info, String> {
        let valid = info.name.as_deref().is_some_and(|name| is_literal(name) || is_identifier(name));
        if !valid {
            return Err(self.error(&format!("Invalid literal value {}.", quoted(&info.to_string()))));
        }
        Ok(Info { name: info.name, known: None, nested: None })
    }

    fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.current).map(|(token, _)| *token)
    }

    fn take(&mut self, wanted: Token<'_>) -> bool {
        let found = self.peek() == Some(wanted);
        self.current += usize::from(found);
        found
    }

    fn error(&self, message: &str) -> String {
        let place = match self.tokens.get(self.current) {
            Some((_, position)) => format!("index {position}"),
            None => "end".to_owned(),
        };
        format!("Parsing type {} failed: Error at {place}: {message}", quoted(self.source))
    }
}

fn tokens(source: &str) -> Vec<(Token<'_>, usize)> {
    let mut found = Vec::new();
    let mut chars = source.char_indices().zip(0..).peekable();
    while let Some(((start, c), position)) = chars.next() {
        let token = match c {
            '[' => Token::Left,
            ']' => Token::Right,
            '|' => Token::Pipe,
            ',' => Token::Comma,
            c if is_space(c) => continue,
            first => {
                let mut quote = matches!(first, '"' | '\'').then_some(first);
                if let ('b', Some(((_, next @ ('"' | '\'')), _))) = (first, chars.peek().copied()) {
                    quote = Some(next);
                    chars.next();
                }
                let ends = |c: char| quote.is_none() && matches!(c, '[' | ']' | '|' | ',');
                let mut end = source.len();
                while let Some(((at, c), _)) = chars.peek().copied() {
                    if ends(c) {
                        end = at;
                        break;
                    }
                    chars.next();
                    if Some(c) == quote {
                        end = at + c.len_utf8();
                        break;
                    }
                }
                Token::Name(trim(&source[start..end]))
            }
        };
        found.push((token, position));
    }
    found
}

fn is_literal(name: &str) -> bool {
    let digits = name.trim_start_matches(['+', '-', ' ']);
    let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let text = name.strip_prefix('b').unwrap_or(name);
    let string =
        text.len() > 1 && ['"', '\''].iter().any(|quote| text.starts_with(*quote) && text.ends_with(*quote));
    number || string || matches!(name, "True" | "False" | "None")
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::robot::variables::find;

    #[track_caller]
    fn check(variable: &str, expected: Option<&str>) {
        assert_eq!(error(&find(variable).unwrap().typed(), true).as_deref(), expected);
    }

    #[test]
    fn types_that_are_taken() {
        for text in [
            "${x}",
            "${x: int}",
            "${x: Integer | None}",
            "@{x: int}",
            "&{x: str=int}",
            "&{x: int}",
            "${x: dict[str, list[int | float]]}",
            "${x: tuple[int, ...]}",
            "${x: Literal['a', b\"c\", -1, True, name]}",
            "${x: Union[int, str]}",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn types_that_are_refused() {
        check("${x: nope}", Some("Unrecognized type 'nope'."));
        check("@{x: nope}", Some("Unrecognized type 'nope'."));
        check("${x: int | bad}", Some("Unrecognized type 'bad'."));
        check("${x: list[int, str]}", Some("'list[]' requires exactly 1 parameter, 'list[int, str]' has 2."));
        check("${x: int[str]}", Some("'int' does not accept parameters, 'int[str]' has 1."));
        check("${x: list[}", Some("Parsing type 'list[' failed: Error at end: Closing ']' missing."));
        check("${x: [int]}", Some("Parsing type '[int]' failed: Error at index 0: Type name missing."));
        check("${x: int]}", Some("Parsing type 'int]' failed: Error at index 3: Extra content after 'int'."));
    }

    #[test]
    fn deep_types_end() {
        let deep = format!("${{x: {}}}", "list[".repeat(10_000));
        assert!(error(&find(&deep).unwrap().typed(), true).is_some());
    }
}
