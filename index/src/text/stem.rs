use std::borrow::Cow;

use rust_stemmers::Algorithm;

/// Words with digits are names (`k8s`, `ec2`, `5xx`), and short words lose more than they gain.
fn is_stemmed(word: &str) -> bool {
    word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The stem of a lower-case English word by the Snowball English algorithm.
pub fn stem(word: &str) -> Cow<'_, str> {
    if is_stemmed(word) {
        rust_stemmers::Stemmer::create(Algorithm::English).stem(word)
    } else {
        Cow::Borrowed(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }
}
