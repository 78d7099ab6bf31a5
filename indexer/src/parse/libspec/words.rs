//! The closed sets of words in a spec, in the spelling that Libdoc prints.

/// What a spec is of.
pub(super) fn kind(word: &str) -> Option<&'static str> {
    pick(&["LIBRARY", "RESOURCE", "SUITE"], word)
}

/// How long an instance lives.
pub(super) fn scope(word: &str) -> Option<&'static str> {
    pick(&["TEST", "SUITE", "GLOBAL"], word)
}

/// What a type is.
pub(super) fn type_kind(word: &str) -> Option<&'static str> {
    pick(&["Standard", "Enum", "TypedDict", "Custom"], word)
}

/// How an argument may be given.
pub(super) fn argument_kind(word: &str) -> Option<&'static str> {
    let kinds = ["POSITIONAL_ONLY", "POSITIONAL_OR_NAMED", "VAR_POSITIONAL", "NAMED_ONLY", "VAR_NAMED"];
    pick(&kinds, word)
}

fn pick(words: &[&'static str], word: &str) -> Option<&'static str> {
    words.iter().copied().find(|known| known.eq_ignore_ascii_case(word))
}
