//! Letter case as Python's `str` has it, which Robot Framework relies on.

use unicase::UniCase;

use super::spaces::is_space;

/// `str.title()`: each run of letters with its first in title case and the rest in lower case.
pub(super) fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        if c.is_ascii() {
            out.push(if inside { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() });
            inside = c.is_ascii_alphabetic();
        } else {
            if inside {
                out.extend(c.to_lowercase());
            } else {
                push_title(c, &mut out);
            }
            inside = is_cased(c);
        }
    }
    out
}

/// The title case of one character: what the standard library does not have.
fn push_title(c: char, out: &mut String) {
    match c {
        'Ǆ'..='ǆ' => out.push('ǅ'),
        'Ǉ'..='ǉ' => out.push('ǈ'),
        'Ǌ'..='ǌ' => out.push('ǋ'),
        'Ǳ'..='ǳ' => out.push('ǲ'),
        // Georgian has capital letters, but does not use them for titles.
        '\u{10d0}'..='\u{10ff}' => out.push(c),
        _ => {
            let mut upper = c.to_uppercase();
            out.extend(upper.next());
            out.extend(upper.flat_map(char::to_lowercase));
        }
    }
}

fn is_cased(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase() || matches!(c, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ')
}

/// `str.islower()`: some letter, and none that is not in lower case.
pub(super) fn is_lower(text: &str) -> bool {
    text.chars().any(char::is_lowercase) && !text.chars().any(|c| is_cased(c) && !c.is_lowercase())
}

/// `robot.utils.normalize`: case folded, without whitespace.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.chars().filter(|c| !is_space(*c)).map(|c| c.to_ascii_lowercase()).collect();
    }
    let spaceless: String = text.chars().filter(|c| !is_space(*c)).collect();
    UniCase::unicode(spaceless).to_folded_case()
}

/// [`fold`] without underscores: how names of keywords, tags and metadata are compared and sorted.
pub(super) fn fold_name(text: &str) -> String {
    let mut folded = fold(text);
    folded.retain(|c| c != '_');
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_case_is_pythons() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(title(text), expected);
        }
        check("test cases", "Test Cases");
        check("TEST CASES", "Test Cases");
        check("foo's b2b_c", "Foo'S B2B_C");
        check("ächte straße", "Ächte Straße");
        check("ßa", "Ssa");
        check("ǆungla", "ǅungla");
        check("ანი", "ანი");
        check("ﬁn", "Fin");
        check("测试 a", "测试 A");
    }

    #[test]
    fn lower_needs_a_letter() {
        assert!(is_lower("a 1"));
        assert!(!is_lower("aB"));
        assert!(!is_lower("1"));
        assert!(is_lower("測a"));
        assert!(!is_lower("aǅ"));
    }

    #[test]
    fn names_are_folded() {
        assert_eq!(fold_name("My _Tag\u{a0}X"), "mytagx");
        assert_eq!(fold_name("Straße ΣΑΣ_"), "strasseσασ");
    }
}
