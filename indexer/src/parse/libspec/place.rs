//! Line and column of a value inside of a JSON text, from its path.

/// A step into a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// A member of an object.
    Member(&'a str),
    /// An item of a list.
    Item(usize),
}

/// Where the value at `path` begins, as line and column from 1. The text is valid JSON.
pub(super) fn place(text: &str, path: &[Step<'_>]) -> (u32, u32) {
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0 };
    for step in path {
        if scanner.enter(step).is_none() {
            break;
        }
    }
    scanner.skip_space();
    let at = text.floor_char_boundary(scanner.at);
    let before = &text[..at];
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line as u32, text[start..at].chars().count() as u32 + 1)
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    /// Goes from the begin of a value to the begin of what the step leads to. Stays where there is none.
    fn enter(&mut self, step: &Step<'_>) -> Option<()> {
        self.skip_space();
        let start = self.at;
        self.at += 1;
        for index in 0.. {
            self.skip_space();
            let found = match step {
                Step::Item(wanted) => index == *wanted,
                Step::Member(wanted) => {
                    let key = self.at;
                    self.skip_value();
                    let key = serde_json::from_slice::<String>(self.bytes.get(key..self.at)?);
                    self.skip_space();
                    self.at += 1;
                    key.is_ok_and(|key| key == *wanted)
                }
            };
            if found {
                return Some(());
            }
            self.skip_value();
            self.skip_space();
            if self.bytes.get(self.at) != Some(&b',') {
                self.at = start;
                return None;
            }
            self.at += 1;
        }
        None
    }

    fn skip_space(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    /// Skips a value: up to the comma or bracket that ends it.
    fn skip_value(&mut self) {
        self.skip_space();
        let mut depth = 0usize;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'"' => self.skip_text(),
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth > 0 => depth -= 1,
                b',' | b':' | b'}' | b']' if depth == 0 => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Goes to the quote that ends a text.
    fn skip_text(&mut self) {
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.at += 2,
                b'"' => return,
                _ => self.at += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_values() {
        let text = "{\"a\": [1, {\"b\\\"]\": \"x,\\\"\",\n  \"ö\": {\"c\":2}}],\n \"d\": true}";
        let check = |path: &[Step<'_>], expected| assert_eq!(place(text, path), expected, "{path:?}");
        check(&[], (1, 1));
        check(&[Step::Member("a")], (1, 7));
        check(&[Step::Member("a"), Step::Item(1), Step::Member("b\"]")], (1, 20));
        check(&[Step::Member("a"), Step::Item(1), Step::Member("ö"), Step::Member("c")], (2, 13));
        check(&[Step::Member("d")], (3, 7));
        check(&[Step::Member("none")], (1, 1));
    }
}
