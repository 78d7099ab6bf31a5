/// Words like `word`, best first: `difflib.get_close_matches` with the cutoff that Robot
/// Framework's `RecommendationFinder` uses.
///
/// Both sides should be normalized, and the candidates free of duplicates.
pub(super) fn similar<'c>(word: &str, candidates: &[&'c str]) -> Vec<&'c str> {
    let word: Vec<char> = word.chars().collect();
    // The candidates are setting names: nothing this long can be close to one.
    if word.is_empty() || word.len() > 100 {
        return Vec::new();
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 100")]
    let cutoff = (0.5 + word.len() as f64 * 0.03).min(0.85);
    let mut close: Vec<(f64, &str)> = candidates
        .iter()
        .map(|candidate| (ratio(&candidate.chars().collect::<Vec<_>>(), &word), *candidate))
        .filter(|(ratio, _)| *ratio >= cutoff)
        .collect();
    close.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(a.1)));
    close.into_iter().take(10).map(|(_, candidate)| candidate).collect()
}

/// Twice the matching characters over all characters (`SequenceMatcher.ratio`).
#[expect(clippy::cast_precision_loss, reason = "words are short")]
fn ratio(a: &[char], b: &[char]) -> f64 {
    2.0 * matching(a, b) as f64 / (a.len() + b.len()) as f64
}

/// Characters in the longest common run and, to its left and right, in the runs there.
fn matching(a: &[char], b: &[char]) -> usize {
    let (at_a, at_b, size) = longest_run(a, b);
    if size == 0 {
        return 0;
    }
    size + matching(&a[..at_a], &b[..at_b]) + matching(&a[at_a + size..], &b[at_b + size..])
}

/// The longest common run: the first in `a` of that length, and then the first in `b`.
fn longest_run(a: &[char], b: &[char]) -> (usize, usize, usize) {
    let mut best = (0, 0, 0);
    let mut lengths = vec![0; b.len() + 1];
    for (i, x) in a.iter().enumerate() {
        // From the right, so that each cell still holds what the row before put into its left one.
        let mut row_best = (0, 0, 0);
        for j in (0..b.len()).rev() {
            lengths[j + 1] = if b[j] == *x { lengths[j] + 1 } else { 0 };
            let size = lengths[j + 1];
            if size > 0 && size >= row_best.2 {
                row_best = (i + 1 - size, j + 1 - size, size);
            }
        }
        if row_best.2 > best.2 {
            best = row_best;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_words_come_best_first() {
        let names = ["tags", "setup", "teardown", "template", "timeout", "documentation"];
        #[track_caller]
        fn check(word: &str, names: &[&str], expected: &[&str]) {
            assert_eq!(similar(word, names), expected);
        }
        check("tagz", &names, &["tags"]);
        check("stup", &names, &["setup"]);
        check("tags", &names, &["tags"]);
        check("nothing", &names, &[]);
        check("", &names, &[]);
        check("tadown", &names, &["teardown"]);
        check(&"x".repeat(5000), &names, &[]);
    }
}
