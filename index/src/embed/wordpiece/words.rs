//! Text to normalised words, as BERT cuts it.

use std::ops::ControlFlow;

use unicode_normalization::UnicodeNormalization;

use super::characters::{IDEOGRAPHS, MARKS, PUNCTUATION, REMOVED};

/// How words are normalised and cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::embed) struct Rules {
    /// Whether upper case is made lower case.
    pub(in crate::embed) lowercase: bool,
    /// Whether letters lose their accents.
    pub(in crate::embed) strip_accents: bool,
    /// Whether each Chinese character is a word.
    pub(in crate::embed) split_ideographs: bool,
    /// Characters of the longest word that is looked up.
    pub(in crate::embed) longest_word: usize,
}

impl Rules {
    /// As in `bert-base-uncased` and the models that came of it.
    pub(in crate::embed) const UNCASED: Rules =
        Rules { lowercase: true, strip_accents: true, split_ideographs: true, longest_word: 100 };
}

/// Gives the words of `text` in order to `take`, `None` for one that is too long, until it breaks.
pub(super) fn for_each_word(
    text: &str,
    rules: Rules,
    take: impl FnMut(Option<&str>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut cutter = Cutter { word: String::new(), characters: 0, longest: rules.longest_word, take };
    let mut rest = text;
    // ASCII is its own normal form and nothing moves across it, so that it can go the short way.
    while !rest.is_empty() {
        let plain = rest.bytes().position(|byte| !is_plain(byte)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(plain);
        cutter.plain(run, rules)?;
        let other = behind.bytes().position(is_plain).unwrap_or(behind.len());
        let (run, behind) = behind.split_at(other);
        cutter.other(run, rules)?;
        rest = behind;
    }
    cutter.end_word()
}

/// Whether a byte is a character of ASCII that is not removed.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r')
}

fn is_in(table: &[(u32, u32)], character: char) -> bool {
    let code = u32::from(character);
    let at = table.partition_point(|(_, last)| *last < code);
    table.get(at).is_some_and(|(first, _)| *first <= code)
}

/// The word that is being read.
struct Cutter<Take> {
    word: String,
    characters: usize,
    longest: usize,
    take: Take,
}

impl<Take: FnMut(Option<&str>) -> ControlFlow<()>> Cutter<Take> {
    /// Reads plain ASCII.
    fn plain(&mut self, run: &str, rules: Rules) -> ControlFlow<()> {
        for byte in run.bytes() {
            if byte.is_ascii_alphanumeric() {
                self.letter(char::from(if rules.lowercase { byte.to_ascii_lowercase() } else { byte }));
            } else {
                self.end_word()?;
                if byte.is_ascii_punctuation() {
                    self.lone(char::from(byte))?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Reads anything: controls go, ideographs stand alone, accents go, upper case becomes lower case.
    fn other(&mut self, run: &str, rules: Rules) -> ControlFlow<()> {
        let kept = run.chars().filter(|character| !is_in(&REMOVED, *character));
        let spaced = kept.flat_map(|character| {
            let alone = rules.split_ideographs && is_in(&IDEOGRAPHS, character);
            let space = alone.then_some(' ');
            space.into_iter().chain([character]).chain(space)
        });
        if !rules.strip_accents {
            return self.lowered(spaced, rules);
        }
        self.lowered(spaced.nfd().filter(|character| !is_in(&MARKS, *character)), rules)
    }

    fn lowered(&mut self, characters: impl Iterator<Item = char>, rules: Rules) -> ControlFlow<()> {
        for character in characters {
            if rules.lowercase {
                character.to_lowercase().try_for_each(|lower| self.character(lower))?;
            } else {
                self.character(character)?;
            }
        }
        ControlFlow::Continue(())
    }

    fn character(&mut self, character: char) -> ControlFlow<()> {
        if character.is_whitespace() {
            self.end_word()
        } else if is_in(&PUNCTUATION, character) {
            self.end_word()?;
            self.lone(character)
        } else {
            self.letter(character);
            ControlFlow::Continue(())
        }
    }

    /// Takes a letter into the word; of one that is too long only the number is kept.
    fn letter(&mut self, character: char) {
        self.characters += 1;
        if self.characters <= self.longest {
            self.word.push(character);
        }
    }

    /// Hands over a word of one character.
    fn lone(&mut self, character: char) -> ControlFlow<()> {
        self.letter(character);
        self.end_word()
    }

    fn end_word(&mut self) -> ControlFlow<()> {
        if self.characters == 0 {
            return ControlFlow::Continue(());
        }
        let whole = self.characters <= self.longest;
        let flow = (self.take)(whole.then_some(self.word.as_str()));
        self.word.clear();
        self.characters = 0;
        flow
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, rules: Rules) -> Vec<String> {
        let mut found = Vec::new();
        let flow = for_each_word(text, rules, |word| {
            found.push(word.unwrap_or("(long)").to_owned());
            ControlFlow::Continue(())
        });
        assert!(flow.is_continue());
        found
    }

    #[test]
    fn words_are_normalised_and_cut() {
        let check =
            |text: &str, expected: &[&str]| assert_eq!(words(text, Rules::UNCASED), expected, "{text:?}");
        check("Hello, WORLD!", &["hello", ",", "world", "!"]);
        check("${POD_NAME}=a-b", &["$", "{", "pod", "_", "name", "}", "=", "a", "-", "b"]);
        check("Ünïcode e\u{301}té", &["unicode", "ete"]);
        check("I\u{307}stanbul İstanbul", &["istanbul", "istanbul"]);
        check("漢字kana", &["漢", "字", "kana"]);
        check("a\u{a0}b\u{200b}c\u{0}d\u{fffd}e", &["a", "bcde"]);
        check("“quoted” – text…", &["“", "quoted", "”", "–", "text", "…"]);
        check("a\u{37e}b", &["a", ";", "b"]);
        check("ΟΔΟΣ", &["οδοσ"]);
        check("🚀 go", &["🚀", "go"]);
        check(&"x".repeat(101), &["(long)"]);
        check("\u{301}", &[]);
    }

    #[test]
    fn rules_can_keep_case_accents_and_ideographs() {
        let rules =
            Rules { lowercase: false, strip_accents: false, split_ideographs: false, longest_word: 5 };
        assert_eq!(words("Été 漢字 Longest", rules), ["Été", "漢字", "(long)"]);
    }
}
