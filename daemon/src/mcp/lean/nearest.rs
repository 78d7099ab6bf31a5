//! The right word for a wrong one.

/// Words that are named at most.
const MOST: usize = 12;
/// Least likeness, 0 to 1, of a word that may be meant.
const LIKE: f64 = 0.75;

/// The word that is meant, where one is like it, and the words to name, the most alike first where there
/// are too many for all.
pub(super) fn nearest<'a>(word: &str, known: &[&'a str]) -> (Option<&'a str>, Vec<&'a str>) {
    let word = word.to_lowercase();
    let mut alike: Vec<(f64, &str)> = known
        .iter()
        .map(|known| {
            let folded = known.to_lowercase();
            let holds = word.len() >= 3 && (folded.contains(&word) || word.contains(&folded));
            let likeness = strsim::jaro_winkler(&word, &folded);
            (if holds { likeness.max(LIKE + likeness / 10.0) } else { likeness }, *known)
        })
        .collect();
    alike.sort_by(|a, b| b.0.total_cmp(&a.0));
    let first = alike.first().filter(|(likeness, _)| *likeness >= LIKE).map(|(_, known)| *known);
    let named = if known.len() <= MOST {
        known.to_vec()
    } else {
        alike.iter().take(MOST).map(|(_, known)| *known).collect()
    };
    (first, named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_meant() {
        let platforms = ["AWS", "Azure", "GCP", "Kubernetes"];
        let check = |word: &str, meant: Option<&str>| {
            assert_eq!(nearest(word, &platforms), (meant, platforms.to_vec()), "{word}");
        };
        check("azur", Some("Azure"));
        check("kubernets", Some("Kubernetes"));
        check("zzz", None);
        check("", None);
        let many: Vec<String> = (0..50).map(|number| format!("collection-{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let (meant, named) = nearest("collection-4", &many);
        assert_eq!((meant, named[0], named.len()), (Some("collection-4"), "collection-4", MOST));
    }
}
