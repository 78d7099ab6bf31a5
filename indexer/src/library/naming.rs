//! Names of keywords, as Robot Framework prints and compares them (`robot.utils`).

/// The printed name of a function or method: `robot.utils.printable_name(name, code_style=True)`.
pub(super) fn printable(name: &str) -> String {
    let spaced = name.replace('_', " ");
    let mut parts: Vec<&str> = spaced.split_whitespace().collect();
    let plain = !spaced.is_empty() && spaced.chars().all(char::is_alphabetic) && is_lower(&spaced);
    if parts.len() == 1 && !plain {
        parts = split_camel_case(parts[0]);
    }
    parts.into_iter().map(capitalized).collect::<Vec<_>>().join(" ")
}

fn is_lower(text: &str) -> bool {
    text.chars().any(char::is_lowercase) && !text.chars().any(char::is_uppercase)
}

fn capitalized(part: &str) -> String {
    let mut chars = part.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn split_camel_case(word: &str) -> Vec<&str> {
    let chars: Vec<(usize, char)> = word.char_indices().collect();
    let mut parts = Vec::new();
    let mut start = 0;
    for (index, (at, c)) in chars.iter().enumerate() {
        let before = index.checked_sub(1).map_or(' ', |before| chars[before].1);
        let after = chars.get(index + 1).map_or(' ', |(_, after)| *after);
        if is_boundary(before, *c, after) {
            if *at > start {
                parts.push(&word[start..*at]);
            }
            start = *at;
        }
    }
    parts.push(&word[start..]);
    parts
}

fn is_boundary(before: char, c: char, after: char) -> bool {
    if before.is_numeric() {
        return !c.is_numeric();
    }
    if c.is_uppercase() {
        return after.is_lowercase() || (before.is_alphabetic() && !before.is_uppercase());
    }
    c.is_numeric()
}

/// The form in which names are the same: without spaces, underscores and case.
pub(super) fn normalized(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace() && *c != '_').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: &str) {
        assert_eq!(printable(name), expected);
    }

    #[test]
    fn printed_names() {
        check("simple", "Simple");
        check("under_score_name", "Under Score Name");
        check("camelCaseName", "Camel Case Name");
        check("mixedCAPSCamel", "Mixed CAPS Camel");
        check("miXed_CAPS_nAMe", "MiXed CAPS NAMe");
        check("kw2", "Kw 2");
        check("k8s_get", "K8s Get");
        check("_private__name_", "Private Name");
        check("__", "");
        check("öljy", "Öljy");
        check("URL", "URL");
        check("getURLFor3Hosts", "Get URL For 3 Hosts");
    }
}
