//! Types written as texts in Robot Framework's own way (`robot.running.arguments.typeinfoparser`).

use super::type_info::{Kind, TypeInfo};

/// Types inside types that are read.
const MAX_DEPTH: usize = 64;

/// Reads `list[int] | None` and the like.
pub(super) fn parse(text: &str) -> Result<TypeInfo, String> {
    let mut parser = Parser { tokens: tokens(text), current: 0, depth: 0 };
    let info = parser.kind()?;
    if parser.peek().is_some() {
        return Err(format!("`{text}` is no type: it goes on after `{info}`"));
    }
    match info {
        TypeInfo { kind: Kind::Union, nested: Some(nested), .. } if nested.len() == 1 => {
            Ok(nested[0].clone())
        }
        TypeInfo { kind: Kind::Union, nested: None, .. } => Err(format!("`{text}` is an empty union")),
        info => Ok(info),
    }
}

/// The type that a name stands for in a text, whatever its case (`TYPE_NAMES`).
fn named(name: &str) -> TypeInfo {
    let kind = match name.to_lowercase().as_str() {
        "..." | "ellipsis" => Kind::Ellipsis,
        "any" => Kind::Standard("Any"),
        "object" => Kind::Standard("object"),
        "str" | "string" | "unicode" => Kind::Standard("string"),
        "bool" | "boolean" => Kind::Standard("boolean"),
        "int" | "integer" | "long" => Kind::Standard("integer"),
        "float" | "double" => Kind::Standard("float"),
        "decimal" => Kind::Standard("decimal"),
        "bytes" => Kind::Standard("bytes"),
        "bytearray" => Kind::Standard("bytearray"),
        "datetime" => Kind::Standard("datetime"),
        "date" => Kind::Standard("date"),
        "timedelta" => Kind::Standard("timedelta"),
        "path" => Kind::Standard("Path"),
        "none" => Kind::Standard("None"),
        "sequence" => Kind::Standard("Sequence"),
        "list" => Kind::Standard("list"),
        "tuple" => Kind::Standard("tuple"),
        "set" => Kind::Standard("set"),
        "frozenset" => Kind::Standard("frozenset"),
        "mapping" | "map" => Kind::Standard("Mapping"),
        "dictionary" | "dict" => Kind::Standard("dictionary"),
        "union" => Kind::Union,
        "literal" => Kind::Literal,
        "secret" => Kind::Standard("Secret"),
        _ => Kind::Unknown,
    };
    TypeInfo::new(name, kind)
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
    tokens: Vec<Token<'a>>,
    current: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn kind(&mut self) -> Result<TypeInfo, String> {
        let Some(Token::Name(name)) = self.peek() else { return Err("a type name is missing".to_owned()) };
        self.current += 1;
        let mut info = named(name);
        if self.take(Token::Left) {
            let nested = self.nested(matches!(info.kind, Kind::Literal))?;
            info = info.with_nested(nested)?;
        }
        if !self.take(Token::Pipe) {
            return Ok(info);
        }
        let mut nested = vec![info];
        loop {
            match self.deeper(Self::kind)? {
                TypeInfo { kind: Kind::Union, nested: Some(parts), .. } => nested.extend(parts),
                info => nested.push(info),
            }
            if !self.take(Token::Pipe) {
                return TypeInfo::new("Union", Kind::Union).with_nested(nested);
            }
        }
    }

    fn deeper<T>(&mut self, job: impl FnOnce(&mut Self) -> Result<T, String>) -> Result<T, String> {
        if self.depth >= MAX_DEPTH {
            return Err("types are nested too deeply".to_owned());
        }
        self.depth += 1;
        let result = job(self);
        self.depth -= 1;
        result
    }

    fn nested(&mut self, literal: bool) -> Result<Vec<TypeInfo>, String> {
        let mut found = Vec::new();
        let mut comma = true;
        loop {
            let info = match self.peek() {
                None => return Err("a closing `]` is missing".to_owned()),
                Some(Token::Right) => break,
                Some(Token::Comma) if comma => return Err("a type is missing before `,`".to_owned()),
                Some(Token::Comma) => {
                    self.current += 1;
                    comma = true;
                    continue;
                }
                Some(Token::Name(_)) => self.deeper(Self::kind)?,
                Some(Token::Left) => {
                    self.current += 1;
                    TypeInfo::default().with_nested(self.deeper(|parser| parser.nested(false))?)?
                }
                Some(Token::Pipe) => return Err("a type name is missing".to_owned()),
            };
            found.push(if literal { literal_value(info) } else { info });
            comma = false;
        }
        self.current += 1;
        Ok(found)
    }

    fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.current).copied()
    }

    fn take(&mut self, wanted: Token<'_>) -> bool {
        let found = self.peek() == Some(wanted);
        self.current += usize::from(found);
        found
    }
}

fn literal_value(info: TypeInfo) -> TypeInfo {
    let name = info.name.unwrap_or_default();
    let inner = ['"', '\''].iter().find_map(|quote| name.strip_prefix(*quote)?.strip_suffix(*quote));
    let shown = inner.map_or_else(|| name.clone(), super::value::quoted);
    TypeInfo::new(shown, Kind::Unknown)
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        found.push(match c {
            '[' => Token::Left,
            ']' => Token::Right,
            '|' => Token::Pipe,
            ',' => Token::Comma,
            c if c.is_whitespace() => continue,
            first => {
                let mut quote = matches!(first, '"' | '\'').then_some(first);
                if let ('b', Some((_, next @ ('"' | '\'')))) = (first, chars.peek().copied()) {
                    quote = Some(next);
                    chars.next();
                }
                let mut end = text.len();
                while let Some((at, c)) = chars.peek().copied() {
                    if quote.is_none() && matches!(c, '[' | ']' | '|' | ',') {
                        end = at;
                        break;
                    }
                    chars.next();
                    if Some(c) == quote {
                        end = at + c.len_utf8();
                        break;
                    }
                }
                Token::Name(text[start..end].trim())
            }
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(parse(text).unwrap().to_string(), expected);
    }

    #[test]
    fn texts_of_types() {
        check("int", "int");
        check("Integer|None", "Integer | None");
        check("dict[ str , list[int | float] ]", "dict[str, list[int | float]]");
        check("Union[int, str]", "int | str");
        check("Union[int]", "int");
        check("Literal[\"a\", 1]", "Literal['a', 1]");
        check("Callable[[int], str]", "Callable[[int], str]");
        for wrong in ["", "list[", "list[int, str]", "int]", "[int]", "list[,int]"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert!(parse(&"list[".repeat(10_000)).is_err());
    }
}
