use std::borrow::Cow;

use rust_stemmers::Algorithm;

/// Words with digits are names (`k8s`, `ec2`, `5xx`), and short words lose more than they gain.
fn is_stemmed(word: &str) -> bool {
    word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// False for a word that the algorithm surely leaves alone, by its end: it removes or changes the
/// suffixes of its steps and nothing else. A quarter of all words end here.
fn may_change(word: &str) -> bool {
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| word.ends_with(suffix));
    match word.as_bytes().last() {
        Some(b'e' | b'i' | b's' | b'y') => true,
        Some(b'c') => ends(&["ic"]),
        Some(b'd') => ends(&["ed"]),
        Some(b'g') => ends(&["ing"]),
        Some(b'l') => ends(&["al", "ful", "ll"]),
        Some(b'm') => ends(&["ism"]),
        Some(b'n') => ends(&["ion"]),
        Some(b'r') => ends(&["er", "or"]),
        Some(b't') => ends(&["ant", "ent"]),
        _ => false,
    }
}

/// The stem of a lower-case English word by the Snowball English algorithm.
pub fn stem(word: &str) -> Cow<'_, str> {
    if is_stemmed(word) && may_change(word) {
        rust_stemmers::Stemmer::create(Algorithm::English).stem(word)
    } else {
        Cow::Borrowed(word)
    }
}

/// Two letters that a word and its stem begin with both, as a number below [`BEGINNINGS`]: who looks for a
/// few stems in a long text need not stem the words that begin otherwise. The algorithm changes the first
/// letters of no word but `dying`, `lying` and `tying`, so all with a `y` there begin alike.
pub(crate) fn beginning(word: &str) -> usize {
    let mut bytes = word.bytes().map(|byte| usize::from(byte % 32));
    let (first, second) = (bytes.next().unwrap_or(0), bytes.next().unwrap_or(0));
    let (i, y) = (usize::from(b'i' % 32), usize::from(b'y' % 32));
    first * 32 + if second == i { y } else { second }
}

/// How many different beginnings there are.
pub(crate) const BEGINNINGS: usize = 32 * 32;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_meet_in_their_stem() {
        let check = |word: &str, expected: &str| assert_eq!(stem(word), expected, "{word}");
        check("deployments", "deploy");
        check("deployment", "deploy");
        check("restarting", "restart");
        check("queries", "queri");
        check("k8s", "k8s");
        check("5xx", "5xx");
        check("dns", "dns");
        check("dying", "die");
        assert_eq!(beginning("dying"), beginning("die"));
    }

    /// Words with every suffix that a step of the algorithm names, and with endings that look like one.
    const WORDS: &str = "[a-z]{2,8}(s|es|ies|ied|us|ss|eed|ed|ing|ly|edly|ingly|eedly|y|tional|enci|anci|abli|entli|izer\
        |ization|ational|ation|ator|alism|aliti|alli|fulness|ousli|ousness|iveness|iviti|biliti|bli|ogi|fulli\
        |lessli|li|alize|icate|iciti|ical|ful|ness|ative|al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|ism\
        |ate|iti|ous|ive|ize|sion|tion|e|l|ll|at|bl|iz|bb|tt|ng|on|or|m|d|t|r|c|n|g){0,2}";

    proptest! {
        #[test]
        fn words_that_are_left_alone_are_their_own_stem(word in WORDS) {
            let stemmed = rust_stemmers::Stemmer::create(Algorithm::English).stem(&word).into_owned();
            prop_assert_eq!(beginning(&stemmed), beginning(&word));
            if !may_change(&word) {
                prop_assert_eq!(stemmed, word);
            }
        }
    }
}
