//! The field's synonyms and abbreviations, from `synonyms.txt`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{is_stop_word, stem, tokens, tokens::Shape};

const SOURCE: &str = include_str!("synonyms.txt");

/// What may be meant by a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synonym {
    /// Stemmed terms of the phrase, in order.
    pub phrase: Vec<String>,
    /// Stemmed terms that may be meant, all of them together.
    pub meant: Vec<String>,
    /// True where both sides say the same; false where it is only one thing that may be meant.
    pub same: bool,
}

/// All synonyms, by the first term of their phrase.
pub fn synonyms() -> &'static HashMap<String, Vec<Synonym>> {
    static BY_FIRST: LazyLock<HashMap<String, Vec<Synonym>>> = LazyLock::new(|| {
        let mut by_first: HashMap<String, Vec<Synonym>> = HashMap::new();
        for synonym in parse(SOURCE) {
            by_first.entry(synonym.phrase[0].clone()).or_default().push(synonym);
        }
        by_first
    });
    &BY_FIRST
}

fn parse(source: &str) -> Vec<Synonym> {
    let mut found: Vec<Synonym> = Vec::new();
    let mut add = |phrase: &str, meant: &str, same: bool| {
        let synonym = Synonym { phrase: terms(phrase), meant: terms(meant), same };
        let says_nothing =
            synonym.phrase.is_empty() || synonym.meant.is_empty() || synonym.phrase == synonym.meant;
        if !says_nothing && !found.contains(&synonym) {
            found.push(synonym);
        }
    };
    for line in source.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some((phrase, meanings)) = line.split_once('>') {
            meanings.split(',').for_each(|meant| add(phrase, meant, false));
            continue;
        }
        let sides: Vec<&str> = line.split('=').collect();
        for phrase in &sides {
            sides.iter().filter(|meant| *meant != phrase).for_each(|meant| add(phrase, meant, true));
        }
    }
    found
}

fn terms(phrase: &str) -> Vec<String> {
    tokens(phrase)
        .into_iter()
        .filter(|token| token.shape == Shape::Word && !is_stop_word(&token.text))
        .map(|token| stem(&token.text).into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_and_one_way() {
        let found = parse("# note\n\nk8s = kubernetes\nbounce > restart, kill\nroll back = rollback\n");
        let shown: Vec<String> = found
            .iter()
            .map(|s| format!("{}{}{}", s.phrase.join(" "), if s.same { "=" } else { ">" }, s.meant.join(" ")))
            .collect();
        assert_eq!(
            shown,
            [
                "k8s=kubernet",
                "kubernet=k8s",
                "bounc>restart",
                "bounc>kill",
                "roll back=rollback",
                "rollback=roll back"
            ]
        );
    }

    #[test]
    fn every_line_of_the_list_says_something() {
        let lines = SOURCE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        for line in lines {
            assert!(line.contains(['=', '>']), "neither `=` nor `>` in `{line}`");
        }
        assert!(synonyms().contains_key("k8s"));
    }
}
