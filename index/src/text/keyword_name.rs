/// The name of a keyword as Robot Framework compares it with calls: letter case, spaces and underscores
/// ignored, any text for an embedded argument, also where its pattern would take less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeywordName {
    /// The texts around embedded arguments; one where there are none.
    texts: Vec<String>,
}

impl KeywordName {
    /// Of a name as it is defined.
    pub fn of(name: &str) -> KeywordName {
        let mut texts = Vec::new();
        let mut rest = name;
        while let Some((before, behind)) = rest.split_once("${") {
            texts.push(fold_keyword(before));
            rest = behind_argument(behind);
        }
        texts.push(fold_keyword(rest));
        KeywordName { texts }
    }

    /// Whether the name has embedded arguments.
    pub fn is_embedded(&self) -> bool {
        self.texts.len() > 1
    }

    /// Whether a call by this name, folded by [`fold_keyword`], means the keyword.
    pub fn matches(&self, folded: &str) -> bool {
        if let [whole] = self.texts.as_slice() {
            return whole == folded;
        }
        let [first, between @ .., last] = self.texts.as_slice() else { return false };
        let Some(rest) = folded.strip_prefix(first.as_str()) else { return false };
        let Some(mut rest) = rest.strip_suffix(last.as_str()) else { return false };
        for text in between {
            let Some((_, behind)) = rest.split_once(text.as_str()) else { return false };
            rest = behind;
        }
        true
    }
}

/// What stands behind an embedded argument, whose pattern may hold braces itself.
fn behind_argument(text: &str) -> &str {
    let mut depth = 1;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[at + 1..];
        }
    }
    ""
}

/// The name of a call without letter case, spaces and underscores; unlike in [`super::keyword_key`] a
/// library in front of a dot stays.
pub fn fold_keyword(name: &str) -> String {
    let counts = |c: &char| !c.is_whitespace() && *c != '_';
    name.chars().filter(counts).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_arguments_match_any_text() {
        let check = |name: &str, call: &str, expected: bool| {
            assert_eq!(KeywordName::of(name).matches(&fold_keyword(call)), expected, "{name}: {call}");
        };
        check("Import Secret", "import_secret", true);
        check("Draw A ${shape}", "draw a red circle", true);
        check("Draw A ${shape}", "draw", false);
        check("Scale ${what} to ${size:\\d+} Pods", "Scale web to 3 pods", true);
        check("Scale ${what} to ${size} Pods", "Scale web Pods", false);
        check("Year ${year:\\d{4}} Ends", "year 2024 ends", true);
    }
}
