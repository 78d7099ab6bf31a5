//! Python regular expressions: whether they compile, in the words of Python's `re`. Brackets,
//! repetitions, sets and escapes are checked; look-behinds and references are not.

/// Why an expression does not compile, as far as it is checked.
pub(super) fn error(expression: &str) -> Option<String> {
    let mut checker =
        Checker { chars: expression.chars().collect(), at: 0, last: Last::Nothing, open: Vec::new() };
    while checker.at < checker.chars.len() {
        if let Err(error) = checker.step() {
            return Some(error);
        }
    }
    let (start, _) = checker.open.pop()?;
    Some(format!("missing ), unterminated subpattern at position {start}"))
}

/// What a repetition would repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Item,
    Repetition,
}

struct Checker {
    chars: Vec<char>,
    at: usize,
    last: Last,
    /// Places of the groups that are open.
    open: Vec<(usize, Last)>,
}

impl Checker {
    fn step(&mut self) -> Result<(), String> {
        let start = self.at;
        self.at += 1;
        match self.chars[start] {
            '\\' => self.escape(start)?,
            '[' => self.set(start)?,
            '*' | '+' | '?' => self.repetition(start)?,
            '{' => self.counted(start)?,
            '(' => self.group(start)?,
            ')' => {
                if self.open.pop().is_none() {
                    return Err(format!("unbalanced parenthesis at position {start}"));
                }
                self.last = Last::Item;
            }
            '|' | '^' | '$' => self.last = Last::Nothing,
            _ => self.last = Last::Item,
        }
        Ok(())
    }

    fn next(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn escape(&mut self, start: usize) -> Result<(), String> {
        let Some(c) = self.next() else {
            return Err(format!("bad escape (end of pattern) at position {start}"));
        };
        self.at += 1;
        if c.is_ascii_alphabetic() && !"AbBdDsSwWZxuUNafnrtv".contains(c) {
            return Err(format!("bad escape \\{c} at position {start}"));
        }
        self.last = if "AbBZ".contains(c) { Last::Nothing } else { Last::Item };
        Ok(())
    }

    fn repetition(&mut self, start: usize) -> Result<(), String> {
        match self.last {
            Last::Nothing => Err(format!("nothing to repeat at position {start}")),
            Last::Repetition => Err(format!("multiple repeat at position {start}")),
            Last::Item => {
                self.at += usize::from(matches!(self.next(), Some('?' | '+')));
                self.last = Last::Repetition;
                Ok(())
            }
        }
    }

    /// `{2}`, `{2,}`, `{,3}`, `{2,3}`; anything else in braces is literal.
    fn counted(&mut self, start: usize) -> Result<(), String> {
        let number = |from: usize| {
            let digits = self.chars[from..].iter().take_while(|c| c.is_ascii_digit()).count();
            (from + digits, self.chars[from..from + digits].iter().collect::<String>())
        };
        let (mut end, low) = number(self.at);
        let comma = self.chars.get(end) == Some(&',');
        let mut high = low.clone();
        if comma {
            (end, high) = number(end + 1);
        }
        if self.chars.get(end) != Some(&'}') || (low.is_empty() && !comma) {
            self.last = Last::Item;
            return Ok(());
        }
        self.at = end + 1;
        if let (Ok(low), Ok(high)) = (low.parse::<u64>(), high.parse::<u64>())
            && high < low
        {
            return Err(format!("min repeat greater than max repeat at position {}", start + 1));
        }
        self.repetition(start)
    }

    fn group(&mut self, start: usize) -> Result<(), String> {
        self.open.push((start, self.last));
        self.last = Last::Nothing;
        if self.next() != Some('?') {
            return Ok(());
        }
        self.at += 1;
        match self.next() {
            None => Err(format!("unexpected end of pattern at position {}", self.at)),
            Some(':' | '=' | '!' | '>' | '<' | 'P' | '#' | '(') => {
                self.at += 1;
                Ok(())
            }
            Some(c) if "aiLmsux-".contains(c) => Ok(()),
            Some(c) => Err(format!("unknown extension ?{c} at position {}", start + 1)),
        }
    }

    fn set(&mut self, start: usize) -> Result<(), String> {
        self.at += usize::from(self.next() == Some('^'));
        let first = self.at;
        loop {
            let from = self.at;
            match self.next() {
                None => return Err(format!("unterminated character set at position {start}")),
                Some(']') if from > first => break,
                Some(_) => {}
            }
            let low = self.set_member(start)?;
            let is_range =
                self.next() == Some('-') && !matches!(self.chars.get(self.at + 1), None | Some(']'));
            if !is_range {
                continue;
            }
            self.at += 1;
            let high = self.set_member(start)?;
            let wrong = match (low, high) {
                (Some(low), Some(high)) => high < low,
                _ => true,
            };
            if wrong {
                let range: String = self.chars[from..self.at].iter().collect();
                return Err(format!("bad character range {range} at position {from}"));
            }
        }
        self.at += 1;
        self.last = Last::Item;
        Ok(())
    }

    /// The character that a member of a set stands for; none for `\d` and the like.
    fn set_member(&mut self, start: usize) -> Result<Option<char>, String> {
        let at = self.at;
        let unterminated = || format!("unterminated character set at position {start}");
        let c = self.next().ok_or_else(unterminated)?;
        self.at += 1;
        if c != '\\' {
            return Ok(Some(c));
        }
        let escaped = self.next().ok_or_else(unterminated)?;
        self.at += 1;
        match escaped {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => Ok(None),
            c if c.is_ascii_alphabetic() && !"xuUNabfnrtv".contains(c) => {
                Err(format!("bad escape \\{c} at position {at}"))
            }
            c => Ok(Some(c)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_pythons() {
        #[track_caller]
        fn check(expression: &str, expected: Option<&str>) {
            assert_eq!(error(expression).as_deref(), expected);
        }
        for right in
            ["a", "(a|b)*?", r"\d{2,3}[a-z\]]+", "[]a]", "[^]a-]", "a{", "a{x}", "(?:a)(?i:b)", "a++", "^a$"]
        {
            check(right, None);
        }
        check("(a", Some("missing ), unterminated subpattern at position 0"));
        check("((a)", Some("missing ), unterminated subpattern at position 0"));
        check("a)", Some("unbalanced parenthesis at position 1"));
        check("*", Some("nothing to repeat at position 0"));
        check("(+)", Some("nothing to repeat at position 1"));
        check("a|{2}", Some("nothing to repeat at position 2"));
        check("a**", Some("multiple repeat at position 2"));
        check("a{3,2}", Some("min repeat greater than max repeat at position 2"));
        check("x[a", Some("unterminated character set at position 1"));
        check("[z-a]", Some("bad character range z-a at position 1"));
        check(r"\q", Some(r"bad escape \q at position 0"));
        check("(?z)", Some("unknown extension ?z at position 1"));
    }
}
