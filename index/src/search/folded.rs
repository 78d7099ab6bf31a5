//! Names of keywords and libraries as Robot Framework compares them.

/// A keyword's name as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Folded {
    Whole(String),
    /// The texts around embedded arguments.
    Around(Vec<String>),
}

impl Folded {
    /// The form of a keyword's name.
    pub(super) fn of(name: &str) -> Folded {
        let mut texts = Vec::new();
        let mut rest = name;
        while let Some((before, behind)) = rest.split_once("${") {
            texts.push(fold(before, true));
            rest = behind.split_once('}').map_or("", |(_, after)| after);
        }
        if texts.is_empty() {
            return Folded::Whole(fold(name, true));
        }
        texts.push(fold(rest, true));
        Folded::Around(texts)
    }

    /// Whether a call with this folded name means the keyword.
    pub(super) fn matches(&self, folded: &str) -> bool {
        let texts = match self {
            Folded::Whole(whole) => return whole == folded,
            Folded::Around(texts) => texts,
        };
        let [first, between @ .., last] = texts.as_slice() else { return false };
        let Some(rest) = folded.strip_prefix(first.as_str()) else { return false };
        let Some(mut rest) = rest.strip_suffix(last.as_str()) else { return false };
        for text in between {
            let Some((_, behind)) = rest.split_once(text.as_str()) else { return false };
            rest = behind;
        }
        true
    }
}

/// A name without letter case and spaces; names of keywords without underscores too.
pub(super) fn fold(name: &str, is_keyword: bool) -> String {
    let is_left_out = |c: char| c.is_whitespace() || (is_keyword && c == '_');
    name.chars().filter(|c| !is_left_out(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_arguments_match_any_text() {
        let check = |name: &str, call: &str, expected: bool| {
            assert_eq!(Folded::of(name).matches(&fold(call, true)), expected, "{name}: {call}");
        };
        check("Import Secret", "import_secret", true);
        check("Draw A ${shape}", "draw a red circle", true);
        check("Draw A ${shape}", "draw", false);
        check("Scale ${what} to ${size:\\d+} Pods", "Scale web to 3 pods", true);
        check("Scale ${what} to ${size} Pods", "Scale web Pods", false);
    }
}
